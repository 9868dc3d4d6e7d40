"""What pages are, and where one filing of a document ends and the next begins."""

from collections.abc import Sequence

import numpy as np
import pytest

from models.document import Box, Filing, Image, Page, Word
from models.errors import NoKnownForm
from models.extraction import Extraction
from models.form import forms
from models.pages import (
    BLANK,
    CONTINUATION,
    COPY,
    FIRST,
    INSTRUCTIONS,
    OTHER,
    left_out,
    parts,
    role_of,
)
from models.pipeline import Assembled, Extractor
from models.reader import UNREADABLE
from models.reading import TaggedPage
from models.tagger import OUTSIDE, Tagged, Token

TITLE = "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP"
OWNER_LABEL = "1. Name and Address of Reporting Person*"
ISSUER_LABEL = "2. Issuer Name and Ticker or Trading Symbol"
DATE_LABEL = "3. Date of Earliest Transaction (Month/Day/Year)"
SIGNATURE_LABEL = "** Signature of Reporting Person Date"
HEADS = "1. Title of Security 2. Transaction Date 3. Code Nature of Indirect Beneficial Ownership"
NOTICES = (
    "* If the form is filed by more than one reporting person, see Instruction 4 (b)(v). "
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations "
    "Note: File three copies of this Form, one of which must be manually signed."
)
POWER = (
    "POWER OF ATTORNEY Know all by these presents, that the undersigned hereby constitutes and "
    "appoints each of the officers of the Company, signing singly, the undersigned's true and "
    "lawful attorney-in-fact to execute for and on behalf of the undersigned, in the capacity as "
    "an officer or director, Forms 3, 4 and 5 in accordance with Section 16(a) of the Securities "
    "Exchange Act of 1934 and the rules thereunder"
)
INSTRUCTION = (
    "GENERAL INSTRUCTIONS FORM 4 1. When Form Must Be Filed. This Form must be filed before the "
    "end of the second business day following the day on which a transaction resulting in a change "
    "in beneficial ownership has been executed. 2. Where Form Must Be Filed. A reporting person "
    "must file this Form with the Commission via the EDGAR system."
)

Said = tuple[str, str]
"""Text and tag of its words."""
WHITE = np.full((220, 170), 255, np.uint8)


def page(number: int, *said: Said, role: str = "form", image: Image = WHITE) -> TaggedPage:
    """A page that says this, a line for each piece."""
    tagged = []
    for line, (text, tag) in enumerate(said):
        for place, word in enumerate(text.split()):
            box = Box(10 + 30 * place, 10 + 10 * line, 38 + 30 * place, 18 + 10 * line)
            read = Word(word, box, (0.99,) * len(word))
            tagged.append(Tagged(Token(word, box, number, line, read), tag, 0.98))
    return TaggedPage(Page(number, 612, 792, image, 20, role=role), (), tuple(tagged))


def heading(owner: str = "DOE JANE", issuer: str = "ACME WIDGETS INC", date: str = "06/30/2021",
            form: str = "4") -> list[Said]:  # fmt: skip
    """What stands at the top of a Form 4."""
    return [
        ("FORM", OUTSIDE), (form, "documentType"), (TITLE, OUTSIDE),
        (OWNER_LABEL, OUTSIDE), (owner, "rptOwnerName"),
        (ISSUER_LABEL, OUTSIDE), (issuer, "issuerName"), ("ACME", "issuerTradingSymbol"),
        (DATE_LABEL, OUTSIDE), (date, "periodOfReport"),
    ]  # fmt: skip


def row(shares: str = "1,250", after: str = "88,419") -> list[Said]:
    """A line of Table I."""
    return [
        ("Common Stock", "nonDerivative.securityTitle"),
        ("06/30/2021", "nonDerivative.transactionDate"),
        ("S", "nonDerivative.transactionCode"),
        (shares, "nonDerivative.transactionShares"),
        ("$18.6145", "nonDerivative.transactionPricePerShare"),
        (after, "nonDerivative.sharesOwnedFollowingTransaction"),
    ]


def signature(name: str = "/s/ Jane Doe") -> list[Said]:
    """The end of a Form 4."""
    return [(name, "signatureName"), ("07/01/2021", "signatureDate"), (SIGNATURE_LABEL, OUTSIDE)]


def first(number: int = 1, **changes: str) -> TaggedPage:
    """The first page of a filing that is signed elsewhere."""
    return page(number, *heading(**changes), *row())


def last(number: int = 2) -> TaggedPage:
    """The last page of a filing, with the signature."""
    return page(number, (HEADS, OUTSIDE), *row("700", "87,719"), *signature())


def whole(number: int = 1, shares: str = "1,250", **changes: str) -> TaggedPage:
    """A filing on one page."""
    return page(number, *heading(**changes), *row(shares), *signature())


def numbers(found: Sequence[Sequence[TaggedPage]]) -> list[list[int]]:
    return [[each.page.number for each in part] for part in found]


def roles(found: Sequence[Sequence[TaggedPage]]) -> list[str]:
    return [each.page.role for part in found for each in part]


# Roles


def test_the_page_with_a_forms_heading_is_its_first() -> None:
    assert role_of(first()) == FIRST


def test_a_heading_whose_number_and_title_are_unreadable_still_opens_a_form() -> None:
    spoilt = [(text, tag) for text, tag in heading() if text != TITLE and tag != "documentType"]
    amended = ("05/01/2021", "dateOfOriginalSubmission")
    assert role_of(page(1, *spoilt, amended, *row())) == FIRST


def test_pages_of_rows_footnotes_or_a_signature_continue_a_form() -> None:
    notes = [("1.", "footnote.id"), ("Held by the trust for the benefit of heirs.", "footnote")]
    assert role_of(page(2, *row())) == CONTINUATION
    assert role_of(page(2, *notes)) == CONTINUATION
    assert role_of(page(2, *signature(), (NOTICES, OUTSIDE))) == CONTINUATION


def test_a_sheet_of_a_form_without_any_value_continues_it() -> None:
    assert role_of(page(2, (HEADS, OUTSIDE))) == CONTINUATION
    assert role_of(page(2, (NOTICES, OUTSIDE))) == CONTINUATION


def test_a_sheet_of_further_owners_continues_a_form() -> None:
    sheet = page(3, ("Joint Filer Information", OUTSIDE), (OWNER_LABEL, OUTSIDE),
                 ("ROE RICHARD", "rptOwnerName"), ("1 Elm St", "rptOwnerStreet1"))  # fmt: skip
    assert role_of(sheet) == CONTINUATION


def test_instructions_are_known_even_with_a_word_tagged_by_mistake() -> None:
    assert role_of(page(3, (INSTRUCTION, OUTSIDE))) == INSTRUCTIONS
    assert role_of(page(3, (INSTRUCTION, OUTSIDE), ("P", "nonDerivative.transactionCode"))) == (
        INSTRUCTIONS
    )


@pytest.mark.parametrize(
    "said",
    [
        [(POWER, OUTSIDE), ("/s/ Jane Doe", "signatureName"), ("07/01/2021", "signatureDate")],
        [("FACSIMILE TRANSMITTAL SHEET TO: Filing Desk FROM:", OUTSIDE), ("JANE", "rptOwnerName"),
         ("RE: Form", OUTSIDE), ("4", "documentType"), ("TOTAL NO. OF PAGES: 3", OUTSIDE)],
        [("Re: ACME WIDGETS INC Form 4 of Jane Doe Ladies and Gentlemen: Enclosed for filing "
          "please find Form 4 with respect to the securities beneficially owned by her.", OUTSIDE),
         ("ACME", "issuerName"), ("4", "documentType"), ("JANE", "rptOwnerName")],
        [("EXHIBIT 99.1 Press release of the third quarter", OUTSIDE)],
    ],
    ids=["power of attorney", "fax cover", "letter", "exhibit"],
)  # fmt: skip
def test_a_page_of_another_document_is_known_despite_words_tagged_by_mistake(
    said: list[Said],
) -> None:
    assert role_of(page(1, *said)) == OTHER


def test_a_page_with_next_to_nothing_on_it_is_blank() -> None:
    speckled = WHITE.copy()
    speckled[::40, ::40] = 0
    rimmed = WHITE.copy()
    rimmed[:, :10] = 0
    assert role_of(page(2)) == BLANK
    assert role_of(page(2, ("Page 2 of 3", OUTSIDE))) == BLANK
    assert role_of(page(2, image=speckled)) == BLANK
    assert role_of(page(2, image=rimmed)) == BLANK


def test_a_page_with_a_picture_and_no_words_is_not_blank() -> None:
    picture = WHITE.copy()
    picture[60:120, 50:110] = 0
    assert role_of(page(2, image=picture)) == OTHER


def test_a_page_that_could_not_be_read_stays_unreadable() -> None:
    assert role_of(page(2, role=UNREADABLE)) == UNREADABLE


def test_what_is_left_out_is_said_by_kind() -> None:
    (found,) = parts([first(1), page(2), last(3), page(4, (POWER, OUTSIDE)), page(5)])
    assert roles([found]) == [FIRST, BLANK, CONTINUATION, OTHER, BLANK]
    assert list(left_out(found)) == [
        "Left out as blank: pages 2, 5.",
        "Left out as of another document: page 4.",
    ]


# Splitting


def test_a_filing_of_several_pages_is_one() -> None:
    assert numbers(parts([first(1), page(2, *row()), last(3)])) == [[1, 2, 3]]


def test_a_document_is_split_where_a_new_filing_begins() -> None:
    found = parts([first(1), last(2), first(3, owner="ROE RICHARD"), last(4),
                   whole(5, issuer="FLINT AND MARL CORP")])  # fmt: skip
    assert numbers(found) == [[1, 2], [3, 4], [5]]
    assert roles(found) == [FIRST, CONTINUATION, FIRST, CONTINUATION, FIRST]


@pytest.mark.parametrize(
    "changes",
    [{"date": "07/02/2021"}, {"owner": "ROE RICHARD"}, {"issuer": "FLINT CORP"}, {"form": "5"},
     {"shares": "990"}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_signed_filings_that_differ_in_one_thing_are_two(changes: dict[str, str]) -> None:
    assert numbers(parts([whole(1), whole(2, **changes)])) == [[1], [2]]


def test_an_amendment_and_what_it_amends_are_two() -> None:
    original = ("06/30/2021", "dateOfOriginalSubmission")
    amendment = page(2, *heading(), original, *row(), *signature())
    assert numbers(parts([whole(1), amendment])) == [[1], [2]]


def test_a_heading_repeated_for_another_owner_of_a_joint_filing_does_not_begin_a_new_one() -> None:
    joint = page(3, *heading(owner="ROE RICHARD"), *signature("/s/ Richard Roe"))
    found = parts([first(1), last(2), joint])
    assert numbers(found) == [[1, 2, 3]]
    assert roles(found) == [FIRST, CONTINUATION, CONTINUATION]


def test_a_sheet_that_names_the_issuer_for_each_owner_does_not_begin_a_new_filing() -> None:
    twice = page(3, *heading(owner="ROE RICHARD", issuer="ACME WIDGETS INC ACME WIDGETS INC"))
    assert numbers(parts([first(1), last(2), twice])) == [[1, 2, 3]]
    other = page(3, *heading(owner="ROE RICHARD", issuer="OTHER GOODS CORP OTHER GOODS CORP"))
    assert numbers(parts([first(1), last(2), other])) == [[1, 2], [3]]


def test_a_form_3_that_says_there_are_no_securities_is_a_filing_of_its_own() -> None:
    none = ("No securities are beneficially owned.", "noSecuritiesOwned")
    new = [page(place, *heading(owner=owner, form="3"), none, *signature())
           for place, owner in enumerate(("DOE JANE", "ROE RICHARD"), 1)]  # fmt: skip
    assert numbers(parts(new)) == [[1], [2]]


def test_a_heading_repeated_on_every_sheet_does_not_begin_a_new_filing() -> None:
    second = page(2, *heading(), *row("700", "87,719"))
    third = page(3, *heading(), *row("300", "87,419"), *signature())
    found = parts([first(1), second, third])
    assert numbers(found) == [[1, 2, 3]]
    assert roles(found) == [FIRST, CONTINUATION, CONTINUATION]


def test_a_misread_letter_in_a_repeated_heading_does_not_begin_a_new_filing() -> None:
    second = page(2, *heading(owner="D0E JANE", issuer="ACME W1DGETS lNC"), *row("700", "87,719"))
    assert numbers(parts([first(1), second])) == [[1, 2]]


def test_a_second_copy_is_left_out_and_said() -> None:
    found = parts([first(1), last(2), first(3), last(4), whole(5, owner="ROE RICHARD")])
    assert numbers(found) == [[1, 2, 3, 4], [5]]
    assert roles(found) == [FIRST, CONTINUATION, COPY, COPY, FIRST]
    assert list(left_out(found[0])) == ["Left out as repeating other pages: pages 3, 4."]


def test_pages_of_other_documents_stay_with_the_filing_they_follow() -> None:
    cover = page(1, ("FACSIMILE TRANSMITTAL SHEET TO: Filing Desk FROM: Legal", OUTSIDE))
    found = parts([cover, whole(2), page(3, (POWER, OUTSIDE)), page(4), whole(5, owner="ROE")])
    assert numbers(found) == [[1, 2, 3, 4], [5]]
    assert roles(found) == [OTHER, FIRST, OTHER, BLANK, FIRST]


def test_an_unreadable_page_stays_in_the_document() -> None:
    found = parts([first(1), page(2, role=UNREADABLE), whole(3, owner="ROE RICHARD")])
    assert numbers(found) == [[1, 2], [3]]


def test_a_stack_scanned_from_its_back_is_read_from_its_first_pages() -> None:
    backwards = [last(1), first(2, owner="ROE RICHARD"), last(3), first(4)]
    assert numbers(parts(backwards)) == [[4, 3], [2, 1]]


def test_a_page_before_the_first_belongs_to_it() -> None:
    assert numbers(parts([page(1, *row()), first(2), last(3)])) == [[1, 2, 3]]


def test_a_document_without_a_first_page_is_one_part() -> None:
    assert numbers(parts([page(1, (POWER, OUTSIDE)), page(2)])) == [[1, 2]]
    assert parts([]) == []


# What becomes of it


class Tagging:
    """Stands for a tagger that was taught the ownership forms, but not those of foreign agents."""

    labels = tuple(tag for name in ("3", "4", "4/A", "5") for tag in forms()[name].tags())


READER = Extractor(None, None, Tagging(), None, {})


def assembled_all(monkeypatch: pytest.MonkeyPatch, *pages: TaggedPage) -> tuple[Assembled, ...]:
    """The filings of a document whose pages were read as these."""
    tagged = {each.page.number: each for each in pages}
    monkeypatch.setattr(Extractor, "read_page", lambda self, page: tagged[page.number])
    document = Filing("a.pdf", "0" * 64, tuple(each.page for each in pages), ("A warning.",))
    return READER.assembled_all(document)


def read_all(monkeypatch: pytest.MonkeyPatch, *pages: TaggedPage) -> list[Extraction]:
    """What is said of them."""
    return [READER.judged(each) for each in assembled_all(monkeypatch, *pages)]


def test_each_filing_is_extracted_with_its_own_pages_and_warnings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = read_all(monkeypatch, first(1), page(2), last(3), whole(4, owner="ROE RICHARD"))
    assert [each.number for each in one.pages] == [1, 2, 3]
    assert [each.role for each in one.pages] == [FIRST, BLANK, CONTINUATION]
    assert one.warnings == ("A warning.", "Left out as blank: page 2.")
    assert other.warnings == ("A warning.",)
    owners = [each.value for each in other.fields if each.path.endswith("rptOwnerName")]
    places = {place.page for each in other.fields for place in each.boxes}
    assert (owners, places) == (["ROE RICHARD"], {4})


def test_what_may_stand_on_an_unreadable_page_is_not_surely_blank(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def legibility(*pages: TaggedPage) -> float:
        (found,) = assembled_all(monkeypatch, *pages)
        blank = zip(found.assembly.fields, found.contexts, strict=True)
        return next(known.legibility for raw, known in blank if not raw.places)

    assert legibility(first(1), page(2), last(3)) > 0.9
    assert legibility(first(1), page(2, role=UNREADABLE), last(3)) == 0.0


def test_values_on_pages_of_another_document_are_no_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    power = page(2, (POWER, OUTSIDE), ("/s/ Richard Roe", "signatureName"))
    (said,) = read_all(monkeypatch, whole(1), power)
    signatures = [each.value for each in said.fields if each.path.endswith("signatureName")]
    assert signatures == ["/s/ Jane Doe"]
    assert {number for number, _ in said.words} == {1, 2}


def test_a_filing_whose_form_cannot_be_told_is_a_warning_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoilt = [(text, tag) for text, tag in heading(owner="ROE RICHARD", date="07/02/2021")
              if text not in (TITLE, DATE_LABEL) and tag != "documentType"]  # fmt: skip
    (said,) = read_all(monkeypatch, whole(1), page(2, *spoilt, *row()))
    assert [each.number for each in said.pages] == [1]
    assert said.warnings[-1].endswith("no page carries the title of a known form: page 2.")


def test_a_document_of_no_known_form_still_gives_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoKnownForm) as raised:
        read_all(monkeypatch, page(1, (POWER, OUTSIDE)), page(2))
    read = raised.value.read
    assert read is not None
    assert " ".join(word.text for _, word in read.words) == POWER
    assert [each.role for each in read.pages] == [OTHER, BLANK]


# What a person says of pages


def test_what_a_person_says_of_a_page_counts() -> None:
    found = parts([first(1), page(2, (POWER, OUTSIDE)), last(3)], {2: CONTINUATION, 3: OTHER})
    assert roles(found) == [FIRST, CONTINUATION, OTHER]
    assert roles(parts([whole(1), page(2, role=UNREADABLE)], {2: FIRST})) == [FIRST, UNREADABLE]


def test_a_first_page_that_a_person_saw_begins_a_filing_and_no_other_one_does() -> None:
    repeated = [first(1), whole(2), whole(3, owner="ROE RICHARD")]
    assert numbers(parts(repeated)) == [[1, 2], [3]]
    assert numbers(parts(repeated, {2: FIRST, 3: CONTINUATION})) == [[1], [2, 3]]


def test_a_copy_that_is_none_is_kept() -> None:
    copied = [whole(1), whole(2)]
    assert roles(parts(copied)) == [FIRST, COPY]
    assert numbers(parts(copied, {2: FIRST})) == [[1], [2]]
    found = parts([*copied, page(3)], {3: CONTINUATION})
    assert roles(found) == [FIRST, COPY, CONTINUATION]


def test_the_form_that_a_person_says_is_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    tagged = {1: whole(1), 2: page(2, (POWER, OUTSIDE))}
    monkeypatch.setattr(Extractor, "read_page", lambda self, page: tagged[page.number])
    document = Filing("a.pdf", "0" * 64, tuple(each.page for each in tagged.values()))
    (found,) = READER.extract_all(document, None, {2: CONTINUATION}, "4/A")
    assert found.form == "4/A"
    assert [each.role for each in found.pages] == [FIRST, CONTINUATION]
    said = {each.path.rpartition("/")[2]: each.value for each in found.fields}
    assert said["documentType"] == "4/A"
    assert "dateOfOriginalSubmission" in said
    assert READER.extract_all(document)[0].form == "4"


def test_a_form_that_the_tagger_was_never_taught_is_not_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Extractor, "read_page", lambda self, each: whole(1))
    document = Filing("a.pdf", "0" * 64, (whole(1).page,))
    with pytest.raises(NoKnownForm, match="knows the fields of form FARA-AMENDMENT") as raised:
        READER.assembled_all(document, form="FARA-AMENDMENT")
    assert raised.value.read is not None
    assert raised.value.read.words


def cover_sheet(number: int, amendment: str = "", issuer: str = "ACME WIDGETS INC") -> TaggedPage:
    """The cover sheet of a Schedule 13G."""
    return page(
        number, ("SCHEDULE 13G", "documentType"), ("Amendment No.", OUTSIDE),
        *([(amendment, "amendmentNo")] if amendment else []), (issuer, "issuerName"),
        ("Name of Issuer", OUTSIDE), ("Common Stock", "securitiesClassTitle"),
        ("Title of Class of Securities", OUTSIDE), ("88160R101", "issuerCusip"),
        ("CUSIP Number", OUTSIDE), ("December 31, 2011", "dateOfEvent"),
    )  # fmt: skip


def items(number: int) -> TaggedPage:
    """Its items, which ask for issuer, class and number of the class once more."""
    return page(
        number,
        ("SCHEDULE 13G Item 1(a) Name of Issuer", OUTSIDE),
        ("ACME WIDGETS INC", "item1.issuerName"),
        ("Item 2(d) Title of Class of Securities Common Stock", OUTSIDE),
        ("Item 2(e) CUSIP Number 88160R101", OUTSIDE),
        ("The shares are held by the fund alone and by nobody else.", "item6.text"),
    )


def test_items_that_ask_again_what_the_cover_sheet_asks_begin_no_schedule() -> None:
    found = parts([cover_sheet(1, "3"), items(2)])
    assert numbers(found) == [[1, 2]]
    assert roles(found) == [FIRST, CONTINUATION]


def test_schedules_of_two_issuers_in_one_document_are_two_filings() -> None:
    found = parts(
        [cover_sheet(1), items(2), cover_sheet(3, issuer="FLINT AND MARL CORP"), items(4)]
    )
    assert numbers(found) == [[1, 2], [3, 4]]


def test_a_page_that_only_certifies_and_is_signed_belongs_to_the_schedule() -> None:
    said = (
        "After reasonable inquiry and to the best of my knowledge and belief, I certify that the "
        "information set forth in this statement is true, complete and correct."
    )
    signed = page(3, (said, OUTSIDE), ("January 5, 2012", "signatureDate"))
    assert roles(parts([cover_sheet(1), items(2), signed])) == [FIRST, CONTINUATION, CONTINUATION]
