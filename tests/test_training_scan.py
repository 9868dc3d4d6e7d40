"""The teacher's scanner: whatever it does to a page, its labels must stay right."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from models.document import Box, Image, transformed
from training.synth import damage, marks
from training.synth.scan import PROFILES, Scan, degrade_line, drawn_profile, scan, turned

RNG = np.random.default_rng
SIDE = 12.0  # points; big enough to survive a standard fax


def page_with_squares(dpi: float = 150.0) -> tuple[Image, list[Box]]:
    """A letter page with black squares on a wide grid, and their boxes in points."""
    scale = dpi / 72.0
    page = np.full((round(792 * scale), round(612 * scale)), 255, np.uint8)
    boxes = []
    for left in range(60, 560, 110):
        for top in range(60, 760, 110):
            box = Box(left, top, left + SIDE, top + SIDE)
            boxes.append(box)
            x0, y0, x1, y1 = (round(v * scale) for v in (box.left, box.top, box.right, box.bottom))
            page[y0:y1, x0:x1] = 0
    return page, boxes


def centre_found_near(page: Scan, expected: tuple[float, float]) -> tuple[float, float]:
    """Centre of the dark blob around an expected point, in points."""
    scale = page.dpi / 72.0
    reach = int(SIDE * scale)
    x, y = (int(value * scale) for value in expected)
    part = page.image[max(y - reach, 0) : y + reach, max(x - reach, 0) : x + reach]
    ink = np.percentile(part, 60) - part.astype(np.float64)
    ink[ink < ink.max() / 2] = 0
    ys, xs = np.mgrid[0 : part.shape[0], 0 : part.shape[1]]
    left, top = max(x - reach, 0), max(y - reach, 0)
    return (
        ((xs * ink).sum() / ink.sum() + left + 0.5) / scale,
        ((ys * ink).sum() / ink.sum() + top + 0.5) / scale,
    )


def distances_to_labels(page: Scan, boxes: list[Box]) -> npt.NDArray[np.float64]:
    """Points between where each square is and where the affine map says it is."""
    expected = [transformed(box, page.affine).center for box in boxes]
    found = [centre_found_near(page, spot) for spot in expected]
    return np.asarray(np.hypot(*(np.array(found) - np.array(expected)).T))


@pytest.mark.parametrize("profile", PROFILES)
def test_labels_follow_the_page_through_every_profile(profile: str) -> None:
    clean, boxes = page_with_squares()
    for seed in range(3):
        page = scan(clean, RNG(seed), profile, dpi=150.0)
        distances = distances_to_labels(page, boxes)
        # A stamp, a hole or a cloud of specks may sit on some squares; most must be in place.
        assert np.median(distances) < 0.6
        assert np.percentile(distances, 75) < 1.2


def test_labels_follow_quarter_turns() -> None:
    clean, boxes = page_with_squares()
    upright = scan(clean, RNG(7), "clean", dpi=150.0)
    for quarter in range(4):
        page = turned(upright, quarter)
        assert np.median(distances_to_labels(page, boxes)) < 0.6
    assert turned(upright, 1).image.shape == upright.image.shape[::-1]
    assert np.array_equal(turned(upright, 4).image, upright.image)


def test_the_bend_stays_below_a_point_so_that_affine_labels_hold() -> None:
    grid = np.stack(np.meshgrid(np.linspace(0, 612, 9), np.linspace(0, 792, 9)), -1).reshape(-1, 2)
    clean = np.full((220, 170), 255, np.uint8)
    for seed in range(30):
        page = scan(clean, RNG(seed), "photocopy", dpi=20.0)
        assert np.hypot(*page.bend.at(grid).T).max() < 1.0
        a, b, c, d, e, f = page.affine
        straight = grid @ np.array(((a, d), (b, e))) + (c, f)
        assert np.abs(page.map_points(grid) - straight).max() < 1.0


def test_the_same_seed_gives_the_same_scan() -> None:
    clean, _ = page_with_squares(100.0)
    for profile in PROFILES:
        first, second = (scan(clean, RNG(3), profile, dpi=100.0) for _ in range(2))
        assert np.array_equal(first.image, second.image)
        assert first.affine == second.affine
    line = np.full((40, 300), 255, np.uint8)
    assert np.array_equal(degrade_line(line, RNG(3)), degrade_line(line, RNG(3)))


def test_the_clean_page_is_left_alone() -> None:
    clean, _ = page_with_squares(200.0)
    before = clean.copy()
    for seed in range(12):
        scan(clean, RNG(seed), dpi=200.0)
    assert np.array_equal(clean, before)


@pytest.mark.parametrize("profile", ["bilevel", "dithered", "archive", "fax"])
def test_one_bit_profiles_are_two_valued(profile: str) -> None:
    clean, _ = page_with_squares(100.0)
    for seed in range(6):
        values = np.unique(scan(clean, RNG(seed), profile, dpi=100.0).image)
        assert values.tolist() == [0, 255]


def test_every_scan_is_a_grey_page_of_the_resolution_it_names() -> None:
    clean, _ = page_with_squares(100.0)
    for profile, recipe in PROFILES.items():
        page = scan(clean, RNG(1), profile, dpi=100.0)
        assert page.image.dtype == np.uint8 and page.image.ndim == 2
        assert page.profile == profile and page.dpi in recipe.dpi
        height, width = (side / page.dpi * 72.0 for side in page.image.shape)
        assert 785 < height < 792 + recipe.canvas + 1
        assert 605 < width < 612 + recipe.canvas + 1


def test_profiles_are_mixed_as_promised() -> None:
    assert sum(profile.weight for profile in PROFILES.values()) == pytest.approx(1.0)
    rng = RNG(0)
    drawn = [drawn_profile(rng) for _ in range(2000)]
    one_bit = sum(name in {"bilevel", "dithered", "archive", "fax"} for name in drawn)
    assert 0.2 < one_bit / len(drawn) < 0.3
    assert 0.1 < drawn.count("clean") / len(drawn) < 0.2


STEPS = sorted(
    {step for recipe in PROFILES.values() for step, _ in (*recipe.sheet, *recipe.scanner)},
    key=lambda step: step.__name__,
)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_every_damage_shows_but_leaves_the_page_recognisable(step: damage.Damage) -> None:
    clean, _ = page_with_squares(100.0)
    clean[70:72] = clean[:, 70:72] = 0  # rules, for the damage that breaks them
    page = cv2.GaussianBlur(clean, (0, 0), 0.8).astype(np.uint8)
    changed = 0
    for seed in range(8):
        worse = step(page.copy(), RNG(seed), 100.0 / 72.0, 0.7)
        assert worse.shape == page.shape and worse.dtype == np.uint8
        changed += not np.array_equal(worse, page)
        assert np.corrcoef(page.ravel(), worse.ravel())[0, 1] > 0.2
    assert changed >= 4


def test_broken_rules_lose_rules_but_not_letters() -> None:
    page = np.full((600, 600), 255, np.uint8)
    page[100:102, 50:550] = 0
    page[300:340, 100:130] = 0
    worse = damage.break_rules(page, RNG(1), 200 / 72, 1.0)
    assert (worse[100:102, 50:550] > 128).mean() > 0.3
    assert np.array_equal(worse[300:340, 100:130], page[300:340, 100:130])


def test_stamps_leave_the_text_under_them_dark() -> None:
    page = np.full((400, 400), 255, np.uint8)
    page[:, ::20] = 0
    for seed in range(10):
        assert marks.stamp(page, RNG(seed), 1.5, 0.5)[:, ::20].max() == 0


def test_a_degraded_line_keeps_its_shape_and_its_text() -> None:
    line = np.full((48, 600), 255, np.uint8)
    cv2.putText(line, "12/31/2024 Common Stock", (10, 34), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 0, 2)
    inked = cv2.dilate(255 - line, np.ones((9, 9), np.uint8)) > 0
    for seed in range(60):
        worse = degrade_line(line, RNG(seed))
        assert worse.shape == line.shape and worse.dtype == np.uint8
        assert worse[inked].mean() < worse[~inked].mean() - 10


def test_an_empty_cell_stays_light() -> None:
    empty = np.full((48, 300), 255, np.uint8)
    assert all(degrade_line(empty, RNG(seed)).mean() > 120 for seed in range(100))


def test_tiny_crops_do_not_break_the_line_damage() -> None:
    for height, width in ((8, 8), (12, 5), (48, 2), (9, 400)):
        for seed in range(40):
            crop = np.full((height, width), 230, np.uint8)
            assert degrade_line(crop, RNG(seed)).shape == (height, width)


@pytest.mark.parametrize("shape", [(52, 800), (15, 200), (40, 9), (1100, 850)])
def test_wavelets_melt_thin_strokes_and_keep_the_shape(shape: tuple[int, int]) -> None:
    page = np.full(shape, 255, np.uint8)
    page[::6, ::3] = 90
    soft, hard = (damage.wavelets(page, thousandths) for thousandths in (200.0, 20.0))
    assert soft.shape == hard.shape == shape

    def lost(kept: Image) -> float:
        return float(np.abs(kept.astype(int) - page).mean())

    assert lost(hard) >= lost(soft)
    if min(shape) > 50:
        assert lost(hard) > lost(soft)
