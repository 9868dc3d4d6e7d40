"""What the training programs are told: the same options for all three, and one config file each."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.errors import BadSetting, FilingscanError
from training.loop import LoopConfig, loop_config, read_config
from training.mixture import RECORDS, SUFFIX, Labelled, Mixture, find_labelled


@dataclass(frozen=True)
class Settings:
    """A training's config, read from the file `config`, and its options.

    `start` is a safetensors file, `champion`, or empty for a start from scratch.
    """

    raw: Mapping[str, Any]
    config: Path
    data: tuple[Path, ...]
    run: Path
    start: str = ""
    labelled: tuple[Path, ...] = ()

    def loop(self, labelled: Labelled) -> LoopConfig:
        """The loop's config; without labelled pages to validate on, by the generated ones' score.

        Raises BadSetting.
        """
        config = loop_config(dict(self.raw), self.config)
        if labelled.check or SUFFIX not in config.metric:
            return config
        names = dict.fromkeys(name.removesuffix(SUFFIX) for name in config.metric.split("+"))
        return replace(config, metric="+".join(names))

    def pages(self, kind: str = RECORDS) -> Labelled:
        """The labelled records of this kind; none without `--labelled`. Raises BadSetting."""
        return find_labelled(self.labelled, kind)

    def mixture(self, generated: Sequence[Path], labelled: Labelled) -> Mixture:
        """What to learn from; raises BadSetting where the share is none or nothing is there."""
        share = self.raw.get("labelled_share", 0.5)
        if not isinstance(share, int | float) or not 0 <= share <= 1:
            raise BadSetting(f"{self.config}: labelled_share must lie between 0 and 1")
        if not generated:
            raise BadSetting(f"nothing generated to learn from in {_listed(self.data)}")
        return Mixture(generated, labelled.learn, share)


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def run_program(
    learn: Callable[[Settings], None], name: str, data: Sequence[str], summary: str,
    arguments: Sequence[str] | None,
) -> None:  # fmt: skip
    """Parse the options and train; what is wrong with them is one line, and exit code 2."""
    parser = argparse.ArgumentParser(description=summary.splitlines()[0])
    parser.add_argument("--config", type=Path, default=Path(f"training/configs/{name}.toml"))
    parser.add_argument("--data", type=Path, nargs="+", default=[Path(each) for each in data])
    parser.add_argument("--run", type=Path, default=Path(f"runs/{name}"))
    parser.add_argument("--start", default="", metavar="FILE|champion",
                        help="safetensors to go on from; default: scratch")  # fmt: skip
    parser.add_argument("--labelled", type=Path, action="append", default=[], metavar="FOLDER",
                        help="labelled pages to mix in; may be repeated")  # fmt: skip
    options = parser.parse_args(arguments)
    with refusals(name):
        _, raw = read_config(options.config)
        learn(Settings(raw, options.config, tuple(options.data), options.run, options.start,
                       tuple(options.labelled)))  # fmt: skip


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """Bad input ends the program `name` with one line and exit code 2."""
    try:
        yield
    except (FilingscanError, FileNotFoundError) as error:
        print(f"{name}: {getattr(error, 'detail', error)}", file=sys.stderr)
        raise SystemExit(2) from error
