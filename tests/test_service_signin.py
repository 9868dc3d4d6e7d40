"""Signing in to the review, the token of a session, and what browsers are told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import database, keys, signin
from service.app import create_app
from service.schema import ensure
from service.settings import Settings
from tests.conftest import calling
from tests.reviewing import Desk, two_doubts
from tests.reviewing_http import NOBODY, from_afar, key_of, signed_in, with_key

ROOT = Path(__file__).parent.parent


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
