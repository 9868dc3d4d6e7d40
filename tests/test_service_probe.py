"""The image's health check: is the API ready, does this host's worker live?"""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from service import database, probe
from service.schema import ensure
from service.settings import Settings
from service.worker import beat, new_worker_id


@pytest.fixture
def engine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """The database that the environment names."""
    settings.data.mkdir()
    monkeypatch.setenv("FILINGSCAN_DATA", str(settings.data))
    made = database.engine_of(settings.database_url)
    yield made
    made.dispose()


@pytest.fixture
def role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that tells what the container was started with."""
    monkeypatch.setattr(probe, "FIRST_PROCESS", tmp_path / "cmdline")
    return probe.FIRST_PROCESS


def test_a_worker_is_well_as_long_as_it_says_so(engine: Engine, role: Path) -> None:
    role.write_bytes(b"python\0-m\0service.cli\0worker\0")
    assert probe.main() == 1  # not even tables
    ensure(engine)
    beat(engine, "another-host-1-abcd")
    assert probe.main() == 1
    beat(engine, new_worker_id())
    assert probe.main() == 0
    long_ago = database.now() - timedelta(hours=1)
    with engine.begin() as connection:
        connection.execute(sa.update(database.workers).values(beat=long_ago))
    assert probe.main() == 1


@pytest.mark.parametrize(("status", "exit_status"), [(200, 0), (503, 1)])
def test_the_api_is_well_when_it_is_ready(
    role: Path, monkeypatch: pytest.MonkeyPatch, status: int, exit_status: int
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    role.write_bytes(b"python\0-m\0service.cli\0serve\0")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(probe, "API", server.server_address)
        try:
            assert probe.main() == exit_status
        finally:
            server.shutdown()
            thread.join()
    assert probe.main() == 1  # nobody listens any more
