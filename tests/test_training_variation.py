"""Labelled pages are varied: other values where values stand, nothing else, and nothing lost."""

from __future__ import annotations

import numpy as np

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box
from models.recognizer import HANDWRITTEN
from training.truth import MARK
from training.variation import pool_of, reticked, revalued, stretched_apart, varied

FORM = "FARA-DISSEMINATION"
HOME = Box(95.0, 90.0, 300.0, 130.0)


def word(text: str, left: float, top: float, tag: str = "", path: str = "") -> PrintedWord:
    return PrintedWord(text, Box(left, top, left + 6.0 * len(text), top + 10), 8.0, tag, path)


def page() -> PrintedPage:
    """A label, a value in a box, a number, a mark and a box to tick."""
    words = (
        word("Title", 100, 92), word("Weekly", 100, 106, "materialTitle", "/t"),
        word("Letter", 142, 106, "materialTitle", "/t"),
        word("2277", 400, 106, "registrationNumber", "/n"), word("(1)", 200, 106, MARK, "/t"),
    )  # fmt: skip
    tick = PrintedRegion("checkbox", Box(50, 500, 60, 510), checked=False, tag="labeled")
    regions = (PrintedRegion("header", HOME), tick)
    return PrintedPage(1, 612.0, 792.0, words, regions, (Box(50, 700, 400, 701),))


def test_only_values_become_others_and_they_stay_in_their_boxes() -> None:
    texts: set[str] = set()
    for seed in range(60):
        made = revalued(page(), FORM, {"materialTitle": ("Monthly", "Daily")},
                        np.random.default_rng(seed))  # fmt: skip
        plain = [each.text for each in made.words if each.tag in ("", MARK)]
        assert plain == ["Title", "(1)"]
        own = [each for each in made.words if each.tag == "materialTitle"]
        assert all(HOME.contains(*each.box.center) for each in own)
        assert {each.path for each in own} <= {"/t"}
        texts.add(" ".join(each.text for each in own))
        number = "".join(each.text for each in made.words if each.tag == "registrationNumber")
        assert len(number) in (0, 4)
    assert {"Monthly", "Daily", "Weekly Letter", ""} < texts
    assert HANDWRITTEN * 6 + " " + HANDWRITTEN * 6 in texts


def test_space_opens_between_parts_and_nothing_changes_its_order_or_height() -> None:
    moves = set()
    for seed in range(40):
        made = stretched_apart(page(), np.random.default_rng(seed))
        before = [each.box for each in page().words]
        assert [round(each.box.height, 6) for each in made.words] == [10.0] * len(before)
        tops = [each.box.top for each in made.words]
        assert tops[0] <= tops[1] == tops[2]
        box = next(each.box for each in made.regions if each.label == "header")
        assert all(box.contains(*each.box.center) for each in made.words[:3])
        moves.add(round(made.rules[0].top - 700))
    assert len(moves) > 5


def test_boxes_are_ticked_at_random_and_keep_their_field() -> None:
    states = set()
    for seed in range(30):
        made = reticked(page(), np.random.default_rng(seed))
        (tick,) = (each for each in made.regions if each.label == "checkbox")
        states.add((tick.checked, tick.tag))
    assert states == {(True, "labeled"), (False, "labeled")}


def test_the_same_seed_gives_the_same_page_and_the_pool_has_what_was_typed() -> None:
    pool = pool_of([page()])
    assert pool == {"materialTitle": ["Weekly Letter"], "registrationNumber": ["2277"]}
    one, other = (varied(page(), FORM, pool, np.random.default_rng(5)) for _ in range(2))
    assert one == other
