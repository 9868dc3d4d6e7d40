"""What tests of the review share: filings that were read, by hand, and people to review them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from models.document import Box
from models.export import to_csv, to_json, to_xml
from models.extraction import BLANK, READ, Extraction, Field, PageSummary, Place, Reason
from models.form import forms
from service import database, keys
from service.edits import Edit
from service.filings import DONE, Filings, Record, insert, new_id
from service.intake import result_of
from service.keys import Caller
from service.resources import Shelf
from service.review_plan import plan, todo_of
from service.review_rows import Review, found
from service.reviews import Reviews
from service.settings import Settings
from service.storage import Files

ROOT = "/ownershipDocument"
ISSUER = f"{ROOT}/issuer/issuerName"
SYMBOL = f"{ROOT}/issuer/issuerTradingSymbol"
OWNER = f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName"
ROW = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction"
SHARES = "transactionAmounts/transactionShares"
PRICE = "transactionAmounts/transactionPricePerShare"
PAGE = PageSummary(1, 612.0, 792.0, 0, 0.0, 150.0, "pixels", "first")


def read_field(
    path: str, value: str, number: int, confidence: float | None = 0.999, **more: object
) -> Field:
    """A field of Form 4 as it was read; each stands in a line of its own, 12 points below."""
    at = forms()["4"].locate(path)
    assert at is not None, path
    place = Place(1, Box(100.0, 12.0 * number, 180.0, 12.0 * number + 10))
    made = Field(f"f{number:04d}", path, at[2].kind, value, value, confidence,
                 READ if value else BLANK, (place,) if value else ())  # fmt: skip
    return replace(made, **more)


def doubtful(made: Field, confidence: float | None = 0.6, code: str = "uncertain") -> Field:
    """The field, to be looked at."""
    return replace(made, confidence=confidence, review=True,
                   reasons=(Reason(code, "it is doubtful"),))  # fmt: skip


def form4(*own: Field, models: dict[str, str] | None = None, **more: object) -> Extraction:
    """A Form 4 with these fields."""
    made = Extraction(
        "0" * 64, "4", 0.8, any(each.review for each in own), (PAGE,), own,
        models=models or {"recognizer": "recognizer@5"},
    )  # fmt: skip
    return replace(made, **more)


def two_doubts(issuer: str = "Marl", shares: str = "7250") -> Extraction:
    """A Form 4 whose issuer and shares are doubtful and whose symbol and owner are not."""
    return form4(
        doubtful(read_field(ISSUER, issuer, 1), 0.6),
        read_field(SYMBOL, "MRL", 2),
        read_field(OWNER, "Smith John", 3),
        doubtful(read_field(f"{ROW}[1]/{SHARES}", shares, 4), 0.7, "balance"),
        read_field(f"{ROW}[1]/{PRICE}", "", 5),
    )


@dataclass
class Desk:
    """A service's database, files and settings, with filings and reviewers made at will."""

    engine: Engine
    files: Files
    settings: Settings
    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 9, 30, tzinfo=UTC))

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)

    @property
    def reviews(self) -> Reviews:
        """Its reviews."""
        return Reviews(self.engine, self.files, self.settings)

    @property
    def shelf(self) -> Shelf:
        """Its filings as callers get them."""
        return Shelf(Filings(self.engine), self.files)

    def settle_with(self, **changed: object) -> None:
        """Change the settings."""
        self.settings = replace(self.settings, **changed)

    def reviewer(self, name: str, tenant: str = "acme", scope: str = "review") -> Caller:
        """Somebody with a key."""
        row, _ = keys.create(self.engine, tenant, name, [scope])
        return Caller(tenant, row.id, frozenset([scope]))

    def filing(self, extraction: Extraction, tenant: str = "acme", **more: object) -> str:
        """A filing that was just read so; without a `plan` it is as an earlier version left it."""
        planned = more.pop("planned", True)
        values = {"id": new_id(), "received": self.at} | more
        record = Record(
            tenant=tenant, name="scan.pdf", sha256="0" * 64, bytes=9, precision=0.995, state=DONE,
            form=extraction.form, review=extraction.review, models=extraction.models, reading=1,
            confidence=extraction.confidence, **values,
        )  # fmt: skip
        self._put(record.id, 1, extraction)
        with self.engine.begin() as connection:
            insert(connection, record)
            if planned:
                plan(connection, self.files, self.settings, record.id,
                     todo_of(extraction, record.id, self.settings))  # fmt: skip
        return record.id

    def read_again(self, filing: str, extraction: Extraction) -> None:
        """Read the filing anew, with this result."""
        reading = self.record(filing).reading + 1
        self._put(filing, reading, extraction)
        own = sa.update(database.filings).where(database.filings.c.id == filing)
        values = {"reading": reading, "review": extraction.review, "models": extraction.models}
        with self.engine.begin() as connection:
            connection.execute(own.values(**values))
            plan(connection, self.files, self.settings, filing,
                 todo_of(extraction, filing, self.settings))  # fmt: skip

    def _put(self, filing: str, reading: int, extraction: Extraction) -> None:
        for kind, data in (
            ("result.json", json.dumps(to_json(extraction, words=True)).encode()),
            ("filing.xml", to_xml(extraction)),
            ("filing.csv", to_csv([("scan.pdf", extraction)]).encode()),
        ):
            self.files.put(result_of(filing, reading, kind), data)

    def record(self, filing: str) -> Record:
        """The filing's row."""
        return Filings(self.engine).record(filing)

    def served(self, filing: str) -> dict[str, str]:
        """The values that callers get, by path."""
        result = self.shelf.result(self.record(filing))
        assert result is not None
        return {each["path"]: each["value"] for each in result["fields"]}

    def of(self, filing: str) -> list[Review]:
        """All reviews of a filing, in order."""
        with self.engine.connect() as connection:
            return found(connection, database.reviews.c.filing == filing)

    def rows(self, table: sa.Table) -> Sequence[Row]:
        """All rows of a table."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(table)).all()

    def review_all(self, caller: Caller, filing: str, **values: str) -> Review:
        """Open the filing, set these fields (by id), accept what else is to be decided, finish."""
        review = self.reviews.open(caller, filing)
        for each in review.fields:
            edit = Edit("set", each, values[each]) if each in values else Edit("accept", each)
            self.reviews.record(caller, review.id, edit, 3.0)
        return self.reviews.finish(caller, review.id)


def desk_of(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose clock stands still unless told to go on."""
    desk = Desk(engine, Files(settings.storage_url), replace(settings, second_share=0.0,
                                                             audit_share=0.0))  # fmt: skip
    monkeypatch.setattr(database, "now", lambda: desk.at)
    return desk
