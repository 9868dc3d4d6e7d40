"""What the pixels show where the masks say nothing: lines, their ends, squares."""

import cv2
import numpy as np

from models.document import Box, Page
from models.extraction import Region
from models.ink import cut_at_cells, missed_lines, whole_lines, without_squares
from models.line_boxes import fitted
from models.squares import drawn_squares

SCALE = 200 / 72


def blank() -> np.ndarray:
    return np.full((600, 800), 240, np.uint8)


def write(image: np.ndarray, text: str, left: float, bottom: float) -> None:
    place = (round(left * SCALE), round(bottom * SCALE))
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.7, 30, 2)


def page(image: np.ndarray) -> Page:
    return Page(1, 288, 216, image, 200)


def cell(left: float, top: float) -> Region:
    return Region("cell", 1, Box(left, top, left + 60, top + 20), table=0, row=0, column=0)


def test_a_letter_alone_in_a_cell_gets_a_line() -> None:
    image = blank()
    write(image, "I", 40, 35)
    (found,) = missed_lines(page(image), [cell(20, 20), cell(100, 20)])
    assert found.label == "line"
    assert found.box.contains(41, 32)
    assert found.box.height > 6


def test_a_speck_is_no_letter_and_a_cell_with_a_line_is_left_alone() -> None:
    image = blank()
    image[80:82, 120:122] = 0
    write(image, "I", 120, 35)
    line = Region("line", 1, Box(118, 25, 130, 38))
    assert not missed_lines(page(image), [cell(20, 20), cell(100, 20), line])


def test_what_a_line_over_two_cells_reads_is_not_read_once_more() -> None:
    image = blank()
    write(image, "IN", 40, 35)
    write(image, "IN", 110, 35)
    cells, over = [cell(20, 20), cell(90, 20)], Region("line", 1, Box(38, 24, 125, 38))
    assert len(missed_lines(page(image), cells)) == 2
    assert not missed_lines(page(image), [*cells, over])


def lines_cut(text: str, left: float, *, rule: bool = False) -> int:
    """In how many lines a text is read that two cells side by side hold."""
    image = blank()
    write(image, text, left, 35)
    if rule:
        image[:, round(80.2 * SCALE)] = 0
    line = Region("line", 1, Box(left, 24, 130, 38))
    found = cut_at_cells(page(image), [cell(20, 20), cell(80.5, 20), line])
    return sum(region.label == "line" for region in found)


def test_a_line_over_the_rule_between_two_cells_is_two_unless_a_letter_stands_there() -> None:
    assert lines_cut("WORD", 30) == 2
    assert lines_cut("WORDWORDWO", 30, rule=True) == 2
    assert lines_cut("WORDWORDWO", 30) == 1


def test_a_line_grows_to_its_last_letter_and_stops_at_its_cell() -> None:
    image = blank()
    write(image, "12/13/2012", 30, 40)
    image[:, round(100 * SCALE)] = 0
    (grown,) = fitted(page(image), [Box(40, 30, 70, 43)], [Box(20, 20, 100, 50)], [])
    assert abs(grown.left - 30) < 4
    assert 72 < grown.right < 99


def test_no_letter_stands_in_two_lines() -> None:
    image = blank()
    write(image, "ONETWO", 30, 40)
    write(image, "THREE", 100, 40)
    pieces = [Box(29, 30, 45, 43), Box(52, 30, 60, 43), Box(110, 30, 120, 43)]
    first, other = fitted(page(image), pieces, [], [])
    assert first.left < 31
    assert first.right >= 60
    assert first.right < other.left
    assert other.left < 101


def test_a_date_half_a_line_lower_is_no_part_of_the_name_beside_it() -> None:
    image = blank()
    write(image, "ROE", 30, 40)
    end = float(np.flatnonzero((image < 128).any(axis=0))[-1]) / SCALE
    write(image, "DOE", 30, 54)
    write(image, "2019", end + 4, 47)
    boxes = [Box(29, 30, end, 43), Box(29, 44, end, 57), Box(end + 4, 37, end + 26, 50)]
    found = sorted(fitted(page(image), boxes, [], []), key=lambda box: (box.left, box.top))
    name, rest, date = found
    assert max(name.right, rest.right) < end + 4
    assert name.bottom < 46 and date.left > end + 2


def test_a_faint_letter_whose_mask_is_a_scrap_gets_a_line_as_tall_as_the_others() -> None:
    image = blank()
    write(image, "D", 30, 40)
    image[:] = np.where(image < 200, 200, image)
    scrap, whole = Box(32, 35, 35, 38), Box(150, 100, 200, 113)
    grown, _ = fitted(page(image), [scrap, whole], [Box(20, 20, 60, 60)], [])
    assert grown.top < 34
    assert grown.bottom > 39
    assert grown.left < 31.5
    assert grown.right > 34


def test_the_two_halves_of_a_letter_are_one_line() -> None:
    image = blank()
    write(image, "I", 30, 40)
    halves = [Box(30, 33, 34, 35), Box(30.2, 37.5, 34, 40)]
    lines = [Box(150, top, 200, top + 13) for top in (60, 100, 140)]
    found = fitted(page(image), [*halves, *lines], [Box(20, 20, 60, 60)], [])
    assert len(found) == len(lines) + 1
    assert min(box.top for box in found) < 33
    apart = [halves[0], Box(30, 60, 34, 62)]
    assert len(fitted(page(image), [*apart, *lines], [Box(20, 20, 60, 80)], [])) == 5


def test_a_low_line_of_a_mark_does_not_reach_into_the_line_above() -> None:
    image = blank()
    write(image, "Growth Fund", 25, 40)
    boxes = [Box(25, 30, 120, 42), Box(25, 44, 35, 50), Box(25, 80, 120, 92)]
    cell_box = Box(20, 20, 140, 110)
    _, mark, _ = sorted(fitted(page(image), boxes, [cell_box], []), key=lambda box: box.top)
    assert mark.top >= 42
    assert mark.bottom > 50


def test_lines_that_reach_into_one_another_are_parted_between_their_letters() -> None:
    image = blank()
    write(image, "Equity", 25, 40)
    write(image, "Ltd", 25, 53)
    boxes = [Box(25, 29, 70, 45), Box(25, 38, 70, 58)]
    upper, lower = sorted(fitted(page(image), boxes, [], []), key=lambda box: box.center[1])
    assert upper.bottom == lower.top
    assert 40 < lower.top < 47
    beside = [Box(25, 29, 60, 43), Box(100, 36, 140, 58)]
    assert len({(box.top, box.bottom) for box in fitted(page(image), beside, [], [])}) == 2


def test_a_box_around_several_lines_is_a_line_for_each_that_has_none() -> None:
    image = blank()
    for row, text in enumerate(("First line here", "Second line here", "Third line here")):
        write(image, text, 25, 40 + 13 * row)
    own, usual = Box(25, 44, 130, 56), Box(25, 100, 130, 112)
    tops = sorted(
        box.top for box in fitted(page(image), [Box(25, 30, 130, 70), own, usual], [], [])
    )
    assert len(tops) == 4
    assert min(np.diff(tops)) > 8


def test_pieces_of_a_broken_line_are_one_and_columns_are_not() -> None:
    pieces = [Box(0, 0, 20, 10), Box(22, 0.5, 40, 10), Box(60, 0, 80, 10)]
    merged = [box for box, _ in whole_lines(pieces, [-1, -1, -1])]
    assert sorted(box.left for box in merged) == [0, 60]
    assert len(whole_lines(pieces, [0, 1, 2])) == 3


def square(image: np.ndarray, left: float, top: float, mark: str = "", side: float = 10.0) -> None:
    first = (round(left * SCALE), round(top * SCALE))
    last = (round((left + side) * SCALE), round((top + side) * SCALE))
    cv2.rectangle(image, first, last, 20, 1)
    if mark == "X":
        cv2.line(image, first, last, 20, 2)
        cv2.line(image, (first[0], last[1]), (last[0], first[1]), 20, 2)


def test_squares_are_found_with_their_state_and_letters_are_not() -> None:
    image = blank()
    square(image, 20, 20)
    square(image, 60, 20, "X")
    cv2.putText(image, "DOB", (300, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 20, 3)
    found = {
        round(region.box.left / 20): region.checked for region in drawn_squares(page(image), [])
    }
    assert found == {1: False, 3: True}


def test_two_boxes_that_touch_are_two_each_with_its_mark() -> None:
    image = blank()
    square(image, 20, 20, "X", side=8)
    square(image, 20, 28, side=8)
    upper, lower = sorted(drawn_squares(page(image), []), key=lambda region: region.box.top)
    assert (upper.checked, lower.checked) == (True, False)
    assert abs(upper.box.bottom - lower.box.top) < 1


def test_squares_inside_a_cell_are_no_boxes_and_those_between_tables_are() -> None:
    image = blank()
    square(image, 20, 20)
    table = Region("table", 1, Box(0, 0, 200, 100))
    assert not drawn_squares(page(image), [table, Region("cell", 1, Box(15, 15, 40, 40))])
    assert len(drawn_squares(page(image), [table])) == 1


def test_a_square_that_touches_letters_is_a_letter() -> None:
    image = blank()
    square(image, 20, 20)
    write(image, "I", 30.5, 30)
    assert not drawn_squares(page(image), [])


def crossed(image: np.ndarray, left: float, top: float) -> None:
    """A square with a cross that reaches far beyond its corners."""
    square(image, left, top)
    for one, other in (((-5, -3), (15, 14)), ((-4, 13), (14, -4))):
        ends = [(round((left + x) * SCALE), round((top + y) * SCALE)) for x, y in (one, other)]
        cv2.line(image, ends[0], ends[1], 20, 2)


def test_a_square_crossed_beyond_its_sides_is_found_by_the_size_of_the_others() -> None:
    image = blank()
    square(image, 20, 20)
    square(image, 20, 50)
    crossed(image, 60, 30)
    (found,) = (each for each in drawn_squares(page(image), []) if each.checked)
    assert abs(found.box.left - 60) < 1
    assert abs(found.box.top - 30) < 1
    assert abs(found.box.width - 10) < 1.5


def others(image: np.ndarray) -> None:
    """Two clean squares of the usual size."""
    square(image, 20, 20)
    square(image, 20, 50)


def test_a_mark_that_touches_the_rule_beside_its_square_is_found() -> None:
    image = blank()
    others(image)
    crossed(image, 60, 30)
    cv2.line(image, (round(55 * SCALE), 0), (round(55 * SCALE), image.shape[0] - 1), 20, 2)
    assert sum(bool(each.checked) for each in drawn_squares(page(image), [])) == 1


def test_a_mark_typed_half_beside_its_square_counts() -> None:
    image = blank()
    others(image)
    square(image, 60, 30)
    for one, other in (((5, 0), (14, 10)), ((5, 10), (14, 0))):
        ends = [(round((60 + x) * SCALE), round((30 + y) * SCALE)) for x, y in (one, other)]
        cv2.line(image, ends[0], ends[1], 20, 2)
    assert sum(bool(each.checked) for each in drawn_squares(page(image), [])) == 1


def test_letters_that_run_together_are_no_crossed_square() -> None:
    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * SCALE), round(y * SCALE)

    image = blank()
    others(image)
    square(image, 60, 30, "X")
    cv2.rectangle(image, at(72, 30), at(73.5, 40), 20, -1)
    cv2.line(image, at(70, 35), at(72, 35), 20, 2)
    whole = image.copy()
    cv2.rectangle(image, at(59.5, 33), at(60.6, 35), int(image[0, 0]), -1)
    assert any(each.checked for each in drawn_squares(page(whole), []))
    assert not any(each.checked for each in drawn_squares(page(image), []))


def test_a_bold_letter_is_no_crossed_square() -> None:
    image = blank()
    others(image)
    cv2.rectangle(image, (round(60 * SCALE), round(30 * SCALE)),
                  (round(78 * SCALE), round(50 * SCALE)), 20, -1)  # fmt: skip
    assert not any(each.checked for each in drawn_squares(page(image), []))


def test_without_others_of_its_size_a_crossed_square_may_be_a_letter() -> None:
    image = blank()
    square(image, 20, 20)
    crossed(image, 60, 30)
    assert [each.checked for each in drawn_squares(page(image), [])] == [False]


def test_a_crossed_square_among_letters_is_one_of_them() -> None:
    image = blank()
    square(image, 20, 20)
    square(image, 20, 50)
    crossed(image, 60, 30)
    cv2.rectangle(image, (round(72 * SCALE), round(30 * SCALE)),
                  (round(73.5 * SCALE), round(40 * SCALE)), 20, -1)  # fmt: skip
    assert not any(each.checked for each in drawn_squares(page(image), []))


def test_a_line_is_cut_at_the_checkboxes_in_it() -> None:
    line, below = Box(10, 50, 200, 60), Box(10, 80, 200, 90)
    squares = [Box(8, 51, 16, 59), Box(100, 51, 108, 59)]
    assert without_squares([line, below], squares) == [
        Box(17, 50, 99, 60), Box(109, 50, 200, 60), below,
    ]  # fmt: skip
    assert without_squares([Box(9, 50, 18, 60)], squares[:1]) == []
    assert without_squares([line], [Box(30, 20, 38, 28)]) == [line]
