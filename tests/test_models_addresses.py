"""An owner's lines in order: name, street, second line, city with state and post code."""

import numpy as np

from models.addresses import CITY, PARTS, POSTCODE, STATE, TAGS, settled
from models.document import Box, Word
from models.extraction import Region
from models.tagger import OUTSIDE, Token

LABELS = (OUTSIDE, *TAGS)
NAME, STREET, SECOND = PARTS


def block(*lines: str, box: Region | None = None) -> list[Token]:
    """Tokens of a block of lines, twelve points apart."""
    tokens = []
    for number, line in enumerate(lines):
        left = 50.0
        for text in line.split():
            place = Box(left, 100 + 12 * number, left + 6 * len(text), 109 + 12 * number)
            tokens.append(Token(text, place, 1, number, Word(text, place), None, box))
            left += 6 * len(text) + 6
    return tokens


def believed(*tags: str, unsure: dict[int, dict[str, float]] | None = None) -> np.ndarray:
    """Probabilities that are sure of `tags`, but for the words of `unsure`."""
    made = np.full((len(tags), len(LABELS)), 0.002, np.float32)
    for index, tag in enumerate(tags):
        for name, share in (unsure or {}).get(index, {tag: 0.98}).items():
            made[index, LABELS.index(name)] = share
    return made / made.sum(axis=1, keepdims=True)


def tags_of(tokens: list[Token], probabilities: np.ndarray) -> list[str]:
    return [LABELS[int(row.argmax())] for row in settled(tokens, probabilities, LABELS)]


def test_a_line_torn_between_street_and_city_is_the_second_line() -> None:
    tokens = block("Moll Reto", "Kammerweg 172", "Postfach 41", "Zug V8 6300")
    unsure = {4: {CITY: 0.5, SECOND: 0.4}, 5: {STREET: 0.5, SECOND: 0.4}}
    probabilities = believed(NAME, NAME, STREET, STREET, SECOND, SECOND, CITY, STATE, POSTCODE,
                             unsure=unsure)  # fmt: skip
    assert tags_of(tokens, probabilities) == [
        NAME, NAME, STREET, STREET, SECOND, SECOND, CITY, STATE, POSTCODE
    ]  # fmt: skip


def test_a_street_that_was_taken_for_the_name_follows_the_name() -> None:
    tokens = block("Hale Dusan", "Ugland Annex", "Box 309", "George Town E9 KY1-1104")
    unsure = {2: {NAME: 0.55, STREET: 0.4}, 3: {NAME: 0.5, STREET: 0.4},
              4: {STREET: 0.55, SECOND: 0.4}, 5: {STREET: 0.55, SECOND: 0.4}}  # fmt: skip
    probabilities = believed(NAME, NAME, STREET, STREET, SECOND, SECOND, CITY, CITY, STATE,
                             POSTCODE, unsure=unsure)  # fmt: skip
    found = tags_of(tokens, probabilities)
    assert found[:6] == [NAME, NAME, STREET, STREET, SECOND, SECOND]


def test_what_the_tagger_is_sure_of_stays_also_on_one_line() -> None:
    tokens = block("Hale Dusan", "12 Oak St Suite 5 Reno NV 89501")
    sure = (NAME, NAME, STREET, STREET, STREET, SECOND, SECOND, CITY, STATE, POSTCODE)
    assert tags_of(tokens, believed(*sure)) == list(sure)


def test_words_of_other_fields_and_of_tables_are_left_alone() -> None:
    cell = Region("cell", 1, Box(0, 0, 600, 200))
    tokens = block("Common Stock", "Oak St", box=cell)
    probabilities = believed(OUTSIDE, OUTSIDE, CITY, STREET)
    assert (settled(tokens, probabilities, LABELS) == probabilities).all()


def test_a_settled_word_is_hardly_surer_than_it_was() -> None:
    tokens = block("Hale Dusan", "Oak Lane", "Reno NV 89501")
    probabilities = believed(NAME, NAME, STREET, STREET, CITY, STATE, POSTCODE,
                             unsure={3: {CITY: 0.6, STREET: 0.38}})  # fmt: skip
    row = settled(tokens, probabilities, LABELS)[3]
    assert LABELS[int(row.argmax())] == STREET
    assert row.max() <= 0.55
    assert row.sum() == np.float32(row.sum().round(3))
