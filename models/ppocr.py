"""PP-OCR's text recogniser as it comes inside the rapidocr package, fed with our own crops.

PP-OCRv6 small (PaddleOCR, Apache-2.0), an SVTR-LCNet trained with CTC on many scripts. Its
posteriors are kept for the characters of forms; the other scripts' classes are never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from models.document import Image
from models.errors import DamagedWeights
from models.recognizer import BLANK, Reading, batches, decode, text_of
from models.weights import Weights

HEIGHT = 48
STRIDE = 8
NARROWEST, WIDEST = 24, 3200
LETTERS = frozenset(
    [chr(code) for code in range(32, 127)]
    + [chr(code) for code in range(0xC0, 0x180)]
    + list("“”‘’–—§®™©•°½¼¾£€¥")
)
"""Characters of English forms and of the names in them."""


class PaddleRecognizer:
    """Reads line crops with PP-OCR over ONNX Runtime; one probability for every character."""

    def __init__(self, weights: Weights, threads: int | None = None) -> None:
        if weights.dims.get("height") != HEIGHT:
            raise DamagedWeights(f"{weights.tag} is not for this recogniser")
        self.name = weights.tag
        self._session = weights.session(threads)
        self._input = self._session.get_inputs()[0].name
        known = self._session.get_modelmeta().custom_metadata_map.get("character", "")
        labels = [BLANK, *known.split("\n"), " "]
        self._kept = [index for index, label in enumerate(labels) if not index or label in LETTERS]
        self._labels = [labels[index] for index in self._kept]
        if len(self._labels) < 90:
            raise DamagedWeights(f"{weights.tag} does not say which characters it knows")

    def read(self, crops: Sequence[Image]) -> list[Reading]:
        """One reading per crop, in order; crops are grey uint8 of any size."""
        lines = [_resized(crop) for crop in crops]
        readings: list[Reading] = [()] * len(lines)
        for batch in batches([line.shape[1] for line in lines]):
            width = -(-max(lines[index].shape[1] for index in batch) // STRIDE) * STRIDE
            (found,) = self._session.run(
                None, {self._input: _stacked([lines[index] for index in batch], width)}
            )
            for index, posteriors in zip(batch, found, strict=True):
                kept = posteriors[:, self._kept]
                reading = decode(kept, self._labels, lines[index].shape[1] / width)
                readings[index] = with_letters(reading)
        return readings


def _resized(crop: Image) -> Image:
    scale = HEIGHT / crop.shape[0]
    width = int(np.clip(round(crop.shape[1] * scale), NARROWEST, WIDEST))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(crop, (width, HEIGHT), interpolation=method).astype(np.uint8)


def _stacked(lines: Sequence[Image], width: int) -> npt.NDArray[np.float32]:
    """Lines as three equal channels from -1 to 1, padded with mid grey as in PP-OCR's training."""
    stack = np.zeros((len(lines), 3, HEIGHT, width), np.float32)
    for row, line in zip(stack, lines, strict=True):
        row[:, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1.0
    return stack


WORD = re.compile(r"[^\W_]+")


def with_letters(reading: Reading) -> Reading:
    """The reading with a 0 among letters read as an O, PP-OCR's commonest slip in tickers."""
    text = text_of(reading)
    made = list(reading)
    for word in WORD.finditer(text):
        others = word.group().replace("0", "")
        if "0" in word.group() and len(others) > 1 and others.isalpha():
            letter = "O" if others.isupper() else "o"
            for place in range(word.start(), word.end()):
                if text[place] == "0":
                    made[place] = replace(made[place], text=letter, rival="0")
    return tuple(made)
