"""Single lines of text drawn with Pillow in many typefaces, for training the recogniser."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from models.document import Image
from models.raised import PLAIN
from models.recognizer import HANDWRITTEN
from training.synth.faces import CROSSED_ZEROS, FAMILIES, HANDS, USUAL, faces
from training.synth.marks import scribble
from training.synth.strings import line_text
from training.synth.style import Rng, between, chance, pick

ANY_FACE_HAS = "".join(chr(code) for code in range(32, 127)) + "".join(PLAIN)
"""Characters that every face can draw (superscripts are ordinary digits set smaller)."""
TRIES = 8


@lru_cache(maxsize=400)
def font_at(path: Path, size: int) -> ImageFont.FreeTypeFont:
    """A face at a size in pixels."""
    return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=4000)
def draws(path: Path, character: str) -> bool:
    """Whether the face has this character, and not only a box in its place."""
    font = font_at(path, 24)
    missing = bytes(font.getmask("\U0010ffff"))
    return bytes(font.getmask(character)) != missing


SHARE_UNDERLINED = 0.15
"""The SEC's pages underline names and signatures: commas and tails then touch the rule."""
SHARE_CROSSED_ZEROS, SHARE_USUAL, SHARE_HANDS, SHARE_SCRIBBLES = 0.12, 0.4, 0.05, 0.015


def drawn_line(rng: Rng, corpus: Sequence[str]) -> tuple[Image, str]:
    """A grey crop of one line, dark on white, with margins as the pipeline cuts them; its text.

    Of handwriting the text is one sign a word: that it is handwritten.
    """
    if chance(rng, SHARE_SCRIBBLES):
        return _cropped(scribble(rng), rng), HANDWRITTEN
    hand = chance(rng, SHARE_HANDS)
    families = HANDS if hand else _drawn_families(rng)
    text, face = "", None
    while face is None:
        text = " ".join(line_text(rng, corpus).split())
        face = _face_for(text, families, rng) if text else None
    size = int(rng.integers(20, 52))
    ink, baseline = _inked(text, face, size, rng)
    said = " ".join(HANDWRITTEN for _ in text.split()) if hand else text
    return _cropped(_underlined(ink, baseline, size, rng), rng), said


def _drawn_families(rng: Rng) -> frozenset[str]:
    if chance(rng, SHARE_CROSSED_ZEROS):
        return CROSSED_ZEROS
    return USUAL if chance(rng, SHARE_USUAL) else FAMILIES


def _face_for(text: str, families: frozenset[str], rng: Rng) -> Path | None:
    """A face that has all characters of the text; None when a few draws find none."""
    special = set(text) - set(ANY_FACE_HAS if families is not HANDS else string.ascii_letters)
    for _ in range(TRIES):
        face = pick(rng, pick(rng, faces(families)))
        if all(draws(face, each) for each in special):
            return face
    return None


def _inked(text: str, face: Path, size: int, rng: Rng) -> tuple[Image, int]:
    """The line on white paper, 255 white, one em of margin around; its baseline's row."""
    font = font_at(face, size)
    small = font_at(face, max(round(size * between(rng, 0.55, 0.75)), 9))
    raise_by = round(size * between(rng, 0.22, 0.45))
    spread = between(rng, -0.02, 0.1) * size if chance(rng, 0.25) else 0.0
    gap = pick(rng, (1.0, 1.0, 1.3, 1.8), (0.6, 0.2, 0.12, 0.08))
    width = round(font.getlength(text) * 1.35 + (spread + size) * (len(text) + 3))
    picture = Picture.new("L", (width, 3 * size), 255)
    draw = ImageDraw.Draw(picture)
    x, baseline = float(size), 2 * size
    for raised, run in groupby(text, key=lambda char: char in PLAIN):
        characters = "".join(run)
        if raised:
            plain = "".join(PLAIN[char] for char in characters)
            draw.text((x, baseline - raise_by), plain, 0, small, anchor="ls")
            x += small.getlength(plain)
        elif spread or gap != 1.0:
            for char in characters:
                draw.text((x, baseline), char, 0, font, anchor="ls")
                x += font.getlength(char) * (gap if char == " " else 1.0) + spread
        else:
            draw.text((x, baseline), characters, 0, font, anchor="ls")
            x += font.getlength(characters)
    return np.array(picture)[:, : round(x) + size].astype(np.uint8), baseline


def _underlined(image: Image, baseline: int, size: int, rng: Rng) -> Image:
    """Sometimes with a rule under or through the type, as boxes to fill in and strike-outs have."""
    height, width = image.shape
    thick = max(round(size * between(rng, 0.03, 0.1)), 1)
    draw = rng.random()
    if draw < SHARE_UNDERLINED:
        row = min(baseline + round(size * between(rng, 0.05, 0.25)), height - thick)
        image[row : row + thick, size // 2 : width - size // 2] = int(rng.integers(0, 120))
    elif draw < SHARE_UNDERLINED + 0.02:
        row = baseline - round(size * 0.25)
        image[row : row + thick, size : width - size] = int(rng.integers(0, 120))
    return image


def _cropped(image: Image, rng: Rng) -> Image:
    """Cut round the ink as detectors do: a little generous, a little off, seldom too tight."""
    rows, columns = np.flatnonzero(image.min(axis=1) < 128), np.flatnonzero(image.min(axis=0) < 128)
    if not len(rows):
        return image
    tall = max(int(rows[-1] - rows[0]) + 1, 10)
    above, below = (max(tall * between(rng, -0.06, 0.45), 0.0) for _ in range(2))
    sides = [between(rng, 0.0, 0.6) * tall for _ in range(2)]
    top, bottom = max(round(rows[0] - above), 0), round(rows[-1] + 1 + below)
    left, right = max(round(columns[0] - sides[0]), 0), round(columns[-1] + 1 + sides[1])
    # A lone dash or dot keeps the height of its line, or it would be blown up.
    short = max(round(0.8 * image.shape[0] / 3) - (bottom - top), 0)
    return image[max(top - short // 2, 0) : bottom + short - short // 2, left:right]
