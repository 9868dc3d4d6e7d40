"""A value stands where its printed label says, whatever its words were tagged as."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.document import Box, Word
from models.form import BELOW, RIGHT, FieldSpec, FormType
from models.printed_labels import at_label, by_printed_labels
from models.recognizer import HANDWRITTEN
from models.tagger import OUTSIDE, Tagged, Token

STAMP = FieldSpec("receivedDate", "date", "receivedDate", at_label=RIGHT,
                  printed="Received by the Registration Unit")  # fmt: skip
SIGNER = FieldSpec("signerName", "text", "signerName", at_label=BELOW,
                   printed="Print or type name under each signature")  # fmt: skip
FORM = FormType("X", "x", "x", "X", (STAMP, SIGNER, FieldSpec("filedDate", "date", "filedDate")))


def row(text: str, top: float, left: float = 40.0, tag: str = OUTSIDE) -> list[Tagged]:
    """A line of words, five points a letter."""
    made = []
    for word in text.split():
        box = Box(left, top, left + 5.0 * len(word), top + 9)
        token = Token(word, box, 1, int(top), Word(word, box, (0.9,) * len(word)))
        made.append(Tagged(token, tag, 0.7))
        left = box.right + 4
    return made


def text(words: list[Tagged]) -> str:
    return " ".join(each.token.text for each in words)


def test_a_date_right_of_its_stamp_is_its_field_and_no_other() -> None:
    stamp = row("Received by tho Registration Unit", 30)
    date = row("09/12/2011 11:07:34 AM", 30, stamp[-1].token.box.right + 6, "filedDate")
    stray = row("January 5, 2010", 200, tag="receivedDate")
    told = by_printed_labels(FORM, [*stamp, *date, *stray])
    tags = {each.token.text: each.tag for each in told}
    assert tags["09/12/2011"] == "receivedDate"
    assert tags["11:07:34"] == "filedDate"
    assert {tags[word] for word in ("January", "5,", "2010")} == {OUTSIDE}


def test_a_name_below_its_label_ends_where_a_gap_is() -> None:
    label = row("(Print or type name under each signature)", 100, 300)
    name = row("/s/ Jane Doe", 122, 320)
    beside = row("eSigned", 122, 480)
    assert text(at_label(SIGNER, [*label, *name, *beside])) == "/s/ Jane Doe"


@pytest.mark.parametrize("below", [HANDWRITTEN * 6, "______", "- ."])
def test_a_signature_by_hand_or_an_empty_line_is_no_name(below: str) -> None:
    label = row("(Print or type name under each signature)", 100, 300)
    assert not at_label(SIGNER, [*label, *row(below, 122, 320)])


def test_without_label_or_without_date_all_stays_as_tagged() -> None:
    other = row("Received in good order", 30)
    date = row("09/12/2011", 30, other[-1].token.box.right + 6, "filedDate")
    assert by_printed_labels(FORM, [*other, *date]) == [*other, *date]
    stamp = row("Received by the Registration Unit", 30)
    assert not at_label(STAMP, [*stamp, *row("noon", 30, stamp[-1].token.box.right + 6)])
    far = row("09/12/2011", 30, stamp[-1].token.box.right + 200)
    assert not at_label(STAMP, [*stamp, *far])


def test_fields_that_do_not_say_so_are_not_told_by_labels() -> None:
    plain = replace(FORM, items=(replace(STAMP, at_label=""),))
    stamp = row("Received by the Registration Unit", 30)
    date = row("09/12/2011", 30, stamp[-1].token.box.right + 6)
    assert by_printed_labels(plain, [*stamp, *date]) == [*stamp, *date]
