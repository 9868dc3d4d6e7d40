"""How a form type is described. One file in `models/forms/` makes one `FormType`.

From the description follow the tagger's labels, the JSON schema, the evaluation's rows and the XML
writer; nothing else in the project knows which elements a form has.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from models.extraction import Check, Field

KINDS = (
    "date", "number", "amount", "percent", "code", "codes", "cusip", "flag", "name", "text",
    "prose", "identifier",
)  # fmt: skip
"""`prose` is running text, right within 2 % character error; everything else must be equal.
`amount` is a number of shares for which `nil` or `none` may stand, `codes` a list of codes."""

WORDS, BOX, DERIVED, FIXED = "words", "box", "derived", "fixed"
"""The values of `FieldSpec.source`."""

OWNERS, SIGNATURES, FOOTNOTES = "owners", "signatures", "footnotes"
COVERS, SIGNERS = "covers", "signers"
"""The values of `GroupSpec.gathered`."""

RIGHT, BELOW = "right", "below"
"""The values of `FieldSpec.at_label`."""

Rule = Callable[[Sequence[Field]], list[Check]]


@dataclass(frozen=True)
class Reference:
    """Where a number that the page does not tell may be found: an operator's list of this `kind`.

    `name` and `symbol` are the EDGAR element names of the fields beside it that say whose it is.
    """

    kind: str
    name: str
    symbol: str = ""


@dataclass(frozen=True)
class FieldSpec:
    """One leaf element. `path` is relative to its group's element (or to the root).

    `tag` is the label its words carry, empty when no word does; `wrapped` says that the XML puts
    the value into a `<value>` child beside its `<footnoteId>`s; `column` is its column of the SEC's
    flat CSV tables. `source` is `words`, `box` (a checkbox or mark), `derived` (from a neighbour's
    print) or `fixed` (`default`; the page never tells it). A cell whose sub-column carries meaning
    has `variants`: its words are tagged `<tag>.<variant>`, and the field with `variant_of` that tag
    gets the variant as its value (acquired or disposed in Table II). `reference` says how a field
    that was not read may be looked up. A box's `printed` label stands behind it, unless it is
    `labelled_before`; forms of a maker's own have one that is `also_printed`. Where a value's
    place is told by its printed label alone, `at_label` says so: it stands `right` of it or
    `below`, whatever its words were tagged as. A box with `variants` is one of several, each
    tagged `<tag>.<variant>`: the value are the variants that are marked; `letters` is what is
    printed at each. A derived field with `from_tags` has the words of other fields, an address
    in one piece say. What is `shared` may be printed once for all instances of its group; what
    is `one_line` ends with the line, whatever is tagged below; what is `unwritten` is in no XML
    of EDGAR's; `encoded` makes of a value what the XML has in its place, or nothing. A box that
    not every print of the form has is `told_by` any of some words beside it. Running text below
    the letter of an item has it as its `part`: `5(b)`, or `6` where the item has no letters. A
    text that explains the tick in a box is `of_box`: without the tick there is none.
    """

    path: str
    kind: str
    tag: str = ""
    wrapped: bool = False
    footnotes: bool = False
    mandatory: bool = False
    source: str = "words"
    default: str = ""
    codes: tuple[str, ...] = ()
    max_length: int = 0
    column: str = ""
    printed: str = ""
    also_printed: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    variant_of: str = ""
    reference: Reference | None = None
    labelled_before: bool = False
    at_label: str = ""
    letters: tuple[str, ...] = ()
    from_tags: tuple[str, ...] = ()
    shared: bool = False
    one_line: bool = False
    unwritten: bool = False
    told_by: str = ""
    part: str = ""
    of_box: str = ""
    encoded: Callable[[str], str] | None = None

    @property
    def name(self) -> str:
        """The EDGAR element name."""
        return self.path.rsplit("/", 1)[-1]

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag its words may carry."""
        if not self.tag:
            return ()
        return tuple(f"{self.tag}.{variant}" for variant in self.variants) or (self.tag,)


@dataclass(frozen=True)
class GroupSpec:
    """A repeatable element and the fields below it; `path` is relative to the root element.

    `table` names the printed table its rows stand in (tag prefix); rows with a value in one of
    `marker` fields belong to this group rather than to a sibling group of the same table.
    `flat` is its table of the SEC's flat CSV tables. Outside tables, `gathered` says how words find
    their instance: by the box of an `owner`, the number of a footnote, the cover page of a person,
    the block of a signature.
    """

    path: str
    fields: tuple[FieldSpec, ...]
    maximum: int
    minimum: int = 0
    table: str = ""
    marker: tuple[str, ...] = ()
    flat: str = ""
    gathered: str = OWNERS

    @property
    def name(self) -> str:
        """The EDGAR element name of one instance."""
        return self.path.rsplit("/", 1)[-1]


Item = FieldSpec | GroupSpec

Location = tuple[GroupSpec | None, int, FieldSpec]
"""Group (None at the root), number of its instance counted from 1, field."""

_INDEXED = re.compile(r"([^\[\]]*)(?:\[([1-9]\d*)\])?([^\[\]]*)")


@dataclass(frozen=True)
class XmlStyle:
    """How a form's XML is written: the root's name spaces by prefix, dates, what flags say."""

    namespaces: tuple[tuple[str, str], ...] = ()
    date: str = "%Y-%m-%d"
    flags: tuple[str, str] = ("0", "1")


@dataclass(frozen=True)
class FormType:
    """A form type: its EDGAR name (`4/A`), its module's name (`form4a`), its items in XML order.

    `phrases` are printed on its sheets whatever is filled in, and tell them from other documents.
    `opening` are the tags of what its first page asks for; unless named, they are those of the
    mandatory fields before its tables; one of `opens_with`, where named, is on no other page.
    `printed_as` is what its sheets are called, `4` or `13G`; amendments have something at one of
    the tags `amended_by`. `closing` are sentences that stand above signatures: a page with one is a
    sheet, whatever little else it has.
    """

    name: str
    module: str
    root: str
    title: str
    items: tuple[Item, ...]
    rules: tuple[Rule, ...] = ()
    phrases: tuple[str, ...] = ()
    opening: tuple[str, ...] = ()
    opens_with: tuple[str, ...] = ()
    printed_as: str = ""
    amended_by: tuple[str, ...] = ("dateOfOriginalSubmission",)
    closing: tuple[str, ...] = ()
    xml: XmlStyle = XmlStyle()

    @cached_property
    def is_flat(self) -> bool:
        """Whether its fields are columns of the SEC's flat data sets."""
        return any(spec.column for _, spec in self.specs())

    @property
    def groups(self) -> tuple[GroupSpec, ...]:
        return tuple(item for item in self.items if isinstance(item, GroupSpec))

    @property
    def singles(self) -> tuple[FieldSpec, ...]:
        return tuple(item for item in self.items if isinstance(item, FieldSpec))

    def specs(self) -> Iterator[tuple[GroupSpec | None, FieldSpec]]:
        """Every field with its group (None at the root), in XML order."""
        for item in self.items:
            if isinstance(item, FieldSpec):
                yield None, item
            else:
                for spec in item.fields:
                    yield item, spec

    def path_of(self, spec: FieldSpec, group: GroupSpec | None = None, index: int = 1) -> str:
        """Absolute XPath of one field; `index` counts the group's instances from 1."""
        if group is None:
            return f"/{self.root}/{spec.path}"
        return f"/{self.root}/{group.path}[{index}]/{spec.path}".rstrip("/")

    def locate(self, path: str) -> Location | None:
        """The inverse of `path_of`: group, index and description a path names, if it is ours."""
        match = _INDEXED.fullmatch(path)
        found = self._by_path.get(match[1] + match[3]) if match else None
        if match is None or found is None or (found[0] is None) != (match[2] is None):
            return None
        return found[0], int(match[2] or 1), found[1]

    @cached_property
    def _by_path(self) -> dict[str, tuple[GroupSpec | None, FieldSpec]]:
        return {
            self.path_of(spec, group).replace("[1]", ""): (group, spec)
            for group, spec in self.specs()
        }

    def tags(self) -> tuple[str, ...]:
        """Every tag its words may carry, sorted, without the empty one."""
        return tuple(sorted(self._tags))

    @cached_property
    def _tags(self) -> frozenset[str]:
        return frozenset(tag for _, spec in self.specs() for tag in spec.tags)

    @cached_property
    def running(self) -> frozenset[str]:
        """Tags of its running text, which goes on over lines and pages."""
        return frozenset(spec.tag for _, spec in self.specs() if spec.kind == "prose")

    def has(self, tag: str) -> bool:
        """Whether its words may carry the tag."""
        return tag in self._tags


@cache
def forms() -> dict[str, FormType]:
    """Every form type in `models/forms/`, by EDGAR name; found by listing the folder."""
    import models.forms as package

    found: dict[str, FormType] = {}
    for entry in pkgutil.iter_modules(package.__path__):
        if not entry.name.startswith("_"):
            form = importlib.import_module(f"models.forms.{entry.name}").FORM
            found[form.name] = form
    return found


def form_of_module(module: str) -> FormType | None:
    """The form type that the file of this name in `models/forms/` describes."""
    return next((form for form in forms().values() if form.module == module), None)


def all_tags() -> tuple[str, ...]:
    """The union of all forms' tags, sorted."""
    return tuple(sorted({tag for form in forms().values() for tag in form.tags()}))
