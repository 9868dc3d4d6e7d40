"""Confidence: evidence of every stage to the probability that an exported value is exactly right.

Logistic regressions (one for values, one for flags, one for blanks) over named signs, fitted on
pages that went through the whole pipeline and whose truth is known. Signs of single fields and
single rules are drawn towards nothing more strongly than the general ones: a field that was seldom
seen is judged as its kind is (partial pooling). From confidences follow thresholds: what may go
without review at a wanted precision, by a finite-sample bound. numpy only: programs of training and
evaluation call `fit`, `curve_of` and `whole_of`, the pipeline the rest.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from models.errors import DamagedWeights
from models.extraction import BLANK, FOOTNOTE_ONLY, NOT_ON_FORM, READ
from models.reading import RawField
from models.weights import Weights

VALUE = "value"
FAMILIES = (VALUE, "flag", "blank")
VALUES, BLANKS = "values", "blanks"
"""The two kinds of claims: something stands there, and nothing stands there."""
FORMAT = 2
"""Of the stored calibration."""
PRECISION = 0.995
"""Of what goes without review, unless the operator sets another target."""

POOLED, SINGLE = 1.0, 3.0
"""Pull towards zero of a general sign's weight, and of a single field's or rule's."""
LEAST, MOST = 0.001, 0.9995
AMPLE = 2.5
"""Of the cases that show a precision without an error, how many the first trial has: two that are
wrong together, as two blanks of a row that was not read, leave it standing (6.3 / 3.0 times)."""
DOUBT = 0.05
"""Chance that a bound does not hold."""

Vector = npt.NDArray[np.float64]
Signs = dict[str, float]


@dataclass(frozen=True)
class Context:
    """What is known about a field beside its own evidence.

    `legibility` is the mean character probability of its page (of the document for blanks),
    `tagging` the mean tag probability; `passed` and `failed` name the form's rules over this field;
    `echoed` is the share of its words that stand elsewhere in the document too; `rival` the highest
    probability that a word which went elsewhere belongs to this field; `siblings` are the owners
    or signatures, this field's among them, that may have been taken for each other; `contrast`
    (0 to 1), `sharpness` (0 to 1) and `dpi` are those of its crop.
    """

    legibility: float = 1.0
    tagging: float = 1.0
    passed: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    echoed: float = 0.0
    rival: float = 0.0
    siblings: int = 1
    contrast: float = 1.0
    sharpness: float = 1.0
    dpi: float = 200.0


def family_of(raw: RawField) -> str:
    """Which regression judges the field."""
    if raw.state in (BLANK, FOOTNOTE_ONLY, NOT_ON_FORM):
        return "blank"
    return "flag" if raw.spec.kind == "flag" and raw.state == READ else VALUE


def claim_of(family: str) -> str:
    """What a field of the family states."""
    return BLANKS if family == "blank" else VALUES


def features(raw: RawField, context: Context) -> Signs:
    """The signs of one field, by name; a name with a colon is of one field, kind or rule only."""
    evidence = raw.evidence
    characters = np.array(evidence.characters or (1.0,))
    tags = np.array(evidence.tags or (1.0,))
    signs = {
        "bias": 1.0,
        "worst_character": doubt(characters.min()),
        "mean_character": doubt(characters.mean()),
        "text_doubt": min(float(-np.log(np.clip(characters, 1e-4, 1.0)).sum()), 8.0),
        "worst_tag": doubt(tags.min()),
        "mean_tag": doubt(tags.mean()),
        "least_margin": min(evidence.margins, default=1.0),
        "disagreement": 1.0 - evidence.agreement,
        "dropped": min(evidence.dropped, 4) / 4,
        "in_table": float(evidence.table),
        "length": math.log1p(len(characters)) / 4,
        "odd": float(min(raw.oddities, 3)),
        "second_reading": max((score for _, score in raw.alternatives), default=0.0),
        "page_doubt": doubt(context.legibility),
        "page_tag_doubt": doubt(context.tagging),
        "unseen": float(not evidence.tags),
        "echoed": context.echoed,
        "rival": context.rival,
        "siblings": min(context.siblings - 1, 3) / 3,
        "failed_rules": float(min(len(context.failed), 3)),
        "passed_rules": float(min(len(context.passed), 3)),
        "contrast": context.contrast,
        "sharpness": context.sharpness,
        "dpi": min(context.dpi, 300.0) / 300.0,
        f"kind:{raw.spec.kind}": 1.0,
        f"strange:{raw.spec.kind}": raw.strangeness,
        f"field:{raw.spec.name or 'footnote'}": 1.0,
    }
    signs |= {f"failed:{rule}": 1.0 for rule in context.failed}
    signs |= {f"passed:{rule}": 1.0 for rule in context.passed}
    return signs


def doubt(probability: float) -> float:
    """Log-odds against, from -7 (certain) up; what regression adds up."""
    clipped = float(np.clip(probability, LEAST, 0.999))
    return float(np.log((1 - clipped) / clipped))


@dataclass(frozen=True)
class Step:
    """A point of the curve from threshold to precision: `accepted` cases were at least as sure,
    and `bound` is the precision they exceed with probability 1 - `DOUBT`."""

    threshold: float
    accepted: int
    bound: float


@dataclass(frozen=True)
class Calibration:
    """Fitted weights of every family by sign, the curves of both claims, the whole filing's fit.

    `roots` are the root elements of the forms whose filings it was fitted on; empty means all. Of
    others nothing was shown, so that nothing of them goes without review.
    """

    weights: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    whole: tuple[float, float] = (0.0, 1.0)
    roots: tuple[str, ...] = ()

    @classmethod
    def from_weights(cls, weights: Weights) -> Calibration:
        """The released calibration; raises DamagedWeights when it is of another format."""
        if weights.dims.get("format") != FORMAT:
            raise DamagedWeights(f"{weights.tag} is a calibration of another format")
        return cls.from_json(weights.read().decode())

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """The inverse of `to_json`."""
        raw: dict[str, Any] = json.loads(text)
        curves = {claim: tuple(Step(*step) for step in steps)
                  for claim, steps in raw["curves"].items()}  # fmt: skip
        slope, offset = raw["whole"]
        return cls(raw["weights"], curves, (slope, offset), tuple(raw.get("roots", ())))

    def to_json(self) -> str:
        """As stored in the weights folder."""
        return json.dumps({
            "weights": {family: {name: round(value, 5) for name, value in own.items()}
                        for family, own in self.weights.items()},
            "curves": {claim: [[round(step.threshold, 6), step.accepted, round(step.bound, 6)]
                               for step in steps] for claim, steps in self.curves.items()},
            "whole": [round(value, 5) for value in self.whole],
            "roots": list(self.roots),
        }, indent=1)  # fmt: skip

    def has_shown(self, root: str) -> bool:
        """Whether filings of forms with this root element were among those it was fitted on."""
        return not self.roots or root in self.roots

    def apply(self, family: str, signs: Signs) -> float:
        """Probability that a field with these signs is exactly right."""
        own = self.weights[family]
        return _bounded(sum(own.get(name, 0.0) * value for name, value in signs.items()))

    def threshold(self, claim: str, precision: float) -> float:
        """The confidence from which fields go without review; infinite when nothing may.

        Thresholds are tried from the strictest downwards until the bound fails: a fixed-sequence
        test, so that the chance of a threshold that is too low stays `DOUBT` (Angelopoulos et al.
        2021, arXiv:2110.01052). The first has `AMPLE` times the cases that show the precision when
        none is wrong, if there are so many: with fewer a single error would end it.
        """
        steps = self.curves.get(claim, ())
        enough = math.log(DOUBT) / math.log(precision) if precision < 1 else math.inf
        first = max(min(AMPLE * enough, steps[-1].accepted), enough) if steps else math.inf
        found = math.inf
        for step in steps:
            if step.accepted < first:
                continue
            if step.bound < precision:
                break
            found = step.threshold
        return found

    def filing(self, confidences: Iterable[float | None]) -> float:
        """Probability that every field of a filing is right, from those of its fields."""
        slope, offset = self.whole
        return _bounded(offset + slope * joint(confidences))


def joint(confidences: Iterable[float | None]) -> float:
    """Log-odds that all are right, were they independent; what is illegible (None) is hardly so."""
    logs = sum(math.log(max(each or LEAST, LEAST)) for each in confidences)
    together = min(max(math.exp(logs), 1e-9), 1 - 1e-6)
    return math.log(together / (1 - together))


def revised(whole: float, before: Iterable[float | None], after: Iterable[float | None]) -> float:
    """A filing's probability after some of its fields' have changed, without its calibration."""
    clipped = min(max(whole, LEAST), MOST)
    odds = math.log(clipped / (1 - clipped))
    return _bounded(odds + joint(after) - joint(before))


def fit(signs: Sequence[Signs], right: Sequence[bool], families: Sequence[str]) -> Calibration:
    """Fit every family; without curves and without the whole filing's fit."""
    weights = {}
    for name in FAMILIES:
        own = [index for index, family in enumerate(families) if family == name]
        weights[name] = _regression(
            [signs[index] for index in own], np.array([right[index] for index in own], float)
        )
    return Calibration(weights)


def whole_of(joints: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Slope and offset of `Calibration.filing`, from filings' `joint` log-odds and truth.

    Drawn towards slope 1 and offset 0: few filings mean that fields err as if independently.
    """
    matrix = np.column_stack([np.array(joints, float), np.ones(len(joints))])
    slope, offset = _newton(matrix, np.array(right, float), np.full(2, POOLED), np.array([1.0, 0]))
    return float(slope), float(offset)


def _regression(signs: Sequence[Signs], truth: Vector) -> dict[str, float]:
    """Logistic regression with an L2 penalty on all but the bias, by Newton's method.

    One right and one wrong average case are added, so that a family without errors, or without
    cases, does not become infinitely sure.
    """
    names = sorted({name for each in signs for name in each} | {"bias"})
    place = {name: index for index, name in enumerate(names)}
    matrix = np.zeros((len(signs) + 2, len(names)))
    for row, each in enumerate(signs):
        for name, value in each.items():
            matrix[row, place[name]] = value
    matrix[len(signs) :] = matrix[: len(signs)].mean(axis=0) if signs else 0.0
    matrix[:, place["bias"]] = 1.0
    target = np.concatenate([truth, [1.0, 0.0]])
    penalty = np.array([SINGLE if ":" in name else POOLED for name in names])
    penalty[place["bias"]] = 1e-6
    weights = _newton(matrix, target, penalty)
    return dict(zip(names, (float(weight) for weight in weights), strict=True))


def _newton(matrix: Vector, target: Vector, penalty: Vector, prior: Vector | None = None) -> Vector:
    """Minimiser of the penalised log-loss, shape (signs,); a step that worsens it is halved.

    `penalty` draws the weights towards `prior`, which is zero unless given.
    """
    middle = np.zeros(matrix.shape[1]) if prior is None else prior
    weights = middle.copy()

    def loss(at: Vector) -> float:
        scores = matrix @ at
        fit = (np.logaddexp(0, scores) - target * scores).sum()
        return float(fit + penalty @ (at - middle) ** 2 / 2)

    for _ in range(60):
        probability = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (probability - target) + penalty * (weights - middle)
        spread = probability * (1 - probability)
        curve = (matrix.T * spread) @ matrix + np.diag(penalty + 1e-9)
        step = np.linalg.solve(curve, slope)
        while loss(weights - step) > loss(weights) and np.abs(step).max() > 1e-8:
            step = step / 2
        weights = weights - step
        if np.abs(step).max() < 1e-7:
            break
    return np.asarray(weights)


def curve_of(confidence: Vector, right: Vector, points: int = 200) -> tuple[Step, ...]:
    """Thresholds from the strictest to the loosest with what they accept and their bound."""
    if not len(confidence):
        return ()
    shares = np.linspace(1.0, 0.0, points)
    thresholds = sorted({round(float(each), 6) for each in np.quantile(confidence, shares)})
    steps = []
    for threshold in reversed(thresholds):
        accepted = confidence >= threshold
        count = int(accepted.sum())
        errors = count - int(right[accepted].sum())
        if count:
            steps.append(Step(threshold, count, lower_bound(count, errors)))
    return tuple(steps)


def lower_bound(count: int, errors: int, chance: float = DOUBT) -> float:
    """Clopper and Pearson's one-sided bound: the precision that `count` cases with `errors` exceed.

    The p at which seeing so few errors has probability `chance`, by bisection (1934,
    doi:10.1093/biomet/26.4.404).
    """
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _at_most(errors, count, 1 - middle) < chance:
            low = middle
        else:
            high = middle
    return low


def _at_most(errors: int, count: int, rate: float) -> float:
    """Probability of at most `errors` in `count` cases that go wrong at `rate`."""
    if rate <= 0.0 or errors >= count:
        return 1.0
    if rate >= 1.0:
        return 0.0
    odds = math.log(rate) - math.log1p(-rate)
    term = count * math.log1p(-rate)
    terms = [term]
    for wrong in range(errors):
        term += math.log(count - wrong) - math.log(wrong + 1) + odds
        terms.append(term)
    largest = max(terms)
    return min(math.exp(largest) * sum(math.exp(each - largest) for each in terms), 1.0)


def _bounded(score: float) -> float:
    return float(np.clip(1 / (1 + math.exp(-max(min(score, 30.0), -30.0))), LEAST, MOST))
