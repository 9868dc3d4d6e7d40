"""Program: publish trained candidates as versions in `models/weights.toml`.

`python -m training.publish runs/layout --report out/eval [--version 2] [--replace]` checks the
run's candidate and that its evaluation is not worse than the one released last, copies its files to
`models/weights/<name>-<version>.*` and appends its row as the new champion. A published file is
never written again; `--replace` drops the former champion's row and files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.compare import compare, to_markdown
from eval.refit import TEST
from eval.sides import NotComparable, load_report
from models.errors import ModelError, PublishError
from models.weights import CANDIDATE, RECORD_KEYS, Weights, of_run, rows

if TYPE_CHECKING:
    from torch import Tensor, nn

FILE_LIMIT = 16 * 1024 * 1024
TOTAL_LIMIT = 24_000_000
TOLERANCE = {"layout": 3e-2}
"""Largest difference between the trained net at half precision and the exported one, absolute and
relative; the layout's norms are folded into its weights before these are cut to half."""
USUAL_TOLERANCE = 2e-3

CARD = ".card.html"
BESIDE = (".safetensors", CARD)
"""What may lie beside the served file: the weights to go on training from, a calibration card."""

HEAD = "# Released weights, one table per version. Written by training.publish only.\n"
MODELS = Path("models")
RELEASED = Path("eval/released")
"""The evaluation of what was released last: report.json and report.md."""
DECIDES = ("f1",)
ALSO_DECIDES = {"confidence": ("calibration_error",)}
"""Measures in which a candidate must not be worse, field F1 in no form either: of all models, and
of some."""


@dataclass(frozen=True)
class Candidate:
    """What a run offers: its record and the files to publish, by suffix; the first one serves."""

    record: dict[str, Any]
    files: dict[str, bytes]

    @property
    def name(self) -> str:
        """The model's name."""
        return str(self.record["name"])

    def row(self, version: str) -> Weights:
        """The row of `weights.toml` for this candidate as champion."""
        record = self.record | {"labels": tuple(self.record["labels"])}
        common = {key: record[key] for key in RECORD_KEYS} | {"version": version}
        suffix, served = next(iter(self.files.items()))
        digest = hashlib.sha256(served).hexdigest()
        return Weights(file=f"{self.name}-{version}{suffix}", sha256=digest, **common)


def read_candidate(run: Path) -> Candidate:
    """The candidate of a run folder, checked; raises PublishError.

    A network comes as `model.onnx` with `model.safetensors`, anything else as `model.json`.
    """
    try:
        record = json.loads((run / "candidate.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PublishError(f"{run / 'candidate.json'}: {error}") from error
    missing = [key for key in RECORD_KEYS if not record.get(key) and key not in ("labels", "dims")]
    missing += [key for key in ("labels", "dims") if key not in record]
    if missing:
        raise PublishError(f"{run / 'candidate.json'} lacks {', '.join(missing)}")
    if len(set(record["labels"])) != len(record["labels"]):
        raise PublishError(f"{record['name']}: a label stands twice")
    if (run / "model.json").exists():
        files = {".json": _checked_json(run / "model.json")}
        if (run / "card.html").exists():
            files[CARD] = (run / "card.html").read_bytes()
        return Candidate(record, files)
    check_parity(run, record)
    return Candidate(record, {
        ".onnx": (run / "model.onnx").read_bytes(),
        ".safetensors": halved(run / "model.safetensors"),
    })  # fmt: skip


def _checked_json(path: Path) -> bytes:
    data = path.read_bytes()
    try:
        json.loads(data)
    except ValueError as error:
        raise PublishError(f"{path}: {error}") from error
    return data


def network(name: str, labels: int, dims: Mapping[str, Any]) -> nn.Module:
    """The untrained net of a model, as its training program builds it; raises PublishError."""
    from training.nets import LayoutNet, LineNet, TaggerNet

    build: dict[str, Callable[[], nn.Module]] = {
        "layout": lambda: LayoutNet(labels, tuple(dims["widths"]), dims["reach"]),
        "recognizer": lambda: LineNet(labels, dims["blocks"]),
        "tagger": lambda: TaggerNet(
            labels, dims["vocabulary"], dims["hidden"], dims["layers"], dims["heads"]
        ),
    }
    if name not in build:
        raise PublishError(f"no net is known for {name}")
    return build[name]()


def probe(name: str, dims: Mapping[str, Any]) -> tuple[Tensor, ...]:
    """Random input of a net, of another size than the example it was exported with."""
    import torch

    random = torch.Generator().manual_seed(1)
    if name == "tagger":
        bags = torch.randint(1, dims["vocabulary"], (2, 48, dims["bag"]), generator=random)
        return bags, torch.randint(0, 1000, (2, 48, 4), generator=random).sort()[0]
    size = (1, 1, 128, 192) if name == "layout" else (3, 1, dims["height"], 160)
    return (torch.rand(size, generator=random),)


def check_parity(run: Path, record: Mapping[str, Any]) -> None:
    """Raises PublishError unless the exported net loads and says what the trained net says."""
    import onnxruntime
    import torch
    from safetensors.torch import load_model

    from training.compact import LEAST

    name, dims = record["name"], record["dims"]
    try:
        model = network(name, len(record["labels"]), dims)
        load_model(model, run / "model.safetensors")
        for weight in model.parameters():
            if weight.numel() >= LEAST:
                weight.data = weight.data.half().float()
        inputs = probe(name, dims)
        session = onnxruntime.InferenceSession(str(run / "model.onnx"))
        names = [each.name for each in session.get_inputs()]
        fed = {key: each.numpy() for key, each in zip(names, inputs, strict=True)}
        (exported,) = session.run(None, fed)
    except PublishError:
        raise
    except Exception as error:  # torch, safetensors and ONNX Runtime each raise their own
        raise PublishError(f"{run}: {error}") from error
    with torch.no_grad():
        trained = model.eval()(*inputs).numpy()
    tolerance = TOLERANCE.get(name, USUAL_TOLERANCE)
    if trained.shape != exported.shape or not np.allclose(trained, exported, tolerance, tolerance):
        raise PublishError(f"{run}: the exported net does not say what the trained one says")


def halved(path: Path) -> bytes:
    """A safetensors file with its floats in half precision, enough to go on training from."""
    from safetensors.torch import load_file, save

    halves = {name: tensor.half() if tensor.is_floating_point() else tensor
              for name, tensor in load_file(path).items()}  # fmt: skip
    return bytes(save(halves))


def gate(
    runs: Sequence[Path],
    report: Path | None,
    released: Path = RELEASED,
    folder: Path = MODELS,
    accept_worse: str = "",
) -> str:
    """What the candidates change in the evaluation; raises PublishError when they are worse.

    The development split decides, the test split is only shown. `accept_worse` is the reason to
    publish nevertheless. Where nothing was released yet there is nothing to be worse than.
    """
    former = (released / "report.json").exists()
    if report is None:
        if former:
            raise PublishError(f"an evaluation is needed: {_evaluation_of(runs)}")
        return ""
    try:
        new = load_report(report)
        _check_measured(new, runs, folder)
        if not former:
            return ""
        old = load_report(released)
        comparison = compare(new, old)
        text = to_markdown(comparison)
        if any(each["split"] == TEST for each in new["filings"]):
            text += f"\nTest split, which decides nothing:\n\n{_shown(new, old)}"
    except NotComparable as error:
        raise PublishError(f"{error}; evaluate again: {_evaluation_of(runs)}") from error
    if accept_worse:
        return text
    missing = (*comparison.only_old, *comparison.other_facts)
    if missing:
        raise PublishError(
            f"{len(missing)} filings of the released evaluation are not in the report with the "
            f"facts they had: {', '.join(missing[:5])}; name the reason with --accept-worse"
        )
    own = (measure for run in runs for measure in ALSO_DECIDES.get(of_run(run).name, ()))
    losses = comparison.losses((*DECIDES, *own))
    if losses:
        raise PublishError(
            f"worse than what is released: {', '.join(each.said for each in losses)}"
            f"\n\n{text}\nTrain on, or name the reason to publish it with --accept-worse"
        )
    return text


def _shown(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    try:
        return to_markdown(compare(new, old, TEST))
    except NotComparable as error:
        return f"{error}\n"


def _evaluation_of(runs: Iterable[Path]) -> str:
    options = "".join(f" --candidate {run}" for run in runs)
    return f"`python -m eval.report{options} --output out/eval`, then --report out/eval"


def _check_measured(report: Mapping[str, Any], runs: Iterable[Path], folder: Path) -> None:
    """Raises PublishError unless the report is of what would be released."""
    table = rows(folder) if (folder / "weights.toml").exists() else []
    released = {row.name: row.sha256 for row in table if row.champion}
    wanted = released | {row.name: row.sha256 for row in map(of_run, runs)}
    measured = report.get("weights", {})
    other = [name for name, digest in wanted.items() if measured.get(name) != digest]
    if other:
        raise PublishError(
            f"the report was not made with the {' and the '.join(other)} that would be released; "
            f"{_evaluation_of(runs)}"
        )


def keep_report(report: Path, published: Iterable[Weights], released: Path = RELEASED) -> None:
    """Make an evaluation the released one, the candidates named by their published versions."""
    source = report if report.is_dir() else report.parent
    released.mkdir(parents=True, exist_ok=True)
    for path in (report if report.is_file() else source / "report.json", source / "report.md"):
        if path.exists():
            text = path.read_text(encoding="utf-8")
            for row in published:
                text = text.replace(f"{row.name}@{CANDIDATE}", row.tag)
            (released / f"report{path.suffix}").write_text(text, encoding="utf-8")


def publish(
    run: Path, version: str | None = None, folder: Path = MODELS, *, drop_former: bool = False,
    note: str = "", most_bytes: int | None = None,
) -> tuple[Weights, Weights | None]:  # fmt: skip
    """Publish a run's candidate; returns its row and the former champion's. Raises PublishError."""
    candidate = read_candidate(run)
    table = rows(folder) if (folder / "weights.toml").exists() else []
    own = [row for row in table if row.name == candidate.name]
    former = next((row for row in own if row.champion), None)
    new = replace(candidate.row(version or next_version(own)), note=note)
    dropped = former if drop_former else None
    kept = [row for row in table if row is not dropped]
    leaving = set(files_of(dropped, folder)) if dropped else set[Path]()
    targets = {(folder / "weights" / new.file).with_suffix(suffix): data
               for suffix, data in candidate.files.items()}  # fmt: skip
    _check_new(new, own, targets)
    _check_sizes(folder, targets, leaving, most_bytes or TOTAL_LIMIT)
    (folder / "weights").mkdir(exist_ok=True)
    for path, data in targets.items():
        with path.open("xb") as file:
            file.write(data)
    demoted = [replace(row, champion=False) if row.name == new.name else row for row in kept]
    # The table is renamed into place: a kill leaves either the old champions or the new ones.
    part = folder / "weights.part"
    part.write_text(HEAD + "".join(map(to_toml, [*demoted, new])), encoding="utf-8")
    part.rename(folder / "weights.toml")
    for path in leaving:
        path.unlink()
    return new, former


def next_version(own: Iterable[Weights]) -> str:
    """The whole number after the largest one published."""
    return str(max((int(row.version) for row in own if row.version.isdecimal()), default=0) + 1)


def files_of(row: Weights, folder: Path) -> list[Path]:
    """The served file of a version and what lies beside it."""
    served = folder / "weights" / row.file
    return [path for path in (served, *(served.with_suffix(each) for each in BESIDE))
            if path.exists()]  # fmt: skip


def _check_new(new: Weights, own: Iterable[Weights], targets: Iterable[Path]) -> None:
    if not re.fullmatch(r"[0-9A-Za-z][0-9A-Za-z_-]*", new.version):
        raise PublishError(f"{new.version!r} is no version: letters, digits, - and _ only")
    if any(row.version == new.version for row in own) or any(path.exists() for path in targets):
        raise PublishError(f"{new.tag} exists; a published version is never changed")


def _check_sizes(
    folder: Path, targets: Mapping[Path, bytes], leaving: set[Path], most: int
) -> None:
    for path, data in targets.items():
        if len(data) > FILE_LIMIT:
            raise PublishError(f"{path.name} has {len(data):,} bytes, more than {FILE_LIMIT:,}")
    held = sum(path.stat().st_size for path in (folder / "weights").glob("*")
               if path.is_file() and path not in leaving)  # fmt: skip
    total = held + sum(map(len, targets.values()))
    if total > most:
        raise PublishError(f"all weights: {total:,} bytes, more than {most:,}; see --most-bytes")


def to_toml(row: Weights) -> str:
    """A row as a `[[model]]` table."""
    named = [each.name for each in fields(row)
             if each.compare and getattr(row, each.name) != ""]  # fmt: skip
    lines = (f"{name} = {toml_value(getattr(row, name))}\n" for name in named)
    return "\n[[model]]\n" + "".join(lines)


def toml_value(value: Any) -> str:
    """A plain value in TOML; mappings become inline tables, long lists go over several lines."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _toml_text(value)
    if isinstance(value, Mapping):
        inside = (f"{_toml_text(key)} = {toml_value(each)}" for key, each in value.items())
        return "{ " + ", ".join(inside) + " }"
    if isinstance(value, list | tuple):
        items = [toml_value(each) for each in value]
        short = "[" + ", ".join(items) + "]"
        chunks = (", ".join(items[at : at + 8]) for at in range(0, len(items), 8))
        return short if len(short) < 80 else "[\n  " + ",\n  ".join(chunks) + ",\n]"
    raise TypeError(f"{type(value).__name__} has no place in weights.toml")


def _toml_text(text: str) -> str:
    # JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def comparison(new: Weights, former: Weights | None) -> str:
    """Scores of the former champion and of the new one, side by side."""
    old = former.scores if former else {}
    lines = [f"{'score':<24}{former.tag if former else '-':>16}{new.tag:>16}"]
    for name in dict.fromkeys((*old, *new.scores)):
        figures = (f"{each[name]:.4f}" if name in each else "-" for each in (old, new.scores))
        lines.append(f"{name:<24}" + "".join(f"{figure:>16}" for figure in figures))
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, nargs="+", help="folder that training has written")
    parser.add_argument("--report", type=Path, help="report.json of an evaluation with the runs")
    parser.add_argument("--accept-worse", default="", metavar="REASON", help="publish nevertheless")
    parser.add_argument("--version", help="default: the next whole number")
    parser.add_argument("--replace", action="store_true", help="drop the former champion")
    parser.add_argument("--folder", type=Path, default=MODELS, help="holds weights.toml")
    parser.add_argument("--most-bytes", type=int, default=TOTAL_LIMIT, help="of all weights there")
    parser.add_argument("--released", type=Path, default=RELEASED, help="the last evaluation")
    options = parser.parse_args(arguments)
    try:
        print(gate(options.run, options.report, options.released, options.folder,
                   options.accept_worse))  # fmt: skip
        pairs = [
            publish(run, options.version, options.folder, drop_former=options.replace,
                    note=options.accept_worse, most_bytes=options.most_bytes)
            for run in options.run
        ]  # fmt: skip
    except ModelError as error:
        parser.exit(1, f"refused: {error.detail}\n")
    for new, former in pairs:
        print(comparison(new, former))
        size = sum(path.stat().st_size for path in files_of(new, options.folder))
        print(f"{new.tag} published, {size:,} bytes")
    if options.report:
        keep_report(options.report, [new for new, _ in pairs], options.released)


if __name__ == "__main__":
    main()
