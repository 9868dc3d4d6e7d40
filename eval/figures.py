"""How much was read right: the figures of many filings, each with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.measures import Floats, ratio_interval
from eval.records import FilingRecord
from eval.score import Tally, merge

Sums = Mapping[str, Floats]
"""Counts by name, added up over filings, with any leading axes."""


def counts_of(record: FilingRecord) -> dict[str, float]:
    """Everything of one filing that adds up."""
    score, found, total = record.score, record.found, record.score.total
    return {
        **_named("value", total), **_named("row", score.rows), **_named("link", score.links),
        **_named("cell", found.cells), **_named("close", found.close_cells),
        **_named("box", found.checkboxes), **_named("area", found.areas),
        "rows_right": score.rows_right, "states": found.states,
        "flags": score.flags, "flags_right": score.flags_right, "abstained": score.abstained,
        "filings": 1, "filings_right": score.perfect, "failed": int(bool(record.error)),
        "characters": found.characters, "errors": found.errors,
    }  # fmt: skip


def _named(name: str, tally: Tally) -> dict[str, float]:
    return {f"{name}_right": tally.right, f"{name}_invented": tally.invented,
            f"{name}_missed": tally.missed}  # fmt: skip


def _share(part: Floats, whole: Floats) -> Floats:
    """A ratio; nan where there is nothing to share."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), np.nan)


def _precision(name: str) -> Callable[[Sums], Floats]:
    return lambda sums: _share(
        sums[f"{name}_right"], sums[f"{name}_right"] + sums[f"{name}_invented"]
    )


def _recall(name: str) -> Callable[[Sums], Floats]:
    return lambda sums: _share(
        sums[f"{name}_right"], sums[f"{name}_right"] + sums[f"{name}_missed"]
    )


def _f1(name: str) -> Callable[[Sums], Floats]:
    return lambda sums: _share(
        2 * sums[f"{name}_right"],
        2 * sums[f"{name}_right"] + sums[f"{name}_invented"] + sums[f"{name}_missed"],
    )


def _part(part: str, *whole: str) -> Callable[[Sums], Floats]:
    return lambda sums: _share(sums[part], np.sum([sums[each] for each in whole], axis=0))


MEASURES: dict[str, Callable[[Sums], Floats]] = {
    "precision": _precision("value"),
    "recall": _recall("value"),
    "f1": _f1("value"),
    "filings_right": _part("filings_right", "filings"),
    "rows_f1": _f1("row"),
    "rows_right": _part("rows_right", "row_right", "row_missed"),
    "links_f1": _f1("link"),
    "flags_right": _part("flags_right", "flags"),
    "illegible": _part("abstained", "abstained", "value_right", "value_invented"),
    "cells_f1": _f1("cell"),
    "cells_f1_close": _f1("close"),
    "boxes_f1": _f1("box"),
    "areas_f1": _f1("area"),
    "states_right": _part("states", "box_right"),
    "character_error": _part("errors", "characters"),
}
"""nan where there is nothing to measure: no footnotes, or gold without regions."""

SIZES = ("filings", "failed", "filings_right", "characters", "abstained", "flags")


def figures(records: Sequence[FilingRecord]) -> dict[str, Any]:
    """Every measure as value and 95 % interval by group, and how many there are of what."""
    if not records:
        return {"filings": 0, "measures": {}}
    rows = [counts_of(record) for record in records]
    names = list(rows[0])
    counts = np.array([[float(row[name]) for name in names] for row in rows])
    groups = [record.group for record in records]

    def named(sums: Floats) -> Sums:
        return {name: sums[..., index] for index, name in enumerate(names)}

    measures = {}
    for measure, of in MEASURES.items():
        value = float(of(named(counts.sum(axis=0))))
        span = ratio_interval(groups, counts, lambda sums, of=of: of(named(sums)))  # type: ignore[misc]
        measures[measure] = {"value": number(value), "interval": span and list(map(number, span))}
    total = named(counts.sum(axis=0))
    return {
        "pages": sum(record.pages for record in records),
        "groups": len(set(groups)),
        "values": int(total["value_right"] + total["value_missed"]),
        "rows": int(total["row_right"] + total["row_missed"]),
        "links": int(total["link_right"] + total["link_missed"]),
        "cells": int(total["cell_right"] + total["cell_missed"]),
        **{name: int(total[name]) for name in SIZES},
        "measures": measures,
    }  # fmt: skip


def parts_of(records: Sequence[FilingRecord], kind: str) -> dict[str, list[FilingRecord]]:
    """The records by quality, look or form, sorted by its name."""
    found: dict[str, list[FilingRecord]] = defaultdict(list)
    for record in records:
        found[str(getattr(record, kind))].append(record)
    return dict(sorted(found.items()))


def fields_of(records: Sequence[FilingRecord]) -> dict[str, dict[str, Any]]:
    """Counts, precision, recall, and F1 with its 95 % interval by group, of every field by name."""
    tallies = merge(record.score for record in records).fields
    groups = [record.group for record in records]
    found = {}
    for name, each in sorted(tallies.items()):
        own = [record.score.fields.get(name, Tally()) for record in records]
        counts = np.array([[one.right, one.invented, one.missed] for one in own], float)
        span = ratio_interval(groups, counts, _f1_of_counts)
        found[name] = {
            "right": each.right, "invented": each.invented, "missed": each.missed,
            "precision": number(each.precision), "recall": number(each.recall),
            "f1": number(each.f1), "interval": span and list(map(number, span)),
        }  # fmt: skip
    return found


def _f1_of_counts(sums: Floats) -> Floats:
    """F1 from right, invented and missed along the last axis."""
    right, invented, missed = sums[..., 0], sums[..., 1], sums[..., 2]
    return _share(2 * right, 2 * right + invented + missed)


def speed_of(records: Sequence[FilingRecord]) -> dict[str, Any]:
    """Seconds per page and per filing, one thread each, several processes beside each other."""
    read = [record for record in records if not record.error]
    if not read:
        return {}
    per_page = [record.seconds / max(record.pages, 1) for record in read]
    middle, slow = np.percentile(per_page, (50, 95))
    pages = sum(record.pages for record in read)
    return {
        "pages": pages,
        "seconds_per_page": number(sum(record.seconds for record in read) / max(pages, 1), 2),
        "seconds_per_page_median": number(float(middle), 2),
        "seconds_per_page_95": number(float(slow), 2),
        "seconds_per_filing": number(float(np.mean([record.seconds for record in read])), 2),
    }


def number(value: float, digits: int = 4) -> float | None:
    """A figure as it is written down; None for nan, which JSON has not."""
    return round(float(value), digits) if np.isfinite(value) else None
