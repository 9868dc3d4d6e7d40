"""Program: how good with 5, 10, 20, 50 labelled documents; is it worth labelling more?

    python -m training.learning_curve --labels SET --sizes 5 10 20 50 --output out/curve \\
        [--models tagger] [--minutes N] [--repeats 1] [--gold GOLD] [--split dev]

SET is a folder of gold. For each size so many documents of its split `train` are drawn, the smaller
draws within the larger ones, spread over forms and groups; `training.finetune` learns from them,
and the candidate reads the documents of `dev` (of GOLD, if it is given) through the whole pipeline.
Size 0 is what the released models read. Writes curve.json, curve.md and curve.png. Given again, it
goes on where it was broken off.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from eval import run
from eval.figures import figures
from eval.gold import Gold, load
from eval.measures import Floats, Interval, ratio_interval
from eval.records import FilingRecord
from eval.refit import TEST, TRAIN, is_dev, refitted
from eval.sides import runs_of
from models import weights
from models.errors import BadSetting
from models.pipeline import READERS, Extractor
from training import finetune, labelled
from training.checkpoint import read_log
from training.settings import refusals

CONFIG = Path("training/configs/finetune.toml")
PAGE = re.compile(r"(?P<document>.+)-\d{2,}(\.json\.gz|\.json|\.jpg|\.png)")
"""Files of a labelled page: `FORM-NAME-PP.json.gz` and what lies beside it."""


@dataclass(frozen=True)
class Plan:
    """What is measured; `pages` are the set's training records, as `training.labelled` makes them.

    `judges` are the filings that a candidate reads.
    """

    documents: tuple[Gold, ...]
    judges: tuple[Gold, ...]
    pages: Path
    output: Path
    models: tuple[str, ...]
    minutes: float
    config: Path
    data: Path
    gold: Path
    split: str = "dev"
    seed: int = 1
    processes: int | None = None


@dataclass(frozen=True)
class Count:
    """Values of one filing that were read right, invented and missed."""

    filing: str
    group: str
    right: int
    invented: int
    missed: int


@dataclass(frozen=True)
class Point:
    """Field F1 after fine-tuning on `size` documents, its 95 % interval, and minutes of training.

    `counts` are those of the filings that were read; `cut` says that `--minutes` ended the training
    after so many `steps`, before it was done.
    """

    size: int
    repeat: int
    documents: tuple[str, ...]
    f1: float
    interval: Interval | None
    precision: float
    recall: float
    minutes: float
    counts: tuple[Count, ...]
    steps: int = 0
    cut: bool = False


def drawn(golds: Sequence[Gold], seed: int) -> list[Gold]:
    """All documents in the order in which draws take them: a draw of n is the first n.

    Each next one is of the form seen least so far, and of its groups of the one seen least.
    """
    random = np.random.default_rng(seed)
    left = [golds[index] for index in random.permutation(len(golds))]
    forms: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    order = []
    while left:
        best = min(left, key=lambda each: (forms[each.source.form], groups[each.source.group]))
        left.remove(best)
        forms[best.source.form] += 1
        groups[best.source.group] += 1
        order.append(best)
    return order


def sizes_of(wanted: Sequence[int], most: int) -> tuple[list[int], str]:
    """The sizes that can be drawn, rising, and what was cut; raises BadSetting."""
    if any(size < 1 for size in wanted):
        raise BadSetting("--sizes must be positive")
    cut = sorted(size for size in set(wanted) if size > most)
    if not cut:
        return sorted(set(wanted)), ""
    said = (f"{' and '.join(map(str, cut))} documents were asked for; "
            f"the set has {most} to learn from")  # fmt: skip
    return sorted({min(size, most) for size in wanted}), said


def select_pages(pages: Path, documents: Sequence[Gold], folder: Path) -> None:
    """A folder as `training.labelled` makes it, of these documents and all of `dev`.

    What is there is linked, not copied; raises BadSetting for a document without a record.
    """
    names = {f"{each.source.form}-{each.name}" for each in documents}
    shutil.rmtree(folder, ignore_errors=True)
    found = set[str]()
    for path in sorted([*pages.glob("*/*.*"), *pages.glob("*/lines/*.*")]):
        match, below = PAGE.fullmatch(path.name), path.relative_to(pages)
        learnt = below.parts[0] == TRAIN
        if match is None or (learnt and match["document"] not in names):
            continue
        found |= {match["document"]} if learnt else set()
        (folder / below).parent.mkdir(parents=True, exist_ok=True)
        (folder / below).symlink_to(path.resolve())
    if names - found:
        lost = ", ".join(sorted(names - found))
        raise BadSetting(f"{pages}/{TRAIN} has no page of {lost}: no scan could be read there")


def measure(plan: Plan, documents: Sequence[Gold], size: int, repeat: int) -> Point:
    """Fine-tune on the documents and read with the candidate.

    What has been learnt is not learnt again; what was read is read again when the code that reads
    has changed, so that all points come from the same code.
    """
    folder = plan.output / f"{size:03d}-{repeat}-{_digest(plan, documents)}"
    tuned = folder / "run"
    if documents and not all((tuned / each / "candidate.json").exists() for each in plan.models):
        select_pages(plan.pages, documents, folder / "pages")
        finetune_on(plan, folder / "pages", tuned)
    models = {row.name: row for row in map(weights.of_run, runs_of(tuned))}
    records, read = run.read_all(plan.judges, folder / "records", plan.processes, models,
                                 calibrated=False)  # fmt: skip
    judged = refitted(records, plan.split)
    measures = figures(judged)["measures"]
    minutes, steps = spent(tuned, plan.models)
    point = Point(
        size,
        repeat, tuple(sorted(f"{each.source.form}/{each.name}" for each in documents)),
        measures["f1"]["value"] or 0.0, _span(measures["f1"]["interval"]),
        measures["precision"]["value"] or 0.0, measures["recall"]["value"] or 0.0,
        round(minutes, 1), tuple(map(_count, judged)), steps,
        0 < plan.minutes <= minutes,
    )  # fmt: skip
    if read and plan.split == TEST:
        run.record_test_run(plan.gold, {"labelled": size, "filings": len(judged), "f1": point.f1,
                                        "f1_interval": point.interval})  # fmt: skip
    return point


def finetune_on(plan: Plan, pages: Path, tuned: Path) -> None:
    """Fine-tune the plan's models on selected pages into `tuned`; raises BadSetting."""
    # What has to be generated first is the same for every point.
    shared = plan.output / "generated"
    shared.mkdir(parents=True, exist_ok=True)
    tuned.mkdir(parents=True, exist_ok=True)
    if not (tuned / "generated").exists():
        (tuned / "generated").symlink_to(shared.resolve())
    options = [*plan.models, "--labelled", pages, "--run", tuned, "--config", plan.config,
               "--data", plan.data, "--minutes", plan.minutes]  # fmt: skip
    finetune.finetune(finetune.read_plan([str(each) for each in options]))


def spent(tuned: Path, models: Sequence[str]) -> tuple[float, int]:
    """Minutes and steps that the models have learnt together, interruptions left out."""
    last = [rows[-1] for rows in (read_log(tuned / name) for name in models) if rows]
    return sum(float(row["seconds"]) for row in last) / 60, sum(int(row["step"]) for row in last)


def _count(record: FilingRecord) -> Count:
    total = record.score.total
    return Count(f"{record.form}/{record.name}", record.group, total.right, total.invented,
                 total.missed)  # fmt: skip


def _digest(plan: Plan, documents: Sequence[Gold]) -> str:
    """Of what a candidate is made from, but for the code."""
    own = [run.fingerprint(each) for each in documents]
    rows = [row.sha256 for row in run.rows_of({}, READERS)]
    told = (plan.models, plan.minutes, plan.config.read_bytes()) if documents else ()
    return hashlib.sha256(repr((own, rows, told)).encode()).hexdigest()[:8]


def _span(ends: Sequence[float] | None) -> Interval | None:
    return (ends[0], ends[1]) if ends else None


def outlook(points: Sequence[Point]) -> str:
    """What twice as many documents may bring, going by the two largest sizes, or why not."""
    sizes = sorted({each.size for each in points if each.size})
    if len(sizes) < 2:
        return "Whether labelling more helps cannot be told from one size."
    fewer, more = sizes[-2:]
    cut = [each for each in points if each.size in (fewer, more) and each.cut]
    if cut:
        # On a busy machine the same minutes are fewer steps: the points differ by more than labels.
        told = ", ".join(f"{each.steps} steps with {each.size} documents" for each in cut)
        return (f"Whether labelling more helps cannot be told: --minutes ended the training after "
                f"{told}. Give it more, or a config of fewer steps.")  # fmt: skip
    gain, span, groups = slope(points, fewer, more)
    step = f"from {fewer} to {more} documents field F1 changed by {gain:+.3f} per doubling"
    if span is None:
        return (f"Whether labelling more helps cannot be told: {step}, on filings of one group, "
                "which says nothing about others.")  # fmt: skip
    doubt = f"95 % interval {span[0]:+.3f} to {span[1]:+.3f}, {groups} groups"
    if span[0] <= 0 <= span[1]:
        return f"Whether labelling more helps cannot be told: {step} ({doubt})."
    last = max(each.f1 for each in points if each.size == more)
    if span[1] < 0:
        return (f"More documents did not help: {step} ({doubt}). Look for wrong labels among those "
                "added, and whether more steps are needed.")  # fmt: skip
    return (f"Twice as many documents ({2 * more}) may bring {min(gain, 1 - last):+.3f} field F1: "
            f"{step} ({doubt}).")  # fmt: skip


def slope(points: Sequence[Point], fewer: int, more: int) -> tuple[float, Interval | None, int]:
    """Change of F1 per doubling between two sizes, its 95 % interval, and the number of groups.

    Repeats are added up filing by filing; whole groups are drawn.
    """
    before, after = (_added([each for each in points if each.size == size])
                     for size in (fewer, more))  # fmt: skip
    filings = [name for name in after if name in before]
    groups = [after[name][0] for name in filings]
    counts = np.array([[*after[name][1], *before[name][1]] for name in filings], float)
    doublings = float(np.log2(more / fewer))

    def change(sums: Floats) -> Floats:
        return (_f1(sums[..., :3]) - _f1(sums[..., 3:])) / doublings

    gain = float(change(counts.sum(axis=0)))
    return gain, ratio_interval(groups, counts, change), len(set(groups))


def _added(points: Sequence[Point]) -> dict[str, tuple[str, Floats]]:
    """Group and counts of every filing, over all repeats."""
    found: dict[str, tuple[str, Floats]] = {}
    for each in (count for point in points for count in point.counts):
        own = np.array([each.right, each.invented, each.missed], float)
        found[each.filing] = (each.group, own + found.get(each.filing, ("", 0.0))[1])
    return found


def _f1(sums: Floats) -> Floats:
    weight = 2 * sums[..., 0] + sums[..., 1] + sums[..., 2]
    return np.where(weight > 0, 2 * sums[..., 0] / np.where(weight > 0, weight, 1.0), 1.0)


def table(points: Sequence[Point], notes: Sequence[str]) -> Iterator[str]:
    """The points as a table, then what is to be said of them."""
    yield "| documents | field F1 | 95 % interval | precision | recall | steps | minutes |"
    yield "|---:|---:|---|---:|---:|---:|---:|"
    for each in points:
        span = "-" if each.interval is None else "{:.4f} to {:.4f}".format(*each.interval)
        yield (f"| {each.size} | {each.f1:.4f} | {span} | {each.precision:.4f} | "
               f"{each.recall:.4f} | {each.steps} | {each.minutes:.1f} |")  # fmt: skip
    for note in notes:
        yield f"\n{note}"


def plot(points: Sequence[Point]) -> Figure:
    """F1 and its interval by size; every doubling is as wide as the next."""
    figure = Figure(figsize=(6.0, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for each in points:
        place = np.log2(each.size + 1)
        axes.plot([place], [each.f1], "o", color="#2f86c8")
        if each.interval:
            axes.plot([place, place], each.interval, color="#2f86c8", linewidth=1)
    sizes = sorted({each.size for each in points})
    means = [float(np.mean([each.f1 for each in points if each.size == size])) for size in sizes]
    axes.plot(np.log2(np.array(sizes) + 1.0), means, color="#2f86c8", linewidth=1.4)
    axes.set_xticks(np.log2(np.array(sizes) + 1.0), [str(size) for size in sizes])
    axes.set(xlabel="labelled documents", ylabel="field F1 (95 % interval)", ylim=(0, 1.02))
    return figure


def write(points: Sequence[Point], notes: Sequence[str], plan: Plan) -> None:
    """curve.json, curve.md and curve.png."""
    told = {"models": plan.models, "config": str(plan.config), "split": plan.split,
            "seed": plan.seed, "notes": notes}  # fmt: skip
    row = told | {"points": [asdict(each) for each in points]}
    (plan.output / "curve.json").write_text(json.dumps(row, indent=1), encoding="utf-8")
    text = "\n".join(table(points, notes)) + "\n"
    (plan.output / "curve.md").write_text(text, encoding="utf-8")
    plot(points).savefig(plan.output / "curve.png", dpi=120)


def curve(plan: Plan, wanted: Sequence[int], repeats: int) -> tuple[list[Point], list[str]]:
    """Every point and what is to be said of them; the files are written after each point."""
    sizes, cut = sizes_of(wanted, len(plan.documents))
    points = [measure(plan, (), 0, 1)]
    notes = [cut] if cut else []
    for size in sizes:
        for repeat in range(1, repeats + 1):
            order = drawn(plan.documents, plan.seed + repeat - 1)
            points.append(measure(plan, order[:size], size, repeat))
            write(points, [*notes, outlook(points)], plan)
            print(f"{size} documents: field F1 {points[-1].f1:.4f}", flush=True)
    return points, [*notes, outlook(points)]


def read_plan(options: argparse.Namespace) -> Plan:
    """What the command line asks for; makes the training records. Raises BadSetting, FactError."""
    golds = load(options.labels)
    documents = tuple(each for each in golds if each.source.split == TRAIN)
    judges = tuple(each for each in (load(options.gold) if options.gold else golds)
                   if is_dev(each.source.split)
                   or (options.split == TEST == each.source.split))  # fmt: skip
    if not documents:
        raise BadSetting(f"{options.labels} has no documents of split train to learn from")
    if not judges:
        raise BadSetting(f"no documents of split {options.split} to judge by")
    unknown = [name for name in options.models if name not in finetune.LEARN]
    if unknown or options.repeats < 1:
        raise BadSetting(f"no model {unknown[0]!r}; there are {', '.join(finetune.LEARN)}"
                         if unknown else "--repeats must be positive")  # fmt: skip
    options.output.mkdir(parents=True, exist_ok=True)
    pages = options.labelled or options.output / "labelled"
    if not options.labelled:
        labelled.build([options.labels], pages, Extractor.load(calibrated=False))
    return Plan(documents, judges, pages, options.output, tuple(options.models), options.minutes,
                options.config, options.data, options.gold or options.labels, options.split,
                options.seed, options.processes)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--labels", type=Path, required=True, metavar="SET", help="folder of gold")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 10, 20, 50])
    parser.add_argument("--output", type=Path, default=Path("out/curve"))
    parser.add_argument("--models", nargs="+", default=["tagger"], metavar="MODEL")
    parser.add_argument("--minutes", type=float, default=0.0, help="of training for each point")
    parser.add_argument("--repeats", type=int, default=1, help="draws of each size")
    parser.add_argument("--seed", type=int, default=1, help="of the first draw")
    parser.add_argument("--gold", type=Path, help="what is read; default: the set itself")
    parser.add_argument("--split", choices=("dev", TEST), default="dev")
    parser.add_argument("--labelled", type=Path, help="records that training.labelled has made")
    parser.add_argument("--config", type=Path, default=CONFIG)
    parser.add_argument("--data", type=Path, default=Path("data"), help="generated pages")
    parser.add_argument("--processes", type=int, help="that read; default: one for each core")
    options = parser.parse_args(arguments)
    with refusals("learning_curve"):
        plan = read_plan(options)
        points, notes = curve(plan, options.sizes, options.repeats)
    print("\n".join(table(points, notes)))


if __name__ == "__main__":
    main()
