"""The examiner's looks: how a filing is laid out, in which type, on which paper."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from eval import templates_agent, templates_paper, templates_sec, templates_typed
from eval.templates_sheet import SHAPES, Fonts, Setting, Sheet
from eval.truth import Truth
from models.form import FormType

LOOKS: dict[str, Callable[[Sheet], str]] = {
    "sec": templates_sec.render,
    "paper": templates_paper.render,
    "agent": templates_agent.render,
    "typed": templates_typed.render,
}

FONTS: dict[str, dict[str, tuple[Fonts, ...]]] = {
    "dev": {
        "sec": (Fonts("Noto Sans", "Noto Serif"), Fonts("Inter", "Noto Serif")),
        "paper": (Fonts("Noto Serif", "Noto Sans Mono"),),
        "agent": (Fonts("Noto Sans", "Noto Sans"), Fonts("Noto Serif", "Noto Sans Mono")),
        "typed": (Fonts("Noto Sans Mono", "Noto Sans Mono"),),
    },
    "test": {
        "sec": (Fonts("Liberation Sans", "Liberation Serif"),),
        "paper": (
            Fonts("Liberation Serif", "Liberation Mono"),
            Fonts("Liberation Serif", "JetBrains Mono"),
        ),
        "agent": (Fonts("Charis SIL", "Charis SIL"), Fonts("Liberation Sans", "Liberation Sans")),
        "typed": (
            Fonts("Liberation Mono", "Liberation Mono"),
            Fonts("JetBrains Mono", "JetBrains Mono"),
        ),
    },
}
"""Families kept for evaluation; the two splits share none."""

_SCALES = {"sec": (0.72, 0.86), "paper": (0.82, 1.0), "agent": (0.78, 0.9), "typed": (0.72, 0.86)}


@dataclass(frozen=True)
class Layout:
    """A document ready to print: its HTML, the scale for the printer, the sheet it came from."""

    document: str
    scale: float
    sheet: Sheet = field(repr=False)


def choose(look: str, split: str, chance: random.Random) -> Setting:
    """A setting of this look, drawn from those of the split."""
    fonts = chance.choice(FONTS[split][look])
    wide_sec = look == "sec" and chance.random() < 0.25
    scale = (0.9, 1.0) if wide_sec else _SCALES[look]
    # The SEC's own page knows no drawn ticks.
    signs = ("X", "x") if look == "sec" else ("X", "x", *SHAPES)
    return Setting(
        look, fonts, wide_sec or look in ("paper", "typed"),
        scale=round(chance.uniform(*scale), 2),
        margin=round(chance.uniform(0.3, 0.6), 2),
        cents=look != "sec" and chance.random() < 0.5,
        repeat_heads=chance.random() < 0.7,
        dense=chance.random() < 0.5,
        sign=chance.choice(signs),
    )  # fmt: skip


def lay_out(form: FormType, truth: Truth, setting: Setting) -> Layout:
    """The labelled document of one filing."""
    sheet = Sheet(form, truth, setting)
    body = LOOKS[setting.look](sheet)
    size = "letter landscape" if setting.landscape else "letter"
    page = f"<style>@page{{size:{size};margin:{setting.margin}in}}</style>"
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{page}</head>'
    return Layout(f"{head}<body>{body}</body></html>", setting.scale, sheet)
