"""Doubtful names read as the same name is read elsewhere in the filing, surely.

Who owns also signs, and is named in the notes and in the title of a trust: in small print `Leychin`
is the `Levchin` of the first box. Only words that nobody knows are read anew: `Store` stays beside
`Stone`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from models.document import Word
from models.reading import TaggedPage
from models.spelling import lexicon
from models.tagger import Tagged

NAMES = frozenset(
    ("rptOwnerName", "issuerName", "rptOwnerStreet1", "signatureName", "footnote", "remarks",
     "nonDerivative.natureOfOwnership", "derivative.natureOfOwnership")
)  # fmt: skip
"""Fields in which people, companies and funds are named."""
NAME = re.compile(r"(?P<before>\W*)(?P<core>[A-Z][^\W\d_]{3,})(?P<after>\W*|\W+s)")
"""A word with a capital, without the signs around it."""
DOUBTFUL, SURE = 0.9, 0.95
"""Least character probability below which a name may be another, and from which it is known."""
IN_BOX = 0.7
"""The former for a name in its own box, where it is set largest."""
BOXES = frozenset(("rptOwnerName", "issuerName"))
LONG = 8
"""Letters from which a name may differ in two."""


@dataclass(frozen=True)
class Mention:
    """A word that may be a part of a name: the signs around its letters, how sure they are."""

    tagged: Tagged
    word: Word
    before: str
    core: str
    after: str

    @property
    def score(self) -> float:
        """Smallest probability of its letters."""
        return min(self.word.scores[len(self.before) : len(self.before) + len(self.core)])


def with_same_names(pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, doubtful words of names as the name that they nearly are and that is known."""
    mentions = [each for page in pages for each in _mentions(page)]
    known = {each.core.lower() for each in mentions if each.score >= SURE}
    changes: dict[int, Tagged] = {}
    for each in mentions:
        name = each.core.lower()
        least = IN_BOX if each.tagged.tag in BOXES else DOUBTFUL
        if name in known or each.score >= least or name in lexicon().counts:
            continue
        if other := _nearest(name, known):
            changes[id(each.tagged)] = _named(each, _cased(other, each.core))
    return [replace(page, tagged=tuple(changes.get(id(each), each) for each in page.tagged))
            for page in pages]  # fmt: skip


def _mentions(page: TaggedPage) -> Iterator[Mention]:
    for each in page.tagged:
        word = each.token.word
        found = NAME.fullmatch(each.token.text) if each.tag in NAMES else None
        if found and word and len(word.scores) == len(word.text):
            yield Mention(each, word, *found.group("before", "core", "after"))


def _nearest(name: str, known: Collection[str]) -> str:
    """The known name that differs in one letter, of a long one in two; empty without or with two.

    A further `s` at the end is another word.
    """
    reach = 2 if len(name) >= LONG else 1
    near = {other: Levenshtein.distance(name, other, score_cutoff=reach) for other in known
            if other.rstrip("s") != name.rstrip("s")}  # fmt: skip
    least = min(near.values(), default=reach + 1)
    found = [other for other, distance in near.items() if distance == least]
    return found[0] if least <= reach and len(found) == 1 else ""


def _cased(name: str, like: str) -> str:
    """The name in capitals and small letters as the other one has them."""
    if len(name) == len(like):
        return "".join(char.upper() if other.isupper() else char
                       for char, other in zip(name, like, strict=True))  # fmt: skip
    return name.upper() if like.isupper() else name.capitalize()


def _named(mention: Mention, name: str) -> Tagged:
    """The word with another name; no letter of it is surer than the one that was read."""
    word, tagged = mention.word, mention.tagged
    text = mention.before + name + mention.after
    rivals = word.text if len(word.text) == len(text) else ""
    told = replace(word, text=text, scores=(word.score,) * len(text), rivals=rivals)
    return replace(tagged, token=replace(tagged.token, text=text, word=told))
