"""Few labelled pages made into many: other values in their boxes, other space between their parts.

A page is one of a form that was filled in thousands of times. What is learnt from it should not be
its registrant's name, nor that its title has four words or stands 312 points down: values are
replaced by others, left out, set in other places of their line, and the page is stretched here and
there as other editions of the form are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box, smallest_around
from models.form import FieldSpec, forms
from models.recognizer import HANDWRITTEN
from training.synth import strings
from training.truth import MARK

Pool = Mapping[str, Sequence[str]]
"""For each tag the values that labelled pages have."""

REPLACED, EMPTIED, BY_HAND = 0.6, 0.07, 0.07
"""Shares of values that become others, nothing, handwriting."""
FROM_POOL, TICKED = 0.4, 0.4
CUTS, WIDEST = 4, 18.0
"""Places at most where a page is stretched, and points by which one is."""
AREAS = ("header", "cell")
PITCH = 1.25
"""From line to line, in heights of a line."""
INDENT = 20.0
"""Points by which a value may start elsewhere in its box."""


def varied(page: PrintedPage, form: str, pool: Pool, rng: np.random.Generator) -> PrintedPage:
    """The page as another filing of the form, of another edition, might have it."""
    return stretched_apart(reticked(revalued(page, form, pool, rng), rng), rng)


def pool_of(pages: Sequence[PrintedPage]) -> dict[str, list[str]]:
    """The values of some pages, by tag."""
    found: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for words in _values(page).values():
            text = " ".join(word.text for word in words)
            if HANDWRITTEN not in text:
                found[words[0].tag].append(text)
    return dict(found)


def revalued(page: PrintedPage, form: str, pool: Pool, rng: np.random.Generator) -> PrintedPage:
    """The page with some of its values replaced, left out or written by hand."""
    specs = {tag: spec for _, spec in forms()[form].specs() for tag in spec.tags}
    changed: dict[int, list[PrintedWord]] = {}
    for words in _values(page).values():
        spec = specs.get(words[0].tag)
        if spec is None or spec.kind in ("flag", "code"):
            continue
        draw = rng.random()
        if draw < REPLACED:
            changed[id(words[0])] = _set(_other(words, spec, pool, rng), words, page, rng)
        elif draw < REPLACED + EMPTIED:
            changed[id(words[0])] = []
        elif draw < REPLACED + EMPTIED + BY_HAND:
            changed[id(words[0])] = [replace(word, text=HANDWRITTEN * len(word.text))
                                     for word in words]  # fmt: skip
        else:
            continue
        changed |= {id(word): [] for word in words[1:]}
    kept = (changed.get(id(word), [word]) for word in page.words)
    return replace(page, words=tuple(word for group in kept for word in group))


def reticked(page: PrintedPage, rng: np.random.Generator) -> PrintedPage:
    """The page with boxes ticked at random."""
    regions = (replace(region, checked=bool(rng.random() < TICKED))
               if region.label == "checkbox" and rng.random() < REPLACED else region
               for region in page.regions)  # fmt: skip
    return replace(page, regions=tuple(regions))


def stretched_apart(page: PrintedPage, rng: np.random.Generator) -> PrintedPage:
    """The page with what stands below a few random heights moved up or down a little."""
    for _ in range(int(rng.integers(CUTS + 1))):
        height, by = rng.uniform(0, page.height), rng.uniform(-WIDEST / 3, WIDEST)

        page = replace(
            page,
            words=tuple(replace(word, box=_whole(word.box, height, by)) for word in page.words),
            regions=tuple(_apart(region, height, by) for region in page.regions),
            rules=tuple(_whole(rule, height, by) for rule in page.rules),
        )
    return page


def _whole(box: Box, height: float, by: float) -> Box:
    """A box that is moved, if its middle is below the height, but never stretched."""
    by = by if box.center[1] > height else 0.0
    return replace(box, top=box.top + by, bottom=box.bottom + by)


def _apart(region: PrintedRegion, height: float, by: float) -> PrintedRegion:
    """A region whose sides below the height are moved: one around it is stretched."""
    top, bottom = (side + (by if side > height else 0.0)
                   for side in (region.box.top, region.box.bottom))  # fmt: skip
    return replace(region, box=replace(region.box, top=min(top, bottom - 1.0), bottom=bottom))


def _values(page: PrintedPage) -> dict[str, list[PrintedWord]]:
    """The words of each value, as they follow each other, marks left out."""
    found: dict[str, list[PrintedWord]] = defaultdict(list)
    for word in page.words:
        if word.tag and word.tag != MARK and word.path:
            found[word.path].append(word)
    return found


def _other(
    words: Sequence[PrintedWord], spec: FieldSpec, pool: Pool, rng: np.random.Generator
) -> str:
    """Another text of the field's kind."""
    own = pool.get(words[0].tag, ())
    if len(own) > 1 and rng.random() < FROM_POOL:
        return str(rng.choice(own))
    if spec.kind == "date":
        return strings.date(rng)
    if spec.kind == "number":
        return strings.amount(rng)
    if spec.kind == "identifier":
        return "".join(str(rng.integers(10)) if char.isdigit() else char
                       for word in words for char in word.text)  # fmt: skip
    if rng.random() < 0.4:
        return strings.party(rng)
    if rng.random() < 0.5:
        return strings.altered(" ".join(word.text for word in words), rng)
    return strings.random_words(rng)


def _set(
    text: str, words: Sequence[PrintedWord], page: PrintedPage, rng: np.random.Generator
) -> list[PrintedWord]:
    """The text as words in the place of others, broken where they were at the latest."""
    first = words[0]
    letters = sum(len(word.text) for word in words)
    width = sum(word.box.width for word in words) / max(letters, 1)
    height = first.box.height
    home = _home(first.box, page)
    edge = min(max(word.box.right for word in words) + 6 * width, home.right)
    start = max(first.box.left + rng.uniform(-INDENT / 2, INDENT), home.left + 1)
    left, top = start, first.box.top + rng.uniform(-2, 2)
    made: list[PrintedWord] = []
    for each in text.split():
        wide = width * len(each)
        if left + wide > edge and left > start:
            left, top = start, top + PITCH * height
        if made and top + height > home.bottom + height / 2:
            break
        box = Box(left, top, left + wide, top + height)
        made.append(replace(first, text=each, box=box))
        left += wide + width
    return made


def _home(box: Box, page: PrintedPage) -> Box:
    """The smallest boxed field around a box, else the rest of its page."""
    areas = [region.box for region in page.regions if region.label in AREAS]
    (home,) = smallest_around([box], areas)
    sheet = Box(0.0, 0.0, page.width - 20.0, max(page.height - 20.0, box.bottom))
    return areas[home] if home >= 0 else sheet
