"""All results of a batch as one stream: a zip of JSON, XML and tables, or one CSV.

One filing at a time is in memory. What is not there is told of in the zip's table of errors, so
that it is never silently shorter; only what was erased is not.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from zipfile import ZIP_DEFLATED, ZipFile

from pathvalidate import sanitize_filename

from models.errors import FilingNotFound, NotEnded, NotReadable
from models.export import columns, defused
from service.batches import Entry
from service.filings import DONE, ENDED, PARTIAL
from service.problems import Problem, problem_of
from service.resources import Shelf

TABLE, ERRORS = "filings.csv", "errors.csv"
ERROR_COLUMNS = ("NUMBER", "SOURCE", "ID", "STATE", "CODE", "DETAIL", "REMEDY")
LONGEST_NAME = 120
LONGEST_CELL = 2**31 - 1
"""Characters of a cell of a CSV that is read; a footnote may be longer than the usual 131,072."""


class Outlet:
    """What was written to it, to be taken away piece by piece; nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep a piece."""
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """All is kept already."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        """All that was written since the last time."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def zipped(shelf: Shelf, entries: Sequence[Entry]) -> Iterator[bytes]:
    """A zip: JSON and XML of each filing that was read, one table of all, and one of the errors."""
    return (piece for piece in _zipped(shelf, entries) if piece)


def _zipped(shelf: Shelf, entries: Sequence[Entry]) -> Iterator[bytes]:
    outlet, names = Outlet(), names_of(entries)
    with ZipFile(outlet, "w", ZIP_DEFLATED) as archive:
        for entry in _read(entries):
            for ending, data in _outputs(shelf, entry):
                archive.writestr(f"{names[entry.id]}{ending}", data)
                yield outlet.taken()
        for name, lines in ((TABLE, tabled(shelf, entries)), (ERRORS, errors(entries))):
            with archive.open(name, "w") as file:
                for line in lines:
                    file.write(line.encode())
                    yield outlet.taken()
    yield outlet.taken()


def tabled(shelf: Shelf, entries: Iterable[Entry]) -> Iterator[str]:
    """The CSVs of all filings as one table; FILING counts those of files of the same name."""
    csv.field_size_limit(LONGEST_CELL)
    counts: Counter[str] = Counter()
    stream = io.StringIO()
    # A filing that was read by another version of the program may have other columns.
    writer = csv.DictWriter(stream, columns(), "", "ignore", lineterminator="\n")
    writer.writeheader()
    for entry in _read(entries):
        try:
            raw = shelf.export(shelf.filings.record(entry.id), "filing.csv").decode()
        except (FilingNotFound, NotReadable):
            continue
        counts[entry.name] += 1
        for row in csv.DictReader(io.StringIO(raw, newline="")):
            writer.writerow(row | {"FILING": str(counts[entry.name])})
        yield _emptied(stream)
    yield _emptied(stream)


def errors(entries: Iterable[Entry]) -> Iterator[str]:
    """A table of the files that have no results, and why: failed, refused, or not read yet."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(ERROR_COLUMNS)
    for entry in entries:
        if error := _error(entry):
            said = (entry.name, entry.id, entry.state, error.code, error.detail, error.remedy)
            writer.writerow((entry.number, *map(defused, said)))
        yield _emptied(stream)
    yield _emptied(stream)


def names_of(entries: Sequence[Entry]) -> dict[str, str]:
    """A name for the outputs of each filing, by id: its stem, and more of it where stems are equal.

    No two are equal on any file system, and each is one that every system takes.
    """
    filings = [entry for entry in entries if entry.id]
    names = {entry.id: _stem(entry) for entry in filings}
    for longer in (_whole_name, _with_number, _by_id):
        counts = Counter(name.casefold() for name in names.values())
        names = {
            entry.id: longer(entry) if counts[names[entry.id].casefold()] > 1 else names[entry.id]
            for entry in filings
        }
    return names


def _stem(entry: Entry) -> str:
    return _numbered(PurePath(entry.name).stem, entry)


def _whole_name(entry: Entry) -> str:
    return _numbered(entry.name, entry)


def _with_number(entry: Entry) -> str:
    return _numbered(f"{entry.number:03d}-{entry.name}", entry)


def _by_id(entry: Entry) -> str:
    return entry.id


def _numbered(name: str, entry: Entry) -> str:
    safe = sanitize_filename(name, "_", platform="universal", max_len=LONGEST_NAME)
    # A leading dot would hide the file.
    safe = safe.lstrip(".") or "document"
    return f"{safe}.{entry.part}" if entry.part else safe


def _read(entries: Iterable[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if entry.state in (DONE, PARTIAL))


def _outputs(shelf: Shelf, entry: Entry) -> list[tuple[str, bytes]]:
    """Endings and bytes of a filing's files; none where it was erased meanwhile."""
    try:
        record = shelf.filings.record(entry.id)
        xml = shelf.export(record, "filing.xml")
    except (FilingNotFound, NotReadable):
        return []
    result = json.dumps(shelf.result(record, words=False), indent=1, ensure_ascii=False)
    # Half a character, as a hostile text layer may hold, stays the escape that it is in JSON.
    return [(".json", result.encode(errors="backslashreplace") + b"\n"), (".xml", xml)]


def _error(entry: Entry) -> Problem | None:
    """Why a file has no results."""
    if entry.error or entry.state in ENDED:
        return entry.error
    return problem_of(NotEnded(), f"/v1/filings/{entry.id}")


def _emptied(stream: io.StringIO) -> str:
    """What was written to it since the last time."""
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text
