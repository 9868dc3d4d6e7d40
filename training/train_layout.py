"""Program: train the layout detector on scanned training pages.

`python -m training.train_layout --config training/configs/layout.toml \\
    --data data/scan --run runs/layout [--start champion] [--labelled data/labelled]`
Resumes from the run's checkpoint. Ends with a candidate for `training.publish`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.errors import DamagedWeights
from models.layout import CHANNELS, DPI, STRIDE, at_mask_resolution, network_input
from training.loop import LoopConfig, Validate, finish, train
from training.masks import PIXELS, masks_of
from training.mixture import Mixture, validator_of
from training.nets import LayoutNet
from training.processes import Network, is_main, over_processes, own_share, predicted
from training.scanned import load, split_paths
from training.settings import Settings, run_program
from training.start import find_start, start_from

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


def batch_maker(mixture: Mixture, config: LoopConfig) -> Callable[[int], tuple[Tensor, Tensor]]:
    """Step -> ink (batch, 1, crop, crop), masks (batch, channels, crop, crop); two crops a page.

    Of this process's share of the step's pages.
    """

    def batch_of(step: int) -> tuple[Tensor, Tensor]:
        crops = []
        for index in own_share(range(config.batch // 2)):
            rng = np.random.default_rng((config.seed, step, index))
            path, _ = mixture.draw(rng)
            arrays = page_arrays(path, int(rng.integers(1 << 31)))
            crops += [crop_of(arrays, rng), crop_of(arrays, rng)]
        ink = np.concatenate([network_input(image) for image, _ in crops])
        return torch.from_numpy(ink), torch.from_numpy(
            np.stack([truth for _, truth in crops])
        ).float()

    return batch_of


def mask_loss(network: Network, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Weighted binary cross-entropy plus Dice (Milletari et al. 2016), averaged over channels.

    For rare channels Dice would teach to predict nothing, since most crops hold none of them; there
    cross-entropy over the few pixels inside and over all outside weigh alike instead.
    """
    ink, truth = batch
    logits = network(ink.contiguous(memory_format=torch.channels_last))
    weight = torch.tensor([POSITIVE_WEIGHT.get(name, 1.0) for name in CHANNELS])
    entropy = functional.binary_cross_entropy_with_logits(
        logits, truth, pos_weight=weight[:, None, None].to(logits.device), reduction="none"
    )
    rare = torch.tensor([name in RARE for name in CHANNELS])
    probability, wanted = torch.sigmoid(logits[:, ~rare]), truth[:, ~rare]
    plane = (0, 2, 3)
    sums = over_processes(torch.cat([
        (probability * wanted).sum(plane),
        (probability + wanted).sum(plane),
        torch.stack([
            (entropy * truth)[:, rare].sum(), truth[:, rare].sum(),
            (entropy * (1 - truth))[:, rare].sum(), entropy[:, ~rare].sum(),
            torch.tensor(float(truth[:, 0].numel()), device=logits.device),
        ]),
    ]))  # fmt: skip
    size = wanted.shape[1]
    common, total = sums[:size], sums[size : 2 * size]
    inside, boxes, outside, plain, pixels = sums[2 * size :]
    dice = 1 - (2 * common + 50.0) / (total + 50.0)
    loss: Tensor = 4 * plain / (pixels * size) + dice.mean() + inside / (boxes + 50.0)
    loss += RARE_OUTSIDE * outside / (pixels * len(RARE))
    return loss


def validator(paths: Sequence[Path]) -> Validate:
    """Mask overlap (intersection over union) per channel on whole pages, and their `mean`."""

    def validate(model: nn.Module) -> dict[str, float]:
        common, union = np.zeros(len(CHANNELS)), np.zeros(len(CHANNELS))
        for index, path in enumerate(paths):
            small, masks = page_arrays(path, index)
            logits = predicted(model, torch.from_numpy(network_input(small)))
            found = (logits[0, :, : small.shape[0], : small.shape[1]] > 0).numpy()
            common += (found & (masks > 0)).sum((1, 2))
            union += (found | (masks > 0)).sum((1, 2))
        scores = {name: round(float(c / u), 4) if u else 1.0
                  for name, c, u in zip(CHANNELS, common, union, strict=True)}  # fmt: skip
        return scores | {"mean": round(sum(scores.values()) / len(scores), 4)}

    return validate


def network_of(settings: Settings, seed: int) -> LayoutNet:
    """The network of the config, from its start; raises DamagedWeights."""
    torch.manual_seed(seed)
    net = settings.raw["net"]
    model = LayoutNet(len(CHANNELS), tuple(net["widths"]), net["reach"])
    if settings.start:
        start = find_start(settings.start, "layout")
        if start.labels not in ((), CHANNELS):
            raise DamagedWeights(f"{start.named} has other channels: {', '.join(start.labels)}")
        start_from(model, start)
    # torch's hints of `to` leave `memory_format` out.
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return model


def learn(settings: Settings) -> None:
    """Train, and write the run's candidate; raises BadSetting and DamagedWeights."""
    cv2.setNumThreads(1)
    labelled = settings.pages()
    config = settings.loop(labelled)
    parts = [split_paths(folder) for folder in settings.data]
    mixture = settings.mixture([path for part in parts for path in part[0]], labelled)
    held_out = [path for part in parts for path in part[1]][: settings.raw["validation_pages"]]
    model = network_of(settings, config.seed)
    validate = validator_of(
        validator(held_out), validator(labelled.check) if labelled.check else None
    )
    trained = train(model, batch_maker(mixture, config), mask_loss, config, settings.run, validate)
    if is_main():
        scores = validate(trained)
        trained.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
        keep(settings, trained, scores, f"pages: {mixture}")


def keep(settings: Settings, model: nn.Module, scores: dict[str, float], data: str) -> None:
    """Write the run's candidate."""
    finish(
        settings.run, model, "layout", CHANNELS,
        {"dpi": DPI, "stride": STRIDE, **settings.raw["net"]},
        torch.rand(1, 1, 256, 256),
        {"image": {0: "batch", 2: "height", 3: "width"},
         "output": {0: "batch", 2: "height", 3: "width"}},
        scores, settings.config, data,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    run_program(learn, "layout", ["data/scan"], __doc__ or "", arguments)


if __name__ == "__main__":
    main()
