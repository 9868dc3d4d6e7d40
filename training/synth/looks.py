"""Every look of the teacher's pages: draws one, dresses a filing's content in it."""

from __future__ import annotations

from eval.printing import Label
from training.synth.content import Content
from training.synth.looks_extra import surrounded
from training.synth.looks_grid import grid, grid_css, grid_style
from training.synth.looks_loose import loose, loose_css, loose_style
from training.synth.looks_paper import old, old_style, paper, paper_css, paper_style
from training.synth.looks_plain import plain, plain_css, plain_style
from training.synth.looks_sec import sec, sec_css, sec_style
from training.synth.looks_sheet import Sheet
from training.synth.style import Look, Rng, drawn

LOOKS: dict[str, Look[Sheet]] = {
    "sec": Look(0.25, sec_style, sec_css, sec),
    "paper": Look(0.10, paper_style, paper_css, paper),
    "old": Look(0.07, old_style, paper_css, old),
    "loose": Look(0.20, loose_style, loose_css, loose),
    "plain": Look(0.22, plain_style, plain_css, plain),
    "grid": Look(0.16, grid_style, grid_css, grid),
}


def choose(rng: Rng, content: Content) -> str:
    """The name of a look, drawn by the looks' shares; old forms have no box of 2023."""
    name = drawn(rng, LOOKS)
    recent = any(path.endswith("/aff10b5One") for path in content.values)
    return "paper" if name == "old" and recent else name


def dress(content: Content, rng: Rng, look: str) -> tuple[str, Sheet]:
    """The HTML document of a filing in a look, and the sheet it was written on."""
    chosen = LOOKS[look]
    style = chosen.style(rng)
    sheet = Sheet(content, style, rng)
    body = surrounded(sheet, chosen.body(sheet))
    return sheet.document(f"SEC Form {content.form}", chosen.css(style), body), sheet


def render(content: Content, rng: Rng, look: str = "") -> tuple[str, list[Label]]:
    """HTML with labels of a filing, in the given look or one drawn from `rng`."""
    document, sheet = dress(content, rng, look or choose(rng, content))
    return document, sheet.markup.labels
