"""Which words of a reading are a labelled value: by the label's boxes, else by its text.

A label has boxes (drawn by a person) or only a value. With boxes the words inside are its words,
whatever they were read as, unless they say something else altogether. Without, the words are those
that read most like the text; where several places do, the one at the field's printed label.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.document import Box, Word
from models.fact import Fact
from models.form import BOX, DERIVED, FIXED, FieldSpec, FormType
from models.recognizer import HANDWRITTEN
from models.values import character_error, distance, letters

MARGIN = 2.0
"""Points by which people draw boxes too tight."""
INSIDE = 0.5
SAME = 0.6
"""Character error, letters and digits only, up to which words inside a box are the label's."""
LIKE = 0.25
"""The same for words that were found by their text alone."""
REACH = 120.0
"""Points from a field's printed label within which its value is looked for first."""

Line = tuple[Box, Sequence[Word]]


@dataclass(frozen=True)
class Aligned:
    """A fact with its words: page number, and per text line the words with the text true there."""

    fact: Fact
    spec: FieldSpec
    page: int
    lines: tuple[tuple[tuple[Word, ...], str], ...]

    @property
    def words(self) -> tuple[Word, ...]:
        """All words, line by line."""
        return tuple(word for words, _ in self.lines for word in words)


@dataclass(frozen=True)
class Unaligned:
    """A fact whose words were not found, and why."""

    path: str
    text: str
    why: str


@dataclass
class Reading:
    """What was read of a filing: page number to its lines; words that are taken."""

    pages: dict[int, Sequence[Line]]
    taken: dict[int, str] = field(default_factory=dict)


def align(
    form: FormType, facts: Iterable[Fact], reading: Reading
) -> tuple[list[Aligned], list[Unaligned]]:
    """The words of every fact that stands on the page in words; boxes are of the upright pages.

    Facts with boxes come first: what they take, the others cannot. A fact that nobody could read
    is no label.
    """
    found: list[Aligned] = []
    lost: list[Unaligned] = []
    for fact in sorted(facts, key=lambda each: not each.boxes):
        at = form.locate(fact.path)
        if at is None:
            lost.append(Unaligned(fact.path, fact.text, f"is no field of form {form.name}"))
            continue
        spec = at[2]
        text = fact.text or fact.value
        if not text or not fact.legible or spec.source in (BOX, DERIVED, FIXED):
            continue
        made = _by_boxes(fact, spec, text, reading) if fact.boxes else _by_text(
            fact, spec, text, reading)  # fmt: skip
        if isinstance(made, Aligned):
            reading.taken |= {id(word): fact.path for word in made.words}
            found.append(made)
        else:
            lost.append(Unaligned(fact.path, text, made))
    return found, lost


def _by_boxes(fact: Fact, spec: FieldSpec, text: str, reading: Reading) -> Aligned | str:
    """The words inside the fact's boxes of the first page that has any, or why there are none."""
    page = fact.boxes[0].page
    places = [place.box.grown(MARGIN) for place in fact.boxes if place.page == page]
    if page not in reading.pages:
        return f"page {page} was not read"
    rows = []
    for _, words in reading.pages[page]:
        own = tuple(word for word in words if any(_stands_in(word.box, box) for box in places))
        if own:
            rows.append(own)
    if not rows:
        return "nothing was read there"
    rows.sort(key=lambda row: row[0].box.center[1])
    words = [word for row in rows for word in row]
    other = next((reading.taken[id(word)] for word in words if id(word) in reading.taken), "")
    if other:
        return f"its words are those of {other} too"
    read = " ".join(word.text for word in words)
    # What was written by hand is seen, not read: where it stands is all there is to learn. What
    # stands sideways gives such scraps too.
    by_hand = HANDWRITTEN in read and any(box.width > box.height for box in places)
    if not by_hand and character_error(letters(read), letters(text)) > SAME:
        return f"there stands {read!r}"
    return Aligned(fact, spec, page, tuple(zip(rows, lines_of(text, rows), strict=True)))


def _stands_in(word: Box, box: Box) -> bool:
    """Whether a word is in a box, or a box in a word that was seen as tall as two lines."""
    overlap = min(word.bottom, box.bottom) - max(word.top, box.top)
    within = box.left <= word.center[0] <= box.right
    return within and overlap > INSIDE * min(word.height, box.height)


def _by_text(fact: Fact, spec: FieldSpec, text: str, reading: Reading) -> Aligned | str:
    """The words that read most like the text, or why there are none."""
    wanted = letters(text)
    if not wanted:
        return "its text has neither letters nor digits"
    candidates = []
    for number, lines in reading.pages.items():
        labels = [box for box, words in lines if _is_label(spec, words)]
        for start in range(len(lines)):
            for row, error in _runs(lines, start, wanted):
                if error <= LIKE and not any(id(word) in reading.taken for word in row):
                    far = min((_distance(label, row[0].box) for label in labels), default=REACH)
                    candidates.append((round(error, 3), min(far, REACH), number, row))
    if not candidates:
        return "no words read like it"
    candidates.sort(key=lambda each: (each[0] + each[1] / REACH, each[2]))
    best = candidates[0]
    alike = [each for each in candidates if each[3] != best[3] and each[:2] == best[:2]]
    if alike and best[1] >= REACH:
        return f"it stands at {len(alike) + 1} places and no printed label says which is meant"
    rows = _by_lines(best[3], reading.pages[best[2]])
    return Aligned(fact, spec, best[2], tuple(zip(rows, lines_of(text, rows), strict=True)))


def _runs(
    lines: Sequence[Line], start: int, wanted: str
) -> Iterable[tuple[tuple[Word, ...], float]]:
    """Runs of words from line `start` on, over following lines below it, with their errors."""
    words = list(lines[start][1])
    below = lines[start][0]
    for box, more in lines[start + 1 : start + 6]:
        in_column = box.left < below.right and below.left < box.right
        if not in_column or not 0 < box.center[1] - below.center[1] < 2.5 * below.height:
            break
        words += more
        below = box
    for first in range(len(lines[start][1])):
        text = ""
        for last in range(first, len(words)):
            text += letters(words[last].text)
            if len(text) >= 0.7 * len(wanted):
                yield tuple(words[first : last + 1]), distance(text, wanted) / len(wanted)
            if len(text) > 1.4 * len(wanted):
                break


def _by_lines(words: Sequence[Word], lines: Sequence[Line]) -> list[tuple[Word, ...]]:
    known = {id(word) for word in words}
    rows = (tuple(word for word in own if id(word) in known) for _, own in lines)
    return [row for row in rows if row]


def _is_label(spec: FieldSpec, words: Sequence[Word]) -> bool:
    label = letters(spec.printed)
    text = letters(" ".join(word.text for word in words))
    return bool(label) and character_error(text[: len(label)], label) < LIKE


def _distance(one: Box, other: Box) -> float:
    """How far the other box lies right of or below the first; far if it lies before it."""
    right, below = other.left - one.right, other.top - one.bottom
    if right < -one.width and below < -one.height:
        return REACH
    return max(right, 0.0) + max(below, 0.0) + max(-below - one.height, 0.0) * 2


def lines_of(text: str, rows: Sequence[Sequence[Word]]) -> list[str]:
    """The text cut at its spaces into as many lines as were read, each as near as can be.

    A line may get nothing, where words were read that are none.
    """
    words = text.split()
    read = [letters(" ".join(word.text for word in row)) for row in rows]
    # best[k]: least error with the first k words in the lines so far, and where the lines end.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for own in read:
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (error, ends) in best.items():
            for end in range(start, len(words) + 1):
                more = error + distance(letters(" ".join(words[start:end])), own)
                if end not in following or more < following[end][0]:
                    following[end] = (more, (*ends, end))
        best = following
    ends = best[len(words)][1]
    return [" ".join(words[start:end]) for start, end in zip((0, *ends), ends, strict=False)]
