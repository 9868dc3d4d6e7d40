"""Plots of an evaluation as SVG to stand inside a page: they take the page's text colour."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from eval.measures import TARGETS, Floats, bins_of, bounds
from eval.measures import risk_coverage as covered

Pairs = Sequence[tuple[float, bool]]
"""Confidences, each with whether its value is right."""

BINS = 12
INK = "#010203"
"""Stands for the page's text colour until the SVG is written; nothing else is drawn in it."""
COLOURS = ("#2f86c8", "#d0641b", "#1f9c77", "#b55a9b", "#a58a12", "#7a7a7a")
"""In the order of the curves; told apart by colour-blind readers, seen on white and on black."""
LEAST_ERROR = 1e-4
# Any, as matplotlib's own hints ask for a dict whose keys are spelled out.
_STYLE: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "filingscan", "font.size": 9,
    "font.family": "sans-serif", "axes.spines.top": False, "axes.spines.right": False,
    "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK,
}  # fmt: skip


def reliability(panels: Mapping[str, Pairs]) -> str:
    """One diagram a name: how often values of about one confidence are right, with 95 % bounds.

    Both axes show the chance of an error and are logarithmic, since nearly all is above 0.9.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(2.6 * len(panels) + 0.4, 3.0), layout="constrained")
        for place, (name, pairs) in enumerate(panels.items(), start=1):
            axes = figure.add_subplot(1, len(panels), place)
            axes.plot([LEAST_ERROR, 1], [LEAST_ERROR, 1], color=INK, alpha=0.4, linewidth=1)
            found = bins_of(*_arrays(pairs), BINS)
            doubts = [max(1 - each.sure, LEAST_ERROR) for each in found]
            errors = [max(1 - each.right, LEAST_ERROR) for each in found]
            colour = COLOURS[(place - 1) % len(COLOURS)]
            axes.plot(doubts, errors, "o", markersize=4, color=colour)
            for doubt, each in zip(doubts, found, strict=True):
                low, high = bounds(round(each.right * each.cases), each.cases)
                axes.plot([doubt, doubt], [1 - low, max(1 - high, LEAST_ERROR)], color=colour,
                          linewidth=1)  # fmt: skip
            axes.set(xscale="log", yscale="log", xlim=(LEAST_ERROR, 1), ylim=(LEAST_ERROR, 1),
                     title=f"{name} ({len(pairs):,})", xlabel="1 - confidence")  # fmt: skip
            if place == 1:
                axes.set_ylabel("share wrong")
        return _svg(figure, "Reliability: expected against observed share of errors")


def risk_coverage(curves: Mapping[str, Pairs]) -> str:
    """The share of errors among the surest values, for every share of them that is accepted."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7.0, 3.4), layout="constrained")
        axes = figure.add_subplot()
        for target in TARGETS:
            axes.axhline(1 - target, color=INK, alpha=0.25, linewidth=1)
            axes.text(1.005, 1 - target, f"{target:.1%}", va="center", fontsize=8)
        for (name, pairs), colour in zip(curves.items(), cycle(COLOURS), strict=False):
            coverage, risk = covered(*_arrays(pairs))
            axes.plot(coverage, np.maximum(risk, LEAST_ERROR), label=name, color=colour,
                      drawstyle="steps-post", linewidth=1.4)  # fmt: skip
        axes.set(yscale="log", xlim=(0, 1), ylim=(LEAST_ERROR, 1), ylabel="share wrong among these",
                 xlabel="share accepted, surest first")  # fmt: skip
        axes.legend(frameon=False)
        return _svg(figure, "Risk and coverage: errors among the values accepted")


def _arrays(pairs: Pairs) -> tuple[Floats, Floats]:
    """Whether right, and confidence, as the measures take them."""
    sure, right = np.array(pairs, float).reshape(-1, 2).T
    return right, sure


def _svg(figure: Figure, label: str) -> str:
    """The figure as an `<svg>` element that names itself to readers who do not see it."""
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    text = written.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    return text.replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
