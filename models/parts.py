"""Schedules: texts below the numbers and letters of their items.

`Item 5.` and `(b)` stand where a line begins, and say of what follows which part of which item it
is; to a tagger, which sees words, one part's text often looks like the next one's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from models.form import FormType
from models.reading import TaggedPage
from models.tagger import CONTINUED, OUTSIDE, Changes, Tagged, lines_of, retagged

ITEM = re.compile(r"item\s*(\d{1,2})\b[\s.]*(?:\(([a-z]{1,3})\))?", re.IGNORECASE)
PART = re.compile(r"\(([a-z]{1,3})\)")
NOTHING = re.compile(r"(no|none|n/a|nil|not\s+applicable)[.]?", re.IGNORECASE)
"""A whole answer that says that there is nothing."""


@dataclass
class Stretch:
    """What stands below a heading, line by line: its item, its letter or nothing, its words."""

    item: str
    letter: str = ""
    lines: list[list[Tagged]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there but the heading, which is a line or a word of one."""
        return len(self.lines) == 1 and len(self.lines[0]) == 1


def with_parts(form: FormType, pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, words of items tagged as the part below whose letter they stand.

    They stay as they are where any of them is of that part, or of one whose letter was not found
    between it and the next one's.
    """
    parts = _parts(form)
    if not parts:
        return list(pages)
    told: Changes = {}
    stretches = list(_stretches(pages))
    for number, stretch in enumerate(stretches):
        own = parts.get(stretch.item, {})
        # Letters that stand together are not in one order with their texts.
        together = number and stretches[number - 1].letter and stretches[number - 1].is_empty
        if stretch.letter in own and not together:
            following = _following(stretches[number + 1 :], stretch.item, own)
            told |= _told(stretch, own, following)
    return [replace(page, tagged=tuple(retagged(page.tagged, told))) for page in pages]


def _following(stretches: Sequence[Stretch], item: str, own: Collection[str]) -> str:
    """The next letter of an item that is one of its parts'; empty without any."""
    for each in stretches:
        if each.item != item or each.letter in own:
            return each.letter if each.item == item else ""
    return ""


def _parts(form: FormType) -> dict[str, dict[str, str]]:
    """Item → letter → tag, letters in the order of the form; `""` of an item in one piece."""
    found: dict[str, dict[str, str]] = {}
    for _, spec in form.specs():
        if spec.part:
            item, _, letter = spec.part.partition("(")
            found.setdefault(item, {})[letter.rstrip(")")] = spec.tag
    return found


def _stretches(pages: Sequence[TaggedPage]) -> Iterator[Stretch]:
    """What stands below each heading of the document, in reading order."""
    current = Stretch("")
    for page in pages:
        for line in lines_of(each for each in page.tagged if each.token.checkbox is None):
            words = " ".join(each.token.text for each in line)
            item, part = ITEM.match(words), PART.match(words)
            if item:
                yield current
                current = Stretch(item[1], (item[2] or "").lower())
            elif part and current.item:
                yield current
                current = Stretch(current.item, part[1])
            current.lines.append(line)
    yield current


def _told(stretch: Stretch, own: Mapping[str, str], following: str) -> Changes:
    """New tags of the words of a stretch."""
    letters = list(own)
    first = letters.index(stretch.letter)
    last = letters.index(following) if following in own else len(letters)
    tag = own[stretch.letter]
    kept = {own[letter] for letter in letters[first : max(last, first + 1)]}
    words = [each for line in stretch.lines for each in line]
    if any(each.tag in kept for each in words):
        return {}
    others = {*own.values(), CONTINUED}
    told = {id(each): tag for each in words if each.tag in others}
    return told or {id(each): tag for line in stretch.lines for each in _nothing(line)}


def _nothing(line: Sequence[Tagged]) -> Sequence[Tagged]:
    """The words of a line, without its letter, that say that there is nothing; else none."""
    words = [each for each in line if not PART.fullmatch(each.token.text)]
    says = NOTHING.fullmatch(" ".join(each.token.text for each in words))
    return words if says and all(each.tag == OUTSIDE for each in words) else ()
