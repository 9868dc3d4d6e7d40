"""Measures of confidence, computed by hand; what is not defined is nan, without a warning."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eval.measures import (
    Bin,
    area_under_risk,
    auroc,
    bins_of,
    bounds,
    brier,
    calibration_error,
    case_interval,
    most_coverage,
    ratio_interval,
    risk_coverage,
    verdict,
)

RIGHT, SURE = np.array([1.0, 1.0, 0.0, 1.0]), np.array([0.9, 0.8, 0.3, 0.2])
NONE = np.zeros(0)


def test_calibration_error_by_hand() -> None:
    assert calibration_error(RIGHT, SURE, bins=4) == pytest.approx((0.1 + 0.2 + 0.3 + 0.8) / 4)
    # Two bins: (.2 + .3)/2 against 1/2, (.8 + .9)/2 against 1.
    assert calibration_error(RIGHT, SURE, bins=2) == pytest.approx((0.25 + 0.15) / 2)


def test_one_bin_compares_the_means() -> None:
    assert bins_of(RIGHT, SURE, 1) == [Bin(4, pytest.approx(0.55), 0.75)]
    assert calibration_error(RIGHT, SURE) == pytest.approx(0.2)  # too few cases for two bins


def test_ties_share_a_bin_whatever_their_order() -> None:
    sure = np.array([0.5] * 6 + [0.9] * 2)
    right = np.array([1.0, 1, 1, 0, 0, 0, 1, 1])
    for order in (np.arange(8), np.arange(8)[::-1]):
        found = bins_of(right[order], sure[order], 4)
        assert [(each.cases, each.right) for each in found] == [(6, 0.5), (2, 1.0)]
        assert calibration_error(right[order], sure[order], 4) == pytest.approx(0.1 * 2 / 8)


def test_all_right_and_all_wrong_are_as_far_off_as_the_confidence() -> None:
    sure = np.full(40, 0.9)
    assert calibration_error(np.ones(40), sure) == pytest.approx(0.1)
    assert calibration_error(np.zeros(40), sure) == pytest.approx(0.9)
    assert calibration_error(np.ones(40), np.ones(40)) == 0.0
    assert brier(np.zeros(40), sure) == pytest.approx(0.81)


def test_brier_and_ranking_by_hand() -> None:
    assert brier(RIGHT, SURE) == pytest.approx((0.01 + 0.04 + 0.09 + 0.64) / 4)
    assert auroc(RIGHT, SURE) == pytest.approx(2 / 3)  # the wrong one is surer than one right one
    tied = np.array([0.9, 0.8, 0.2, 0.2])
    assert auroc(RIGHT, tied) == pytest.approx((1 + 1 + 0.5) / 3)


@pytest.mark.parametrize("right", [np.ones(5), np.zeros(5), NONE])
def test_there_is_no_ranking_without_both_right_and_wrong(right: np.ndarray) -> None:
    assert math.isnan(auroc(right, np.linspace(0.1, 0.9, len(right))))


def test_risk_at_every_coverage_by_hand() -> None:
    coverage, risk = risk_coverage(RIGHT, SURE)
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 4])
    assert area_under_risk(RIGHT, SURE) == pytest.approx((1 / 3 + 1 / 4) / 4)


def test_equally_sure_cases_are_accepted_together() -> None:
    coverage, risk = risk_coverage(np.array([1.0, 0.0, 1.0]), np.array([0.5, 0.5, 0.9]))
    assert coverage.tolist() == pytest.approx([1 / 3, 1.0])
    assert risk.tolist() == pytest.approx([0.0, 1 / 3])


def test_the_most_coverage_at_a_precision_by_hand() -> None:
    assert most_coverage(RIGHT, SURE, 0.99) == 0.5
    assert most_coverage(RIGHT, SURE, 0.75) == 1.0
    assert most_coverage(np.zeros(3), np.array([0.9, 0.8, 0.7]), 0.5) == 0.0


def test_no_cases_have_no_figures() -> None:
    for measure in (calibration_error, brier, area_under_risk):
        assert math.isnan(measure(NONE, NONE))
    assert math.isnan(most_coverage(NONE, NONE, 0.99))
    assert bins_of(NONE, NONE) == []
    assert risk_coverage(NONE, NONE)[0].tolist() == []
    assert bounds(0, 0) == (0.0, 1.0)


def test_598_without_an_error_show_what_597_do_not() -> None:
    assert verdict(598, 598, 0.995) == "met"
    assert verdict(597, 597, 0.995) == "not resolvable"
    assert verdict(2995, 2995, 0.999) == "met"
    assert verdict(2994, 2994, 0.999) == "not resolvable"


def test_a_target_is_missed_when_even_the_upper_bound_is_below() -> None:
    assert verdict(900, 1000, 0.995) == "missed"
    assert verdict(0, 0, 0.995) == "not resolvable"


def test_bounds_by_hand() -> None:
    # One of two right: p below which seeing one or more has 5 %: 1 - (1-p)^2 = .05.
    low, high = bounds(1, 2)
    assert low == pytest.approx(1 - math.sqrt(0.95))
    assert high == pytest.approx(math.sqrt(0.95))
    assert bounds(2, 2) == (pytest.approx(math.sqrt(0.05)), 1.0)


def shares(sums: np.ndarray) -> np.ndarray:
    return np.asarray(sums[..., 0] / sums[..., 1])


def test_groups_are_drawn_whole() -> None:
    # 20 filings in two groups, one all right and one all wrong: draws are 0, 1/2 or 1.
    counts = np.array([[1.0, 1.0]] * 10 + [[0.0, 1.0]] * 10)
    groups = ["a"] * 10 + ["b"] * 10
    assert ratio_interval(groups, counts, shares) == (0.0, 1.0)
    assert case_interval(groups, lambda drawn: float(counts[drawn, 0].mean())) == (0.0, 1.0)


def test_where_all_groups_agree_the_interval_is_a_point() -> None:
    assert ratio_interval(["a", "b", "c"], np.array([[1.0, 2.0]] * 3), shares) == (0.5, 0.5)


def test_one_group_tells_nothing_about_others() -> None:
    assert ratio_interval(["a", "a"], np.array([[1.0, 1.0]] * 2), shares) is None
    assert case_interval(["a"], lambda drawn: 1.0) is None
    assert case_interval([], lambda drawn: 1.0) is None


def test_a_measure_that_is_never_defined_has_no_interval() -> None:
    def undefined(sums: np.ndarray) -> np.ndarray:
        return np.full(sums.shape[:-1], np.nan)

    assert ratio_interval(["a", "b"], np.ones((2, 1)), undefined) is None
