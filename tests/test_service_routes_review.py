"""The review over HTTP: signing in, tokens, headers, and every call of the page with its errors."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.document import Box, Word
from service import database, keys, signin
from service.app import create_app
from service.intake import page_of
from service.schema import ensure
from service.settings import Settings
from tests.conftest import calling
from tests.reviewing import ISSUER, PRICE, ROW, Desk, read_field, two_doubts

ROOT = Path(__file__).parent.parent
NOBODY = "0" * 32
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


def from_afar(app: FastAPI) -> TestClient:
    """A browser somewhere else, over https."""
    return TestClient(app, "https://review.example", client=("203.0.113.9", 4_000))


def key_of(desk: Desk, tenant: str = "acme", scope: str = "review", name: str = "Ann") -> str:
    return keys.create(desk.engine, tenant, name, [scope])[1]


def with_key(app: FastAPI, key: str) -> TestClient:
    client = from_afar(app)
    client.headers["X-Api-Key"] = key
    return client


def signed_in(app: FastAPI, key: str) -> TestClient:
    """A browser with a session, and its token in the headers."""
    browser = from_afar(app)
    assert browser.post("/review/sign-in", data={"key": key}).status_code == 200
    token = re.search('name="csrf" content="([0-9a-f]{64})"', browser.get("/review").text)
    browser.headers["X-CSRF"] = token[1]
    return browser


def sessions(desk: Desk) -> list[sa.Row]:
    return desk.rows(database.sessions)


# Signing in


def test_the_caller_of_this_machine_is_in_without_a_key(local: TestClient, desk: Desk) -> None:
    answer = local.get("/review")
    assert answer.status_code == 200
    assert "local" in answer.text
    assert len(sessions(desk)) == 1
    assert local.get("/review").status_code == 200
    assert len(sessions(desk)) == 1


def test_without_keys_nobody_else_is_let_in(app: FastAPI, desk: Desk) -> None:
    for path in ("/review", "/review/audit", f"/review/filings/{NOBODY}/state"):
        answer = from_afar(app).get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "only-local")


def test_the_session_of_this_machine_is_of_no_use_elsewhere(
    app: FastAPI, local: TestClient
) -> None:
    local.get("/review")
    thief = from_afar(app)
    thief.cookies.set(signin.COOKIE, local.cookies[signin.COOKIE])
    assert thief.get("/review").json()["code"] == "only-local"


def test_the_first_key_ends_the_sessions_without_one(local: TestClient, desk: Desk) -> None:
    local.get("/review")
    key_of(desk)
    answer = local.get("/review", follow_redirects=False)
    assert answer.headers["location"] == "/review/sign-in?next=%2Freview"


def test_whoever_is_not_signed_in_is_led_to_it_and_back(app: FastAPI, desk: Desk) -> None:
    key, browser = key_of(desk), from_afar(app)
    asked = browser.get("/review/audit?x=1")
    assert asked.url.path == "/review/sign-in"
    following = re.search('name="next" value="([^"]*)"', asked.text)[1]
    answer = browser.post("/review/sign-in", data={"key": key, "next": following})
    assert answer.url.path == "/review/audit"
    assert "Ann" in answer.text


def test_the_cookie_is_for_the_service_alone(app: FastAPI, desk: Desk) -> None:
    browser = from_afar(app)
    answer = browser.post("/review/sign-in", data={"key": key_of(desk)}, follow_redirects=False)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", "Secure", "Path=/review", "Max-Age=43200"):
        assert part in cookie
    token = browser.cookies[signin.COOKIE]
    assert len(token) == 64
    assert token not in str(sessions(desk))
    assert sessions(desk)[0].hash == keys.digest(token)


def test_without_https_the_cookie_is_not_secure_unless_a_proxy_has_it(local: TestClient) -> None:
    assert "Secure" not in local.get("/review").headers["set-cookie"]
    local.cookies.clear()
    shielded = local.get("/review", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in shielded.headers["set-cookie"]


def test_a_key_without_the_scope_does_not_sign_in(app: FastAPI, desk: Desk) -> None:
    for scope in ("read", "submit"):
        answer = from_afar(app).post("/review/sign-in", data={"key": key_of(desk, scope=scope)})
        assert answer.status_code == 403
        assert "scope `review`" in answer.text
    assert not sessions(desk)


def test_a_wrong_key_is_said_to_be_wrong(app: FastAPI, desk: Desk) -> None:
    key_of(desk)
    for key in ("", "wrong", "fs_0123456789abcdef_" + "0" * 64, "<script>"):
        answer = from_afar(app).post("/review/sign-in", data={"key": key})
        assert answer.status_code == 403
        assert 'role="alert"' in answer.text
        assert "<script>" not in answer.text
    assert not sessions(desk)


def test_signing_in_leads_nowhere_else(app: FastAPI, desk: Desk) -> None:
    key = key_of(desk)
    for elsewhere in ("https://evil.example/", "//evil.example", "/v1/filings", "/reviewer",
                      "/review\\evil", "/review/\n"):  # fmt: skip
        answer = from_afar(app).post(
            "/review/sign-in", data={"key": key, "next": elsewhere}, follow_redirects=False
        )
        assert (answer.status_code, answer.headers["location"]) == (303, "/review")


def test_nobody_is_signed_in_by_a_page_from_elsewhere(app: FastAPI, desk: Desk) -> None:
    key = key_of(desk)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = from_afar(app).post("/review/sign-in", data={"key": key}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "forged-request")


def test_signing_out_ends_the_session(app: FastAPI, desk: Desk) -> None:
    browser = signed_in(app, key_of(desk))
    token = browser.cookies[signin.COOKIE]
    refused = browser.post("/review/sign-out", data={"csrf": "0" * 64})
    assert refused.json()["code"] == "forged-request"
    assert browser.post("/review/sign-out", data={"csrf": browser.headers["X-CSRF"]}).url.path == (
        "/review/sign-in"
    )
    assert signin.COOKIE not in browser.cookies
    browser.cookies.set(signin.COOKIE, token)
    assert browser.get("/review/audit").url.path == "/review/sign-in"


def test_a_revoked_key_ends_its_sessions(app: FastAPI, desk: Desk) -> None:
    browser = signed_in(app, key_of(desk))
    (row,) = keys.listed(desk.engine)
    assert keys.revoke(desk.engine, row.id)
    assert browser.get("/review").url.path == "/review/sign-in"
    assert browser.get(f"/review/filings/{NOBODY}/state").json()["code"] == "not-signed-in"


def test_a_session_ends_by_itself(app: FastAPI, desk: Desk) -> None:
    browser = signed_in(app, key_of(desk))
    past = database.now().replace(year=2020)
    with desk.engine.begin() as connection:
        connection.execute(sa.update(database.sessions).values(expires=past))
    assert browser.get("/review").url.path == "/review/sign-in"
    signed_in(app, key_of(desk, name="Bo"))
    assert len(sessions(desk)) == 1  # what has expired is forgotten


def test_sessions_count_as_requests_of_their_key(app: FastAPI, desk: Desk) -> None:
    _, key = keys.create(desk.engine, "acme", "Ann", ["review"], requests_per_minute=3)
    browser = signed_in(app, key)
    codes = [browser.get("/review").status_code for _ in range(4)]
    assert codes[0] == 200
    assert codes[-1] == 429


# Tokens


def test_a_change_needs_the_token_of_the_session(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    browser = signed_in(app, key_of(desk))
    address = f"/review/filings/{filing}/edits"
    edit = {"action": "accept", "field": "f0001"}
    token = browser.headers.pop("X-CSRF")
    for wrong in ({}, {"X-CSRF": "0" * 64}, {"X-CSRF": ""}):
        answer = browser.post(address, json=edit, headers=wrong)
        assert (answer.status_code, answer.json()["code"]) == (403, "forged-request")
    assert not desk.rows(database.corrections)
    assert browser.post(address, json=edit, headers={"X-CSRF": token}).status_code == 200


def test_a_caller_with_a_key_needs_no_token(app: FastAPI, desk: Desk) -> None:
    filing = desk.filing(two_doubts())
    edit = {"action": "accept", "field": "f0001"}
    address = f"/review/filings/{filing}/edits"
    assert with_key(app, key_of(desk)).post(address, json=edit).status_code == 200


def test_a_browser_without_a_session_changes_nothing_on_this_machine(
    local: TestClient, desk: Desk
) -> None:
    filing = desk.filing(two_doubts(), "local")
    address, edit = f"/review/filings/{filing}/edits", {"action": "accept", "field": "f0001"}
    forged = local.post(address, json=edit, headers={"Origin": "http://127.0.0.1"})
    assert forged.json()["code"] == "forged-request"
    assert local.post(address, json=edit).status_code == 200


# What browsers are told


def test_every_answer_says_what_a_browser_may_do(local: TestClient) -> None:
    for path in (
        "/review", "/review/sign-in", "/review/audit", f"/review/filings/{NOBODY}",
        "/review/nothing", "/review/static/review.js", f"/review/filings/{NOBODY}/state",
    ):  # fmt: skip
        headers = local.get(path, follow_redirects=False).headers
        parts = headers["content-security-policy"].split(";")
        assert dict(part.strip().split(" ", 1) for part in parts) == {
            "default-src": "'none'", "script-src": "'self'", "style-src": "'self'",
            "img-src": "'self' data:", "connect-src": "'self'", "form-action": "'self'",
            "frame-ancestors": "'none'", "base-uri": "'none'",
        }  # fmt: skip
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] in ("no-store", "no-cache")


def test_other_answers_are_as_they_were(local: TestClient) -> None:
    assert "content-security-policy" not in local.get("/v1/filings").headers


def test_no_page_has_scripts_or_styles_within_it_or_from_elsewhere() -> None:
    files = [*ROOT.glob("service/templates/*.html"), *ROOT.glob("service/static/*")]
    assert len(files) > 12
    for path in files:
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=\"", text), path
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
        assert set(re.findall(r"https?://[^\s\"]+", text)) <= {"http://www.w3.org/2000/svg"}
        assert len(text.splitlines()) < 400


def test_scripts_and_pages_are_in_no_description_of_the_api(app: FastAPI) -> None:
    assert not [path for path in app.openapi()["paths"] if path.startswith("/review")]


# The state


def state_of(client: TestClient, filing: str, **query: object) -> dict:
    answer = client.get(f"/review/filings/{filing}/state", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fields_of(state: dict) -> dict[str, dict]:
    return {field["path"]: field for section in state["sections"] for row in section["rows"]
            for field in row["fields"]}  # fmt: skip


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
    assert state_of(bo, filing, takeover=True)["review"]["id"] == first["id"]
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
    ("GET", "state"), ("POST", "edits"), ("POST", "undo"), ("POST", "renew"), ("POST", "release"),
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
    assert desk.record(filing).roles == {"form": "4/A", "1": "first"}
    assert local.post(f"{base}/reread", json={}).json()["code"] == "not-ended"


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
