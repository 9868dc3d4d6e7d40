"""What becomes of a filing: waited for, listed, read again, erased; as its caller sees it."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.settings import Settings
from tests.conftest import calling, working
from tests.test_service_app import refused

Pdf = Callable[..., bytes]


def test_without_a_wish_to_wait_a_filing_is_queued_and_read_later(
    client: TestClient, pdf: Pdf
) -> None:
    answer = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""})
    filing = answer.json()
    assert (answer.status_code, filing["state"]) == (202, "queued")
    assert int(answer.headers["retry-after"]) > 0
    assert ended(client, filing["id"])["state"] == "done"


def test_the_same_key_and_document_give_the_same_filing(client: TestClient, pdf: Pdf) -> None:
    document, key = pdf(), {"Idempotency-Key": "order 7"}
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(client.post, "/v1/filings", content=document, headers=key)
                for _ in range(8)]  # fmt: skip
        answers = [each.result() for each in sent]
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["id"] for each in answers}) == 1
    other = client.post("/v1/filings", content=pdf("FORM Flint"), headers=key)
    refused(other, 409, "idempotency-key-reused")
    assert len(client.get("/v1/filings").json()["filings"]) == 1


def test_filings_are_listed_newest_first_page_by_page_and_by_what_they_are(
    client: TestClient, pdf: Pdf
) -> None:
    ids = [
        client.post(
            "/v1/filings", content=pdf(text), params={"metadata": json.dumps({"case": text[-1]})}
        ).json()["id"]
        for text in ("FORM A", "a letter B", "FORM C")
    ]
    first = client.get("/v1/filings", params={"limit": 2}).json()
    assert [each["id"] for each in first["filings"]] == [ids[2], ids[1]]
    rest = client.get("/v1/filings", params={"limit": 2, "cursor": first["next"]}).json()
    assert [each["id"] for each in rest["filings"]] == [ids[0]] and rest["next"] == ""
    for asked, expected in (
        ({"state": "failed"}, [ids[1]]),
        ({"state": ["done", "failed"], "metadata.case": "C"}, [ids[2]]),
        ({"form": "4"}, [ids[2], ids[0]]),
        ({"review": False}, [ids[2], ids[0]]),
        ({"until": "2020-01-01T00:00:00Z"}, []),
    ):
        found = client.get("/v1/filings", params=asked).json()["filings"]
        assert [each["id"] for each in found] == expected, asked
    refused(client.get("/v1/filings", params={"state": "gone"}), 400, "bad-request")
    refused(client.get("/v1/filings", params={"cursor": "x"}), 400, "bad-request")


def test_only_the_pages_asked_for_are_read(client: TestClient, pdf: Pdf) -> None:
    document = pdf("FORM Marl", "FORM Flint", "FORM Chert")
    filing = client.post("/v1/filings", content=document, params={"pages": "2"}).json()
    assert filing["result"]["document"] == {"issuer": {"issuerName": "Flint"}}
    assert [page["number"] for page in filing["result"]["pages"]] == [2]
    beyond = client.post("/v1/filings", content=document, params={"pages": "3-4"}).json()
    assert beyond["error"]["code"] == "no-such-pages"
    for pages in ("0", "3-2", "all"):
        answer = client.post("/v1/filings", content=document, params={"pages": pages})
        refused(answer, 400, "bad-request")


def test_options_may_be_fields_of_the_form(client: TestClient, pdf: Pdf) -> None:
    files = {"file": ("a.pdf", pdf())}
    options = {"metadata": '{"case": 7}', "form": "3", "precision": "0.9"}
    filing = client.post("/v1/filings", files=files, data=options).json()
    assert (filing["metadata"], filing["precision"]) == ({"case": 7}, 0.9)
    assert any("said to be 3" in warning for warning in filing["result"]["warnings"])
    for wrong in ({"metadata": "[1]"}, {"precision": "1"}, {"metadata": '{"a": "' + "b" * 20_000}):
        refused(client.post("/v1/filings", files=files, data=wrong), 400, "bad-request")


def test_an_erased_filing_is_gone_with_its_parts_and_files(
    client: TestClient, settings: Settings, pdf: Pdf
) -> None:
    whole = client.post("/v1/filings", content=pdf("FORM Marl", "FORM Flint")).json()
    assert client.delete(f"/v1/filings/{whole['id']}").status_code == 204
    for each in (whole["id"], *whole["parts"]):
        refused(client.get(f"/v1/filings/{each}"), 404, "filing-not-found")
    assert not [path for path in (settings.data / "files").rglob("*") if path.is_file()]
    refused(client.delete(f"/v1/filings/{whole['id']}"), 404, "filing-not-found")


def test_a_filing_read_again_shows_what_changed(app, extractor, pdf: Pdf) -> None:
    class ReadsOtherwise(type(extractor)):
        def extract_all(self, filing, progress=None, *said):
            (found,) = super().extract_all(filing, progress, *said)
            field = replace(found.fields[0], value="Marl II")
            return (replace(found, fields=(field,)),)

    with calling(app) as client:
        with working(app, extractor):
            filing = client.post("/v1/filings", content=pdf()).json()
        address = f"/v1/filings/{filing['id']}"
        again = client.post(f"{address}/extractions")
        assert (again.status_code, again.json()["state"]) == (202, "queued")
        assert again.json()["result"] == filing["result"]
        refused(client.post(f"{address}/extractions"), 409, "not-ended")
        with working(app, ReadsOtherwise()):
            fresh = ended(client, filing["id"])
        assert fresh["result"]["document"]["issuer"]["issuerName"] == "Marl II"
        (change,) = client.get(f"{address}/extractions/2").json()["changes"]
        assert (change["before"], change["after"]) == ("Marl", "Marl II")
        assert client.get(f"{address}/extractions/1").json()["result"] == filing["result"]
        refused(client.get(f"{address}/extractions/3"), 409, "not-readable")


def test_the_document_comes_back_as_it_was_sent_and_is_never_shown(
    client: TestClient, pdf: Pdf
) -> None:
    document = pdf()
    filing = client.post("/v1/filings", files={"file": ("ä.pdf", document)}).json()
    answer = client.get(f"/v1/filings/{filing['id']}/original")
    assert answer.content == document
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%C3%A4")


def test_a_page_is_had_in_the_width_asked_for(client: TestClient, pdf: Pdf) -> None:
    filing = client.post("/v1/filings", content=pdf()).json()
    address = f"/v1/filings/{filing['id']}/pages/1.png"
    for width, shape in ((0, (2200, 1700)), (425, (550, 425)), (4000, (2200, 1700))):
        picture = client.get(address, params={"width": width}).content
        pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
        assert pixels.shape == shape


def test_a_filing_that_is_not_read_in_time_fails(settings: Settings, extractor, pdf: Pdf) -> None:
    app = create_app(replace(settings, filing_seconds=0.0))
    with calling(app) as client, working(app, extractor):
        filing = client.post("/v1/filings", content=pdf()).json()
    assert (filing["state"], filing["error"]["code"]) == ("failed", "reading-timed-out")


def test_a_strip_one_pixel_wide_is_not_made_a_tower(client: TestClient) -> None:
    strip = cv2.imencode(".png", np.full((3_300, 1), 255, np.uint8))[1].tobytes()
    filing = client.post("/v1/filings", content=strip).json()
    picture = client.get(f"/v1/filings/{filing['id']}/pages/1.png", params={"width": 4000})
    pixels = cv2.imdecode(np.frombuffer(picture.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert pixels.shape == (3_300, 1)


@pytest.mark.parametrize("number", ["0", "-1", "9" * 250])
def test_a_number_that_no_page_has_is_refused(client: TestClient, number: str) -> None:
    for ending in (".png", "/annotated.png"):
        answer = client.get(f"/v1/filings/{'0' * 32}/pages/{number}{ending}")
        refused(answer, 422, "invalid-parameter")


def test_reading_again_waits_for_room_in_the_queue_as_sending_does(
    settings: Settings, extractor, pdf: Pdf
) -> None:
    app = create_app(replace(settings, max_queue=1))
    with calling(app) as client:
        with working(app, extractor):
            filing = client.post("/v1/filings", content=pdf()).json()
        client.post("/v1/filings", content=pdf("FORM Flint"), headers={"Prefer": ""})
        refused(client.post(f"/v1/filings/{filing['id']}/extractions"), 429, "queue-full")
        kept = client.get(f"/v1/filings/{filing['id']}").json()
    assert kept == filing


def test_a_full_queue_is_said_to_be_full(settings: Settings, pdf: Pdf) -> None:
    with calling(create_app(replace(settings, max_queue=2))) as client:
        for _ in range(2):
            client.post("/v1/filings", content=pdf(), headers={"Prefer": ""})
        answer = client.post("/v1/filings", content=pdf())
    refused(answer, 429, "queue-full")
    assert int(answer.headers["retry-after"]) > 0


def ended(client: TestClient, identifier: str) -> dict:
    """The filing once it has ended."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        filing = client.get(f"/v1/filings/{identifier}").json()
        if filing["state"] not in ("queued", "processing"):
            return filing
        time.sleep(0.05)
    raise AssertionError(f"{identifier} does not end")


def test_a_document_read_again_has_the_filings_that_were_found_last(
    app, extractor, pdf: Pdf
) -> None:
    class FindsOne(type(extractor)):
        def extract_all(self, filing, progress=None, *said):
            return super().extract_all(filing, progress, *said)[:1]

    document = pdf("FORM Marl", "FORM Flint", "FORM Chert")
    with calling(app) as client:
        with working(app, extractor):
            whole = client.post("/v1/filings", content=document).json()
            client.post(f"/v1/filings/{whole['id']}/extractions")
            again = ended(client, whole["id"])
            assert again["parts"] == whole["parts"]
            part = f"/v1/filings/{whole['parts'][1]}"
            assert client.get(part).json()["readings"] == 2
            assert client.get(f"{part}/extractions/2").json()["changes"] == []
        with working(app, FindsOne()):
            client.post(f"/v1/filings/{whole['id']}/extractions")
            single = ended(client, whole["id"])
        assert (single["state"], single["parts"]) == ("done", [])
        assert single["result"]["document"]["issuer"]["issuerName"] == "Marl"
        assert client.get(part).status_code == 404


def test_the_queue_notes_what_became_of_a_filing_as_json(app, client, pdf: Pdf) -> None:
    filing = client.post("/v1/filings", content=pdf()).json()
    with app.state.engine.connect() as connection:
        notes = connection.exec_driver_sql("SELECT output FROM operation_outputs").scalars().all()
    read = [json.loads(note) for note in notes if note]
    assert any(isinstance(note, dict) and note.get("state") == filing["state"] for note in read)
