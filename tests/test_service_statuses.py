"""Every answer that the OpenAPI document names, of every call, is one that the service gives."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from service.app import create_app
from service.database import deliveries, now
from service.keys import create
from service.reading import Reading
from service.settings import Settings
from tests.conftest import ReadsTheSecondWord, until

Pdf = Callable[..., bytes]
ELSEWHERE = ("192.0.2.7", 50_000)
NOTHING = "0" * 32
LETTER = b"Dear Sir or Madam"
LIMITS = {"max_batch_bytes": 60_000, "max_reference_bytes": 100}


@dataclass
class World:
    """A service without workers that holds one of everything."""

    app: FastAPI
    pdf: Pdf
    extractor: ReadsTheSecondWord

    def __post_init__(self) -> None:
        self.admin = self.key("admin")
        self.done, self.queued = self.filing(), self.filing(read=False)
        self.batch = self.sent("/v1/batches", files=[("file", ("a.pdf", self.pdf()))])["id"]
        self.delivery = NOTHING[:-1] + "1"
        row = {"id": self.delivery, "tenant": "acme", "filing": self.done, "event": "filing.done",
               "url": "https://example.com", "body": "{}", "state": "delivered",
               "created": now()}  # fmt: skip
        with self.app.state.engine.begin() as connection:
            connection.execute(sa.insert(deliveries).values(row))

    def key(self, *scopes: str, **limits: int) -> str:
        """A new key of the one tenant."""
        limits = {"requests_per_minute": 0} | limits
        return create(self.app.state.engine, "acme", "k", scopes, **limits)[1]

    def call(self, method: str, path: str, key: str | None = "", **sent: Any) -> Response:
        """The answer to a caller elsewhere who has a key, the admin's unless it is another's."""
        headers = {"X-Api-Key": key or self.admin} if key is not None else {}
        headers |= sent.pop("headers", {})
        client = TestClient(self.app, client=ELSEWHERE, raise_server_exceptions=False)
        return client.request(method, path, headers=headers, **sent)

    def sent(self, path: str, **sent: Any) -> dict[str, Any]:
        answer = self.call("POST", path, **sent)
        assert answer.is_success, answer.text
        return answer.json()

    def filing(self, read: bool = True, key: str = "", text: str = "FORM Marl") -> str:
        """A new filing, read or waiting to be."""
        headers = {"Idempotency-Key": key} if key else {}
        found = self.sent("/v1/filings", content=self.pdf(text), headers=headers)["id"]
        if read:
            self.read(found)
        return found

    def read(self, identifier: str) -> None:
        """What a worker would do."""
        state = self.app.state
        reading = Reading(state.engine, state.files, state.settings, self.extractor)
        reading.finish(identifier, reading.read(identifier))


@pytest.fixture
def world(settings: Settings, pdf: Pdf, extractor: ReadsTheSecondWord) -> Iterator[World]:
    app = create_app(replace(settings, **LIMITS))
    with TestClient(app):
        yield World(app, pdf, extractor)


# What every call may answer. How it is made is the same for all.


def without_a_key(world: World, method: str, path: str) -> Response:
    return world.call(method, path, key=None)


def without_the_scope(world: World, method: str, path: str) -> Response:
    return world.call(method, path, world.key("review"))


def too_often(world: World, method: str, path: str) -> Response:
    key = world.key("admin", requests_per_minute=1)
    assert world.call("GET", "/v1/limits", key).status_code == 200
    return world.call(method, path, key)


def without_a_database(world: World, method: str, path: str) -> Response:
    def away(*_: object) -> None:
        raise sa.exc.OperationalError("select", {}, OSError("away"))

    key = world.key("admin")
    sa.event.listen(world.app.state.engine, "before_cursor_execute", away)
    try:
        return world.call(method, path, key)
    finally:
        sa.event.remove(world.app.state.engine, "before_cursor_execute", away)


def of_nothing(world: World, method: str, path: str) -> Response:
    """With the ids of things that there are not."""
    for known in (world.done, world.batch, world.delivery):
        path = path.replace(known, NOTHING)
    return world.call(method, path)


COMMON: dict[int, Callable[[World, str, str], Response]] = {
    401: without_a_key, 403: without_the_scope, 404: of_nothing, 429: too_often,
    503: without_a_database,
}  # fmt: skip


# What some calls may answer.


def while_it_waits(world: World, then: Callable[[str], object]) -> Response:
    """A document whose sender waits, while something becomes of its filing."""
    sent = {"content": world.pdf("FORM Flint"), "headers": {"Prefer": "wait=50"}}
    before = {each["id"] for each in world.call("GET", "/v1/filings").json()["filings"]}

    def come() -> set[str]:
        return {each["id"] for each in world.call("GET", "/v1/filings").json()["filings"]} - before

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(world.call, "POST", "/v1/filings", **sent)
        then(until(come, "the filing to be there").pop())
        return answer.result()


def that_never_comes(world: World, method: str, path: str, content_type: str) -> Response:
    """The answer to a body of which nothing arrives."""
    hasty = create_app(replace(world.app.state.settings, upload_seconds=0.05))
    headers = [(b"x-api-key", world.admin.encode()), (b"content-type", content_type.encode())]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"",
             "headers": headers, "client": ELSEWHERE, "http_version": "1.1"}  # fmt: skip
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    # In a thread of its own: the shared browser keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(hasty(scope, receive, send))).result()
    hasty.state.engine.dispose()
    return Response(messages[0]["status"], headers=messages[0]["headers"])


def used_again(world: World, path: str) -> Response:
    """Another document under an idempotency key."""
    key = {"headers": {"Idempotency-Key": "k"}}
    for text in ("FORM Marl", "FORM Flint"):
        answer = world.call("POST", path, files=[("file", ("a.pdf", world.pdf(text)))], **key)
    return answer


def batch_of(world: World, *files: bytes) -> Response:
    form = [("file", ("a.pdf", each)) for each in files]
    return world.call("POST", "/v1/batches", files=form)


def listed(world: World, lines: str) -> Response:
    return world.call("PUT", "/v1/references/issuers", content=lines)


MULTIPART = "multipart/form-data; boundary=x"
FILING, BATCH = "/v1/filings/{filing_id}", "/v1/batches/{batch_id}"
PAGE, DELIVERY = f"{FILING}/pages/{{number}}", "/v1/deliveries/{delivery_id}"
NUMBERED, CARD = f"{FILING}/extractions/{{number}}", "/v1/models/{name}@{version}/card.html"
REFERENCES = "/v1/references/{kind}"
PRODUCERS: dict[tuple[str, str, int], Callable[[World], Response]] = {
    ("POST", "/v1/filings", 202): lambda w: w.call("POST", "/v1/filings", content=w.pdf()),
    ("POST", "/v1/filings", 201): lambda w: while_it_waits(w, w.read),
    ("POST", "/v1/filings", 400): lambda w: w.call("POST", "/v1/filings"),
    ("POST", "/v1/filings", 404): lambda w: while_it_waits(
        w, lambda identifier: w.call("DELETE", f"/v1/filings/{identifier}")),
    ("POST", "/v1/filings", 408): lambda w: that_never_comes(w, "POST", "/v1/filings", "x/y"),
    ("POST", "/v1/filings", 409): lambda w: used_again(w, "/v1/filings"),
    ("POST", "/v1/filings", 413): lambda w: w.call("POST", "/v1/filings", content=bytes(300_000)),
    ("POST", "/v1/filings", 415): lambda w: w.call("POST", "/v1/filings", content=LETTER),
    ("POST", "/v1/filings", 422): lambda w: w.call(
        "POST", "/v1/filings?callback_url=http://127.0.0.1/", content=w.pdf()),
    ("GET", "/v1/filings", 400): lambda w: w.call("GET", "/v1/filings?cursor=x"),
    ("GET", "/v1/filings", 422): lambda w: w.call("GET", "/v1/filings?limit=0"),
    ("GET", FILING, 422): lambda w: w.call("GET", f"/v1/filings/{w.done}?words=perhaps"),
    ("DELETE", FILING, 204): lambda w: w.call("DELETE", f"/v1/filings/{w.filing()}"),
    ("GET", f"{FILING}.xml", 409): lambda w: w.call("GET", f"/v1/filings/{w.queued}.xml"),
    ("GET", f"{FILING}.csv", 409): lambda w: w.call("GET", f"/v1/filings/{w.queued}.csv"),
    ("GET", f"{PAGE}.png", 409): lambda w: w.call("GET", f"/v1/filings/{w.done}/pages/2.png"),
    ("GET", f"{PAGE}.png", 422): lambda w: w.call("GET", f"/v1/filings/{w.done}/pages/0.png"),
    ("GET", f"{PAGE}/annotated.png", 409): lambda w: w.call(
        "GET", f"/v1/filings/{w.queued}/pages/1/annotated.png"),
    ("GET", f"{PAGE}/annotated.png", 422): lambda w: w.call(
        "GET", f"/v1/filings/{w.done}/pages/0/annotated.png"),
    ("POST", f"{FILING}/extractions", 202): lambda w: w.call(
        "POST", f"/v1/filings/{w.filing()}/extractions"),
    ("POST", f"{FILING}/extractions", 409): lambda w: w.call(
        "POST", f"/v1/filings/{w.queued}/extractions"),
    ("GET", NUMBERED, 409): lambda w: w.call("GET", f"/v1/filings/{w.done}/extractions/2"),
    ("GET", NUMBERED, 422): lambda w: w.call("GET", f"/v1/filings/{w.done}/extractions/one"),
    ("POST", "/v1/batches", 202): lambda w: batch_of(w, w.pdf(), LETTER),
    ("POST", "/v1/batches", 400): lambda w: w.call("POST", "/v1/batches", content=w.pdf()),
    ("POST", "/v1/batches", 408): lambda w: that_never_comes(w, "POST", "/v1/batches", MULTIPART),
    ("POST", "/v1/batches", 409): lambda w: used_again(w, "/v1/batches"),
    ("POST", "/v1/batches", 413): lambda w: batch_of(w, *[b"%PDF-" + bytes(190_000)] * 2),
    ("POST", "/v1/batches", 422): lambda w: batch_of(w, LETTER),
    ("GET", "/v1/batches", 400): lambda w: w.call("GET", "/v1/batches?cursor=x"),
    ("GET", "/v1/batches", 422): lambda w: w.call("GET", "/v1/batches?limit=0"),
    ("GET", BATCH, 400): lambda w: w.call("GET", f"/v1/batches/{w.batch}?cursor=x"),
    ("GET", BATCH, 422): lambda w: w.call("GET", f"/v1/batches/{w.batch}?limit=0"),
    ("DELETE", BATCH, 204): lambda w: w.call(
        "DELETE", f"/v1/batches/{batch_of(w, w.pdf()).json()['id']}"),
    ("PUT", REFERENCES, 200): lambda w: listed(w, "cik,name,ticker\n1,Marl,M\n"),
    ("PUT", REFERENCES, 408): lambda w: that_never_comes(
        w, "PUT", "/v1/references/issuers", "text/csv"),
    ("PUT", REFERENCES, 413): lambda w: listed(w, "x" * 101),
    ("PUT", REFERENCES, 422): lambda w: listed(w, "nonsense"),
    ("DELETE", REFERENCES, 422): lambda w: w.call("DELETE", "/v1/references/brokers"),
    ("GET", "/v1/deliveries", 422): lambda w: w.call("GET", "/v1/deliveries?limit=0"),
    ("GET", CARD, 404): lambda w: w.call("GET", "/v1/models/tagger@none/card.html"),
}  # fmt: skip
"""Those that differ from call to call; any other success is that of the plain call."""


def produced(world: World, method: str, path: str, status: int) -> Response:
    """The answer to a request that should be answered with this status."""
    card = next(each for each in world.call("GET", "/v1/models").json()["models"] if each["card"])
    address = path.format(
        filing_id=world.done, batch_id=world.batch, delivery_id=world.delivery, number=1,
        kind="issuers", name=card["name"], version=card["version"],
    )  # fmt: skip
    if own := PRODUCERS.get((method, path, status)):
        return own(world)
    if status in COMMON:
        return COMMON[status](world, method, address)
    return world.call(method, address)


def test_every_status_that_is_described_is_answered(world: World) -> None:
    wrong, tried = [], 0
    for path, operations in world.app.openapi()["paths"].items():
        for method, operation in operations.items():
            for status in map(int, operation["responses"]):
                answer = produced(world, method.upper(), path, status)
                tried += 1
                if answer.status_code != status:
                    wrong.append(f"{method.upper()} {path}: {status} is {answer.status_code}")
                elif status >= 400 and answer.content:
                    assert json.loads(answer.content)["status"] == status
    assert wrong == []
    assert tried > 150


def test_no_producer_is_of_a_status_that_is_not_described(world: World) -> None:
    paths = world.app.openapi()["paths"]
    for method, path, status in PRODUCERS:
        assert str(status) in paths[path][method.lower()]["responses"], (method, path, status)
