"""Reviewing filings: opened by one person at a time, edited, undone, finished.

What a reviewer sees is what was read with the edits applied; neither changes the other. An edit is
kept for ever beside the value that was read, with who made it and when.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from models.errors import BadEdit, ReviewHeld, ReviewNotFound, ReviewUnfinished
from models.extraction import Extraction, Field
from service import database
from service.database import corrections, filings
from service.database import reviews as table
from service.edits import Edit, decided, row_of
from service.keys import Caller
from service.review_plan import READABLE, enter_missing
from service.review_queue import Queue, QueueFilters, QueuePage
from service.review_rows import (
    ADJUDICATION,
    FINISHED,
    FIRST,
    OPEN,
    SECOND,
    SENT_BACK,
    Review,
    current_of,
    decided_before,
    edits_in,
    extraction_of,
    found,
    may_have,
    name_of,
    reviewers,
)
from service.review_steps import go_on, locked
from service.sent_back import reopenable
from service.settings import Settings
from service.storage import Files

__all__ = ["ADJUDICATION", "Review", "Reviews"]
MOST_SECONDS = 3_600.0
"""Of one edit: whoever takes longer has been away."""
LONGEST_PATH = 255
LONGEST_NOTE = 255


@dataclass(frozen=True)
class Reviews:
    """The reviews of a service, as those who review them have them."""

    engine: Engine
    files: Files
    settings: Settings

    def queue(
        self, caller: Caller, filters: QueueFilters, cursor: str = "", limit: int = 50
    ) -> QueuePage:
        """What the caller may review, the most valuable first; raises BadRequest."""
        enter_missing(self.engine, self.files, caller.tenant)
        return Queue(self.engine).page(caller, filters, cursor, limit)

    def open(self, caller: Caller, filing: str, takeover: bool = False) -> Review:
        """Take the review of a filing, for as long as the lease is renewed.

        Raises ReviewNotFound when there is none for this caller, ReviewHeld when somebody else has
        it open and is not to be displaced.
        """
        enter_missing(self.engine, self.files, caller.tenant, filing)
        at = database.now()
        with self.engine.begin() as connection:
            review = self._for(connection, caller, filing)
            free = sa.or_(table.c.holder.is_(None), table.c.holder == caller.key,
                          table.c.lease.is_(None), table.c.lease < at)  # fmt: skip
            own = sa.update(table).where(table.c.id == review.id, table.c.state == OPEN)
            started = sa.func.coalesce(table.c.started, sa.literal(at, database.Instant()))
            values: dict[str, Any] = {"holder": caller.key, "lease": self._until(at)}
            own = own if takeover else own.where(free)
            if not connection.execute(own.values(**values, started=started)).rowcount:
                raise self._refusal(connection, review.id)
            if review.held(at) and review.holder != caller.key:
                _note(connection, caller, review, "review-taken-over",
                      f"from {review.holder or 'local'}")  # fmt: skip
        return self.review(caller, review.id)

    def renew(self, caller: Caller, review: str) -> Review:
        """Keep the review open; raises ReviewHeld when somebody else has it now."""
        own = self.review(caller, review)
        with self.engine.begin() as connection:
            self._hold(connection, caller, own)
        return self.review(caller, review)

    def release(self, caller: Caller, review: str) -> None:
        """Let others have the review; nothing happens when somebody else has it."""
        own = sa.update(table).where(
            table.c.id == self.review(caller, review).id, table.c.holder == caller.key
        )
        with self.engine.begin() as connection:
            connection.execute(own.values(holder=None, lease=None))

    def reopen(self, caller: Caller, filing: str) -> Review:
        """Put a filing that was sent back into the queue again, with what was decided of it."""
        with self.engine.begin() as connection:
            every = reopenable(connection, caller)
            last = next((each for each in every if each.filing == filing), None)
            own = (table.c.id == (last.id if last else "")) & (table.c.state == SENT_BACK)
            again = sa.update(table).where(own).values(state=OPEN, finished=None)
            if last is None or not connection.execute(again).rowcount:
                raise ReviewNotFound("The filing was not sent back.")
            _note(connection, caller, last, "review-reopened", last.comment)
        return self.review(caller, last.id)

    def review(self, caller: Caller, review: str) -> Review:
        """A review of the caller's tenant by its id; raises ReviewNotFound."""
        with self.engine.connect() as connection:
            every = found(connection, table.c.id == review, table.c.tenant == caller.tenant)
        if not every:
            raise ReviewNotFound()
        return every[0]

    def machine(self, review: Review) -> Extraction:
        """What was read."""
        return extraction_of(self.files, review.filing, review.reading)

    def edits(self, review: Review) -> list[Edit]:
        """The edits made in this review, in order, without those undone."""
        with self.engine.connect() as connection:
            return edits_in(connection, review.id)

    def current(self, review: Review) -> Extraction:
        """What was read, with the edits of this review and of those that it goes on from."""
        with self.engine.connect() as connection:
            return current_of(connection, self.machine(review), review)

    def left(self, review: Review) -> tuple[str, ...]:
        """Ids of the fields that are still to be decided."""
        with self.engine.connect() as connection:
            return _left(review, self.current(review), edits_in(connection, review.id))

    def rivals(self, review: Review) -> list[tuple[str, Extraction]]:
        """The two between which an adjudication decides, as `first` and `second`."""
        if review.purpose != ADJUDICATION:
            return []
        machine = self.machine(review)
        with self.engine.connect() as connection:
            done = found(connection, table.c.filing == review.filing, table.c.state == FINISHED,
                         table.c.reading == review.reading,
                         table.c.purpose.in_((*FIRST, SECOND)))  # fmt: skip
            said = [current_of(connection, machine, each) for each in done]
        return list(zip(("first", "second"), said, strict=True))

    def record(self, caller: Caller, review: str, edit: Edit, seconds: float = 0.0) -> Extraction:
        """Keep an edit; what comes of it. Raises BadEdit, and ReviewHeld once the lease is lost."""
        own = self.review(caller, review)
        machine = self.machine(own)
        spent = min(max(seconds, 0.0), MOST_SECONDS) if math.isfinite(seconds) else 0.0
        with self.engine.begin() as connection:
            # First of all: it makes two edits at once wait for each other.
            self._hold(connection, caller, own, spent)
            before, name = current_of(connection, machine, own), name_of(connection, caller.key)
            after = current_of(connection, machine, own, edit, name)
            mine = corrections.c.review == own.id
            last = connection.scalar(sa.select(sa.func.max(corrections.c.number)).where(mine))
            connection.execute(sa.insert(corrections).values(
                review=own.id, number=(last or 0) + 1, tenant=own.tenant,
                filing=own.filing, edit=row_of(edit), models=machine.models, key=caller.key,
                name=name, at=database.now(), seconds=spent,
                **_said(edit, machine, before, after),
            ))  # fmt: skip
        return after

    def undo(self, caller: Caller, review: str) -> Extraction:
        """Take the last edit back; raises BadEdit when there is none, ReviewHeld."""
        own = self.review(caller, review)
        machine = self.machine(own)
        standing = (corrections.c.review == own.id) & corrections.c.undone.is_(None)
        last = sa.select(sa.func.max(corrections.c.number)).where(standing)
        with self.engine.begin() as connection:
            self._hold(connection, caller, own)
            number = connection.scalar(last)
            if number is None:
                raise BadEdit("There is nothing to undo.")
            this = standing & (corrections.c.number == number)
            connection.execute(sa.update(corrections).where(this).values(undone=database.now()))
            return current_of(connection, machine, own)

    def finish(
        self, caller: Caller, review: str, comment: str = "", send_back: bool = False
    ) -> Review:
        """End the review and do what follows; or send the filing back, with a comment.

        Raises ReviewUnfinished as long as there is something to decide, and ReviewHeld.
        """
        own = self.review(caller, review)
        machine = self.machine(own)
        with self.engine.begin() as connection:
            filing = locked(connection, own)
            self._hold(connection, caller, own)
            if send_back and not comment.strip():
                raise ReviewUnfinished("A filing is sent back with a comment that says why.")
            if not send_back:
                seen = current_of(connection, machine, own)
                _check_decided(own, seen, edits_in(connection, own.id))
            done = {"state": SENT_BACK if send_back else FINISHED, "comment": comment.strip(),
                    "finished": database.now(), "holder": None, "lease": None,
                    "reviewer": caller.key,
                    "reviewer_name": name_of(connection, caller.key)}  # fmt: skip
            connection.execute(sa.update(table).where(table.c.id == own.id).values(**done))
            if not send_back:
                (ended,) = found(connection, table.c.id == own.id)
                go_on(connection, self.files, filing, ended, self.settings.second_share)
        return self.review(caller, review)

    def _until(self, at: datetime) -> datetime:
        return at + timedelta(seconds=self.settings.review_lease_seconds)

    def _for(self, connection: Connection, caller: Caller, filing: str) -> Review:
        """The open review of a filing, if this caller may have it; raises ReviewNotFound."""
        ready = sa.exists().where(filings.c.id == table.c.filing, filings.c.state.in_(READABLE))
        every = found(connection, table.c.tenant == caller.tenant, table.c.filing == filing,
                      table.c.state == OPEN, ready)  # fmt: skip
        before = decided_before(connection, every)
        able = reviewers(connection, caller.tenant)
        mine = [each for each in every if may_have(caller, before.get(each.id, ()), able)]
        if not mine:
            raise ReviewNotFound()
        return mine[-1]

    def _hold(
        self, connection: Connection, caller: Caller, review: Review, seconds: float = 0.0
    ) -> None:
        """Renew the lease, and keep the review from others until the transaction ends."""
        own = sa.update(table).where(
            table.c.id == review.id, table.c.state == OPEN, table.c.holder == caller.key
        )
        values = {"lease": self._until(database.now()), "seconds": table.c.seconds + seconds}
        if not connection.execute(own.values(**values)).rowcount:
            raise self._refusal(connection, review.id)

    def _refusal(self, connection: Connection, review: str) -> ReviewHeld | ReviewNotFound:
        """Why a review cannot be had."""
        (now,) = found(connection, table.c.id == review) or (None,)
        if now is None or now.state != OPEN:
            return ReviewNotFound("This review is over.")
        if now.holder is None:
            return ReviewHeld("You have given this review back.")
        return ReviewHeld(f"{name_of(connection, now.holder)} is reviewing this filing.")


def _left(review: Review, current: Extraction, edits: list[Edit]) -> tuple[str, ...]:
    """What is to be decided and is not; a field whose row was deleted is."""
    there, done = {field.id for field in current.fields}, decided(edits)
    return tuple(each for each in review.fields if each in there and each not in done)


def _check_decided(review: Review, current: Extraction, edits: list[Edit]) -> None:
    left = _left(review, current, edits)
    if left:
        paths = {field.id: field.path.rpartition("/")[2] for field in current.fields}
        names = ", ".join(paths[each] for each in left)
        raise ReviewUnfinished(f"Not decided yet, {len(left)} in number: {names}.")


def _said(edit: Edit, machine: Extraction, before: Extraction, after: Extraction) -> dict[str, str]:
    """Path of the edited field, its value before and after, and the value that was read."""

    def field_in(extraction: Extraction) -> Field | None:
        return next((each for each in extraction.fields if each.id == edit.field), None)

    read, old, new = (field_in(each) for each in (machine, before, after))
    path = new.path if new else edit.group
    return {"path": path[:LONGEST_PATH], "before": old.value if old else "",
            "after": new.value if new else "", "machine": read.value if read else ""}  # fmt: skip


def _note(connection: Connection, caller: Caller, review: Review, action: str, detail: str) -> None:
    """A line in the table `audit`."""
    connection.execute(sa.insert(database.audit).values(
        at=database.now(), tenant=caller.tenant, key=caller.key, action=action,
        filing=review.filing, detail=detail[:LONGEST_NOTE],
    ))  # fmt: skip
