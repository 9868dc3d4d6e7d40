"""What a generated filing says: facts from its printed labels, as gold's are from the examiner's.

Only what stands on the page counts: a value that a look left out is absent, whatever was drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.printing import PrintedPage, PrintedWord
from models.boxes import UNMARKED
from models.errors import ValueFormatError
from models.fact import Fact
from models.form import BOX, DERIVED, FIXED, OWNERS, FieldSpec, FormType, GroupSpec, forms
from models.reading import cleaned
from models.titles import TYPE
from models.values import canonical
from training.synth.pages import PrintedFiling

MARK, MARK_HEAD = "footnoteId", "footnote.id"
PLAN_BOX, PLAN_RULE = "aff10b5One", "10b5"
"""The only box that a form may lack, and what its label mentions where the form has it."""

BRACKETS = frozenset("()[]{}|,;")
WITHOUT_SPACES = ("date", "number", "amount", "percent", "cusip", "identifier")
"""Kinds of which narrow cells break values anywhere."""
FAR = 30.0
"""Points: the same words this far below are the value printed once more, not its next line."""


@dataclass(frozen=True)
class _Print:
    """What the labels of a filing say, by path: words, footnote numbers, checkbox states."""

    form: FormType
    words: dict[str, list[PrintedWord]]
    marks: dict[str, list[int]]
    boxes: dict[str, bool]
    chosen: dict[str, dict[str, bool]]
    by_tag: dict[str, list[PrintedWord]]
    has_plan_box: bool

    @property
    def paths(self) -> set[str]:
        """Every path with anything printed at it."""
        return {*self.words, *self.marks, *self.boxes}

    def text(self, path: str, glue: str = "") -> str:
        """The words at a path in reading order; see `text_of`."""
        return text_of(self.words.get(path, []), glue)


def text_of(words: Sequence[PrintedWord], glue: str) -> str:
    """The words as one text, `glue` between those of different lines.

    A line that ends in a hyphen goes on without a space.
    """
    text = words[0].text if words else ""
    for before, word in pairwise(words):
        wraps = word.box.top > before.box.center[1] or word.box.bottom < before.box.top
        hyphen = len(before.text) > 1 and before.text[-1] == "-"
        text += ("" if hyphen else glue) + word.text if wraps else f" {word.text}"
    return text


def facts_of(filing: PrintedFiling, pages: Sequence[int] | None = None) -> list[Fact]:
    """The facts of a filing, or of some of its pages (numbered from 1), in the form's order."""
    chosen = [page for page in filing.pages if pages is None or page.number in pages]
    seen = _read(forms()[filing.form], chosen)
    facts = (_fact(seen, path, group, index, spec) for path, group, index, spec in _places(seen))
    return [fact for fact in facts if fact is not None]


def _read(form: FormType, pages: Sequence[PrintedPage]) -> _Print:
    words, marks = defaultdict[str, list[PrintedWord]](list), defaultdict[str, list[int]](list)
    boxes: dict[str, bool] = {}
    chosen = defaultdict[str, dict[str, bool]](dict)
    by_tag = defaultdict[str, list[PrintedWord]](list)
    for page in pages:
        for path, own in _values(page).items():
            # Names and addresses are repeated on every sheet; texts go on over pages.
            if [word.text for word in own] != [word.text for word in words[path]]:
                words[path] += own
        for word in page.words:
            if word.tag == MARK:
                marks[word.path].append(word.ref)
        boxes |= {region.path: bool(region.checked) for region in page.regions
                  if region.label == "checkbox" and region.path}  # fmt: skip
        for path, variant, marked in _choices(form, page):
            chosen[path][variant] = chosen[path].get(variant, False) or marked
        for tag, own in _tagged(page).items():
            by_tag[tag] = by_tag.get(tag) or own
    has_plan_box = any(not word.tag and PLAN_RULE in word.text.lower()
                       for page in pages for word in page.words)  # fmt: skip
    return _Print(form, dict(words), dict(marks), boxes, dict(chosen), dict(by_tag), has_plan_box)


def _choices(form: FormType, page: PrintedPage) -> Iterator[tuple[str, str, bool]]:
    """Path, variant and state of every box that is one of several, drawn or typed."""
    typed = ((word.path, word.tag, bool(set(word.text) - UNMARKED)) for word in page.words)
    drawn = ((region.path, region.tag, bool(region.checked)) for region in page.regions
             if region.label == "checkbox")  # fmt: skip
    for path, tag, marked in (*typed, *drawn):
        at = form.locate(path) if path and "." in tag else None
        if at and at[2].source == BOX and at[2].variants:
            yield path, tag.rpartition(".")[2], marked


def _tagged(page: PrintedPage) -> dict[str, list[PrintedWord]]:
    """The words of each tag on a page."""
    found = defaultdict[str, list[PrintedWord]](list)
    for word in page.words:
        if word.tag:
            found[word.tag].append(word)
    return found


def _values(page: PrintedPage) -> dict[str, list[PrintedWord]]:
    """The words of each value on a page."""
    found = defaultdict[str, list[PrintedWord]](list)
    for word in page.words:
        # A label may reach over the bracket or comma that is printed before its value.
        stray = not found.get(word.path) and set(word.text) <= BRACKETS
        if word.path and word.tag not in (MARK, MARK_HEAD) and not stray:
            found[word.path].append(word)
    return {path: _once(own) for path, own in found.items()}


def _once(words: list[PrintedWord]) -> list[PrintedWord]:
    """The words without their repetitions further down the page."""
    texts = [word.text for word in words]
    for size in range(1, len(words) // 2 + 1):
        repeated = texts == texts[:size] * (len(words) // size)
        if repeated and words[size].box.top - words[0].box.top > FAR:
            return words[:size]
    return words


def _put_together(seen: _Print, path: str, spec: FieldSpec) -> Fact:
    """A field that has the words of others: those printed first, in reading order."""
    words = [word for tag in spec.from_tags for word in seen.by_tag.get(tag, ())]
    text = text_of(sorted(words, key=lambda word: (word.box.bottom, word.box.left)), " ")
    try:
        value = canonical(spec.kind, cleaned(text, spec.kind)) if text else ""
    except ValueFormatError:
        value = ""
    return Fact(path, value, text, absent=not value)


def _printed_once(seen: _Print, group: GroupSpec, index: int, spec: FieldSpec) -> str:
    """The path at which a value of all instances was printed: the last one before this."""
    paths = (seen.form.path_of(spec, group, each) for each in range(index, 0, -1))
    return next((path for path in paths if path in seen.words), "")


Place = tuple[str, GroupSpec | None, int, FieldSpec]


def _places(seen: _Print) -> Iterator[Place]:
    """Every field of the form, for each owner, row, footnote and signature printed."""
    found: dict[str, set[int]] = defaultdict(set)
    for path in seen.paths:
        if (at := seen.form.locate(path)) and at[0]:
            found[at[0].path].add(at[1])
    for item in seen.form.items:
        if isinstance(item, FieldSpec):
            yield seen.form.path_of(item), None, 1, item
        else:
            for index in sorted(found[item.path]):
                for spec in item.fields:
                    yield seen.form.path_of(spec, item, index), item, index, spec


def _fact(
    seen: _Print, path: str, group: GroupSpec | None, index: int, spec: FieldSpec
) -> Fact | None:
    """The fact at one place; None where the page cannot tell."""
    if spec.source == FIXED:
        return None
    if spec.from_tags:
        return _put_together(seen, path, spec)
    if spec.source == DERIVED:
        value = _derived(seen, group, index, spec) if group else ""
        return Fact(path, value) if value else None
    if spec.source == BOX:
        return _flag(seen, path, group, index, spec)
    path_of_print = path
    if spec.shared and path not in seen.words and group:
        path_of_print = _printed_once(seen, group, index, spec)
    text = seen.text(path_of_print, " ")
    value = _value(seen, spec, path_of_print) if text else ""
    notes = tuple(dict.fromkeys(f"F{number}" for number in seen.marks.get(path, ())))
    return Fact(path, value, text, footnotes=notes, absent=not value and not notes)


def _flag(seen: _Print, path: str, group: GroupSpec | None, index: int, spec: FieldSpec) -> Fact:
    """A flag's state; bare marks leave nothing where they are not set."""
    if spec.variants:
        marked = [each for each in spec.variants if seen.chosen.get(path, {}).get(each)]
        return Fact(path, " ".join(marked), absent=not marked)
    if path in seen.boxes:
        return Fact(path, "1" if seen.boxes[path] else "0")
    text = seen.text(path)
    if not text and not _asked(seen, group, index, spec):
        return Fact(path, absent=True)
    return Fact(path, "1" if set(text) - UNMARKED else "0", text)


def _asked(seen: _Print, group: GroupSpec | None, index: int, spec: FieldSpec) -> bool:
    """Whether the page has a place for a flag that is not printed itself.

    Further owners are often printed by name alone, without boxes.
    """
    if group is None or group.gathered != OWNERS:
        return spec.name != PLAN_BOX or seen.has_plan_box
    beside = {seen.form.path_of(each, group, index) for each in group.fields if each.source == BOX}
    return not beside.isdisjoint(seen.paths)


def _value(seen: _Print, spec: FieldSpec, path: str) -> str:
    """The canonical value of the words; empty where they are no value, as `06/2001` is no date."""
    if spec.tag == TYPE:
        return seen.form.name  # on paper the title is pre-printed and does not tell an amendment
    if spec.name == "transactionTimeliness":
        return "E" if seen.text(path) == "V" else seen.text(path)
    if spec.name == "transactionCode":
        return "".join(char for char in seen.text(path).partition("/")[0] if char.isalpha())
    # Narrow cells break dates and numbers wherever a line is full, yet "Mar. 5," may end one too.
    for glue in ("", " ") if spec.kind in WITHOUT_SPACES else (" ",):
        try:
            return canonical(spec.kind, seen.text(path, glue))
        except ValueFormatError:
            continue
    return ""


def _derived(seen: _Print, group: GroupSpec, index: int, spec: FieldSpec) -> str:
    """What a neighbour's print tells of a row: its side, the swap, the form's number."""
    row = {each.name: seen.form.path_of(each, group, index) for each in group.fields}
    if spec.variant_of:
        sided = (row[each.name] for each in group.fields if each.variants)
        sides = (seen.words[path][0].tag.rpartition(".")[2] for path in sided if path in seen.words)
        return next(sides, "")
    code = seen.text(row.get("transactionCode", ""))
    if not code:
        return ""
    if spec.name == "equitySwapInvolved":
        return "1" if code.endswith("/K") else "0"
    number = next((char for char in code if char.isdecimal()), "")
    early = row["transactionTimeliness"] in seen.words
    return number or ("5" if early else seen.form.name[0])
