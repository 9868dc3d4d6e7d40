"""Tagged tokens to fields: rows, footnotes, owners, signatures, boxes."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from models.assemble import assemble, likeliest_place
from models.codes import in_code_list
from models.document import Box, Page, Word
from models.errors import NoKnownForm
from models.extraction import BLANK, FOOTNOTE_ONLY, ILLEGIBLE, NOT_ON_FORM, READ, Region
from models.form import FieldSpec
from models.grid import structured
from models.reading import RawField, TaggedPage, cleaned, read_value
from models.tagger import Tagged, Token

Cell = tuple[str, str]
"""Text and tag; a mark's tag ends in ^."""

TITLE, DATE = "nonDerivative.securityTitle", "nonDerivative.transactionDate"
CODE = "nonDerivative.transactionCode"
SHARES, AFTER = "nonDerivative.transactionShares", "nonDerivative.sharesOwnedFollowingTransaction"
OPTION, GRANTED = "derivative.securityTitle", "derivative.transactionShares"


class Sheet:
    """Builds a tagged page cell by cell."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.tagged: list[Tagged] = []
        self.plain: list[Region] = []
        self.line = 0

    def put(self, text: str, tag: str, left: float, top: float, cell: Region | None = None,
            checkbox: Region | None = None) -> None:  # fmt: skip
        box = Box(left, top, left + 5 * len(text), top + 8)
        word = None if checkbox else Word(text, box, (0.99,) * len(text))
        token = Token(text, box, self.number, self.line, word, checkbox, cell)
        self.tagged.append(Tagged(token, tag, 0.98))
        self.line += 1

    def row(self, top: float, *cells: Sequence[Cell]) -> None:
        for column, words in enumerate(cells):
            cell = Region("cell", self.number, Box(80 * column, top, 80 * column + 80, top + 20))
            self.plain.append(cell)
            for index, (text, tag) in enumerate(words):
                self.put(text, tag, 80 * column + 2 + 30 * index, top + 4, cell)

    def page(self) -> TaggedPage:
        cells = [each.token.container for each in self.tagged if each.token.container]
        table = [Region("table", self.number, Box.around(c.box for c in cells))] if cells else []
        page = Page(self.number, 612, 792, np.zeros((2, 2), np.uint8), 72)
        return TaggedPage(page, structured([*table, *self.plain], self.number), tuple(self.tagged))


def headed() -> Sheet:
    sheet = Sheet()
    sheet.put("4", "documentType", 10, 10)
    for text in ("ACME", "WIDGETS", "INC"):
        sheet.put(text, "issuerName", 10, 30)
    sheet.put("06/30/2021", "periodOfReport", 10, 50)
    return sheet


def fields(*sheets: Sheet) -> dict[str, RawField]:
    found = assemble([sheet.page() for sheet in sheets])
    return {raw.path.removeprefix("/ownershipDocument/"): raw for raw in found.fields}


def transaction(sheet: Sheet, top: float, *, price: Sequence[Cell] = ()) -> None:
    sheet.row(
        top, [("Common", TITLE), ("Stock", TITLE)], [("06/30/2021", DATE)], [("S", CODE)],
        [("1,000", SHARES), ("⁽¹⁾", SHARES + "^")], price, [("5,000", AFTER)],
    )  # fmt: skip


def test_a_row_gives_values_and_its_footnote_leaves_the_number() -> None:
    sheet = headed()
    transaction(sheet, 200)
    read = fields(sheet)
    row = "nonDerivativeTable/nonDerivativeTransaction[1]/"
    assert read[row + "securityTitle"].value == "Common Stock"
    assert read[row + "transactionDate"].value == "2021-06-30"
    shares = read[row + "transactionAmounts/transactionShares"]
    assert shares.value == "1000"
    assert [mark.number for mark in shares.marks] == [1]
    assert read[row + "transactionAmounts/transactionPricePerShare"].state == BLANK


def test_a_cell_with_a_mark_alone_is_footnote_only() -> None:
    sheet = headed()
    transaction(sheet, 200, price=[("(2)", "nonDerivative.transactionPricePerShare^")])
    price = fields(sheet)[
        "nonDerivativeTable/nonDerivativeTransaction[1]/transactionAmounts/transactionPricePerShare"
    ]
    assert (price.state, price.value, price.marks[0].number) == (FOOTNOTE_ONLY, "", 2)


def test_a_row_without_date_and_code_is_a_holding() -> None:
    sheet = headed()
    transaction(sheet, 200)
    sheet.row(220, [("Preferred", TITLE)], [], [], [], [], [("70", AFTER)])
    read = fields(sheet)
    assert read["nonDerivativeTable/nonDerivativeHolding[1]/securityTitle"].value == "Preferred"
    assert "nonDerivativeTable/nonDerivativeTransaction[2]/securityTitle" not in read


def test_rows_go_on_over_pages_as_one_table() -> None:
    first, second = headed(), Sheet(2)
    transaction(first, 200)
    transaction(second, 40)
    read = fields(first, second)
    assert (
        read["nonDerivativeTable/nonDerivativeTransaction[2]/transactionDate"].places[0].page == 2
    )


def test_a_title_cut_by_a_page_break_is_one_row() -> None:
    first, second = headed(), Sheet(2)
    transaction(first, 200)
    second.row(40, [("Units", TITLE)], [], [], [], [], [])
    second.row(60, [("Other", TITLE)], [("06/30/2021", DATE)], [("P", CODE)], [], [], [])
    read = fields(first, second)
    assert read["nonDerivativeTable/nonDerivativeTransaction[2]/securityTitle"].value == "Other"


def typed_row(sheet: Sheet, top: float, shares: str) -> None:
    """A row without cells around it, as typewriters make them."""
    for left, text, tag in ((10, "Common", TITLE), (150, "06/30/2021", DATE), (230, "S", CODE),
                            (300, shares, SHARES), (400, "5,000", AFTER)):  # fmt: skip
        sheet.put(text, tag, left, top)


def test_rows_without_rules_are_told_apart_by_what_a_row_has_once() -> None:
    sheet = headed()
    for top, shares in ((200, "100"), (210, "200"), (220, "300")):
        typed_row(sheet, top, shares)
    read = fields(sheet)
    path = "nonDerivativeTable/nonDerivativeTransaction[{}]/transactionAmounts/transactionShares"
    assert [read[path.format(index)].value for index in (1, 2, 3)] == ["100", "200", "300"]


def test_wrapped_titles_of_rows_without_rules_stay_with_the_nearer_row() -> None:
    sheet = headed()
    sheet.put("Class", TITLE, 10, 190)
    typed_row(sheet, 200, "100")
    sheet.put("Stock", TITLE, 10, 210)
    sheet.put("Class", TITLE, 10, 230)
    typed_row(sheet, 240, "200")
    sheet.put("Stock", TITLE, 10, 250)
    read = fields(sheet)
    rows = [f"nonDerivativeTable/nonDerivativeTransaction[{index}]/" for index in (1, 2)]
    assert [read[row + "securityTitle"].value for row in rows] == ["Class Common Stock"] * 2
    assert [read[row + "transactionAmounts/transactionShares"].value for row in rows] == [
        "100", "200"]  # fmt: skip


def test_a_lone_word_is_no_row() -> None:
    sheet = headed()
    typed_row(sheet, 200, "100")
    sheet.put("smudge", OPTION, 10, 400)
    sheet.put("(2)", OPTION + "^", 60, 400)
    assert not [path for path in fields(sheet) if path.startswith("derivativeTable")]


def test_rows_of_two_tables_without_rules_are_two_rows() -> None:
    sheet = headed()
    typed_row(sheet, 200, "100")
    sheet.put("Option", OPTION, 10, 215)
    sheet.put("77", "derivative.underlyingSecurityShares", 300, 215)
    sheet.put("D", "derivative.directOrIndirectOwnership", 500, 215)
    read = fields(sheet)
    assert read["nonDerivativeTable/nonDerivativeTransaction[1]/securityTitle"].value == "Common"
    assert read["derivativeTable/derivativeHolding[1]/securityTitle"].value == "Option"


def test_a_second_number_of_one_tag_takes_its_next_best_field() -> None:
    sheet = headed()
    for left, text, tag in ((10, "Common", TITLE), (230, "S", CODE), (300, "100", SHARES)):
        sheet.put(text, tag, left, 200)
    sheet.put("5,000", SHARES, 400, 200)
    sheet.tagged[-1] = replace(sheet.tagged[-1], score=0.6, rival=AFTER)
    row = "nonDerivativeTable/nonDerivativeTransaction[1]/"
    read = fields(sheet)
    assert read[row + "transactionAmounts/transactionShares"].value == "100"
    after = read[row + "postTransactionAmounts/sharesOwnedFollowingTransaction"]
    assert after.value == "5000"


@pytest.mark.parametrize("side", ["A", "D"])
def test_the_sub_column_of_table_two_tells_acquired_from_disposed(side: str) -> None:
    sheet = headed()
    sheet.row(200, [("Option", OPTION)], [("06/30/2021", "derivative.transactionDate")],
              [("M", "derivative.transactionCode")], [("500", f"{GRANTED}.{side}")])  # fmt: skip
    read = fields(sheet)
    row = "derivativeTable/derivativeTransaction[1]/transactionAmounts/"
    assert read[row + "transactionAcquiredDisposedCode"].value == side
    assert read[row + "transactionShares"].value == "500"


def test_an_equity_swap_and_an_early_transaction_leave_the_code() -> None:
    sheet = headed()
    sheet.row(200, [("Common", TITLE)], [("06/30/2021", DATE)], [("S/K", CODE)],
              [("V", "nonDerivative.transactionTimeliness")])  # fmt: skip
    read = fields(sheet)
    row = "nonDerivativeTable/nonDerivativeTransaction[1]/"
    assert read[row + "transactionCoding/transactionCode"].value == "S"
    assert read[row + "transactionCoding/equitySwapInvolved"].value == "1"
    assert read[row + "transactionTimeliness"].value == "E"
    assert read[row + "transactionCoding/transactionFormType"].value == "5"


def test_text_that_is_no_value_of_its_kind_is_an_abstention() -> None:
    sheet = headed()
    sheet.row(200, [("Common", TITLE)], [("06/3O/Z021", DATE)], [("S", CODE)])
    date = fields(sheet)["nonDerivativeTable/nonDerivativeTransaction[1]/transactionDate"]
    assert (date.state, date.value, date.text) == (ILLEGIBLE, "", "06/3O/Z021")


def test_footnotes_go_from_head_to_head() -> None:
    sheet = headed()
    for text, tag in (("1.", "footnote.id"), ("Held", "footnote"), ("by", "footnote"),
                      ("2.", "footnote.id"), ("A", "footnote"), ("gift.", "footnote")):  # fmt: skip
        sheet.put(text, tag, 10, 500 + 10 * sheet.line)
    read = fields(sheet)
    assert read["footnotes/footnote[1]"].value == "Held by"
    assert read["footnotes/footnote[2]"].value == "A gift."


def test_boxes_and_bare_marks_are_read_and_absent_ones_are_zero() -> None:
    sheet = headed()
    ticked = Region("checkbox", 1, Box(10, 80, 18, 88), checked=True)
    empty = Region("checkbox", 1, Box(10, 90, 18, 98), checked=False)
    sheet.put("[x]", "isDirector", 10, 80, checkbox=ticked)
    sheet.put("[ ]", "isOfficer", 10, 90, checkbox=empty)
    sheet.put("__X__", "isTenPercentOwner", 10, 100)
    sheet.put("Doe", "rptOwnerName", 10, 70)
    read = fields(sheet)
    relation = "reportingOwner[1]/reportingOwnerRelationship/"
    values = [read[relation + name].value
              for name in ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")]  # fmt: skip
    assert values == ["1", "0", "1", "0"]


def test_a_box_that_this_print_of_the_form_lacks_is_not_on_form() -> None:
    assert fields(headed())["aff10b5One"].state == NOT_ON_FORM
    newer = headed()
    newer.put("10b5-1(c).", "O", 100, 20)
    assert fields(newer)["aff10b5One"].value == "0"


def test_two_owners_in_boxes_of_their_own_keep_their_addresses() -> None:
    sheet = headed()
    for index, (name, city) in enumerate((("Doe", "RENO"), ("Roe", "BOISE"))):
        box = Region("header", 1, Box(0, 300 + 100 * index, 200, 390 + 100 * index))
        sheet.put(name, "rptOwnerName", 10, 310 + 100 * index, box)
        sheet.put(city, "rptOwnerCity", 10, 350 + 100 * index, box)
    read = fields(sheet)
    for index, city in ((1, "RENO"), (2, "BOISE")):
        assert read[f"reportingOwner[{index}]/reportingOwnerAddress/rptOwnerCity"].value == city


def test_owners_side_by_side_keep_their_own_addresses() -> None:
    sheet = headed()
    for left, name, city in ((10, "Ono", "Boston"), (300, "Poe", "London")):
        head = Region("header", 1, Box(left, 100, left + 280, 130))
        foot = Region("header", 1, Box(left, 131, left + 280, 160))
        sheet.put(name, "rptOwnerName", left + 5, 110, head)
        sheet.put(city, "rptOwnerCity", left + 5, 140, foot)
    read = fields(sheet)
    cities = [read[f"reportingOwner[{index}]/reportingOwnerAddress/rptOwnerCity"].value
              for index in (1, 2)]  # fmt: skip
    assert cities == ["Boston", "London"]


def test_an_owner_printed_twice_is_one() -> None:
    sheet = headed()
    for index in range(2):
        box = Region("header", 1, Box(0, 300 + 100 * index, 200, 390 + 100 * index))
        sheet.put("Doe", "rptOwnerName", 10, 310 + 100 * index, box)
    assert "reportingOwner[2]/reportingOwnerId/rptOwnerName" not in fields(sheet)


def test_each_signature_has_the_date_at_its_height() -> None:
    sheet = headed()
    for index, name in enumerate(("/s/ Doe", "/s/ Roe")):
        sheet.put(name, "signatureName", 10, 600 + 40 * index)
        sheet.put(f"07/0{index + 1}/2021", "signatureDate", 300, 600 + 40 * index)
    read = fields(sheet)
    assert read["ownerSignature[2]/signatureName"].value == "/s/ Roe"
    assert read["ownerSignature[2]/signatureDate"].value == "2021-07-02"


def test_an_amendment_is_known_by_its_original_date() -> None:
    sheet = headed()
    sheet.put("05/01/2021", "dateOfOriginalSubmission", 10, 60)
    assert fields(sheet)["documentType"].value == "4/A"


def test_a_page_of_something_else_is_no_known_form() -> None:
    sheet = Sheet()
    for word in ("Dear", "Sir", "or", "Madam"):
        sheet.put(word, "O", 10, 10)
    with pytest.raises(NoKnownForm):
        assemble([sheet.page()])


def test_a_word_broken_at_its_hyphen_is_one_word_again() -> None:
    sheet = headed()
    sheet.put("Attorney-", "signatureName", 10, 600)
    sheet.put("in-fact", "signatureName", 10, 609)
    assert fields(sheet)["ownerSignature[1]/signatureName"].value == "Attorney-in-fact"


def test_a_bracket_inside_a_sentence_starts_no_footnote() -> None:
    sheet = headed()
    for text, tag in (("1.", "footnote.id"), ("Either", "footnote"), ("(i)", "footnote.id"),
                      ("now", "footnote")):  # fmt: skip
        sheet.put(text, tag, 10, 500 + 10 * sheet.line)
    assert fields(sheet)["footnotes/footnote[1]"].value == "Either (i) now"


def test_a_box_is_the_flag_whose_label_stands_behind_it() -> None:
    sheet = headed()
    sheet.put("Doe", "rptOwnerName", 10, 70)
    for left, label, marked in ((10, "Director", True), (110, "Officer", False)):
        box = Region("checkbox", 1, Box(left, 80, left + 8, 88), checked=marked)
        sheet.put("[x]" if marked else "[ ]", "isOfficer", left, 80, checkbox=box)
        sheet.put(label, "O", left + 18, 80)
    read = fields(sheet)
    relation = "reportingOwner[1]/reportingOwnerRelationship/"
    assert read[relation + "isDirector"].value == "1"
    assert read[relation + "isOfficer"].value == "0"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("D", "D"),
        ("1", "I"),
        ("l", "I"),
        ("DD", "D"),
        ("0", "D"),
        ("Q", "Q"),
        ("i", "I"),
        ("I - Indirect", "I"),
        ("D-Direct", "D"),
        ("Indirect", "I"),
        ("direct", "D"),
        ("1-Indirect", "I"),
        ("1Indirect", "I"),
        ("Other", "Other"),
        ("A - Acquired", "A - Acquired"),
    ],
)
def test_only_a_listed_code_stands_in_for_its_lookalike(value: str, expected: str) -> None:
    assert in_code_list(FieldSpec("x", "code", codes=("D", "I")), value) == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [("$19,3617", "19.3617"), ("3,232,.153", "3232153"), ("1,234", "1234"), ("1,2x4", "")],
)
def test_a_comma_that_parts_no_thousands_is_a_point(read: str, expected: str) -> None:
    assert read_value(FieldSpec("x", "number"), read, False)[0] == expected


def test_what_a_hand_wrote_is_illegible_not_read() -> None:
    name = FieldSpec("x", "name")
    assert read_value(name, "✎ ✎", False) == ("", ILLEGIBLE)
    assert read_value(name, "By ✎", False) == ("", ILLEGIBLE)
    assert read_value(FieldSpec("x", "number"), "✎", True) == ("", ILLEGIBLE)
    prose = FieldSpec("x", "prose")
    assert read_value(prose, "Held by the ✎ Family Trust", False)[1] == READ


@pytest.mark.parametrize(
    ("kind", "text", "state"),
    [("text", "-", BLANK), ("number", "--", BLANK), ("text", "# .", BLANK), ("date", "", BLANK),
     ("number", "$", ILLEGIBLE), ("text", "N/A", READ)],
)  # fmt: skip
def test_dashes_and_dirt_are_nothing(kind: str, text: str, state: str) -> None:
    assert read_value(FieldSpec("x", kind), text, False)[1] == state


def test_a_scribble_beside_a_value_is_left_out_of_it() -> None:
    assert cleaned("By 401(k) ]", "text") == "By 401(k)"
    assert cleaned("Acme Inc [NV]", "name") == "Acme Inc [NV]"
    assert cleaned("5,584,546]", "number") == "5,584,546"
    assert cleaned("✎ Class A Common Stock", "text") == "Class A Common Stock"
    assert cleaned("✎ ✎ Stock", "text") == "✎ ✎ Stock"
    assert cleaned("David O. Sacks: O", "prose") == "David O. Sacks: 0"


def streets(first: str, second: str) -> tuple[str, str]:
    """Both streets of an owner whose box is 200 points wide, both lines tagged as the first."""
    sheet = headed()
    home = Region("header", 1, Box(10, 100, 210, 190))
    sheet.put("Roe Richard", "rptOwnerName", 12, 105, home)
    sheet.put(first, "rptOwnerStreet1", 12, 120, home)
    sheet.put(second, "rptOwnerStreet1", 12, 132, home)
    sheet.put("Zug", "rptOwnerCity", 12, 146, home)
    values = {raw.spec.name: raw.value for raw in assemble([sheet.page()]).fields}
    return values["rptOwnerStreet1"], values["rptOwnerStreet2"]


def test_a_line_below_a_short_street_is_the_second_street() -> None:
    assert streets("Chamerstrasse 172", "Postfach 41") == ("Chamerstrasse 172", "Postfach 41")


def test_a_street_that_had_to_be_broken_goes_on_below() -> None:
    long = "c/o Maple Harbour Capital Partners LLC"
    assert streets(long, "Sand Hill Road 1") == (f"{long} Sand Hill Road 1", "")


def test_what_a_further_sheet_says_again_is_read_on_the_first() -> None:
    first, second = headed(), Sheet(2)
    transaction(first, 200)
    for text in ("DOE", "ANN", "ACME", "WIDGETS", "INC"):
        second.put(text, "issuerName", 10, 30)
    assert fields(first, second)["issuer/issuerName"].value == "ACME WIDGETS INC"


def test_a_date_that_layout_parted_is_one_and_dates_of_other_lines_are_not() -> None:
    def word(text: str, line: int, left: float, top: float = 50.0) -> Tagged:
        box = Box(left, top, left + 6.0 * len(text), top + 10)
        return Tagged(Token(text, box, 1, line), "signatureDate", 0.9)

    parted = [word("July", 1, 100), word("23,", 1, 128), word("2003", 2, 152)]
    assert likeliest_place(parted, by_line=True) == parted
    others = [*parted, word("2001", 3, 152, 64.0)]
    assert likeliest_place(others, by_line=True) == parted
    far = [*parted[:2], word("2001", 2, 400)]
    assert likeliest_place(far, by_line=True) == parted[:2]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Disp.", "D"), ("Acq", "A"), ("Disposed", "D"), ("A - Acquired", "A"), ("Dis", "Dis")],
)
def test_a_side_is_told_by_its_word(value: str, expected: str) -> None:
    assert in_code_list(FieldSpec("x", "code", codes=("A", "D")), value) == expected
