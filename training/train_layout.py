"""Program: train the layout detector on scanned training pages.

`python -m training.train_layout --config training/configs/layout.toml \\
    --data data/scan --run runs/layout`
Resumes from the run's checkpoint. Ends with a candidate for `training.publish`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_model
from torch import Tensor, nn
from torch.nn import functional

from models.layout import CHANNELS, DPI, STRIDE, at_mask_resolution, network_input
from training.loop import LoopConfig, finish, read_config, train
from training.masks import PIXELS, masks_of
from training.nets import LayoutNet
from training.scanned import load, split_paths

CROP = 512
CHECKBOX_SHARE = 0.6
"""Of the crops that are placed around a checkbox, on pages that have one."""
ZOOM = (0.85, 1.2)
"""Range of the random change of scale of a training page."""

POSITIVE_WEIGHT = {"separator": 2.0, "rule": 1.5, "line": 1.5, "signature": 2.0}
RARE = ("checkbox", "checked")
RARE_OUTSIDE = 60.0
"""Weight of what is wrongly called a checkbox: as much as a whole one for a few hundred pixels."""
Arrays = tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]


@lru_cache(maxsize=4)
def page_arrays(path: Path, seed: int) -> Arrays:
    """A page at about 110 dpi and its masks; the scale varies with the seed."""
    rng = np.random.default_rng(seed)
    page = load(path, rng)
    zoom = float(rng.uniform(*ZOOM))
    small = at_mask_resolution(page.image, page.dpi / zoom)
    height, width = small.shape
    masks = masks_of(page.mask_truth(), height, width, PIXELS * zoom)
    return small, masks


def corner_of(masks: npt.NDArray[np.uint8], rng: np.random.Generator) -> tuple[int, int]:
    """Top and left of a crop: anywhere, or often where a checkbox is, because they are rare."""
    rows, columns = np.nonzero(masks[CHANNELS.index("checkbox")])
    if len(rows) and rng.random() < CHECKBOX_SHARE:
        chosen = int(rng.integers(len(rows)))
        top = int(rows[chosen]) - int(rng.integers(40, CROP - 40))
        left = int(columns[chosen]) - int(rng.integers(40, CROP - 40))
    else:
        height, width = masks.shape[1:]
        top = int(rng.integers(-CROP // 8, max(height - CROP * 7 // 8, 1)))
        left = int(rng.integers(-CROP // 8, max(width - CROP * 7 // 8, 1)))
    return max(top, -CROP // 8), max(left, -CROP // 8)


def crop_of(arrays: Arrays, rng: np.random.Generator) -> Arrays:
    """A random crop of the page, padded with paper where the page is smaller."""
    small, masks = arrays
    top, left = corner_of(masks, rng)
    window = (slice(max(top, 0), top + CROP), slice(max(left, 0), left + CROP))
    image = np.full((CROP, CROP), 255, np.uint8)
    truth = np.zeros((len(CHANNELS), CROP, CROP), np.uint8)
    part = small[window]
    place = (slice(0, part.shape[0]), slice(0, part.shape[1]))
    image[place] = part
    truth[:, *place] = masks[:, *window]
    return image, truth


def batch_maker(paths: list[Path], config: LoopConfig) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Step -> ink (batch, 1, crop, crop), masks (batch, channels, crop, crop); two crops a page."""

    def batch_of(step: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((config.seed, step))
        crops = []
        for _ in range(config.batch // 2):
            path = paths[int(rng.integers(len(paths)))]
            arrays = page_arrays(path, int(rng.integers(1 << 31)))
            crops += [crop_of(arrays, rng), crop_of(arrays, rng)]
        ink = np.concatenate([network_input(image) for image, _ in crops])
        return torch.from_numpy(ink), torch.from_numpy(
            np.stack([truth for _, truth in crops])
        ).float()

    return batch_of


def mask_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Weighted binary cross-entropy plus Dice (Milletari et al. 2016), averaged over channels.

    For rare channels Dice would teach to predict nothing, since most crops hold none of them; there
    cross-entropy over the few pixels inside and over all outside weigh alike instead.
    """
    ink, truth = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(ink.contiguous(memory_format=torch.channels_last))
    logits = logits.float()
    weight = torch.tensor([POSITIVE_WEIGHT.get(name, 1.0) for name in CHANNELS])
    entropy = functional.binary_cross_entropy_with_logits(
        logits, truth, pos_weight=weight[:, None, None], reduction="none"
    )
    rare = torch.tensor([name in RARE for name in CHANNELS])
    probability = torch.sigmoid(logits[:, ~rare])
    common = (probability * truth[:, ~rare]).sum((0, 2, 3))
    total = (probability + truth[:, ~rare]).sum((0, 2, 3))
    dice = 1 - (2 * common + 50.0) / (total + 50.0)
    inside = (entropy * truth)[:, rare].sum() / (truth[:, rare].sum() + 50.0)
    outside = (entropy * (1 - truth))[:, rare].mean()
    return 4 * entropy[:, ~rare].mean() + dice.mean() + inside + RARE_OUTSIDE * outside


def validator(paths: list[Path]) -> Callable[[nn.Module], dict[str, float]]:
    """Mask overlap (intersection over union) per channel on whole held-out pages."""

    def validate(model: nn.Module) -> dict[str, float]:
        common, union = np.zeros(len(CHANNELS)), np.zeros(len(CHANNELS))
        for index, path in enumerate(paths):
            small, masks = page_arrays(path, index)
            with torch.no_grad():
                logits = model(torch.from_numpy(network_input(small)))
            found = (logits[0, :, : small.shape[0], : small.shape[1]] > 0).numpy()
            common += (found & (masks > 0)).sum((1, 2))
            union += (found | (masks > 0)).sum((1, 2))
        return {name: round(float(c / u), 4) if u else 1.0
                for name, c, u in zip(CHANNELS, common, union, strict=True)}  # fmt: skip

    return validate


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path("training/configs/layout.toml"))
    parser.add_argument("--data", type=Path, default=Path("data/scan"))
    parser.add_argument("--run", type=Path, default=Path("runs/layout"))
    parser.add_argument("--start", type=Path, help="safetensors to go on from; default: scratch")
    options = parser.parse_args()
    config, raw = read_config(options.config)
    cv2.setNumThreads(1)
    torch.manual_seed(config.seed)
    learn, held_out = split_paths(options.data)
    widths, reach = tuple(raw["net"]["widths"]), raw["net"]["reach"]
    model = LayoutNet(len(CHANNELS), widths, reach)
    if options.start:
        load_model(model, options.start)
    # torch's hints of `to` leave `memory_format` out.
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    validate = validator(held_out[: raw["validation_pages"]])
    trained = train(model, batch_maker(learn, config), mask_loss, config, options.run, validate)
    trained.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    finish(
        options.run, trained, "layout", CHANNELS,
        {"dpi": DPI, "stride": STRIDE, "widths": list(widths), "reach": reach},
        torch.rand(1, 1, 256, 256),
        {"image": {0: "batch", 2: "height", 3: "width"},
         "output": {0: "batch", 2: "height", 3: "width"}},
        validate(trained), options.config, f"{len(learn)} pages",
    )  # fmt: skip


if __name__ == "__main__":
    main()
