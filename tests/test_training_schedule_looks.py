"""What the looks of a schedule print is what its content says, labelled with the right fields."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from eval.printing import Label, PrintedPage, Printer, recover
from models.form import forms
from training.synth import pages, schedule_looks
from training.synth.print_pages import role_of
from training.synth.schedule import Schedule
from training.synth.schedule_blocks import AMOUNTS
from training.synth.schedule_content import random_schedule
from training.synth.schedule_extra import other_exhibits
from training.synth.schedule_looks import LOOKS, choose, dress, render
from training.synth.schedule_sheet import SIGNS, WORDS, ScheduleSheet

SCHEDULES = ("SCHEDULE 13G", "SCHEDULE 13G/A", "SCHEDULE 13D", "SCHEDULE 13D/A")
ZEROS = {"0", "0.00", "-0-", "–0–", "- 0 -", "none", "nil"}
PAIRS = [(look, form) for look in LOOKS for form in SCHEDULES]


def drawn(form: str, seed: int, most: int = 60) -> Schedule:
    """A schedule of the form with at most `most` persons."""
    contents = (random_schedule(np.random.default_rng((seed, again)), form) for again in range(99))
    return next(content for content in contents if len(content.persons) <= most)


def dressed(look: str, form: str, seed: int) -> tuple[str, ScheduleSheet]:
    """A drawn schedule in the look."""
    return dress(drawn(form, seed), np.random.default_rng(seed), look)


def anchors(document: str, sheet: ScheduleSheet) -> Iterator[tuple[Label, str]]:
    """Label and text of every labelled piece in the document."""
    for number, text in re.findall(r'href="https://label.invalid/(\d+)">(.*?)</a>', document):
        yield sheet.markup.labels[int(number)], html.unescape(text)


def printed_words(found: list[PrintedPage], tag: str, path: str) -> str:
    """The words of a field as printed, joined."""
    return " ".join(word.text for page in found for word in page.words
                    if word.tag == tag and word.path == path)  # fmt: skip


@pytest.mark.parametrize(("look", "form"), PAIRS)
def test_every_tag_of_the_form_is_printed_by_some_draw(look: str, form: str) -> None:
    seen: set[str] = set()
    for seed in range(60):
        seen |= {label.tag for label in dressed(look, form, seed)[1].markup.labels}
    missing = set(forms()[form].tags()) - seen
    original = {"amendmentNo"} if not form.endswith("/A") else set()
    assert missing <= original


@pytest.mark.parametrize(("look", "form"), PAIRS)
def test_every_label_is_of_a_field_of_the_form_and_holds_something(look: str, form: str) -> None:
    for seed in range(8):
        document, sheet = dressed(look, form, seed)
        for label, text in anchors(document, sheet):
            located = forms()[form].locate(label.path) if label.path else None
            assert not label.tag or (located and label.tag in located[2].tags)
            assert label.label or text.strip()


@pytest.mark.parametrize(("look", "form"), PAIRS)
def test_every_text_of_the_content_is_labelled(look: str, form: str) -> None:
    for seed in range(8):
        document, sheet = dressed(look, form, seed)
        found = {label.tag for label, _ in anchors(document, sheet)}
        assert set(sheet.content.texts) <= found


@pytest.mark.browser
@pytest.mark.parametrize(("look", "form"), PAIRS)
def test_the_print_says_what_the_content_says(printer: Printer, look: str, form: str) -> None:
    content = drawn(form, 4, most=3)
    document, sheet = dress(content, np.random.default_rng(9), look)
    found = recover(printer.pdf(document), sheet.markup.labels)
    for index, person in enumerate(content.persons, 1):
        for tag, attribute in AMOUNTS.items():
            value = getattr(person, attribute)
            text = printed_words(found, tag, sheet.path(tag, index)).replace(",", "")
            amount = Decimal(value)
            same = text.lower() in ZEROS if amount == 0 else _near(text, amount)
            assert same, (tag, text, value)
        name = printed_words(found, "reportingPersonName", sheet.path("reportingPersonName", index))
        assert _letters(name) == _letters(person.name)
        kinds = printed_words(found, "typeOfReportingPerson",
                              sheet.path("typeOfReportingPerson", index))  # fmt: skip
        assert re.findall("[A-Z]{2}", kinds) == list(person.types)
    issuer = printed_words(found, "issuerName", sheet.path("issuerName"))
    assert _letters(issuer) == _letters(content.issuer)
    title = printed_words(found, "documentType", sheet.path("documentType"))
    assert content.family in title


def _near(text: str, amount: Decimal) -> bool:
    return abs(Decimal(text) - amount) < Decimal("0.01")


def _letters(text: str) -> str:
    return re.sub(r"[\s\-]", "", text).lower()


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_a_schedule_has_labels(printer: Printer, look: str) -> None:
    for form in ("SCHEDULE 13G", "SCHEDULE 13D"):
        document, labels = render(drawn(form, 6, most=4), np.random.default_rng(3), look)
        found = recover(printer.pdf(document), labels)
        assert len(found) > 1
        assert all(any(word.tag for word in page.words) or page.regions for page in found)
        assert [role_of(page) for page in found].count(pages.FIRST) == 1


@pytest.mark.browser
@pytest.mark.parametrize("look", LOOKS)
def test_boxes_are_found_in_the_print_as_they_were_ticked(printer: Printer, look: str) -> None:
    content = drawn("SCHEDULE 13G", 5, most=3)
    document, sheet = dress(content, np.random.default_rng(8), look)
    found = recover(printer.pdf(document), sheet.markup.labels)
    regions = {
        (region.path, region.tag): region.checked
        for page in found for region in page.regions if region.checked is not None
    }  # fmt: skip
    typed = {(word.path, word.tag): True for page in found for word in page.words
             if (word.path, word.tag) in sheet.ticked}  # fmt: skip
    ticked = {box for box, checked in sheet.ticked.items() if checked}
    assert ticked <= set(regions) | set(typed)
    assert all(sheet.ticked[box] == checked for box, checked in regions.items())
    rules = {tag.removeprefix("designateRule.") for _, tag in ticked if "designateRule" in tag}
    assert rules == set(content.rules)


@pytest.mark.parametrize("kind", (*SIGNS, *WORDS, "square"))
def test_a_box_of_every_kind_tells_marked_from_unmarked(kind: str) -> None:
    _, sheet = dressed("modern", "SCHEDULE 13D", 1)
    sheet.style = replace(sheet.style, marks=replace(sheet.style.marks, box=kind))
    marked, unmarked = (sheet.tick(checked, "legalProceedings") for checked in (True, False))
    assert re.sub(r"label.invalid/\d+", "", marked) != re.sub(r"label.invalid/\d+", "", unmarked)


def test_of_zero_shares_only_the_number_is_the_value() -> None:
    _, sheet = dressed("modern", "SCHEDULE 13D", 1)
    sheet.zero, sheet.rng = "0 shares", np.random.default_rng(0)
    printed = sheet.amount("soleVotingPower", "0")
    assert re.fullmatch(r'<a class="fs-w" href="[^"]+">0</a> shares', printed)


def test_what_is_no_part_of_the_schedule_has_no_label_but_its_role() -> None:
    for seed in range(40):
        _, sheet = dressed("modern", "SCHEDULE 13G", 1)
        before, sheet.rng = len(sheet.markup.labels), np.random.default_rng(seed)
        if other_exhibits(sheet):
            (label,) = sheet.markup.labels[before:]
            assert label.label == pages.ROLE_LABEL
            return
    pytest.fail("no other exhibit was drawn")


def test_the_same_seed_gives_the_same_document() -> None:
    content = drawn("SCHEDULE 13G", 2)
    first, again = (render(content, np.random.default_rng(5)) for _ in range(2))
    assert first == again


def test_all_looks_are_drawn() -> None:
    rng = np.random.default_rng(1)
    assert {choose(rng) for _ in range(300)} == set(schedule_looks.LOOKS)
