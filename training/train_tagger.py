"""Program: train the token classifier on printed training pages.

`python -m training.train_tagger --config training/configs/tagger.toml \\
    --data data/print --run runs/tagger`
Resumes from the run's checkpoint. Ends with a candidate for `training.publish`.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_model
from torch import Tensor, nn
from torch.nn import functional

from eval.printing import PrintedPage
from models.document import Box
from models.tagger import BAG, OUTSIDE, VOCABULARY, WINDOW, Token, labels, network_input
from training.loop import LoopConfig, finish, read_config, train
from training.nets import TaggerNet
from training.scanned import is_held_out
from training.synth import pages
from training.tagging import tagged_tokens

IGNORED = -100
Batch = tuple[Tensor, Tensor, Tensor]
OUTSIDE_WEIGHT = 0.5
"""Printed words outnumber values; their errors count half."""


@dataclass(frozen=True)
class Sample:
    """One page's network input and its label numbers, at most a window long."""

    bags: npt.NDArray[np.int64]
    boxes: npt.NDArray[np.int64]
    targets: npt.NDArray[np.int64]


@lru_cache(maxsize=64)
def filing_at(path: Path) -> pages.PrintedFiling:
    """A printed filing of the data set."""
    return pages.load(path)


def sample_of(
    page: PrintedPage, form: str, numbers: dict[str, int], rng: np.random.Generator, spoil: bool
) -> Sample:
    """A page's sample; the page is moved and stretched as other margins and scans would."""
    tokens, tags = tagged_tokens(page, form, rng)
    size = Box(0.0, 0.0, page.width, page.height)
    if spoil:
        tokens, size = stretched(tokens, size, rng)
    inputs = network_input(tokens, size.right, size.bottom)
    start = int(rng.integers(max(len(tokens) - WINDOW, 0) + 1))
    window = slice(start, start + WINDOW)
    targets = np.array([numbers.get(tag, numbers[OUTSIDE]) for tag in tags], np.int64)
    bags = inputs["bags"][0, window]
    if spoil:
        bags = bags * (rng.random(bags.shape) > 0.05)
    return Sample(bags, inputs["boxes"][0, window], targets[window])


def stretched(
    tokens: Sequence[Token], size: Box, rng: np.random.Generator
) -> tuple[list[Token], Box]:
    """Tokens on a page scaled and shifted at random, and the new page's size."""
    grow = rng.uniform(0.85, 1.15, 2)
    move = rng.uniform(-20, 20, 2)

    def moved(box: Box) -> Box:
        return Box(box.left * grow[0] + move[0], box.top * grow[1] + move[1],
                   box.right * grow[0] + move[0], box.bottom * grow[1] + move[1])  # fmt: skip

    return [replace(token, box=moved(token.box)) for token in tokens], size


def batch_maker(
    paths: list[Path], numbers: dict[str, int], config: LoopConfig
) -> Callable[[int], Batch]:
    """Step -> bags, boxes, targets, padded to the longest page of the batch."""

    def batch_of(step: int) -> Batch:
        rng = np.random.default_rng((config.seed, step))
        samples: list[Sample] = []
        while len(samples) < config.batch:
            filing = filing_at(paths[int(rng.integers(len(paths)))])
            page = filing.pages[int(rng.integers(len(filing.pages)))]
            if page.words:
                samples.append(sample_of(page, filing.form, numbers, rng, True))
        return collated(samples)

    return batch_of


def collated(samples: Sequence[Sample]) -> Batch:
    """Samples padded to one length."""
    length = max(len(sample.targets) for sample in samples)
    bags = np.zeros((len(samples), length, BAG), np.int64)
    boxes = np.zeros((len(samples), length, 4), np.int64)
    targets = np.full((len(samples), length), IGNORED, np.int64)
    for index, sample in enumerate(samples):
        size = len(sample.targets)
        bags[index, :size], boxes[index, :size] = sample.bags, sample.boxes
        targets[index, :size] = sample.targets
    return tuple(torch.from_numpy(each) for each in (bags, boxes, targets))  # type: ignore[return-value]


def tag_loss(model: nn.Module, batch: Batch) -> Tensor:
    """Cross-entropy over labels, printed words at half weight."""
    bags, boxes, targets = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(bags, boxes)
    weight = torch.ones(logits.shape[-1])
    weight[0] = OUTSIDE_WEIGHT
    return functional.cross_entropy(
        logits.float().flatten(0, 1), targets.flatten(), weight=weight, ignore_index=IGNORED,
        label_smoothing=0.02,
    )  # fmt: skip


def validator(
    paths: list[Path], numbers: dict[str, int]
) -> Callable[[nn.Module], dict[str, float]]:
    """Precision, recall and F1 over words of values on held-out filings, marks included."""

    def validate(model: nn.Module) -> dict[str, float]:
        right = found = true = 0
        for index, path in enumerate(paths):
            filing = filing_at(path)
            for page in filing.pages:
                if not page.words:
                    continue
                rng = np.random.default_rng((index, page.number))
                sample = sample_of(page, filing.form, numbers, rng, False)
                with torch.no_grad():
                    bags, boxes, _ = collated([sample])
                    best = model(bags, boxes)[0].argmax(-1).numpy()
                right += int(((best == sample.targets) & (best > 0)).sum())
                found += int((best > 0).sum())
                true += int((sample.targets > 0).sum())
        return {"precision": round(right / max(found, 1), 4), "recall": round(right / true, 4),
                "f1": round(2 * right / (found + true), 4)}  # fmt: skip

    return validate


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path("training/configs/tagger.toml"))
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("data/print")])
    parser.add_argument("--run", type=Path, default=Path("runs/tagger"))
    parser.add_argument("--start", type=Path, help="safetensors to go on from; default: scratch")
    options = parser.parse_args()
    config, raw = read_config(options.config)
    torch.manual_seed(config.seed)
    names = labels()
    numbers = {name: index for index, name in enumerate(names)}
    files = [path for folder in options.data for path in pages.label_files(folder)]
    learn = [path for path in files if not is_held_out(path)]
    spare = [path for path in files if is_held_out(path)]
    held_out = spare[:: max(len(spare) // raw["validation_filings"], 1)]
    model = TaggerNet(len(names), VOCABULARY, **raw["net"])
    if options.start:
        load_model(model, options.start)
    validate = validator(held_out, numbers)
    batches = batch_maker(learn, numbers, config)
    trained = train(model, batches, tag_loss, config, options.run, validate)
    axes = {0: "batch", 1: "length"}
    example = (
        torch.randint(1, VOCABULARY, (1, 64, BAG)),
        torch.randint(0, 1000, (1, 64, 4)).sort()[0],
    )
    finish(
        options.run, trained, "tagger", names, {"bag": BAG, "vocabulary": VOCABULARY, **raw["net"]},
        example, {"bags": axes, "boxes": axes, "output": axes}, validate(trained), options.config,
        f"{len(learn)} filings",
    )  # fmt: skip


if __name__ == "__main__":
    main()
