"""Signs to probabilities, probabilities to thresholds."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import beta  # type: ignore[import-untyped]

from models.confidence import (
    BLANKS,
    FAMILIES,
    VALUES,
    Calibration,
    Context,
    Signs,
    Step,
    claim_of,
    curve_of,
    family_of,
    features,
    fit,
    joint,
    lower_bound,
    revised,
    whole_of,
)
from models.extraction import BLANK, READ
from models.form import FieldSpec
from models.reading import Evidence, RawField


def raw(score: float = 0.99, state: str = READ, kind: str = "number", name: str = "x") -> RawField:
    evidence = Evidence(characters=(score, 0.99), tags=(0.99,))
    return RawField(FieldSpec(name, kind), "/x", "1", "1", state, evidence=evidence)


def fitted() -> Calibration:
    rng = np.random.default_rng(1)
    scores = rng.uniform(0.3, 1.0, 2000)
    right = rng.random(2000) < scores
    signs = [features(raw(score), Context()) for score in scores]
    return fit(signs, list(right), ["value"] * 2000)


def test_signs_are_finite_at_their_worst() -> None:
    worst = features(raw(0.0), Context(0.0, 0.0, failed=("period",), contrast=0.0, sharpness=0.0))
    assert all(math.isfinite(value) for value in worst.values())
    assert worst["failed:period"] == 1.0


def test_families_part_values_flags_and_blanks() -> None:
    assert family_of(raw()) == "value"
    assert family_of(raw(kind="flag")) == "flag"
    assert family_of(raw(state=BLANK)) == "blank"
    assert [claim_of(family) for family in FAMILIES] == [VALUES, VALUES, BLANKS]


def test_fitted_probabilities_are_near_the_true_share() -> None:
    calibration = fitted()
    for score in (0.4, 0.6, 0.8, 0.95):
        found = calibration.apply("value", features(raw(score), Context()))
        assert abs(found - score) < 0.08


def test_a_family_without_cases_is_not_sure_of_anything() -> None:
    found = fitted().apply("blank", features(raw(state=BLANK), Context()))
    assert 0.2 < found < 0.8


def test_a_field_often_wrong_is_doubted_more_and_one_seldom_seen_hardly_less() -> None:
    def cases(name: str, count: int, wrong: int) -> list[tuple[Signs, bool]]:
        signs = features(raw(name=name), Context())
        return [(signs, index >= wrong) for index in range(count)]

    every = [*cases("often", 200, 60), *cases("good", 200, 2), *cases("rare", 2, 1)]
    calibration = fit([one for one, _ in every], [right for _, right in every], ["value"] * 402)
    often, good, rare, unknown = (
        calibration.apply("value", features(raw(name=name), Context()))
        for name in ("often", "good", "rare", "unknown")
    )
    assert often == pytest.approx(0.7, abs=0.05)
    assert good == pytest.approx(0.99, abs=0.03)
    assert often < rare < unknown < good


def test_a_calibration_survives_its_file() -> None:
    calibration = replace(fitted(), curves={VALUES: (Step(0.9, 700, 0.995),)}, whole=(0.8, -0.1))
    again = Calibration.from_json(calibration.to_json())
    signs = features(raw(0.7), Context())
    assert again.apply("value", signs) == pytest.approx(calibration.apply("value", signs), abs=1e-3)
    assert again.threshold(VALUES, 0.99) == 0.9
    assert again.whole == (0.8, -0.1)


@pytest.mark.parametrize(("count", "errors"), [(598, 0), (1000, 3), (40, 11), (1, 0), (5, 5)])
def test_the_bound_is_that_of_clopper_and_pearson(count: int, errors: int) -> None:
    exact = beta.ppf(0.05, count - errors, errors + 1) if errors < count else 0.0
    assert lower_bound(count, errors) == pytest.approx(exact, abs=1e-6)


def test_598_right_cases_show_99_5_percent_and_597_do_not() -> None:
    assert lower_bound(598, 0) >= 0.995 > lower_bound(597, 0)


def test_a_threshold_keeps_its_precision_and_takes_all_it_may() -> None:
    confidence = np.linspace(0.5, 1.0, 4000)
    right = np.ones(4000)
    right[:1000:2] = 0  # every second of the least sure quarter is wrong
    calibration = Calibration({}, {VALUES: curve_of(confidence, right)})
    threshold = calibration.threshold(VALUES, 0.995)
    accepted = confidence >= threshold
    assert 0.6 < threshold < 0.63
    assert right[accepted].mean() >= 0.995
    assert calibration.threshold(VALUES, 0.98) < threshold < calibration.threshold(VALUES, 0.999)


def test_too_few_cases_send_everything_to_review() -> None:
    few = Calibration({}, {VALUES: curve_of(np.linspace(0.9, 1, 500), np.ones(500))})
    assert few.threshold(VALUES, 0.995) == math.inf
    assert few.threshold(VALUES, 0.99) == pytest.approx(0.9)
    assert few.threshold(BLANKS, 0.5) == math.inf
    assert few.threshold(VALUES, 1.0) == math.inf
    assert curve_of(np.array([]), np.array([])) == ()


def test_a_filing_is_as_sure_as_filings_like_it_were_right() -> None:
    rng = np.random.default_rng(2)
    doubts = rng.uniform(0.0, 0.2, (800, 10)) * rng.uniform(0.0, 1.0, (800, 1))
    right = [bool((rng.random(10) > row).all()) for row in doubts]
    whole = whole_of([joint(1 - row) for row in doubts], right)
    calibration = Calibration({}, whole=whole)
    for doubt in (0.02, 0.06):
        sure = calibration.filing([1 - doubt] * 10)
        assert sure == pytest.approx((1 - doubt) ** 10, abs=0.1)
    assert calibration.filing([0.999] * 10) > calibration.filing([0.999] * 9 + [0.5])


def test_a_filing_becomes_surer_as_its_fields_do_and_is_the_same_when_none_changes() -> None:
    doubtful = [0.9, 0.6, None]
    assert revised(0.4, doubtful, doubtful) == pytest.approx(0.4)
    one = revised(0.4, doubtful, [0.9, 1.0, None])
    assert 0.4 < one < revised(0.4, doubtful, [1.0, 1.0, 1.0]) < 1.0
    assert revised(0.4, doubtful, [0.9, None, None]) < 0.4
    assert 0.0 < revised(0.0, doubtful, doubtful) < revised(1.0, doubtful, doubtful) < 1.0
