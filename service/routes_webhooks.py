"""The resources of webhooks: the log of deliveries, sending again, and the secret that signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from sqlalchemy.engine import Engine

from models.errors import DeliveryNotFound
from service.database import deliveries, tries
from service.described import problems
from service.filings import ID, MOST_LISTED, Filings
from service.gate import requires
from service.keys import Caller
from service.webhooks import State, redeliver, rotate_secret, secret_of

router = APIRouter(prefix="/v1", tags=["webhooks"])

Reader = Annotated[Caller, requires("read")]
Submitter = Annotated[Caller, requires("submit")]
# Who has the secret can sign in the service's name: reading filings is not enough for that.
Admin = Annotated[Caller, requires("admin")]
Limit = Annotated[int, Query(ge=1, le=MOST_LISTED)]


@dataclass(frozen=True)
class Delivery:
    """A webhook: `pending` until it is `delivered` or `given-up`; `sending` during a try.

    `id` is the `webhook-id` that the receiver sees, `due` when it is tried next, `tries` their
    number so far.
    """

    id: str
    filing: str
    event: str
    url: str
    state: State
    created: datetime
    due: datetime | None
    tries: int


@dataclass(frozen=True)
class Try:
    """One time that a webhook was sent: the `status` of the answer, or the `fault` there was."""

    number: int
    at: datetime
    status: int | None
    fault: str
    seconds: float


@dataclass(frozen=True)
class LoggedDelivery(Delivery):
    """A delivery with the `body` that is sent and the `log` of its tries."""

    body: str
    log: tuple[Try, ...]


@dataclass(frozen=True)
class Deliveries:
    """Deliveries, newest first."""

    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True)
class WebhookSecret:
    """The secret that signs this tenant's webhooks, `whsec_` and base64."""

    secret: str


@router.get("/filings/{filing_id}/deliveries", responses=problems(404))
def deliveries_of_filing(request: Request, filing_id: str, caller: Reader) -> Deliveries:
    """The webhooks that told of a filing, newest first."""
    engine = _engine(request)
    Filings(engine).record(filing_id, caller.tenant)
    return _listed(engine, caller, [deliveries.c.filing == filing_id], MOST_LISTED)


@router.get("/deliveries", responses=problems(422))
def list_deliveries(
    request: Request, caller: Reader, state: State | None = None, limit: Limit = 50
) -> Deliveries:
    """The newest webhooks, of all filings."""
    wanted = [deliveries.c.state == state] if state else []
    return _listed(_engine(request), caller, wanted, limit)


@router.get("/deliveries/{delivery_id}", responses=problems(404))
def delivery(request: Request, delivery_id: str, caller: Reader) -> LoggedDelivery:
    """A webhook: what is sent, and what came of each try."""
    return _logged(_engine(request), caller, delivery_id)


@router.post("/deliveries/{delivery_id}/redeliver", status_code=202, responses=problems(404))
def redeliver_now(request: Request, delivery_id: str, caller: Submitter) -> LoggedDelivery:
    """Have a webhook sent again within seconds, also one that was delivered or given up."""
    engine = _engine(request)
    _logged(engine, caller, delivery_id)
    redeliver(engine, delivery_id)
    return _logged(engine, caller, delivery_id)


@router.get("/webhook-secret", responses=problems())
def webhook_secret(request: Request, caller: Admin) -> WebhookSecret:
    """The secret that signs the tenant's webhooks; the first call makes it."""
    return WebhookSecret(secret_of(_engine(request), caller.tenant))


@router.post("/webhook-secret", status_code=201, responses=problems())
def new_webhook_secret(request: Request, caller: Admin) -> WebhookSecret:
    """Replace the secret. For a day webhooks carry two signatures, of the new and the old one."""
    return WebhookSecret(rotate_secret(_engine(request), caller.tenant))


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def _listed(
    engine: Engine, caller: Caller, wanted: list[sa.ColumnElement[bool]], limit: int
) -> Deliveries:
    newest = (deliveries.c.created.desc(), deliveries.c.id.desc())
    query = sa.select(deliveries).where(deliveries.c.tenant == caller.tenant, *wanted)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(*newest).limit(limit)).all()
    return Deliveries(tuple(Delivery(**_said(row)) for row in rows))


def _logged(engine: Engine, caller: Caller, identifier: str) -> LoggedDelivery:
    """The delivery of this id, if it is the caller's; raises DeliveryNotFound."""
    # Postgres cannot even be asked for some texts.
    if not ID.fullmatch(identifier):
        raise DeliveryNotFound()
    own = (deliveries.c.id == identifier) & (deliveries.c.tenant == caller.tenant)
    log = sa.select(tries).where(tries.c.delivery == identifier).order_by(tries.c.number)
    with engine.connect() as connection:
        row = connection.execute(sa.select(deliveries).where(own)).one_or_none()
        if row is None:
            raise DeliveryNotFound()
        made = tuple(
            Try(each.number, each.at, each.status, each.fault, each.seconds)
            for each in connection.execute(log)
        )
    return LoggedDelivery(**_said(row), body=row.body, log=made)


def _said(row: sa.Row[Any]) -> dict[str, Any]:
    """The columns of a delivery that are told."""
    names = ("id", "filing", "event", "url", "state", "created", "due", "tries")
    return {name: getattr(row, name) for name in names}
