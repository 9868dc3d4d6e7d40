"""Words of print taken for values, exchanged dates, an owner's own lines and texts."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from models.assemble import assemble
from models.boxes import by_their_labels, flag_field, is_marked
from models.document import Box, Page, Word
from models.extraction import Region
from models.form import forms
from models.periods import ORIGINAL, PERIOD, with_periods
from models.persons import owners, with_middle_names, with_streets, with_whole_postcode
from models.reading import TaggedPage, cleaned
from models.roles import with_own_text, with_texts_at_labels
from models.strays import without_agents_heads, without_hints, without_strays
from models.tagger import OUTSIDE, Tagged, Token

FORM = forms()["4"]
NAME, STREET, SECOND = "rptOwnerName", "rptOwnerStreet1", "rptOwnerStreet2"


def line(
    number: int, *words: tuple[str, str], left: float = 50.0, gap: float = 3.0
) -> list[Tagged]:
    """Words of a line with their tags, one beside the other."""
    made: list[Tagged] = []
    for text, tag in words:
        box = Box(left, 14.0 * number, left + 5.0 * len(text), 14.0 * number + 10)
        ticked = {"☒": True, "☐": False}.get(text)
        region = None if ticked is None else Region("checkbox", 1, box, checked=ticked)
        word = Word(text, box, (0.9,) * len(text)) if region is None else None
        made.append(Tagged(Token(text, box, 1, number, word, region), tag, 0.9))
        left = box.right + gap
    return made


def printed(text: str) -> list[tuple[str, str]]:
    return [(word, OUTSIDE) for word in text.split()]


def texts(tagged: Sequence[Tagged], tag: str) -> list[str]:
    return [each.token.text for each in tagged if each.tag == tag]


def test_a_word_inside_a_caption_is_no_value() -> None:
    caption = line(1, ("Ticker", OUTSIDE), ("or", "issuerName"), *printed("Trading Symbol:"),
                   ("ACME", "issuerName"))  # fmt: skip
    assert texts(without_strays(caption), "issuerName") == ["ACME"]


def test_words_behind_a_caption_and_between_hints_are_values() -> None:
    behind = line(1, *printed("Name of Reporting Person:"), ("DOE", NAME), ("JANE", NAME))
    hinted = line(2, ("DOE", NAME), ("(Last)", OUTSIDE), ("JANE", NAME), ("(First)", OUTSIDE))
    apart = line(3, ("Person", OUTSIDE), ("DOE", NAME), ("Issuer", OUTSIDE), gap=30.0)
    for words in (behind, hinted, apart):
        assert without_strays(words) == words


def test_the_first_word_of_a_legend_is_no_signature() -> None:
    legend = line(2, ("Intentional", "signatureName"),
                  *printed("misstatements or omissions of facts constitute crimes"))  # fmt: skip
    signed = line(1, ("/s/", "signatureName"), ("Jane", "signatureName"))
    assert texts(without_strays([*signed, *legend]), "signatureName") == ["/s/", "Jane"]


def page(*lines: Sequence[Tagged]) -> TaggedPage:
    image = np.zeros((2, 2), np.uint8)
    return TaggedPage(
        Page(1, 612, 792, image, 72), (), tuple(each for one in lines for each in one)
    )


def dates(made: TaggedPage) -> dict[str, list[str]]:
    return {tag: texts(made.tagged, tag) for tag in (PERIOD, ORIGINAL)}


def test_the_only_date_is_the_period_where_its_caption_says_so() -> None:
    alone = page(line(1, *printed("3. Date of Earliest Transaction"), ("01/02/2020", ORIGINAL),
                      *printed("4. If Amendment, Date of Original Filed")))  # fmt: skip
    assert dates(with_periods([alone])[0]) == {PERIOD: ["01/02/2020"], ORIGINAL: []}


def test_exchanged_dates_are_exchanged_back_and_are_likely() -> None:
    both = page(line(1, *printed("Date of Event"), ("01/02/2020", ORIGINAL),
                     *printed("If Amendment, Original"), ("01/05/2020", PERIOD)))  # fmt: skip
    made = with_periods([both])[0]
    assert dates(made) == {PERIOD: ["01/02/2020"], ORIGINAL: ["01/05/2020"]}
    assert all(each.score > 0.5 for each in made.tagged if each.tag == ORIGINAL)


def test_dates_that_may_be_right_stay() -> None:
    below = page(line(1, *printed("Date of Event If Amendment, Date of Original")),
                 line(2, ("01/02/2020", PERIOD), ("01/05/2020", ORIGINAL)))  # fmt: skip
    without_captions = page(line(1, ("01/05/2020", ORIGINAL)))
    for one in (below, without_captions):
        assert with_periods([one])[0].tagged == one.tagged


def test_the_words_of_a_line_are_one_owners() -> None:
    names = [*line(1, ("DOE", NAME), left=72), *line(6, ("ROE", NAME), left=190)]
    address = line(7, ("ONE", STREET), ("LONG", STREET), ("ROAD", STREET), left=72, gap=60)
    (group,) = [each for each in FORM.groups if each.name == "reportingOwner"]
    found = owners(group, [*names, *address])
    assert sorted(len(texts(owner, STREET)) for owner in found) == [0, 3]


def test_a_lone_second_street_is_the_first() -> None:
    lone = line(1, ("PO", SECOND), ("BOX", SECOND), ("1", SECOND))
    both = [*line(1, ("ONE", STREET)), *line(2, ("TWO", SECOND))]
    assert texts(with_streets(lone), STREET) == ["PO", "BOX", "1"]
    assert with_streets(both) == both


def test_a_text_belongs_to_the_only_box_that_is_ticked_and_has_one() -> None:
    officer = line(1, ("☒", "isOfficer"), ("☐", "isOther"), ("See", "otherText"))
    assert texts(with_own_text(officer), "officerTitle") == ["See"]
    both = line(1, ("☒", "isOfficer"), ("☒", "isOther"), ("See", "otherText"))
    assert with_own_text(both) == both


def test_typed_brackets_are_boxes_that_their_labels_tell() -> None:
    row = line(1, ("[x]", OUTSIDE), *printed("Officer (give title below)"), ("[2]", OUTSIDE),
               *printed("Officer (give title below)"))  # fmt: skip
    made = by_their_labels(FORM, row)
    assert texts(made, "isOfficer") == ["[x]"]


@pytest.mark.parametrize(("mark", "value"), [(0.74, "0"), (0.9, "1")])
def test_an_empty_box_that_is_surer_by_far_counts_before_a_mark(mark: float, value: str) -> None:
    empty = replace(line(2, ("☐", "notSubjectToSection16"))[0], score=0.99)
    marked = replace(line(1, ("☒", "notSubjectToSection16"))[0], score=mark)
    (spec,) = [spec for _, spec in FORM.specs() if spec.tag == "notSubjectToSection16"]
    assert flag_field(spec, spec.path, [marked, empty], ()).value == value


def test_a_bracket_taken_for_a_letter_marks_no_box() -> None:
    spec = next(spec for _, spec in FORM.specs() if spec.name == "isOther")
    for text, value in (("[U", "0"), ("L]", "0"), ("[X", "1"), ("x]", "1"), ("[V", "1")):
        assert flag_field(spec, "/x", line(1, (text, "isOther")), ()).value == value


def test_specks_and_rules_beside_a_value_are_none_of_it() -> None:
    assert cleaned("|04/29/2035.", "date") == "04/29/2035"
    assert cleaned("757,756|", "number") == "757,756"
    assert cleaned("Dec. 3, 2020", "date") == "Dec. 3, 2020"


@pytest.mark.parametrize(("box", "value"), [("☒", "Merger"), ("☐", "")])
def test_a_text_that_explains_a_box_is_none_without_its_tick(box: str, value: str) -> None:
    told = page(line(1, (box, "otherPurpose"), *printed("Other purpose (specify)"),
                     ("Merger", "otherPurposeText")))  # fmt: skip
    made = assemble([told], forms()["FARA-AMENDMENT"])
    assert [raw.value for raw in made.fields if raw.spec.tag == "otherPurposeText"] == [value]


def test_the_label_of_a_box_is_no_text_beside_it() -> None:
    label = line(1, ("10%", OUTSIDE), ("Owner", "otherText"))
    assert texts(without_strays(label), "otherText") == []
    typed = line(2, ("Former", "otherText"), ("10%", "otherText"), ("Owner", "otherText"))
    assert without_strays(typed) == typed


def test_the_number_of_a_table_is_no_box() -> None:
    headed = line(1, ("Table", OUTSIDE), ("☒", "aff10b5One"), *printed("- Derivative Securities"))
    assert texts(without_strays(headed), "aff10b5One") == []
    apart = line(2, ("Table", OUTSIDE), ("☒", "aff10b5One"), gap=30.0)
    assert without_strays(apart) == apart


def test_a_postcode_that_begins_with_letters_is_whole() -> None:
    state, code = "rptOwnerState", "rptOwnerZipCode"
    address = line(3, ("HAMILTON", "rptOwnerCity"), ("D0", state), ("HM", state), ("11", code))
    assert texts(with_whole_postcode(address), code) == ["HM", "11"]
    named = line(3, ("New", state), ("York", state), ("10013", code))
    assert with_whole_postcode(named) == named


def test_the_code_of_a_country_is_no_part_of_a_postcode() -> None:
    state, code = "rptOwnerState", "rptOwnerZipCode"
    address = with_whole_postcode(line(3, ("N4", code), ("L-2453", code)))
    assert (texts(address, state), texts(address, code)) == (["N4"], ["L-2453"])
    known = line(3, ("A8", code), ("4W8", code), ("QC", state))
    assert with_whole_postcode(known) == known


def test_an_initial_in_a_cell_of_its_own_is_part_of_the_name_above_its_caption() -> None:
    name = line(1, ("ZHANG", NAME), ("MARIA", NAME), ("K.", OUTSIDE), gap=80.0)
    captions = line(2, *printed("(Last) (First) (Middle)"), gap=75.0)
    assert texts(with_middle_names([*name, *captions]), NAME) == ["ZHANG", "MARIA", "K."]
    assert texts(with_middle_names(name), NAME) == ["ZHANG", "MARIA"]


def test_a_caption_right_above_tells_a_date_too() -> None:
    first = line(1, *printed("3. Date of Earliest Transaction"))
    first += line(2, ("01/02/2020", ORIGINAL))
    second = line(4, *printed("4. If Amendment, Original Filed"))
    second += line(5, ("01/05/2020", PERIOD))
    assert dates(with_periods([page(first, second)])[0]) == {
        PERIOD: ["01/02/2020"], ORIGINAL: ["01/05/2020"],
    }  # fmt: skip


def test_what_a_fax_machine_and_a_printer_add_is_no_value() -> None:
    sent = line(0, ("Dec", STREET), *printed("11 2024 1:48 AM (622) 555-9132 CORPORATE"))
    body = line(5, ("5", STREET), ("Main", STREET)) + line(9, ("DOE", NAME))
    day = line(20, ("12/21/2005", "signatureDate"), left=500.0)
    made = without_strays([*sent, *body, *day])
    assert texts(made, STREET) == ["5", "Main"]
    assert texts(made, "signatureDate") == []
    signed = line(20, ("12/21/2005", "signatureDate")) + line(21, ("Date", OUTSIDE))
    assert texts(without_strays([*body, *signed]), "signatureDate") == ["12/21/2005"]


def test_what_a_browser_prints_around_a_page_is_no_value() -> None:
    head = line(0, ("11/30/26,", "signatureDate"), ("1:33", "remarks"), ("AM", "remarks"))
    value = line(5, ("DOE", NAME), ("1:33", "remarks"))
    foot = line(50, ("file:///tmp/a.html", NAME))
    title = line(50, ("1/2", "signatureDate"), left=500.0)
    made = without_strays([*head, *value, *foot, *title])
    assert [each.token.text for each in made if each.tag != OUTSIDE] == ["DOE", "1:33"]
    stamp = line(0, ("01/30/2019", "receivedDate"), ("10:51", "receivedDate"))
    assert without_strays([*stamp, *value]) == [*stamp, *value]


TITLE, OTHER = "officerTitle", "otherText"


def test_a_text_behind_its_label_is_what_the_label_asks_for() -> None:
    words = line(1, ("Officer", OUTSIDE), ("(title):", OUTSIDE), ("Vice", TITLE), ("Chair", OTHER),
                 ("☒", "isOther"), ("Other", OUTSIDE), ("(specify):", OUTSIDE), ("Member", TITLE),
                 ("of", TITLE), ("group", OTHER))  # fmt: skip
    made = with_texts_at_labels(words)
    assert texts(made, TITLE) == ["Vice", "Chair"]
    assert texts(made, OTHER) == ["Member", "of", "group"]


def test_the_label_of_a_text_is_none_of_it() -> None:
    words = line(1, ("Officer", TITLE), ("(title):", OUTSIDE), ("Chief", TITLE), ("Officer", TITLE))
    assert texts(with_texts_at_labels(words), TITLE) == ["Chief", "Officer"]


def test_words_beside_each_other_are_one_text() -> None:
    made = with_texts_at_labels(line(1, ("See", OTHER), ("Remarks", TITLE), ("below", TITLE)))
    assert texts(made, TITLE) == ["See", "Remarks", "below"]


def test_of_two_texts_under_two_ticked_boxes_the_left_one_is_the_left_boxs() -> None:
    boxes = line(1, ("☒", "isOfficer"), ("☒", "isOther"), gap=120.0)
    both = line(2, ("See", OTHER), ("Remarks", OTHER))
    both += line(2, ("Adviser", OTHER), left=250.0)
    made = with_own_text([*boxes, *both])
    assert (texts(made, TITLE), texts(made, OTHER)) == (["See", "Remarks"], ["Adviser"])
    alone = [*boxes, *both[:2]]
    assert with_own_text(alone) == alone


def test_an_original_was_not_filed_before_what_it_reports() -> None:
    odd = page(line(1, ("01/05/2020", PERIOD)), line(9, ("01/02/2020", ORIGINAL)))
    assert dates(with_periods([odd])[0]) == {PERIOD: ["01/02/2020"], ORIGINAL: ["01/05/2020"]}
    said = page(line(1, *printed("Date of Event"), ("01/05/2020", PERIOD)),
                line(9, *printed("If Amendment, Original"), ("01/02/2020", ORIGINAL)))  # fmt: skip
    assert with_periods([said])[0].tagged == said.tagged


def _squeezed(box: Box) -> Box:
    """The box where lines stand closer together."""
    return replace(box, top=0.7 * box.top, bottom=0.7 * box.top + 8)


def test_a_caption_may_have_a_hint_between_it_and_its_date() -> None:
    lines = [*line(1, *printed("Statement for Year Ended")), *line(2, *printed("(Month/Year)")),
             *line(3, ("6-30-03", ORIGINAL))]  # fmt: skip
    close = [replace(each, token=replace(each.token, box=_squeezed(each.token.box)))
             for each in lines]  # fmt: skip
    alone = page(close)
    assert dates(with_periods([alone])[0]) == {PERIOD: ["6-30-03"], ORIGINAL: []}


@pytest.mark.parametrize("hint", ["(MM/DD/YYYY)", "mm/dd/yy", "(m/d/y)", "<S>", "</TABLE>"])
def test_hints_and_signs_of_a_table_are_no_values(hint: str) -> None:
    assert texts(without_hints(page(line(1, (hint, NAME)))).tagged, NAME) == []
    kept = page(line(1, ("<Acme", NAME), ("Day", NAME)))
    assert texts(without_hints(kept).tagged, NAME) == ["<Acme", "Day"]


@pytest.mark.parametrize(("text", "kept"), [
    ("See attached sheet", False),
    ("See Schedule A attached hereto for explanation of responses.", False),
    ("See continuation page 2", False), ("See attached Exhibit 99.1", True), ("See Remarks", True),
])  # fmt: skip
def test_where_to_look_is_no_explanation(text: str, kept: bool) -> None:
    words = line(1, *((word, "remarks") for word in text.split()))
    assert bool(texts(without_strays(words), "remarks")) is kept


def test_a_name_behind_its_caption_is_no_part_of_it() -> None:
    words = line(1, *printed("Issuer Name and Ticker or Trading Symbol"), ("Arundel", "issuerName"),
                 ("LP", OUTSIDE), ("(A)", OUTSIDE))  # fmt: skip
    assert texts(without_strays(words), "issuerName") == ["Arundel"]


def test_officer_at_the_end_of_a_title_is_its_last_word() -> None:
    title = "officerTitle"
    beside = line(1, ("Chief", title), ("Legal", title), ("Officer", OUTSIDE))
    assert texts(with_texts_at_labels(beside), title) == ["Chief", "Legal", "Officer"]
    below = (
        line(1, ("Chief", title)) + line(2, ("Executive", title)) + line(3, ("Officer", OUTSIDE))
    )
    assert texts(with_texts_at_labels(below), title) == ["Chief", "Executive", "Officer"]
    further = line(1, ("Chief", title)) + line(4, ("Officer", OUTSIDE))
    assert texts(with_texts_at_labels(further), title) == ["Chief"]
    label = line(1, ("☐", "isOfficer"), ("Officer|", title))
    assert texts(with_texts_at_labels(label), title) == []


def test_a_mark_counts_whatever_its_brackets_are() -> None:
    (spec,) = [spec for _, spec in FORM.specs() if spec.tag == "isOther"]
    words = line(1, ("(", "isOther"), ("X", "isOther"), (")", "isOther"), gap=2.0)
    sure = [replace(each, score=0.6 if each.token.text == "X" else 0.99) for each in words]
    assert flag_field(spec, "p", sure, [page(sure)]).value == "1"
    empty = line(1, ("(", "isOther"), (")", "isOther"), gap=8.0)
    assert flag_field(spec, "p", empty, [page(empty)]).value == "0"


def test_the_head_of_a_further_sheet_is_no_name() -> None:
    head = line(1, *((word, "signatureName") for word in ["Form", "4", "/", "Acme", "Inc"]))
    assert texts(without_strays(head), "signatureName") == []
    named = line(1, *((word, "signatureName") for word in ["Form", "Four", "Holdings"]))
    assert len(texts(without_strays(named), "signatureName")) == 3


def test_the_first_owner_named_again_on_a_further_sheet_is_no_other() -> None:
    (group,) = [each for each in FORM.groups if each.name == "reportingOwner"]
    first = line(1, ("DOE", NAME), ("ANN", NAME)) + line(2, ("1", STREET))

    def further(*words: str, address: bool = False) -> int:
        sheet = line(1, *((word, NAME) for word in words))
        sheet += line(2, ("9", STREET)) if address else []
        moved = [replace(each, token=replace(each.token, page=2)) for each in sheet]
        return len(owners(group, [*first, *moved]))

    assert further("Ann") == 1
    assert further("DOE", "ANN", "JOINT", "FILERS") == 1
    assert further("ANN", address=True) == 2
    assert further("ROE") == 2


@pytest.mark.parametrize("text", [
    "SEC 1474 (3-99)", "1001 and 15 U.S.C. 78ff(a).", "See 18 U. S. C. 1001 and more",
])  # fmt: skip
def test_the_number_of_the_form_and_its_warning_are_no_values(text: str) -> None:
    words = line(1, *((word, "remarks") for word in text.split()))
    assert texts(without_strays(words), "remarks") == []
    note = line(1, *((word, "footnote") for word in text.split()))
    assert texts(without_strays(note), "footnote") == text.split()


@pytest.mark.parametrize("foot", ["Run date 02/03/2026", "Page 1 of 2", "ile://C:/legal/form4.htm"])
def test_what_stands_beside_a_page_number_is_none(foot: str) -> None:
    body = line(3, ("/s/", "signatureName"), ("Doe", "signatureName"))
    left = line(50, *((word, "signatureName") for word in ["Executive", "Services", "Desk"]))
    right = line(50, *((word, "signatureDate") for word in foot.split()), left=300.0)
    feet = [*left, *(replace(each, token=replace(each.token, line=51)) for each in right)]
    made = without_strays([*body, *feet])
    assert [each.token.text for each in made if each.tag != OUTSIDE] == ["/s/", "Doe"]


@pytest.mark.parametrize("head", ["Joint Filers", "Additional Reporting Persons:",
                                  "Joint Filer Information"])  # fmt: skip
def test_the_head_over_further_owners_is_no_owner(head: str) -> None:
    words = line(1, *((word, NAME) for word in head.split()))
    assert texts(without_strays(words), NAME) == []
    company = line(1, ("Joint", NAME), ("Filers", NAME), ("Fund,", NAME), ("L.P.", NAME))
    assert len(texts(without_strays(company), NAME)) == 4


def test_the_words_of_a_caption_are_no_town() -> None:
    city = "rptOwnerCity"
    caption = line(1, ("City,", OUTSIDE), ("State,", city), ("Zip:", OUTSIDE), ("Reno,", city))
    assert texts(without_strays(caption), city) == ["Reno,"]
    college = line(1, ("Town:", OUTSIDE), ("STATE", city), ("COLLEGE,", city))
    assert texts(without_strays(college), city) == ["STATE", "COLLEGE,"]


def test_the_label_of_a_box_is_no_text_though_its_sign_was_read_twice() -> None:
    words = line(1, ("10%%", "otherText"), ("Owner", OUTSIDE))
    assert texts(without_strays(words), "otherText") == []
    head = line(1, ("EXPLANATION", OUTSIDE), ("OF", OUTSIDE), ("RESPONSES:", "otherText"))
    assert texts(without_strays(head), "otherText") == []


def test_what_a_fax_machine_and_a_stamp_print_is_no_value() -> None:
    faxed = line(1, *printed("FROM: SECRETARY PHONE NO.: 612 555"), ("6035", "rptOwnerZipCode"),
                 *printed("P 1/1"))  # fmt: skip
    below = line(9, ("Doe", NAME), ("Jane", NAME))
    assert texts(without_strays([*faxed, *below]), "rptOwnerZipCode") == []
    assert texts(without_strays(line(1, ("COPY", "signatureName"))), "signatureName") == []
    copied = line(1, ("Copy", NAME), ("Jane", NAME))
    assert len(texts(without_strays(copied), NAME)) == 2


def test_captions_under_a_name_are_no_part_of_it() -> None:
    words = line(1, ("(Street)", NAME), ("(Zip)", "rptOwnerZipCode"), ("(Street", NAME))
    made = without_strays(words)
    assert [each.tag for each in made] == [OUTSIDE, OUTSIDE, NAME]


def test_a_label_is_no_text_of_another_relationship() -> None:
    assert texts(without_strays(line(1, ("Director", "otherText"))), "otherText") == []
    titled = without_strays(line(1, ("Director", "officerTitle")))
    assert texts(titled, "officerTitle") == ["Director"]


@pytest.mark.parametrize(("mark", "value"), [("(®)", "1"), ("●", "1"), ("O", "0"), ("○", "0")])
def test_circles_are_boxes_where_the_label_of_one_follows(mark: str, value: str) -> None:
    made = by_their_labels(FORM, line(1, (mark, "officerTitle"), ("Director", OUTSIDE)))
    (box,) = (each for each in made if each.tag == "isDirector")
    assert is_marked(box) == (value == "1")
    other = by_their_labels(FORM, line(1, (mark, "officerTitle"), ("Street", OUTSIDE)))
    assert [each.tag for each in other] == ["officerTitle", OUTSIDE]


def test_yes_and_no_are_a_marked_and_an_empty_box() -> None:
    yes, no = line(1, ("Yes", "isDirector"), ("No", "isOfficer"))
    assert is_marked(yes) and not is_marked(no)


@pytest.mark.parametrize("stamp", ["FOR YOUR RECORDS", "CONFORMED COPY", "RECEIVED AUG 22 2016"])
def test_what_is_stamped_is_no_value_in_a_table_neither(stamp: str) -> None:
    title = "nonDerivative.securityTitle"
    words = page(line(1, *((word, title) for word in stamp.split())))
    assert texts(without_hints(words).tagged, title) == []
    kept = page(line(1, ("Original", title), ("Series", title), ("Stock", title)))
    assert len(texts(without_hints(kept).tagged, title)) == 3


@pytest.mark.parametrize("head", ["Part F – Certification", "Section V.", "Part VI", "ITEM 4:"])
def test_the_head_of_a_part_is_no_value(head: str) -> None:
    for tag in ("signatureName", "remarks"):
        assert texts(without_strays(line(1, *((word, tag) for word in head.split()))), tag) == []
    remark = "Part of the shares are held by a trust of which she is a trustee."
    kept = line(1, *((word, "remarks") for word in remark.split()))
    assert len(texts(without_strays(kept), "remarks")) == len(remark.split())


@pytest.mark.parametrize(("text", "expected"), [
    ("a) Class A Common Stock", "Class A Common Stock"), ("(b) Warrants", "Warrants"),
    ("2. Common Stock", "Common Stock"), ("5.75% Convertible Notes", "5.75% Convertible Notes"),
    ("A Shares", "A Shares"), ("401(k) Plan", "401(k) Plan"), ("3 Com Corp", "3 Com Corp"),
])  # fmt: skip
def test_the_letter_or_number_of_a_row_is_no_part_of_its_title(text: str, expected: str) -> None:
    assert cleaned(text, "text") == expected


def test_a_leader_before_a_date_is_none_of_it() -> None:
    assert cleaned("…06/30/2017", "date") == "06/30/2017"
    assert cleaned("---- 2/23/2005", "date") == "2/23/2005"


def test_an_agents_name_above_the_number_of_the_job_is_no_value() -> None:
    head = line(0, ("Fairfax", NAME), ("Agents,", NAME), ("LLC", NAME))
    job = [
        replace(each, token=replace(each.token, line=1))
        for each in line(0, *printed("Job 12.htm Proof 2 26-Aug-07 23:29 Pg 1 of 2"))
    ]
    job = [replace(each, token=replace(each.token, box=moved(each.token.box, 8.0))) for each in job]
    body = line(9, ("DOE", NAME)) + line(40, ("Main", STREET))
    assert texts(without_agents_heads([*head, *job, *body]), NAME) == ["DOE"]
    titled = line(0, ("FORM", "documentType"), ("4", "documentType"))
    assert len(texts(without_agents_heads([*titled, *job, *body]), "documentType")) == 2


def moved(box: Box, down: float) -> Box:
    return Box(box.left, box.top + down, box.right, box.bottom + down)


def test_a_moment_alone_on_a_line_is_no_date_of_a_signature() -> None:
    body = line(1, ("DOE", NAME)) + line(40, ("Main", STREET))
    printed_at = line(20, ("12/19/2025,", "signatureDate"), ("10:06", "signatureDate"),
                      ("AM", "signatureName"))  # fmt: skip
    made = without_strays([*body, *printed_at])
    assert texts(made, "signatureDate") == texts(made, "signatureName") == []
    signed = line(20, ("12/19/2025", "signatureDate"))
    assert texts(without_strays([*body, *signed]), "signatureDate") == ["12/19/2025"]


def test_yes_and_no_answer_the_words_before_them_that_end_in_a_colon() -> None:
    answers = line(1, ("Director:", OUTSIDE), ("Yes", "isOfficer"), ("Officer:", OUTSIDE),
                   ("No", "isTenPercentOwner"), ("10%", OUTSIDE), ("Owner:", OUTSIDE),
                   ("Yes", "isOther"))  # fmt: skip
    made = by_their_labels(FORM, answers)
    assert [texts(made, tag) for tag in ("isDirector", "isOfficer", "isTenPercentOwner")] == [
        ["Yes"], ["No"], ["Yes"],
    ]  # fmt: skip


def test_a_day_as_stamps_have_it_alone_in_its_row_is_no_date_of_a_signature() -> None:
    stamp = line(8, ("NOV", "signatureDate"), ("11", "signatureDate"), ("2022", "signatureDate"))
    made = without_hints(page(stamp)).tagged
    assert texts(made, "signatureDate") == []
    signed = line(8, ("Doe", "signatureName"), left=300.0)
    beside = [replace(each, token=replace(each.token, line=9)) for each in signed]
    made = without_hints(page(stamp, beside)).tagged
    assert texts(made, "signatureDate") == ["NOV", "11", "2022"]


@pytest.mark.parametrize("caption", ["Filed by:", "person (2);", "Office held:"])
def test_a_caption_that_ends_in_a_colon_is_no_name(caption: str) -> None:
    words = [*((word, NAME) for word in caption.split()), ("Doe", NAME), ("Ann", NAME)]
    made = without_strays(line(3, *words))
    assert texts(made, NAME)[-2:] == ["Doe", "Ann"]
    assert not any(":" in text or ";" in text for text in texts(made, NAME))


def test_who_signs_for_another_keeps_the_by() -> None:
    made = without_strays(line(3, ("By:", "signatureName"), ("/s/", "signatureName")))
    assert texts(made, "signatureName") == ["By:", "/s/"]


def test_a_currency_before_an_amount_is_no_text() -> None:
    nature, price = "nonDerivative.natureOfOwnership", "nonDerivative.transactionPricePerShare"
    made = without_strays(line(3, ("USD", nature), ("9.50", price), ("Trust", nature)))
    assert texts(made, nature) == ["Trust"]


@pytest.mark.parametrize("label", ["10% Owner", "holder of more than 10%", "Ten percent owner"])
def test_a_box_before_any_label_of_a_large_owner_is_that_ones(label: str) -> None:
    words = line(3, ("☒", OUTSIDE), *((word, OUTSIDE) for word in label.split()))
    assert by_their_labels(FORM, words)[0].tag == "isTenPercentOwner"
