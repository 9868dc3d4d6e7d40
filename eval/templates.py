"""The examiner's looks: how a filing is laid out, in which type, on which paper."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from eval import templates_sec
from eval.templates_sheet import Fonts, Sheet
from eval.truth import Truth
from models.form import FormType

LOOKS: dict[str, Callable[[Sheet], str]] = {"sec": templates_sec.render}

FONTS: dict[str, dict[str, tuple[Fonts, ...]]] = {
    "dev": {
        "sec": (Fonts("Noto Sans", "Noto Serif"), Fonts("Inter", "Noto Serif")),
    },
    "test": {
        "sec": (Fonts("Liberation Sans", "Liberation Serif"),),
    },
}
"""Families kept for evaluation; the two splits share none."""


@dataclass(frozen=True)
class Setting:
    """How one filing is printed."""

    look: str
    fonts: Fonts
    landscape: bool = False
    scale: float = 1.0
    margin: float = 0.4
    cents: bool = False
    repeat_heads: bool = True


@dataclass(frozen=True)
class Layout:
    """A document ready to print: its HTML, the scale for the printer, the sheet it came from."""

    document: str
    scale: float
    sheet: Sheet = field(repr=False)


def choose(look: str, split: str, chance: random.Random) -> Setting:
    """A setting of this look, drawn from those of the split."""
    fonts = chance.choice(FONTS[split][look])
    landscape = look == "paper" or (look == "sec" and chance.random() < 0.25)
    small, large = (0.9, 1.0) if landscape else (0.72, 0.86)
    return Setting(
        look, fonts, landscape,
        scale=round(chance.uniform(small, large), 2),
        margin=round(chance.uniform(0.3, 0.6), 2),
        cents=look != "sec" and chance.random() < 0.5,
        repeat_heads=chance.random() < 0.7,
    )  # fmt: skip


def lay_out(form: FormType, truth: Truth, setting: Setting) -> Layout:
    """The labelled document of one filing."""
    sheet = Sheet(form, truth, setting.fonts, setting.cents, setting.repeat_heads)
    body = LOOKS[setting.look](sheet)
    size = "letter landscape" if setting.landscape else "letter"
    page = f"<style>@page{{size:{size};margin:{setting.margin}in}}</style>"
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{page}</head>'
    return Layout(f"{head}<body>{body}</body></html>", setting.scale, sheet)
