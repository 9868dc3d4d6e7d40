"""Rows, columns and missing cells, worked out from boxes alone."""

from models.document import Box
from models.extraction import Region
from models.grid import bands, structured


def grid(rows: int, columns: int, missing: set[tuple[int, int]] = frozenset()) -> list[Region]:  # type: ignore[assignment]
    cells = [
        Region("cell", 1, Box(50 * column, 20 * row, 50 * column + 50, 20 * row + 20))
        for row in range(rows) for column in range(columns) if (row, column) not in missing
    ]  # fmt: skip
    return [Region("table", 1, Box(0, 0, 50 * columns, 20 * rows)), *cells]


def test_every_cell_of_a_full_grid_knows_its_row_and_column() -> None:
    cells = [region for region in structured(grid(3, 4), 1) if region.label == "cell"]
    places = {(cell.row, cell.column) for cell in cells}
    assert places == {(row, column) for row in range(3) for column in range(4)}
    assert all(cell.row == round(cell.box.top / 20) for cell in cells)


def test_a_cell_that_was_not_found_is_completed_from_its_row_and_column() -> None:
    regions = structured(grid(3, 4, {(1, 2)}), 1)
    (made,) = [each for each in regions if each.label == "cell" and each.score == 0.5]
    assert (made.row, made.column) == (1, 2)
    assert made.box == Box(100, 20, 150, 40)


def test_a_head_that_spans_columns_makes_no_column_of_its_own() -> None:
    wide = Region("cell", 1, Box(0, -20, 200, 0))
    regions = structured([*grid(3, 4), wide], 1)
    assert sum(region.label == "column" for region in regions) == 4


def test_two_tables_are_numbered_from_the_top() -> None:
    lower = [Region(each.label, 1, Box(each.box.left, each.box.top + 200, each.box.right,
                                       each.box.bottom + 200)) for each in grid(2, 2)]  # fmt: skip
    regions = structured([*lower, *grid(2, 3)], 1)
    tables = {region.box.top: region.table for region in regions if region.label == "table"}
    assert tables == {0: 0, 200: 1}


def test_cells_outside_every_table_make_one_of_their_own() -> None:
    regions = structured(grid(2, 2)[1:], 1)
    assert [region.table for region in regions if region.label == "table"] == [0]


def test_bands_need_agreement_and_do_not_overlap() -> None:
    found = bands([(0, 10), (0, 10.5), (10, 20), (10, 20), (0, 20)], least=2)
    assert found == [(0, 10.25), (10, 20)]


def test_nothing_gives_nothing() -> None:
    assert structured([], 1) == ()


def test_a_row_found_as_one_cell_is_parted_between_its_columns() -> None:
    table = Region("table", 1, Box(0, 0, 300, 20))
    row = Region("cell", 1, Box(0, 0, 300, 20))
    lines = [Region("line", 1, Box(left, 5, left + 40, 15)) for left in (5, 110, 220)]
    wrapped = Region("line", 1, Box(112, 15, 130, 19))
    cells = [each.box for each in structured([table, row, *lines, wrapped], 1)
             if each.label == "cell"]  # fmt: skip
    assert [box.left for box in cells] == [0, 77.5, 185]
    assert cells[-1].right == 300


def test_boxes_that_go_on_a_tables_rows_are_its_last_column() -> None:
    last = [Region("header", 1, Box(100, 20 * row, 150, 20 * row + 20)) for row in range(3)]
    regions = structured([*grid(3, 2), *last], 1)
    own = [region for region in regions if region.label == "cell" and region.column == 2]
    assert {(cell.row, cell.table) for cell in own} == {(0, 0), (1, 0), (2, 0)}
    assert [region.box.right for region in regions if region.label == "table"] == [150]


def test_boxes_beside_a_table_that_are_none_of_its_rows_stay() -> None:
    alone = Region("header", 1, Box(100, 0, 150, 20))
    taller = [Region("header", 1, Box(100, 30 * row, 150, 30 * row + 30)) for row in range(1, 4)]
    regions = structured([*grid(5, 2), alone, *taller], 1)
    assert [region for region in regions if region.label == "header"] == [alone, *taller]
