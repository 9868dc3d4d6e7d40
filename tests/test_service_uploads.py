"""Documents come in by way of the disk, so many at a time; the others wait for their turn."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from models.errors import BadSetting, DocumentTooLarge, UploadTooSlow
from service import uploads
from service.intake import Sent, sha256_of
from service.settings import Settings
from service.uploads import IN_MEMORY, uploaded
from tests.conftest import calling, until
from tests.test_service_app import refused

Pdf = Callable[..., bytes]
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
FOOT = b"\r\n--x--\r\n"
FORM = [(b"content-type", b"multipart/form-data; boundary=x")]


def taken(settings: Settings, body: list[bytes], *headers: tuple[bytes, bytes]) -> tuple[Sent, str]:
    """What was sent in these chunks, and its checksum; a chunk comes every hundredth second."""

    async def receive() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": body.pop(0), "more_body": bool(body)}

    async def take() -> tuple[Sent, str]:
        request = Request({"type": "http", "headers": headers}, receive)
        async with uploaded(request, settings) as (sent, _):
            # What lies on disk and not in memory when it is there.
            assert sent.content._rolled == (sent.bytes > IN_MEMORY)
            return sent, sha256_of(sent)

    # In a thread of its own: the shared browser keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(take())).result()


@pytest.mark.parametrize("headers", [[], FORM], ids=["body", "form"])
@pytest.mark.parametrize("size", [IN_MEMORY, IN_MEMORY + 1])
def test_a_long_document_lies_on_disk_while_it_comes_in(
    settings: Settings, pdf: Pdf, headers: list[tuple[bytes, bytes]], size: int
) -> None:
    document = pdf().ljust(size)
    pieces = [document[start : start + 10_000] for start in range(0, size, 10_000)]
    sent, checksum = taken(settings, [HEAD, *pieces, FOOT] if headers else pieces, *headers)
    assert (sent.bytes, checksum) == (size, hashlib.sha256(document).hexdigest())
    assert sent.content.closed


@pytest.mark.parametrize("headers", [[], FORM], ids=["body", "form"])
def test_a_document_beyond_the_limit_is_cut_off(
    settings: Settings, headers: list[tuple[bytes, bytes]]
) -> None:
    body = [b"%PDF-1.7\n", *[bytes(100_000)] * 100]
    with pytest.raises(DocumentTooLarge, match="200,000"):
        taken(settings, [HEAD, *body] if headers else body, *headers)


def test_a_document_that_drips_in_is_cut_off(settings: Settings) -> None:
    with pytest.raises(UploadTooSlow):
        taken(replace(settings, upload_seconds=0.2), [b"%"] * 1_000)


@pytest.fixture
def full(app: FastAPI) -> Iterator[TestClient]:
    """A caller of a service that takes as many documents in as it can."""
    app.state.places = asyncio.Semaphore(0)
    with calling(app) as client:
        client.headers["Prefer"] = ""
        yield client


def test_an_upload_waits_for_its_turn_and_is_taken_in(
    app: FastAPI, full: TestClient, pdf: Pdf
) -> None:
    with ThreadPoolExecutor(2) as pool:
        single = pool.submit(full.post, "/v1/filings", content=pdf())
        batch = pool.submit(full.post, "/v1/batches", files={"file": ("a.pdf", pdf())})
        until(lambda: len(app.state.places._waiters or ()) == 2, "both to wait")
        full.portal.call(app.state.places.release)
        assert (single.result().status_code, batch.result().status_code) == (202, 202)


def test_an_upload_that_waited_too_long_is_told_when_to_come_again(
    full: TestClient, pdf: Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "TURN_SECONDS", 0.05)
    for address, sent in (
        ("/v1/filings", {"content": pdf()}),
        ("/v1/batches", {"files": {"file": ("a.pdf", pdf())}}),
    ):
        answer = full.post(address, **sent)
        refused(answer, 429, "too-many-uploads")
        assert answer.headers["retry-after"] == "5"
    assert full.get("/v1/filings").json()["filings"] == []


def test_a_turn_ends_with_the_upload_whatever_comes_of_it(
    app: FastAPI, settings: Settings, pdf: Pdf
) -> None:
    app.state.places = asyncio.Semaphore(1)
    with calling(app) as client:
        for content in (b"", b"a letter", bytes(300_000), pdf()):
            client.post("/v1/filings", content=content, headers={"Prefer": "wait=1"})
            assert not app.state.places.locked()


def test_a_service_that_takes_nothing_in_is_not_started() -> None:
    with pytest.raises(BadSetting, match="max_uploads"):
        Settings(max_uploads=0)
