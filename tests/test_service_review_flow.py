"""From a document to its reviewed result, through the worker and the API."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from models.document import Filing, Page
from models.extraction import Extraction, Reason
from service import database
from service.app import create_app
from service.edits import Edit
from service.keys import LOCAL
from service.reading import Reading
from service.review_queue import QueueFilters
from service.reviews import Reviews
from service.settings import Settings
from tests.conftest import ISSUER, ReadsTheSecondWord, calling, until, working

Pdf = Callable[..., bytes]


class Doubts(ReadsTheSecondWord):
    """Is never sure of the issuer, and takes another `word` for it when told to."""

    word = 1

    def _one(self, filing: Filing, page: Page, *told: object) -> Extraction:
        sure = super()._one(filing, page, *told)
        text = page.words[self.word].text
        issuer = replace(sure.fields[0], value=text, text=text, confidence=0.5, review=True,
                         reasons=(Reason("uncertain", "it is doubtful"),))  # fmt: skip
        return replace(sure, fields=(issuer,), review=True)


@pytest.fixture
def extractor() -> Doubts:
    return Doubts()


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(replace(settings, second_share=0.0, webhook_allow="127.0.0.1"))


@pytest.fixture
def reviews(app: FastAPI) -> Reviews:
    return Reviews(app.state.engine, app.state.files, app.state.settings)


@pytest.fixture
def client(app: FastAPI, extractor: Doubts) -> Iterator[TestClient]:
    with calling(app) as client, working(app, extractor):
        yield client


def correct(reviews: Reviews, filing: str, value: str) -> None:
    review = reviews.open(LOCAL, filing)
    reviews.record(LOCAL, review.id, Edit("set", "f1", value), 3.0)
    reviews.finish(LOCAL, review.id)


def test_a_filing_is_read_reviewed_told_of_and_erased(
    client: TestClient, reviews: Reviews, pdf: Pdf
) -> None:
    hook = {"callback_url": "http://127.0.0.1:9/"}
    filing = client.post("/v1/filings", content=pdf(), params=hook).json()
    assert (filing["review"], filing["reviewed"]) == (True, None)
    (item,) = reviews.queue(LOCAL, QueueFilters()).items
    assert (item.filing, item.fields, item.reasons) == (filing["id"], 1, ("uncertain",))
    correct(reviews, filing["id"], "Flint")
    seen = client.get(f"/v1/filings/{filing['id']}").json()
    assert seen["review"] is False and seen["reviewed"]
    assert seen["result"]["document"]["issuer"]["issuerName"] == "Flint"
    assert "words" not in seen["result"]
    for ending in (".xml", ".csv"):
        assert "Flint" in client.get(f"/v1/filings/{filing['id']}{ending}").text
    listed = client.get("/v1/filings", params={"review": "true"}).json()
    assert listed["filings"] == []
    with reviews.engine.connect() as connection:
        rows = connection.execute(sa.select(database.deliveries)).all()
    events = {row.event: json.loads(row.body) for row in rows}
    assert set(events) == {"filing.done", "filing.reviewed"}
    assert events["filing.reviewed"]["data"]["links"]["xml"] == f"/v1/filings/{filing['id']}.xml"
    assert "Flint" not in str(events)
    assert client.delete(f"/v1/filings/{filing['id']}").status_code == 204
    with reviews.engine.connect() as connection:
        for table in (database.reviews, database.corrections):
            assert connection.execute(sa.select(table)).all() == []


def test_read_again_a_reviewed_filing_keeps_what_people_said(
    client: TestClient, reviews: Reviews, extractor: Doubts, pdf: Pdf
) -> None:
    filing = client.post("/v1/filings", content=pdf("FORM Marl Flint")).json()
    correct(reviews, filing["id"], "Slate")
    extractor.word = 2
    address = f"/v1/filings/{filing['id']}"
    client.post(f"{address}/extractions")
    until(lambda: client.get(address).json()["readings"] == 2, "the second reading")
    again = client.get(address).json()
    assert (again["review"], again["result"]["document"]["issuer"]["issuerName"]) == (
        False, "Slate",
    )  # fmt: skip
    newer = client.get(f"{address}/extractions/2").json()
    assert newer["changes"] == [{"path": ISSUER, "before": "Slate", "after": "Flint"}]
    assert newer["result"]["fields"][0]["value"] == "Flint"


def test_parts_of_a_document_are_reviewed_one_by_one(
    client: TestClient, reviews: Reviews, pdf: Pdf
) -> None:
    whole = client.post("/v1/filings", content=pdf("FORM Marl", "FORM Flint")).json()
    first, second = whole["parts"]
    assert {item.filing for item in reviews.queue(LOCAL, QueueFilters()).items} == {first, second}
    correct(reviews, second, "Slate")
    assert client.get(f"/v1/filings/{first}").json()["review"] is True
    assert client.get(f"/v1/filings/{second}").json()["review"] is False
    client.delete(f"/v1/filings/{whole['id']}")
    with reviews.engine.connect() as connection:
        assert connection.execute(sa.select(database.reviews)).all() == []


def test_a_document_that_turns_out_to_hold_several_is_reviewed_no_more(
    app: FastAPI, client: TestClient, reviews: Reviews, extractor: Doubts, pdf: Pdf
) -> None:
    filing = client.post("/v1/filings", content=pdf("FORM Marl", "a letter")).json()
    correct(reviews, filing["id"], "Slate")
    reading = Reading(app.state.engine, app.state.files, app.state.settings, extractor)
    outcome = {"state": "split", "pages": 2, "kept": True, "seconds": {}, "error": None,
               "parts": [{"form": "4", "review": True, "confidence": 0.5, "models": {},
                          "state": "done"}] * 2}  # fmt: skip
    with reviews.engine.begin() as connection:
        connection.execute(sa.update(database.filings).values(state="processing"))
    reading.finish(filing["id"], outcome)
    seen = client.get(f"/v1/filings/{filing['id']}").json()
    assert (seen["state"], seen["reviewed"]) == ("split", None)
    parts = [client.get(f"/v1/filings/{part}").json() for part in seen["parts"]]
    assert [part["reviewed"] for part in parts] == [None, None]


def test_reviews_are_measured(client: TestClient, reviews: Reviews, pdf: Pdf) -> None:
    def numbers() -> dict[tuple[str, ...], float]:
        families = text_string_to_metric_families(client.get("/metrics").text)
        return {(each.name, *each.labels.values()): each.value
                for family in families for each in family.samples}  # fmt: skip

    first = client.post("/v1/filings", content=pdf()).json()
    client.post("/v1/filings", content=pdf("FORM Flint"))
    assert numbers()["filingscan_reviews", "doubt", "open"] == 2
    correct(reviews, first["id"], "Slate")
    seen = numbers()
    assert seen["filingscan_reviews", "doubt", "open"] == 1
    assert seen["filingscan_reviews", "doubt", "done"] == 1
    assert seen["filingscan_review_oldest_seconds",] > 0
