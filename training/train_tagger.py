"""Program: train the token classifier on printed training pages.

`python -m training.train_tagger --config training/configs/tagger.toml \\
    --data data/print --run runs/tagger [--start champion] [--labelled data/labelled]`
Resumes from the run's checkpoint. Ends with a candidate for `training.publish`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from eval.printing import PrintedPage
from models.document import Box
from models.tagger import BAG, OUTSIDE, VOCABULARY, WINDOW, Token, labels, network_input
from training.loop import LoopConfig, Validate, finish, train
from training.mixture import (
    Labelled,
    LabelledPage,
    Mixture,
    labelled_page,
    of_known_forms,
    validator_of,
)
from training.nets import TaggerNet
from training.processes import Network, is_main, over_processes, own_share, predicted
from training.scanned import is_held_out
from training.settings import Settings, run_program
from training.start import carried, find_start, start_from
from training.synth import pages
from training.tagging import PRINTED, READ, UNKNOWN, UNTOUCHED, Spoiling, tagged_tokens
from training.variation import pool_of, varied

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
    page: PrintedPage, form: str, numbers: dict[str, int], rng: np.random.Generator, spoil: bool,
    spoiling: Spoiling = PRINTED,
) -> Sample:  # fmt: skip
    """A page's sample; if `spoil`, it is moved and stretched as other margins and scans would."""
    tokens, tags = tagged_tokens(page, form, rng, spoiling)
    size = Box(0.0, 0.0, page.width, page.height)
    if spoil:
        tokens, size = stretched(tokens, size, rng)
    inputs = network_input(tokens, size.right, size.bottom)
    start = int(rng.integers(max(len(tokens) - WINDOW, 0) + 1))
    window = slice(start, start + WINDOW)
    known = numbers | {UNKNOWN: IGNORED}
    targets = np.array([known.get(tag, numbers[OUTSIDE]) for tag in tags], np.int64)
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
    mixture: Mixture, numbers: dict[str, int], config: LoopConfig
) -> Callable[[int], Batch]:
    """Step -> bags, boxes, targets of this process's share, padded to its longest page."""

    def batch_of(step: int) -> Batch:
        return collated([
            random_sample(mixture, numbers, np.random.default_rng((config.seed, step, index)))
            for index in own_share(range(config.batch))
        ])  # fmt: skip

    return batch_of


def random_sample(mixture: Mixture, numbers: dict[str, int], rng: np.random.Generator) -> Sample:
    """A page with words, spoiled at random."""
    while True:
        path, labelled = mixture.draw(rng)
        if labelled:
            form, page = labelled_page(path).form, labelled_page(path).page
            page = varied(page, form, known_values(tuple(mixture.labelled)), rng)
        else:
            filing = filing_at(path)
            form, page = filing.form, filing.pages[int(rng.integers(len(filing.pages)))]
        if page.words:
            return sample_of(page, form, numbers, rng, True, READ if labelled else PRINTED)


@lru_cache(maxsize=2)
def known_values(paths: tuple[Path, ...]) -> dict[str, list[str]]:
    """The values of labelled pages by tag, to fill other pages with."""
    return pool_of([labelled_page(path).page for path in paths])


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


def tag_loss(network: Network, batch: Batch) -> Tensor:
    """Cross-entropy over labels, printed words at half weight."""
    bags, boxes, targets = batch
    logits, targets = network(bags, boxes).flatten(0, 1), targets.flatten()
    weight = torch.ones(logits.shape[-1], device=logits.device)
    weight[0] = OUTSIDE_WEIGHT
    loss = functional.cross_entropy(
        logits, targets, weight=weight, ignore_index=IGNORED, label_smoothing=0.02, reduction="sum"
    )
    total = over_processes(torch.stack([loss, weight[targets[targets != IGNORED]].sum()]))
    return total[0] / total[1]


def generated_pages(paths: Iterable[Path]) -> Iterator[LabelledPage]:
    """All pages of some printed filings."""
    for path in paths:
        filing = filing_at(path)
        yield from (LabelledPage(filing.form, page) for page in filing.pages)


def validator(
    listed: Callable[[], Iterable[LabelledPage]], numbers: dict[str, int], spoiling: Spoiling
) -> Validate:
    """Precision, recall and F1 over words of values on the listed pages, marks included."""

    def validate(model: nn.Module) -> dict[str, float]:
        right = found = true = 0
        for index, (form, page) in enumerate((each.form, each.page) for each in listed()):
            if not page.words:
                continue
            rng = np.random.default_rng((index, page.number))
            sample = sample_of(page, form, numbers, rng, False, spoiling)
            bags, boxes, _ = collated([sample])
            best = predicted(model, bags, boxes)[0].argmax(-1).numpy()
            right += int(((best == sample.targets) & (best > 0)).sum())
            found += int(((best > 0) & (sample.targets != IGNORED)).sum())
            true += int((sample.targets > 0).sum())
        return {"precision": round(right / max(found, 1), 4),
                "recall": round(right / max(true, 1), 4),
                "f1": round(2 * right / max(found + true, 1), 4)}  # fmt: skip

    return validate


def network_of(settings: Settings, names: Sequence[str], seed: int) -> TaggerNet:
    """The network of the config, from its start; raises DamagedWeights."""
    torch.manual_seed(seed)
    model = TaggerNet(len(names), VOCABULARY, **settings.raw["net"])
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = settings.raw.get("dropout", module.p)
    if settings.start:
        start_from(model, carried(find_start(settings.start, "tagger"), names, seed))
    return model


def learn(settings: Settings) -> None:
    """Train, and write the run's candidate; raises BadSetting and DamagedWeights."""
    labelled = of_known_forms(settings.pages())
    config = settings.loop(labelled)
    names = labels()
    numbers = {name: index for index, name in enumerate(names)}
    files = [path for folder in settings.data for path in pages.label_files(folder)]
    mixture = settings.mixture([path for path in files if not is_held_out(path)], labelled)
    model = network_of(settings, names, config.seed)
    validate = validation(settings, files, labelled, numbers)
    batches = batch_maker(mixture, numbers, config)
    trained = train(model, batches, tag_loss, config, settings.run, validate)
    if is_main():
        keep(settings, trained, names, validate(trained), f"filings: {mixture}")


def validation(
    settings: Settings, files: Sequence[Path], labelled: Labelled, numbers: dict[str, int]
) -> Validate:
    """Scores on held-out filings of the data and on the labelled pages to validate on."""
    spare = [path for path in files if is_held_out(path)]
    held_out = spare[:: max(len(spare) // settings.raw["validation_filings"], 1)]
    return validator_of(
        validator(lambda: generated_pages(held_out), numbers, PRINTED),
        validator(lambda: map(labelled_page, labelled.check), numbers, UNTOUCHED)
        if labelled.check else None,
    )  # fmt: skip


def keep(
    settings: Settings, model: nn.Module, names: tuple[str, ...], scores: dict[str, float],
    data: str,
) -> None:  # fmt: skip
    """Write the run's candidate."""
    axes = {0: "batch", 1: "length"}
    example = (
        torch.randint(1, VOCABULARY, (1, 64, BAG)),
        torch.randint(0, 1000, (1, 64, 4)).sort()[0],
    )
    dims = {"bag": BAG, "vocabulary": VOCABULARY, **settings.raw["net"]}
    finish(
        settings.run, model, "tagger", names, dims, example,
        {"bags": axes, "boxes": axes, "output": axes}, scores, settings.config, data,
    )  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    run_program(learn, "tagger", ["data/print"], __doc__ or "", arguments)


if __name__ == "__main__":
    main()
