"""The examiner's looks of the Schedules: which there are, in which type, and what is printed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from eval.schedule import Schedule
from eval.schedule_sheet import TYPED, ScheduleSetting, ScheduleSheet, truth_of
from eval.schedule_texts import Wish, items_13g, note_of
from eval.schedule_texts_d import items_13d
from eval.templates_schedule_parts import head_line
from eval.templates_schedule_plain import render_dotted, render_typed
from eval.templates_schedule_ruled import render_columns, render_ruled
from eval.templates_schedule_sec import render_captioned, render_edgar
from eval.templates_sheet import Fonts

SCHEDULE_LOOKS: dict[str, Callable[[ScheduleSheet], str]] = {
    "ruled": render_ruled,
    "columns": render_columns,
    "dotted": render_dotted,
    "typewritten": render_typed,
    "edgar": render_edgar,
    "captioned": render_captioned,
}
YEARS = {"typewritten": (1994, 2001), "edgar": (2025, 2025)}
"""When such pages were printed; the others until the SEC's structured form came."""
OTHER_YEARS = (2002, 2023)

SCHEDULE_FONTS: dict[str, dict[str, tuple[Fonts, ...]]] = {
    "dev": {
        "ruled": (Fonts("Noto Serif", "Noto Serif"), Fonts("Noto Sans", "Noto Sans")),
        "columns": (Fonts("Inter", "Inter"), Fonts("Noto Sans", "Noto Serif")),
        "dotted": (Fonts("Noto Serif", "Noto Sans Mono"), Fonts("Noto Serif", "Noto Serif")),
        "typewritten": (Fonts("Noto Sans Mono", "Noto Sans Mono"),),
        "edgar": (Fonts("Noto Sans", "Noto Sans"), Fonts("Inter", "Noto Serif")),
        "captioned": (Fonts("Noto Serif", "Noto Serif"), Fonts("Noto Sans", "Noto Sans")),
    },
    "test": {
        "ruled": (Fonts("Liberation Serif", "Liberation Serif"), Fonts("Charis SIL", "Charis SIL")),
        "columns": (
            Fonts("Liberation Sans", "Liberation Sans"),
            Fonts("Liberation Serif", "Liberation Serif"),
        ),
        "dotted": (
            Fonts("Charis SIL", "JetBrains Mono"),
            Fonts("Liberation Serif", "Liberation Serif"),
        ),
        "typewritten": (
            Fonts("Liberation Mono", "Liberation Mono"),
            Fonts("JetBrains Mono", "JetBrains Mono"),
        ),
        "edgar": (Fonts("Liberation Sans", "Liberation Serif"),),
        "captioned": (
            Fonts("Liberation Serif", "Liberation Serif"),
            Fonts("Charis SIL", "Charis SIL"),
        ),
    },
}
"""Families kept for evaluation, as in eval/templates; the two splits share none."""

DRAWN = ("X", "x", "crossed", "ticked", "letters")
NONE = ("0", "-0-", "None", "0", "-0-", "NONE", "nil")
DATES = ("%B {d}, %Y", "%m/%d/%Y", "%B {d}, %Y", "%b. {d}, %Y")


@dataclass(frozen=True)
class PrintJob:
    """A document ready to print: its HTML, the printer's options, the sheet it came from."""

    document: str
    options: dict[str, Any]
    sheet: ScheduleSheet = field(repr=False)


def choose_setting(look: str, split: str, chance: random.Random) -> ScheduleSetting:
    """A setting of this look, drawn from those of the split."""
    marks: tuple[str, ...] = {"typewritten": tuple(TYPED), "edgar": DRAWN[:4]}.get(
        look, (*DRAWN, *DRAWN, *TYPED)
    )
    heads = {
        "typewritten": ("page",),
        "edgar": ("none", "none", "foot"),
        "dotted": ("page", "foot"),
    }
    none = NONE[:2] if look == "edgar" else NONE
    return ScheduleSetting(
        look,
        chance.choice(SCHEDULE_FONTS[split][look]),
        size=round(chance.uniform(11.5, 13.4), 1),
        margin=round(chance.uniform(0.6, 0.95), 2),
        mark=chance.choice(marks),
        none=chance.choice(none),
        dates="%m/%d/%Y" if look == "edgar" else chance.choice(DATES),
        heads=chance.choice(heads.get(look, ("page", "page", "head", "foot", "none"))),
        variant=chance.randrange(60),
        capitals=chance.random() < 0.5,
        shared_date=look != "edgar" and chance.random() < 0.5,
        continuous=chance.random() < 0.25,
    )


def lay_out_schedule(
    schedule: Schedule, setting: ScheduleSetting, seed: str, pages: int = 0
) -> PrintJob:
    """The labelled document of one filing; the same for the same seed."""
    chance = random.Random(seed)
    wish = Wish(
        structured=setting.look == "edgar", short=len(schedule.persons) > 1 or chance.random() < 0.5
    )
    compose = items_13d if schedule.is_d else items_13g
    items = compose(schedule, wish, chance)
    noted = chance.random() < 0.5
    notes = tuple(
        note_of(schedule, each, chance) if noted and chance.random() < 0.8 else ""
        for each in schedule.persons
    )
    typed = chance.random() < 0.75
    signed = (typed,) * len(schedule.persons)
    sheet = ScheduleSheet(schedule, setting, truth_of(schedule), items, notes, signed, pages)
    body = SCHEDULE_LOOKS[setting.look](sheet)
    style = f"<style>@page{{size:letter;margin:{setting.margin}in}}</style>"
    head = f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">{style}</head>'
    return PrintJob(f"{head}<body>{body}</body></html>", _margins(sheet), sheet)


def _margins(sheet: ScheduleSheet) -> dict[str, Any]:
    """What the printer puts into the margin of every page."""
    heads, fonts = sheet.setting.heads, sheet.setting.fonts
    if heads not in ("head", "foot"):
        return {}
    left, name, _ = head_line(sheet, 0)
    number = 'Page <span class="pageNumber"></span> of <span class="totalPages"></span>'
    style = (
        f"font:9px '{fonts.label}';width:100%;margin:0 "
        f"{sheet.setting.margin}in;display:flex;justify-content:space-between"
    )
    if heads == "head":
        head = (
            f'<div style="{style}"><span>{left}</span><span>{name}</span><span>{number}'
            f"</span></div>"
        )
        return {
            "display_header_footer": True,
            "header_template": head,
            "footer_template": "<span></span>",
        }
    foot = f'<div style="{style};justify-content:center"><span>{number}</span></div>'
    return {
        "display_header_footer": True,
        "header_template": "<span></span>",
        "footer_template": foot,
    }
