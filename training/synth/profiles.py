"""The damage recipes that the teacher's scanner draws from, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from training.synth import damage, marks
from training.synth.damage import Damage

Steps = tuple[tuple[Damage, float], ...]


@dataclass(frozen=True)
class Profile:
    """A recipe: steps are (damage, probability) in order, on the sheet and then in the scanner.

    `skew` in degrees and `shift` in points are standard deviations, `bend` is the probability of
    a bent sheet, `resize` the range of a copier's reduction, `canvas` the most points that the
    scan may be larger than the sheet, `dark_lid` how often black shows where there is no paper.
    """

    weight: float
    dpi: tuple[float, ...]
    strength: tuple[float, float]
    sheet: Steps
    scanner: Steps
    skew: float = 0.5
    bend: float = 0.3
    shift: float = 4.0
    resize: tuple[float, float] = (1.0, 1.0)
    canvas: float = 0.0
    dark_lid: float = 0.1


_TRACES: Steps = (
    (marks.stamp, 0.25), (marks.handwriting, 0.2), (marks.pen_marks, 0.15),
    (marks.highlight, 0.08), (marks.punch_holes, 0.25), (marks.staple, 0.2),
    (marks.fold, 0.12), (marks.stain, 0.05),
)  # fmt: skip

_INK: Steps = (
    (damage.change_strokes, 0.5), (damage.grey_colours, 0.2), (damage.fade_ink, 0.15),
    (damage.lose_toner, 0.1), (damage.break_rules, 0.2),
)  # fmt: skip

# One-bit profiles end with the step that makes the page two-valued: nothing may come after it.
PROFILES: Mapping[str, Profile] = {
    "clean": Profile(
        weight=0.12, dpi=(150, 200, 200, 300, 300, 400), strength=(0.0, 0.15),
        skew=0.15, bend=0.1, shift=2.0, dark_lid=0.0,
        sheet=((marks.stamp, 0.05),),
        scanner=(
            (damage.blur, 0.3), (damage.tone_paper, 0.5), (damage.grain, 0.5), (damage.jpeg, 0.6),
            (damage.jpeg2000, 0.25),
        ),
    ),
    "office": Profile(
        weight=0.22, dpi=(150, 200, 200, 200, 240, 300, 300), strength=(0.1, 0.5),
        sheet=(
            (damage.change_strokes, 0.4), (damage.grey_colours, 0.2), (marks.stamp, 0.08),
            (marks.punch_holes, 0.08), (marks.staple, 0.1), (marks.handwriting, 0.06),
        ),
        scanner=(
            (damage.bleed_through, 0.15), (damage.blur, 0.6), (damage.tone_paper, 0.7),
            (damage.uneven_light, 0.4), (marks.dark_border, 0.12), (damage.specks, 0.3),
            (damage.grain, 0.7), (damage.sharpen, 0.25), (damage.contrast, 0.3),
            (damage.streaks, 0.08), (damage.jpeg, 0.8), (damage.jpeg2000, 0.25),
        ),
    ),
    "worn": Profile(
        weight=0.10, dpi=(200, 200, 300), strength=(0.3, 0.7), skew=0.8, bend=0.5, canvas=20.0,
        sheet=(*_INK, *_TRACES),
        scanner=(
            (damage.bleed_through, 0.25), (damage.blur, 0.6), (damage.tone_paper, 0.9),
            (damage.uneven_light, 0.5), (marks.dark_border, 0.3), (damage.specks, 0.6),
            (damage.streaks, 0.15), (damage.grain, 0.7), (damage.contrast, 0.3),
            (damage.jpeg, 0.8), (damage.jpeg2000, 0.25),
        ),
    ),
    "bilevel": Profile(
        weight=0.08, dpi=(200, 200, 300, 300, 400), strength=(0.1, 0.6), skew=0.6,
        sheet=(*_INK, *_TRACES),
        scanner=(
            (damage.blur, 0.6), (damage.uneven_light, 0.2), (marks.dark_border, 0.2),
            (damage.streaks, 0.1), (damage.specks, 0.4), (damage.grain, 0.5),
            (damage.threshold, 1.0),
        ),
    ),
    "dithered": Profile(
        weight=0.02, dpi=(200, 200, 300), strength=(0.1, 0.5),
        sheet=((damage.grey_colours, 0.5), (damage.fade_ink, 0.3), *_TRACES),
        scanner=(
            (damage.blur, 0.5), (damage.tone_paper, 0.5), (damage.uneven_light, 0.4),
            (damage.specks, 0.3), (damage.dither, 1.0),
        ),
    ),
    # As public archives hold them: copies of filed paper, one bit, black where the sheet ends.
    "archive": Profile(
        weight=0.04, dpi=(200, 300), strength=(0.3, 0.8), skew=0.7, bend=0.5, shift=8.0,
        canvas=160.0, dark_lid=0.6,
        sheet=(
            (damage.change_strokes, 0.7), (damage.photocopy, 0.6), (marks.stamp, 0.6),
            (marks.punch_holes, 0.7), (marks.handwriting, 0.5), (marks.fold, 0.2),
        ),
        scanner=(
            (marks.dark_border, 0.8), (damage.blur, 0.5), (damage.specks, 0.9),
            (damage.streaks, 0.3), (damage.grain, 0.4), (damage.threshold, 1.0),
        ),
    ),
    "fax": Profile(
        weight=0.08, dpi=(204,), strength=(0.1, 0.8), skew=0.6, resize=(0.94, 1.02),
        sheet=(*_INK, (marks.stamp, 0.15), (marks.handwriting, 0.15)),
        scanner=(
            (damage.blur, 0.5), (damage.uneven_light, 0.15), (damage.specks, 0.5),
            (damage.streaks, 0.3), (damage.grain, 0.4), (damage.fax, 1.0),
        ),
    ),
    "photocopy": Profile(
        weight=0.07, dpi=(150, 200, 200, 300), strength=(0.4, 1.0), skew=0.9, bend=0.6,
        resize=(0.92, 1.03), canvas=20.0, dark_lid=0.3,
        sheet=((damage.change_strokes, 0.6), *_TRACES, (damage.photocopy, 1.0)),
        scanner=(
            (marks.dark_border, 0.5), (damage.specks, 0.7), (damage.streaks, 0.3),
            (damage.blur, 0.5), (damage.tone_paper, 0.6), (damage.grain, 0.6),
            (damage.jpeg, 0.8),
        ),
    ),
    "faint": Profile(
        weight=0.05, dpi=(150, 200, 300), strength=(0.5, 1.0),
        sheet=(
            (damage.fade_ink, 0.8), (damage.lose_toner, 0.7), (damage.break_rules, 0.4),
            (damage.change_strokes, 0.3), (marks.stamp, 0.15),
        ),
        scanner=(
            (damage.blur, 0.4), (damage.tone_paper, 0.7), (damage.grain, 0.6),
            (damage.uneven_light, 0.3), (damage.jpeg, 0.7), (damage.jpeg2000, 0.25),
        ),
    ),
    "carbon": Profile(
        weight=0.02, dpi=(200, 300), strength=(0.2, 0.9), skew=0.8,
        sheet=((damage.carbon_copy, 1.0), *_TRACES),
        scanner=(
            (damage.tone_paper, 0.8), (damage.specks, 0.6), (damage.grain, 0.6),
            (damage.jpeg, 0.7),
        ),
    ),
    # Grey on grey, coarse and kept small: at the edge of what an eye reads.
    "cheap": Profile(
        weight=0.12, dpi=(130, 150, 150, 150, 170, 200), strength=(0.4, 1.0), skew=0.9, bend=0.5,
        canvas=20.0, dark_lid=0.3,
        sheet=(
            (damage.fade_ink, 0.7), (damage.grey_colours, 0.5), (damage.change_strokes, 0.5),
            (damage.lose_toner, 0.15), (marks.stamp, 0.15),
        ),
        scanner=(
            (damage.blur, 0.6), (damage.tone_paper, 1.0), (damage.mottle, 0.7),
            (damage.uneven_light, 0.4), (damage.specks, 0.5), (damage.grain, 0.8),
            (damage.contrast, 0.3), (damage.jpeg, 1.0),
        ),
    ),
    "coarse": Profile(
        weight=0.08, dpi=(100, 110, 120, 150), strength=(0.2, 0.8), skew=0.9, bend=0.5,
        canvas=20.0, dark_lid=0.3,
        sheet=(*_INK, (marks.stamp, 0.15), (marks.pen_marks, 0.15)),
        scanner=(
            (damage.blur, 0.6), (damage.tone_paper, 0.8), (damage.uneven_light, 0.6),
            (damage.specks, 0.4), (damage.grain, 0.7), (damage.sharpen, 0.3),
            (damage.jpeg, 0.9),
        ),
    ),
}  # fmt: skip
