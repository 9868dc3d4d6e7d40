"""Synthetic schedules: what they say is varied, in the lists of the form, and mostly consistent."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from models.form import forms
from models.forms._schedule13 import PERSON_TYPES
from models.forms._schedule13d import FUNDS
from models.forms._schedule13g import FILER_TYPES, RULES
from models.places import place_code
from training.synth.schedule import Person, Schedule
from training.synth.schedule_content import (
    FORM_SHARES,
    LAST_DAY,
    LONGEST_NAME,
    check_digit,
    random_schedule,
)

DRAWS = 600


@cache
def drawn() -> tuple[Schedule, ...]:
    return tuple(random_schedule(np.random.default_rng(seed)) for seed in range(DRAWS))


def of_family(family: str) -> list[Schedule]:
    return [schedule for schedule in drawn() if schedule.family == family]


def share(found: list[bool]) -> float:
    return sum(found) / len(found)


def every_text(schedule: Schedule) -> list[str]:
    notes = [note for person in schedule.persons for note in person.comment]
    return [*schedule.texts.values(), *notes]


def adds_up(person: Person) -> bool:
    voting = float(person.sole_voting) + float(person.shared_voting)
    dispositive = float(person.sole_dispositive) + float(person.shared_dispositive)
    return max(voting, dispositive) == float(person.aggregate)


def test_the_same_seed_draws_the_same_schedule() -> None:
    for seed in range(20):
        first, second = (random_schedule(np.random.default_rng(seed)) for _ in range(2))
        assert first == second


@pytest.mark.parametrize("form", list(FORM_SHARES))
def test_a_form_that_is_asked_for_is_drawn(form: str) -> None:
    schedule = random_schedule(np.random.default_rng(3), form)
    assert schedule.form == form
    assert schedule.family in form


def test_all_four_forms_are_drawn_in_their_shares() -> None:
    counts = Counter(schedule.form for schedule in drawn())
    for form, weight in FORM_SHARES.items():
        assert abs(counts[form] / DRAWS - weight / 100) < 0.07


def test_the_check_digit_is_that_of_known_numbers() -> None:
    for number in ("88160R101", "53814L108", "088786108", "48213Y107"):
        assert check_digit(number[:8]) == number[8]


def test_nine_of_ten_cusip_numbers_have_the_right_check_digit() -> None:
    numbers = [schedule.cusip.replace(" ", "").replace("-", "") for schedule in drawn()]
    assert {len(number) for number in numbers} == {9}
    assert 0.85 < share([check_digit(number[:8]) == number[8] for number in numbers]) < 0.95


def test_cusip_numbers_are_printed_with_and_without_gaps() -> None:
    shapes = {"".join("x" if sign.isalnum() else sign for sign in schedule.cusip)
              for schedule in drawn()}  # fmt: skip
    assert shapes == {"xxxxxxxxx", "xxxxxx xxx", "xxxxxx-xx-x", "xxxxxx xx x"}


def test_most_schedules_agree_with_themselves_and_some_do_not() -> None:
    agreeing = [all(adds_up(person) for person in schedule.persons) for schedule in drawn()]
    assert 0.7 < share(agreeing) < 0.95


def test_percentages_of_most_schedules_follow_from_the_shares_outstanding() -> None:
    right = []
    for schedule in drawn():
        for person in schedule.persons[:3]:
            exact = 100 * float(person.aggregate) / schedule.outstanding
            decimals = len(person.percent.partition(".")[2])
            right.append(abs(exact - float(person.percent)) <= 0.51 * 10**-decimals)
    assert 0.75 < share(right) < 0.97


def test_nothing_is_owned_in_a_good_part_of_the_rows() -> None:
    persons = [person for schedule in drawn() for person in schedule.persons]
    assert share([person.sole_voting == "0" for person in persons]) > 0.3
    assert share([person.aggregate == "0" for person in persons]) > 0.03


def test_codes_are_those_of_the_forms() -> None:
    for schedule in drawn():
        known = set(PERSON_TYPES) - ({"FI"} if schedule.family == "13D" else set())
        for person in schedule.persons:
            assert person.types
            assert set(person.types) <= known
            assert set(person.funds) <= set(FUNDS)
            assert bool(person.funds) == (schedule.family == "13D")
            assert person.group in ("", "a", "b")
        assert set(schedule.rules) <= set(RULES)
        assert set(schedule.filer_types) <= set(FILER_TYPES)
        assert schedule.not_applicable <= {3, 5, 6, 7, 8, 9, 10}


def test_every_code_is_drawn() -> None:
    persons = [person for schedule in drawn() for person in schedule.persons]
    assert {code for person in persons for code in person.types} == set(PERSON_TYPES)
    assert {code for person in persons for code in person.funds} == set(FUNDS)
    assert {rule for schedule in drawn() for rule in schedule.rules} == set(RULES)
    assert {code for schedule in drawn() for code in schedule.filer_types} == set(FILER_TYPES)


def test_one_person_files_half_of_the_schedules_and_sixty_some() -> None:
    counts = [len(schedule.persons) for schedule in drawn()]
    assert 0.42 < share([count == 1 for count in counts]) < 0.58
    assert max(counts) > 12
    assert max(counts) <= 60


def test_persons_of_a_schedule_have_different_names() -> None:
    for schedule in drawn():
        names = [person.name for person in schedule.persons]
        assert len(set(names)) == len(names)
        assert all(name == name.strip() and 1 < len(name) <= 150 for name in names)


def test_citizenships_name_a_place_that_edgar_knows() -> None:
    shown = [person.citizenship for schedule in drawn() for person in schedule.persons]
    assert share([bool(place_code(text)) for text in shown]) > 0.98
    assert len(set(shown)) > 100


@pytest.mark.parametrize("family", ["13G", "13D"])
def test_every_running_text_of_the_form_is_drawn(family: str) -> None:
    described = {spec.tag for spec in forms()[f"SCHEDULE {family}"].singles if spec.kind == "prose"}
    told = {tag for schedule in of_family(family) for tag in schedule.texts}
    assert described - told == {"jointFilingParties"}
    singles = {spec.tag for spec in forms()[f"SCHEDULE {family}"].singles}
    assert told <= singles


def test_no_text_is_empty_or_has_a_slot_that_was_not_filled() -> None:
    for schedule in drawn():
        for text in every_text(schedule):
            assert text.strip()
            assert not set("{}") & set(text)
            assert all(line.strip() for line in text.split("\n"))


def test_texts_are_seldom_told_twice() -> None:
    purposes = [schedule.texts.get("item4.text", "") for schedule in of_family("13D")]
    told = [text for text in purposes if text]
    assert len(set(told)) == len(told)
    assert max(len(text) for text in told) > 4000


def test_items_that_do_not_apply_have_no_text() -> None:
    for schedule in of_family("13G"):
        for item in schedule.not_applicable:
            assert f"item{item}.text" not in schedule.texts
        assert not (schedule.five_percent_or_less and 5 in schedule.not_applicable)
        assert not (schedule.filer_types and 3 in schedule.not_applicable)


def test_the_first_item_of_schedule_13d_is_in_parts_or_in_running_text() -> None:
    kinds = Counter(
        ("item1.text" in schedule.texts, "item1.issuerName" in schedule.texts)
        for schedule in of_family("13D")
    )
    assert kinds[True, True] == 0
    assert min(kinds[True, False], kinds[False, True]) > 20
    originals = [schedule for schedule in of_family("13D") if not schedule.form.endswith("/A")]
    one_of_both = {"item1.text", "item1.issuerName"}
    assert all(one_of_both & set(schedule.texts) for schedule in originals)


def test_amendments_have_a_number_mostly_and_originals_none() -> None:
    amended = [schedule for schedule in drawn() if schedule.form.endswith("/A")]
    assert 0.9 < share([schedule.amendment.isdecimal() for schedule in amended]) < 1
    assert not any(schedule.amendment for schedule in drawn() if schedule not in amended)


def test_amendments_of_schedule_13d_have_some_of_the_items() -> None:
    amended = [schedule for schedule in of_family("13D") if schedule.form.endswith("/A")]
    assert 0.1 < share(["item3.text" not in schedule.texts for schedule in amended]) < 0.9
    assert all(schedule.texts for schedule in amended)


def test_originals_of_schedule_13d_have_every_item() -> None:
    for schedule in of_family("13D"):
        if not schedule.form.endswith("/A"):
            items = {tag.split(".")[0] for tag in schedule.texts if tag.startswith("item")}
            assert items == {f"item{number}" for number in range(1, 8)}


def test_the_mark_of_every_note_stands_at_a_row() -> None:
    noted = [person for schedule in drawn() for person in schedule.persons if person.comment]
    assert len(noted) > 100
    for person in noted:
        at_rows = " ".join(person.marks.values())
        assert all(note.split()[0] in at_rows for note in person.comment)


def test_marks_stand_at_rows_of_the_form() -> None:
    for schedule in drawn():
        group = next(g for g in forms()[schedule.form].groups if "eportingPerson" in g.path)
        rows = {spec.tag for spec in group.fields}
        assert all(set(person.marks) <= rows for person in schedule.persons)


def test_someone_signs_for_every_person_mostly() -> None:
    complete = [len(schedule.signers) == len(schedule.persons) for schedule in drawn()]
    assert share(complete) > 0.9
    for schedule in drawn():
        names = {person.name.upper() for person in schedule.persons}
        assert schedule.signers
        assert {signer.person.upper() for signer in schedule.signers} <= names


def test_signatures_are_typed_mostly_and_by_hand_at_times() -> None:
    texts = [signer.signature for schedule in drawn() for signer in schedule.signers]
    assert 0.65 < share([text.lower().startswith("/s/") for text in texts]) < 0.9
    assert 0.08 < share([not text for text in texts]) < 0.25


def test_joint_filers_agree_mostly_and_one_who_files_alone_never() -> None:
    joint = [schedule for schedule in drawn() if len(schedule.persons) > 1]
    assert 0.6 < share([bool(schedule.parties) for schedule in joint]) < 0.8
    for schedule in drawn():
        if schedule.parties:
            assert len(schedule.parties) == len(schedule.persons) > 1
        else:
            assert schedule.agreed is None


def test_days_are_in_order_and_of_the_years_of_such_filings() -> None:
    for schedule in drawn():
        assert schedule.event.year >= 1993
        assert all(schedule.event <= signer.day for signer in schedule.signers)
        assert schedule.event <= LAST_DAY
    assert {schedule.event.year for schedule in drawn()} >= set(range(1994, 2026))


def test_only_schedule_13d_names_whom_to_call() -> None:
    for schedule in drawn():
        assert bool(schedule.notice_name) == (schedule.family == "13D")
        assert len(schedule.notice_name) <= LONGEST_NAME
        assert bool(schedule.notice_phone) == bool(schedule.notice_name)
        assert bool(schedule.notice_address.city) == bool(schedule.notice_name)
