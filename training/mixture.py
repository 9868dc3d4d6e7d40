"""Generated and labelled pages to learn from together, and the labelled ones to validate on.

A folder of labelled pages is what `training.labelled` makes: records below `train` and `dev`, line
crops in `lines` there. What its split says counts; no page of `dev` is learnt from.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from eval.printing import PrintedPage
from models.errors import BadSetting
from models.extraction import REGION_LABELS
from models.form import forms
from models.tagger import CONTINUED, FOOTNOTE_HEAD, OUTSIDE
from training.synth.pages import page_of
from training.tagging import UNKNOWN
from training.truth import MARK

RECORDS, CROPS = "*.json.gz", "lines/*.json"
"""What is learnt from: whole pages, or the lines of known text."""
SUFFIX = "_labelled"
"""Of the scores on labelled pages."""
SHOWN = 10
"""Unknown labels that an error names."""
PLAIN_TAGS = ("", OUTSIDE, FOOTNOTE_HEAD, CONTINUED, MARK, UNKNOWN)
Validate = Callable[[nn.Module], dict[str, float]]


@dataclass(frozen=True)
class LabelledPage:
    """A labelled page as read: the EDGAR name of its form, its words and regions."""

    form: str
    page: PrintedPage


@dataclass(frozen=True)
class Labelled:
    """Paths of labelled records: to learn from, and to validate on."""

    learn: tuple[Path, ...] = ()
    check: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Mixture:
    """What samples are drawn from; `share` of them from the labelled ones, if there are any."""

    generated: Sequence[Path]
    labelled: Sequence[Path] = ()
    share: float = 0.5

    def draw(self, rng: np.random.Generator) -> tuple[Path, bool]:
        """A record, and whether it is a labelled one."""
        labelled = bool(self.labelled) and rng.random() < self.share
        paths = self.labelled if labelled else self.generated
        return paths[int(rng.integers(len(paths)))], labelled

    def __str__(self) -> str:
        told = f"{len(self.generated)} generated, {len(self.labelled)} labelled"
        return f"{told} ({fingerprint(self.labelled)})" if self.labelled else told


def of_known_forms(labelled: Labelled) -> Labelled:
    """Without the pages of which only regions were labelled: these say nothing of words."""

    def kept(paths: Iterable[Path]) -> tuple[Path, ...]:
        return tuple(path for path in paths if labelled_page(path).form)

    return Labelled(kept(labelled.learn), kept(labelled.check))


def fingerprint(paths: Iterable[Path]) -> str:
    """Of the records' names and contents: the same labels, wherever they lie."""
    digest = hashlib.sha256()
    for path in sorted(paths, key=lambda each: each.name):
        data = path.read_bytes()
        digest.update(path.name.encode())
        digest.update(gzip.decompress(data) if path.suffix == ".gz" else data)
    return f"sha256 {digest.hexdigest()[:16]}"


def find_labelled(folders: Iterable[Path], kind: str = RECORDS) -> Labelled:
    """The labelled records of all folders; raises BadSetting where one has none to learn from."""
    learn: list[Path] = []
    check: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise BadSetting(f"{folder}: no such folder of labelled pages")
        own = sorted((folder / "train").glob(kind))
        if not own:
            raise BadSetting(f"{folder}/train has no {kind} to learn from: run training.labelled")
        learn += own
        check += sorted((folder / "dev").glob(kind))
    if kind == RECORDS:
        check_labels([*learn, *check])
    return Labelled(tuple(learn), tuple(check))


def check_labels(paths: Iterable[Path]) -> None:
    """Raise BadSetting, naming them, for labels that no form of this version knows."""
    known = {name: {*PLAIN_TAGS, *form.tags()} for name, form in forms().items()}
    strange: dict[str, Path] = {}
    for path in paths:
        record = labelled_page(path)
        tags = {word.tag for word in record.page.words}
        tags |= {region.tag for region in record.page.regions}
        labels = {region.label for region in record.page.regions} - {*REGION_LABELS}
        if record.form and record.form not in known:
            strange.setdefault(f"form {record.form!r}", path)
        for name in sorted((tags - known.get(record.form, tags)) | labels):
            strange.setdefault(f"{name!r} of form {record.form}", path)
    if strange:
        named = ", ".join(f"{name} ({path.name})" for name, path in [*strange.items()][:SHOWN])
        more = f" and {len(strange) - SHOWN} more" if len(strange) > SHOWN else ""
        raise BadSetting(f"labels that no form of this version knows: {named}{more}")


@lru_cache(maxsize=4096)
def labelled_page(path: Path) -> LabelledPage:
    """What a labelled record says; raises BadSetting where it is none."""
    try:
        record: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
        return LabelledPage(record["form"], page_of(record["page"]))
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError, IndexError) as error:
        raise BadSetting(f"{path} is no training record: {error!r}") from error


def validator_of(generated: Validate, labelled: Validate | None) -> Validate:
    """Scores on generated pages, and on labelled ones where there are any."""

    def validate(model: nn.Module) -> dict[str, float]:
        more = labelled(model) if labelled else {}
        return generated(model) | {f"{name}{SUFFIX}": score for name, score in more.items()}

    return validate
