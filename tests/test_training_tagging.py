"""How a detector's view of a page is imitated."""

from models.document import Box
from models.extraction import Region
from training.tagging import tabled

TABLE = Region("table", 1, Box(40, 400, 560, 500))


def sheet(height: float, count: int = 20) -> list[Region]:
    """A cover of so many boxes, two in a row, and a table below it."""
    boxes = [
        Box(40 + 260 * (each % 2), height * (each // 2), 300 + 260 * (each % 2),
            height * (each // 2 + 1))
        for each in range(count)
    ]  # fmt: skip
    return [*(Region("header", 1, box) for box in boxes), TABLE]


def test_a_cover_of_many_low_boxes_is_seen_as_a_table() -> None:
    made = tabled(sheet(14), 1, joined=False)
    assert [region.label for region in made].count("cell") == 20
    cover, table = sorted((each for each in made if each.label == "table"),
                          key=lambda each: each.box.top)  # fmt: skip
    assert table == TABLE
    assert cover.box == Box(39, -1, 561, 141)


def test_it_may_be_one_with_the_table_below() -> None:
    (table,) = (each for each in tabled(sheet(14), 1, joined=True) if each.label == "table")
    assert (table.box.top, table.box.bottom) == (-1, 500)


def test_a_forms_own_boxes_stay() -> None:
    for regions in (sheet(40), sheet(14, count=8)):
        assert tabled(regions, 1, joined=True) == regions
