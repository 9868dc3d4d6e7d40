"""Webhooks: signed, sent once each, tried again, given up, sent again, and seen by their tenant."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row
from standardwebhooks import Webhook, WebhookVerificationError

from service import webhooks
from service.database import deliveries, engine_of, filings, now, tries
from service.filings import ENDED, Record, insert
from service.settings import Settings
from service.webhooks import (
    DELAYS,
    EVENTS,
    LEASE,
    announce,
    deliver_due,
    forget,
    payload_of,
    redeliver,
    secret_of,
)

FILING = "f" * 32
PAYLOAD = {"id": FILING, "state": "done", "form": "4"}
SETTINGS = Settings(webhook_allow="127.0.0.1")


def told(engine: Engine, url: str, tenant: str = "acme", filing: str = FILING) -> str:
    """A delivery to this URL, committed."""
    with engine.begin() as connection:
        return announce(connection, tenant, filing, "filing.done", url, PAYLOAD)


def found(engine: Engine, identifier: str) -> Row[Any]:
    with engine.connect() as connection:
        return connection.execute(sa.select(deliveries).where(deliveries.c.id == identifier)).one()


def change(engine: Engine, identifier: str, **values: object) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.update(deliveries).where(deliveries.c.id == identifier).values(**values)
        )


def log(engine: Engine, identifier: str) -> list[tuple[int, int | None, str]]:
    own = sa.select(tries.c.number, tries.c.status, tries.c.fault).order_by(tries.c.number)
    with engine.connect() as connection:
        rows = connection.execute(own.where(tries.c.delivery == identifier))
        return [tuple(row) for row in rows]


def seconds_left(engine: Engine, identifier: str) -> float:
    return (found(engine, identifier).due - now()).total_seconds()


def test_the_library_of_the_scheme_verifies_a_signature(engine: Engine, receive: Callable) -> None:
    receiver = receive()
    identifier = told(engine, receiver.url)
    assert deliver_due(engine, SETTINGS) == 1
    ((_, headers, body),) = receiver.requests
    said = Webhook(secret_of(engine, "acme")).verify(body, headers)
    assert (said["type"], said["data"]) == ("filing.done", PAYLOAD)
    assert headers["webhook-id"] == identifier
    for forged in (body.replace(b'"done"', b'"lost"'), body + b" "):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret_of(engine, "acme")).verify(forged, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret_of(engine, "other")).verify(body, headers)


def test_the_body_is_plain_json_that_says_where_a_filing_is_had(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    record = Record(FILING, "acme", "a.pdf", "0" * 64, 1, now(), 0.995, state="done", form="4",
                    metadata={"case": "=cmd|' /C calc'!A0"})  # fmt: skip
    with engine.begin() as connection:
        insert(connection, record)
        payload = payload_of(connection.execute(sa.select(filings)).one())
        announce(connection, "acme", FILING, EVENTS["done"], receiver.url, payload)
    deliver_due(engine, SETTINGS)
    ((path, headers, body),) = receiver.requests
    said = json.loads(body)
    assert (path, headers["content-type"]) == ("/hook", "application/json")
    assert set(said) == {"type", "timestamp", "data"}
    assert datetime.fromisoformat(said["timestamp"]).tzinfo
    address = f"/v1/filings/{FILING}"
    assert said["data"] == {
        "id": FILING,
        "state": "done",
        "form": "4",
        "metadata": record.metadata,
        "error": None,
        "links": {
            "self": address,
            "deliveries": f"{address}/deliveries",
            "xml": f"{address}.xml",
            "csv": f"{address}.csv",
        },
    }


def test_a_filing_that_failed_has_no_links_to_results(engine: Engine) -> None:
    record = Record(FILING, "acme", "a.pdf", "0" * 64, 1, now(), 0.995, state="failed")
    with engine.begin() as connection:
        insert(connection, record)
        payload = payload_of(connection.execute(sa.select(filings)).one())
    assert set(payload["links"]) == {"self", "deliveries"}


def test_every_state_a_filing_ends_in_has_its_event() -> None:
    assert set(ENDED) <= set(EVENTS)
    assert all(event == f"filing.{state}" for state, event in EVENTS.items())


def test_what_a_transaction_takes_back_is_never_sent(engine: Engine, receive: Callable) -> None:
    receiver = receive()
    with engine.connect() as connection:
        announce(connection, "acme", FILING, "filing.done", receiver.url, PAYLOAD)
        connection.rollback()
    assert deliver_due(engine, SETTINGS) == 0
    assert not receiver.requests


def test_a_failed_try_is_repeated_with_the_same_id_until_it_succeeds(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    receiver.reply(500)
    identifier = told(engine, receiver.url)
    assert deliver_due(engine, SETTINGS) == 1
    assert deliver_due(engine, SETTINGS) == 0
    assert found(engine, identifier).state == "pending"
    change(engine, identifier, due=now())
    assert deliver_due(engine, SETTINGS) == 1
    delivery = found(engine, identifier)
    assert (delivery.state, delivery.due, delivery.tries) == ("delivered", None, 2)
    assert log(engine, identifier) == [(1, 500, ""), (2, 200, "")]
    assert {headers["webhook-id"] for _, headers, _ in receiver.requests} == {identifier}
    assert deliver_due(engine, SETTINGS) == 0


@pytest.mark.parametrize(("made", "delay"), [*enumerate(DELAYS), (20, DELAYS[-1])])
def test_pauses_grow_and_are_not_all_the_same(
    engine: Engine, receive: Callable, made: int, delay: float
) -> None:
    receiver = receive()
    waits = []
    for _ in range(3):
        receiver.reply(503)
        identifier = told(engine, receiver.url)
        change(engine, identifier, tries=made)
        deliver_due(engine, SETTINGS)
        waits.append(seconds_left(engine, identifier))
    assert all(0.8 * delay - 1 < wait < 1.2 * delay for wait in waits)
    assert len(set(waits)) == 3


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("120", 118, 120),
        ("1", 3, 6),
        ("999999", 3_598, 3_600),
        ("9" * 400, 3_598, 3_600),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 3_598, 3_600),
        ("Fri, 31 Dec 1999 23:59:59 -0000", 3, 6),
        ("soon", 3, 6),
        ("-5", 3, 6),
        ("²", 3, 6),
    ],
)
def test_a_receiver_may_ask_for_a_pause_within_reason(
    engine: Engine, receive: Callable, asked: str, least: float, most: float
) -> None:
    receiver = receive()
    receiver.reply(429, retry_after=asked)
    identifier = told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    assert least < seconds_left(engine, identifier) <= most


def test_a_receiver_that_is_gone_is_given_up_at_once(engine: Engine, receive: Callable) -> None:
    receiver = receive()
    receiver.reply(410)
    identifier = told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    assert (found(engine, identifier).state, found(engine, identifier).due) == ("given-up", None)


def test_the_last_try_is_when_the_hours_are_over(engine: Engine, receive: Callable) -> None:
    receiver = receive()
    for _ in range(2):
        receiver.reply(500)
    identifier = told(engine, receiver.url)
    created = now() - timedelta(hours=23)
    change(engine, identifier, created=created, tries=11)
    deliver_due(engine, SETTINGS)
    assert found(engine, identifier).due == created + timedelta(hours=24)
    change(engine, identifier, created=created - timedelta(hours=1), due=now())
    deliver_due(engine, SETTINGS)
    delivery = found(engine, identifier)
    assert (delivery.state, delivery.due, delivery.tries) == ("given-up", None, 13)
    assert deliver_due(engine, SETTINGS) == 0


def test_the_hours_are_a_setting(engine: Engine) -> None:
    identifier = told(engine, "http://127.0.0.1:1/")
    deliver_due(engine, replace(SETTINGS, webhook_hours=0.0))
    assert found(engine, identifier).state == "given-up"
    ((number, status, fault),) = log(engine, identifier)
    assert (number, status) == (1, None)
    assert "refused" in fault


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "::1",
     "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "2002:7f00:1::1", "64:ff9b::7f00:1"],
)  # fmt: skip
def test_a_name_that_has_become_private_since_registration_is_not_called(
    engine: Engine, receive: Callable, names, address: str
) -> None:
    receiver = receive()
    names["hooks.example"] = [["93.184.215.14"], [address]]
    url = receiver.url.replace("127.0.0.1", "hooks.example")
    webhooks.check(url, SETTINGS.webhook_allow)
    identifier = told(engine, url)
    deliver_due(engine, SETTINGS)
    assert log(engine, identifier) == [
        (1, None, "hooks.example has an address that is not public.")
    ]
    assert found(engine, identifier).state == "pending"
    assert not receiver.requests


def test_a_redirect_to_a_private_address_is_a_failed_try(engine: Engine, receive: Callable) -> None:
    receiver, private = receive(), receive("127.0.0.2")
    receiver.reply(302, location=private.url)
    identifier = told(engine, receiver.url)
    deliver_due(engine, SETTINGS)
    assert log(engine, identifier) == [(1, 302, "Redirects are not followed.")]
    assert found(engine, identifier).state == "pending"
    assert not private.requests


def test_workers_that_look_at_the_same_time_send_each_once(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    announced = {told(engine, receiver.url) for _ in range(24)}
    together = threading.Barrier(3)

    def work(_: int) -> int:
        own = engine_of(engine.url.render_as_string())
        together.wait()
        try:
            return deliver_due(own, SETTINGS)
        finally:
            own.dispose()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 24
    sent = [headers["webhook-id"] for _, headers, _ in receiver.requests]
    assert len(sent) == 24
    assert set(sent) == announced


def test_of_two_claims_of_one_delivery_one_has_it(engine: Engine) -> None:
    identifier = told(engine, "http://127.0.0.1:1/")
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: webhooks._claim(engine, identifier), range(4)))
    assert sum(claim is not None for claim in claims) == 1


def test_what_a_dead_worker_was_sending_is_sent_when_its_lease_is_over(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    identifier = told(engine, receiver.url)
    assert webhooks._claim(engine, identifier)
    assert deliver_due(engine, SETTINGS) == 0
    assert LEASE.total_seconds() - 5 < seconds_left(engine, identifier)
    change(engine, identifier, due=now())
    assert deliver_due(engine, SETTINGS) == 1
    assert found(engine, identifier).state == "delivered"


def test_a_worker_that_lost_its_lease_changes_nothing(engine: Engine, receive: Callable) -> None:
    receiver = receive()
    identifier = told(engine, receiver.url)
    other = now() + timedelta(seconds=60)

    def taken_over() -> Iterator[bytes]:
        change(engine, identifier, due=other)
        yield b"late"

    receiver.reply(200, taken_over())
    deliver_due(engine, SETTINGS)
    delivery = found(engine, identifier)
    assert (delivery.state, delivery.due, delivery.tries) == ("sending", other, 0)
    assert log(engine, identifier) == []


def test_a_filing_that_is_forgotten_while_it_is_told_leaves_nothing(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    other = told(engine, receiver.url, filing="e" * 32)
    identifier = told(engine, receiver.url)
    change(engine, identifier, due=now() - timedelta(days=1))

    def forgotten() -> Iterator[bytes]:
        with engine.begin() as connection:
            forget(connection, FILING)
        yield b"late"

    receiver.reply(500)
    deliver_due(engine, SETTINGS, limit=1)
    change(engine, identifier, due=now() - timedelta(days=1))
    receiver.reply(200, forgotten())
    deliver_due(engine, SETTINGS, limit=1)
    assert log(engine, identifier) == []
    with engine.connect() as connection:
        assert connection.scalars(sa.select(deliveries.c.id)).all() == [other]


def test_a_fault_of_ours_at_one_delivery_leaves_the_others(
    engine: Engine, receive: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = receive()
    bad, good = told(engine, receiver.url + "/bad"), told(engine, receiver.url)
    post = webhooks.post

    def faulty(target, headers, body):
        if target.path.endswith("bad"):
            raise RuntimeError("secret of the machinery")
        return post(target, headers, body)

    monkeypatch.setattr(webhooks, "post", faulty)
    assert deliver_due(engine, SETTINGS) == 2
    assert found(engine, good).state == "delivered"
    ((_, _, fault),) = log(engine, bad)
    assert "unforeseen" in fault
    assert "secret" not in fault


def test_no_more_than_the_limit_are_sent_and_the_oldest_first(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    first, *_ = [told(engine, receiver.url) for _ in range(3)]
    assert deliver_due(engine, SETTINGS, limit=1) == 1
    assert found(engine, first).state == "delivered"
    assert deliver_due(engine, SETTINGS, limit=5) == 2


def test_a_delivery_can_be_sent_again_whatever_came_of_it(
    engine: Engine, receive: Callable
) -> None:
    receiver = receive()
    receiver.reply(410)
    identifier = told(engine, receiver.url)
    for state in ("given-up", "delivered"):
        deliver_due(engine, SETTINGS)
        assert found(engine, identifier).state == state
        redeliver(engine, identifier)
    assert deliver_due(engine, SETTINGS) == 1
    assert [status for _, status, _ in log(engine, identifier)] == [410, 200, 200]


def test_a_delivery_that_is_being_sent_is_not_sent_at_the_same_time_again(
    engine: Engine,
) -> None:
    identifier = told(engine, "http://127.0.0.1:1/")
    claimed = webhooks._claim(engine, identifier)
    redeliver(engine, identifier)
    assert found(engine, identifier) == claimed
    assert deliver_due(engine, SETTINGS) == 0
