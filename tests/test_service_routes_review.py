"""The calls of the review page, with their errors, and the pages that need no script."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.document import Box, Word
from service import database, keys
from service.app import create_app
from service.intake import page_of, ruling_of
from service.schema import ensure
from service.settings import Settings
from tests.conftest import calling
from tests.reviewing import ISSUER, PRICE, ROW, Desk, read_field, two_doubts
from tests.reviewing_http import NOBODY, fields_of, from_afar, key_of, signed_in, state_of, with_key

GROUP = "nonDerivativeTable/nonDerivativeTransaction"


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    """A service in which nothing is reviewed by chance."""
    return create_app(replace(settings, audit_share=0.0, second_share=0.0))


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    """Its database and files."""
    ensure(app.state.engine)
    return Desk(app.state.engine, app.state.files, app.state.settings)


@pytest.fixture
def local(app: FastAPI, desk: Desk) -> Iterator[TestClient]:
    """A caller on the service's own machine."""
    with calling(app) as client:
        yield client


# The state


def test_the_state_tells_the_whole_filing_in_the_forms_order(local: TestClient, desk: Desk) -> None:
    state = state_of(local, desk.filing(two_doubts(), "local"))
    assert state["filing"]["form"] == "4"
    assert "3/A" in state["filing"]["forms"]
    assert state["filing"]["pages"] == [
        {"number": 1, "width": 612.0, "height": 792.0, "role": "first"}
    ]
    assert {"first", "other"} <= set(state["filing"]["roles"])
    assert (state["review"]["title"], state["review"]["left"]) == ("Review", 2)
    assert state["review"]["undoable"] is False
    titles = [section["title"] for section in state["sections"]]
    assert titles.index("Reporting owner 1") < titles.index("Non derivative transactions")
    table = next(each for each in state["sections"] if each["group"] == GROUP)
    assert (table["kind"], table["addable"]) == ("table", True)
    assert "transactionShares" in [column["name"] for column in table["columns"]]
    assert [row["index"] for row in table["rows"]] == [1]
    empty = next(each for each in state["sections"] if each["group"] == "footnotes/footnote")
    assert (empty["rows"], empty["addable"], state["footnotes"]) == ([], True, [])


def test_a_field_says_what_was_read_and_why_it_is_doubted(local: TestClient, desk: Desk) -> None:
    field = fields_of(state_of(local, desk.filing(two_doubts(), "local")))[ISSUER]
    assert field["name"] == "issuerName"
    assert field["title"] == "Issuer name"
    assert (field["value"], field["state"], field["confidence"]) == ("Marl", "read", 0.6)
    assert field["boxes"] == [{"page": 1, "box": [100.0, 12.0, 180.0, 22.0]}]
    assert (field["to_decide"], field["decided"]) == (True, False)
    assert "it is doubtful" in field["reasons"]
    assert field["machine"] == {"value": "Marl", "state": "read"}
    assert field["may_footnote"] is False


def test_what_is_the_same_on_every_form_is_not_shown(local: TestClient, desk: Desk) -> None:
    version = read_field("/ownershipDocument/schemaVersion", "", 9)
    made = two_doubts()
    made = replace(made, fields=(version, *made.fields))
    assert version.path not in fields_of(state_of(local, desk.filing(made, "local")))


def test_a_rule_that_is_broken_now_is_among_the_reasons(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")
    edit = {"action": "set", "field": "f0002", "value": "FAR TOO LONG A SYMBOL"}
    state = local.post(f"/review/filings/{filing}/edits", json=edit).json()
    symbol = next(each for each in fields_of(state).values() if each["id"] == "f0002")
    assert any("at most 10" in reason for reason in symbol["reasons"])
    assert any("Decided by local" in reason for reason in symbol["reasons"])


# Edits


def test_a_filing_is_reviewed_from_its_first_edit_to_its_end(local: TestClient, desk: Desk) -> None:
    filing, other = (desk.filing(two_doubts(), "local") for _ in range(2))
    base = f"/review/filings/{filing}"
    assert local.post(f"{base}/finish", json={}).json()["code"] == "review-unfinished"
    edits = [{"action": "set", "field": "f0001", "value": "Marlow Inc", "seconds": 2.5},
             {"action": "accept", "field": "f0004", "seconds": 1}]  # fmt: skip
    left = [local.post(f"{base}/edits", json=edit).json()["review"]["left"] for edit in edits]
    assert left == [1, 0]
    assert local.post(f"{base}/undo", json={}).json()["review"]["left"] == 1
    local.post(f"{base}/edits", json=edits[1])
    done = local.post(f"{base}/finish", json={})
    assert done.json() == {"next": other}
    assert local.get(f"/v1/filings/{filing}").json()["review"] is False
    assert "Marlow Inc" in local.get(f"/v1/filings/{filing}.xml").text
    assert sum(row.seconds for row in desk.rows(database.corrections)) == 4.5
    assert local.get(f"{base}/state").json()["code"] == "review-not-found"


def test_a_row_is_added_filled_in_and_merged(local: TestClient, desk: Desk) -> None:
    address = f"/review/filings/{desk.filing(two_doubts(), 'local')}/edits"
    state = local.post(address, json={"action": "add-row", "group": GROUP, "index": 2}).json()
    new = fields_of(state)[f"{ROW}[2]/{PRICE}"]
    assert (new["value"], new["machine"], new["to_decide"]) == ("", None, False)
    local.post(address, json={"action": "set", "field": new["id"], "value": "$1,250.50"})
    merge = {"action": "merge-rows", "group": GROUP, "index": 2, "to": 1}
    state = local.post(address, json=merge).json()
    assert fields_of(state)[f"{ROW}[1]/{PRICE}"]["value"] == "1250.5"
    assert f"{ROW}[2]/{PRICE}" not in fields_of(state)


def test_a_filing_is_sent_back_with_a_comment_only(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")
    address = f"/review/filings/{filing}/finish"
    assert local.post(address, json={"send_back": True}).json()["code"] == "review-unfinished"
    sent = local.post(address, json={"send_back": True, "comment": "page 2 is missing"})
    assert sent.json() == {"next": ""}
    assert local.get(f"/v1/filings/{filing}").json()["review"] is True
    page = local.get("/review").text
    assert "page 2 is missing" in page
    token = re.search('name="csrf" value="([0-9a-f]{64})"', page)[1]
    address = f"/review/filings/{filing}/reopen"
    assert local.post(address, data={}).json()["code"] == "forged-request"
    assert local.post(address, data={"csrf": token}).url.path == f"/review/filings/{filing}"
    assert state_of(local, filing)["review"]["left"] == 2
    assert "page 2 is missing" not in local.get("/review").text
    assert local.post(address, data={"csrf": token}).json()["code"] == "review-not-found"


def test_a_page_that_shows_an_ended_review_changes_no_other(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")
    edit = {"action": "accept", "field": "f0001", "review": NOBODY}
    answer = local.post(f"/review/filings/{filing}/edits", json=edit)
    assert (answer.status_code, answer.json()["code"]) == (409, "review-held")
    assert not desk.rows(database.corrections)


BAD = [
    ("edits", {"action": "paint", "field": "f0001"}, "bad-edit"),
    ("edits", {"action": "accept", "field": "f9999"}, "bad-edit"),
    ("edits", {"action": "accept", "field": "f0001", "colour": "red"}, "bad-edit"),
    ("edits", {"action": "accept", "field": "f0001", "seconds": -1}, "bad-edit"),
    ("edits", {"action": "accept", "field": "f0001", "seconds": "long"}, "bad-edit"),
    ("edits", {"action": "set", "field": "f0004", "value": "twelve"}, "bad-edit"),
    ("edits", {"action": "set", "field": "f0004", "value": "x" * 110_000}, "bad-request"),
    ("undo", {}, "bad-edit"),
    ("finish", {"comment": 7}, "bad-edit"),
    ("check", {"field": ["f0001"], "value": ""}, "bad-edit"),
    ("renew", {"review": NOBODY}, "review-not-found"),
    ("release", {"review": 7}, "bad-edit"),
    ("snippets", {"page": 2, "box": [1, 1, 9, 9]}, "bad-edit"),
    ("snippets", {"page": 1, "box": [1, 1, 9]}, "bad-edit"),
    ("snippets", {"page": 1, "box": [1, 1, "9", 9]}, "bad-edit"),
    ("snippets", {"page": 1, "box": [700, 1, 720, 9]}, "bad-edit"),
    ("snippets", {"page": 1, "box": [9, 9, 1, 1]}, "bad-edit"),
    ("reread", {"form": "13F"}, "bad-edit"),
    ("reread", {"form": 4}, "bad-edit"),
    ("reread", {"roles": {"1": "poem"}}, "bad-edit"),
    ("reread", {"roles": {"first": "first"}}, "bad-edit"),
    ("reread", {"roles": ["first"]}, "bad-edit"),
    ("reread", {"roles": {"1": ["first"]}}, "bad-edit"),
]
"""Calls with bodies that are refused, and with which code."""


def test_what_cannot_be_done_is_refused_and_nothing_changes(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")
    for call, body, code in BAD:
        answer = local.post(f"/review/filings/{filing}/{call}", json=body)
        said = answer.json()
        assert (said["code"], answer.status_code // 100) == (code, 4), (call, str(body)[:80])
        assert said["remedy"]
    assert not desk.rows(database.corrections)
    assert not desk.rows(database.snippets)
    assert desk.record(filing).state == "done"


def test_a_body_that_is_no_object_is_refused(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")
    for body in (b"{", b"[]", b"\xff", b"[" * 50_000):
        answer = local.post(f"/review/filings/{filing}/edits", content=body)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_a_value_is_checked_while_it_is_typed_and_not_kept(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local")

    def checked(value: str) -> dict:
        body = {"field": "f0004", "value": value}
        return local.post(f"/review/filings/{filing}/check", json=body).json()

    assert checked("$7,251.00") == {"value": "7251", "error": "", "checks": []}
    assert "is not a number" in checked("seven")["error"]
    assert "is missing" in checked("")["checks"][0]
    assert not desk.rows(database.corrections)


# Leases


def test_what_one_has_open_another_can_take_over(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    ann, bo = (signed_in(app, key_of(desk, name=name)) for name in ("Ann", "Bo"))
    first = state_of(ann, filing)["review"]
    held = bo.get(f"/review/filings/{filing}/state")
    assert (held.status_code, held.json()["code"]) == (409, "review-held")
    assert "Ann" in held.json()["detail"]
    assert "Ann" in bo.get("/review").text
    taken = bo.post(f"/review/filings/{filing}/takeover", json={})
    assert taken.json()["review"]["id"] == first["id"]
    for call in ("renew", "undo", "finish"):
        late = ann.post(f"/review/filings/{filing}/{call}", json={"review": first["id"]})
        assert late.json()["code"] == "review-held"
    edit = {"action": "accept", "field": "f0001"}
    assert ann.post(f"/review/filings/{filing}/edits", json=edit).json()["code"] == "review-held"
    body = {"review": first["id"]}
    assert bo.post(f"/review/filings/{filing}/renew", json=body).status_code == 204
    assert bo.post(f"/review/filings/{filing}/release", json=body).status_code == 204
    assert state_of(ann, filing)["review"]["id"] == first["id"]


# Who may


CALLS = [
    ("GET", "state"), ("POST", "takeover"), ("POST", "edits"), ("POST", "undo"),
    ("POST", "renew"), ("POST", "release"),
    ("POST", "finish"), ("POST", "check"), ("GET", "words?page=1"), ("POST", "snippets"),
    ("GET", f"snippets/{NOBODY}"), ("POST", "reread"), ("GET", "progress"), ("GET", "pages/1.png"),
]  # fmt: skip


def test_a_filing_of_another_tenant_is_as_one_that_does_not_exist(app: FastAPI, desk: Desk) -> None:
    stranger, filing = signed_in(app, key_of(desk, "others")), desk.filing(two_doubts())
    for method, call in CALLS:
        for each in (filing, NOBODY, "%00"):
            answer = stranger.request(method, f"/review/filings/{each}/{call}", json={})
            assert (answer.status_code, answer.json()["code"]) == (404, "filing-not-found"), call


def test_a_key_without_the_scope_may_nothing(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    reader = with_key(app, key_of(desk, scope="read"))
    for method, call in CALLS:
        address = f"/review/filings/{filing}/{call}"
        answer = reader.request(method, address, json={})
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing"), call
        nobody = from_afar(app).request(method, address, json={})
        assert (nobody.status_code, nobody.json()["code"]) == (401, "not-signed-in"), call


def test_nobody_sees_another_tenants_queue_accuracy_or_labels(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    stranger = signed_in(app, key_of(desk, "others"))
    assert filing not in stranger.get("/review").text
    assert filing in signed_in(app, key_of(desk)).get("/review").text
    with zipfile.ZipFile(io.BytesIO(stranger.get("/review/labels").content)) as archive:
        assert not archive.namelist()


# Pages, words, rectangles, reading again


def test_a_page_comes_in_sixteen_greys_and_no_wider_than_asked(
    local: TestClient, desk: Desk
) -> None:
    filing = desk.filing(two_doubts(), "local")
    noise = np.random.default_rng(1).integers(0, 256, (120, 90), np.uint8)
    desk.files.put(page_of(filing, 1), cv2.imencode(".png", noise)[1].tobytes())

    def page(**query: int) -> np.ndarray:
        answer = local.get(f"/review/filings/{filing}/pages/1.png", params=query)
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["cache-control"].startswith("private")
        return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_GRAYSCALE)

    assert page(width=45).shape == (60, 45)
    whole = page(width=4_000)
    assert whole.shape == noise.shape
    assert len(np.unique(whole)) == 16
    assert np.abs(whole.astype(int) - noise).max() <= 8
    missing = local.get(f"/review/filings/{filing}/pages/2.png")
    assert missing.json()["code"] == "not-readable"


def test_the_words_of_a_page_are_told_with_their_boxes(local: TestClient, desk: Desk) -> None:
    words = ((1, Word("<b>Marl</b>", Box(1, 2, 3, 4))), (2, Word("other", Box(5, 6, 7, 8))))
    filing = desk.filing(replace(two_doubts(), words=words), "local")
    answer = local.get(f"/review/filings/{filing}/words", params={"page": 1})
    assert answer.json() == [{"text": "<b>Marl</b>", "box": [1, 2, 3, 4]}]
    assert local.get(f"/review/filings/{filing}/words?page=0").status_code == 422


def test_a_rectangle_waits_for_a_worker(local: TestClient, desk: Desk) -> None:
    base = f"/review/filings/{desk.filing(two_doubts(), 'local')}/snippets"
    asked = local.post(base, json={"page": 1, "box": [-5, 10, 50, 20]})
    assert asked.status_code == 202
    (row,) = desk.rows(database.snippets)
    assert (row.page, row.box) == (1, [0, 10, 50, 20])
    address = f"{base}/{asked.json()['id']}"
    assert local.get(address).json() == {"state": "queued", "text": ""}
    with desk.engine.begin() as connection:
        connection.execute(sa.update(database.snippets).values(state="done", text="Marl"))
    assert local.get(address).json() == {"state": "done", "text": "Marl"}
    assert local.get(f"{base}/{NOBODY}").json()["code"] == "review-not-found"


def test_a_filing_is_queued_to_be_read_as_another_form(local: TestClient, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), "local", pages_total=1)
    base = f"/review/filings/{filing}"
    answer = local.post(f"{base}/reread", json={"form": "4/A", "roles": {"1": "first"}})
    assert answer.status_code == 202
    assert answer.json() == {"state": "queued", "reading": 1, "ended": False}
    assert local.get(f"{base}/progress").json() == answer.json()
    assert ruling_of(desk.record(filing).roles) == ({1: "first"}, "4/A")
    assert local.post(f"{base}/reread", json={}).json()["code"] == "review-not-found"


def test_only_who_has_the_review_open_has_the_filing_read_again(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts(), pages_total=1)
    ann, bo = (signed_in(app, key_of(desk, name=name)) for name in ("Ann", "Bo"))
    review = state_of(ann, filing)["review"]["id"]
    address = f"/review/filings/{filing}/reread"
    for client, body in ((bo, {}), (ann, {"review": NOBODY})):
        answer = client.post(address, json={"form": "5"} | body)
        assert (answer.status_code, answer.json()["code"]) == (409, "review-held")
    assert desk.record(filing).state == "done"
    assert ann.post(address, json={"form": "5", "review": review}).status_code == 202


def test_reading_again_is_paid_for(app: FastAPI, desk: Desk) -> None:
    _, key = keys.create(desk.engine, "acme", "Ann", ["review"], pages_per_day=1)
    ann = with_key(app, key)
    for status in (202, 429):
        filing = desk.filing(two_doubts(), pages_total=1)
        answer = ann.post(f"/review/filings/{filing}/reread", json={"form": "5"})
        assert answer.status_code == status
    assert desk.record(filing).state == "done"


# Pages


def test_the_queue_is_filtered_and_its_names_are_text(local: TestClient, desk: Desk) -> None:
    name = "<script>alert(1)</script>.pdf"
    filing = desk.filing(two_doubts(), "local")
    with desk.engine.begin() as connection:
        connection.execute(sa.update(database.filings).values(name=name))
    text = local.get("/review").text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert f"/review/filings/{filing}" in text
    assert filing not in local.get("/review?form=3").text
    assert filing not in local.get("/review?mine=true").text
    assert filing in local.get("/review?reason=balance&form=4").text
    assert local.get("/review?cursor=nonsense").json()["code"] == "bad-request"


def test_the_accuracy_page_says_when_nothing_is_known(local: TestClient) -> None:
    text = local.get("/review/audit").text
    assert "nothing is known" in text
    assert "not resolvable" in text


def test_the_accuracy_page_names_reviewers_and_target(app: FastAPI, desk: Desk) -> None:
    browser = signed_in(app, key_of(desk))
    ann = desk.reviewer("Ann & Co")
    desk.review_all(ann, desk.filing(two_doubts()))
    text = browser.get("/review/audit").text
    assert "Ann &amp; Co" in text
    assert "99.5 %" in text


def test_labels_are_downloaded_by_date(local: TestClient, desk: Desk) -> None:
    answer = local.get("/review/labels?since=2026-01-01&until=2026-01-02&form=4&model=x@1")
    assert answer.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == []
    wrong = local.get("/review/labels?since=yesterday")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad-request")
