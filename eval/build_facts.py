"""The facts and regions of a printed filing, with their boxes on its scan."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.gold import GoldRegion
from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from eval.truth import Truth
from models.document import Affine, Box, transformed
from models.errors import MalformedFact
from models.extraction import Place
from models.fact import Fact
from models.form import BOX, DERIVED, FIXED, FieldSpec, FormType, GroupSpec
from models.values import canonical, equal

MARK, MARK_HEAD = "footnoteId", "footnote.id"


class Sheet(Protocol):
    """A filing laid out for print, whatever its form: see eval/templates_sheet."""

    truth: Truth
    asked: dict[str, FieldSpec]
    texts: dict[str, str]
    derived: dict[str, tuple[str, str]]

    @property
    def form(self) -> FormType:
        """The form's description."""

    @property
    def family(self) -> str:
        """What its title says."""

    def value(self, path: str) -> str:
        """The true canonical value at an absolute path."""


def facts_of(sheet: Sheet, pages: Sequence[PrintedPage], maps: Sequence[Affine]) -> list[Fact]:
    """What the printed pages say, with the boxes of the scan, checked against the sheet's truth."""
    words: dict[str, list[tuple[int, PrintedWord]]] = defaultdict(list)
    marks: dict[str, list[tuple[int, PrintedWord]]] = defaultdict(list)
    squares: dict[str, list[tuple[int, PrintedRegion]]] = defaultdict(list)
    for page in pages:
        for word in page.words:
            if word.path and word.tag != MARK_HEAD:
                (marks if word.tag == MARK else words)[word.path].append((page.number, word))
        for region in page.regions:
            if region.label == "checkbox" and region.path:
                squares[region.path].append((page.number, region))
    print_ = _Print(sheet, words, marks, squares, maps)
    return [fact for path, spec in _paths(sheet) if (fact := print_.fact(path, spec)) is not None]


def _paths(sheet: Sheet) -> Iterator[tuple[str, FieldSpec]]:
    """Every field the filing's form has, for each owner, row, footnote and signature of it."""
    for item in sheet.form.items:
        if isinstance(item, FieldSpec):
            yield sheet.form.path_of(item), item
        else:
            for index in _instances(sheet, item):
                for spec in item.fields:
                    yield sheet.form.path_of(spec, item, index), spec


def _instances(sheet: Sheet, group: GroupSpec) -> list[int]:
    start = re.escape(f"/{sheet.form.root}/{group.path}[") + r"(\d+)\]"
    found = (re.match(start, path) for path in sheet.truth)
    return sorted({int(match[1]) for match in found if match})


@dataclass(frozen=True)
class _Print:
    """The printed words, marks and squares of a filing, by path."""

    sheet: Sheet
    words: dict[str, list[tuple[int, PrintedWord]]]
    marks: dict[str, list[tuple[int, PrintedWord]]]
    squares: dict[str, list[tuple[int, PrintedRegion]]]
    maps: Sequence[Affine]

    def fact(self, path: str, spec: FieldSpec) -> Fact | None:
        if spec.source == FIXED:
            return None
        if spec.source == DERIVED or (spec.shared and path in self.sheet.derived):
            return self._gathered(path, spec) if spec.from_tags else self._derived(path)
        if spec.source == BOX and spec.variants:
            return self._choice(path)
        if path in self.squares:
            page, square = self.squares[path][-1]
            return Fact(
                path, "1" if square.checked else "0", boxes=self._places([(page, square.box)])
            )
        notes = tuple(f"F{word.ref}" for _, word in self.marks.get(path, ()))
        found = [(page, word.box) for page, word in self.words.get(path, ())]
        if found:
            value = self._value(path, spec)
            return Fact(path, value, self.sheet.texts[path], self._places(found), notes)
        if path not in self.sheet.asked:
            # The page has no place for it. A flag that is not asked is not a flag that is not set.
            return Fact(path, absent=True)
        if spec.source == BOX:
            return Fact(path, "0")
        if notes:
            return Fact(path, boxes=self._places(self._mark_boxes(path)), footnotes=notes)
        return Fact(path, absent=True)

    def _mark_boxes(self, path: str) -> list[tuple[int, Box]]:
        return [(page, word.box) for page, word in self.marks.get(path, ())]

    def _derived(self, path: str) -> Fact | None:
        """What a neighbour's print tells; nothing when no neighbour does."""
        if path not in self.sheet.derived:
            return None
        value, teller = self.sheet.derived[path]
        boxes = [(page, word.box) for page, word in self.words.get(teller, ())]
        return Fact(path, value, boxes=self._places(boxes or self._mark_boxes(teller)))

    def _gathered(self, path: str, spec: FieldSpec) -> Fact:
        """What the words of other fields tell together, in reading order."""
        found = [(page, word) for words in self.words.values() for page, word in words
                 if word.tag in spec.from_tags]  # fmt: skip
        if not found:
            return Fact(path, absent=True)
        text = " ".join(self.sheet.texts[other] for other in dict.fromkeys(
            word.path for _, word in found))  # fmt: skip
        boxes = self._places((page, word.box) for page, word in found)
        return Fact(path, canonical(spec.kind, text).rstrip(","), text, boxes)

    def _choice(self, path: str) -> Fact:
        """Which of several boxes are marked, squares or words; absent when none is."""
        marked = {region.tag: [(page, region.box)] for page, region in self.squares.get(path, ())
                  if region.checked}  # fmt: skip
        printed: dict[str, list[tuple[int, PrintedWord]]] = defaultdict(list)
        for page, word in self.words.get(path, ()):
            printed[word.tag].append((page, word))
        for tag, words in printed.items():
            if _ticked("".join(word.text for _, word in words)) == "1":
                marked[tag] = [(page, word.box) for page, word in words]
        if not marked:
            return Fact(path, absent=True)
        value = " ".join(tag.rpartition(".")[2] for tag in marked)
        return Fact(
            path, value, boxes=self._places(box for found in marked.values() for box in found)
        )

    def _value(self, path: str, spec: FieldSpec) -> str:
        """The canonical value of the printed text; raises when the page and the truth differ."""
        text = self.sheet.texts[path]
        seen = "".join(word.text for _, word in self.words[path])
        if seen != "".join(text.split()):
            raise MalformedFact(f"{path}: '{text}' was to be printed, the page has '{seen}'")
        value = _read(spec, text, self.sheet)
        true = self.sheet.value(path)
        if true and not equal(spec.kind, value, true):
            raise MalformedFact(f"{path}: the page says '{value}', the filing '{true}'")
        return value

    def _places(self, found: Iterable[tuple[int, Box]]) -> tuple[Place, ...]:
        """One box a page, on the scan."""
        pages: dict[int, list[Box]] = defaultdict(list)
        for page, box in found:
            pages[page].append(box)
        return tuple(
            Place(page, transformed(Box.around(boxes), self.maps[page - 1]))
            for page, boxes in pages.items()
        )


def _read(spec: FieldSpec, text: str, sheet: Sheet) -> str:
    """The canonical value of what forms print in their own way: sentences, S/K, V."""
    if spec.tag == "documentType":
        # On paper the title is pre-printed; the date in its box tells an amendment.
        return sheet.form.name if text == sheet.family else text
    if spec.name == "noSecuritiesOwned":
        return "1"
    if spec.name == "transactionTimeliness":
        return "E" if text == "V" else text
    if spec.name == "transactionCode":
        return text.partition("/")[0]
    if spec.source == BOX:
        return _ticked(text)
    read = canonical(spec.kind, text)
    return read.rstrip(",") if spec.name.startswith("com:") else read


def _ticked(text: str) -> str:
    """Whether a box of words is marked: `[X]`, `/x/`, `____`; a sentence says that it is."""
    return "1" if re.sub(r"[\s_\[\]()/]", "", text) else "0"


def regions_of(pages: Sequence[PrintedPage], maps: Sequence[Affine]) -> list[GoldRegion]:
    """The printed regions on the scan; tables and rows are what their cells make."""
    found: list[GoldRegion] = []
    for page in pages:
        affine = maps[page.number - 1]
        for each in page.regions:
            if each.label != "table":
                found.append(GoldRegion(
                    each.label, page.number, transformed(each.box, affine), each.table, each.row,
                    each.column, each.checked, each.tag, each.path,
                ))  # fmt: skip
        found += _spans(page, affine)
    return found


def _spans(page: PrintedPage, affine: Affine) -> Iterator[GoldRegion]:
    tables: dict[int, list[Box]] = defaultdict(list)
    rows: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for cell in page.regions:
        if cell.label == "cell" and cell.table is not None and cell.row is not None:
            tables[cell.table].append(cell.box)
            if cell.row >= 0:
                rows[cell.table, cell.row].append(cell.box)
    for table, boxes in tables.items():
        yield GoldRegion("table", page.number, transformed(Box.around(boxes), affine), table)
    for (table, row), boxes in rows.items():
        yield GoldRegion("row", page.number, transformed(Box.around(boxes), affine), table, row)
