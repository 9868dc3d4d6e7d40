"""Program: the mean of two line recognisers' weights, one trained on from the other.

`python -m training.mix_recognizers --old models/weights/recognizer-6.safetensors --share 0.5 \\
    --data data/scan/lines data/drawn --run runs/recognizer`
What training on has won on new kinds of pages and lost on others, the mean keeps much of (Wortsman
et al. 2022, model soups, doi:10.48550/arXiv.2203.05482). The run's candidate becomes the mean; its
batch norms are measured anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import cv2
import torch
from safetensors.torch import load_file
from tqdm import tqdm

from training.line_crops import ALPHABET
from training.loop import read_config
from training.mixture import Mixture
from training.nets import LineNet
from training.train_recognizer import Batch, batch_maker, keep, split, validator

MEASURED = 60
"""Batches that the batch norms are measured on."""
Tensors = dict[str, torch.Tensor]


def mean(old: Tensors, new: Tensors, share: float) -> Tensors:
    """Every weight of the two, `share` of it the new one's; raises KeyError for another network.

    A block along the line that only the new one has counts `share`: the old one does nothing there.
    """
    mixed = {}
    for name, each in new.items():
        if not each.is_floating_point():
            mixed[name] = each
        elif name not in old and name.startswith("along."):
            mixed[name] = share * each if ".narrow." in name else each
        else:
            mixed[name] = torch.lerp(old[name].to(each.dtype), each, share)
    return mixed


def measure(model: LineNet, batch_of: Callable[[int], Batch], count: int) -> None:
    """Find means and variances of the batch norms anew on so many batches."""
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
    model.train()
    with torch.no_grad():
        for step in tqdm(range(count), unit="batch"):
            model(batch_of(step)[0])
    model.eval()


def options_of(description: str, model: str) -> argparse.ArgumentParser:
    """What a program that mixes two of a model's weights is told; `new` may be left out."""
    config = Path(f"training/configs/{model}.toml")
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", type=Path, default=config)
    parser.add_argument("--old", type=Path, required=True)
    parser.add_argument("--new", type=Path, help="default: the run's own")
    parser.add_argument("--share", type=float, default=0.5, help="of the new one")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--run", type=Path, default=Path("runs") / model)
    return parser


def main() -> None:
    """Entry point."""
    options = options_of(__doc__.splitlines()[0], "recognizer").parse_args()
    config, raw = read_config(options.config)
    cv2.setNumThreads(1)
    torch.manual_seed(config.seed)
    new = options.new or options.run / "model.safetensors"
    model = LineNet(len(ALPHABET), raw["net"]["blocks"])
    model.load_state_dict(mean(load_file(options.old), load_file(new), options.share))
    learn, held_out = split(options.data, raw["validation_pages"])
    measure(model, batch_maker(Mixture(learn), config), MEASURED)
    options.run.mkdir(parents=True, exist_ok=True)
    keep(options.run, model, raw["net"], validator(held_out)(model), options.config,
         f"crops of {len(learn)} pages and drawn sheets; {options.share:g} of it, the rest "
         f"{options.old.stem}")  # fmt: skip


if __name__ == "__main__":
    main()
