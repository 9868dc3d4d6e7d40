"""`filingscan serve` as operators run it: processes that are killed, and the released models."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from service.demo import SAMPLE
from tests.conftest import until

ROOT = Path(__file__).parent.parent


@contextmanager
def served(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen, str]]:
    """The process of a service that is ready, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "service.cli", "serve", "--data", data, "--port", str(port)]
    settings = {"FILINGSCAN_BEAT_SECONDS": "0.5", "FILINGSCAN_LEASE_SECONDS": "2",
                "FILINGSCAN_THREADS": "1"}  # fmt: skip
    running = subprocess.Popen([*command, *options], cwd=ROOT, env=os.environ | settings)
    base = f"http://127.0.0.1:{port}"
    try:
        until(lambda: answer(f"{base}/ready"), "the service to be ready")
        yield running, base
    finally:
        running.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            running.wait(30)
        running.kill()
        running.wait()


def answer(request: Request | str) -> dict | None:
    """The JSON of an answer; None when there is none to be had."""
    try:
        with urlopen(request, timeout=90) as opened:
            return json.load(opened)
    except HTTPError as error:
        error.close()
    except (URLError, ConnectionError):
        pass
    return None


def children(process: int) -> list[int]:
    """Processes that a process has started and that live."""
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def lives(process: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except FileNotFoundError:
        return False


def read(base: str, wait: int = 60) -> dict:
    """The sample, sent and waited for."""
    headers = {"Prefer": f"wait={wait}", "Content-Type": "application/pdf"}
    request = Request(f"{base}/v1/filings", SAMPLE.read_bytes(), headers, method="POST")
    filing = answer(request)
    assert filing is not None
    return filing


def test_a_service_outlives_its_worker_and_a_worker_does_not_outlive_its_service(
    tmp_path: Path,
) -> None:
    with served(tmp_path) as (service, base):
        first = read(base)
        assert (first["state"], first["form"]) == ("done", "4")
        (worker,) = children(service.pid)
        queued = read(base, wait=0)
        os.kill(worker, signal.SIGKILL)
        address = f"{base}/v1/filings/{queued['id']}"
        filing = until(lambda: (now := answer(address))["state"] == "done" and now, "the filing")
        assert filing["result"]["document"] == first["result"]["document"]
        (worker,) = until(lambda: children(service.pid), "another worker")
        service.kill()
        until(lambda: not lives(worker), "the worker to end with its service")
    with served(tmp_path) as (_, base):
        kept = answer(f"{base}/v1/filings/{first['id']}")
        assert kept == first


def test_without_keys_only_this_machine_is_served(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "service.cli", "serve", "--data", tmp_path / "data",
               "--host", "0.0.0.0", "--no-worker"]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "filingscan keys create" in done.stderr
