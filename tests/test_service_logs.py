"""The log and the request ids: what a line says, and what it never says."""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.responses import StreamingResponse

from models.errors import BadSetting, FilingNotFound
from service import logs
from service.problems import handle_all

FILING = "5d0c3f7be1a94c2f8e6ab0d1c7f3a892"
KEY = "fs_0123456789abcdef_secret"


class Lines(io.StringIO):
    """What was written to stderr, line by line."""

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def last(self) -> dict[str, Any]:
        """The newest line."""
        return self()[-1]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    names = ("", *logs.OWN_LOGGERS)
    before = [(each, each.level, each.propagate) for each in map(logging.getLogger, names)]
    written = Lines()
    monkeypatch.setattr("sys.stderr", written)
    logs.configure()
    yield written
    logging.captureWarnings(False)
    for each, level, propagate in before:
        each.setLevel(level)
        each.propagate = propagate
        each.handlers = [own for own in each.handlers if own.name != logs.HANDLER]


@pytest.fixture
def seen() -> list[tuple[str, str, int, float]]:
    return []


@pytest.fixture
def client(seen: list[tuple[str, str, int, float]]) -> TestClient:
    app = FastAPI()
    handle_all(app)
    app.add_middleware(logs.RequestLog, observe=lambda *about: seen.append(about))

    @app.get("/v1/filings/{filing_id}")
    def filing(filing_id: str, request: Request) -> str:
        request.state.caller = SimpleNamespace(key="0123456789abcdef")
        logging.getLogger("filingscan.test").info("found")
        return filing_id

    @app.post("/v1/filings")
    async def create(request: Request) -> int:
        return len(await request.body())

    @app.get("/missing")
    def missing() -> None:
        raise FilingNotFound()

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError("inner matters")

    @app.get("/half")
    def half() -> StreamingResponse:
        def pieces() -> Iterator[bytes]:
            yield b"half"
            raise RuntimeError("inner matters")

        return StreamingResponse(pieces())

    @app.get("/health")
    async def health() -> str:
        return "ok"

    return TestClient(app)


def test_a_line_is_one_object_with_its_ids_and_fields(lines: Lines) -> None:
    with logs.about(FILING):
        logging.getLogger("filingscan.test").info("read %d\npages", 2, extra={"pages": 2})
    line = lines.last()
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "INFO", "logger": "filingscan.test", "message": "read 2\npages",
                    "filing_id": FILING, "pages": 2}  # fmt: skip
    assert logs.filing_id.get() == ""


def test_an_exception_is_text_inside_its_line(lines: Lines) -> None:
    try:
        raise RuntimeError("broken pipe")
    except RuntimeError:
        logging.getLogger("filingscan.test").exception("failed")
    line = lines.last()
    assert line["message"] == "failed"
    assert line["exception"].startswith("Traceback")
    assert line["exception"].endswith("RuntimeError: broken pipe")


def test_configuring_again_does_not_log_twice(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", lines)
    logs.configure("debug")
    logging.getLogger("filingscan.test").debug("once")
    logging.getLogger("dbos").info("once")
    assert [line["logger"] for line in lines()] == ["filingscan.test", "dbos"]


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(BadSetting, match="log_level is 'LOUD'"):
        logs.configure("LOUD")


def test_addresses_that_http_clients_log_are_kept_out(lines: Lines) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://hook.test/?token=secret")
    assert lines() == []


def test_warnings_are_lines_too(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("soon gone", DeprecationWarning, stacklevel=1)
    assert lines.last()["logger"] == "py.warnings"


def test_a_request_is_one_line_with_its_route_and_cost(
    lines: Lines, client: TestClient, seen: list[tuple[str, str, int, float]]
) -> None:
    answer = client.get(f"/v1/filings/{FILING}?token=secret", headers={"X-Request-Id": "order-7.1"})
    assert answer.headers["X-Request-Id"] == "order-7.1"
    inner, line = lines()
    assert inner["logger"] == "filingscan.test"
    assert (inner["request_id"], inner["filing_id"]) == ("order-7.1", FILING)
    assert line.pop("time") and 0 <= line.pop("seconds") < 5
    assert line == {
        "level": "INFO", "logger": "filingscan.requests",
        "message": "GET /v1/filings/{filing_id} 200", "request_id": "order-7.1",
        "filing_id": FILING, "method": "GET", "route": "/v1/filings/{filing_id}", "status": 200,
        "bytes_received": 0, "bytes_sent": len(answer.content), "key": "0123456789abcdef",
    }  # fmt: skip
    assert seen[0][:3] == ("GET", "/v1/filings/{filing_id}", 200)
    assert logs.request_id.get() == ""


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "a;drop", "ü", '{"a":1}', "a,b"])
def test_an_id_of_other_characters_or_too_long_is_replaced(client: TestClient, given: str) -> None:
    answer = client.get("/health", headers={"X-Request-Id": given.encode()})
    assert len(answer.headers["X-Request-Id"]) == 32
    assert logs.SANE.fullmatch(answer.headers["X-Request-Id"])


def test_every_request_without_an_id_gets_its_own(client: TestClient) -> None:
    assert len({client.get("/health").headers["X-Request-Id"] for _ in range(3)}) == 3


def test_bodies_queries_and_secrets_are_never_logged(lines: Lines, client: TestClient) -> None:
    sent = {"Authorization": f"Bearer {KEY}", "Content-Disposition": 'filename="secret.pdf"'}
    answer = client.post("/v1/filings?hint=secret", content=b"secret document", headers=sent)
    assert answer.json() == 15
    line = lines.last()
    assert (line["bytes_received"], line["status"]) == (15, 200)
    assert "secret" not in lines.getvalue()


def test_a_problem_is_logged_by_its_code_under_the_request(
    lines: Lines, client: TestClient
) -> None:
    answer = client.get("/missing")
    problem, request = lines()
    assert (problem["code"], problem["status"]) == ("filing-not-found", 404)
    assert problem["request_id"] == request["request_id"] == answer.headers["X-Request-Id"]


def test_an_unforeseen_error_is_answered_and_logged_under_the_request(
    lines: Lines, client: TestClient
) -> None:
    answer = client.get("/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "inner matters" not in answer.text
    fault = next(line for line in lines() if "exception" in line)
    assert "inner matters" in fault["exception"]
    assert fault["request_id"] == answer.headers["X-Request-Id"]
    assert (lines.last()["status"], lines.last()["level"]) == (500, "ERROR")


def test_an_error_after_half_an_answer_is_left_to_the_server(
    lines: Lines, client: TestClient
) -> None:
    with pytest.raises(RuntimeError, match="inner matters"):
        client.get("/half")
    assert any("exception" in line for line in lines())


def test_probes_are_not_logged_unless_they_fail(lines: Lines, client: TestClient) -> None:
    client.get("/health")
    assert lines() == []
    client.post("/health")
    assert lines.last()["status"] == 405


def test_paths_without_a_route_share_one_name(
    client: TestClient, seen: list[tuple[str, str, int, float]]
) -> None:
    client.get("/wp-admin.php")
    client.get("/.env")
    assert [about[:3] for about in seen] == [("GET", logs.OTHER, 404)] * 2


def test_a_caller_who_goes_away_is_no_fault(lines: Lines, client: TestClient) -> None:
    sent = []
    scope = {
        "type": "http", "method": "POST", "path": "/v1/filings", "raw_path": b"/v1/filings",
        "query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http",
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip

    async def gone() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(client.app(scope, gone, send))
    assert sent == []
    assert (lines.last()["status"], lines.last()["level"]) == (logs.CUT_OFF, "INFO")
