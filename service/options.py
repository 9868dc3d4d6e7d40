"""What callers ask for with a document and of a list, as text: checked before anything is kept.

Whatever gets past here can be stored by every database and told again in JSON.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query

from models.errors import BadRequest
from models.sandbox import plain
from service import targets
from service.intake import Options
from service.settings import Settings

PRIORITY = re.compile("[0-9]")
PAGES = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?")
DEEPEST = 20
"""Objects and lists of metadata within each other."""


def in_query(
    form: Annotated[str, Query(description="the form it is thought to be: `4`, `3/A`, …")] = "",
    pages: Annotated[str, Query(description="the pages to read: `2` or `2-5`")] = "",
    callback_url: Annotated[str, Query(description="told when the filing has ended")] = "",
    precision: Annotated[str, Query(description="of what needs no review: 0.5 to below 1")] = "",
    priority: Annotated[str, Query(description="how soon it should be reviewed: 0 to 9")] = "",
    metadata: Annotated[str, Query(description="your own, a JSON object")] = "",
) -> dict[str, str]:
    """The options that a query has; those of a batch hold for each of its files."""
    query = {"form": form, "pages": pages, "callback_url": callback_url, "precision": precision,
             "priority": priority, "metadata": metadata}  # fmt: skip
    return {name: text for name, text in query.items() if text}


InQuery = Annotated[dict[str, str], Depends(in_query)]


def options_of(
    settings: Settings, given: Mapping[str, str], key: str, idempotency_key: str | None = None
) -> Options:
    """What was asked for in a query or a form; raises BadRequest and ForbiddenTarget."""
    first, last = _range(given.get("pages", ""))
    if callback := given.get("callback_url", ""):
        targets.check(callback, settings.webhook_allow)
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= 255:
        raise BadRequest("An idempotency key has 1 to 255 characters.")
    return Options(
        form_hint=plain(given.get("form", ""))[:32],
        first_page=first,
        last_page=last,
        metadata=_metadata(given.get("metadata", ""), settings.max_metadata),
        callback_url=callback,
        precision=_precision(given.get("precision", "")),
        priority=_priority(given.get("priority", "")),
        idempotency_key=idempotency_key,
        key=key,
    )


def check_texts(texts: Iterable[str]) -> None:
    """Raises BadRequest for what no filing can have, and Postgres cannot even be asked for."""
    if any(text != plain(text) for text in texts):
        raise BadRequest("There are characters in the query that no filing has.")


def moment(given: datetime | None) -> datetime | None:
    """The same in UTC; raises BadRequest for one before or after all time."""
    try:
        return given and given.astimezone(UTC)
    except OverflowError as error:
        raise BadRequest("The time is out of range.") from error


def _range(text: str) -> tuple[int, int]:
    """First and last page; the last is 0 where all are meant."""
    if not text:
        return 1, 0
    found = PAGES.fullmatch(text)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last:
        raise BadRequest("Pages are given as `2` or `2-5`, counted from 1.")
    return first, last


def _precision(text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.5 <= value < 1:
        raise BadRequest("The precision can be from 0.5 to below 1.")
    return value


def _priority(text: str) -> int:
    if text and not PRIORITY.fullmatch(text):
        raise BadRequest("The priority is a whole number from 0 to 9.")
    return int(text or 0)


def _metadata(text: str, most: int) -> dict[str, Any]:
    """The caller's own JSON object, of at most so many bytes."""
    if not text:
        return {}
    if len(text.encode(errors="replace")) > most:
        raise BadRequest(f"Metadata can have {most:,} bytes.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadRequest("Metadata is a JSON object.")
    if not _can_be_kept(found, DEEPEST):
        raise BadRequest(
            f"Metadata is nested {DEEPEST} deep at most, without characters or numbers that only "
            "some readers of JSON know."
        )
    return found


def _can_be_kept(value: Any, deepest: int) -> bool:
    """Whether a value of JSON can be stored and told again: one that cannot would end each list."""
    if isinstance(value, dict):
        inside = [*value, *value.values()]
        return deepest > 0 and all(_can_be_kept(each, deepest - 1) for each in inside)
    if isinstance(value, list):
        return deepest > 0 and all(_can_be_kept(each, deepest - 1) for each in value)
    if isinstance(value, str):
        return value == plain(value)
    return not isinstance(value, float) or math.isfinite(value)
