"""Labels find their words: by their boxes, by their text, and say so where they do not."""

from __future__ import annotations

from models.document import Box, Word
from models.extraction import Place
from models.fact import Fact
from models.form import forms
from models.recognizer import HANDWRITTEN
from training.align import Aligned, Line, Reading, Unaligned, align, lines_of

FORM = forms()["FARA-DISSEMINATION"]
ROOT = f"/{FORM.root}"


def line(text: str, left: float, top: float) -> Line:
    """A line of words, six points a letter."""
    words, at = [], left
    for each in text.split():
        words.append(Word(each, Box(at, top, at + 6.0 * len(each), top + 10.0)))
        at += 6.0 * len(each) + 4.0
    return Box.around(word.box for word in words), words


def place(left: float, top: float, right: float, bottom: float) -> tuple[Place, ...]:
    return (Place(1, Box(left, top, right, bottom)),)


def aligned(facts: list[Fact], *lines: Line) -> tuple[list[Aligned], list[Unaligned]]:
    return align(FORM, facts, Reading({1: lines}))


def texts(found: list[Aligned]) -> dict[str, str]:
    return {each.spec.name: " ".join(word.text for word in each.words) for each in found}


def test_the_words_inside_a_box_are_the_labels_however_they_were_misread() -> None:
    fact = Fact(f"{ROOT}/registrantName", "JETRO, Houston", "JETRO, Houston",
                place(99, 99, 190, 112))  # fmt: skip
    found, lost = aligned(
        [fact], line("Name of registrant", 100, 80), line("JETR0. Houstan", 100, 100)
    )
    assert texts(found) == {"registrantName": "JETR0. Houstan"}
    assert found[0].lines[0][1] == "JETRO, Houston"
    assert not lost


def test_a_box_around_something_else_is_listed_with_what_stands_there() -> None:
    fact = Fact(f"{ROOT}/registrationNumber", "2277", "2277", place(99, 99, 250, 112))
    found, lost = aligned([fact], line("Washington, D.C.", 100, 100))
    assert not found
    assert [(each.path, each.why) for each in lost] == [
        (f"{ROOT}/registrationNumber", "there stands 'Washington, D.C.'")
    ]


def test_what_was_written_by_hand_is_where_its_box_is() -> None:
    fact = Fact(f"{ROOT}/signerName", "Jane Doe", "Jane Doe", place(99, 99, 160, 112))
    found, _ = aligned([fact], line(HANDWRITTEN * 7, 100, 100))
    assert texts(found) == {"signerName": HANDWRITTEN * 7}


def test_a_stamp_that_stands_sideways_gives_scraps_that_are_no_words_of_it() -> None:
    fact = Fact(f"{ROOT}/receivedDate", "1993-12-02", "93 DEC -2", place(99, 99, 112, 190))
    found, lost = aligned([fact], line(f"{HANDWRITTEN} C", 100, 100), line("3 I", 100, 120))
    assert not found
    assert [each.path for each in lost] == [f"{ROOT}/receivedDate"]


def test_nothing_in_a_box_and_words_of_two_labels_are_said() -> None:
    empty = Fact(f"{ROOT}/signerName", "Jane Doe", "Jane Doe", place(300, 300, 360, 312))
    title = Fact(f"{ROOT}/materialTitle", "Weekly", "Weekly", place(99, 99, 140, 112))
    again = Fact(f"{ROOT}/materialNature", "Weekly", "Weekly", place(99, 99, 140, 112))
    found, lost = aligned([empty, title, again], line("Weekly", 100, 100))
    assert texts(found) == {"materialTitle": "Weekly"}
    assert {each.path: each.why for each in lost} == {
        f"{ROOT}/signerName": "nothing was read there",
        f"{ROOT}/materialNature": f"its words are those of {ROOT}/materialTitle too",
    }


def test_without_boxes_the_text_is_found_over_line_breaks() -> None:
    fact = Fact(f"{ROOT}/materialTitle", "Impetus Japan Quarterly")
    found, _ = aligned([fact], line("Title of material, if any", 50, 80),
                       line("Impetus Jopan", 50, 100), line("Quarterly", 50, 112),
                       line("February 1, 1991", 300, 112))  # fmt: skip
    assert texts(found) == {"materialTitle": "Impetus Jopan Quarterly"}
    assert [true for _, true in found[0].lines] == ["Impetus Japan", "Quarterly"]


def test_of_two_like_places_the_one_at_the_printed_label_is_meant() -> None:
    fact = Fact(f"{ROOT}/registrationNumber", "750")
    found, _ = aligned([fact], line("750", 50, 400), line("Registration No.", 400, 80),
                       line("750", 400, 100))  # fmt: skip
    assert found[0].words[0].box.top == 100


def test_without_a_label_two_like_places_are_not_guessed_between() -> None:
    fact = Fact(f"{ROOT}/signerName", "Jane Doe")
    found, lost = aligned([fact], line("Jane Doe", 50, 100), line("Jane Doe", 50, 400))
    assert not found
    assert lost[0].why.startswith("it stands at 2 places")


def test_boxes_come_before_texts_and_what_no_eye_could_read_is_no_label() -> None:
    boxed = Fact(f"{ROOT}/materialTitle", "Weekly", "Weekly", place(99, 399, 140, 412))
    free = Fact(f"{ROOT}/materialNature", "Weekly", "Weekly")
    faint = Fact(f"{ROOT}/signerName", "Weekly", legible=False)
    found, lost = aligned([free, boxed, faint], line("Weekly", 100, 100), line("Weekly", 100, 400))
    tops = {each.spec.name: each.words[0].box.top for each in found}
    assert tops == {"materialTitle": 400.0, "materialNature": 100.0}
    assert not lost


def test_a_path_of_no_field_is_said() -> None:
    _, lost = aligned([Fact("/other/thing", "x")], line("x", 0, 0))
    assert lost[0].why == "is no field of form FARA-DISSEMINATION"


def test_text_is_cut_where_its_lines_were_broken() -> None:
    rows = [line("First Clas Mail", 0, 0)[1], line("and hand", 0, 12)[1]]
    assert lines_of("First Class Mail and hand", rows) == ["First Class Mail", "and hand"]
    assert lines_of("Mail", [*rows[:1], line("~~", 0, 12)[1]]) == ["Mail", ""]
