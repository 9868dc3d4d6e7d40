"""An extraction from the JSON it was kept as: the inverse of `models.export.to_json`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from models.document import Box, Word
from models.errors import DamagedResult
from models.extraction import (
    REGION_LABELS,
    SCHEMA,
    STATES,
    Alternative,
    Check,
    Extraction,
    Field,
    FootnoteLink,
    PageSummary,
    Place,
    Reason,
    Region,
)
from models.form import KINDS, forms

Row = Mapping[str, Any]


def from_json(row: Row) -> Extraction:
    """What `to_json(extraction, words=True)` was made of; raises DamagedResult.

    Of a word's probabilities only the smallest was kept.
    """
    try:
        return _extraction(row)
    except KeyError as error:
        raise DamagedResult(f"The result lacks {error}.") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise DamagedResult(f"The result is not as it was written: {error}.") from error


def place_of(row: Row) -> Place:
    """Page and box; raises KeyError, TypeError or ValueError for what is none."""
    return Place(_whole(row["page"]), box_of(row["box"]))


def box_of(corners: Sequence[float]) -> Box:
    """Left, top, right, bottom; raises TypeError or ValueError for what is none."""
    left, top, right, bottom = (_number(edge) for edge in corners)
    return Box(left, top, right, bottom)


def _extraction(row: Row) -> Extraction:
    form = _one_of(row["form"], ("", *forms()))
    return Extraction(
        sha256=_text(row["sha256"]),
        form=form,
        confidence=_number(row["confidence"]),
        review=_truth(row["review"]),
        pages=tuple(_page(each) for each in row["pages"]),
        fields=tuple(_field(each) for each in row["fields"]),
        checks=tuple(_check(each) for each in row["checks"]),
        warnings=tuple(_text(each) for each in row["warnings"]),
        models={_text(name): _text(tag) for name, tag in row["models"].items()},
        words=tuple(_word(each) for each in row.get("words", ())),
        regions=tuple(_region(each) for each in row.get("regions", ())),
        schema=_one_of(row["schema"], (SCHEMA,)),
    )


def _page(row: Row) -> PageSummary:
    return PageSummary(
        _whole(row["number"]), _number(row["width"]), _number(row["height"]),
        _whole(row["rotation"]), _number(row["skew"]), _number(row["dpi"]),
        _text(row["source"]), _text(row["role"]),
    )  # fmt: skip


def _field(row: Row) -> Field:
    sure = row["confidence"]
    return Field(
        id=_text(row["id"]),
        path=_text(row["path"]),
        kind=_one_of(row["kind"], KINDS),
        value=_text(row["value"]),
        text=_text(row["text"]),
        confidence=None if sure is None else _number(sure),
        state=_one_of(row["state"], STATES),
        boxes=tuple(place_of(each) for each in row["boxes"]),
        footnotes=tuple(FootnoteLink(_text(each["id"]), _number(each["confidence"]))
                        for each in row["footnotes"]),
        alternatives=tuple(Alternative(_text(each["value"]), _number(each["score"]))
                           for each in row["alternatives"]),
        review=_truth(row["review"]),
        reasons=tuple(Reason(_text(each["code"]), _text(each["text"])) for each in row["reasons"]),
    )  # fmt: skip


def _check(row: Row) -> Check:
    named = tuple(_text(each) for each in row["fields"])
    return Check(_text(row["rule"]), _truth(row["passed"]), named, _text(row["message"]))


def _word(row: Row) -> tuple[int, Word]:
    word = Word(_text(row["text"]), box_of(row["box"]), (_number(row["score"]),))
    return _whole(row["page"]), word


def _region(row: Row) -> Region:
    table, place, column = (
        None if row[name] is None else _whole(row[name]) for name in ("table", "row", "column")
    )
    checked = None if row["checked"] is None else _truth(row["checked"])
    return Region(
        _one_of(row["label"], REGION_LABELS), _whole(row["page"]), box_of(row["box"]),
        _number(row["score"]), table, place, column, checked,
    )  # fmt: skip


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _one_of(value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError(f"{value!r:.40} is none of {', '.join(filter(None, known))}")
    return _text(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r:.40} is neither true nor false")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r:.40} is no number")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r:.40} is no whole number")
    return value
