"""The calibration card of a version: what its confidences are worth, in numbers and plots."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from eval.measures import TARGETS, calibration_error
from eval.plots import reliability, risk_coverage
from models.confidence import BLANKS, VALUES, Calibration, Vector

Pair = tuple[Vector, Vector]
"""Whether right (0 or 1), and confidence, of the same cases."""


def card(record: Mapping[str, Any], calibration: Calibration, values: Pair, blanks: Pair) -> str:
    """A self-contained HTML page about a candidate; the cases are cross-fitted ones of gold."""
    cases = {VALUES: values, BLANKS: blanks}
    plotted = {claim: list(zip(sure.tolist(), (right == 1).tolist(), strict=True))
               for claim, (right, sure) in cases.items() if len(right)}  # fmt: skip
    plots = reliability(plotted) + risk_coverage(plotted) if plotted else ""
    scores = "".join(f"<tr><th>{html.escape(name)}<td>{value:g}"
                     for name, value in record["scores"].items())  # fmt: skip
    rows = "".join(_target_row(claim, target, calibration, cases[claim])
                   for claim in cases for target in TARGETS)  # fmt: skip
    errors = ", ".join(f"{claim} {calibration_error(*pair):.4f}" for claim, pair in cases.items()
                       if len(pair[0]))  # fmt: skip
    return f"""<!doctype html><html lang="en"><meta charset="utf-8">
<title>Calibration card</title>
<style>body{{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}}
td,th{{padding:.1em .8em;text-align:left}}svg{{max-width:100%}}</style>
<h1>Calibration card</h1>
<p>Fitted on {html.escape(record["data"])}, read by
{html.escape(", ".join(record["dims"]["read_by"].values()))}, at commit {record["commit"]}.
Confidences are cross-fitted: each filing was judged by a fit that had seen none of its group.
Expected calibration error: {errors or "no cases"}.</p>
{plots}
<h2>Without review</h2>
<p>Thresholds were chosen on the very cases they are counted on here, by a bound that takes claims
as independent, which those of one filing are not quite. The released evaluation counts them on
filings that had no part in it.</p>
<table><tr><th>claim<th>precision wanted<th>threshold<th>accepted<th>right among them{rows}</table>
<h2>Scores</h2><table>{scores}</table></html>
"""


def _target_row(claim: str, target: float, calibration: Calibration, pair: Pair) -> str:
    right, confidence = pair
    threshold = calibration.threshold(claim, target)
    accepted = confidence >= threshold
    share = f"{accepted.mean():.3f} of {len(right)}" if len(right) else "no cases"
    precision = f"{right[accepted].mean():.4f}" if accepted.any() else "-"
    shown = f"{threshold:.4f}" if math.isfinite(threshold) else "none: everything goes to review"
    return f"<tr><td>{claim}<td>{target}<td>{shown}<td>{share}<td>{precision}"
