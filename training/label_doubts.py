"""Program: labels that a tagger contradicts: perhaps wrong, or missing.

    python -m training.label_doubts --labelled data/labelled [--candidate runs/mine/tagger]
        [--sure 0.9]

Reads no scan: the words of the records that `training.labelled` made are tagged by the released
tagger, or by a candidate, and each run of words is listed that it surely takes for something else
than its label says. A tagger that has learnt from a wrong label agrees with it: take one that has
not. Whatever a tagger says of a form that it does not know is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from models import weights
from models.document import Box
from models.errors import BadSetting
from models.form import forms
from models.tagger import OUTSIDE, Tagged, Tagger
from training.mixture import LabelledPage, find_labelled, labelled_page
from training.settings import refusals
from training.tagging import UNKNOWN, UNTOUCHED, tagged_tokens

SURE = 0.9


@dataclass(frozen=True)
class Doubt:
    """Words of a record that are labelled as one thing and read as another."""

    record: str
    text: str
    label: str
    said: str
    score: float
    """The least of the words' probabilities."""

    def __str__(self) -> str:
        return (f"{self.record}: {self.text!r} is labelled {_named(self.label)}, and read as"
                f" {_named(self.said)} ({self.score:.2f})")  # fmt: skip


def doubts_of(name: str, page: LabelledPage, tagger: Tagger, sure: float = SURE) -> Iterator[Doubt]:
    """Where the tagger contradicts a page's labels, in reading order."""
    tokens, labels = tagged_tokens(page.page, page.form, np.random.default_rng(0), UNTOUCHED)
    if not tokens:
        return
    found = tagger.tag(tokens, Box(0.0, 0.0, page.page.width, page.page.height))
    pairs = zip(labels, found, strict=True)
    for (label, said), run in groupby(pairs, key=lambda pair: (pair[0], pair[1].tag)):
        words = [each for _, each in run]
        score = min(each.score for each in words)
        if label not in (said, UNKNOWN) and score >= sure:
            yield Doubt(name, _text(words), label, said, score)


def _text(words: Sequence[Tagged]) -> str:
    return " ".join(each.token.text for each in words)


def _named(tag: str) -> str:
    return "no value" if tag == OUTSIDE else tag


def doubts(folders: Sequence[Path], row: weights.Weights, sure: float = SURE) -> list[Doubt]:
    """The doubts about all records of forms that the tagger knows; raises BadSetting."""
    known = {form.name for form in forms().values() if set(form.tags()) <= set(row.labels)}
    labelled = find_labelled(folders)
    records = {path: labelled_page(path) for path in (*labelled.learn, *labelled.check)}
    own = {path: page for path, page in records.items() if page.form in known}
    if not own:
        raise BadSetting(f"{row.tag} knows none of these forms; name one that does: --candidate")
    tagger = Tagger(row)
    return [doubt for path, page in own.items()
            for doubt in doubts_of(path.name.partition(".")[0], page, tagger, sure)]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """List them; 1 where there are any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--labelled", type=Path, action="append", required=True, metavar="FOLDER")
    parser.add_argument("--candidate", type=Path, metavar="RUN", help="default: what is released")
    parser.add_argument("--sure", type=float, default=SURE, help="least probability")
    options = parser.parse_args(arguments)
    with refusals("label_doubts"):
        run = options.candidate
        row = weights.of_run(run) if run else weights.find("tagger")
        found = doubts(options.labelled, row, options.sure)
    for each in found:
        print(each)
    print(f"{len(found)} doubts about labels, by {row.tag}")
    return int(bool(found))


if __name__ == "__main__":
    raise SystemExit(main())
