"""Tables told by the heads above them."""

import numpy as np
import pytest

from models.document import Box
from models.table_heads import COMMON, HEAD, OPTIONS, told_by_heads
from models.tagger import Token, labels

LABELS = labels()
PLACE = {label: index for index, label in enumerate(LABELS)}


def line(number: int, text: str) -> list[Token]:
    made, left = [], 50.0
    for word in text.split():
        box = Box(left, 14.0 * number, left + 5.0 * len(word), 14.0 * number + 10)
        made.append(Token(word, box, 1, number))
        left = box.right + 3
    return made


def told(lines: list[str], believed: dict[str, str]) -> dict[str, str]:
    """The tags of some words below the lines before them, as they were believed to be."""
    tokens = [token for number, text in enumerate(lines) for token in line(number, text)]
    probabilities = np.full((len(tokens), len(LABELS)), 1e-4, np.float32)
    for index, token in enumerate(tokens):
        probabilities[index, PLACE[believed.get(token.text, "O")]] = 0.9
    made = told_by_heads(tokens, probabilities, LABELS)
    assert np.allclose(made.sum(axis=1), probabilities.sum(axis=1), rtol=1e-3)
    return {token.text: LABELS[int(row.argmax())] for token, row in zip(tokens, made, strict=True)
            if token.text in believed}  # fmt: skip


VALUES = {"7,387": OPTIONS + "sharesOwnedFollowingTransaction", "Common": OPTIONS
          + "underlyingSecurityTitle", "(2)": OPTIONS + "transactionDate^"}  # fmt: skip


def test_values_below_the_head_of_table_one_are_its_own() -> None:
    found = told(["PART C - NON-DERIVATIVE SECURITIES: HOLDINGS", "7,387 Common (2)"], VALUES)
    assert found == {"7,387": COMMON + "sharesOwnedFollowingTransaction",
                     "Common": COMMON + "securityTitle",
                     "(2)": COMMON + "transactionDate^"}  # fmt: skip


def test_below_the_next_head_values_are_the_other_tables() -> None:
    lines = ["Table I. Non-Derivative Securities", "None", "Table II. Derivative Securities",
             "7,387 Common (2)"]  # fmt: skip
    assert told(lines, VALUES) == VALUES
    common = {"10,000": COMMON + "transactionDate"}
    assert told([*lines[:3], "10,000"], common) == {"10,000": OPTIONS + "transactionDate"}


def test_captions_of_table_two_end_what_a_head_tells() -> None:
    lines = ["Table I - Non-Derivative Securities", "Date Exercisable", "7,387 Common (2)"]
    assert told(lines, VALUES) == VALUES


@pytest.mark.parametrize(("text", "number", "non"), [
    ("Table I - Non-Derivative Securities Acquired", True, True),
    ("Section IV. Table II: Derivative securities", True, False),
    ("Schedule B Holdings of derivative securities", True, False),
    ("Non-derivative holdings", False, True),
])  # fmt: skip
def test_heads_are_known(text: str, number: bool, non: bool) -> None:
    found = HEAD.match(text)
    assert found and (bool(found["number"]), bool(found["non"])) == (number, non)


@pytest.mark.parametrize("text", [
    "Title of Derivative Security", "See Table II, derivative securities", "Remarks: derivative",
])  # fmt: skip
def test_captions_and_text_are_no_heads(text: str) -> None:
    assert not HEAD.match(text)
