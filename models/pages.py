"""What each page is, which form it is of, and where one filing ends and the next begins.

A page is judged by general evidence: which of its words are values of a known form, whether the
labels that the form prints at such values are there too, how many words and how much ink it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

import cv2
import numpy as np

from models.document import Page
from models.errors import NoKnownForm, ValueFormatError
from models.form import BOX, FieldSpec, FormType, GroupSpec, forms
from models.reader import UNREADABLE
from models.reading import TaggedPage, joined
from models.tagger import OUTSIDE, Tagged
from models.titles import LEAST_TAGGED, form_of
from models.values import canonical, character_error, letters

FIRST, CONTINUATION = "first", "continuation"
INSTRUCTIONS, BLANK, OTHER, COPY = "instructions", "blank", "other", "copy"
"""Roles of pages: a form's first page, its further ones; and those left out of the filing."""

LEFT_OUT = {
    INSTRUCTIONS: "instructions",
    BLANK: "blank",
    OTHER: "of another document",
    COPY: "repeating other pages",
}
ROLES = (FIRST, CONTINUATION, *LEFT_OUT)
"""What a person can say that a page is."""

FEW_WORDS, LEAST_INK = 8, 0.004
"""A page with fewer words and a smaller share of dark pixels is blank."""
MARGIN = 12
"""One part in so many along each edge is no evidence: scanners leave dark rims there."""
INK = 128
MOSTLY, MANY_KINDS = 0.3, 8
"""Share of values among a page's words, or kinds of them, from which it is a form's, whatever else
it has: words tagged by mistake are few, and of few kinds."""
PRINTED = 0.25
"""The same for the form's own print; instructions and letters have up to 0.22 of it by chance."""
LABEL, PIECE, SHOWN = 10, 5, 0.7
"""Letters of a label that says something, letters of its pieces, share of these that must be on
the page: a misread letter spoils five of them."""
ENOUGH = 3
"""Opening fields of a first page whose form is told, one more if it is not; words of content that
a sheet has which is no mere addition."""
HEADLINE = 12
"""Words at a page's top that may be its title."""
ALIKE, REPEATED, SAME_FIGURES = 0.3, 1.8, 0.9
"""Character error of names that are the same; of a name's length, that of several; share of common
figures in copies."""


def role_of(page: TaggedPage) -> str:
    """What a page is, judged by itself."""
    if page.page.role == UNREADABLE:
        return UNREADABLE
    words = [each for each in page.tagged if each.token.word]
    values = [each for each in words if each.tag != OUTSIDE]
    if not values and len(words) < FEW_WORDS and ink_share(page.page) < LEAST_INK:
        return BLANK
    text = " ".join(each.token.text for each in words)
    filled = (len(values) >= max(LEAST_TAGGED, MOSTLY * len(words))
              or len({each.field_tag for each in values}) >= MANY_KINDS)  # fmt: skip
    printed = _printed_share(each.token.text for each in words if each.tag == OUTSIDE)
    labelled = len(_shown_labels({each.field_tag for each in values}, text))
    if (filled or labelled or printed >= PRINTED) and opens(page):
        return FIRST
    if filled or labelled > 1 or _closes(text):
        return CONTINUATION
    if "instructions" in text.lower().split()[:HEADLINE]:
        return INSTRUCTIONS
    return CONTINUATION if labelled or printed >= PRINTED else OTHER


def _closes(text: str) -> bool:
    """Whether a sentence is there that stands above the signatures of a known form."""
    pieces = _pieces(text)
    said = {sentence for form in forms().values() for sentence in form.closing}
    return any(_is_shown(sentence, pieces) for sentence in said)


def _is_shown(label: str, pieces: set[str]) -> bool:
    own = _pieces(label)
    return len(own) * SHOWN <= len(own & pieces)


def opens(page: TaggedPage) -> bool:
    """Whether a filing may begin here: it has what a form asks for before its tables.

    A label counts as its value does: that may have been left empty or tagged wrongly.
    """
    tags = {each.tag for each in page.tagged}
    text = " ".join(each.token.text for each in page.tagged)
    asked = frozenset[str]().union(*map(opening_tags, forms().values()))
    shown = _shown_labels(asked, text)
    there = {tag for tag in asked
             if tag in tags or not shown.isdisjoint(_long_labels().get(tag, ()))}  # fmt: skip
    possible = [form for form in forms().values()
                if not form.opens_with or not tags.isdisjoint(form.opens_with)]  # fmt: skip
    if any(len(opening_tags(form) & there) > ENOUGH for form in possible):
        return True
    named = _form_name(page)
    own = opening_tags(forms()[named]) if named else frozenset[str]()
    asks = bool(named) and len(own & there) >= min(ENOUGH, len(own))
    return asks and forms()[named] in possible


def _form_name(page: TaggedPage) -> str:
    try:
        return form_of([page]).name
    except NoKnownForm:
        return ""


@cache
def opening_tags(form: FormType) -> frozenset[str]:
    """Tags of what must be given before the tables of a form, or of what it says comes first."""
    before_tables = (spec.tag for before, _, spec in _outside_tables(form)
                     if before and spec.mandatory)  # fmt: skip
    return frozenset(form.opening or before_tables)


@cache
def closing_tags() -> frozenset[str]:
    """Tags of what must be given after them: signatures and their dates."""
    return frozenset(
        spec.tag for before, _, spec in _outside_tables() if not before and spec.mandatory
    )


@cache
def content_tags() -> frozenset[str]:
    """Tags of rows, and of what a form says of itself in their place: that there are none."""
    return frozenset(
        tag
        for form in forms().values()
        for group, spec in form.specs()
        for tag in spec.tags
        if (group.table if group else spec.source == BOX)
    )


def _outside_tables(
    *chosen: FormType,
) -> Iterator[tuple[bool, GroupSpec | None, FieldSpec]]:
    """The tagged fields outside the tables of these forms, or all, and if they come before them."""
    for form in chosen or forms().values():
        before = True
        for group, spec in form.specs():
            if group and group.table:
                before = False
            elif spec.tag:
                yield before, group, spec


def _shown_labels(tags: Iterable[str], text: str) -> set[str]:
    """The long labels in the text that forms print at the fields of these tags."""
    pieces = _pieces(text)
    labels = {label for tag in tags for label in _long_labels().get(tag, ())}
    return {label for label in labels if _is_shown(label, pieces)}


@cache
def _long_labels() -> dict[str, set[str]]:
    """For each field tag the long labels that forms print at it."""
    found: dict[str, set[str]] = {}
    for form in forms().values():
        for _, spec in form.specs():
            for tag in spec.tags if len(letters(spec.printed)) >= LABEL else ():
                found.setdefault(tag, set()).add(spec.printed)
    return found


def _printed_share(words: Iterable[str]) -> float:
    """How much of the text is the print of one known family of forms, 0 to 1."""
    pieces = _pieces(" ".join(words))
    most = max(len(pieces & printed) for printed in _form_prints())
    return most / len(pieces) if pieces else 0.0


@cache
def _form_prints() -> tuple[frozenset[str], ...]:
    """For each family of forms, pieces of everything that they are described to have printed.

    Headings of running text are sentences, of which any legal text has pieces.
    """
    found: dict[str, set[str]] = {}
    for form in forms().values():
        labels = (spec.printed for _, spec in form.specs() if spec.kind != "prose")
        for text in (form.title, *form.phrases, *labels):
            found.setdefault(form.root, set()).update(_pieces(text))
    return tuple(map(frozenset, found.values()))


def _pieces(text: str) -> set[str]:
    """Every run of `PIECE` letters; white space and signs do not count."""
    bare = letters(text)
    return {bare[place : place + PIECE] for place in range(len(bare) - PIECE + 1)}


def ink_share(page: Page) -> float:
    """Share of dark pixels on the page without its edges; specks are none."""
    height, width = page.image.shape
    inner = page.image[height // MARGIN : height - height // MARGIN,
                       width // MARGIN : width - width // MARGIN]  # fmt: skip
    if not inner.size:
        return 0.0
    return float((cv2.medianBlur(np.ascontiguousarray(inner), 3) < INK).mean())


@dataclass(frozen=True)
class Heading:
    """What tells a filing from others: its form, its heading's names and dates, its figures."""

    form: str
    names: dict[str, str]
    people: str
    dates: dict[str, str]
    figures: Counter[str]

    def is_of_matter(self, other: Heading) -> bool:
        """Whether both are of one form, issuer and date, so far as both say."""
        return (
            (_is_of_kind(self.form, other.form) or not self.form or not other.form)
            and all(_is_like(self.names[tag], other.names[tag])
                    for tag in self.names.keys() & other.names.keys())
            and all(self.dates[tag] == other.dates[tag]
                    for tag in self.dates.keys() & other.dates.keys())
        )  # fmt: skip

    def is_of_people(self, other: Heading) -> bool:
        """Whether both name the same owners; one without any says nothing else."""
        return not self.people or not other.people or _is_like(self.people, other.people)

    def is_copy_of(self, other: Heading) -> bool:
        """Whether both have the same figures under the same heading."""
        most = max(self.figures.total(), other.figures.total())
        common = (self.figures & other.figures).total()
        same = self.is_of_matter(other) and self.is_of_people(other)
        return same and most >= LEAST_TAGGED and common >= SAME_FIGURES * most


def parts(
    pages: Sequence[TaggedPage], roles: Mapping[int, str] | None = None
) -> list[list[TaggedPage]]:
    """The filings of a document, each with its pages in reading order, their roles decided.

    No page is lost: what is left out stays with the filing it follows. A document without a first
    page is one part. `roles` binds: of pages, by number, that a person has looked at; one that is
    said to be a first page begins a filing, whatever it repeats.
    """
    said = roles or {}
    judged = in_reading_order([_as(page, _said_role(page, said) or role_of(page))
                               for page in pages])  # fmt: skip
    found: list[list[TaggedPage]] = []
    known: list[tuple[Heading, list[TaggedPage]]] = []
    for block in _blocks(judged):
        heading = _heading(block)
        told = any(_said_role(page, said) == FIRST for page in block)
        original = next((part for own, part in known if heading.is_copy_of(own)), None)
        if original is not None and not told:
            original += [_as(page, COPY) if is_kept(page) and not _said_role(page, said) else page
                         for page in block]  # fmt: skip
            continue
        if found and not told and _continues(block, found[-1]):
            found[-1] += [_as(page, CONTINUATION) if page.page.role == FIRST else page
                          for page in block]  # fmt: skip
        else:
            found.append(block)
        known.append((heading, found[-1]))
    return found


def is_kept(page: TaggedPage) -> bool:
    """Whether a page is read as a part of its filing."""
    return page.page.role in (FIRST, CONTINUATION)


def left_out(pages: Iterable[TaggedPage]) -> Iterator[str]:
    """A sentence for each kind of pages that are no part of their filing."""
    by_role: dict[str, list[TaggedPage]] = {}
    for page in pages:
        if page.page.role in LEFT_OUT:
            by_role.setdefault(page.page.role, []).append(page)
    for role, own in by_role.items():
        yield f"Left out as {LEFT_OUT[role]}: {listed(own)}."


def listed(pages: Iterable[TaggedPage]) -> str:
    """The numbers of pages in a sentence."""
    numbers = sorted(page.page.number for page in pages)
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def in_reading_order(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, from the last to the first where the stack was scanned from its back.

    Then it ends with a first page, begins with another, and a signature comes before the end.
    """
    kept = [page for page in pages if is_kept(page)]
    backwards = (
        bool(kept)
        and kept[0].page.role != FIRST
        and kept[-1].page.role == FIRST
        and _is_signed(kept[:-1])
    )
    return list(reversed(pages)) if backwards else list(pages)


def _said_role(page: TaggedPage, roles: Mapping[int, str]) -> str:
    """The role that a person gave the page, if any; what could not be opened is not there."""
    return "" if page.page.role == UNREADABLE else roles.get(page.page.number, "")


def _as(page: TaggedPage, role: str) -> TaggedPage:
    return replace(page, page=replace(page.page, role=role))


def _blocks(pages: Sequence[TaggedPage]) -> list[list[TaggedPage]]:
    """Runs of pages, each from a first page to the next; what comes before all joins the first."""
    found: list[list[TaggedPage]] = []
    opened = False
    for page in pages:
        first = page.page.role == FIRST
        if not found or (first and opened):
            found.append([])
        opened = opened or first
        found[-1].append(page)
    return found


def _continues(block: Sequence[TaggedPage], part: Sequence[TaggedPage]) -> bool:
    """Whether a first page only goes on with the filing before it.

    Sheets of joint filings repeat the heading for another owner and have little more than that;
    some prints repeat it on every sheet, and their only signature is on the last.
    """
    heading, before = _heading(block), _heading(part)
    if not heading.is_of_matter(before):
        return False
    if heading.is_of_people(before):
        return not (_is_signed(part) and _is_signed(block))
    return sum(each.field_tag in content_tags() for each in _values(block)) < ENOUGH


def _heading(pages: Sequence[TaggedPage]) -> Heading:
    """The heading of a filing's first page, the figures of all its pages."""
    first = next((page for page in pages if page.page.role == FIRST), pages[0])
    names: dict[str, str] = {}
    dates: dict[str, str] = {}
    people = ""
    for before, group, spec in _outside_tables():
        own = [each for each in first.tagged if each.tag == spec.tag]
        if not own or not before:
            continue
        if spec.kind == "name" and group:
            people = letters(joined(own, "name"))
        elif spec.kind == "name":
            names[spec.tag] = letters(joined(own, "name"))
        elif spec.kind == "date":
            with suppress(ValueFormatError):
                dates[spec.tag] = canonical("date", joined(own, "date"))
    figures = Counter(letters(each.token.text) for each in _values(pages)
                      if any(char.isdigit() for char in each.token.text))  # fmt: skip
    return Heading(_form_name(first), names, people, dates, figures)


def _is_of_kind(form: str, other: str) -> bool:
    """Whether two forms are one, or of a schedule one is the amended: only its cover tells that."""
    alike = form.removesuffix("/A") == other.removesuffix("/A")
    return form == other or (alike and not forms()[form].is_flat)


def _is_like(name: str, known: str) -> bool:
    """Whether two names are one, which either may be several times."""
    short, long = sorted((name, known), key=len)
    long = long[: len(short)] if len(long) > REPEATED * len(short) else long
    return character_error(short, long) <= ALIKE


def _values(pages: Iterable[TaggedPage]) -> list[Tagged]:
    """The words of a filing that are values."""
    return [each for page in pages if is_kept(page) for each in page.tagged
            if each.tag != OUTSIDE and each.token.word]  # fmt: skip


def _is_signed(pages: Sequence[TaggedPage]) -> bool:
    return any(each.tag in closing_tags() for each in _values(pages))
