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
from models.tagger import CONTINUED, OUTSIDE, Tagged

ITEM = re.compile(r"item\s*(\d{1,2})\b[\s.]*(?:\(([a-z]{1,3})\))?", re.IGNORECASE)
PART = re.compile(r"\(([a-z]{1,3})\)")
NOTHING = re.compile(r"(no|none|n/a|nil|not\s+applicable)[.]?", re.IGNORECASE)
"""A whole answer that says that there is nothing."""
Place = tuple[int, int]
"""Index of a page and of a token there."""


@dataclass
class Stretch:
    """What stands below a heading: its item, its letter or nothing, and its tokens' places."""

    item: str
    letter: str = ""
    lines: list[list[Place]] = field(default_factory=list)

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
    told: dict[Place, str] = {}
    stretches = list(_stretches(pages))
    for number, stretch in enumerate(stretches):
        own = parts.get(stretch.item, {})
        # Letters that stand together are not in one order with their texts.
        together = number and stretches[number - 1].letter and stretches[number - 1].is_empty
        if stretch.letter in own and not together:
            following = _following(stretches[number + 1 :], stretch.item, own)
            told |= _told(pages, stretch, own, following)
    return [
        replace(page, tagged=tuple(
            replace(each, tag=told.get((number, index), each.tag))
            for index, each in enumerate(page.tagged)
        ))
        for number, page in enumerate(pages)
    ]  # fmt: skip


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
    for number, page in enumerate(pages):
        for line in _lines(page.tagged):
            words = " ".join(page.tagged[index].token.text for index in line)
            item, part = ITEM.match(words), PART.match(words)
            if item:
                yield current
                current = Stretch(item[1], (item[2] or "").lower())
            elif part and current.item:
                yield current
                current = Stretch(current.item, part[1])
            current.lines.append([(number, index) for index in line])
    yield current


def _lines(tagged: Sequence[Tagged]) -> list[list[int]]:
    """Indices of the words of each line."""
    lines: dict[int, list[int]] = {}
    for index, each in enumerate(tagged):
        if each.token.checkbox is None:
            lines.setdefault(each.token.line, []).append(index)
    return list(lines.values())


def _told(
    pages: Sequence[TaggedPage], stretch: Stretch, own: Mapping[str, str], following: str
) -> dict[Place, str]:
    """New tags of the words of a stretch, by their places."""
    letters = list(own)
    first = letters.index(stretch.letter)
    last = letters.index(following) if following in own else len(letters)
    tag, kept = (
        own[stretch.letter],
        {own[letter] for letter in letters[first : max(last, first + 1)]},
    )
    places = [place for line in stretch.lines for place in line]
    tagged = {place: pages[place[0]].tagged[place[1]] for place in places}
    if any(each.tag in kept for each in tagged.values()):
        return {}
    others = {*own.values(), CONTINUED}
    told = {place: tag for place, each in tagged.items() if each.tag in others}
    if told:
        return told
    for line in stretch.lines:
        words = [place for place in line if not PART.fullmatch(tagged[place].token.text)]
        said = " ".join(tagged[place].token.text for place in words)
        if NOTHING.fullmatch(said) and all(tagged[place].tag == OUTSIDE for place in words):
            told |= dict.fromkeys(words, tag)
    return told
