"""Tables whose last columns stand below their first ones, as typewriters and narrow pages have it.

Columns 1 to 6 of Table II fill the page's width, columns 7 to 11 follow in a table of their own
below, row for row. Each row was found twice then, with one half of its fields each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from models.rows import TableRow
from models.tagger import MARK, OUTSIDE, Tagged

TABLE = "derivative"
TITLE, UNDERLYING = "securityTitle", "underlyingSecurityTitle"
EXERCISE, PRICE = "conversionOrExercisePrice", "transactionPricePerShare"
"""The price of first halves, and that of second ones, which looks like it."""
FIRST = frozenset((EXERCISE, "transactionDate", "transactionCode",
                   "transactionShares", "transactionAcquiredDisposedCode"))  # fmt: skip
"""Fields of first halves alone, beside the title."""
SECOND = frozenset((UNDERLYING, "underlyingSecurityShares", "sharesOwnedFollowingTransaction",
                    "directOrIndirectOwnership", "natureOfOwnership"))  # fmt: skip
"""Fields of second halves alone; dates may stand in either."""
SHARES, SIDES = "transactionShares", {"(A)": "A", "(D)": "D"}
"""The number whose column has no name but one of these heads."""
LOOKS = {"sharesOwnedFollowingTransaction": SHARES,
         PRICE: EXERCISE,
         "expirationDate": "transactionDate", "exerciseDate": "transactionDate"}  # fmt: skip
"""Fields of second halves, and those of first ones that are written as they are."""
REACH = 40.0
"""Points that a number may stand off the middle of its column."""
WHOLE, ABOVE, BELOW = range(3)
SPACE = 1.0
"""Of a word's height, the white between two words of one title at the most."""


def without_stacking(rows: Sequence[TableRow], printed: Iterable[Tagged] = ()) -> list[TableRow]:
    """The rows, second halves joined with the first ones of as many rows right above them.

    Where there are fewer or more of them than first halves, something was not found, and nobody
    can tell whose they are: they are left as they are. First halves look like Table I's. In which
    column a number of shares stands is told by the `(A)` and `(D)` that are printed above it.
    """
    sides = [each for each in printed if each.token.text in SIDES]
    made: list[TableRow] = []
    above: list[TableRow] = []
    for kind, run in groupby(rows, key=half):
        own = list(run)
        if kind == BELOW and own[0].table == TABLE and own[-1].table == TABLE:
            lone = [row for row in above if row.table == TABLE]
            first = next((each for each in (above, lone) if len(each) == len(own)), None)
            if first is not None:
                halves = set(map(id, first))
                made = [row for row in made if id(row) not in halves]
                own = _joined([_of_table(row) for row in first], own, list(_last(sides, first[0])))
        made += own
        above = own if kind == ABOVE else []
    return made


def _last(sides: Sequence[Tagged], row: TableRow) -> Iterator[Tagged]:
    """The heads of the two columns right above a row, on its page or one before."""
    for text in SIDES:
        before = [each for each in sides if each.token.text == text
                  and (each.token.page, each.token.box.top) < (row.page, row.band.top)]  # fmt: skip
        if before:
            yield max(before, key=lambda each: (each.token.page, each.token.box.top))


def _of_table(row: TableRow) -> TableRow:
    """A first half with the tags of Table II."""
    tokens = (replace(each, tag=each.tag.replace(f"{row.table}.", f"{TABLE}."))
              for each in row.tokens)  # fmt: skip
    return replace(row, table=TABLE, tokens=tuple(tokens))


def half(row: TableRow) -> int:
    """Whether a row is `WHOLE`, or what stands `ABOVE` or `BELOW` of one that is parted."""
    names = {_name(each) for each in row.tokens if not each.is_mark}
    first, second = len(names & FIRST), len(names & SECOND)
    if second < 2 and first + (TITLE in names) > second:
        return ABOVE
    return BELOW if first < 2 and second > 1 + first and _begins_below(row) else WHOLE


def _begins_below(row: TableRow) -> bool:
    """Whether a row has no title but the beginning of that of what the security is for."""
    titles = [each.token.box for each in row.tokens if _name(each) == TITLE]
    under = [each.token.box for each in row.tokens if _name(each) == UNDERLYING]
    return all(
        any(box.is_level_with(other) and other.left - box.right < SPACE * box.height
            and box.left < other.left for other in [*under, *titles])
        for box in titles
    )  # fmt: skip


def _joined(
    above: Sequence[TableRow], below: Sequence[TableRow], sides: Sequence[Tagged]
) -> list[TableRow]:
    upper, lower = _names(above), _names(below)
    # Dates belong to the half in which more rows have them.
    ends = (
        SECOND | {PRICE} | {name for name in lower if lower[name] >= upper[name]} - {TITLE, *FIRST}
    )
    starts = {TITLE, *FIRST, *upper} - ends
    if not {PRICE, *FIRST} & upper.keys():
        starts.discard(EXERCISE)  # Form 3 asks for it behind the underlying security
    scarce = {name for name in LOOKS.values() if 2 * upper[name] < len(above)}
    made = []
    for one, two in zip(above, below, strict=True):
        own = [_above(each, above, ends, scarce, sides) for each in one.tokens]
        more = [_below(_as_underlying(each), below, starts) for each in two.tokens]
        tokens = tuple(each for each in (*own, *more) if each.tag != OUTSIDE)
        made.append(replace(one, tokens=tokens))
    return made


def _above(
    each: Tagged, rows: Sequence[TableRow], foreign: Collection[str], scarce: Collection[str],
    sides: Sequence[Tagged],
) -> Tagged:  # fmt: skip
    """A token of a first half; one of the other's fields as what it looks like in its place, if
    that field is `scarce` in these rows.
    """
    made = _in_column(each, rows, foreign)
    other = LOOKS.get(_name(each))
    if made.tag != OUTSIDE or other not in scarce:
        return made
    if other != SHARES:
        return _told(each, f"{TABLE}.{other}")
    x = each.token.box.center[0]
    side = min(sides, key=lambda one: abs(one.token.box.center[0] - x), default=None)
    if side is None or abs(side.token.box.center[0] - x) > REACH:
        return made
    return _told(each, f"{TABLE}.{other}.{SIDES[side.token.text]}")


def _below(each: Tagged, rows: Sequence[TableRow], foreign: Collection[str]) -> Tagged:
    """A token of a second half; the exercise price of a first one as the price it looks like."""
    made = _in_column(each, rows, foreign)
    lost = made.tag == OUTSIDE and _name(each) == EXERCISE
    return _told(each, f"{TABLE}.{PRICE}") if lost else made


def _told(each: Tagged, tag: str) -> Tagged:
    """The token as a doubtful word or mark of another field."""
    return replace(each, tag=tag + MARK if each.is_mark else tag, score=0.5)


def _names(rows: Sequence[TableRow]) -> Counter[str]:
    """In how many rows each field has words."""
    named = ({_name(each) for each in row.tokens if not each.is_mark} for row in rows)
    return Counter(name for names in named for name in names)


def _in_column(each: Tagged, rows: Sequence[TableRow], foreign: Collection[str]) -> Tagged:
    """A token with a field of the other half as what stands in its column, or as nothing."""
    if _name(each) not in foreign:
        return each
    box = each.token.box
    votes = Counter(
        other.field_tag for row in rows for other in row.tokens
        if _name(other) not in foreign
        and min(box.right, other.token.box.right) > max(box.left, other.token.box.left)
    )  # fmt: skip
    if votes:
        return _told(each, votes.most_common(1)[0][0])
    return replace(each, tag=OUTSIDE)


def _as_underlying(each: Tagged) -> Tagged:
    """A token of a second half, the beginning of a title as that of the underlying security's."""
    return replace(each, tag=each.tag.replace(f".{TITLE}", f".{UNDERLYING}"))


def _name(each: Tagged) -> str:
    """The field's name, without the side that a number of shares has in its tag."""
    return each.field_tag.split(".")[1]
