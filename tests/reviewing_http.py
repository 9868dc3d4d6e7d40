"""What tests of the review over HTTP share: callers from elsewhere, with keys and with sessions."""

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import keys
from tests.reviewing import Desk

NOBODY = "0" * 32
"""An id that no filing has."""


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


def state_of(client: TestClient, filing: str, **query: object) -> dict:
    answer = client.get(f"/review/filings/{filing}/state", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def fields_of(state: dict) -> dict[str, dict]:
    return {field["path"]: field for section in state["sections"] for row in section["rows"]
            for field in row["fields"]}  # fmt: skip
