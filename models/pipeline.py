"""The Extractor: the only place where the steps are composed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models import weights
from models.agreement import agreed
from models.assemble import Assembly, assemble
from models.checks import is_short, reasons_of, run_checks
from models.confidence import (
    BLANKS,
    PRECISION,
    VALUE,
    VALUES,
    Calibration,
    Context,
    claim_of,
    family_of,
    features,
)
from models.context import contexts
from models.document import POINTS_PER_INCH, Box, Filing, Image, Page, Word, transformed
from models.errors import NoKnownForm
from models.excerpt import cut_out, text_in
from models.extraction import (
    ILLEGIBLE,
    Alternative,
    Check,
    Extraction,
    Field,
    FootnoteLink,
    PageSummary,
    Place,
    Reason,
    Region,
)
from models.form import FIXED, FormType, forms
from models.grid import regions_of
from models.ink import BORDER, cut_at_cells, missed_lines, without_squares
from models.layout import LayoutDetector
from models.leftover import leftover_lines
from models.line_boxes import fitted
from models.margins import without_counters
from models.pages import LEFT_OUT, left_out, listed, parts
from models.reader import UNREADABLE, turned
from models.reading import RawField, TaggedPage, is_handwritten
from models.recognizer import CtcRecognizer, Recognizer, line_crop, words_of
from models.specks import without_specks
from models.squares import drawn_squares
from models.strays import without_agents_heads
from models.tagger import Tagger, tokens_of
from models.text_layer import Line, text_layer_lines
from models.ways_up import UPRIGHT_ENOUGH, legibility, sample_of
from models.written_dates import with_whole_dates

Progress = Callable[[int, int], None]
"""Called with pages read and pages in all."""

READERS = ("layout", "recognizer", "tagger")
"""The models that read; a calibration is for certain versions of them."""
LEGIBLE = 0.33
"""Confidence below which a value is called illegible: two in three of these would be invented."""
LEAST_FILLED = 0.4
"""Characters of a line per height of its width; with fewer it is a rule, not text."""


@dataclass(frozen=True)
class Assembled:
    """A filing read and put together, before its confidence: what calibration is fitted on."""

    filing: Filing
    pages: tuple[TaggedPage, ...]
    assembly: Assembly
    checks: tuple[Check, ...]
    contexts: tuple[Context, ...]
    """One per field of the assembly."""

    def warned(self, warnings: tuple[str, ...]) -> Assembled:
        """The same with further warnings."""
        filing = replace(self.filing, warnings=(*self.filing.warnings, *warnings))
        return replace(self, filing=filing)


@dataclass(frozen=True)
class Extractor:
    """Layout, recognition, tagging, assembly, checks and confidence, with their models loaded."""

    layout: LayoutDetector
    recognizer: Recognizer
    tagger: Tagger
    calibration: Calibration | None
    versions: dict[str, str]
    precision: float = PRECISION
    """Of the values and blanks that need no review, as the operator wants it."""

    @classmethod
    def load(
        cls,
        threads: int | None = None,
        overrides: Mapping[str, weights.Weights] | None = None,
        precision: float = PRECISION,
        *,
        calibrated: bool = True,
    ) -> Extractor:
        """The champions of `weights.toml`, or the weights given for a model by its name.

        Raises a ModelError when one is missing or damaged. A calibration that was fitted on what
        other models read accepts nothing without review.
        """
        given = overrides or {}
        rows = {name: given.get(name) or weights.find(name) for name in READERS}
        versions = {name: row.tag for name, row in rows.items()}
        calibration = None
        if calibrated:
            own = given.get("confidence") or weights.find("confidence")
            calibration = Calibration.from_weights(own)
            if own.dims.get("read_by") != versions:
                calibration = replace(calibration, curves={})
            versions["confidence"] = own.tag
        return cls(
            LayoutDetector(rows["layout"], threads), CtcRecognizer(rows["recognizer"], threads),
            Tagger(rows["tagger"], threads), calibration, versions, precision,
        )  # fmt: skip

    def at(self, precision: float) -> Extractor:
        """The same extractor with another share of what needs no review that must be right."""
        return replace(self, precision=precision)

    def extract(self, filing: Filing, progress: Progress | None = None) -> Extraction:
        """Everything said about the first filing of the document; raises NoKnownForm."""
        return self.judged(self.assembled(filing, progress))

    def extract_all(
        self,
        filing: Filing,
        progress: Progress | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        """Everything said about each filing of the document; raises NoKnownForm.

        `roles` of pages by number and the `form` type, where they are given, are not judged.
        """
        found = self.assembled_all(filing, progress, roles, form)
        return tuple(self.judged(each) for each in found)

    def assembled(self, filing: Filing, progress: Progress | None = None) -> Assembled:
        """The first filing of the document, read and put together; raises NoKnownForm."""
        return self.assembled_all(filing, progress)[0]

    def assembled_all(
        self,
        filing: Filing,
        progress: Progress | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Assembled, ...]:
        """Read every page and assemble each filing's fields.

        Raises NoKnownForm, with what was read, when there is none; a part of no known form is a
        warning to the others.
        """
        pages = []
        for number, page in enumerate(filing.pages, start=1):
            pages.append(self.read_page(page))
            if progress:
                progress(number, len(filing.pages))
        found: list[Assembled] = []
        failed: list[tuple[list[TaggedPage], NoKnownForm]] = []
        known = forms()[form] if form else None
        for part in parts(pages, roles):
            try:
                found.append(self._known(_put_together(filing, part, known)))
            except NoKnownForm as error:
                failed.append((part, error))
        if not found:
            every = [page for part, _ in failed for page in part]
            raise NoKnownForm(failed[0][1].detail, self._words_only(filing, every))
        lost = tuple(f"Not read, because {error.detail}: {listed(part)}." for part, error in failed)
        return tuple(each.warned(lost) for each in found)

    def _known(self, made: Assembled) -> Assembled:
        """The filing; raises NoKnownForm for a form that the tagger in use was never taught."""
        if not set(made.assembly.form.tags()) <= set(self.tagger.labels):
            form = made.assembly.form.name
            raise NoKnownForm(f"no model in use knows the fields of form {form}")
        return made

    def read_page(self, page: Page) -> TaggedPage:
        """Regions, words and tags of one page, turned the right way up."""
        if page.role == UNREADABLE:
            return TaggedPage(page, (), ())
        page, regions, lines = self._upright(page)
        tokens = tokens_of(with_whole_dates(without_counters(lines)), regions, page.number)
        tagged = without_agents_heads(agreed(self.tagger.tag(tokens, page.box)))
        return TaggedPage(page, regions, tuple(tagged))

    def read_box(
        self, image: Image, dpi: float, box: Box, rotation: int = 0, skew: float = 0.0
    ) -> str:
        """What stands in a box of a page as displayed, a line for each; empty for nothing.

        `rotation` and `skew` are those of the page, as its extraction has them.
        """
        page, own = cut_out(image, dpi, box, rotation, skew)
        found = text_in(self.lines(page, self.regions(page)), own)
        # Where layout sees no line there, the person who drew the box does.
        return found or text_in(self.lines(page, [Region("line", page.number, own)]), own)

    def _upright(self, page: Page) -> tuple[Page, tuple[Region, ...], list[Line]]:
        """The page with its regions and lines; one that reads badly is tried the other ways up."""
        regions = self.regions(page)
        lines = self.lines(page, regions)
        if page.words or legibility(lines) >= UPRIGHT_ENOUGH:
            return page, regions, lines
        ways = [page, *(turned(page, angle) for angle in (180, 90, 270))]
        found = [regions, *(self.regions(way) for way in ways[1:])]
        scores = [legibility(self.lines(way, sample_of(own)))
                  for way, own in zip(ways, found, strict=True)]  # fmt: skip
        best = int(np.argmax(scores))
        if not best:
            return page, regions, lines
        return ways[best], found[best], self.lines(ways[best], found[best])

    def regions(self, page: Page) -> tuple[Region, ...]:
        """The layout of a page, in points."""
        layout = self.layout.detect(page.image, page.dpi)
        found = cut_at_cells(page, regions_of(layout, page.number, POINTS_PER_INCH / page.dpi))
        found = (*found, *missed_lines(page, found), *drawn_squares(page, found))
        return (*found, *leftover_lines(page, found))

    def lines(self, page: Page, regions: Sequence[Region]) -> list[Line]:
        """Words line by line: recognised from the pixels, or taken from a trusted text layer."""
        boxes = [region.box for region in regions if region.label == "line"]
        if page.words:
            return text_layer_lines(page, boxes)
        areas = [region.box for region in regions if region.label in ("cell", "header")]
        squares = [region.box for region in regions if region.label == "checkbox"]
        boxes = without_squares(boxes, squares)
        boxes = fitted(page, boxes, areas, [square.grown(BORDER) for square in squares])
        readings = self.recognizer.read([line_crop(page, box) for box in boxes])
        lines = [
            (box, words_of(reading, box))
            for box, reading in zip(boxes, readings, strict=True)
            if len(reading) * box.height > LEAST_FILLED * box.width
        ]
        return without_specks(page, [(box, words) for box, words in lines if words])

    def judged(self, assembled: Assembled) -> Extraction:
        """The extraction: every field with its confidence and whether a person must look at it."""
        fields = []
        root = assembled.assembly.form.root
        least = {claim: self._threshold(claim, root) for claim in (VALUES, BLANKS)}
        for index, (raw, context) in enumerate(
            zip(assembled.assembly.fields, assembled.contexts, strict=True)
        ):
            sure = 1.0 if raw.spec.source == FIXED else self._confidence(raw, context)
            doubtful = self._abstains and family_of(raw) == VALUE and sure < LEGIBLE
            raw = replace(raw, value="", state=ILLEGIBLE) if doubtful else raw
            field = _field(raw, index, sure, assembled.filing.pages)
            enough = 0.0 if raw.spec.source == FIXED else least[claim_of(family_of(raw))]
            below = field.confidence is None or field.confidence < enough
            fields.append(replace(field, review=below))
        failed = reasons_of(assembled.checks)
        fields = [replace(field, reasons=(*failed.get(field.id, ()), *_own_reasons(field)))
                  for field in fields]  # fmt: skip
        stated = zip(fields, assembled.assembly.fields, strict=True)
        own = [field.confidence for field, raw in stated if raw.spec.source != FIXED]
        return Extraction(
            sha256=assembled.filing.sha256,
            form=assembled.assembly.form.name,
            confidence=self.calibration.filing(own) if self.calibration else 0.5,
            review=(any(field.review for field in fields) or is_short(assembled.checks)
                    or any(page.page.role == UNREADABLE for page in assembled.pages)),
            pages=tuple(_summary(page.page) for page in assembled.pages),
            fields=tuple(fields),
            checks=assembled.checks,
            warnings=assembled.filing.warnings,
            models=self.versions,
            words=tuple(_shown_words(assembled.pages)),
            regions=tuple(_shown_regions(assembled.pages)),
        )  # fmt: skip

    def _words_only(self, filing: Filing, pages: Sequence[TaggedPage]) -> Extraction:
        """What is on the pages of a document of no known form."""
        return Extraction(
            sha256=filing.sha256,
            form="",
            confidence=0.0,
            review=True,
            pages=tuple(_summary(page.page) for page in in_order(pages)),
            fields=(),
            warnings=filing.warnings,
            models=self.versions,
            words=tuple(_shown_words(pages)),
            regions=tuple(_shown_regions(pages)),
        )

    def _confidence(self, raw: RawField, context: Context) -> float:
        if self.calibration is None:
            return 0.5
        return self.calibration.apply(family_of(raw), features(raw, context))

    @property
    def _abstains(self) -> bool:
        """Whether confidences are of these models: only then does a low one say anything."""
        return self.calibration is not None and bool(self.calibration.curves)

    def _threshold(self, claim: str, root: str) -> float:
        """The confidence from which a claim of a form with this root needs no review."""
        if self.calibration is None or not self.calibration.has_shown(root):
            return float("inf")
        return self.calibration.threshold(claim, self.precision)


def _put_together(
    filing: Filing, part: Sequence[TaggedPage], form: FormType | None = None
) -> Assembled:
    """The pages of one filing assembled; those that are no part of it are kept, and warned of."""
    kept = [page for page in part if page.page.role not in LEFT_OUT]
    pages = in_order(part)
    seen = tuple(page.page for page in pages)
    own = replace(filing, pages=seen, warnings=(*filing.warnings, *left_out(pages)))
    assembly = assemble(kept, form)
    plain = [_field(raw, index, None, own.pages) for index, raw in enumerate(assembly.fields)]
    checks = run_checks(assembly.form, plain)
    known = tuple(contexts(assembly.fields, plain, checks, kept))
    return Assembled(own, tuple(pages), assembly, checks, known)


def in_order(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """Pages as the document has them."""
    return sorted(pages, key=lambda page: page.page.number)


def _field(raw: RawField, index: int, sure: float | None, pages: Sequence[Page]) -> Field:
    """The exported field; boxes as displayed, no confidence for what could not be read."""
    sure = None if raw.state == ILLEGIBLE else sure
    by_number = {page.number: page for page in pages}
    return Field(
        id=f"f{index + 1:04d}",
        path=raw.path,
        kind=raw.spec.kind,
        value=raw.value,
        text=raw.text,
        confidence=sure,
        state=raw.state,
        boxes=tuple(Place(place.page, transformed(place.box, by_number[place.page].to_displayed))
                    for place in raw.places),
        footnotes=tuple(FootnoteLink(f"F{mark.number}", round(mark.score, 4))
                        for mark in raw.marks),
        alternatives=tuple(Alternative(value, score) for value, score in raw.alternatives),
    )  # fmt: skip


def _own_reasons(field: Field) -> list[Reason]:
    """What beside failed rules makes a field doubtful: unreadable text, low confidence."""
    if field.state == ILLEGIBLE and is_handwritten(field.text):
        return [Reason("handwritten", "written by hand, which is not read")]
    if field.state == ILLEGIBLE:
        return [Reason("illegible", f"perhaps '{field.text}': no {field.kind} to rely on")]
    if field.review and field.confidence is not None:
        return [Reason("uncertain", f"read with a confidence of {field.confidence:.3f}")]
    return []


def _shown_words(pages: Sequence[TaggedPage]) -> Iterator[tuple[int, Word]]:
    """Every word with its page, boxes as displayed."""
    for page in pages:
        for each in page.tagged:
            if word := each.token.word:
                shown = transformed(word.box, page.page.to_displayed)
                yield page.page.number, replace(word, box=shown)


def _shown_regions(pages: Sequence[TaggedPage]) -> Iterator[Region]:
    """Every region, boxes as displayed."""
    for page in pages:
        for region in page.regions:
            yield replace(region, box=transformed(region.box, page.page.to_displayed))


def _summary(page: Page) -> PageSummary:
    return PageSummary(page.number, page.width, page.height, page.rotation, page.skew, page.dpi,
                       page.source, page.role)  # fmt: skip
