"""Files of filings below an fsspec URL: a local folder, or an object store such as `s3://`.

Every file is `filings/<id of 32 hex digits>/<name>` and is there whole or not at all. Where the
store is and how one signs in there is said to its own library: for `s3://bucket/prefix` the usual
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, for a store that is not Amazon's,
AWS_ENDPOINT_URL_S3; FSSPEC_S3 takes any other option of s3fs, as JSON.
"""

from __future__ import annotations

import io
import logging
import math
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models.errors import BadSetting, FileMissing, FilingscanError, StorageUnavailable

CHUNK = 1 << 20
"""Bytes that `open` reads, and `put` writes to a folder, at once."""
PART = 5 << 20
"""Bytes of a file that an object store is sent at once: the least that S3 takes for a part."""
ROUNDS = 3
"""Times that a filing is deleted before what remains of it counts as a fault."""
FOLDER = re.compile(r"filings/[0-9a-f]{32}")
FILE = re.compile(FOLDER.pattern + r"/[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
"""No name begins with a dot: halves and probes do."""
SECONDS = 60.0
"""A call to an object store fails after them; its library would wait for ever for some answers."""
PROBE_SECONDS = 5.0
"""The same while it is tried whether the store can be reached."""
KNOWN_SECONDS = 5.0
"""What came of that is known for so long."""

logger = logging.getLogger("filingscan.storage")


class Files:
    """Files of filings; one object serves all threads, and forked children too.

    Each call blocks until it is done or raises StorageUnavailable; a path of another shape than
    `filings/<id>/<name>` is a fault of the caller's, and a ValueError.
    """

    def __init__(self, url: str) -> None:
        """Make the local folder if need be; raises BadSetting for a URL nothing can be kept at."""
        self._url = url
        store, root = self._connect()
        if not root.strip("/"):
            raise BadSetting("The storage's URL names no folder and no bucket.")
        self._root = root.rstrip("/")
        self._folder = Path(self._root) if isinstance(store, LocalFileSystem) else None
        self._networked = bool(store.async_impl)
        self._base = self._root if self._folder else self._root.split("/")[0]
        if self._folder:
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:  # as with an object store: not ready, and it may come back
                logger.error("cannot make the storage's folder: %s", error)

    def put(self, path: str, data: bytes | BinaryIO) -> None:
        """Write a file, or write over it; whoever reads meanwhile sees all or nothing of it.

        Of an open file all is written, from its beginning, without having it in memory.
        """
        place = self._place(path, FILE)
        with _typed("write", path):
            if self._folder:
                content = io.BytesIO(data) if isinstance(data, bytes) else data
                _write_whole(self._folder, Path(place), content)
            elif isinstance(data, bytes):
                self._store.pipe_file(place, data, **self._within())
            else:
                self._send(place, data)

    def get(self, path: str) -> bytes:
        """All bytes of a file; raises FileMissing."""
        place = self._place(path, FILE)
        with _typed("read", path), self._missing(path):
            return bytes(self._store.cat_file(place, **self._within()))

    def open(self, path: str) -> Iterator[bytes]:
        """A file in chunks, so that long ones need no memory; raises FileMissing at once."""
        size = self.size(path)
        return (
            self._part(path, start, min(start + CHUNK, size)) for start in range(0, size, CHUNK)
        )

    def size(self, path: str) -> int:
        """Bytes of a file; raises FileMissing."""
        place = self._place(path, FILE)
        with _typed("find", path), self._missing(path):
            return int(self._info(place)["size"])

    def exists(self, path: str) -> bool:
        """Whether the file is there; a store that does not answer is no answer, but an error."""
        try:
            self.size(path)
        except FileMissing:
            return False
        return True

    def delete_all(self, prefix: str) -> None:
        """Erase all files of the filing `filings/<id>`; nothing left to erase is fine."""
        place = self._place(prefix, FOLDER)
        with _typed("delete", prefix):
            for _ in range(ROUNDS):
                # Stores do not tell of single files they kept, and another process may delete
                # the same: what counts is what is there afterwards.
                with suppress(FileNotFoundError):
                    self._store.rm(place, recursive=True, **self._within())
                try:
                    self._info(place)
                except FileNotFoundError:
                    self._info(self._base)
                    return
            raise OSError("some of its files remain")

    def filings(self) -> list[str]:
        """Ids of all filings that have a folder."""
        with _typed("list", "filings"):
            try:
                found = self._store.ls(f"{self._root}/filings", detail=False, **self._within())
            except FileNotFoundError:
                return []
        names = (str(place).rstrip("/").rpartition("/")[2] for place in found)
        return [name for name in names if FOLDER.fullmatch(f"filings/{name}")]

    def reachable(self) -> bool:
        """Whether a small file can be written and removed just now; the log says why not."""
        probe = f"{self._root}/.probe-{secrets.token_hex(8)}"
        try:
            with _typed("write", "a probe"):
                if self._folder:
                    _write_whole(self._folder, Path(probe), io.BytesIO(b"probe"))
                else:
                    self._store.pipe_file(probe, b"probe", **self._within(PROBE_SECONDS))
                self._store.rm_file(probe, **self._within(PROBE_SECONDS))
        except StorageUnavailable:
            return False
        return True

    @property
    def _store(self) -> AbstractFileSystem:
        # fsspec keeps one connected object for all threads of a process and drops it after a
        # fork, where its connections and its thread are of no use.
        return self._connect()[0]

    def _connect(self) -> tuple[AbstractFileSystem, str]:
        """The store and the path in it; raises BadSetting."""
        try:
            # A cached listing would hide what other processes write and delete.
            store, root = url_to_fs(self._url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise BadSetting(f"The storage's URL cannot be used: {error}") from None
        return store, str(root)

    def _place(self, path: str, pattern: re.Pattern[str]) -> str:
        if not pattern.fullmatch(path):
            raise ValueError(f"{path!r} is no path of a filing's files")
        return f"{self._root}/{path}"

    def _part(self, path: str, start: int, end: int) -> bytes:
        with _typed("read", path), self._missing(path):
            place = f"{self._root}/{path}"
            return bytes(self._store.cat_file(place, start=start, end=end, **self._within()))

    def _info(self, place: str) -> dict[str, Any]:
        return dict(self._store.info(place, **self._within()))

    def _within(self, seconds: float = SECONDS) -> dict[str, float]:
        """What limits the time of a call to the store."""
        return {"timeout": seconds} if self._networked else {}

    def _send(self, place: str, content: BinaryIO) -> None:
        """Send an open file to the store, part by part."""
        # Stores take names, and a temporary file has none but this.
        name = f"/proc/self/fd/{content.fileno()}"
        content.flush()
        self._store.put_file(name, place, chunksize=PART, max_concurrency=1, **self._within())

    @contextmanager
    def _missing(self, path: str) -> Iterator[None]:
        """A file that is not there, as FileMissing, unless all the storage is gone."""
        try:
            yield
        except FileNotFoundError:
            # A volume that is not mounted must not pass for filings that were deleted.
            self._info(self._base)
            raise FileMissing(f"There is no {path}.") from None


class Probe:
    """Whether files can be reached, tried again after some seconds however often it is asked."""

    def __init__(self, files: Files, clock: Callable[[], float] = time.monotonic) -> None:
        self._files, self._clock = files, clock
        self._lock = threading.Lock()
        self._due = -math.inf
        self._reachable: bool | None = None

    def reachable(self) -> bool:
        """What came of the last try; when it is time, and nobody is at it, that is made now."""
        # A store that does not answer must not hold all threads that ask; the first have to wait.
        if self._lock.acquire(blocking=self._reachable is None):
            try:
                if self._clock() >= self._due:
                    self._reachable = self._files.reachable()
                    self._due = self._clock() + KNOWN_SECONDS
            finally:
                self._lock.release()
        return bool(self._reachable)


@contextmanager
def _typed(doing: str, path: str) -> Iterator[None]:
    """Whatever goes wrong in a store as StorageUnavailable; its library has errors of its own."""
    try:
        yield
    except FilingscanError:
        raise
    except Exception as error:
        logger.error("cannot %s %s", doing, path, exc_info=error)
        raise StorageUnavailable(f"Cannot {doing} {path}: {error}") from error


def _write_whole(root: Path, target: Path, content: BinaryIO) -> None:
    """Write a file below a folder that is there, so that a crash or power cut leaves no half."""
    # The root itself is not made here: where its volume is not mounted, files would go astray.
    for folder in reversed(target.relative_to(root).parents[:-1]):
        with suppress(FileExistsError):
            (root / folder).mkdir()
            _sync((root / folder).parent)
    half = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    try:
        with half.open("xb") as file:
            content.seek(0)
            shutil.copyfileobj(content, file, CHUNK)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    except BaseException:
        with suppress(OSError):
            half.unlink()
        raise
    _sync(target.parent)


def _sync(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
