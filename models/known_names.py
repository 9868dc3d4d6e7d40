"""Schedules: companies on signature pages told by the names that the cover pages have.

`XYZ General Partner Limited` above a signature looks like a title to a tagger; that a cover page
has the same name tells that it signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models.captions import PARTIES, is_sign
from models.covers import PERSON, SIGNATURE, TITLE, name_of, said
from models.reading import TaggedPage
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged
from models.values import letters

COVER_NAME = "reportingPersonName"
LEAST_LETTERS = 6
LINES = 2
"""Lines that a name may go on over."""


def with_known_names(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, whole lines with the name of a company on a cover page tagged as who signs.

    People's names stay as they are: they stand below their signatures for others as well.
    """
    names = set(_names(pages))
    if not names:
        return list(pages)
    names -= set(_signed(pages))
    return [replace(page, tagged=tuple(_named(page.tagged, names))) for page in pages]


def _names(pages: Sequence[TaggedPage]) -> Iterator[str]:
    """Letters of each name on a cover page."""
    for page in pages:
        run = ""
        for each in (*page.tagged, None):
            if each is not None and each.tag == COVER_NAME:
                run += letters(each.token.text)
            elif run:
                if len(run) >= LEAST_LETTERS:
                    yield run
                run = ""


def _signed(pages: Sequence[TaggedPage]) -> Iterator[str]:
    """Letters of each name behind `/s/`."""
    for page in pages:
        for line in lines_of(page.tagged):
            signs = [place for place, each in enumerate(line) if is_sign(each.token)]
            if signs:
                yield name_of(line[signs[0] :])


def _named(tagged: Sequence[Tagged], names: set[str]) -> list[Tagged]:
    lines = lines_of(tagged)
    kinds = [_kind(line) for line in lines]
    current = next((kind for kind in kinds if kind), "")
    if not current:
        return list(tagged)
    told: Changes = {}
    for start, kind in enumerate(kinds):
        current = kind or current
        for count in range(1, LINES + 1):
            words = [each for line in lines[start : start + count] for each in line]
            if said(words) in names and _may_sign(words):
                told |= {id(each): current for each in words if letters(each.token.text)}
    return retagged(tagged, told)


def _kind(line: Sequence[Tagged]) -> str:
    """Whose names stand by a line: the schedule's signers, an agreement's parties, or unknown."""
    for each in line:
        if each.tag.startswith("signature"):
            return PERSON
        if each.tag.startswith("jointFiling"):
            return PARTIES
    return ""


def _may_sign(words: Sequence[Tagged]) -> bool:
    """Whether no word is known to be of something else."""
    return all(each.tag in (OUTSIDE, PERSON, SIGNATURE, TITLE, PARTIES) for each in words)
