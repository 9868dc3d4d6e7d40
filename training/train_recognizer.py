"""Program: train the line recogniser on crops of scanned training pages and on drawn lines.

`python -m training.train_recognizer --config training/configs/recognizer.toml \\
    --data data/scan/lines data/drawn --run runs/recognizer [--labelled data/labelled]`
Resumes from the run's checkpoint. Ends with a candidate for `training.publish`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.ctc import decode, text_of
from models.errors import BadSetting, DamagedWeights
from models.line_rows import HEIGHT, ink_of, text_rows
from models.recognizer import WHITE_END
from models.values import character_error
from training import line_crops
from training.line_crops import ALPHABET, LineCrop
from training.loop import LoopConfig, Validate, finish, train
from training.mixture import CROPS, Mixture, validator_of
from training.nets import LineNet
from training.processes import Network, is_main, over_processes, own_share, predicted
from training.scanned import is_held_out
from training.settings import Settings, run_program
from training.start import find_start
from training.synth.line import degrade_line

CLASS = {character: index for index, character in enumerate(ALPHABET)}
SHARE_DEGRADED = 0.5
"""Crops come from scanned pages already; this share is damaged once more."""
WIDEST = 2200
"""Pixels of a crop as it is kept; the network reads it a little smaller."""
LINE_PIXELS = 320
"""Of a line in a batch, on average, as crops are kept."""
WIDTH_STEP = 64
FAR = 1.5
"""Nats per character from which a line's loss is damped."""
Batch = tuple[Tensor, Tensor, Tensor, Tensor]


@lru_cache(maxsize=1500)
def crops_at(path: Path) -> tuple[LineCrop, ...]:
    """All crops of one page."""
    return tuple(line_crops.load(path))


def batch_maker(mixture: Mixture, config: LoopConfig) -> Callable[[int], Batch]:
    """Step -> ink (batch, 1, height, width), step counts, targets joined, target lengths.

    A batch is drawn from a dozen pages, so that it does not lean towards one scanner or face, and
    has similar widths, so that little of it is padding. Of it, this process's share.
    """

    def batch_of(step: int) -> Batch:
        rng = np.random.default_rng((config.seed, step))
        pool: list[LineCrop] = []
        while len(pool) < 4 * config.batch:
            page = crops_at(mixture.draw(rng)[0])
            pool += [
                page[index] for index in rng.permutation(len(page))[: max(config.batch // 3, 1)]
            ]
        pool.sort(key=lambda crop: crop.image.shape[1])
        fitting = [crop for crop in pool if crop.image.shape[1] < WIDEST]
        start = int(rng.integers(max(len(fitting) - config.batch, 1)))
        budget = config.batch * LINE_PIXELS
        chosen = within(fitting[start : start + config.batch], budget)
        rngs = [np.random.default_rng((config.seed, step, index)) for index in range(len(chosen))]
        return assembled(own_share(chosen), own_share(rngs))

    return batch_of


def within(crops: list[LineCrop], budget: int) -> list[LineCrop]:
    """As many of the crops as keep the padded width within the budget, at least four."""
    widest = max(crop.image.shape[1] for crop in crops)
    return crops[-max(budget // widest // 4 * 4, 4) :]


def assembled(crops: Sequence[LineCrop], rngs: Sequence[np.random.Generator] = ()) -> Batch:
    """Network input of some crops, each damaged at random where generators are given."""
    inks = []
    for index, crop in enumerate(crops):
        image, rng = crop.image, rngs[index] if rngs else None
        if rng is not None and rng.random() < SHARE_DEGRADED:
            image = degrade_line(image, rng)
        if rng is not None:
            width = max(round(image.shape[1] * rng.uniform(0.85, 1.15)), 8)
            image = cv2.resize(image, (width, image.shape[0])).astype(np.uint8)
        top, bottom = text_rows(image)
        if rng is not None:
            top, bottom = unsure(top, bottom, len(image), rng)
        inks.append(ink_of(image[top:bottom]))
    # Few different shapes: kernels are made once for each. Paper behind every line, as when read.
    widest = max(ink.shape[1] for ink in inks) + WHITE_END
    width = -(-widest // WIDTH_STEP) * WIDTH_STEP
    padded = np.stack([np.pad(ink, ((0, 0), (0, width - ink.shape[1]))) for ink in inks])
    steps = [-(-ink.shape[1] // LineNet.STRIDE) * LineNet.SUBSTEPS for ink in inks]
    targets = [[CLASS[character] for character in crop.text] for crop in crops]
    return (
        torch.from_numpy(padded[:, None]),
        torch.tensor(steps),
        torch.tensor([label for target in targets for label in target]),
        torch.tensor([len(target) for target in targets]),
    )


def unsure(top: int, bottom: int, height: int, rng: np.random.Generator) -> tuple[int, int]:
    """The rows of a line as far off as they may be found; now and then all of the crop's."""
    if rng.random() < 0.05:
        return 0, height
    upper, lower = rng.normal(0.0, 0.06, 2) * (bottom - top)
    return max(round(top + upper), 0), min(round(bottom + lower), height)


def ctc_loss(network: Network, batch: Batch) -> Tensor:
    """CTC loss per character, what is far off damped; too short a line counts nothing.

    Some lines are damaged beyond reading. Their loss would outweigh that of all the others and
    teach nothing, so it grows with its logarithm only.
    """
    ink, steps, targets, lengths = batch
    losses = functional.ctc_loss(
        network(ink).transpose(0, 1), targets, steps, lengths, reduction="none", zero_infinity=True
    )
    damped = FAR * torch.log1p(losses / lengths / FAR)
    total = over_processes(torch.stack([damped.sum(), torch.ones_like(damped).sum()]))
    return total[0] / total[1]


def validator(paths: Sequence[Path]) -> Validate:
    """Share of lines read exactly, and the mean character error."""
    crops = [crop for path in paths for crop in crops_at(path)]
    crops.sort(key=lambda crop: crop.image.shape[1])

    def validate(model: nn.Module) -> dict[str, float]:
        right, errors = 0, 0.0
        for start in range(0, len(crops), 16):
            part = crops[start : start + 16]
            ink, steps, _, _ = assembled(part)
            logs = predicted(model, ink).numpy()
            for crop, own, length in zip(part, logs, steps, strict=True):
                text = text_of(decode(own[: int(length)], ALPHABET)).strip()
                right += text == crop.text
                errors += character_error(crop.text, text)
        return {"exact": round(right / len(crops), 4), "cer": round(errors / len(crops), 4)}

    return validate


def split(folders: Sequence[Path], pages: int) -> tuple[list[Path], list[Path]]:
    """The pages and sheets to learn from, and as many held-out ones as are asked for.

    Evenly from all folders: a score of scanned lines alone would not see the rare typefaces. Raises
    BadSetting where there are none.
    """
    paths = [path for folder in folders for path in sorted(folder.glob("*.json"))]
    if not paths:
        raise BadSetting(f"no lines in {', '.join(map(str, folders))}; run training.scan_pages")
    spare = [path for path in paths if is_held_out(path)]
    held_out = spare[:: max(len(spare) // pages, 1)][:pages]
    return [path for path in paths if not is_held_out(path)], held_out


def keep(
    run: Path, model: nn.Module, net: Mapping[str, Any], scores: dict[str, float], config: Path,
    data: str,
) -> None:  # fmt: skip
    """Write the run's candidate."""
    finish(
        run, model, "recognizer", ALPHABET, {"height": HEIGHT, **net},
        torch.rand(2, 1, HEIGHT, 256),
        {"image": {0: "batch", 3: "width"}, "output": {0: "batch", 1: "steps"}},
        scores, config, data,
    )  # fmt: skip


def network_of(settings: Settings, seed: int) -> LineNet:
    """The network of the config, from its start; raises DamagedWeights."""
    torch.manual_seed(seed)
    model = LineNet(len(ALPHABET), settings.raw["net"]["blocks"])
    # Depth-wise convolutions train half as fast again with channels last.
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    if settings.start:
        start = find_start(settings.start, "recognizer")
        if start.labels != ALPHABET[: len(start.labels)]:
            raise DamagedWeights(f"{start.named} has another alphabet")
        try:
            model.start_from(dict(start.tensors))
        except (KeyError, RuntimeError) as error:
            raise DamagedWeights(
                f"{start.named} does not fit the network of the config: "
                + " ".join(str(error).split())[:300]
            ) from error
    return model


def learn(settings: Settings) -> None:
    """Train, and write the run's candidate; raises BadSetting and DamagedWeights."""
    cv2.setNumThreads(1)
    labelled = settings.pages(CROPS)
    config = settings.loop(labelled)
    paths, held_out = split(settings.data, settings.raw["validation_pages"])
    mixture = settings.mixture(paths, labelled)
    model = network_of(settings, config.seed)
    validate = validator_of(
        validator(held_out), validator(labelled.check) if labelled.check else None
    )
    trained = train(model, batch_maker(mixture, config), ctc_loss, config, settings.run, validate)
    if is_main():
        keep(settings.run, trained, settings.raw["net"], validate(trained), settings.config,
             f"crops of pages and drawn sheets: {mixture}")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    data = ["data/scan/lines", "data/drawn"]
    run_program(learn, "recognizer", data, __doc__ or "", arguments)


if __name__ == "__main__":
    main()
