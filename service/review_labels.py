"""What people decided, for evaluation and training: reviewed filings in one zip, one at a time.

`gold/<form>/<filing>/` is a folder as `eval/gold` has them, `training/<filing>-<page>.png` and
`.json.gz` are pages as `training` reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import sqlalchemy as sa

from models.errors import FileMissing, FilingNotFound, NotReadable, UnknownFormat
from models.sandbox import sniff
from models.stored import from_json
from service.archive import Outlet
from service.database import filings
from service.database import reviews as table
from service.edits import decided, edit_of
from service.filings import Record
from service.resources import Shelf
from service.review_gold import Checked, texts_of
from service.review_plan import READABLE
from service.review_rows import (
    ADJUDICATION,
    FINISHED,
    FIRST,
    KEPT,
    VOID,
    Review,
    corrections_in,
    found,
)
from service.review_training import Labels, View


@dataclass(frozen=True)
class LabelFilters:
    """Which filings go out: reviewed from `since` to before `until`, of a form, read by a model.

    `model` is a version such as `recognizer@5`. Empty ones let everything through.
    """

    since: datetime | None = None
    until: datetime | None = None
    form: str = ""
    model: str = ""


def labels(shelf: Shelf, tenant: str, filters: LabelFilters) -> Iterator[bytes]:
    """The zip, piece by piece; a filing that is erased meanwhile is left out."""
    chosen = label_filings(shelf, tenant, filters)
    return (piece for piece in _zipped(shelf, tenant, chosen) if piece)


def label_filings(shelf: Shelf, tenant: str, filters: LabelFilters) -> list[str]:
    """Ids of the filings that go out, in the order in which they were reviewed."""
    query = sa.select(filings.c.id, filings.c.form, filings.c.models).where(
        filings.c.tenant == tenant, filings.c.reviewed.is_not(None), filings.c.state.in_(READABLE)
    )
    if filters.since:
        query = query.where(filings.c.reviewed >= filters.since)
    if filters.until:
        query = query.where(filings.c.reviewed < filters.until)
    with shelf.filings.engine.connect() as connection:
        rows = connection.execute(query.order_by(filings.c.reviewed, filings.c.id)).all()
    # Not asked of the database: a form may be any text, and not each is one to every database.
    return [row.id for row in rows if filters.form in ("", row.form)
            and filters.model in ("", *row.models.values())]  # fmt: skip


def _zipped(shelf: Shelf, tenant: str, chosen: list[str]) -> Iterator[bytes]:
    outlet = Outlet()
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        for identifier in chosen:
            try:
                record = shelf.filings.record(identifier, tenant)
                files = list(_files(shelf, record))
            except (FilingNotFound, FileMissing, NotReadable):
                continue
            for name, data in files:
                packed = ZIP_DEFLATED if name.endswith(("jsonl", "toml")) else ZIP_STORED
                archive.writestr(name, data, packed)
                yield outlet.taken()
    yield outlet.taken()


def _files(shelf: Shelf, record: Record) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of all files of one filing."""
    checked = checked_filing(shelf, record)
    folder = f"gold/{checked.folder}"
    scan = shelf.files.get(shelf.source(record))
    yield f"{folder}/scan.{_ending(scan)}", scan
    for name, text in texts_of(checked):
        # Half a character, as a hostile text layer may hold, cannot be written.
        yield f"{folder}/{name}", text.encode(errors="replace")
    own = Labels(checked.extraction)
    for page in own.pages():
        name = f"{record.id}-{page.number}"
        picture, dpi = View(page).picture(shelf.picture(record, page.number))
        yield f"training/{name}.png", picture
        yield f"training/{name}.json.gz", own.record(page, f"{name}.png", dpi)


def checked_filing(shelf: Shelf, record: Record) -> Checked:
    """What people decided about a filing's newest reading; raises NotReadable for none."""
    result = shelf.result(record)
    if result is None or record.reviewed is None:
        raise NotReadable("Nobody has reviewed the filing.")
    with shelf.filings.engine.connect() as connection:
        every = found(connection, table.c.filing == record.id, table.c.state != VOID,
                      table.c.reading == record.reading)  # fmt: skip
        done = [each for each in every if each.purpose in _said_in(every)]
        rows = corrections_in(connection, *(each.id for each in done))
    who: dict[str, tuple[str, datetime]] = {}
    for row in rows:
        for field in decided([edit_of(row.edit)]):
            who[field] = (row.name, row.at)
    return Checked(record.id, record.name, from_json(result), who)


def _said_in(reviews: list[Review]) -> tuple[str, ...]:
    """Purposes of the reviews whose decisions are in what is served: not until all are done."""
    settled = all(each.state == FINISHED for each in reviews)
    return (KEPT, *FIRST, ADJUDICATION) if settled else (KEPT,)


def _ending(scan: bytes) -> str:
    try:
        kind = sniff(scan)
    except UnknownFormat:
        return "bin"
    return {"tiff": "tif", "jpeg": "jpg"}.get(kind, kind)
