"""The training loop: the same result again, resumed, and by several processes; when it stops."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models.document import Box
from models.errors import BadSetting
from models.layout import CHANNELS
from training import processes, train_layout, train_recognizer, train_tagger
from training.checkpoint import CURVE, read_log
from training.loop import LoopConfig, loop_config, metric_of, train
from training.processes import own_share
from training.synth import pages
from training.synth.pages import PrintedFiling

CONFIG = """
validation_filings = 1
dropout = {dropout}
[net]
hidden = 24
layers = 1
heads = 2
[loop]
steps = {steps}
batch = 4
learning_rate = 0.01
seed = 3
warmup = 2
checkpoint_every = 2
validate_every = 1
precision = "fp32"
"""
TAGS = ("issuerName", "rptOwnerName", "remarks", "")


def printed_page(rng: np.random.Generator) -> PrintedPage:
    """A page of lines of words of one tag each, with a box to tick."""
    words = [
        PrintedWord(str(rng.choice(["acme", "Holdings", "12", "of"])),
                    Box(50.0 + 60 * place, 40.0 + 30 * line, 95.0 + 60 * place, 52.0 + 30 * line),
                    10.0, TAGS[line % len(TAGS)], "")
        for line in range(int(rng.integers(3, 12))) for place in range(4)
    ]  # fmt: skip
    tick = PrintedRegion("checkbox", Box(400.0, 40.0, 412.0, 52.0), checked=True, tag="isDirector")
    return PrintedPage(1, 612.0, 792.0, tuple(words), (tick,))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve small printed filings, one of them held out."""
    folder = tmp_path_factory.mktemp("print")
    rng = np.random.default_rng(7)
    for number in range(12):
        filing = PrintedFiling("4", "plain", (printed_page(rng),), ("first",))
        pages.save(folder / f"{number:05d}{pages.LABELS_SUFFIX}", filing)
    return folder


def options(printed: Path, run: Path, steps: int = 4, dropout: float = 0.0) -> list[str]:
    """What a tiny tagger is trained with."""
    run.mkdir(parents=True, exist_ok=True)
    config = run / "tagger.toml"
    config.write_text(CONFIG.format(steps=steps, dropout=dropout))
    return ["--config", str(config), "--data", str(printed), "--run", str(run)]


def weights_of(run: Path) -> dict[str, Tensor]:
    return load_file(run / "model.safetensors")


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_two_processes_lose_and_learn_what_one_does(printed: Path, tmp_path: Path) -> None:
    train_tagger.main(options(printed, tmp_path / "one"))
    launch = ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2",
              "--num_machines", "1", "--main_process_port", str(free_port()),
              "--mixed_precision", "no", "--dynamo_backend", "no"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, *launch, "-m", "training.train_tagger",
         *options(printed, tmp_path / "two")],
        env=os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    one, two = read_log(tmp_path / "one"), read_log(tmp_path / "two")
    assert [row["step"] for row in two] == [1, 2, 3, 4]
    for name in ("loss", "f1"):
        alone, shared = [row[name] for row in one], [row[name] for row in two]
        np.testing.assert_allclose(shared, alone, atol=1e-4)
    alone, shared = weights_of(tmp_path / "one"), weights_of(tmp_path / "two")
    assert alone.keys() == shared.keys()
    for name, value in alone.items():
        torch.testing.assert_close(shared[name], value, atol=1e-4, rtol=0)


def test_the_same_seed_gives_the_same_weights(printed: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        train_tagger.main(options(printed, tmp_path / name, dropout=0.1))
    first, second = weights_of(tmp_path / "first"), weights_of(tmp_path / "second")
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_broken_off_training_ends_where_an_unbroken_one_ends(
    printed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train_tagger.main(options(printed, tmp_path / "whole", 5, 0.1))
    loss, calls = train_tagger.tag_loss, iter(range(100))

    def broken(network: Any, batch: Any) -> Tensor:
        if next(calls) == 3:
            raise KeyboardInterrupt
        return loss(network, batch)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(train_tagger, "tag_loss", broken)
        train_tagger.main(options(printed, tmp_path / "parts", 5, 0.1))
    train_tagger.main(options(printed, tmp_path / "parts", 5, 0.1))
    whole, parts = weights_of(tmp_path / "whole"), weights_of(tmp_path / "parts")
    assert all(torch.equal(whole[name], parts[name]) for name in whole)
    timeless = [
        [row | {"seconds": 0} for row in read_log(tmp_path / run)] for run in ("whole", "parts")
    ]
    assert timeless[0] == timeless[1]


def config_of(**more: Any) -> LoopConfig:
    """Eight steps with a validation after each."""
    usual = {"steps": 8, "batch": 1, "learning_rate": 0.1, "warmup": 1, "average": 0.0,
             "validate_every": 1, "checkpoint_every": 100}  # fmt: skip
    return LoopConfig(**(usual | more))


def scripted(scores: list[float], seen: list[float]) -> Callable[[nn.Module], dict[str, float]]:
    """Validation scores one after the other; notes the weight that each was given for."""
    following = iter(scores)

    def validate(model: nn.Module) -> dict[str, float]:
        seen.append(weight(model))
        return {"f1": next(following), "cer": 1.0}

    return validate


def weight(model: nn.Module) -> float:
    return next(model.parameters()).flatten()[0].item()


def learned(
    folder: Path, config: LoopConfig, validate: Callable[[nn.Module], dict[str, float]]
) -> nn.Module:
    """A line fitted to noise."""
    torch.manual_seed(0)
    return train(nn.Linear(1, 1), lambda step: torch.full((1, 1), 1.0 + step), squared, config,
                 folder, validate)  # fmt: skip


def squared(network: Any, batch: Tensor) -> Tensor:
    return torch.square(network(batch) - 7.0).mean()


def test_the_best_weights_are_kept_and_patience_ends_the_run(tmp_path: Path) -> None:
    seen: list[float] = []
    config = config_of(metric="f1", patience=2)
    model = learned(tmp_path, config, scripted([0.1, 0.2, 0.9, 0.5, 0.6, 0.95], seen))
    rows = read_log(tmp_path)
    assert [row["step"] for row in rows] == [0, 1, 2, 3, 4]
    assert weight(model) == seen[2] != seen[4]


def test_without_a_metric_the_last_weights_are_kept(tmp_path: Path) -> None:
    seen: list[float] = []
    model = learned(tmp_path, config_of(steps=3), scripted([0.9, 0.2, 0.1], seen))
    assert [row["step"] for row in read_log(tmp_path)] == [1, 2, 3]
    assert weight(model) == seen[2]


def test_patience_and_best_weights_outlast_an_interruption(tmp_path: Path) -> None:
    seen: list[float] = []
    config = config_of(metric="f1", patience=3)
    with pytest.raises(RuntimeError, match="exhausted"):
        learned(tmp_path, config, failing(scripted([0.1, 0.9, 0.5], seen)))
    model = learned(tmp_path, config, scripted([0.4, 0.3, 0.99], seen))
    assert [row["step"] for row in read_log(tmp_path)] == [0, 1, 2, 3, 4]
    assert weight(model) == seen[1]


def failing(validate: Callable[[nn.Module], dict[str, float]]) -> Any:
    """The validation, which fails where the script is at its end."""

    def tried(model: nn.Module) -> dict[str, float]:
        try:
            return validate(model)
        except StopIteration:
            raise RuntimeError("exhausted") from None

    return tried


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    seen: list[float] = []
    first = learned(tmp_path, config_of(metric="f1", patience=1), scripted([0.5, 0.4], seen))
    again = learned(tmp_path, config_of(metric="f1", patience=1), scripted([], seen))
    assert weight(first) == weight(again)
    assert len(read_log(tmp_path)) == 2


def test_the_time_being_up_ends_a_run_with_a_validation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks: Iterator[float] = iter(range(0, 10000, 20))
    monkeypatch.setattr("training.loop.time.monotonic", lambda: next(ticks))
    seen: list[float] = []
    config = config_of(metric="f1", minutes=1.0, validate_every=100)
    learned(tmp_path, config, scripted([0.1, 0.2], seen))
    assert [(row["step"], row["seconds"]) for row in read_log(tmp_path)] == [(0, 0), (3, 60)]


def test_the_curve_is_drawn_and_the_log_has_every_validation(tmp_path: Path) -> None:
    learned(tmp_path, config_of(steps=2), scripted([0.1, 0.2], []))
    assert (tmp_path / CURVE).read_bytes().startswith(b"\x89PNG")
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [row["f1"] for row in rows] == [0.1, 0.2]


def test_errors_count_negative_and_several_scores_are_averaged() -> None:
    scores = {"f1": 0.9, "f1_labelled": 0.5, "cer": 0.2, "cer_labelled": 0.4}
    assert metric_of(scores, "f1+f1_labelled") == pytest.approx(0.7)
    assert metric_of(scores, "cer") > metric_of(scores, "cer_labelled")


def test_a_metric_that_no_validation_gives_is_named_before_training(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="'f2' is none of the scores: f1, cer"):
        learned(tmp_path, config_of(metric="f2"), scripted([0.1], []))
    assert not (tmp_path / "checkpoint.pt").exists()


@pytest.mark.parametrize(
    ("loop", "said"),
    [({"steps": 3}, "batch"), ({"stepz": 3}, "stepz"),
     ({"steps": 1, "batch": 1, "learning_rate": 0.1, "patience": 2}, "patience needs a metric")],
)  # fmt: skip
def test_a_wrong_loop_table_is_refused(loop: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        loop_config({"loop": loop}, Path("x.toml"))


class Two:
    """Two processes, of which this is the second."""

    num_processes, process_index = 2, 1


def test_samples_are_dealt_out_and_too_few_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processes", Two)
    assert list(own_share(range(5))) == [1, 3]
    with pytest.raises(BadSetting, match="raise `batch`"):
        own_share(range(1))


def halves(module: Any, monkeypatch: pytest.MonkeyPatch, loss: Callable[[slice], Tensor]) -> float:
    """The loss of two processes: each one's sums are added to those of the other."""
    kept: list[Tensor] = []
    with monkeypatch.context() as patched:
        patched.setattr(module, "over_processes", lambda sums: kept.append(sums) or sums)
        loss(slice(0, 2))
    with monkeypatch.context() as patched:
        patched.setattr(module, "over_processes", lambda sums: sums + kept[0])
        return loss(slice(2, 4)).item()


def test_the_layout_loss_of_two_halves_is_that_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(1)
    ink = torch.rand(4, 1, 32, 32)
    masks = (torch.rand(4, len(CHANNELS), 32, 32) > 0.8).float()
    spread = torch.randn(len(CHANNELS), 1, 1)

    def loss(part: slice) -> Tensor:
        return train_layout.mask_loss(lambda each: each * spread, (ink[part], masks[part]))

    whole = loss(slice(0, 4)).item()
    assert halves(train_layout, monkeypatch, loss) == pytest.approx(whole, abs=1e-4)


def test_the_recognizer_loss_of_two_halves_is_that_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    torch.manual_seed(1)
    logs = torch.log_softmax(torch.randn(4, 12, 6), -1)
    targets, steps, lengths = torch.randint(1, 6, (4, 3)), torch.full((4,), 12), torch.full((4,), 3)

    def loss(part: slice) -> Tensor:
        batch = (logs[part], steps[part], targets[part].flatten(), lengths[part])
        return train_recognizer.ctc_loss(lambda ink: ink, batch)

    whole = loss(slice(0, 4)).item()
    assert halves(train_recognizer, monkeypatch, loss) == pytest.approx(whole, abs=1e-4)


@pytest.mark.parametrize(("capability", "mixed"), [("AVX2", False), ("AVX512", True)])
def test_a_cpu_without_bfloat16_trains_in_single_precision(
    capability: str, mixed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[bool] = []

    class Watching(nn.Linear):
        def forward(self, given: Tensor) -> Tensor:
            seen.append(torch.is_autocast_enabled("cpu"))
            return super().forward(given)

    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    config = LoopConfig(steps=1, batch=1, learning_rate=0.01, seed=1, precision="bf16")
    train(Watching(2, 1), lambda _: (torch.ones(1, 2),),
          lambda network, batch: network(*batch).sum(), config, tmp_path)  # fmt: skip
    assert seen == [mixed]
