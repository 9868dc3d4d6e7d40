"""Pages as a screen needs them: no wider than asked for, in sixteen greys."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

LEVELS = 16
STEP = 255 // (LEVELS - 1)
PALETTE = [level * STEP for level in range(LEVELS) for _ in "rgb"]
EFFORT = 6


def on_screen(picture: bytes, width: int) -> bytes:
    """The PNG of a page at most so wide, never enlarged; it has a quarter of the bytes."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE))
    if width < grey.shape[1]:
        height = max(round(grey.shape[0] * width / grey.shape[1]), 1)
        grey = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    levels = ((grey.astype(np.uint16) + STEP // 2) // STEP).astype(np.uint8)
    image = Image.fromarray(levels).convert("P")
    image.putpalette(PALETTE)
    buffer = io.BytesIO()
    image.save(buffer, "png", bits=4, compress_level=EFFORT)
    return buffer.getvalue()
