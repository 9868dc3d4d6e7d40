"""The facts of a generated filing are what its labels say was printed."""

from __future__ import annotations

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box
from models.fact import Fact
from training.synth.pages import PrintedFiling
from training.truth import facts_of

ROOT = "/ownershipDocument"
OWNER = f"{ROOT}/reportingOwner[1]"
ROW = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"
OPTION = f"{ROOT}/derivativeTable/derivativeTransaction[1]"
SHARES = "transactionAmounts/transactionShares"


def word(text: str, path: str = "", tag: str = "words", row: int = 0, ref: int = 0) -> PrintedWord:
    """A word on line `row`; words of one line stand left to right as they are listed."""
    return PrintedWord(text, Box(0, 20 * row, 50, 20 * row + 10), 10, tag, path, ref)


def box(path: str, checked: bool) -> PrintedRegion:
    return PrintedRegion("checkbox", Box(0, 0, 8, 8), checked=checked, path=path)


def page(
    *words: PrintedWord, boxes: tuple[PrintedRegion, ...] = (), number: int = 1
) -> PrintedPage:
    return PrintedPage(number, 612, 792, words, boxes)


def facts(*pages: PrintedPage, form: str = "4") -> dict[str, Fact]:
    filing = PrintedFiling(form, "paper", pages, ("first",) * len(pages))
    return {fact.path: fact for fact in facts_of(filing)}


def test_printed_words_become_canonical_values_with_their_footnotes() -> None:
    found = facts(page(
        word("$12.50", f"{ROW}/transactionAmounts/transactionPricePerShare"),
        word("(1)", f"{ROW}/transactionAmounts/transactionPricePerShare", "footnoteId", ref=1),
        word("Common", f"{ROW}/securityTitle"), word("Stock", f"{ROW}/securityTitle"),
        word("(2)", f"{ROW}/transactionDate", "footnoteId", ref=2),
    ))  # fmt: skip
    price = found[f"{ROW}/transactionAmounts/transactionPricePerShare"]
    assert (price.value, price.text, price.footnotes) == ("12.5", "$12.50", ("F1",))
    assert found[f"{ROW}/securityTitle"].value == "Common Stock"
    date = found[f"{ROW}/transactionDate"]
    assert (date.value, date.footnotes, date.absent) == ("", ("F2",), False)


def test_what_a_row_does_not_print_is_absent_and_other_rows_are_not_spoken_of() -> None:
    found = facts(page(word("Common", f"{ROW}/securityTitle")))
    assert found[f"{ROW}/{SHARES}"].absent
    assert not any("/derivativeTable/" in path for path in found)


def test_values_broken_over_lines_are_whole_again() -> None:
    date, title = f"{ROW}/transactionDate", f"{ROW}/securityTitle"
    found = facts(page(
        word("04/20/20", date), word("26", date, row=1),
        word("Non-", title), word("voting", title, row=1), word("Stock", title, row=2),
    ))  # fmt: skip
    assert found[date].value == "2026-04-20"
    assert found[title].value == "Non-voting Stock"


def test_a_month_is_no_date_and_counts_as_absent() -> None:
    period = facts(page(word("06/2001", f"{ROOT}/periodOfReport")))[f"{ROOT}/periodOfReport"]
    assert period.absent
    assert period.text == "06/2001"


def test_marks_and_boxes_tell_flags() -> None:
    role = f"{OWNER}/reportingOwnerRelationship"
    found = facts(page(
        word("__X__", f"{role}/isOfficer"), word("_____", f"{role}/isDirector"),
        boxes=(box(f"{role}/isOther", True), box(f"{ROOT}/notSubjectToSection16", False)),
    ))  # fmt: skip
    states = {path.rpartition("/")[2]: fact.value for path, fact in found.items()}
    assert [states[name] for name in ("isOfficer", "isDirector", "isOther")] == ["1", "0", "1"]
    assert states["isTenPercentOwner"] == "0"
    assert states["notSubjectToSection16"] == "0"


def test_an_owner_printed_by_name_alone_has_no_flags() -> None:
    found = facts(page(word("Doe", f"{OWNER}/reportingOwnerId/rptOwnerName")))
    assert found[f"{OWNER}/reportingOwnerRelationship/isDirector"].absent


def test_the_plan_box_is_absent_from_forms_that_do_not_mention_the_rule() -> None:
    assert facts(page(word("FORM", tag="")))[f"{ROOT}/aff10b5One"].absent
    assert facts(page(word("10b5-1(c)", tag="")))[f"{ROOT}/aff10b5One"].value == "0"


def test_the_sub_column_of_table_two_tells_acquired_from_disposed() -> None:
    shares = word("100", f"{OPTION}/{SHARES}", "derivative.transactionShares.D")
    side = f"{OPTION}/transactionAmounts/transactionAcquiredDisposedCode"
    assert facts(page(shares))[side].value == "D"


def test_the_printed_code_tells_the_swap_and_the_forms_number() -> None:
    coding = f"{ROW}/transactionCoding"
    swap = facts(page(word("J4/K", f"{coding}/transactionCode")), form="5")
    assert swap[f"{coding}/transactionCode"].value == "J"
    assert swap[f"{coding}/equitySwapInvolved"].value == "1"
    assert swap[f"{coding}/transactionFormType"].value == "4"
    early = facts(page(
        word("G", f"{coding}/transactionCode"), word("V", f"{ROW}/transactionTimeliness")
    ))  # fmt: skip
    assert early[f"{ROW}/transactionTimeliness"].value == "E"
    assert early[f"{coding}/transactionFormType"].value == "5"
    assert early[f"{coding}/equitySwapInvolved"].value == "0"


def test_names_repeated_on_further_sheets_are_read_once_and_texts_go_on() -> None:
    name, note = f"{OWNER}/reportingOwnerId/rptOwnerName", f"{ROOT}/footnotes/footnote[1]"
    found = facts(
        page(word("Doe", name), word("Doe", name, row=9), word("Granted", note)),
        page(word("Doe", name), word("yearly.", note), number=2),
    )
    assert found[name].value == "Doe"
    assert found[note].value == "Granted yearly."


def test_only_the_chosen_pages_are_spoken_of() -> None:
    pages = (page(word("X", f"{ROOT}/issuer/issuerTradingSymbol")),
             page(word("ACME", f"{ROOT}/issuer/issuerName"), number=2))  # fmt: skip
    found = {each.path: each for each in facts_of(PrintedFiling("4", "", pages, ()), pages=[2])}
    assert found[f"{ROOT}/issuer/issuerName"].value == "ACME"
    assert found[f"{ROOT}/issuer/issuerTradingSymbol"].absent
