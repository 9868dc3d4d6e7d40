"""API keys: what is kept of them, whom they let in, how often, and who is served without any."""

import argparse
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from models.errors import BadSetting, MissingKey, UnknownKey
from service import cli_keys, keys
from service.database import engine_of
from service.gate import KNOWN_SECONDS, Gate, check_binding, is_loopback, requires
from service.keys import LOCAL, SCOPES, Caller, any_keys, caller_of, create, listed, revoke
from service.problems import handle_all
from service.settings import Settings
from tests.conftest import Clock

UNKNOWN = f"fs_{'0' * 16}_{'0' * 64}"
CALLER = Caller("acme", "k1", frozenset({"submit"}))


Clients = Callable[..., TestClient]


@pytest.fixture
def client(engine: Engine, clock: Clock) -> Clients:
    """Makes a client of a service with these settings, on this machine unless told otherwise."""

    def made(
        address: str = "127.0.0.1", url: str = "http://127.0.0.1:8000", **settings: int
    ) -> TestClient:
        app = FastAPI()
        app.state.gate = Gate(engine, Settings(**settings), clock)

        @app.get("/read")
        def read(caller: Annotated[Caller, requires("read")]) -> str:
            return caller.tenant

        @app.get("/review")
        def review(caller: Annotated[Caller, requires("review")]) -> str:
            return caller.key

        handle_all(app)
        return TestClient(app, base_url=url, client=(address, 50_000))

    return made


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_shown_once_and_only_its_digest_is_kept(engine: Engine) -> None:
    row, key = create(engine, "acme", "scanner", ["read", "submit"])
    prefix, name, secret = key.split("_")
    assert (prefix, name, len(bytes.fromhex(secret))) == ("fs", row.id, 32)
    files = list(Path(engine.url.database or "").parent.iterdir())
    assert files and all(secret.encode() not in path.read_bytes() for path in files)
    assert listed(engine) == [row]
    assert row.scopes == ("submit", "read")
    assert create(engine, "acme", "scanner", ["read"])[1] != key


def test_a_key_names_its_tenant_scopes_and_limits(engine: Engine) -> None:
    row, key = create(engine, "acme", "scanner", ["submit"], 10, 0)
    assert caller_of(engine, key) == Caller("acme", row.id, frozenset({"submit"}), 10, 0)


def test_admin_holds_every_scope_and_the_others_only_themselves() -> None:
    assert all(replace(CALLER, scopes=frozenset({"admin"})).may(scope) for scope in SCOPES)
    assert [scope for scope in SCOPES if CALLER.may(scope)] == ["submit"]


@pytest.mark.parametrize(
    "tenant, name, scopes, limit",
    [
        ("", "n", ["read"], None),
        ("../a", "n", ["read"], None),
        ("a" * 65, "n", ["read"], None),
        ("a", "", ["read"], None),
        ("a", "\x1b[31m", ["read"], None),
        ("a", "n", [], None),
        ("a", "n", ["write"], None),
        ("a", "n", ["read"], -1),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(
    engine: Engine, tenant: str, name: str, scopes: list[str], limit: int | None
) -> None:
    with pytest.raises(BadSetting):
        create(engine, tenant, name, scopes, limit)
    assert not any_keys(engine)


def test_a_key_that_is_wrong_in_any_part_is_unknown(engine: Engine) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    last = "1" if key.endswith("0") else "0"
    for wrong in (UNKNOWN, key[:-1] + last, key[:-1], key.upper(), f"{key} ", "fs_é", "x"):
        with pytest.raises(UnknownKey):
            caller_of(engine, wrong)
    for none in (None, ""):
        with pytest.raises(MissingKey):
            caller_of(engine, none)


def test_a_revoked_key_is_refused_and_stays_listed(engine: Engine) -> None:
    row, key = create(engine, "acme", "scanner", ["read"])
    assert revoke(engine, row.id)
    with pytest.raises(UnknownKey):
        caller_of(engine, key)
    assert listed(engine)[0].revoked
    assert not revoke(engine, row.id)
    assert not revoke(engine, "nobody")


def test_revoking_the_last_key_does_not_open_the_service(engine: Engine) -> None:
    assert caller_of(engine, None) == caller_of(engine, UNKNOWN) == LOCAL
    row, _ = create(engine, "acme", "scanner", ["read"])
    revoke(engine, row.id)
    with pytest.raises(MissingKey):
        caller_of(engine, None)


def test_the_last_use_is_noted_at_most_once_a_minute(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    start = datetime(2026, 2, 28, 23, 59, tzinfo=UTC)
    noted = []
    for seconds in (0, 59, 61):
        monkeypatch.setattr(keys, "now", lambda s=seconds: start + timedelta(seconds=s))
        caller_of(engine, key)
        noted.append(listed(engine)[0].last_used)
    assert noted == [start, start, start + timedelta(seconds=61)]


def test_a_key_works_also_when_its_use_cannot_be_noted(engine: Engine) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    url = f"sqlite:///file:{engine.url.database}?mode=ro&uri=true"
    assert caller_of(sa.create_engine(url), key).tenant == "acme"
    assert listed(engine)[0].last_used is None


def test_a_key_opens_as_bearer_and_as_header(engine: Engine, client: Clients) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    for headers in (bearer(key), {"authorization": f"bearer {key}"}, {"X-Api-Key": key}):
        answer = client("203.0.113.9", "https://scans.example").get("/read", headers=headers)
        assert (answer.status_code, answer.json()) == (200, "acme")


@pytest.mark.parametrize(
    "headers, status, code, challenge",
    [
        ({}, 401, "missing-key", ""),
        ({"Authorization": "Basic YTpi"}, 401, "missing-key", ""),
        (bearer(UNKNOWN), 401, "unknown-key", ', error="invalid_token"'),
        ({"X-Api-Key": "x"}, 401, "unknown-key", ', error="invalid_token"'),
    ],
)
def test_without_a_good_key_the_answer_is_401_and_says_how_to_send_one(
    engine: Engine, client: Clients, headers: dict[str, str], status: int, code: str, challenge: str
) -> None:
    create(engine, "acme", "scanner", ["read"])
    answer = client().get("/read", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == f'Bearer realm="filingscan"{challenge}'


def test_a_scope_that_the_key_lacks_is_403_and_named(engine: Engine, client: Clients) -> None:
    _, key = create(engine, "acme", "scanner", ["read", "submit"])
    answer = client().get("/review", headers=bearer(key))
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert "`review`" in answer.json()["detail"]
    assert "insufficient_scope" in answer.headers["www-authenticate"]


def test_a_key_that_is_revoked_stops_within_seconds(
    engine: Engine, client: Clients, clock: Clock
) -> None:
    row, key = create(engine, "acme", "scanner", ["read"])
    service = client()
    assert service.get("/read", headers=bearer(key)).status_code == 200
    revoke(engine, row.id)
    clock.seconds += KNOWN_SECONDS
    assert service.get("/read", headers=bearer(key)).status_code == 401


def test_a_known_key_is_not_looked_up_at_every_request(engine: Engine, client: Clients) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    service = client()
    statements: list[str] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *event: statements.append(event[2]))
    counts = []
    for _ in range(3):
        assert service.get("/read", headers=bearer(key)).status_code == 200
        counts.append(sum("keys" in statement for statement in statements))
    assert counts == [2, 2, 2]  # it is found, and its use is noted


def test_the_first_key_closes_the_service_at_once(engine: Engine, client: Clients) -> None:
    service = client()
    assert service.get("/read").json() == "local"
    assert service.get("/review").status_code == 200
    create(engine, "acme", "scanner", ["read"])
    assert service.get("/read").status_code == 401


@pytest.mark.parametrize(
    "address, url",
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("127.8.8.8", "http://127.0.0.1"),
        ("::1", "http://[::1]:8000"),
        ("::ffff:127.0.0.1", "http://LOCALHOST"),
    ],
)
def test_without_keys_this_machine_is_served(client: Clients, address: str, url: str) -> None:
    assert client(address, url).get("/read").status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.7", "203.0.113.9", "::ffff:10.0.0.1", "fe80::1%2"])
def test_without_keys_nobody_else_is_served_whatever_he_claims(
    client: Clients, address: str
) -> None:
    for claim in ({}, {"X-Forwarded-For": "127.0.0.1"}, {"Forwarded": "for=127.0.0.1"}):
        answer = client(address).get("/read", headers=claim)
        assert (answer.status_code, answer.json()["code"]) == (403, "only-local")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Real-IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "rebound.example"},
        {"Host": "["},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_without_keys_what_a_proxy_or_a_foreign_page_sends_is_not_served(
    client: Clients, headers: dict[str, str]
) -> None:
    answer = client().get("/read", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "only-local")


def test_without_keys_a_page_of_the_service_itself_is_served(client: Clients) -> None:
    assert client().get("/read", headers={"Origin": "http://127.0.0.1:8000"}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_loopback_can_be_bound_without_keys(engine: Engine, host: str) -> None:
    check_binding(host, engine)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "10.0.0.1", "scans.example"])
def test_other_addresses_can_be_bound_only_with_keys(engine: Engine, host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(BadSetting, match="filingscan keys create"):
        check_binding(host, engine)
    create(engine, "acme", "scanner", ["read"])
    check_binding(host, engine)


def test_the_openapi_document_names_both_ways_and_the_scope(client: Clients) -> None:
    document = client().get("/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert (schemes["bearer"]["type"], schemes["bearer"]["scheme"]) == ("http", "bearer")
    assert (schemes["header"]["in"], schemes["header"]["name"]) == ("header", "X-Api-Key")
    security = document["paths"]["/review"]["get"]["security"]
    assert security == [{"bearer": ["review"]}, {"header": ["review"]}]


def test_a_request_too_many_is_429_and_says_when_to_come_again(
    engine: Engine, client: Clients, clock: Clock
) -> None:
    _, key = create(engine, "acme", "scanner", ["read"])
    service = client(requests_per_minute=1)
    assert service.get("/read", headers=bearer(key)).status_code == 200
    clock.seconds += 0.5
    answer = service.get("/read", headers=bearer(key))
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-requests")
    assert answer.headers["retry-after"] == "60"  # whole seconds, rounded up


def command(*arguments: object) -> int:
    """Run `filingscan keys`."""
    parser = argparse.ArgumentParser("filingscan")
    cli_keys.add_parser(parser.add_subparsers())
    options = parser.parse_args(["keys", *map(str, arguments)])
    status: int = options.run(options)
    return status


def test_the_command_makes_lists_and_revokes_keys(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--data", tmp_path / "new")
    limits = ("--requests-per-minute", 1_000, "--pages-per-day", 0)
    assert command("create", "the scanner", "--tenant", "acme", *limits, *where) == 0
    assert command("create", "me", "--scope", "review", "--scope", "admin", *where) == 0
    first, second = capsys.readouterr().out.split()
    engine = engine_of(f"sqlite:///{tmp_path / 'new' / 'filingscan.db'}")
    caller = caller_of(engine, first)
    assert caller == Caller("acme", first.split("_")[1], frozenset({"submit", "read"}), 1_000, 0)
    assert caller_of(engine, second).tenant == "local"

    assert command("revoke", caller.key, *where) == 0
    assert command("revoke", caller.key, *where) == 1
    capsys.readouterr()
    assert command("list", *where) == 0
    table = capsys.readouterr().out
    assert caller.key in table and "the scanner" in table and "review,admin" in table
    assert first.split("_")[2] not in table
    with pytest.raises(UnknownKey):
        caller_of(engine, first)


def test_a_database_that_cannot_be_used_is_told_and_not_a_trace(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for url in (f"sqlite:///{tmp_path / 'folder'}", "no url"):
        with pytest.raises(BadSetting, match="cannot be used"):
            command("list", "--database", url)
