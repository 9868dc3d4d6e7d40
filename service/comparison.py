"""Stored filings read again by candidate versions, beside what the champions say of them.

Nothing that is stored is changed. What the champions said is the stored reading, if it is theirs;
where it was made by other versions they read the document anew as well.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.errors import BadSetting, FilingscanError, NotReadable
from models.extraction import ILLEGIBLE, Extraction, Field
from models.reader import filing_of
from models.sandbox import open_document
from models.values import equal
from models.weights import Weights
from service import database
from service.champions import BY
from service.comparison_draw import Document, Drawn, NotCompared, Sample
from service.comparison_pairs import Pair, name_of, pairs
from service.extractor import Extracts, load_extractor
from service.filings import Filings, Record
from service.intake import ruling_of, source_of
from service.resources import Shelf
from service.review_labels import checked_filing
from service.review_rows import extraction_of
from service.settings import Settings
from service.storage import Files

CHAMPION, CANDIDATE = "champion", "candidate"
GAINED, LOST, CHANGED = "gained", "lost", "changed"
ERASED, OTHER_PARTS, OTHER_FORM = "erased", "other-parts", "other-form"
"""Why a filing cannot be compared; else it is the code of an error."""
COMPARED = "compared"
"""Action in the audit."""
LONGEST_NOTE = 255

logger = logging.getLogger("filingscan.comparison")

Load = Callable[[float, Mapping[str, Weights]], Extracts]


@dataclass(frozen=True)
class Said:
    """What one reading says of a field; `review` is whether a person would look at it."""

    value: str
    state: str
    confidence: float | None
    review: bool


@dataclass(frozen=True)
class Difference:
    """A field that the candidate reads otherwise; None is a reading that has no such row.

    `path` is that of the champions' reading, if it has the row. `decided` is a person's word, None
    without.
    """

    filing: str
    path: str
    name: str
    champion: Said | None
    candidate: Said | None
    decided: str | None = None

    @property
    def kind(self) -> str:
        """Whether a value was gained, lost or changed; what is illegible is none."""
        had, has = (bool(each and each.value) for each in (self.champion, self.candidate))
        if had == has:
            return CHANGED
        return GAINED if has else LOST

    @property
    def unseen(self) -> bool:
        """Whether nobody would look at it, were the candidate to read."""
        return self.candidate is None or not self.candidate.review


@dataclass(frozen=True)
class Judged:
    """A field that a person decided: `corrected` or accepted as stored, and who is right."""

    name: str
    corrected: bool
    champion: bool
    candidate: bool


@dataclass(frozen=True)
class Compared:
    """A filing read by both; `stored` unless the champions had to read it anew.

    `names` has the name of each field compared. Of `review` and `doubtful`, whether a person would
    look at the filing and at how many fields, the first is the champions' and the second the
    candidate's.
    """

    filing: str
    stored: bool
    names: tuple[str, ...]
    differences: tuple[Difference, ...]
    judged: tuple[Judged, ...]
    review: tuple[bool, bool]
    doubtful: tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """What came of it; `interrupted` if not all that were drawn were read."""

    champion: Mapping[str, str]
    candidate: Mapping[str, str]
    sample: Sample
    drawn: int
    compared: tuple[Compared, ...]
    left: tuple[NotCompared, ...]
    interrupted: bool = False
    warnings: tuple[str, ...] = ()


@dataclass
class Comparing:
    """Reads documents with the candidates, and with the champions where it must.

    Both are versions by the model's name, all that read together. With `both` the champions read
    every document anew, whatever is stored.
    """

    engine: Engine
    files: Files
    settings: Settings
    champions: Mapping[str, Weights]
    candidates: Mapping[str, Weights]
    load: Load = load_extractor
    both: bool = False
    _loaded: dict[str, Extracts] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.filings = Filings(self.engine)
        self._shelf = Shelf(self.filings, self.files)

    def run(
        self, drawn: Drawn, sample: Sample, warnings: Sequence[str] = (),
        watched: Callable[[Sequence[Document]], Iterable[Document]] = iter,
    ) -> Comparison:  # fmt: skip
        """Compare every document; when interrupted, what there is until then.

        Raises a ModelError when versions cannot be loaded.
        """
        found: list[Compared | NotCompared] = []
        interrupted = False
        # All at first: what cannot be loaded must not end it half way.
        self.extractor(CANDIDATE)
        if not all(
            self._is_stored(each) for document in drawn.documents for each in document.drawn
        ):
            self.extractor(CHAMPION)
        try:
            for document in watched(drawn.documents):
                found += self.document(document)
        except KeyboardInterrupt:
            interrupted = True
        # The values of what was erased meanwhile must not live on in a report.
        found = [each if self.filings.is_there(each.filing) else NotCompared(each.filing, ERASED)
                 for each in found]  # fmt: skip
        return Comparison(
            _tags(self.champions), _tags(self.candidates), sample, drawn.count + len(drawn.gone),
            tuple(each for each in found if isinstance(each, Compared)),
            (*drawn.gone, *(each for each in found if isinstance(each, NotCompared))),
            interrupted, tuple(warnings),
        )  # fmt: skip

    def document(self, document: Document) -> list[Compared | NotCompared]:
        """What comes of each filing that was drawn from a document."""
        read = _Readings(self, document.whole)
        return [self._compared(record, read) for record in document.drawn]

    def _compared(self, record: Record, read: _Readings) -> Compared | NotCompared:
        by = ""
        try:
            stored = extraction_of(self.files, record.id, record.reading)
            by = CANDIDATE
            candidate = _same_filing(read.by(by), stored)
            champion = stored
            if not self._is_stored(record):
                by = CHAMPION
                champion = _same_filing(read.by(by), stored)
            by = ""
            return self._beside(record, stored, champion, candidate)
        except _NotTheSame as error:
            return NotCompared(record.id, error.reason, by)
        except FilingscanError as error:
            return NotCompared(record.id, error.code, by)
        except Exception as error:  # a fault in one filing must not end the run
            # Not its words: they may name what stands on the page.
            logger.error("filing %s: %s", record.id, type(error).__name__)
            return NotCompared(record.id, FilingscanError.code, by)

    def _beside(
        self, record: Record, stored: Extraction, champion: Extraction, candidate: Extraction
    ) -> Compared:
        every = pairs(champion, candidate)
        decided = self._decided(record, champion, candidate)
        # A field is one of the pair's, and no other is the same object.
        truths = {id(each): truth.value for truth, *said in decided for each in said if each}
        differences = tuple(
            Difference(
                record.id, one.path, name_of(stored.form, one), _as_said(ours), _as_said(theirs),
                next((truths[id(each)] for each in (ours, theirs) if id(each) in truths), None),
            )
            for ours, theirs in every
            if _differs(ours, theirs) for one in [_one_of((ours, theirs))]
        )  # fmt: skip
        machine = {each.id: each for each in stored.fields}
        judged = tuple(
            Judged(name_of(stored.form, truth), not _is_right(machine.get(truth.id), truth),
                   _is_right(ours, truth), _is_right(theirs, truth))
            for truth, ours, theirs in decided
        )  # fmt: skip
        return Compared(
            record.id, champion is stored,
            tuple(name_of(stored.form, _one_of(pair)) for pair in every), differences, judged,
            (champion.review, candidate.review),
            (_doubtful(ours for ours, _ in every), _doubtful(theirs for _, theirs in every)),
        )  # fmt: skip

    def _decided(
        self, record: Record, champion: Extraction, candidate: Extraction
    ) -> list[tuple[Field, Field | None, Field | None]]:
        """The fields that people decided, each beside the champions' and the candidate's.

        What nobody can read tells of nothing. Of a row that was deleted there is no field.
        """
        try:
            checked = checked_filing(self._shelf, record)
        except NotReadable:  # nobody has reviewed it
            return []
        ours, theirs = ({one.id: other for one, other in pairs(checked.extraction, each) if one}
                        for each in (champion, candidate))  # fmt: skip
        return [(truth, ours[truth.id], theirs[truth.id]) for truth in checked.fields()
                if truth.id in checked.decided and truth.state != ILLEGIBLE]  # fmt: skip

    def _is_stored(self, record: Record) -> bool:
        """Whether what the champions say is stored, for they read it."""
        used = _tags(self.champions)
        return not self.both and all(used.get(name) == tag for name, tag in record.models.items())

    def extractor(self, who: str) -> Extracts:
        """The champions' or the candidate's, loaded when first needed; raises a ModelError."""
        if who not in self._loaded:
            versions = self.candidates if who == CANDIDATE else self.champions
            self._loaded[who] = self.load(self.settings.precision, versions)
        return self._loaded[who]


class _NotTheSame(Exception):
    """A document was read as other filings than those that are stored."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class _Readings:
    """A document as candidate and champions read it, each once however many filings it holds."""

    comparing: Comparing
    whole: Record
    _found: dict[str, tuple[Extraction, ...] | FilingscanError] = field(default_factory=dict)

    def by(self, who: str) -> tuple[Extraction, ...]:
        """Its filings as read by one of them; raises why it cannot be read, each time."""
        if who not in self._found:
            try:
                self._found[who] = self._read(who)
            except FilingscanError as error:
                self._found[who] = error
        found = self._found[who]
        if isinstance(found, FilingscanError):
            raise found
        return found

    def _read(self, who: str) -> tuple[Extraction, ...]:
        own, whole = self.comparing, self.whole
        opened = open_document(own.files.get(source_of(whole.id)), own.settings.limits,
                               whole.first_page, whole.last_page)  # fmt: skip
        filing = filing_of(dict(enumerate(opened, whole.first_page)), whole.name, whole.sha256)
        # What a reviewer said of its pages and form bound the stored reading, and binds this one.
        roles, form = ruling_of(whole.roles)
        return own.extractor(who).at(whole.precision).extract_all(filing, None, roles, form)


def together(champions: Mapping[str, Weights], candidates: Sequence[Weights]) -> dict[str, Weights]:
    """The versions that would read if the candidates did; raises BadSetting."""
    names = [each.name for each in candidates]
    if twice := [name for name in names if names.count(name) > 1]:
        raise BadSetting(f"There are two candidates for {twice[0]}; only one can read.")
    used = dict(champions) | {each.name: each for each in candidates}
    if used == dict(champions):
        raise BadSetting("No candidate is named that does not read already.")
    return used


def note(engine: Engine, comparing: Sequence[Weights], count: int, tenant: str, by: str) -> None:
    """A line in the audit: for whom stored filings are read again, how many, by which versions."""
    tail = f", {count} filings{BY}{by}"
    tags = ", ".join(each.tag for each in comparing)[: LONGEST_NOTE - len(tail)]
    line = {"at": database.now(), "tenant": tenant, "action": COMPARED, "detail": f"{tags}{tail}"}
    with engine.begin() as connection:
        connection.execute(sa.insert(database.audit).values(line))


def _tags(versions: Mapping[str, Weights]) -> dict[str, str]:
    return {name: row.tag for name, row in versions.items()}


def _same_filing(found: Sequence[Extraction], stored: Extraction) -> Extraction:
    """The filing that has the pages and the form of the stored one; raises _NotTheSame."""
    numbers = _numbers(stored)
    same = next((each for each in found if _numbers(each) == numbers), None)
    if same is None:
        raise _NotTheSame(OTHER_PARTS)
    if same.form != stored.form:
        raise _NotTheSame(OTHER_FORM)
    return same


def _numbers(extraction: Extraction) -> set[int]:
    return {page.number for page in extraction.pages}


def _one_of(pair: Pair) -> Field:
    one = pair[0] or pair[1]
    assert one is not None  # a pair is made of what is there
    return one


def _as_said(each: Field | None) -> Said | None:
    return Said(each.value, each.state, each.confidence, each.review) if each else None


def _differs(one: Field | None, other: Field | None) -> bool:
    """By the rule that values are compared by everywhere; illegible is not the same as blank."""
    alike = equal(_one_of((one, other)).kind, _value(other), _value(one))
    return not alike or _is_illegible(one) != _is_illegible(other)


def _is_right(each: Field | None, truth: Field) -> bool:
    return not _is_illegible(each) and equal(truth.kind, _value(each), truth.value)


def _value(each: Field | None) -> str:
    return each.value if each else ""


def _is_illegible(each: Field | None) -> bool:
    return each is not None and each.state == ILLEGIBLE


def _doubtful(every: Iterable[Field | None]) -> int:
    return sum(each is not None and each.review for each in every)
