"""The HTTP resources: what a caller sends, gets, and is told when something is wrong."""

import asyncio
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from xml.etree import ElementTree

import cv2
import numpy as np
import pymupdf
import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from models.errors import DocumentTooLarge
from service.app import create_app
from service.filings import Filings
from service.settings import Settings
from service.uploads import bounded
from tests.conftest import calling, working

Pdf = Callable[..., bytes]
SHAPE = {"type", "title", "status", "detail", "code", "remedy", "instance"}


def refused(answer, status: int, code: str) -> dict:
    """The problem an answer holds, in the one shape all of them have."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == SHAPE
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert problem["type"] == f"urn:filingscan:problem:{code}"
    assert problem["remedy"] and problem["title"]
    return problem


def test_a_body_that_is_a_document_becomes_a_filing(client: TestClient, pdf: Pdf) -> None:
    answer = client.post("/v1/filings", content=pdf("FORM Marl"))
    filing = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/filings/{filing['id']}"
    assert (filing["state"], filing["form"], filing["error"]) == ("done", "4", None)
    assert filing["result"]["document"] == {"issuer": {"issuerName": "Marl"}}
    assert filing["result"]["schema"] == "filingscan/1"


def test_a_form_upload_becomes_a_filing_of_its_name(client: TestClient, pdf: Pdf) -> None:
    files = {"file": ("..\\desk/mine.pdf", pdf("FORM Marl"), "application/pdf")}
    filing = client.post("/v1/filings", files=files).json()
    assert (filing["state"], filing["name"]) == ("done", "mine.pdf")


def test_a_filing_is_had_again_as_json_xml_and_csv(client: TestClient, pdf: Pdf) -> None:
    filing = client.post("/v1/filings", content=pdf("FORM Marl")).json()
    address = f"/v1/filings/{filing['id']}"
    assert client.get(address).json() == filing
    xml = client.get(f"{address}.xml")
    assert ElementTree.fromstring(xml.content).findtext("issuer/issuerName") == "Marl"
    assert xml.headers["content-type"] == "application/xml"
    assert "Marl" in client.get(f"{address}.csv").text.splitlines()[1]


def test_words_come_with_the_result_only_when_asked_for(client: TestClient, pdf: Pdf) -> None:
    filing = client.post("/v1/filings", content=pdf()).json()
    full = client.get(f"/v1/filings/{filing['id']}", params={"words": True}).json()
    assert "words" not in filing["result"]
    assert [word["text"] for word in full["result"]["words"]] == ["FORM"]


def test_filings_outlive_the_service(settings: Settings, extractor, pdf: Pdf) -> None:
    app = create_app(settings)
    with calling(app) as client, working(app, extractor):
        filing = client.post("/v1/filings", content=pdf()).json()
    with calling(create_app(settings)) as client:
        assert client.get(f"/v1/filings/{filing['id']}").json() == filing


def test_the_annotated_page_shows_a_frame_where_the_value_stands(
    client: TestClient, pdf: Pdf
) -> None:
    filing = client.post("/v1/filings", content=pdf("FORM Marl")).json()
    address = f"/v1/filings/{filing['id']}/pages"
    picture = client.get(f"{address}/1/annotated.png")
    pixels = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_COLOR)
    assert pixels.shape == (2200, 1700, 3)
    left, top, right, bottom = filing["result"]["fields"][0]["boxes"][0]["box"]
    scale = 200 / 72
    blue, green, red = pixels[round(top * scale), round((left + right) / 2 * scale)].astype(int)
    assert max(blue, green, red) - min(blue, green, red) > 50
    grey = pixels[round((bottom + 90) * scale), round(left * scale)]
    assert list(grey) == [255, 255, 255]
    refused(client.get(f"{address}/2/annotated.png"), 409, "not-readable")
    refused(client.get(f"{address}/one/annotated.png"), 422, "invalid-parameter")


def test_a_document_of_several_filings_is_split_into_them(client: TestClient, pdf: Pdf) -> None:
    document = pdf("FORM Marl", "FORM Flint")
    whole = client.post("/v1/filings", content=document).json()
    assert (whole["state"], whole["result"], whole["error"]) == ("split", None, None)
    assert client.get(f"/v1/filings/{whole['id']}").json() == whole
    refused(client.get(f"/v1/filings/{whole['id']}.xml"), 409, "not-readable")
    parts = [client.get(f"/v1/filings/{part}").json() for part in whole["parts"]]
    issuers = [part["result"]["document"]["issuer"]["issuerName"] for part in parts]
    assert issuers == ["Marl", "Flint"]
    assert [part["part_of"] for part in parts] == [whole["id"]] * 2
    assert [part["result"]["pages"][0]["number"] for part in parts] == [1, 2]
    picture = client.get(f"/v1/filings/{parts[1]['id']}/pages/2/annotated.png")
    assert picture.status_code == 200
    table = client.get(f"/v1/filings/{parts[1]['id']}.csv").text
    assert "Flint" in table and "Marl" not in table


# Documents that cannot be read are filings that failed


def test_an_encrypted_document_is_a_filing_that_failed(client: TestClient, pdf: Pdf) -> None:
    locked = pdf(encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="u")
    answer = client.post("/v1/filings", content=locked)
    filing = answer.json()
    assert (answer.status_code, filing["state"], filing["result"]) == (201, "failed", None)
    assert filing["error"]["code"] == "encrypted-document"
    assert filing["error"]["instance"] == f"/v1/filings/{filing['id']}"
    assert set(filing["error"]) == SHAPE
    assert client.get(f"/v1/filings/{filing['id']}").json() == filing
    refused(client.get(f"/v1/filings/{filing['id']}.xml"), 409, "not-readable")
    refused(client.get(f"/v1/filings/{filing['id']}/pages/1/annotated.png"), 409, "not-readable")


def test_a_document_of_no_known_form_fails_but_its_words_are_to_be_had(
    client: TestClient, pdf: Pdf
) -> None:
    filing = client.post("/v1/filings", content=pdf("a letter")).json()
    assert (filing["state"], filing["error"]["code"]) == ("failed", "no-known-form")
    address = f"/v1/filings/{filing['id']}"
    result = client.get(address, params={"words": True}).json()["result"]
    assert [word["text"] for word in result["words"]] == ["a", "letter"]
    assert (result["form"], result["document"]) == ("", {})
    refused(client.get(f"{address}.xml"), 409, "not-readable")
    refused(client.get(f"{address}.csv"), 409, "not-readable")


def test_a_fault_of_ours_fails_the_filing_and_tells_nothing_internal(
    client: TestClient, pdf: Pdf, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.post("/v1/filings", content=pdf("FORM BUG"))
    assert answer.json()["error"]["code"] == "internal-error"
    assert "secret" not in answer.text and "RuntimeError" not in answer.text
    reference = answer.json()["error"]["detail"].rstrip(".").rsplit(" ", 1)[-1]
    assert reference in caplog.text and "secret of the machinery" in caplog.text


# Requests that are refused


def test_an_empty_body_is_refused(client: TestClient) -> None:
    refused(client.post("/v1/filings"), 400, "bad-request")


def test_what_is_no_document_is_refused_as_unsupported(client: TestClient) -> None:
    problem = refused(client.post("/v1/filings", content=b"hello"), 415, "unknown-format")
    assert "PDF, TIFF, PNG" in problem["remedy"]


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/filings", files={"other": ("a.pdf", b"%PDF-")})
    assert "`file`" in refused(answer, 400, "bad-request")["detail"]
    broken = {"content-type": "multipart/form-data; boundary=x"}
    refused(client.post("/v1/filings", content=b"no boundary", headers=broken), 400, "bad-request")
    unmarked = {"content-type": "multipart/form-data"}
    refused(client.post("/v1/filings", content=b"%PDF-", headers=unmarked), 400, "bad-request")


def test_a_document_over_the_limit_is_refused(client: TestClient) -> None:
    body = b"%PDF-" + bytes(300_000)
    refused(client.post("/v1/filings", content=body), 413, "document-too-large")


def test_a_body_without_end_is_refused_as_soon_as_it_is_over_the_limit() -> None:
    chunks = 0

    async def receive() -> dict[str, object]:
        nonlocal chunks
        chunks += 1
        return {"type": "http.request", "body": bytes(50_000), "more_body": True}

    async def drained() -> None:
        request = Request({"type": "http", "headers": []}, receive)
        async for _ in bounded(request, 200_000):
            pass

    # In a thread of its own: the shared browser keeps an event loop running in this one.
    with ThreadPoolExecutor(1) as pool, pytest.raises(DocumentTooLarge):
        pool.submit(lambda: asyncio.run(drained())).result()
    assert chunks == 5


def test_a_form_upload_over_the_limit_is_refused(client: TestClient) -> None:
    for size in (200_001, 900_000):
        files = {"file": ("a.pdf", b"%PDF-" + bytes(size))}
        refused(client.post("/v1/filings", files=files), 413, "document-too-large")


@pytest.mark.parametrize("identifier", ["0" * 32, "nothing", "..", "%2e%2e%2fsource", "Ä"])
def test_no_id_but_a_filings_own_finds_anything(client: TestClient, identifier: str) -> None:
    for ending in ("", ".xml", ".csv"):
        answer = client.get(f"/v1/filings/{identifier}{ending}")
        assert answer.status_code in (404, 405)
        assert set(answer.json()) == SHAPE


def test_routes_and_methods_that_do_not_exist_have_the_same_shape(client: TestClient) -> None:
    refused(client.get("/nothing"), 404, "not-found")
    answer = client.put("/v1/filings")
    refused(answer, 405, "method-not-allowed")
    assert set(answer.headers["allow"].split(", ")) <= {"GET", "POST"}


def test_a_fault_outside_reading_is_a_500_of_the_same_shape(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Filings, *_: str) -> None:
        raise OSError("/secret/path")

    monkeypatch.setattr(Filings, "record", broken)
    answer = client.get(f"/v1/filings/{'0' * 32}")
    refused(answer, 500, "internal-error")
    assert "secret" not in answer.text


# State and description


def test_the_api_is_described_with_examples(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    post = described["paths"]["/v1/filings"]["post"]
    assert {"application/pdf", "multipart/form-data"} <= set(post["requestBody"]["content"])
    assert {"201", "202", "400", "401", "403", "408", "409", "413", "415", "429", "503"} <= set(
        post["responses"]
    )
    examples = post["responses"]["201"]["content"]["application/json"]["examples"]
    assert examples["done"]["value"]["result"]["fields"][0]["confidence"] > 0.5
    assert set(examples["failed"]["value"]["error"]) == SHAPE
    assert "HTTPValidationError" not in json.dumps(described)


def test_reading_does_not_keep_the_service_from_answering(app, extractor, pdf: Pdf) -> None:
    """While one filing is read the event loop is free: the extractor asks the service itself."""
    states = []

    class AsksMeanwhile(type(extractor)):
        def extract_all(self, filing, progress=None, *said):
            states.append(client.get("/health").json()["status"])
            return super().extract_all(filing, progress, *said)

    with calling(app) as client, working(app, AsksMeanwhile()):
        assert client.post("/v1/filings", content=pdf()).json()["state"] == "done"
    assert states == ["ok"]
