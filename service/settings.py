"""Everything an operator can set, in one frozen object; nothing reads the environment elsewhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import get_type_hints

from models.errors import BadSetting
from models.sandbox import Limits

PREFIX = "FILINGSCAN_"


@dataclass(frozen=True)
class Settings:
    """Where things are kept and what they may cost; FILINGSCAN_<NAME> sets each of them."""

    data: Path = Path("data")
    """Folder of the database and the files, unless the next two say otherwise."""
    database: str = ""
    """SQLAlchemy URL: `sqlite:///…` or `postgresql+psycopg://…`."""
    storage: str = ""
    """fsspec URL of the files: a folder, `s3://bucket/prefix`, …"""
    precision: float = 0.995
    """Share of the fields without review that must be right."""
    max_wait: float = 60.0
    """Most seconds that `Prefer: wait` is granted."""
    max_queue: int = 1_000
    """Filings that wait, of all tenants; beyond them 429."""
    max_files: int = 500
    """Files of a batch."""
    max_batch_bytes: int = 1_000_000_000
    """Of all files of a batch together."""
    max_uploads: int = 32
    """Documents and batches that an API process takes in at the same time; others wait a while."""
    max_metadata: int = 16_384
    """Bytes of a filing's metadata as JSON."""
    max_reference_bytes: int = 50_000_000
    """Bytes of a reference list; the API holds them in memory while it takes the list in."""
    upload_seconds: float = 120.0
    """An upload that is not done after them is cut."""
    page_seconds: float = 300.0
    """A worker that is not done with a page after them ends itself; the filing is begun anew."""
    filing_seconds: float = 900.0
    """A filing that is not read after them fails."""
    attempts: int = 3
    """Times that reading a filing is begun: a worker that dies of it three times has a reason."""
    workers: int = 1
    """Worker processes that `filingscan serve` starts."""
    worker_memory: int = 1_500_000_000
    """Bytes from which a worker ends itself, to be started afresh."""
    beat_seconds: float = 5.0
    """A worker says so often that it lives."""
    lease_seconds: float = 30.0
    """One that has not said so for so long has its filings taken over."""
    requests_per_minute: int = 600
    """Of one key, unless the key has a number of its own; 0 is without end."""
    pages_per_day: int = 0
    """Of one key, unless the key has a number of its own; 0 is without end."""
    retention_days: float = 0.0
    """Filings older than that are purged; 0 keeps them."""
    webhook_hours: float = 24.0
    """A webhook is tried again for so long."""
    webhook_allow: str = ""
    """Hosts, separated by commas, that webhooks may go to though their addresses are private."""
    audit_share: float = 0.02
    """Of the filings that need no review, this share is looked at all the same, by chance."""
    audit_fields: int = 5
    """Fields that are looked at in such a filing, by chance."""
    second_share: float = 0.05
    """Of the reviewed filings, this share is reviewed once more by somebody else."""
    review_lease_seconds: float = 300.0
    """A filing that a reviewer has opened is kept for so long after the last sign of life."""
    session_hours: float = 12.0
    """A reviewer stays signed in for so long."""
    log_level: str = "INFO"
    """DEBUG, INFO, WARNING or ERROR: what is logged at least."""
    limits: Limits = field(default_factory=Limits)
    """What a document may cost."""

    @classmethod
    def from_environment(cls, given: Mapping[str, object] | None = None) -> Settings:
        """The defaults, then what the environment sets, then what is given; raises BadSetting."""
        hints = get_type_hints(cls)
        values: dict[str, object] = {"limits": Limits.from_environment()}
        for each in fields(cls):
            text = os.environ.get(PREFIX + each.name.upper())
            if text is not None and each.name != "limits":
                values[each.name] = _parsed(each.name, text, hints[each.name])
        return cls(**{**values, **(given or {})})  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, int | float) and not value >= 0:
                raise BadSetting(f"{each.name} is {value}; it can be 0 or more.")
        if not 0.5 <= self.precision < 1:
            raise BadSetting(f"precision is {self.precision}; it can be from 0.5 to below 1.")
        for name in ("audit_share", "second_share"):
            if getattr(self, name) > 1:
                raise BadSetting(f"{name} is {getattr(self, name)}; it can be from 0 to 1.")
        if self.max_uploads < 1:
            raise BadSetting(f"max_uploads is {self.max_uploads}; it can be 1 or more.")
        if self.lease_seconds < 2 * self.beat_seconds:
            raise BadSetting("lease_seconds must be twice beat_seconds or more.")

    @property
    def models_kept(self) -> Path:
        """Folder of the weights that were fetched, if FILINGSCAN_MODELS is a URL."""
        return self.data / "models"

    @property
    def database_url(self) -> str:
        """The database's URL."""
        return self.database or f"sqlite:///{(self.data / 'filingscan.db').resolve()}"

    @property
    def storage_url(self) -> str:
        """The files' URL."""
        return self.storage or f"file://{(self.data / 'files').resolve()}"


def _parsed(name: str, text: str, kind: type) -> object:
    try:
        return kind(text)
    except ValueError:
        raise BadSetting(
            f"{PREFIX}{name.upper()} is {text!r}, which is no {kind.__name__}."
        ) from None
