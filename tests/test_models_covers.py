"""Schedules: cover pages of persons, boxes of which one is ticked, signatures, text over pages."""

import numpy as np
import pytest

from models.agreement import agreed
from models.assemble import assemble
from models.document import Box, Page, Word
from models.extraction import BLANK, NOT_ON_FORM, READ, Region
from models.form import forms
from models.reading import RawField, TaggedPage, without_caption
from models.tagger import CONTINUED, OUTSIDE, Tagged, Token
from models.titles import form_of

FORM_DATA = "/edgarSubmission/formData/"
PERSON = "coverPageHeaderReportingPersonDetails"
POWERS = "reportingPersonBeneficiallyOwnedNumberOfShares"


class Sheet:
    """A page on which each piece of text stands on a line of its own, unless told where."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.tagged: list[Tagged] = []
        self.top = 40.0
        self.line = 0

    def put(self, text: str, tag: str, left: float = 60.0, down: float = 20.0) -> None:
        self.top += down
        self.line += 1
        for word in text.split():
            box = Box(left, self.top, left + 5 * len(word), self.top + 9)
            token = Token(word, box, self.number, self.line, Word(word, box, (0.99,) * len(word)))
            self.tagged.append(Tagged(token, tag, 0.97))
            left = box.right + 4

    def box(self, tag: str, checked: bool, down: float = 20.0) -> None:
        self.top += down
        self.line += 1
        box = Box(60, self.top, 68, self.top + 8)
        square = Region("checkbox", self.number, box, 0.98, checked=checked)
        token = Token("[x]" if checked else "[ ]", box, self.number, self.line, None, square)
        self.tagged.append(Tagged(token, tag, 0.97))

    def page(self) -> TaggedPage:
        page = Page(self.number, 612, 792, np.zeros((2, 2), np.uint8), 72)
        return TaggedPage(page, (), tuple(self.tagged))


def first(title: str = "SCHEDULE 13G", amendment: str = "") -> Sheet:
    sheet = Sheet(1)
    sheet.put(title, "documentType")
    if amendment:
        sheet.put(amendment, "amendmentNo")
    sheet.put("Acme Widgets, Inc.", "issuerName")
    sheet.put("Common Stock, par value $.01", "securitiesClassTitle")
    sheet.put("88160R 101", "issuerCusip")
    sheet.put("December 31, 2011", "dateOfEvent")
    return sheet


def cover(number: int, name: str, owned: str = "1,234", **powers: str) -> Sheet:
    sheet = Sheet(number)
    sheet.put(name, "reportingPersonName")
    sheet.box("memberOfGroup.a", False)
    sheet.box("memberOfGroup.b", True)
    sheet.put("Delaware", "citizenshipOrOrganization")
    for tag, text in powers.items():
        sheet.put(text, tag)
    sheet.put(owned, "aggregateAmountOwned")
    sheet.put("28.90%", "percentOfClass")
    sheet.put("IA, PN", "typeOfReportingPerson")
    return sheet


def fields(*sheets: Sheet) -> dict[str, RawField]:
    found = assemble([sheet.page() for sheet in sheets])
    return {raw.path.removeprefix(FORM_DATA): raw for raw in found.fields}


def test_each_cover_page_is_a_person_with_its_own_rows() -> None:
    read = fields(
        first(),
        cover(2, "Fund LP", soleVotingPower="-0-", sharedVotingPower="1,234"),
        cover(3, "Jane Roe", "None", soleVotingPower="nil"),
    )
    assert read[f"{PERSON}[1]/reportingPersonName"].value == "Fund LP"
    assert read[f"{PERSON}[2]/reportingPersonName"].value == "Jane Roe"
    assert f"{PERSON}[3]/reportingPersonName" not in read
    assert read[f"{PERSON}[1]/{POWERS}/soleVotingPower"].value == "0"
    assert read[f"{PERSON}[1]/{POWERS}/sharedVotingPower"].value == "1234"
    assert read[f"{PERSON}[2]/{POWERS}/soleVotingPower"].value == "0"
    assert read[f"{PERSON}[2]/{POWERS}/sharedVotingPower"].state == BLANK
    owned = "reportingPersonBeneficiallyOwnedAggregateNumberOfShares"
    assert [read[f"{PERSON}[{each}]/{owned}"].value for each in (1, 2)] == ["1234", "0"]
    assert read[f"{PERSON}[1]/classPercent"].value == "28.9"
    assert read[f"{PERSON}[1]/typeOfReportingPerson"].value == "IA PN"


def test_two_persons_may_stand_on_one_page() -> None:
    sheet = cover(2, "Fund LP")
    for each in cover(2, "Jane Roe").tagged:
        box = each.token.box
        low = Box(box.left, box.top + 300, box.right, box.bottom + 300)
        token = Token(each.token.text, low, 2, each.token.line + 100, each.token.word,
                      each.token.checkbox)  # fmt: skip
        sheet.tagged.append(Tagged(token, each.tag, each.score))
    read = fields(first(), sheet)
    names = [read[f"{PERSON}[{each}]/reportingPersonName"].value for each in (1, 2)]
    assert names == ["Fund LP", "Jane Roe"]


def test_a_name_printed_again_in_the_rows_is_no_other_person() -> None:
    sheet = Sheet(2)
    sheet.put("Fund LP", "reportingPersonName")
    sheet.put("Fund LP (the Fund)", "reportingPersonName", down=12)
    sheet.put("1,234", "aggregateAmountOwned")
    read = fields(first(), sheet)
    assert f"{PERSON}[2]/reportingPersonName" not in read


def test_of_boxes_of_which_one_is_ticked_the_value_is_that_one() -> None:
    sheet = first()
    for variant, checked in (("b", False), ("c", True), ("d", False)):
        sheet.box(f"designateRule.{variant}", checked)
    path = "coverPageHeader/designateRulesPursuantThisScheduleFiled/"
    rule = fields(sheet, cover(2, "Fund LP"))[path + "designateRulePursuantThisScheduleFiled"]
    assert (rule.value, rule.state) == ("c", READ)
    assert fields(sheet, cover(2, "Fund LP"))[f"{PERSON}[1]/memberGroup"].value == "b"


def test_boxes_typed_in_brackets_count_as_drawn_ones() -> None:
    sheet = Sheet(2)
    sheet.put("Jane Roe", "reportingPersonName")
    sheet.put("[ X ]", "memberOfGroup.a")
    sheet.put("[ ]", "memberOfGroup.b")
    sheet.put("1,234", "aggregateAmountOwned")
    assert fields(first(), sheet)[f"{PERSON}[1]/memberGroup"].value == "a"


def test_boxes_of_which_none_is_ticked_are_blank() -> None:
    sheet = Sheet(2)
    sheet.put("Jane Roe", "reportingPersonName")
    sheet.box("memberOfGroup.a", False)
    sheet.box("memberOfGroup.b", False)
    sheet.put("1,234", "aggregateAmountOwned")
    read = fields(first(), sheet)[f"{PERSON}[1]/memberGroup"]
    assert (read.value, read.state) == ("", BLANK)


def test_text_that_goes_on_over_pages_stays_with_its_item() -> None:
    one, two, three = Sheet(2), Sheet(3), Sheet(4)
    one.put("The shares are held", "item6.text")
    two.put("by the fund alone", CONTINUED)
    three.put("and nobody else.", CONTINUED)
    three.put("See Exhibit I.", "item8.text")
    read = fields(first(), one, two, three)
    text = "items/item6/ownershipMoreThan5PercentOnBehalfOfAnotherPerson"
    assert read[text].value == "The shares are held by the fund alone and nobody else."
    assert read["items/item8/identificationAndClassificationOfGroupMembers"].value == (
        "See Exhibit I."
    )


def test_text_between_two_captions_is_that_of_most_of_its_words() -> None:
    sheet = Sheet(2)
    sheet.put("(iii) Sole power to dispose:", OUTSIDE)
    sheet.put("Fund LP: 1,234", "item4.soleDispose")
    sheet.put("Roe LLC: 0", "item4.sharedDispose")
    sheet.put("Jane Roe: 1,234 in all", "item4.soleDispose")
    sheet.put("(iv) Shared power:", OUTSIDE)
    sheet.put("none", "item4.sharedDispose")
    tags = [each.tag for each in agreed(sheet.tagged) if each.tag != OUTSIDE]
    assert tags == ["item4.soleDispose"] * 11 + ["item4.sharedDispose"]


def test_names_and_addresses_of_persons_may_follow_one_another() -> None:
    sheet = Sheet(2)
    sheet.put("Fund LP", "item2.filingPersonName")
    sheet.put("399 Park Avenue, New York", "item2.address")
    assert {each.tag for each in agreed(sheet.tagged)} == {
        "item2.filingPersonName", "item2.address"
    }  # fmt: skip


def test_words_that_go_on_with_nothing_are_no_value() -> None:
    sheet = Sheet(2)
    sheet.put("by the fund alone", CONTINUED)
    read = fields(first(), sheet)
    assert not any("fund" in raw.text for raw in read.values())


def test_an_address_in_one_piece_has_the_words_of_its_parts() -> None:
    sheet = Sheet(2)
    sheet.put("1818 Market Street", "issuerStreet1")
    sheet.put("Philadelphia,", "issuerCity")
    sheet.put("Pennsylvania", "issuerState", left=130, down=0)
    sheet.put("19103", "issuerZipCode", left=200, down=0)
    read = fields(first(), sheet)
    whole = "items/item1/issuerPrincipalExecutiveOfficeAddress"
    assert read[whole].value == "1818 Market Street Philadelphia, Pennsylvania 19103"
    part = "coverPageHeader/issuerInfo/issuerPrincipalExecutiveOfficeAddress/com:city"
    assert read[part].value == "Philadelphia"


def signed(*blocks: tuple[str, str, str], day: str = "January 5, 2024") -> Sheet:
    sheet = Sheet(5)
    sheet.put(day, "signatureDate")
    for person, signature, title in blocks:
        sheet.put(person, "signatureReportingPerson", down=40)
        sheet.put(signature, "signature")
        sheet.put(title, "signatureTitle")
    return sheet


def signatures(read: dict[str, RawField]) -> list[tuple[str, ...]]:
    names = ("reportingPersonName", "signatureDetails/signature", "signatureDetails/title",
             "signatureDetails/date")  # fmt: skip
    found = []
    while f"signatureInformation[{len(found) + 1}]/{names[0]}" in read:
        place = f"signatureInformation[{len(found) + 1}]"
        found.append(tuple(read[f"{place}/{name}"].value for name in names))
    return found


def test_one_date_is_that_of_every_signature_under_it() -> None:
    sheet = signed(
        ("FUND LP", "/s/ Gil Poe", "General Counsel"), ("ROE LLC", "/s/ Jane Roe", "CEO")
    )
    assert signatures(fields(first(), cover(2, "Fund LP"), sheet)) == [
        ("FUND LP", "/s/ Gil Poe", "General Counsel", "2024-01-05"),
        ("ROE LLC", "/s/ Jane Roe", "CEO", "2024-01-05"),
    ]


def test_a_block_of_which_nothing_is_left_is_no_signature() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("CEO", "signatureTitle", down=40)
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("Jane Roe", "signatureTitle", down=40)
    assert signatures(fields(first(), sheet)) == [("", "/s/ Jane Roe", "CEO", "2024-01-05")]


def test_each_signature_has_the_date_at_its_own_block() -> None:
    sheet = Sheet(5)
    for name, day in (("Jane Roe", "January 5, 2024"), ("Jack Poe", "January 8, 2024")):
        sheet.put(f"/s/ {name}", "signature", down=60)
        sheet.put(name, "signatureReportingPerson")
        sheet.put(day, "signatureDate")
    found = signatures(fields(first(), cover(2, "Jane Roe"), sheet))
    assert [each[3] for each in found] == ["2024-01-05", "2024-01-08"]
    assert [each[0] for each in found] == ["Jane Roe", "Jack Poe"]


def test_signatures_side_by_side_are_told_apart() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    for text, tag in (("/s/ {} Roe", "signature"), ("{} Roe", "signatureReportingPerson")):
        sheet.put(text.format("Jane"), tag)
        sheet.put(text.format("Jack"), tag, left=330, down=0)
    found = signatures(fields(first(), cover(2, "Jane Roe"), sheet))
    assert [each[:2] for each in found] == [
        ("Jane Roe", "/s/ Jane Roe"), ("Jack Roe", "/s/ Jack Roe")
    ]  # fmt: skip


def test_the_name_typed_below_a_signature_is_the_persons() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("Jane Roe", "signature")
    assert signatures(fields(first(), cover(2, "Jane Roe"), sheet)) == [
        ("Jane Roe", "/s/ Jane Roe", "", "2024-01-05")
    ]


def test_those_through_whom_another_signs_do_not_sign() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("FUND LP", "signatureReportingPerson")
    sheet.put("Roe Management LLC", "signature")
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("Jane Roe, Manager", "signatureTitle")
    assert signatures(fields(first(), cover(2, "Fund LP"), sheet)) == [
        ("FUND LP", "/s/ Jane Roe", "Manager", "2024-01-05")
    ]


def test_the_name_before_a_title_is_no_person() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("FUND LP", "signatureReportingPerson")
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("Jane Roe,", "signatureReportingPerson")
    sheet.line -= 1
    sheet.put("Manager", "signatureTitle", left=140, down=0)
    found = signatures(fields(first(), cover(2, "Fund LP"), sheet))
    assert [each[:3] for each in found] == [("FUND LP", "/s/ Jane Roe", "Manager")]


def test_a_name_behind_dots_and_of_another_block_is_not_in_the_title() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("FUND LP", "signatureReportingPerson")
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("… Jane Roe, Manager", "signatureTitle")
    sheet.put("ROE LLC", "signatureReportingPerson", down=60)
    sheet.put("Jane Roe, CEO", "signatureTitle")
    found = signatures(fields(first(), cover(2, "Fund LP"), sheet))
    assert [each[2] for each in found] == ["Manager", "CEO"]


def test_an_untagged_name_below_ones_own_signature_is_the_persons() -> None:
    sheet = signed(("FUND LP", "By: /s/ Gil Poe", "General Counsel"))
    sheet.put("/s/ Jane Roe", "signature", down=60)
    sheet.put("____ Jane Roe", OUTSIDE)
    found = signatures(fields(first(), cover(2, "Jane Roe"), sheet))
    assert [each[0] for each in found] == ["FUND LP", "Jane Roe"]


def test_the_name_of_who_signs_for_a_company_is_no_person() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("FUND LP", "signatureReportingPerson")
    sheet.put("/s/ Jane Roe", "signature")
    sheet.put("Jane Roe", OUTSIDE)
    assert [each[0] for each in signatures(fields(first(), cover(2, "Fund LP"), sheet))] == [
        "FUND LP"
    ]


def test_the_last_party_of_an_agreement_may_be_a_person() -> None:
    sheet = Sheet(6)
    sheet.put("FUND LP", "jointFilingParties")
    sheet.put("By: /s/ Jane Roe", OUTSIDE)
    sheet.put("Name: Jane Roe", OUTSIDE)
    sheet.put("/s/ Jane Roe", OUTSIDE, down=60)
    sheet.put("Jane Roe", OUTSIDE)
    read = fields(first(), cover(2, "Fund LP"), sheet)
    (parties,) = [raw.value for path, raw in read.items() if path.endswith("/parties")]
    assert parties == "FUND LP Jane Roe"


def test_a_company_of_a_cover_page_signs_whatever_its_name_looks_like() -> None:
    name = "Roe General Partner Limited"
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put(name, "signatureTitle")
    sheet.put("By: /s/ Jane Roe", "signature")
    sheet.put("Jane Roe", OUTSIDE)
    found = signatures(fields(first(), cover(2, name), cover(3, "Jane Roe"), sheet))
    assert [each[:3] for each in found] == [(name, "/s/ Jane Roe", "")]


def test_a_company_is_a_party_on_the_page_of_an_agreement() -> None:
    sheet = Sheet(6)
    sheet.put("January 5, 2024", "jointFilingDate")
    sheet.put("Roe General Partner", OUTSIDE)
    sheet.put("Limited", OUTSIDE)
    read = fields(first(), cover(2, "Roe General Partner Limited"), sheet)
    (parties,) = [raw.value for path, raw in read.items() if path.endswith("/parties")]
    assert parties == "Roe General Partner Limited"


def test_a_box_of_item_5_is_there_where_its_sentence_is() -> None:
    box = "items/item5/classOwnership5PercentOrLess"
    item = Sheet(3)
    item.put("N/A", "item5.notApplicable")
    assert fields(first(), cover(2, "Fund LP"), item)[box].state == NOT_ON_FORM
    item.put("the reporting person has ceased to be the owner", OUTSIDE)
    assert fields(first(), cover(2, "Fund LP"), item)[box].value == "0"


def test_a_dash_in_a_row_of_shares_is_none_of_them() -> None:
    read = fields(first(), cover(2, "Fund LP", soleVotingPower="-", sharedVotingPower="2,657.519"))
    assert read[f"{PERSON}[1]/{POWERS}/soleVotingPower"].value == "0"
    assert read[f"{PERSON}[1]/{POWERS}/sharedVotingPower"].value == "2657519"


def test_dots_that_lead_to_a_value_are_no_part_of_it() -> None:
    sheet = Sheet(2)
    sheet.put("... Fund LP", "reportingPersonName")
    sheet.put("....... 1,234", "aggregateAmountOwned")
    sheet.put("…… O0", "typeOfReportingPerson")
    read = fields(first(), sheet)
    assert read[f"{PERSON}[1]/reportingPersonName"].value == "Fund LP"
    owned = "reportingPersonBeneficiallyOwnedAggregateNumberOfShares"
    assert read[f"{PERSON}[1]/{owned}"].value == "1234"
    assert read[f"{PERSON}[1]/typeOfReportingPerson"].value == "OO"


def test_the_letter_of_an_items_part_stands_before_its_text() -> None:
    sheet = Sheet(2)
    sheet.put("(a) This statement is filed by Fund LP.", "item2.filingPersonName")
    read = fields(first(), sheet)
    assert read["items/item2/filingPersonName"].value == "This statement is filed by Fund LP."


@pytest.mark.parametrize(
    ("title", "amendment", "form"),
    [
        ("SCHEDULE 13G", "", "SCHEDULE 13G"),
        ("SCHEDULE 13G", "3", "SCHEDULE 13G/A"),
        ("SCHEDULE 13G", "2)*", "SCHEDULE 13G/A"),
        ("SCHEDULE 13D/A", "", "SCHEDULE 13D/A"),
        ("SCHEDULE 13D", "", "SCHEDULE 13D"),
    ],
)
def test_the_title_and_the_number_of_the_amendment_tell_the_schedule(
    title: str, amendment: str, form: str
) -> None:
    assert form_of([first(title, amendment).page()]) == forms()[form]


def test_the_type_of_the_submission_is_the_form_that_was_told() -> None:
    found = assemble([first("SCHEDULE 13G", "3").page(), cover(2, "Jane Roe").page()])
    kind = next(raw for raw in found.fields if raw.path.endswith("/submissionType"))
    assert (kind.value, kind.state) == ("SCHEDULE 13G/A", READ)


def test_words_outside_values_make_none() -> None:
    sheet = Sheet(2)
    sheet.put("CUSIP No. 88160R 101 Page 2 of 5 Pages", OUTSIDE)
    read = fields(first(), sheet)
    assert f"{PERSON}[1]/reportingPersonName" in read
    assert read[f"{PERSON}[1]/reportingPersonName"].state == BLANK


def test_a_number_taken_for_print_is_a_row_by_its_caption() -> None:
    sheet = Sheet(2)
    sheet.put("Jane Roe", "reportingPersonName")
    sheet.put("5. Sole Voting Power", OUTSIDE)
    sheet.put("1,234", OUTSIDE, left=220, down=0)
    sheet.put("6. Shared Voting Power", OUTSIDE)
    sheet.put("-0-", OUTSIDE, down=12)
    sheet.put("7. Sole Dispositive Power", OUTSIDE)
    sheet.put("8. Shared Dispositive Power", OUTSIDE)
    read = fields(first(), sheet)
    rows = [read[f"{PERSON}[1]/{POWERS}/{name}"] for name in (
        "soleVotingPower", "sharedVotingPower", "soleDispositivePower", "sharedDispositivePower"
    )]  # fmt: skip
    assert [row.value for row in rows] == ["1234", "0", "", ""]


def test_the_number_of_an_amendment_is_told_by_its_line_on_the_cover_sheet() -> None:
    sheet = first()
    sheet.put("(Amendment No. 2)*", OUTSIDE)
    found = assemble([sheet.page(), cover(2, "Jane Roe").page()])
    assert found.form.name == "SCHEDULE 13G/A"
    number = next(raw for raw in found.fields if raw.path.endswith("/amendmentNo"))
    assert number.value == "2"


def test_an_amendment_that_a_text_tells_of_makes_none() -> None:
    sheet = first()
    sheet.put("Amendment No. 2 to the agreement of the parties was signed on that day", OUTSIDE)
    assert assemble([sheet.page(), cover(2, "Jane Roe").page()]).form.name == "SCHEDULE 13G"


def test_what_stands_behind_the_caption_of_a_title_is_the_title() -> None:
    sheet = Sheet(5)
    sheet.put("January 5, 2024", "signatureDate")
    sheet.put("FUND LP", "signatureReportingPerson", down=40)
    sheet.put("By: Roe Management LLC,", "signature")
    sheet.put("its Investment Manager", "signatureTitle")
    sheet.put("By: /s/ Gil Poe", "signature")
    sheet.put("Title: General Counsel", OUTSIDE)
    found = signatures(fields(first(), cover(2, "Fund LP"), sheet))
    assert found == [("FUND LP", "/s/ Gil Poe", "General Counsel", "2024-01-05")]


def test_who_signs_a_joint_filing_agreement_is_no_party_to_it() -> None:
    sheet = Sheet(6)
    sheet.put("FUND LP", "jointFilingParties")
    sheet.put("By: /s/ Gil Poe", "jointFilingParties")
    sheet.put("Name: Gil Poe", "jointFilingParties")
    sheet.put("ROE LLC", "jointFilingParties")
    found = assemble([first().page(), cover(2, "Fund LP").page(), sheet.page()])
    parties = next(raw for raw in found.fields if raw.path.endswith("/parties"))
    assert parties.value == "FUND LP ROE LLC"


@pytest.mark.parametrize(
    ("caption", "text", "kept"),
    [
        ("Sole power to dispose or to direct the disposition of", "disposition of: 0", "0"),
        ("Amount beneficially owned", "Amount beneficially owned: 1,234", "1,234"),
        ("Citizenship", "Citizenship: Delaware", "Delaware"),
        ("Citizenship", "Citizenship of each person is Delaware", None),
        ("Percent of class", "5.1% of the class", None),
    ],
)
def test_the_end_of_a_caption_is_no_text(caption: str, text: str, kept: str | None) -> None:
    assert without_caption(caption, text) == (text if kept is None else kept)


def test_a_type_that_was_taken_for_print_is_read_by_its_caption() -> None:
    sheet = Sheet(2)
    sheet.put("Jane Roe", "reportingPersonName")
    sheet.put("1,234", "aggregateAmountOwned")
    sheet.put("12. Type of Reporting Person", OUTSIDE)
    sheet.put("OO", OUTSIDE, down=14)
    assert fields(first(), sheet)[f"{PERSON}[1]/typeOfReportingPerson"].value == "OO"
