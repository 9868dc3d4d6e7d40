"""Typed, set and printed schedules carry on every value the label that belongs to it."""

import re
from collections import defaultdict
from decimal import Decimal
from types import ModuleType

import numpy as np
import pytest

from eval.printing import PrintedPage, Printer, recover
from models.form import forms
from training.synth import schedule_looks_columns, schedule_looks_paper, schedule_looks_typed
from training.synth.schedule import Schedule
from training.synth.schedule_blocks import AMOUNTS, Run, shown
from training.synth.schedule_content import random_schedule
from training.synth.schedule_sheet import WORDS, ScheduleSheet
from training.synth.schedule_typed_cover import plain
from training.synth.schedule_typist import Typist, padded, paged

LOOKS: dict[str, ModuleType] = {
    "typed": schedule_looks_typed,
    "columns": schedule_looks_columns,
    "paper": schedule_looks_paper,
}
NAMES = ("SCHEDULE 13G", "SCHEDULE 13G/A", "SCHEDULE 13D", "SCHEDULE 13D/A")


def written(look: str, form: str, seed: int) -> tuple[ScheduleSheet, str]:
    """A filing's sheet and document."""
    rng = np.random.default_rng((seed, len(look), len(form)))
    content = random_schedule(rng, form)
    module = LOOKS[look]
    style = getattr(module, f"{look}_style")(rng)
    sheet = ScheduleSheet(content, style, rng)
    body = getattr(module, f"{look}_body")(sheet)
    return sheet, sheet.document(getattr(module, f"{look}_css")(style), body)


def squeezed(text: str) -> str:
    """Without white space, quotation marks as old machines have them."""
    return re.sub(r"\s+", "", plain(text))


def texts_of(pages: list[PrintedPage]) -> dict[str, str]:
    """What was found in print at every path, without white space; boxes left out."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for word in page.words:
            if word.tag:
                found[word.path].append(word.text)
    return {path: squeezed("".join(words)) for path, words in found.items()}


def expected(sheet: ScheduleSheet) -> dict[str, str]:
    """What must be read at the paths of the cover sheet and the cover pages."""
    content: Schedule = sheet.content
    found = {
        sheet.path("issuerName"): content.issuer,
        sheet.path("securitiesClassTitle"): content.class_title,
        sheet.path("issuerCusip"): content.cusip,
    }
    if content.amendment:
        found[sheet.path("amendmentNo")] = content.amendment
    if content.family == "13D":
        found[sheet.path("noticeName")] = content.notice_name
        found[sheet.path("noticePhone")] = content.notice_phone
        found[sheet.path("noticeCity")] = content.notice_address.city
    for index, person in enumerate(content.persons, 1):
        found[sheet.path("reportingPersonName", index)] = person.name
        found[sheet.path("citizenshipOrOrganization", index)] = person.citizenship
        for tag, name in AMOUNTS.items():
            number = getattr(person, name)
            if Decimal(number):
                found[sheet.path(tag, index)] = f"{Decimal(number):,f}"
    for index, signer in enumerate(content.signers, 1):
        found[sheet.path("signature", index)] = signer.signature
        found[sheet.path("signatureReportingPerson", index)] = signer.person
        found[sheet.path("signatureTitle", index)] = signer.title
    return {path: squeezed(text) for path, text in found.items() if text}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("form", NAMES)
def test_the_print_has_the_content_under_its_labels(look: str, form: str, printer: Printer) -> None:
    for seed in (1, 2):
        sheet, document = written(look, form, seed)
        pages = recover(printer.pdf(document), sheet.markup.labels)
        found = texts_of(pages)
        for path, text in expected(sheet).items():
            assert found.get(path) == text, path
        for path, texts in sheet.printed.items():
            # Cells of a table are drawn line by line, the signs are the same.
            assert sorted(found[path]) == sorted(squeezed("".join(texts))), path


@pytest.mark.parametrize("look", LOOKS)
def test_every_drawn_box_has_a_region_that_says_whether_it_is_marked(
    look: str, printer: Printer
) -> None:
    drawn = 0
    for seed in range(6):
        sheet, document = written(look, "SCHEDULE 13G", seed)
        pages = recover(printer.pdf(document), sheet.markup.labels)
        regions = {
            (region.path, region.tag): region.checked
            for page in pages
            for region in page.regions
            if region.label == "checkbox"
        }
        typed = sheet.style.marks.box in WORDS
        drawn += not typed
        assert regions == ({} if typed else sheet.ticked)
    assert look == "typed" or drawn


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("form", NAMES)
def test_boxes_say_what_the_content_says(look: str, form: str) -> None:
    for seed in range(6):
        sheet, _ = written(look, form, seed)
        content = sheet.content
        for index, person in enumerate(content.persons, 1):
            for letter in "ab":
                tag = f"memberOfGroup.{letter}"
                assert sheet.ticked[sheet.path(tag, index), tag] == (person.group == letter)
            tag = "isAggregateExcludeShares"
            assert sheet.ticked[sheet.path(tag, index), tag] == person.excludes
        types = {tag.rpartition(".")[2] for (_, tag), checked in sheet.ticked.items()
                 if checked and tag.startswith("typeOfPersonFiling.")}  # fmt: skip
        assert types == set(content.filer_types)
        rules = {tag.rpartition(".")[2] for (_, tag), checked in sheet.ticked.items()
                 if checked and tag.startswith("designateRule.")}  # fmt: skip
        assert rules == set(content.rules)


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_is_labelled_that_has_no_words(look: str) -> None:
    for form in NAMES:
        for seed in range(6):
            sheet, document = written(look, form, seed)
            assert all(text.strip() for texts in sheet.printed.values() for text in texts)
            assert not re.search(r'<a class="fs-w"[^>]*>\s*</a>', document)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("form", ["SCHEDULE 13G", "SCHEDULE 13D"])
def test_every_tag_is_printed_by_some_draw(look: str, form: str) -> None:
    seen = set()
    for seed in range(80):
        sheet, _ = written(look, form, seed)
        seen |= {label.tag for label in sheet.markup.labels} | {tag for _, tag in sheet.ticked}
    missing = set(forms()[form].tags()) - seen
    assert missing <= {"amendmentNo"}


@pytest.mark.parametrize("look", LOOKS)
def test_running_text_is_printed_as_it_is(look: str) -> None:
    for seed in range(8):
        sheet, _ = written(look, "SCHEDULE 13D", seed)
        for tag, text in sheet.content.texts.items():
            printed = squeezed("".join(sheet.printed[sheet.path(tag)]))
            # A typist parts long words at the end of a line.
            assert printed.replace("-", "") == squeezed(text).replace("-", ""), tag


@pytest.mark.parametrize("look", LOOKS)
def test_one_seed_makes_one_document(look: str) -> None:
    assert written(look, "SCHEDULE 13G", 5)[1] == written(look, "SCHEDULE 13G", 5)[1]


def typist(width: int = 30) -> Typist:
    rng = np.random.default_rng(3)
    content = random_schedule(rng, "SCHEDULE 13G")
    return Typist(ScheduleSheet(content, schedule_looks_typed.typed_style(rng), rng), width)


def test_wrapped_lines_keep_their_label_and_their_width() -> None:
    text = "The quick brown fox jumps over the lazy dog and is never seen again by anybody"
    lines = typist().wrapped((Run("Note: "), Run(text, "item6.text")), 30, 2, 6)
    assert all(len(shown(line)) <= 30 for line in lines)
    assert " ".join(shown(line).strip() for line in lines) == f"Note: {text}"
    assert all(line.count("<a ") == 1 for line in lines)
    assert lines[1].startswith(" " * 6 + "<a")


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = typist().wrapped((Run("x" * 70),), 30)
    assert [len(line) for line in lines] == [30, 30, 10]


def test_rows_of_a_table_stand_in_columns() -> None:
    run = Run("Set forth below:\nHolder\tShares\nFund One\t1,234\nFund Two, L.P.\t99", "item4.text")
    lines = [shown(line) for line in typist(60).prose([run], 60, 0, 0, apart=True) if line]
    places = {line.index(word) for line, word in zip(lines[1:], ("Shares", "1,234", "99"),
                                                     strict=True)}  # fmt: skip
    assert len(places) == 1


def test_justified_lines_are_full() -> None:
    machine = typist(40)
    machine.justified = True
    lines = machine.wrapped(
        (Run("some words of moderate length that fill a line or two " * 4),), 40
    )
    assert sum(len(line) == 40 for line in lines) > len(lines) // 2


def test_long_pages_are_cut_and_nothing_is_lost() -> None:
    pages = [["a"] * 130, ["b"], [""]]
    cut = paged(pages, 60)
    assert [len(page) for page in cut] == [60, 60, 10, 1]


def test_padding_counts_what_is_seen() -> None:
    assert shown(padded("<b>ab</b>&amp;", 6, "center")) == " ab&  "
    assert padded("<b>ab</b>", 4, "right") == "  <b>ab</b>"
