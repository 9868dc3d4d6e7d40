"""Names of owners whose parts stand in boxes of their own."""

from dataclasses import replace

import pytest

from models.document import Box
from models.extraction import Region
from models.form import forms
from models.persons import owners, signatures, with_names_in_parts, with_streets
from models.tagger import OUTSIDE, Tagged
from tests.test_models_strays import NAME, SECOND, STREET, line, texts

FORM = forms()["4"]
OWNER = next(group for group in FORM.groups if group.path == "reportingOwner")


def boxed(caption: str, value: str, tag: str, left: float, top: int = 1) -> list[Tagged]:
    """A box with a caption above a value."""
    around = Region("header", 1, Box(left, 14.0 * top - 2, left + 120, 14.0 * top + 26))
    words = [*line(top, *((word, OUTSIDE) for word in caption.split()), left=left + 5),
             *line(top + 1, *((word, tag) for word in value.split()), left=left + 5)]  # fmt: skip
    return [replace(each, token=replace(each.token, container=around)) for each in words]


def names(words: list[Tagged]) -> list[list[str]]:
    tagged = [each for each in with_names_in_parts(words) if each.tag != OUTSIDE]
    return [texts(owner, NAME) for owner in owners(OWNER, tagged)]


@pytest.mark.parametrize("tag", [NAME, OUTSIDE])
def test_first_and_middle_name_in_boxes_of_their_own_are_one_owners(tag: str) -> None:
    words = [*boxed("Last Name", "Quintero", NAME, 40), *boxed("First Name", "Rachel", tag, 170),
             *boxed("Middle Name or Initial", "B. IV", tag, 300),
             *boxed("City", "Reno", "rptOwnerCity", 40, 4)]  # fmt: skip
    assert names(words) == [["Quintero", "Rachel", "B.", "IV"]]


def test_owners_beside_each_other_stay_two() -> None:
    caption = "Name (Last, First, Middle)"
    words = [*boxed(caption, "Doe Ann", NAME, 40), *boxed(caption, "Roe Max", NAME, 170)]
    assert names(words) == [["Doe", "Ann"], ["Roe", "Max"]]
    plain = [*boxed("Name", "Doe Ann", NAME, 40), *boxed("Name", "Roe Max", NAME, 170)]
    assert names(plain) == [["Doe", "Ann"], ["Roe", "Max"]]


def test_each_owner_has_the_parts_beside_its_last_name() -> None:
    words = [*boxed("Last Name", "Doe", NAME, 40), *boxed("First Name", "Ann", NAME, 170),
             *boxed("Last Name", "Roe", NAME, 40, 9),
             *boxed("First Name", "Max", NAME, 170, 9)]  # fmt: skip
    assert names(words) == [["Doe", "Ann"], ["Roe", "Max"]]


def test_the_left_one_of_two_streets_beside_each_other_is_the_first() -> None:
    right = line(1, ("Floor", STREET), ("3", STREET), left=200.0)
    left = [replace(each, token=replace(each.token, line=2, box=replace(each.token.box, top=15.0)))
            for each in line(1, ("1", STREET), ("Main", STREET))]  # fmt: skip
    made = with_streets([*right, *left])
    assert (texts(made, STREET), texts(made, SECOND)) == (["1", "Main"], ["Floor", "3"])


def cells(row: int, *texts_and_tags: tuple[str, str]) -> list[Tagged]:
    """A row of cells beside each other, 150 points wide."""
    made: list[Tagged] = []
    for index, (text, tag) in enumerate(texts_and_tags):
        left = 40.0 + 150 * index
        around = Region("cell", 1, Box(left, 14.0 * row - 2, left + 150, 14.0 * row + 12))
        words = line(10 * row + index, *((word, tag) for word in text.split()), left=left + 5)
        top = 14.0 * row
        made += [replace(each, token=replace(
            each.token, container=around,
            box=replace(each.token.box, top=top, bottom=top + 10),
        )) for each in words]  # fmt: skip
    return made


def test_a_cell_behind_the_cell_of_its_caption_holds_the_first_name() -> None:
    words = [*cells(1, ("Last Name", OUTSIDE), ("Doe", NAME), ("First / Middle", OUTSIDE),
                    ("Ann Lee", NAME))]  # fmt: skip
    assert names(words) == [["Doe", "Ann", "Lee"]]


def test_owners_below_each_other_have_their_own_states_in_whatever_column() -> None:
    state = "rptOwnerState"
    words = [*cells(1, ("Name", OUTSIDE), ("Doe Ann", NAME), ("", OUTSIDE), ("", OUTSIDE)),
             *cells(2, ("City", OUTSIDE), ("Reno", "rptOwnerCity"), ("State", OUTSIDE),
                    ("NV", state)),
             *cells(4, ("Name", OUTSIDE), ("Acme LP", NAME), ("", OUTSIDE), ("", OUTSIDE)),
             *cells(5, ("City", OUTSIDE), ("Bath", "rptOwnerCity"), ("State", OUTSIDE),
                    ("ME", state))]  # fmt: skip
    wide = Region("cell", 1, Box(190, 54, 640, 68))
    words = [replace(each, token=replace(each.token, container=wide))
             if each.token.text in ("Acme", "LP") else each for each in words]  # fmt: skip
    tagged = [each for each in words if each.tag != OUTSIDE]
    assert [texts(owner, state) for owner in owners(OWNER, tagged)] == [["NV"], ["ME"]]


def test_a_last_name_whose_box_touches_the_next_caption_is_a_name() -> None:
    captions = line(1, ("First", OUTSIDE), ("name", OUTSIDE), left=169)
    boxes = [Region("cell", 1, Box(left, 27, left + 130, 40)) for left in (40, 170)]
    words = [*line(2, ("Doe", NAME), left=45), *line(2, ("Ann", NAME), left=175)]
    placed = [replace(each, token=replace(each.token, container=box))
              for each, box in zip(words, boxes, strict=True)]  # fmt: skip
    assert names([*captions, *placed]) == [["Doe", "Ann"]]


def test_a_date_below_another_is_of_the_signature_below() -> None:
    rows = [
        [*line(row, ("/s/", "signatureName"), (name, "signatureName")),
         *line(row, (f"5/{row}/2020", "signatureDate"), left=300)]
        for row, name in ((3, "Doe"), (4, "Roe"))
    ]  # fmt: skip
    made = signatures([each for row in rows for each in row])
    assert [[each.token.text for each in own] for own in made] == [
        ["/s/", "Doe", "5/3/2020"], ["/s/", "Roe", "5/4/2020"],
    ]  # fmt: skip


@pytest.mark.parametrize(("second", "first_street"), [
    ("5 Allee Scheffer", ["5", "Allee", "Scheffer"]), ("2004 Family Trust", ["c/o", "Acme"]),
    ("2 L.P.", ["c/o", "Acme"]),
])  # fmt: skip
def test_a_street_that_ends_a_name_is_the_first_one(second: str, first_street: list[str]) -> None:
    words = [*line(2, ("Acme", NAME), ("Fund", NAME)),
             *line(3, *((word, NAME) for word in second.split())),
             *line(4, ("c/o", STREET), ("Acme", STREET))]  # fmt: skip
    made = with_streets(words)
    assert texts(made, STREET) == first_street
    assert texts(made, SECOND) == (["c/o", "Acme"] if first_street[0] == "5" else [])
