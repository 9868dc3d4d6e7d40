"""Every look of the teacher's Schedules 13G and 13D: draws one, dresses a content in it."""

from __future__ import annotations

from eval.printing import Label
from training.synth.schedule import Schedule
from training.synth.schedule_looks_columns import columns_body, columns_css, columns_style
from training.synth.schedule_looks_modern import modern_body, modern_css, modern_style
from training.synth.schedule_looks_paper import paper_body, paper_css, paper_style
from training.synth.schedule_looks_structured import (
    structured_body,
    structured_css,
    structured_style,
)
from training.synth.schedule_looks_typed import typed_body, typed_css, typed_style
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Look, Rng, drawn

LOOKS: dict[str, Look[ScheduleSheet]] = {
    "modern": Look(0.45, modern_style, modern_css, modern_body),
    "structured": Look(0.15, structured_style, structured_css, structured_body),
    "columns": Look(0.14, columns_style, columns_css, columns_body),
    "typed": Look(0.18, typed_style, typed_css, typed_body),
    "paper": Look(0.08, paper_style, paper_css, paper_body),
}


def choose(rng: Rng) -> str:
    """The name of a look, drawn by the looks' shares."""
    return drawn(rng, LOOKS)


def dress(content: Schedule, rng: Rng, look: str) -> tuple[str, ScheduleSheet]:
    """The HTML document of a filing in a look, and the sheet it was written on."""
    chosen = LOOKS[look]
    style = chosen.style(rng)
    sheet = ScheduleSheet(content, style, rng)
    body = chosen.body(sheet)
    return sheet.document(chosen.css(style), body), sheet


def render(content: Schedule, rng: Rng, look: str = "") -> tuple[str, list[Label]]:
    """HTML with labels of a filing, in the given look or one drawn from `rng`."""
    document, sheet = dress(content, rng, look or choose(rng))
    return document, sheet.markup.labels
