"""Signs to probabilities."""

import numpy as np

from models.confidence import FEATURES, Calibration, Context, family_of, features, fit
from models.extraction import BLANK, READ
from models.form import FieldSpec
from models.reading import Evidence, RawField


def raw(score: float = 0.99, state: str = READ, kind: str = "number") -> RawField:
    evidence = Evidence(characters=(score, 0.99), tags=(0.99,))
    return RawField(FieldSpec("x", kind), "/x", "1", "1", state, evidence=evidence)


def fitted() -> Calibration:
    rng = np.random.default_rng(1)
    scores = rng.uniform(0.3, 1.0, 2000)
    right = rng.random(2000) < scores
    signs = np.array([features(raw(score), Context()) for score in scores])
    return fit(signs, list(right), ["value"] * 2000)


def test_signs_have_one_place_each() -> None:
    assert features(raw(), Context()).shape == (len(FEATURES),)
    assert np.isfinite(features(raw(0.0), Context(0.0, 0.0, 9, 9))).all()


def test_families_part_values_flags_and_blanks() -> None:
    assert family_of(raw()) == "value"
    assert family_of(raw(kind="flag")) == "flag"
    assert family_of(raw(state=BLANK)) == "blank"


def test_fitted_probabilities_are_near_the_true_share() -> None:
    calibration = fitted()
    for score in (0.4, 0.6, 0.8, 0.95):
        found = calibration.apply("value", features(raw(score), Context()))
        assert abs(found - score) < 0.08


def test_a_family_without_cases_is_not_sure_of_anything() -> None:
    found = fitted().apply("blank", features(raw(state=BLANK), Context()))
    assert 0.2 < found < 0.8


def test_a_calibration_survives_its_file() -> None:
    calibration = fitted()
    again = Calibration.from_json(calibration.to_json())
    signs = features(raw(0.7), Context())
    assert abs(again.apply("value", signs) - calibration.apply("value", signs)) < 1e-4
