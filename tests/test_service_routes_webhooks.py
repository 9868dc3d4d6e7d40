"""The resources of webhooks: who sees deliveries and the secret, and who changes them."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine
from standardwebhooks import Webhook, WebhookVerificationError

from service import filings, keys
from service.database import deliveries, now, secrets
from service.gate import Gate
from service.problems import handle_all
from service.routes_webhooks import router
from service.settings import Settings
from service.webhooks import OVERLAP, announce, deliver_due, rotate_secret, secret_of

FILING = "f" * 32
PAYLOAD = {"id": FILING, "state": "done", "form": "4"}
SETTINGS = Settings(webhook_allow="127.0.0.1")


def told(engine: Engine, url: str) -> str:
    """A delivery to this URL, committed."""
    with engine.begin() as connection:
        return announce(connection, "acme", FILING, "filing.done", url, PAYLOAD)


def give_up(engine: Engine, identifier: str) -> None:
    own = sa.update(deliveries).where(deliveries.c.id == identifier)
    with engine.begin() as connection:
        connection.execute(own.values(state="given-up", due=None))


def state_of(engine: Engine, identifier: str) -> Any:
    with engine.connect() as connection:
        return connection.scalar(sa.select(deliveries.c.state).where(deliveries.c.id == identifier))


Clients = Callable[..., TestClient]


@pytest.fixture
def client(engine: Engine) -> Clients:
    """Makes a client with a key of this tenant and these scopes."""
    app = FastAPI()
    app.include_router(router)
    handle_all(app)
    app.state.engine, app.state.settings = engine, SETTINGS
    app.state.gate = Gate(engine, SETTINGS)

    def made(tenant: str = "acme", *scopes: str) -> TestClient:
        _, key = keys.create(engine, tenant, "a test", scopes or keys.SCOPES)
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    return made


def keep_filing(engine: Engine, tenant: str = "acme") -> None:
    record = filings.Record(FILING, tenant, "a.pdf", "0" * 64, 1, now(), 0.995)
    with engine.begin() as connection:
        filings.insert(connection, record)


def refused(answer, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]


def test_the_log_of_a_filing_tells_every_try(
    engine: Engine, receive: Callable, client: Clients
) -> None:
    receiver = receive()
    receiver.reply(500)
    keep_filing(engine)
    identifier = told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    caller = client()
    (listed,) = caller.get(f"/v1/filings/{FILING}/deliveries").json()["deliveries"]
    one = caller.get(f"/v1/deliveries/{identifier}").json()
    assert (listed["id"], listed["filing"], listed["event"]) == (identifier, FILING, "filing.done")
    assert (listed["state"], listed["tries"], listed["url"]) == ("pending", 1, receiver.url)
    assert listed.items() <= one.items()
    assert json.loads(one["body"])["data"] == PAYLOAD
    ((logged),) = one["log"]
    assert (logged["number"], logged["status"], logged["fault"]) == (1, 500, "")
    assert 0 <= logged["seconds"] < 5


def test_deliveries_are_listed_newest_first_by_state_and_up_to_a_limit(
    engine: Engine, client: Clients
) -> None:
    ids = [told(engine, "https://hooks.example/") for _ in range(3)]
    give_up(engine, ids[1])
    caller = client()

    def listed(**query: object) -> list[str]:
        answer = caller.get("/v1/deliveries", params=query)
        return [each["id"] for each in answer.json()["deliveries"]]

    assert listed() == ids[::-1]
    assert listed(limit=1) == [ids[2]]
    assert listed(state="given-up") == [ids[1]]
    assert listed(state="delivered") == []
    for query in ({"limit": 0}, {"limit": 201}, {"state": "lost"}):
        refused(caller.get("/v1/deliveries", params=query), 422, "invalid-parameter")


def test_a_delivery_is_sent_again_on_request(
    engine: Engine, receive: Callable, client: Clients
) -> None:
    receiver = receive()
    identifier = told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    answer = client().post(f"/v1/deliveries/{identifier}/redeliver")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    assert deliver_due(engine, SETTINGS) == 1
    assert len(receiver.requests) == 2


def test_the_secret_is_shown_and_replaced(engine: Engine, client: Clients) -> None:
    caller = client()
    first = caller.get("/v1/webhook-secret").json()["secret"]
    assert first == secret_of(engine, "acme")
    replaced = caller.post("/v1/webhook-secret")
    assert replaced.status_code == 201
    assert replaced.json() == caller.get("/v1/webhook-secret").json() != {"secret": first}


def test_another_tenant_sees_and_changes_nothing(engine: Engine, client: Clients) -> None:
    keep_filing(engine)
    identifier = told(engine, "https://hooks.example/")
    give_up(engine, identifier)
    other = client("other")
    assert other.get("/v1/deliveries").json() == {"deliveries": []}
    refused(other.get(f"/v1/filings/{FILING}/deliveries"), 404, "filing-not-found")
    refused(other.get(f"/v1/deliveries/{identifier}"), 404, "delivery-not-found")
    refused(other.post(f"/v1/deliveries/{identifier}/redeliver"), 404, "delivery-not-found")
    assert state_of(engine, identifier) == "given-up"
    assert other.get("/v1/webhook-secret").json() != client().get("/v1/webhook-secret").json()


def test_ids_that_are_none_are_not_found(client: Clients) -> None:
    for identifier in ("0" * 32, "%00", "x"):
        refused(client().get(f"/v1/deliveries/{identifier}"), 404, "delivery-not-found")


def test_reading_filings_lets_nobody_send_or_sign(engine: Engine, client: Clients) -> None:
    identifier = told(engine, "https://hooks.example/")
    reader = client("acme", "read")
    assert reader.get(f"/v1/deliveries/{identifier}").status_code == 200
    refused(reader.post(f"/v1/deliveries/{identifier}/redeliver"), 403, "scope-missing")
    refused(reader.get("/v1/webhook-secret"), 403, "scope-missing")
    refused(reader.post("/v1/webhook-secret"), 403, "scope-missing")


def test_a_tenant_has_one_secret_made_on_first_use(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: secret_of(engine, "acme"), range(4)))
    assert made == {secret_of(engine, "acme")}
    assert secret_of(engine, "acme").startswith("whsec_")
    assert secret_of(engine, "acme") != secret_of(engine, "other")


def test_after_a_rotation_the_old_secret_verifies_for_a_day_too(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    old, new = secret_of(engine, "acme"), rotate_secret(engine, "acme")
    assert new == secret_of(engine, "acme") != old
    told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    _, headers, body = receiver.requests[0]
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    with engine.begin() as connection:
        connection.execute(secrets.update().values(rotated=now() - OVERLAP))
    told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    _, headers, body = receiver.requests[1]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers)
