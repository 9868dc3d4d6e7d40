"""Webhooks by the Standard Webhooks scheme: announced in a transaction, sent by any worker.

A delivery is sent at least once; its id is the `webhook-id`, the same in every try.
"""

from __future__ import annotations

import json
import logging
import random
import time
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from secrets import token_bytes, token_hex
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import IntegrityError
from standardwebhooks import Webhook

from models.errors import ForbiddenTarget
from service.database import deliveries, now, secrets, tries
from service.settings import Settings
from service.targets import Answer, check, post

Event = Literal["filing.done", "filing.partial", "filing.failed", "filing.split", "filing.reviewed"]
EVENTS: Mapping[str, Event] = {
    "done": "filing.done",
    "partial": "filing.partial",
    "failed": "filing.failed",
    "split": "filing.split",
    "reviewed": "filing.reviewed",
}
"""What is told of a filing in each state it can end in, and when people have reviewed it."""
State = Literal["pending", "sending", "delivered", "given-up"]
PENDING: State = "pending"
SENDING: State = "sending"
DELIVERED: State = "delivered"
GIVEN_UP: State = "given-up"

DELAYS = (5.0, 30.0, 120.0, 600.0, 3_600.0, 10_800.0)
"""Seconds from one try to the next; the last stands for all later ones."""
JITTER = 0.2
MAX_RETRY_AFTER = 3_600.0
"""Seconds that a receiver can ask for; longer ones are cut to this."""
LEASE = timedelta(seconds=120)
"""A try takes less, slow name servers included: later than that, its worker is dead."""
OVERLAP = timedelta(hours=24)
"""After a rotation the secret before signs too for so long, so receivers can change over."""
SENDERS = 8
"""Tries of one worker at a time: they wait more than they compute."""
GONE = 410

logger = logging.getLogger("filingscan.webhooks")


def payload_of(filing: Row[Any]) -> dict[str, Any]:
    """What a webhook says of a row of `filings`: nothing that was read, only where it is had."""
    address = f"/v1/filings/{filing.id}"
    links = {"self": address, "deliveries": f"{address}/deliveries"}
    if filing.state in ("done", "partial"):
        links |= {"xml": f"{address}.xml", "csv": f"{address}.csv"}
    return {
        "id": filing.id,
        "state": filing.state,
        "form": filing.form,
        "metadata": filing.metadata,
        "error": filing.error,
        "links": links,
    }


def announce(
    connection: Connection,
    tenant: str,
    filing_id: str,
    event: Event,
    url: str,
    payload: Mapping[str, Any],
) -> str:
    """Add a delivery that is due, within the caller's transaction; the answer is its id."""
    identifier, at = token_hex(16), now()
    body = {"type": event, "timestamp": at.isoformat(), "data": payload}
    connection.execute(
        deliveries.insert().values(
            id=identifier,
            tenant=tenant,
            filing=filing_id,
            event=event,
            url=url,
            body=json.dumps(body),
            state=PENDING,
            created=at,
            due=at,
        )
    )
    return identifier


def forget(connection: Connection, filing_id: str) -> None:
    """Erase the deliveries of a filing and their tries, within the caller's transaction."""
    own = sa.select(deliveries.c.id).where(deliveries.c.filing == filing_id)
    connection.execute(tries.delete().where(tries.c.delivery.in_(own)))
    connection.execute(deliveries.delete().where(deliveries.c.filing == filing_id))


def redeliver(engine: Engine, delivery_id: str) -> None:
    """Make a delivery due now, whatever came of it; one that is being sent is left to that.

    After the hours are over it is tried once.
    """
    at = now()
    idle = sa.or_(deliveries.c.state != SENDING, deliveries.c.due <= at)
    with engine.begin() as connection:
        connection.execute(
            deliveries.update()
            .where(deliveries.c.id == delivery_id, idle)
            .values(state=PENDING, due=at)
        )


def secret_of(engine: Engine, tenant: str) -> str:
    """The tenant's `whsec_…`, made on first use."""
    return _secrets(engine, tenant)[0]


def rotate_secret(engine: Engine, tenant: str) -> str:
    """A new secret for the tenant; the one before signs too until OVERLAP is over."""
    secret_of(engine, tenant)
    fresh = _fresh_secret()
    with engine.begin() as connection:
        connection.execute(
            secrets.update()
            .where(secrets.c.tenant == tenant)
            .values(webhook=fresh, previous=secrets.c.webhook, rotated=now())
        )
    return fresh


def deliver_due(engine: Engine, settings: Settings, limit: int = 64) -> int:
    """Send what is due, at most `limit`; the answer is the number of tries made."""
    with engine.connect() as connection:
        due = sa.select(deliveries.c.id).where(_is_due(now())).order_by(deliveries.c.due)
        found = connection.scalars(due.limit(limit)).all()
    if not found:
        return 0
    # Several at once, so that a receiver that hangs does not hold up the others.
    with ThreadPoolExecutor(min(SENDERS, len(found)), "webhooks") as pool:
        return sum(pool.map(partial(_deliver, engine, settings), found))


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    """Whether a delivery waits to be sent, or was being sent by a worker whose lease is over."""
    return deliveries.c.state.in_((PENDING, SENDING)) & (deliveries.c.due <= at)


def _deliver(engine: Engine, settings: Settings, identifier: str) -> bool:
    """Try a delivery once; false when another worker was first."""
    claimed = _claim(engine, identifier)
    if claimed is None:
        return False
    began, clock = now(), time.monotonic()
    answer = _send(claimed, _secrets(engine, claimed.tenant), settings)
    _record(engine, settings, claimed, answer, began, time.monotonic() - clock)
    return True


def _claim(engine: Engine, identifier: str) -> Row[Any] | None:
    """The delivery, leased: one statement, so of two workers only one finds it still due."""
    at = now()
    with engine.begin() as connection:
        return connection.execute(
            deliveries.update()
            .where(deliveries.c.id == identifier, _is_due(at))
            .values(state=SENDING, due=at + LEASE)
            .returning(*deliveries.c)
        ).one_or_none()


def _send(delivery: Row[Any], signers: list[str], settings: Settings) -> Answer:
    """What came of posting the delivery; its URL is checked again, for names change."""
    at = now()
    signatures = [Webhook(each).sign(delivery.id, at, delivery.body) for each in signers]
    headers = {
        "content-type": "application/json",
        "user-agent": "filingscan",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    try:
        target = check(delivery.url, settings.webhook_allow)
        return post(target, headers, delivery.body.encode())
    except ForbiddenTarget as error:
        return Answer(fault=error.detail)
    except Exception as error:  # a fault of ours at one must not keep the others from being sent
        logger.error("unforeseen error at delivery %s", delivery.id, exc_info=error)
        return Answer(fault="An unforeseen error of the service; its log has more.")


def _record(
    engine: Engine,
    settings: Settings,
    delivery: Row[Any],
    answer: Answer,
    began: datetime,
    seconds: float,
) -> None:
    """Write down a try and what follows from it, unless the lease went to another meanwhile."""
    state, due = _outcome(settings, delivery, answer)
    number = delivery.tries + 1
    with engine.begin() as connection:
        held = connection.execute(
            deliveries.update()
            .where(
                deliveries.c.id == delivery.id,
                deliveries.c.state == SENDING,
                deliveries.c.due == delivery.due,
            )
            .values(state=state, due=due, tries=number)
        )
        if held.rowcount:
            connection.execute(
                tries.insert().values(
                    delivery=delivery.id,
                    number=number,
                    at=began,
                    status=answer.status,
                    fault=answer.fault[:255],
                    seconds=seconds,
                )
            )
    logger.info(
        "delivery %s of filing %s: %s after try %d (%s)",
        *(delivery.id, delivery.filing, state, number, answer.status or answer.fault),
    )


def _outcome(
    settings: Settings, delivery: Row[Any], answer: Answer
) -> tuple[State, datetime | None]:
    """The delivery's next state, and when it is due again; the last try is at the very end."""
    at, end = now(), delivery.created + timedelta(hours=settings.webhook_hours)
    if answer.status and 200 <= answer.status < 300:
        return DELIVERED, None
    if answer.status == GONE or at >= end:
        return GIVEN_UP, None
    delay = DELAYS[min(delivery.tries, len(DELAYS) - 1)] * random.uniform(1 - JITTER, 1 + JITTER)
    asked = min(_seconds(answer.retry_after, at), MAX_RETRY_AFTER)
    return PENDING, min(at + timedelta(seconds=max(delay, asked)), end)


def _seconds(retry_after: str, at: datetime) -> float:
    """Seconds that a Retry-After header asks for, a number or a date; 0 when it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)  # zone `-0000` comes as none
    return (aware - at).total_seconds()


def _secrets(engine: Engine, tenant: str) -> list[str]:
    """The secrets that sign for a tenant, newest first; the first is made when there is none."""
    if (row := _secret_row(engine, tenant)) is None:
        fresh = secrets.insert().values(tenant=tenant, webhook=_fresh_secret())
        try:
            with engine.begin() as connection:
                connection.execute(fresh)
        except IntegrityError:
            logger.debug("another process has just made the secret of tenant %s", tenant)
        row = _secret_row(engine, tenant)
        assert row is not None
    overlap = row.rotated is not None and now() < row.rotated + OVERLAP
    return [row.webhook, row.previous] if overlap else [row.webhook]


def _secret_row(engine: Engine, tenant: str) -> Row[Any] | None:
    with engine.connect() as connection:
        return connection.execute(
            sa.select(secrets).where(secrets.c.tenant == tenant)
        ).one_or_none()


def _fresh_secret() -> str:
    return "whsec_" + b64encode(token_bytes(32)).decode()
