"""What a generated filing says: facts from its printed labels, as gold's are from the examiner's.

Only what stands on the page counts: a value that a look left out is absent, whatever was drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.printing import PrintedPage, PrintedWord
from models.assemble import UNMARKED
from models.errors import ValueFormatError
from models.fact import Fact
from models.form import BOX, DERIVED, FIXED, FieldSpec, FormType, GroupSpec, forms
from models.values import canonical
from training.synth.pages import PrintedFiling

MARK, MARK_HEAD = "footnoteId", "footnote.id"
PLAN_BOX, PLAN_RULE = "aff10b5One", "10b5"
"""The only box that a form may lack, and what its label mentions where the form has it."""

BRACKETS = frozenset("()[]{}|,;")
FAR = 30.0
"""Points: the same words this far below are the value printed once more, not its next line."""


@dataclass(frozen=True)
class _Print:
    """What the labels of a filing say, by path: words, footnote numbers, checkbox states."""

    form: FormType
    words: dict[str, list[PrintedWord]]
    marks: dict[str, list[int]]
    boxes: dict[str, bool]
    has_plan_box: bool

    @property
    def paths(self) -> set[str]:
        """Every path with anything printed at it."""
        return {*self.words, *self.marks, *self.boxes}

    def text(self, path: str, glue: str = "") -> str:
        """The words at a path in reading order, `glue` between those of different lines.

        A line that ends in a hyphen goes on without a space.
        """
        words = self.words.get(path, [])
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
    has_plan_box = any(not word.tag and PLAN_RULE in word.text.lower()
                       for page in pages for word in page.words)  # fmt: skip
    return _Print(form, dict(words), dict(marks), boxes, has_plan_box)


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
    if spec.source == DERIVED:
        value = _derived(seen, group, index, spec) if group else ""
        return Fact(path, value) if value else None
    if spec.source == BOX:
        return _flag(seen, path, group, index, spec)
    text = seen.text(path, " ")
    value = _value(seen, spec, path) if text else ""
    notes = tuple(dict.fromkeys(f"F{number}" for number in seen.marks.get(path, ())))
    return Fact(path, value, text, footnotes=notes, absent=not value and not notes)


def _flag(seen: _Print, path: str, group: GroupSpec | None, index: int, spec: FieldSpec) -> Fact:
    """A flag's state; bare marks leave nothing where they are not set."""
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
    if group is None:
        return spec.name != PLAN_BOX or seen.has_plan_box
    beside = {seen.form.path_of(each, group, index) for each in group.fields if each.source == BOX}
    return not beside.isdisjoint(seen.paths)


def _value(seen: _Print, spec: FieldSpec, path: str) -> str:
    """The canonical value of the words; empty where they are no value, as `06/2001` is no date."""
    if spec.name == "documentType":
        return seen.form.name  # on paper the title is pre-printed and does not tell an amendment
    if spec.name == "transactionTimeliness":
        return "E" if seen.text(path) == "V" else seen.text(path)
    if spec.name == "transactionCode":
        return "".join(char for char in seen.text(path).partition("/")[0] if char.isalpha())
    # Narrow cells break dates and numbers wherever a line is full, yet "Mar. 5," may end one too.
    for glue in ("", " ") if spec.kind in ("date", "number", "identifier") else (" ",):
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
