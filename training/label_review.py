"""The review page's export as labels: a zip with `gold/<form>/<filing>/` and `training/`.

Its pages in `training/` are left: a label set holds scans, which are read anew.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from models.errors import MalformedFact
from training.label_findings import Brought, Findings
from training.label_gold import SCANS, SOURCE, TEXTS, filing_of

MAGIC = b"PK\x03\x04", b"PK\x05\x06"
"""First bytes of a zip, and of an empty one."""
MOST_FILES = 100_000
MOST_FILE, MOST_TOTAL = 200_000_000, 4_000_000_000
"""Bytes of a file and of all files, unpacked."""
MOST_RATIO, SMALL = 200, 1_000_000
"""Bytes that a packed byte may become, in files that are not small."""
PIECE = 1 << 20
PARTLY = re.compile(r"^# Checked by people: (\d+) of (\d+) fields, not the whole filing\.", re.M)
EXTRA = ("__MACOSX", ".DS_Store", "Thumbs.db")
"""What packing anew on a desktop adds."""


def read(data: bytes, where: str, findings: Findings) -> list[Brought]:
    """The reviewed filings of an export; each other one is refused with its reasons.

    Raises MalformedFact for a zip that is none, is hostile, or asks for a password.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, where, findings)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
        raise MalformedFact(f"{where}: the zip cannot be read ({error}); export it again") from None
    except (NotImplementedError, RuntimeError) as error:
        raise MalformedFact(f"{where}: the zip is packed in an unusual way ({error}); export it"
                            " again") from None  # fmt: skip


def _read(archive: zipfile.ZipFile, where: str, findings: Findings) -> list[Brought]:
    members = [each for each in archive.infolist() if not each.is_dir()]
    _refuse_hostile(members, where)
    homes: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = defaultdict(dict)
    pages = 0
    for member in members:
        path = PurePosixPath(member.filename)
        if len(path.parts) == 4 and path.parts[0] == "gold":
            homes[path.parent][path.name] = member
        elif path.parts[0] == "training":
            pages += 1
        elif not set(path.parts) & set(EXTRA):
            findings.refuse(f"{where}, {path}", "no export of the review page has such a file;"
                            " gold is in gold/<form>/<filing>/")  # fmt: skip
    if pages:
        findings.note(where, f"{pages} files in training/ are not needed: scans are read anew")
    if not homes:
        findings.refuse(where, "it holds no reviewed filing; review some and export again")
    found = [_filing(archive, home, homes[home], where, findings) for home in sorted(homes)]
    return [each for each in found if each]


def _refuse_hostile(members: list[zipfile.ZipInfo], where: str) -> None:
    """MalformedFact for names that lead elsewhere or are twice, passwords, links and bombs."""
    if len(members) > MOST_FILES:
        raise MalformedFact(f"{where}: {len(members):,} files; {MOST_FILES:,} are allowed")
    names: set[str] = set()
    for member in members:
        name = member.filename
        parts = PurePosixPath(name).parts
        what = ""
        if "\\" in name or ":" in name or name.startswith("/") or ".." in parts or not parts:
            what = "its name leads out of the zip"
        elif stat.S_ISLNK(member.external_attr >> 16):
            what = "it is a link"
        elif member.flag_bits & 1:
            what = "it asks for a password; export without one"
        elif name in names:
            what = "another file has the same name"
        elif member.file_size > MOST_FILE:
            what = f"unpacked it has {member.file_size:,} bytes; {MOST_FILE:,} are allowed"
        elif member.file_size > max(SMALL, MOST_RATIO * member.compress_size):
            what = f"it unpacks to {member.file_size:,} bytes from {member.compress_size:,}"
        if what:
            raise MalformedFact(f"{where}, {name[:200]!r}: {what}; nothing of the zip was taken")
        names.add(name)
    total = sum(member.file_size for member in members)
    if total > MOST_TOTAL:
        raise MalformedFact(f"{where}: unpacked it has {total:,} bytes; export fewer filings")


def _filing(
    archive: zipfile.ZipFile, home: PurePosixPath, members: dict[str, zipfile.ZipInfo], where: str,
    findings: Findings,
) -> Brought | None:  # fmt: skip
    own = f"{where}, {home}"
    for name in members:
        if name not in (*TEXTS, *SCANS):
            findings.refuse(f"{own}, {name}", "such a file is not part of gold; its scan is a PDF,"
                            " TIFF, PNG or JPEG")  # fmt: skip
    try:
        files = {name: b"".join(_unpacked(archive, member)) for name, member in members.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        findings.refuse(own, f"it is damaged ({error}); export it again")
        return None
    found = filing_of(files, own, home.parts[1], home.parts[2], findings)
    partly = PARTLY.search(files.get(SOURCE, b"").decode("utf-8", "replace"))
    if partly and found:
        findings.note(own, f"people checked {partly[1]} of {partly[2]} fields; words of the others"
                      " teach nothing")  # fmt: skip
    if found is None:
        return None
    # The export knows no groups and no splits, only that nobody has chosen them.
    source = found.gold.source
    group = "" if source.group == found.gold.name else source.group
    split = "" if source.split == "dev" else source.split
    source = replace(source, group=group, split=split, partial=bool(partly))
    return replace(found, gold=replace(found.gold, source=source))


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The file in pieces; BadZipFile where it is longer than its own entry says."""
    count = 0
    with archive.open(member) as file:
        while piece := file.read(PIECE):
            count += len(piece)
            if count > member.file_size:
                raise zipfile.BadZipFile(f"{member.filename} is longer than the zip says")
            yield piece
