"""Confidence: evidence of every stage to the probability that an exported value is exactly right.

Logistic regressions (one for values, one for flags, one for blanks) over a few monotone signs of
trouble, fitted on held-out pages that went through the whole pipeline. numpy only: programs of
training and evaluation call `fit`, the pipeline calls `apply`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.errors import DamagedWeights
from models.extraction import BLANK, FOOTNOTE_ONLY, NOT_ON_FORM, READ
from models.form import KINDS
from models.reading import RawField
from models.weights import Weights

FAMILIES = ("value", "flag", "blank")
FEATURES = (
    "bias", "worst_character", "mean_character", "text_doubt", "worst_tag", "mean_tag",
    "disagreement", "dropped", "in_table", "length", "page_doubt", "page_tag_doubt", "unseen",
    "failed_checks", "passed_checks",
    *(f"kind_{kind}" for kind in KINDS),
)  # fmt: skip
STRENGTH = 1.0
"""Of the pull of every weight but the bias towards zero, in the regression."""
LEAST, MOST = 0.001, 0.9995

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Context:
    """What is known about a field beside its own evidence.

    `legibility` is the mean character probability of its page (of the document for blanks),
    `tagging` the mean tag probability; `passed` and `failed` count the form's rules over this
    field.
    """

    legibility: float = 1.0
    tagging: float = 1.0
    passed: int = 0
    failed: int = 0


def family_of(raw: RawField) -> str:
    """Which regression judges the field."""
    if raw.state in (BLANK, FOOTNOTE_ONLY, NOT_ON_FORM):
        return "blank"
    return "flag" if raw.spec.kind == "flag" and raw.state == READ else "value"


def features(raw: RawField, context: Context) -> Vector:
    """The signs of one field, in the order of `FEATURES`."""
    evidence = raw.evidence
    characters = np.array(evidence.characters or (1.0,))
    tags = np.array(evidence.tags or (1.0,))
    kinds = [float(raw.spec.kind == kind) for kind in KINDS]
    return np.array(
        [
            1.0, doubt(characters.min()), doubt(characters.mean()),
            float(np.minimum(-np.log(np.clip(characters, 1e-4, 1.0)).sum(), 8.0)),
            doubt(tags.min()), doubt(tags.mean()), 1.0 - evidence.agreement,
            min(evidence.dropped, 4) / 4, float(evidence.table), np.log1p(len(characters)) / 4,
            doubt(context.legibility), doubt(context.tagging),
            float(not evidence.tags), min(context.failed, 3), min(context.passed, 3), *kinds,
        ]
    )  # fmt: skip


def doubt(probability: float) -> float:
    """Log-odds against, from -7 (certain) up; what regression adds up."""
    clipped = float(np.clip(probability, LEAST, 0.999))
    return float(np.log((1 - clipped) / clipped))


@dataclass(frozen=True)
class Calibration:
    """Fitted weights of every family, in the order of `FEATURES`."""

    weights: dict[str, tuple[float, ...]]

    @classmethod
    def from_weights(cls, weights: Weights) -> Calibration:
        """The released calibration; raises DamagedWeights when it is for other features."""
        if tuple(weights.labels) != FEATURES:
            raise DamagedWeights(f"{weights.tag} is not for these features")
        return cls.from_json(weights.read().decode())

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The inverse of `to_json`."""
        return cls({name: tuple(values) for name, values in json.loads(text).items()})

    def to_json(self) -> str:
        """As stored in the weights folder."""
        return json.dumps({name: [round(value, 6) for value in values]
                           for name, values in self.weights.items()})  # fmt: skip

    def apply(self, family: str, signs: Vector) -> float:
        """Probability that a field with these signs is exactly right."""
        score = float(np.dot(self.weights[family], signs))
        return float(np.clip(1 / (1 + np.exp(-np.clip(score, -30, 30))), LEAST, MOST))


def fit(signs: Vector, right: Sequence[bool], families: Sequence[str]) -> Calibration:
    """Fit every family; `signs` has shape (fields, features). Families without errors stay sure."""
    chosen = np.array(families)
    truth = np.array(right, float)
    return Calibration({name: tuple(_regression(signs[chosen == name], truth[chosen == name]))
                        for name in FAMILIES})  # fmt: skip


def _regression(signs: Vector, truth: Vector) -> Vector:
    """Logistic regression with an L2 penalty on all but the bias, by Newton's method.

    One right and one wrong average case are added, so that a family without errors, or without
    cases, does not become infinitely sure.
    """
    width = len(FEATURES)
    middle = signs.mean(axis=0) if len(signs) else np.eye(1, width)[0]
    signs = np.vstack([signs.reshape(-1, width), middle, middle])
    truth = np.concatenate([truth, [1.0, 0.0]])
    penalty = np.full(width, STRENGTH)
    penalty[0] = 1e-6
    weights = np.zeros(width)
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(signs @ weights, -30, 30)))
        slope = signs.T @ (probability - truth) + penalty * weights
        curve = (signs.T * (probability * (1 - probability))) @ signs + np.diag(penalty)
        step = np.linalg.solve(curve + 1e-9 * np.eye(width), slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights
