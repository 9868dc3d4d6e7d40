"""Short forms of companies and signers: points, commas and numerals that small print blurs."""

import numpy as np
import pytest

from models.ctc import Logs, Reading, decode, text_of
from models.short_forms import short_forms

LABELS = (
    "",
    *" .,-:()/|",
    *"ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    *"abcdefghijklmnopqrstuvwxyz",
    *"0123456789",
    *"àÀ",
)
Doubts = dict[int, tuple[str, float]]


def line(text: str, doubts: Doubts) -> tuple[Reading, Logs]:
    """A line as read, `doubts` giving a rival and its probability at a character's place."""
    chances = np.full((2 * len(text), len(LABELS)), 1e-6)
    for place, char in enumerate(text):
        rival, share = doubts.get(place, ("", 0.0))
        # An empty rival says that there may be nothing.
        chances[2 * place, LABELS.index(rival)] += share
        chances[2 * place, LABELS.index(char)] += 1.0 - share
        chances[2 * place + 1, 0] = 1.0
    logs = np.log(chances / chances.sum(axis=1, keepdims=True)).astype(np.float32)
    return decode(logs, LABELS), logs


def said(text: str, doubts: Doubts) -> str:
    """What becomes of the line."""
    reading, logs = line(text, doubts)
    (made,) = short_forms([reading], [logs], LABELS)
    return text_of(made)


def places(text: str, part: str, rivals: str, share: float = 0.3) -> Doubts:
    """The part's characters with a rival each, a space where there is none."""
    start = text.index(part)
    return {start + index: (rival, share) for index, rival in enumerate(rivals) if rival != " "}


@pytest.mark.parametrize(
    ("read", "part", "rivals", "true"),
    [
        ("Growth Fund, Lp", "Lp", " P", "Growth Fund, LP"),
        ("Growth Fund, L.D.", "L.D.", "  P ", "Growth Fund, L.P."),
        ("Growth Fund 111, LLC", "111", "III", "Growth Fund III, LLC"),
        ("Growth Fund VIL, LLC", "VIL", "  I", "Growth Fund VII, LLC"),
        ("By U.5. Venture", "U.5.", "  S ", "By U.S. Venture"),
        ("Partners Fund (0), LP", "(0)", " Q ", "Partners Fund (Q), LP"),
        ("Ann Hammer. Attorney-in-fact", ". A", ",", "Ann Hammer, Attorney-in-fact"),
        ("Max R, Doe", ", D", ".", "Max R. Doe"),
        ("as attorney:in-fact", ":", "-", "as attorney-in-fact"),
        ("|", "|", "I", "I"),
        ("St, Laurent Minh", ", L", ".", "St. Laurent Minh"),
        ("/s/ Jill Y, von Arnim, Attorney", ", v", ".", "/s/ Jill Y. von Arnim, Attorney"),
        ("Kirkwall S.à r.l.", "à", "a", "Kirkwall S.a r.l."),
        ("(I)", "I", "1", "(1)"),
        ("(d)", "d", "2", "(2)"),
        ("Pelham S.a 1.L.", "1.L.", "r l ", "Pelham S.a r.l."),
        ("Lp", "Lp", " P", "LP"),
        ("Growth Fund IV.", ".", ",", "Growth Fund IV,"),
    ],
)
def test_a_doubtful_short_form_is_read_as_it_is_usually_written(
    read: str, part: str, rivals: str, true: str
) -> None:
    assert said(read, places(read, part, rivals)) == true


@pytest.mark.parametrize(
    "text", ["Growth Fund, Lp", "Growth Fund 111, LLC", "Ann Hammer. Attorney-in-fact"]
)
def test_what_was_read_without_doubt_stays(text: str) -> None:
    assert said(text, {}) == text


@pytest.mark.parametrize(
    ("text", "part", "rivals"),
    [
        ("Growth Fund, L.P.", "L.P.", " , ,"),
        ("sold 111 shares", "111", "III"),
        ("a price of 5. The rest", ". T", ","),
        ("Growth Fund IV, LLC", "IV", "L "),
    ],
)
def test_usual_forms_and_other_text_stay(text: str, part: str, rivals: str) -> None:
    assert said(text, places(text, part, rivals)) == text


def test_points_that_faint_print_has_lost_are_found_again() -> None:
    read = "Growth Fund, L.P"
    reading, logs = line(read, {})
    # The last point is there in two of five readings of its pixels: less than nothing is.
    tail = np.full((2, len(LABELS)), 1e-6)
    tail[:, 0] = 0.6
    tail[0, LABELS.index(".")] = 0.4
    logs = np.vstack([logs, np.log(tail / tail.sum(axis=1, keepdims=True)).astype(np.float32)])
    (made,) = short_forms([reading], [logs], LABELS)
    assert text_of(made) == "Growth Fund, L.P."
