"""Doubtful names that are named elsewhere in the filing."""

from dataclasses import replace

import pytest

from models.reading import TaggedPage
from models.same_names import with_same_names
from models.tagger import Tagged
from tests.test_models_strays import line, page


def named(text: str, score: float, tag: str = "signatureName") -> Tagged:
    """A word of a name, all of its letters as sure."""
    (each,) = line(1, (text, tag))
    assert each.token.word is not None
    word = replace(each.token.word, scores=(score,) * len(text))
    return replace(each, token=replace(each.token, word=word))


def said(*words: Tagged) -> list[str]:
    """The words of a filing of one page for each."""
    pages: list[TaggedPage] = [page([each]) for each in words]
    return [each.token.text for one in with_same_names(pages) for each in one.tagged]


OWNER = named("LEVCHIN", 0.99, "rptOwnerName")


@pytest.mark.parametrize(("read", "score", "found"), [
    ("Leychin", 0.6, "Levchin"), ("Leychin,", 0.6, "Levchin,"), ("LEYCHIN", 0.6, "LEVCHIN"),
    ("Levehin's", 0.6, "Levchin's"), ("Levchn", 0.6, "Levchin"),
    ("Leychin", 0.93, "Leychin"),  # surely another
    ("Leyehin", 0.6, "Leyehin"),  # two letters of seven
    ("leychin", 0.6, "leychin"),
])  # fmt: skip
def test_a_doubtful_name_is_the_known_one_it_nearly_is(read: str, score: float, found: str) -> None:
    assert said(OWNER, named(read, score))[1] == found


def test_words_that_are_known_or_a_plural_stay() -> None:
    sure = [named("Stone", 0.99), named("Orchids", 0.99)]
    assert said(*sure, named("Store", 0.6), named("Orchid", 0.6))[2:] == ["Store", "Orchid"]


def test_a_name_in_its_own_box_is_believed_before_one_in_small_print() -> None:
    small = named("Stayroula", 0.97)
    assert said(named("Stavroula", 0.85, "rptOwnerName"), small) == ["Stavroula", "Stayroula"]
    assert said(named("Stavroula", 0.5, "rptOwnerName"), small)[0] == "Stayroula"


def test_nobody_knows_which_of_two_it_is() -> None:
    assert said(OWNER, named("Leachin", 0.99), named("Leychin", 0.6))[2] == "Leychin"


def test_a_name_read_anew_is_no_surer() -> None:
    (_, made) = with_same_names([page([OWNER]), page([named("Leychin", 0.6)])])
    word = made.tagged[0].token.word
    assert word is not None
    assert (word.text, word.score, word.rivals) == ("Levchin", 0.6, "Leychin")
