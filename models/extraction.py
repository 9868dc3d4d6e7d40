"""What the models say about a filing: regions, fields, checks, the extraction. All frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.document import Box, Word

SCHEMA = "filingscan/1"

READ, BLANK, FOOTNOTE_ONLY = "read", "blank", "footnote-only"
NOT_ON_FORM, ILLEGIBLE, LOOKED_UP = "not-on-form", "illegible", "looked-up"
STATES = (READ, BLANK, FOOTNOTE_ONLY, NOT_ON_FORM, ILLEGIBLE, LOOKED_UP)

REGION_LABELS = (
    "cell", "row", "column", "table", "checkbox", "line", "header", "footnotes", "signature",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a page found by the layout detector; box in points of the upright page.

    `table`, `row` and `column` are indices from 0 in reading order on their page (of the table, and
    inside it), None outside tables. `checked` is None for everything that is not a checkbox.
    """

    label: str
    page: int
    box: Box
    score: float = 1.0
    table: int | None = None
    row: int | None = None
    column: int | None = None
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where on which page (numbered from 1) something stands; exported boxes are as displayed."""

    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class FootnoteLink:
    """One footnote mark at a field: EDGAR's id (`F1`) and how likely the link is right."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of a field with its uncalibrated score."""

    value: str
    score: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a field is doubtful: a stable code and a sentence."""

    code: str
    text: str


@dataclass(frozen=True)
class Field:
    """One value of the filing: canonical `value` text of a `kind`, and the `text` as printed.

    `confidence` is the probability that `value` is exactly right; None when `state` is illegible.
    `path` is the XPath of the element in the exported XML, with [n] on repeatable elements.
    """

    id: str
    path: str
    kind: str
    value: str
    text: str
    confidence: float | None
    state: str
    boxes: tuple[Place, ...] = ()
    footnotes: tuple[FootnoteLink, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    review: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Check:
    """One rule of the form applied to the fields named by id."""

    rule: str
    passed: bool
    fields: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class PageSummary:
    """What became of one page: size in points as displayed, the turn and tilt removed, its role."""

    number: int
    width: float
    height: float
    rotation: int
    skew: float
    dpi: float
    source: str
    role: str


@dataclass(frozen=True)
class Extraction:
    """Everything said about one filing; `models` maps a model's name to `name@version`.

    `form` is empty where only words were read: the document is of no known form.
    """

    sha256: str
    form: str
    confidence: float
    review: bool
    pages: tuple[PageSummary, ...]
    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    warnings: tuple[str, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    words: tuple[tuple[int, Word], ...] = field(default=(), repr=False)
    regions: tuple[Region, ...] = field(default=(), repr=False)
    schema: str = SCHEMA
