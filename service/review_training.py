"""A reviewed filing's pages as training labels: picture and record, as `training.scanned` has them.

Words carry the tags of the fields in whose boxes they stand; those of a field that somebody
corrected are written as they are, not as they were misread. A record is in points of the page
turned upright and without its tilt; its map says how the picture lies. Drawn lines are not known,
so these pages can teach reading and tagging, but not where rules are.
"""

from __future__ import annotations

import gzip
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import cos, radians, sin
from typing import Any

import cv2
import numpy as np

from models.document import POINTS_PER_INCH, Affine, Box, Image, Word, smallest_around
from models.extraction import ILLEGIBLE, READ, Extraction, Field, PageSummary
from models.form import WORDS, FieldSpec, GroupSpec, forms
from models.pages import CONTINUATION, FIRST
from service.review_gold import boxes_of

LABELS = ("cell", "header", "table", "checkbox", "footnotes", "signature")
"""Of regions, those that a printed page has."""
LOOK = "reviewed"
MARK, MARK_HEAD = "footnoteId", "footnote.id"
"""Tags of a footnote's mark at a value, and of the number before its text."""
LINE = 1.2
"""Height of a word's box in units of its font's size."""
RAISED_SIZE, RAISED_PART = 0.7, 0.6
"""A mark's size as a share of its line's, and how much of the line it takes up, from above."""
NEAR = 14.0
"""Points between a footnote's number and its text, at the most."""
RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]")
MARKS = re.compile(r"(?:\(\d{1,2}\)[,;]?)+")
HEAD = re.compile(r"\(?(\d{1,2})[).]?")


@dataclass(frozen=True)
class Labelled:
    """A word with its label; box in points of the page as displayed."""

    text: str
    box: Box
    size: float
    tag: str = ""
    path: str = ""
    ref: int = 0

    @classmethod
    def plain(cls, word: Word) -> Labelled:
        """A word that belongs to no field."""
        return cls(word.text, word.box, word.box.height / LINE)


@dataclass(frozen=True)
class View:
    """How a page as displayed, `width` by `height` points, is made upright: turned, then tilted."""

    page: PageSummary

    @property
    def quarters(self) -> int:
        """Quarter turns against the clock."""
        return self.page.rotation // 90 % 4

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the turned page."""
        width, height = self.page.width, self.page.height
        return (height, width) if self.quarters % 2 else (width, height)

    @property
    def affine(self) -> Affine:
        """From the upright page to the turned picture: about its middle, by the tilt."""
        c, s = cos(radians(self.page.skew)), sin(radians(self.page.skew))
        x, y = (edge / 2 for edge in self.size)
        return (c, -s, x - c * x + s * y, s, c, y - s * x - c * y)

    def upright(self, box: Box) -> Box:
        """The box on the upright page whose outline as displayed is this box."""
        turned = self._turned(box)
        c, s = cos(radians(self.page.skew)), abs(sin(radians(self.page.skew)))
        # The outline of a tilted rectangle, w by h, is wc + hs by ws + hc.
        part = c * c - s * s
        width = max((turned.width * c - turned.height * s) / part, 1.0)
        height = max((turned.height * c - turned.width * s) / part, 1.0)
        a, b, right, d, e, down = self.affine
        x, y = turned.center[0] - right, turned.center[1] - down
        x, y = a * x + d * y, b * x + e * y  # the inverse of a turn is its transpose
        return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    def _turned(self, box: Box) -> Box:
        width, height = self.page.width, self.page.height
        if self.quarters == 1:
            return Box(box.top, width - box.right, box.bottom, width - box.left)
        if self.quarters == 2:
            return Box(width - box.right, height - box.bottom, width - box.left, height - box.top)
        if self.quarters == 3:
            return Box(height - box.bottom, box.left, height - box.top, box.right)
        return box

    def picture(self, png: bytes) -> tuple[bytes, float]:
        """The turned picture and its dots an inch."""
        image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert image is not None  # the service made it
        dpi = image.shape[1] * POINTS_PER_INCH / self.page.width
        if not self.quarters:
            return png, dpi
        turned: Image = np.ascontiguousarray(np.rot90(image, self.quarters)).astype(np.uint8)
        return cv2.imencode(".png", turned)[1].tobytes(), dpi


@dataclass(frozen=True)
class Labels:
    """The labels of a reviewed filing."""

    extraction: Extraction

    def pages(self) -> list[PageSummary]:
        """The pages of the form."""
        return [page for page in self.extraction.pages if page.role in (FIRST, CONTINUATION)]

    def record(self, page: PageSummary, picture: str, dpi: float) -> bytes:
        """The record of one page, gzipped; `picture` is the name of the file beside it."""
        view = View(page)
        width, height = view.size
        record = {
            "image": picture, "dpi": dpi, "affine": view.affine, "form": self.extraction.form,
            "look": LOOK, "profile": LOOK,
            "page": {
                "number": page.number, "width": width, "height": height,
                "words": [[word.text, _edges(view.upright(word.box)), round(word.size, 2),
                           word.tag, word.path, word.ref] for word in self.words(page.number)],
                "regions": list(self._regions(view)), "rules": [],
            },
        }  # fmt: skip
        return gzip.compress(json.dumps(record).encode(), 5, mtime=0)

    def words(self, page: int) -> list[Labelled]:
        """Every word of a page with its label; what nobody can read is left out."""
        words = [word for number, word in self.extraction.words if number == page]
        places = [(place.box, field) for field in self.extraction.fields for place in field.boxes
                  if place.page == page and self._tag(field)]  # fmt: skip
        homes = smallest_around([word.box for word in words], [box for box, _ in places])
        inside: dict[str, list[Word]] = {field.id: [] for _, field in places}
        found: list[Labelled] = []
        for word, home in zip(words, homes, strict=True):
            if home < 0:
                found.append(Labelled.plain(word))
            else:
                inside[places[home][1].id].append(word)
        fields = {field.id: field for _, field in places}
        for identity, own in inside.items():
            found += self._labelled(fields[identity], own, page)
        return [self._headed(word, page) for word in found]

    @cached_property
    def _by_path(self) -> dict[str, Field]:
        return {field.path: field for field in self.extraction.fields}

    def _at(self, path: str) -> tuple[GroupSpec | None, int, FieldSpec]:
        at = forms()[self.extraction.form].locate(path)
        assert at is not None  # every field of an extraction is one of its form's
        return at

    def _tag(self, field: Field) -> str:
        """The tag of the field's words; where the sub-column matters, that of the sub-column."""
        group, index, spec = self._at(field.path)
        if not spec.variants or group is None:
            return spec.tag
        form = forms()[self.extraction.form]
        beside = next((each for each in group.fields if each.variant_of == spec.tag), None)
        other = self._by_path.get(form.path_of(beside, group, index)) if beside else None
        return f"{spec.tag}.{other.value}" if other and other.value in spec.variants else ""

    def _labelled(self, field: Field, words: Sequence[Word], page: int) -> Iterator[Labelled]:
        """The words of a field: its marks, and its value as it is."""
        if field.state == ILLEGIBLE:
            return
        numbers = {link.id.removeprefix("F") for link in field.footnotes}
        values = []
        for word in words:
            plain = unicodedata.normalize("NFKC", word.text)
            # Where only marks stand, one may have lost a bracket.
            alone = field.state != READ and HEAD.fullmatch(plain)
            named = re.findall(r"\d+", plain) if alone or MARKS.fullmatch(plain) else []
            if numbers & set(named) or (named and RAISED.search(word.text)):
                plain = plain if MARKS.fullmatch(plain) else f"({named[0]})"
                yield _mark(word, plain, field.path, int(named[0]))
            else:
                values.append(word)
        whole = [place.box for place in field.boxes if place.page == page]
        several = {place.page for place in field.boxes} != {page}
        written = field.state == READ and self._at(field.path)[2].source == WORDS and not several
        told = field.text.split() if written else None
        for text, box, size in _retold(values, told, whole):
            yield Labelled(text, box, size, self._tag(field), field.path)

    def _headed(self, word: Labelled, page: int) -> Labelled:
        """The word as the number before a footnote's text, if it is that."""
        head = HEAD.fullmatch(unicodedata.normalize("NFKC", word.text))
        if word.tag or not head:
            return word
        for field in self.extraction.fields:
            group, index, spec = self._at(field.path)
            if spec.kind != "prose" or group is None or index != int(head[1]):
                continue
            first = next((each.box for each in field.boxes if each.page == page), None)
            level = first and first.top <= word.box.center[1] <= first.bottom
            if first and level and 0 <= first.left - word.box.center[0] <= NEAR + word.box.width:
                return replace(word, tag=MARK_HEAD, path=field.path, ref=index)
        return word

    def _regions(self, view: View) -> Iterator[list[Any]]:
        kept = [region for region in self.extraction.regions
                if region.page == view.page.number and region.label in LABELS]  # fmt: skip
        for region, box in zip(kept, boxes_of(self.extraction, kept), strict=True):
            checked = box[0].value == "1" if box else region.checked
            tag, path = (box[1].tag, box[0].path) if box else ("", "")
            yield [region.label, _edges(view.upright(region.box)), region.table, region.row,
                   region.column, checked, tag, path]  # fmt: skip


def _mark(word: Word, plain: str, path: str, number: int) -> Labelled:
    """A footnote's mark; a raised one is small and high in its line."""
    box, size = word.box, word.box.height / LINE
    if RAISED.search(word.text):
        box, size = replace(box, bottom=box.top + RAISED_PART * box.height), RAISED_SIZE * size
    return Labelled(plain, box, size, MARK, path, number)


def _retold(
    words: Sequence[Word], told: Sequence[str] | None, whole: Sequence[Box]
) -> Iterator[tuple[str, Box, float]]:
    """Text, box and font size of a field's words as they are, where that differs from as read.

    Words that were joined or missed are cut out of the one line they stand in; in several lines
    nobody knows where they are, and they stay as read.
    """
    boxes = [word.box for word in words]
    texts = [word.text for word in words]
    if told and len(told) == len(texts):
        texts = list(told)
    elif told and _one_line(boxes or whole):
        line = Box.around(boxes or whole)
        texts, boxes = list(told), list(_cut(line, [len(each) for each in told]))
    for text, box in zip(texts, boxes, strict=True):
        yield text, box, box.height / LINE


def _one_line(boxes: Sequence[Box]) -> bool:
    """Whether all of them are level with the first."""
    return bool(boxes) and all(boxes[0].top <= box.center[1] <= boxes[0].bottom for box in boxes)


def _cut(line: Box, lengths: Sequence[int]) -> Iterator[Box]:
    """The line in pieces as long as these, a space between two."""
    step = line.width / (sum(lengths) + len(lengths) - 1)
    left = line.left
    for length in lengths:
        yield replace(line, left=left, right=left + length * step)
        left += (length + 1) * step


def _edges(box: Box) -> list[float]:
    return [round(float(edge), 2) for edge in (box.left, box.top, box.right, box.bottom)]
