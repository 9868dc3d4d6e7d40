"""Rectangles that a reviewer draws on a page, and what a worker reads in them.

They wait in a table of the service's database and are read beside the filings, not behind them:
somebody sits there and looks at the page.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import cv2
import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from models.document import POINTS_PER_INCH, Box
from models.errors import FileMissing, FilingscanError, QueueFull, ReviewNotFound
from models.stored import box_of
from service import database
from service.database import snippets as table
from service.extractor import Extracts
from service.filings import ID, Filings, new_id
from service.intake import page_of
from service.review_rows import extraction_of
from service.storage import Files

QUEUED, READING, DONE, FAILED = "queued", "reading", "done", "failed"
PATIENCE = timedelta(seconds=60)
"""What is not read after it will not be: its worker has ended."""
KEPT = timedelta(hours=1)
MOST_WAITING = 50
"""Of a tenant; nobody draws so many at once."""

logger = logging.getLogger("filingscan.snippets")


def ask(engine: Engine, tenant: str, filing: str, page: int, box: Box) -> str:
    """Have a box of a page read, in points as displayed; the answer is the id. Raises QueueFull."""
    waiting = sa.select(sa.func.count()).where(table.c.tenant == tenant, table.c.state == QUEUED)
    row = {"id": new_id(), "tenant": tenant, "filing": filing, "page": page, "state": QUEUED,
           "box": [box.left, box.top, box.right, box.bottom], "text": "",
           "created": database.now()}  # fmt: skip
    with engine.begin() as connection:
        if (connection.scalar(waiting) or 0) >= MOST_WAITING:
            raise QueueFull("Too many rectangles wait to be read.")
        connection.execute(sa.insert(table).values(row))
    return str(row["id"])


def answer(engine: Engine, tenant: str, identifier: str) -> tuple[str, str]:
    """`queued`, `done` or `failed`, and the text that was read; raises ReviewNotFound."""
    own = sa.select(table).where(table.c.id == identifier, table.c.tenant == tenant)
    row = None
    if ID.fullmatch(identifier):
        with engine.connect() as connection:
            row = connection.execute(own).one_or_none()
    if row is None:
        raise ReviewNotFound("Nobody asked for this rectangle, or it was long ago.")
    if row.state not in (QUEUED, READING):
        return row.state, row.text
    late = row.created < database.now() - PATIENCE
    return (FAILED if late else QUEUED), ""


def read_queued(engine: Engine, files: Files, extractor: Extracts) -> int:
    """Read what waits, the oldest first; the answer is how many. Each is read by one worker."""
    count = 0
    while row := _taken(engine):
        state, text = _outcome(engine, files, extractor, row)
        own = sa.update(table).where(table.c.id == row.id, table.c.state == READING)
        with engine.begin() as connection:
            connection.execute(own.values(state=state, text=text))
        count += 1
    return count


def forget_old(engine: Engine) -> None:
    """Delete what nobody waits for any more."""
    with engine.begin() as connection:
        old = table.c.created < database.now() - KEPT
        connection.execute(sa.delete(table).where(old))


def _taken(engine: Engine) -> Row[Any] | None:
    """The oldest one that waits, which no other worker has now; None when there is none."""
    oldest = sa.select(table).where(table.c.state == QUEUED).order_by(table.c.created).limit(1)
    while True:
        # Looking takes no lock: it is done several times a second.
        with engine.connect() as connection:
            row = connection.execute(oldest).one_or_none()
        if row is None:
            return None
        own = sa.update(table).where(table.c.id == row.id, table.c.state == QUEUED)
        with engine.begin() as connection:
            if connection.execute(own.values(state=READING)).rowcount:
                return row


def _outcome(engine: Engine, files: Files, extractor: Extracts, row: Row[Any]) -> tuple[str, str]:
    """How reading ends, and the text; a fault in one must not keep others from being read."""
    try:
        return DONE, _text(engine, files, extractor, row)
    except FilingscanError as error:
        logger.warning("a rectangle of %s is not read: %s", row.filing, error.detail)
    except Exception:
        logger.exception("a rectangle of %s is not read", row.filing)
    return FAILED, ""


def _text(engine: Engine, files: Files, extractor: Extracts, row: Row[Any]) -> str:
    record = Filings(engine).record(row.filing, row.tenant)
    extraction = extraction_of(files, record.id, record.reading)
    page = next((each for each in extraction.pages if each.number == row.page), None)
    if page is None:
        raise FileMissing(f"The filing has no page {row.page}.")
    picture = files.get(page_of(record.part_of or record.id, row.page))
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise FileMissing(f"The picture of page {row.page} is damaged.")
    dpi = image.shape[1] / page.width * POINTS_PER_INCH
    grey = image.astype(np.uint8, copy=False)
    return extractor.read_box(grey, dpi, box_of(row.box), page.rotation, page.skew)
