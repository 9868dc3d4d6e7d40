"""A folder that cannot be written and a database that is locked: told as such, and nothing lost."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from service import database
from service.app import create_app
from service.settings import Settings
from tests.conftest import calling, until

Pdf = Callable[..., bytes]
ROOT = Path(__file__).parent.parent
AS_ANYBODY = (
    "import ctypes, os, sys\n"
    "ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)\n"  # no capability to write whatever the modes say
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
)
"""Runs Python as if by an ordinary user, whom the modes of a folder bind, also where it is root."""


@contextmanager
def served(data: Path, storage: Path) -> Iterator[str]:
    """The address of a service without workers."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = ["-m", "service.cli", "serve", "--no-worker", "--port", str(port), "--data", str(data),
             "--storage", str(storage)]  # fmt: skip
    running = subprocess.Popen([sys.executable, "-c", AS_ANYBODY, *serve], cwd=ROOT)
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: asked(f"{base}/ready")[0] == 200, "the service to be ready")
        yield base
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(30)
        finally:
            running.kill()


def asked(address: str, document: bytes | None = None) -> tuple[int, dict]:
    """Status and JSON of an answer; 0 where there is none."""
    method = "GET" if document is None else "POST"
    try:
        with urlopen(Request(address, document, method=method), timeout=60) as opened:
            return opened.status, json.load(opened)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)
    except (URLError, ConnectionError):
        return 0, {}


def only_for_reading(folder: Path, on: bool) -> None:
    for each in (folder, *folder.rglob("*")):
        if each.is_dir():
            each.chmod(0o500 if on else 0o700)


def test_a_folder_that_turns_read_only_takes_nothing_in_and_keeps_what_it_has(
    tmp_path: Path, pdf: Pdf
) -> None:
    storage = tmp_path / "files"
    with served(tmp_path / "data", storage) as base:
        filings = f"{base}/v1/filings"
        document = pdf()
        status, kept = asked(filings, document)
        assert status == 202
        only_for_reading(storage, True)
        try:
            status, problem = asked(filings, pdf("FORM Flint"))
            assert (status, problem["code"]) == (503, "storage-unavailable")
            assert str(tmp_path) not in json.dumps(problem)
            until(lambda: asked(f"{base}/ready")[0] == 503, "the service not to be ready")
            assert asked(f"{base}/ready")[1]["detail"] == "Missing: storage."
            assert [each["id"] for each in asked(filings)[1]["filings"]] == [kept["id"]]
            with urlopen(f"{filings}/{kept['id']}/original", timeout=60) as original:
                assert original.read() == document
        finally:
            only_for_reading(storage, False)
        until(lambda: asked(f"{base}/ready")[0] == 200, "the service to be ready again")
        assert asked(filings, pdf("FORM Flint"))[0] == 202
        assert len(asked(filings)[1]["filings"]) == 2
    folders = sorted(path.name for path in (storage / "filings").iterdir())
    assert len(folders) == 2


def test_while_the_database_is_locked_nothing_is_taken_in_and_all_can_be_read(
    settings: Settings, pdf: Pdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    now = {"Prefer": "", "Idempotency-Key": "case 7"}
    with calling(create_app(settings)) as client:
        before = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        lock = sqlite3.connect(settings.data / "filingscan.db", isolation_level=None)
        lock.execute("BEGIN IMMEDIATE")
        answer = client.post("/v1/filings", content=pdf("FORM Flint"), headers=now)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
        assert client.get(f"/v1/filings/{before['id']}").json() == before
        assert len(client.get("/v1/filings").json()["filings"]) == 1
        lock.execute("ROLLBACK")
        lock.close()
        answer = client.post("/v1/filings", content=pdf("FORM Flint"), headers=now)
        assert answer.status_code == 202
        assert len(client.get("/v1/filings").json()["filings"]) == 2


def test_a_database_that_cannot_be_written_is_told_and_can_be_read(
    settings: Settings, pdf: Pdf
) -> None:
    app, now = create_app(settings), {"Prefer": ""}
    with calling(app) as client:
        before = client.post("/v1/filings", content=pdf(), headers=now).json()
        with app.state.engine.connect() as connection:  # the pool's one, as with a full disk
            connection.exec_driver_sql("PRAGMA query_only = ON")
        answer = client.post("/v1/filings", content=pdf("FORM Flint"), headers=now)
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
        assert client.get(f"/v1/filings/{before['id']}").json() == before
        app.state.engine.dispose()
        answer = client.post("/v1/filings", content=pdf("FORM Flint"), headers=now)
        assert answer.status_code == 202
