"""What came of a comparison, as JSON and as lines for a terminal.

Values and what people decided are personal data: both leave them out when told to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from service.comparison import (
    CANDIDATE,
    CHANGED,
    GAINED,
    LOST,
    Comparison,
    Difference,
    Judged,
    Said,
)

MOST_LISTED = 100
"""Differences that are listed as text; JSON has all."""
HEAD = ("field", "compared", "differ", "gained", "lost", "changed", "decided", "candidate right",
        "champion right")  # fmt: skip


@dataclass(frozen=True)
class Right:
    """Of `count` fields that people decided, how many each has right."""

    count: int
    candidate: int
    champion: int


@dataclass(frozen=True)
class OfField:
    """One field, or all together: how many were compared, how they differ, and who is right."""

    name: str
    compared: int
    gained: int
    lost: int
    changed: int
    decided: Right

    @property
    def differ(self) -> int:
        """Those that the candidate reads otherwise."""
        return self.gained + self.lost + self.changed


def by_field(comparison: Comparison) -> list[OfField]:
    """The fields that differ or were decided, those with the most differences first."""
    counts = Counter(name for each in comparison.compared for name in each.names)
    differences, judged = _differences(comparison), _judged(comparison)
    names = dict.fromkeys((*(each.name for each in differences), *(each.name for each in judged)))
    rows = [
        _of_field(
            name, counts[name], [each for each in differences if each.name == name],
            [each for each in judged if each.name == name],
        )
        for name in names
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.differ, row.name))


def in_all(comparison: Comparison) -> OfField:
    """All fields together."""
    count = sum(len(each.names) for each in comparison.compared)
    return _of_field("", count, _differences(comparison), _judged(comparison))


def unseen(comparison: Comparison) -> int:
    """Differences that nobody would look at, were the candidate to read."""
    return sum(each.unseen for each in _differences(comparison))


def to_json(comparison: Comparison, values: bool = True) -> dict[str, Any]:
    """All of it as plain JSON values."""
    sample = asdict(comparison.sample)
    sample["since"] = sample["since"].isoformat() if sample["since"] else None
    whole = in_all(comparison)
    return {
        "champion": dict(comparison.champion),
        "candidate": dict(comparison.candidate),
        "sample": sample,
        "drawn": comparison.drawn,
        "interrupted": comparison.interrupted,
        "warnings": list(comparison.warnings),
        "compared": len(comparison.compared),
        "with_stored": sum(each.stored for each in comparison.compared),
        "not_compared": [asdict(each) for each in comparison.left],
        "fields": _counts(whole) | {"unseen": unseen(comparison)},
        "decided": {name: asdict(_right(chosen)) for name, chosen in _parts(comparison)},
        "review": {
            "filings": _sums(each.review for each in comparison.compared),
            "fields": _sums(each.doubtful for each in comparison.compared),
        },
        "by_field": [{"name": row.name} | _counts(row) for row in by_field(comparison)],
        "differences": [_difference(each, values) for each in _differences(comparison)],
    }


def to_text(comparison: Comparison, values: bool = True) -> str:
    """All of it as lines; of many differences the first."""
    return "\n".join((
        *_about(comparison), "", *_totals(comparison), *_table(comparison),
        *_listed(comparison, values),
    )) + "\n"  # fmt: skip


def _about(comparison: Comparison) -> Iterator[str]:
    own = [tag for name, tag in comparison.candidate.items()
           if comparison.champion.get(name) != tag]  # fmt: skip
    count = len(comparison.compared)
    stored = sum(each.stored for each in comparison.compared)
    yield f"{', '.join(own)} beside {', '.join(comparison.champion.values())}"
    yield (f"{comparison.drawn} filings drawn (seed {comparison.sample.seed}), {count} compared: "
           f"{stored} with what is stored, {count - stored} read by both")  # fmt: skip
    if comparison.left:
        reasons = Counter(f"{each.reason}{f' ({each.by})' if each.by else ''}"
                          for each in comparison.left)  # fmt: skip
        told = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
        yield f"not compared: {told}"
    if comparison.interrupted:
        yield "interrupted: the other filings were not read"
    yield from (f"warning: {each}" for each in comparison.warnings)


def _totals(comparison: Comparison) -> Iterator[str]:
    whole = in_all(comparison)
    yield (f"fields   {whole.compared:,} compared, {whole.differ:,} differ: {whole.gained:,} "
           f"gained, {whole.lost:,} lost, {whole.changed:,} changed; {unseen(comparison):,} of "
           "them nobody would look at")  # fmt: skip
    for name, chosen in _parts(comparison):
        right = _right(chosen)
        yield (f"people   {name} {right.count:,}: candidate right {right.candidate:,}, champion "
               f"right {right.champion:,}")  # fmt: skip
    for name, pairs in (
        ("filings", [each.review for each in comparison.compared]),
        ("fields", [each.doubtful for each in comparison.compared]),
    ):
        sums = _sums(pairs)
        more = sums["candidate"] - sums["champion"]
        yield f"review   {name} {sums['champion']:,} -> {sums['candidate']:,} ({more:+,})"


def _table(comparison: Comparison) -> Iterator[str]:
    """The fields in which the two are not alike."""
    rows = [
        (row.name, *map(str, (row.compared, row.differ, row.gained, row.lost, row.changed,
                              row.decided.count, row.decided.candidate, row.decided.champion)))
        for row in by_field(comparison)
        if row.differ or row.decided.candidate != row.decided.champion
    ]  # fmt: skip
    if not rows:
        return
    yield ""
    widths = [max(map(len, column)) for column in zip(HEAD, *rows, strict=True)]
    for first, *others in (HEAD, *rows):
        numbers = (text.rjust(width) for text, width in zip(others, widths[1:], strict=True))
        yield "  ".join((first.ljust(widths[0]), *numbers))


def _listed(comparison: Comparison, values: bool) -> Iterator[str]:
    every = _differences(comparison)
    if every:
        yield ""
    for each in every[:MOST_LISTED]:
        yield f"{each.filing} {each.path}: {each.kind}"
        yield f"    champion   {_spoken(each.champion, values)}"
        yield f"    {CANDIDATE}  {_spoken(each.candidate, values)}"
        if each.decided is not None:
            yield f"    people     {f'{each.decided!r}' if values else 'decided'}"
    if len(every) > MOST_LISTED:
        yield f"... and {len(every) - MOST_LISTED:,} more, which --format json has"


def _spoken(said: Said | None, values: bool) -> str:
    if said is None:
        return "no such row"
    # As a literal: what was read may hold characters that move a terminal's cursor.
    parts = [f"{said.value!r}"] if values and said.value else []
    sure = "" if said.confidence is None else f"{said.confidence:.3f}"
    return ", ".join(filter(None, (*parts, said.state, sure, "review" if said.review else "")))


def _difference(each: Difference, values: bool) -> dict[str, Any]:
    row = asdict(each) | {"kind": each.kind}
    if not values:
        for said in filter(None, (row["champion"], row["candidate"])):
            del said["value"]
        row["decided"] = None if each.decided is None else True
    return row


def _counts(row: OfField) -> dict[str, Any]:
    return {"compared": row.compared, "differ": row.differ, "gained": row.gained,
            "lost": row.lost, "changed": row.changed, "decided": asdict(row.decided)}  # fmt: skip


def _of_field(
    name: str, count: int, differences: Sequence[Difference], judged: Sequence[Judged]
) -> OfField:
    kinds = Counter(each.kind for each in differences)
    return OfField(name, count, kinds[GAINED], kinds[LOST], kinds[CHANGED], _right(judged))


def _right(judged: Sequence[Judged]) -> Right:
    return Right(len(judged), sum(each.candidate for each in judged),
                 sum(each.champion for each in judged))  # fmt: skip


def _parts(comparison: Comparison) -> list[tuple[str, list[Judged]]]:
    """What people decided, apart: what they corrected, and what they accepted."""
    every = _judged(comparison)
    return [("corrected", [each for each in every if each.corrected]),
            ("accepted", [each for each in every if not each.corrected])]  # fmt: skip


def _sums(pairs: Iterable[tuple[int, int]]) -> dict[str, int]:
    champion, candidate = (sum(column) for column in zip((0, 0), *pairs, strict=True))
    return {"champion": champion, "candidate": candidate}


def _differences(comparison: Comparison) -> list[Difference]:
    return [one for each in comparison.compared for one in each.differences]


def _judged(comparison: Comparison) -> list[Judged]:
    return [one for each in comparison.compared for one in each.judged]
