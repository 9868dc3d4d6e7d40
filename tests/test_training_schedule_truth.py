"""Facts of generated schedules, and text that goes on from page to page."""

from __future__ import annotations

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box
from models.fact import Fact
from models.form import forms
from models.tagger import CONTINUED
from training.synth.pages import PrintedFiling
from training.tagging import continued
from training.truth import facts_of

FORM = "SCHEDULE 13G"
DATA = "/edgarSubmission/formData"
PERSON = f"{DATA}/coverPageHeaderReportingPersonDetails[1]"
SIGNED = f"{DATA}/signatureInformation"
SIX = f"{DATA}/items/item6/ownershipMoreThan5PercentOnBehalfOfAnotherPerson"
EIGHT = f"{DATA}/items/item8/identificationAndClassificationOfGroupMembers"


def word(text: str, path: str = "", tag: str = "", row: int = 0) -> PrintedWord:
    left = 50.0 * (sum(map(ord, text)) % 8)
    return PrintedWord(text, Box(left, 20 * row, left + 40, 20 * row + 10), 10, tag, path)


def page(
    *words: PrintedWord, boxes: tuple[PrintedRegion, ...] = (), number: int = 1
) -> PrintedPage:
    return PrintedPage(number, 612, 792, words, boxes)


def facts(*pages: PrintedPage) -> dict[str, Fact]:
    filing = PrintedFiling(FORM, "modern", pages, ("first",) * len(pages))
    return {fact.path: fact for fact in facts_of(filing)}


def square(variant: str, checked: bool) -> PrintedRegion:
    return PrintedRegion("checkbox", Box(0, 0, 8, 8), checked=checked,
                         tag=f"memberOfGroup.{variant}", path=f"{PERSON}/memberGroup")  # fmt: skip


def test_of_several_boxes_the_marked_ones_are_the_value() -> None:
    name = word("Roe", f"{PERSON}/reportingPersonName", "reportingPersonName")
    one = facts(page(name, boxes=(square("a", False), square("b", True))))
    assert one[f"{PERSON}/memberGroup"].value == "b"
    none = facts(page(name, boxes=(square("a", False), square("b", False))))
    assert none[f"{PERSON}/memberGroup"].absent


def test_boxes_typed_in_characters_count_too() -> None:
    path = f"{PERSON}/memberGroup"
    typed = (word("/X/", path, "memberOfGroup.a"), word("/ /", path, "memberOfGroup.b", 1))
    assert facts(page(*typed))[path].value == "a"


def test_a_date_printed_once_is_that_of_every_signature() -> None:
    found = facts(page(
        word("01/05/2024", f"{SIGNED}[1]/signatureDetails/date", "signatureDate"),
        word("Roe", f"{SIGNED}[1]/reportingPersonName", "signatureReportingPerson", 1),
        word("Poe", f"{SIGNED}[2]/reportingPersonName", "signatureReportingPerson", 2),
    ))  # fmt: skip
    days = [found[f"{SIGNED}[{each}]/signatureDetails/date"].value for each in (1, 2)]
    assert days == ["2024-01-05"] * 2


def test_an_address_in_one_piece_is_what_its_parts_say() -> None:
    base = f"{DATA}/coverPageHeader/issuerInfo/issuerPrincipalExecutiveOfficeAddress"
    words = (
        PrintedWord("Main", Box(0, 0, 30, 10), 10, "issuerStreet1", f"{base}/com:street1"),
        PrintedWord("St.", Box(32, 0, 50, 10), 10, "issuerStreet1", f"{base}/com:street1"),
        PrintedWord("Troy,", Box(0, 20, 30, 30), 10, "issuerCity", f"{base}/com:city"),
        PrintedWord("NY", Box(32, 20, 44, 30), 10, "issuerState", f"{base}/com:stateOrCountry"),
    )
    found = facts(page(*words))
    whole = f"{DATA}/items/item1/issuerPrincipalExecutiveOfficeAddress"
    assert found[whole].value == "Main St. Troy, NY"


def tags(pages: list[PrintedPage]) -> list[list[str]]:
    return [[each.tag for each in one.words] for one in pages]


def test_text_that_goes_on_at_the_top_of_a_page_is_tagged_so() -> None:
    pages = [
        page(word("held", SIX, "item6.text")),
        page(word("CUSIP"), word("by", SIX, "item6.text"), word("Item"),
             word("See", EIGHT, "item8.text"), number=2),
    ]  # fmt: skip
    assert tags(continued(forms()[FORM], pages)) == [
        ["item6.text"], ["", CONTINUED, "", "item8.text"]
    ]  # fmt: skip


def test_text_goes_on_over_a_page_that_has_nothing_else() -> None:
    six = word("held", SIX, "item6.text")
    pages = [page(six), page(six, number=2), page(six, number=3)]
    assert tags(continued(forms()[FORM], pages)) == [["item6.text"], [CONTINUED], [CONTINUED]]


def test_text_that_begins_a_page_and_is_new_keeps_its_tag() -> None:
    pages = [
        page(word("held", SIX, "item6.text")),
        page(word("See", EIGHT, "item8.text"), number=2),
    ]
    assert tags(continued(forms()[FORM], pages)) == [["item6.text"], ["item8.text"]]


def test_footnotes_of_ownership_forms_keep_their_tags() -> None:
    path = "/ownershipDocument/footnotes/footnote[1]"
    pages = [page(word("Held", path, "footnote")), page(word("by", path, "footnote"), number=2)]
    assert tags(continued(forms()["4"], pages)) == [["footnote"], ["footnote"]]
