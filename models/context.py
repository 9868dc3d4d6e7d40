"""What each field's surroundings say about it: its pages, its crop, its document, the rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import cv2
import numpy as np

from models.confidence import Context
from models.document import Page
from models.extraction import Check, Field, Place
from models.form import BOX
from models.reader import UNREADABLE
from models.reading import RawField, TaggedPage
from models.tagger import MARK, OUTSIDE

SHARP = 160.0
"""Steepest brightness change per pixel (of 255) at the edges of a sharp scan's letters."""
INSTANCE = re.compile(r"/\w+/(\w+)\[(\d+)\]")
"""Path of a repeatable element right below the root: owners and signatures."""
COMMON = re.compile(r"\w[\w,./-]*")


def contexts(
    raws: Sequence[RawField], plain: Sequence[Field], checks: Sequence[Check],
    pages: Sequence[TaggedPage],
) -> Iterator[Context]:  # fmt: skip
    """One context per field, in order; `plain` are the same fields as exported."""
    by_number = {page.page.number: page for page in pages}
    quality = {number: _quality([page]) for number, page in by_number.items()}
    whole = _quality(pages)
    passed, failed = _verdicts(checks)
    counts = Counter(word for page in pages for each in page.tagged
                     for word in COMMON.findall(each.token.text))  # fmt: skip
    rivals = _rivals(pages)
    siblings = _siblings(raws)
    for raw, field in zip(raws, plain, strict=True):
        place = raw.places[0] if raw.places else None
        legibility, tagging = quality[place.page] if place else whole
        page = by_number[place.page].page if place else None
        contrast, sharpness = _crop_quality(page, place) if page and place else (1.0, 1.0)
        yield Context(
            float(legibility), float(tagging),
            tuple(sorted(passed.get(field.id, ()))), tuple(sorted(failed.get(field.id, ()))),
            _echoed(raw, counts),
            max((rivals.get(tag, 0.0) for tag in raw.spec.tags), default=0.0),
            siblings[_group_of(raw)] or 1,
            contrast, sharpness, page.dpi if page else 200.0,
        )  # fmt: skip


def _quality(pages: Sequence[TaggedPage]) -> tuple[float, float]:
    """Mean character and mean tag probability of pages; what could not be read at all counts 0."""
    if any(page.page.role == UNREADABLE for page in pages):
        return 0.0, 0.0
    tagged = [each for page in pages for each in page.tagged]
    scores = [score for each in tagged if each.token.word for score in each.token.word.scores]
    tags = [each.score for each in tagged]
    return (float(np.mean(scores)) if scores else 1.0, float(np.mean(tags)) if tags else 1.0)


def _verdicts(checks: Sequence[Check]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The rules passed and failed, by field id."""
    passed: dict[str, set[str]] = {}
    failed: dict[str, set[str]] = {}
    for check in checks:
        for identity in check.fields:
            (passed if check.passed else failed).setdefault(identity, set()).add(check.rule)
    return passed, failed


def _rivals(pages: Sequence[TaggedPage]) -> dict[str, float]:
    """For each field tag, the highest probability at a word that was given another one."""
    found: dict[str, float] = {}
    for page in pages:
        for each in page.tagged:
            tag = each.rival.removesuffix(MARK)
            if tag not in (OUTSIDE, each.field_tag):
                found[tag] = max(found.get(tag, 0.0), each.rival_score)
    return found


def _group_of(raw: RawField) -> str:
    """The repeatable element right below the root that the field belongs to; empty for others."""
    match = INSTANCE.match(raw.path)
    return match[1] if match else ""


def _siblings(raws: Sequence[RawField]) -> Counter[str]:
    """How many instances each such element has."""
    found = {match.groups() for raw in raws if (match := INSTANCE.match(raw.path))}
    return Counter(group for group, _ in found)


def _echoed(raw: RawField, counts: Counter[str]) -> float:
    """Share of the value's words that the document has more than once."""
    words = COMMON.findall(raw.text)
    if not words or raw.spec.source == BOX:
        return 0.0
    return sum(counts[word] > 1 for word in words) / len(words)


def _crop_quality(page: Page, place: Place) -> tuple[float, float]:
    """Contrast between ink and paper, and steepness of the letters' edges, each 0 to 1."""
    crop = page.crop(place.box)
    if min(crop.shape) < 3:
        return 1.0, 1.0
    dark, light = np.percentile(crop, (2, 90))
    edges = np.abs(cv2.Sobel(crop, cv2.CV_32F, 1, 0, ksize=1))
    contrast = float(light - dark) / 255.0
    return contrast, min(float(np.percentile(edges, 98)) / SHARP, 1.0)
