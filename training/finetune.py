"""Program: fine-tune the released models on labelled pages, mixed with generated ones.

`python -m training.finetune [tagger] [layout] [recognizer] --labelled data/labelled \\
    --run runs/finetune [--config training/configs/finetune.toml] [--start champion|scratch] \\
    [--minutes N]`
Trains the named models, or all three, one after the other, each into `RUN/MODEL`, where its
candidate for `training.publish` lies at the end. Given again, it skips the finished ones and goes
on with the broken-off one. Ends with the validation scores before and after.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import BadSetting
from training import train_layout, train_recognizer, train_tagger
from training.checkpoint import FILE, read_log
from training.loop import read_toml
from training.mixture import CROPS, RECORDS, find_labelled
from training.processes import is_main, processes
from training.settings import Settings, refusals
from training.start import CHAMPION, SCRATCH

LEARN: dict[str, Callable[[Settings], None]] = {
    "tagger": train_tagger.learn,
    "layout": train_layout.learn,
    "recognizer": train_recognizer.learn,
}
KIND = {"tagger": RECORDS, "layout": RECORDS, "recognizer": CROPS}


@dataclass(frozen=True)
class Plan:
    """What is fine-tuned and on what: `data` holds generated pages, as `training` makes them."""

    models: tuple[str, ...]
    labelled: tuple[Path, ...]
    run: Path
    config: Path
    raw: Mapping[str, Any]
    start: str
    minutes: float
    data: Path

    def unfinished(self) -> list[str]:
        """The models without a candidate."""
        return [name for name in self.models if not (self.run / name / "candidate.json").exists()]

    def settings(self, name: str, data: Mapping[str, tuple[Path, ...]]) -> Settings:
        """The settings of one model, its minutes included; raises BadSetting."""
        try:
            own = dict(self.raw[name])
            base = read_toml(Path(own.pop("config")))
            own["loop"] = own["loop"] | {"minutes": self.minutes_of(name)}
        except (KeyError, TypeError) as error:
            raise BadSetting(f"{self.config}, table [{name}]: {error} is missing") from error
        start = CHAMPION if self.start == CHAMPION else ""
        return Settings(base | own, self.config, data[name], self.run / name, start, self.labelled)

    def minutes_of(self, name: str) -> float:
        """The model's share of the minutes that finished models have left; 0: no limit."""
        if not self.minutes:
            return 0.0
        left = self.unfinished()
        finished = [read_log(self.run / other) for other in self.models if other not in left]
        spent = sum(rows[-1]["seconds"] / 60 for rows in finished if rows)
        shares = {other: float(self.raw[other].get("time_share", 1)) for other in left}
        return max(self.minutes - spent, 0.1) * shares[name] / sum(shares.values())


def finetune(plan: Plan) -> None:
    """Fine-tune what is not finished, and show what came of it; raises BadSetting."""
    for name in plan.models:
        find_labelled(plan.labelled, KIND[name])
    data = generated(plan) if plan.unfinished() else {}
    for name in plan.unfinished():
        if is_main():
            state = "goes on" if (plan.run / name / FILE).exists() else "starts"
            print(f"{name} {state}", flush=True)
        LEARN[name](plan.settings(name, data))
        processes().wait_for_everyone()
    if is_main():
        print("\n".join(table(plan)))


def generated(plan: Plan) -> dict[str, tuple[Path, ...]]:
    """Folders of generated pages for each model; makes a small set where there are none."""
    folders = plan.data
    scans_needed = set(plan.unfinished()) != {"tagger"}
    if not _has(folders / "print") or (scans_needed and not _has(folders / "scan")):
        folders = plan.run / "generated"
        if is_main():
            _generate(folders, int(plan.raw["generated"]["filings"]), scans_needed)
        processes().wait_for_everyone()
    drawn = plan.data / "drawn"
    lines = [folders / "scan" / "lines", *([drawn] if any(drawn.glob("*.json")) else [])]
    return {"tagger": (folders / "print",), "layout": (folders / "scan",),
            "recognizer": tuple(lines)}  # fmt: skip


def _has(folder: Path) -> bool:
    return any(folder.glob("*.json.gz"))


def _generate(folder: Path, filings: int, scans: bool) -> None:
    """Print filings and scan them, as far as that is not done; raises BadSetting."""
    printed = str(folder / "print")
    programs = [["training.synth.print_pages", "--count", str(filings), "--output", printed]]
    if scans:
        programs.append(["training.scan_pages", "--input", printed,
                         "--output", str(folder / "scan")])  # fmt: skip
    for program in programs:
        print(f"no generated pages yet: {' '.join(program)}", flush=True)
        if subprocess.run([sys.executable, "-m", *program]).returncode:
            raise BadSetting(f"python -m {program[0]} failed; without Chromium nothing is printed")


def table(plan: Plan) -> Iterator[str]:
    """Validation scores of the start and of what was kept, a line each."""
    yield f"{'model':<12}{'score':<22}{'before':>8}{'after':>8}"
    for name in plan.models:
        rows = read_log(plan.run / name)
        after = read_scores(plan.run / name)
        for score, value in after.items():
            before = rows[0].get(score) if rows and not rows[0]["step"] else None
            shown = "-" if before is None else f"{before:.4f}"
            yield f"{name:<12}{score:<22}{shown:>8}{value:>8.4f}"


def read_scores(run: Path) -> dict[str, float]:
    """The validation scores of a run's candidate."""
    record: dict[str, Any] = json.loads((run / "candidate.json").read_text(encoding="utf-8"))
    return dict(record["scores"])


def read_plan(arguments: Sequence[str] | None) -> Plan:
    """What the command line asks for; raises BadSetting."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"of {', '.join(LEARN)}")
    parser.add_argument("--labelled", type=Path, action="append", metavar="FOLDER", required=True,
                        help="made by training.labelled; may be repeated")  # fmt: skip
    parser.add_argument("--run", type=Path, default=Path("runs/finetune"))
    parser.add_argument("--config", type=Path, default=Path("training/configs/finetune.toml"))
    parser.add_argument("--start", choices=(CHAMPION, SCRATCH), default=CHAMPION)
    parser.add_argument("--minutes", type=float, default=0.0, help="for all models; default: all")
    parser.add_argument("--data", type=Path, default=Path("data"), help="generated pages")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.models if name not in LEARN]
    if unknown:
        raise BadSetting(f"no model {unknown[0]!r}; there are {', '.join(LEARN)}")
    if not options.minutes >= 0:
        raise BadSetting("--minutes must be positive")
    models = tuple(name for name in LEARN if name in (options.models or LEARN))
    raw = read_toml(options.config)
    return Plan(models, tuple(options.labelled), options.run, options.config, raw, options.start,
                options.minutes, options.data)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    with refusals("finetune"):
        finetune(read_plan(arguments))


if __name__ == "__main__":
    main()
