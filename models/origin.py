"""Where released versions come from that are not in a folder of this machine: an fsspec URL.

Files are fetched once and kept in a folder. Who one is at `s3://` and where that is, is said to its
own library, as for the files of filings (`service.storage`).
"""

from __future__ import annotations

import logging
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models.errors import BadSetting, DamagedWeights

SECONDS = 30.0
"""A call to an object store fails after them."""
FRESH_SECONDS = 10.0
"""A version that was added is seen after them at the latest."""
TABLE = "weights.toml"

logger = logging.getLogger("filingscan.models")


@dataclass(frozen=True)
class Seen:
    """What a store last had: the table, the names of its files, and until when that is fresh."""

    table: str
    names: frozenset[str]
    until: float


@dataclass(frozen=True)
class Origin:
    """A folder of released versions behind a URL; `kept` is where what was fetched is kept."""

    url: str
    kept: Path

    def table(self) -> str:
        """`weights.toml`; while the store does not answer, as it was when it last did."""
        return self._seen().table

    def has(self, name: str) -> bool:
        """Whether there is a file of this name among those of the versions."""
        return name in self._seen().names

    def fetch(self, name: str) -> bytes:
        """A file of a version; raises DamagedWeights."""
        return _asked(self.url, f"weights/{name}")

    def keep(self, name: str, data: bytes) -> None:
        """Keep what was fetched, whole or not at all; where nothing can be written, it is told."""
        half = self.kept / f".{name}.{secrets.token_hex(8)}"
        try:
            self.kept.mkdir(parents=True, exist_ok=True)
            half.write_bytes(data)
            half.replace(self.kept / name)
        except OSError as error:
            logger.warning("what was fetched from %s cannot be kept: %s", self.url, error)
            with suppress(OSError):
                half.unlink()

    def _seen(self) -> Seen:
        seen = _seen.get(self)
        if seen is None or time.monotonic() >= seen.until:
            table, names = self._looked()
            seen = _seen[self] = Seen(table, names, time.monotonic() + FRESH_SECONDS)
        return seen

    def _looked(self) -> tuple[str, frozenset[str]]:
        """The table and the names, from the store if it answers, else from what is kept."""
        try:
            data, names = _asked(self.url, TABLE), _names(self.url)
        except DamagedWeights as error:
            try:
                text = (self.kept / TABLE).read_text(encoding="utf-8")
            except OSError:
                raise error from None
            logger.warning("the models are those of before: %s", error.detail)
            return text, frozenset(each.name for each in self.kept.iterdir())
        self.keep(TABLE, data)
        return data.decode("utf-8"), names


_seen: dict[Origin, Seen] = {}
"""The table is asked for at many requests."""


def local_folder(url: str) -> Path | None:
    """The folder of this machine that a path or URL names; None for any other place."""
    store, root = _connect(url)
    return Path(root) if isinstance(store, LocalFileSystem) else None


def _asked(url: str, name: str) -> bytes:
    """A file below the URL; a store's library has errors of its own, and all mean the same."""
    store, root = _connect(url)
    try:
        return bytes(store.cat_file(f"{root}/{name}", **_within(store)))
    except Exception as error:
        raise DamagedWeights(f"{url}/{name}: {type(error).__name__}: {error}") from error


def _names(url: str) -> frozenset[str]:
    store, root = _connect(url)
    try:
        found = store.ls(f"{root}/weights", detail=False, **_within(store))
    except Exception as error:
        raise DamagedWeights(f"{url}/weights: {type(error).__name__}: {error}") from error
    return frozenset(str(each).rpartition("/")[2] for each in found)


def _connect(url: str) -> tuple[AbstractFileSystem, str]:
    """The store and the path in it; raises BadSetting."""
    try:
        store, root = url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        raise BadSetting(f"FILINGSCAN_MODELS cannot be used: {error}") from None
    return store, str(root).rstrip("/")


def _within(store: AbstractFileSystem) -> dict[str, Any]:
    return {"timeout": SECONDS} if store.async_impl else {}
