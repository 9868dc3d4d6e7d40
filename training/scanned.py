"""Scanned training pages: a printed page seen through the teacher's scanner, upright again.

`ScannedPage` is what the three models learn from. Its truth is the printed page's, mapped by the
scan's affine map; the scan is turned back by its known tilt, less a small error such as the
reader's own deskewing leaves.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, replace
from math import atan2, cos, degrees, radians, sin
from pathlib import Path

import cv2
import numpy as np

from eval.printing import PrintedPage
from models.document import POINTS_PER_INCH, Affine, Box, Image, composed, transformed
from training.lines import TrueLine, lines_of
from training.masks import MaskTruth
from training.synth.pages import page_of, page_record

RESIDUAL_TILT = 0.06
"""Standard deviation in degrees of what deskewing leaves."""
BLOCKS = ("table", "footnotes", "signature")


@dataclass(frozen=True)
class ScannedPage:
    """An upright scanned page, `dpi` both ways, and its printed truth in points of this image."""

    image: Image
    dpi: float
    printed: PrintedPage
    form: str = ""
    look: str = ""
    profile: str = ""

    @property
    def lines(self) -> list[TrueLine]:
        """Text lines in points of the image."""
        return lines_of(self.printed)

    def mask_truth(self) -> MaskTruth:
        """What the layout detector should find on this page."""
        regions = self.printed.regions
        return MaskTruth(
            areas=[region.box for region in regions if region.label in ("cell", "header")],
            lines=[line.box for line in self.lines],
            rules=list(self.printed.rules),
            checkboxes=[(region.box, bool(region.checked)) for region in regions
                        if region.label == "checkbox"],
            blocks=[(region.label, region.box) for region in regions if region.label in BLOCKS],
        )  # fmt: skip


def upright(
    image: Image, dpi: float, affine: Affine, printed: PrintedPage, residual: float
) -> tuple[Image, PrintedPage]:
    """The scan turned back by its tilt plus `residual` degrees, the printed page mapped onto it."""
    tilt = degrees(atan2(affine[3], affine[0])) + residual
    turned, turn = rotated(image, dpi, tilt)
    height, width = image.shape
    points = POINTS_PER_INCH / dpi
    return turned, mapped(printed, composed(turn, affine), width * points, height * points)


def rotated(image: Image, dpi: float, tilt: float) -> tuple[Image, Affine]:
    """The image turned counter-clockwise by `tilt` degrees about its centre, the map in points."""
    height, width = image.shape
    scale = dpi / POINTS_PER_INCH
    x, y = width / 2 / scale, height / 2 / scale
    c, s = cos(radians(tilt)), sin(radians(tilt))
    affine = (c, s, x - c * x - s * y, -s, c, y + s * x - c * y)
    matrix = np.array([[c, s, affine[2] * scale], [-s, c, affine[5] * scale]])
    paper = int(np.median(image[:: max(height // 64, 1), :: max(width // 64, 1)]))
    out = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=paper)
    return out.astype(np.uint8), affine


def mapped(page: PrintedPage, affine: Affine, width: float, height: float) -> PrintedPage:
    """The printed page with every box moved onto an image of `width` x `height` points.

    Font sizes scale along; words that the scan cut off are gone.
    """
    scale = abs(affine[4])
    sheet = Box(0.0, 0.0, width, height)
    words = (replace(word, box=transformed(word.box, affine), size=word.size * scale)
             for word in page.words)  # fmt: skip
    return replace(
        page,
        words=tuple(word for word in words if word.box.share_inside(sheet) > 0.9),
        regions=tuple(replace(region, box=transformed(region.box, affine))
                      for region in page.regions),
        rules=tuple(transformed(box, affine) for box in page.rules),
    )  # fmt: skip


def save(folder: Path, name: str, image: Image, page: ScannedPage, affine: Affine) -> None:
    """Write the raw scan and its record; bilevel and grey scans each in their compact format."""
    bilevel = len(np.unique(image[::7, ::7])) <= 2
    suffix, options = ("png", []) if bilevel else ("jpg", [cv2.IMWRITE_JPEG_QUALITY, 93])
    picture = f"{name}.{suffix}"
    record = {
        "image": picture, "dpi": page.dpi, "affine": affine, "form": page.form,
        "look": page.look, "profile": page.profile, "page": page_record(page.printed),
    }  # fmt: skip
    cv2.imwrite(str(folder / picture), image, options)
    part = folder / f"{name}.part"
    part.write_bytes(gzip.compress(json.dumps(record).encode(), 5))
    part.rename(folder / f"{name}.json.gz")


def load(path: Path, rng: np.random.Generator, tilt: float = RESIDUAL_TILT) -> ScannedPage:
    """One scanned page, turned upright with a random residual tilt."""
    record = json.loads(gzip.decompress(path.read_bytes()))
    image = cv2.imread(str(path.parent / record["image"]), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise FileNotFoundError(f"{record['image']} beside {path} cannot be read")
    printed = page_of(record["page"])
    turned, moved = upright(
        image.astype(np.uint8), record["dpi"], tuple(record["affine"]), printed,
        float(rng.normal(0, tilt)),
    )  # fmt: skip
    return ScannedPage(
        turned, record["dpi"], moved, record["form"], record["look"], record["profile"]
    )


def split_paths(folder: Path) -> tuple[list[Path], list[Path]]:
    """Records to learn from and the held-out ones (every tenth filing), in a stable order.

    Raises FileNotFoundError when there are none.
    """
    paths = sorted(folder.glob("*.json.gz"))
    if not paths:
        raise FileNotFoundError(f"no scanned pages in {folder}; run training.scan_pages first")
    held_out = [path for path in paths if is_held_out(path)]
    return [path for path in paths if not is_held_out(path)], held_out


def is_held_out(path: Path) -> bool:
    """Whether a record's filing number ends in 9; such filings never train anything."""
    return path.name.split(".")[0].split("-")[0].endswith("9")
