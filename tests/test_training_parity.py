"""Exported nets say what the trained ones say, at other sizes too; losses fall when nets learn."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load_file, load_model, save_file
from torch import Tensor, nn

from models import weights
from models.layout import CHANNELS, LayoutDetector
from models.line_rows import HEIGHT
from models.recognizer import CtcRecognizer
from models.tagger import BAG, VOCABULARY, Tagger, labels
from training.line_crops import ALPHABET
from training.loop import LoopConfig, finish, train
from training.publish import PublishError, network, probe, publish
from training.train_layout import mask_loss
from training.train_recognizer import ctc_loss
from training.train_tagger import IGNORED, tag_loss

SIZES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "layout": (CHANNELS, {"dpi": 110, "stride": 16, "widths": [4, 8, 8], "reach": 3}),
    "recognizer": (ALPHABET, {"height": HEIGHT, "blocks": 1}),
    "tagger": (
        labels(),
        {"bag": BAG, "vocabulary": VOCABULARY, "hidden": 24, "layers": 1, "heads": 2},
    ),
}
LENGTHS = {0: "batch", 1: "length"}
PLANE = {0: "batch", 2: "height", 3: "width"}
AXES: dict[str, dict[str, dict[int, str]]] = {
    "layout": {"image": PLANE, "output": PLANE},
    "recognizer": {"image": {0: "batch", 3: "width"}, "output": {0: "batch", 1: "steps"}},
    "tagger": {"bags": LENGTHS, "boxes": LENGTHS, "output": LENGTHS},
}
EXAMPLES: dict[str, Callable[[], Any]] = {
    "layout": lambda: torch.rand(1, 1, 48, 48),
    "recognizer": lambda: torch.rand(2, 1, HEIGHT, 64),
    "tagger": lambda: (
        torch.randint(1, VOCABULARY, (1, 12, BAG)), torch.randint(0, 1000, (1, 12, 4)).sort()[0]
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A run folder with a tiny exported net for each model."""
    torch.manual_seed(3)
    torch.set_num_threads(1)
    folders = {}
    for name, (own, dims) in SIZES.items():
        folders[name] = tmp_path_factory.mktemp(name)
        net = network(name, len(own), dims).eval()
        finish(folders[name], net, name, own, dims, EXAMPLES[name](), AXES[name], {"f1": 0.5},
               Path("none.toml"), "none")  # fmt: skip
    return folders


def copied(run: Path, target: Path, **changes: Any) -> Path:
    """The run's files in another folder, its record changed."""
    target.mkdir()
    for path in run.iterdir():
        (target / path.name).write_bytes(path.read_bytes())
    record = json.loads((run / "candidate.json").read_text()) | changes
    (target / "candidate.json").write_text(json.dumps(record))
    return target


@pytest.mark.parametrize("name", SIZES)
def test_the_exported_net_says_what_the_trained_one_says(
    runs: dict[str, Path], tmp_path: Path, name: str
) -> None:
    row, _ = publish(runs[name], folder=tmp_path)
    own, dims = SIZES[name]
    net = network(name, len(own), dims)
    load_model(net, runs[name] / "model.safetensors")
    inputs = probe(name, dims)
    session = onnxruntime.InferenceSession(weights.find(name, folder=tmp_path).read())
    names = [each.name for each in session.get_inputs()]
    fed = {key: value.numpy() for key, value in zip(names, inputs, strict=True)}
    (exported,) = session.run(None, fed)
    with torch.no_grad():
        trained = net.eval()(*inputs).numpy()
    assert row.labels == own
    # Its weights are kept in half precision.
    np.testing.assert_allclose(exported, trained, atol=2e-3)


@pytest.mark.parametrize("name", SIZES)
def test_what_is_kept_for_fine_tuning_is_the_same_net_in_half_precision(
    runs: dict[str, Path], tmp_path: Path, name: str
) -> None:
    row, _ = publish(runs[name], folder=tmp_path)
    kept = load_file((tmp_path / "weights" / row.file).with_suffix(".safetensors"))
    full = load_file(runs[name] / "model.safetensors")
    assert kept.keys() == full.keys()
    assert {value.dtype for value in kept.values()} <= {torch.float16, torch.int64}
    assert all(torch.allclose(kept[key].float(), full[key].float(), atol=1e-3) for key in full)


def test_candidates_serve_before_they_are_published(runs: dict[str, Path]) -> None:
    assert LayoutDetector(weights.of_run(runs["layout"]), 1)
    assert CtcRecognizer(weights.of_run(runs["recognizer"]), 1).name == "recognizer@candidate"
    assert Tagger(weights.of_run(runs["tagger"]), 1).labels == labels()


def test_a_net_that_is_not_the_exported_one_is_refused(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    other = copied(runs["layout"], tmp_path / "other")
    tensors = load_file(other / "model.safetensors")
    save_file({key: value * 2 for key, value in tensors.items()}, other / "model.safetensors")
    with pytest.raises(PublishError, match="does not say"):
        publish(other, folder=tmp_path)


def test_labels_that_the_net_does_not_have_are_refused(
    runs: dict[str, Path], tmp_path: Path
) -> None:
    other = copied(runs["layout"], tmp_path / "other", labels=[*CHANNELS, "more"])
    with pytest.raises(PublishError, match="size mismatch"):
        publish(other, folder=tmp_path)


def test_a_broken_export_is_refused(runs: dict[str, Path], tmp_path: Path) -> None:
    other = copied(runs["recognizer"], tmp_path / "other")
    (other / "model.onnx").write_bytes((other / "model.onnx").read_bytes()[:500])
    with pytest.raises(PublishError, match="other"):
        publish(other, folder=tmp_path)


def test_a_net_of_no_known_kind_is_refused(runs: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="no net is known for oracle"):
        publish(copied(runs["layout"], tmp_path / "other", name="oracle"), folder=tmp_path)


def layout_batch() -> tuple[Tensor, Tensor]:
    """A dark square whose inside is a cell and whose edge is a separator."""
    ink, masks = torch.zeros(2, 1, 32, 32), torch.zeros(2, len(CHANNELS), 32, 32)
    ink[:, :, 8:24, 8:24] = 1.0
    masks[:, 0, 10:22, 10:22] = 1.0
    masks[:, 1, 8:10, 8:24] = 1.0
    return ink, masks


def recognizer_batch() -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Two lines of noise that are to be read as `12` and `345`."""
    targets = torch.tensor([ALPHABET.index(char) for char in "12345"])
    return torch.rand(2, 1, HEIGHT, 48), torch.tensor([24, 24]), targets, torch.tensor([2, 3])


def tagger_batch() -> tuple[Tensor, Tensor, Tensor]:
    """Two pages of ten words, the second one shorter."""
    bags, boxes = probe("tagger", SIZES["tagger"][1])
    targets = torch.arange(20).reshape(2, 10) % 5
    bags[1, 7:], targets[1, 7:] = 0, IGNORED
    return bags[:, :10], boxes[:, :10], targets


LOSSES: dict[str, tuple[Callable[[nn.Module, Any], Tensor], Callable[[], Any]]] = {
    "layout": (mask_loss, layout_batch),
    "recognizer": (ctc_loss, recognizer_batch),
    "tagger": (tag_loss, tagger_batch),
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_few_steps_of_training_bring_the_loss_down(tmp_path: Path, name: str) -> None:
    torch.manual_seed(5)
    own, dims = SIZES[name]
    loss_of, make = LOSSES[name]
    net, batch = network(name, len(own), dims), make()
    before = loss_of(net.train(), batch).item()
    config = LoopConfig(steps=8, batch=2, learning_rate=0.01, warmup=1, average=0.0)
    trained = train(net, lambda step: batch, loss_of, config, tmp_path)
    assert np.isfinite(before)
    assert loss_of(trained.train(), batch).item() < before


def test_a_resumed_run_ends_where_an_uninterrupted_one_ends(tmp_path: Path) -> None:
    def run(folder: Path, *stops: int) -> Tensor:
        for steps in stops:
            torch.manual_seed(1)
            net = nn.Linear(2, 1)
            config = LoopConfig(steps, 1, 0.1, warmup=8, checkpoint_every=3)
            trained = train(net, batch_of, squared, config, tmp_path / folder)
        return next(trained.parameters()).detach()

    def batch_of(step: int) -> Tensor:
        return torch.rand(4, 2, generator=torch.Generator().manual_seed(step))

    def squared(net: nn.Module, batch: Tensor) -> Tensor:
        return torch.square(net(batch) - batch.sum(dim=1, keepdim=True)).mean()

    assert torch.equal(run(Path("whole"), 6), run(Path("parts"), 3, 6))
