"""The teacher's pages: what is printed is what the labels say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import numpy as np
import pymupdf
import pytest

from eval.printing import PrintedPage, PrintedRegion, Printer, recover
from eval.templates import FONTS as EXAMINER_FONTS
from models.document import Box
from models.form import FieldSpec, forms
from training.synth import pages
from training.synth.content import Content, random_filing
from training.synth.looks import LOOKS, choose, dress, render
from training.synth.looks_sheet import Sheet
from training.synth.print_pages import Config, print_filing, role_of, tasks
from training.synth.style import HAND, MONO, SANS, SERIF, SYMBOLS

SEEDS = (1, 2, 5, 8)
CASES = tuple(product(LOOKS, SEEDS))
CARDS = {("grid", 2)}
"""Of these, those whose Table I is printed as cards: `test_training_looks_orders` is about them."""
TABLES = tuple(case for case in CASES if case not in CARDS)
FONTS = {*SANS, *SERIF, *MONO, HAND, SYMBOLS}
EXAMINERS = [
    fonts for split in EXAMINER_FONTS.values() for look in split.values() for fonts in look
]
RESERVED = {
    # What fontconfig gives for Arial, Times and Courier, under Liberation's other names.
    *("arimo", "tinos", "cousine"),
    *(name.split()[0].lower() for fonts in EXAMINERS for name in (fonts.label, fonts.data)),
}
HANGING = 1.0
"""Points."""
NOT_IN_WORDS = ("transactionTimeliness", "transactionCode")
"""Printed as V, or with the code: checked by tests of their own."""


@dataclass(frozen=True)
class Printed:
    content: Content
    sheet: Sheet
    pdf: bytes
    pages: list[PrintedPage]

    def words(self) -> dict[str, str]:
        """Everything printed of each field, without white space."""
        found: dict[str, str] = defaultdict(str)
        for page in self.pages:
            for word in page.words:
                if word.tag not in ("", "footnoteId", "footnote.id"):
                    found[word.path] += word.text
        return found

    def regions(self, label: str) -> list[PrintedRegion]:
        return [each for page in self.pages for each in page.regions if each.label == label]


@pytest.fixture(scope="session")
def printed(
    printer: Printer, needs_fonts: Callable[[Iterable[str]], None]
) -> dict[tuple[str, int], Printed]:
    needs_fonts(FONTS)
    found = {}
    for look, seed in CASES:
        rng = np.random.default_rng(seed)
        content = random_filing(rng)
        document, sheet = dress(content, rng, look)
        pdf = printer.pdf(document)
        found[look, seed] = Printed(content, sheet, pdf, recover(pdf, sheet.markup.labels))
    return found


def one_owner_per_form(path: str) -> bool:
    """Forms print the relationship of the first owner; further ones may have it or not."""
    return "Relationship" not in path or "reportingOwner[1]" in path


def expected(case: Printed, spec: FieldSpec, path: str) -> str:
    """What must be printed of a field, without white space, numbers plain."""
    value = case.content.text(path)
    if spec.kind == "date":
        form = case.sheet.date_formats.get(spec.name, case.sheet.style.numbers.date)
        value = date.fromisoformat(value).strftime(form)
    value = case.sheet.instead.get(spec.name, {}).get(value, value)
    return "".join(value.split())


def repeated(text: str, unit: str) -> bool:
    """Whether the text is the unit, once or, where a form repeats it, more often."""
    return bool(unit) and text == unit * (len(text) // len(unit))


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_every_value_is_printed_under_its_tag_and_path(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    words = case.words()
    form = forms()[case.content.form]
    for path, value in case.content.values.items():
        found = form.locate(path)
        assert found is not None
        spec = found[2]
        checked = value and spec.tag and spec.kind != "flag" and spec.name not in NOT_IN_WORDS
        if not checked or not one_owner_per_form(path):
            continue
        if spec.kind == "number":
            assert Decimal(words[path].replace("$", "").replace(",", "")) == Decimal(value)
        elif spec.name == "documentType":
            assert {value, value[0]} & {words[path]}
        else:
            assert repeated(words[path], expected(case, spec, path)), path


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_tags_belong_to_the_field_of_their_path(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    form = forms()[case.content.form]
    for page in case.pages:
        for word in page.words:
            found = form.locate(word.path) if word.path else None
            assert (found is None) == (word.tag == "")
            if found and word.tag not in ("footnoteId", "footnote.id"):
                assert word.tag in found[2].tags


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_every_footnote_mark_stands_at_its_field(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    marks = defaultdict(set)
    for page in case.pages:
        for word in page.words:
            if word.tag == "footnoteId":
                assert str(word.ref) in word.text
                marks[word.path].add(word.ref)
    assert marks == {path: set(refs) for path, refs in case.content.footnotes.items() if refs}


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_swaps_and_early_reports_are_printed_with_the_code(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    words = case.words()
    for path, value in case.content.values.items():
        if value and path.endswith("/transactionCode"):
            assert words[path].startswith(value)
            swap = case.content.values[path.rsplit("/", 1)[0] + "/equitySwapInvolved"]
            assert words[path].endswith("/K") == (swap == "1")
        if value == "E" and path.endswith("/transactionTimeliness"):
            assert words[path] == "V"


@pytest.mark.parametrize(("look", "seed"), TABLES)
def test_cells_of_a_row_have_equal_heights_and_no_column_is_missing(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    rows: dict[tuple[int | None, int], list[PrintedRegion]] = defaultdict(list)
    for cell in case.regions("cell"):
        assert cell.row is not None
        if cell.row >= 0:
            rows[cell.table, cell.row].append(cell)
    for table in (0, 1):
        indices = [row for each, row in rows if each == table]
        assert sorted(indices) == list(range(len(indices)))
        assert len(indices) >= len(case.sheet.rows(table))
    for cells in rows.values():
        assert sorted(cell.column or 0 for cell in cells) == list(range(len(cells)))
        heights = [cell.box.height for cell in cells]
        assert max(heights) - min(heights) < 1.5


def row_of(case: Printed, table: int, row: int) -> tuple[str, int]:
    """The row of the filing that a printed one has; the second of two parts has rows of its own."""
    order = case.sheet.rows(table)
    return order[row if row < len(order) else row - len(order) - case.sheet.style.empty_rows]


@pytest.mark.parametrize(("look", "seed"), TABLES)
def test_values_of_a_row_stand_in_its_cells(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    for page in case.pages:
        cells = [each for each in page.regions if each.label == "cell" and (each.row or 0) >= 0]
        for word in page.words:
            table = 0 if "/nonDerivativeTable/" in word.path else 1
            if "Table/" not in word.path:
                continue
            # A mark on a line of its own may hang a little out of its cell.
            holding = [
                [each for each in cells if each.table == table
                 and each.box.contains(word.box.center[0], word.box.center[1] + down)]
                for down in (0.0, HANGING, -HANGING)
            ]  # fmt: skip
            here = [row_of(case, table, each.row or 0) for each in next(filter(None, holding))]
            assert [f"/{group}[{index}]/" in word.path for group, index in here] == [True]


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_boxes_to_tick_show_their_state(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    case = printed[look, seed]
    words = case.words()
    states = {each.path: each.checked for each in case.regions("checkbox")}
    form = forms()[case.content.form]
    for path, value in case.content.values.items():
        found = form.locate(path)
        flag = found and found[2].kind == "flag" and found[2].tag
        if not flag or not one_owner_per_form(path) or path.endswith("noSecuritiesOwned"):
            continue
        if path in states:
            assert states[path] is (value == "1")
        else:
            ticked = bool(set(words[path]) & set("Xx✓")) or words[path] == "Yes"
            assert ticked == (value == "1")


@pytest.mark.parametrize(("look", "seed"), CASES)
def test_labels_lie_on_their_page(
    printed: dict[tuple[str, int], Printed], look: str, seed: int
) -> None:
    for page in printed[look, seed].pages:
        boxes = [each.box for each in page.regions] + [each.box for each in page.words if each.tag]
        for box in boxes:
            assert box.left >= -1 and box.right <= page.width + 1
            assert box.top >= -1 and box.bottom <= page.height + 1


def test_no_page_embeds_a_font_reserved_for_evaluation(
    printed: dict[tuple[str, int], Printed],
) -> None:
    for case in printed.values():
        with pymupdf.open(stream=case.pdf, filetype="pdf") as document:
            names = {font[3].lower() for page in document for font in page.get_fonts()}
        assert not [name for name in names if any(each in name for each in RESERVED)]


def test_no_style_names_a_font_reserved_for_evaluation() -> None:
    names = [name.lower() for name in FONTS]
    assert not [name for name in names if any(name.startswith(each) for each in RESERVED)]


def test_a_filing_depends_on_seed_and_number_alone(printer: Printer) -> None:
    first = print_filing(printer, 7, 11)[1]
    print_filing(printer, 7, 12)
    assert print_filing(printer, 7, 11)[1] == first


def test_rendering_is_deterministic() -> None:
    for look in LOOKS:
        once, again = (
            render(random_filing(np.random.default_rng(4)), np.random.default_rng(5), look)
            for _ in range(2)
        )
        assert once == again


def test_old_forms_never_have_the_box_of_2023() -> None:
    rng = np.random.default_rng(0)
    content = next(
        each
        for each in (random_filing(rng, "4") for _ in range(100))
        if "/ownershipDocument/aff10b5One" in each.values
    )
    assert "old" not in {choose(rng, content) for _ in range(100)}


def test_power_of_attorney_and_letters_are_pages_of_another_role(printer: Printer) -> None:
    rng = np.random.default_rng(3)
    content = random_filing(rng)
    document, sheet = dress(content, rng, "loose")
    label = sheet.markup.region(pages.ROLE_LABEL)
    extra = f'<div class="pos" style="break-before:page">{label}Power of Attorney</div>'
    printed = recover(printer.pdf(document + extra), sheet.markup.labels)
    assert role_of(printed[0]) == pages.FIRST
    assert role_of(printed[-1]) == pages.OTHER


def test_labels_survive_saving(tmp_path: Path) -> None:
    region = PrintedRegion("cell", Box(1, 2, 3, 4), table=0, row=-1, column=2)
    page = PrintedPage(1, 612.0, 792.0, (), (region,), (Box(0, 0, 9, 0.5),))
    filing = pages.PrintedFiling("4", "sec", (page,), (pages.FIRST,))
    pages.save(tmp_path / "00000.json.gz", filing)
    assert pages.load(tmp_path / "00000.json.gz") == filing
    assert pages.label_files(tmp_path) == [tmp_path / "00000.json.gz"]


def test_finished_filings_are_not_printed_again(tmp_path: Path) -> None:
    (tmp_path / "00001.json.gz").touch()
    found = tasks(Config(seed=1, count=4, processes=1, chunk=2), tmp_path)
    assert [task.numbers for task in found] == [(0, 2), (3,)]
