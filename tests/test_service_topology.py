"""The service on many machines: APIs and workers over one Postgres and one object store."""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from service import database
from service.schema import upgrade
from tests.conftest import until

Pdf = Callable[..., bytes]
ROOT = Path(__file__).parent.parent
FILINGS = 24


@contextmanager
def process(*arguments: str, **settings: str) -> Iterator[subprocess.Popen]:
    """A process of the service, killed at the end."""
    own = {f"FILINGSCAN_{name.upper()}": text for name, text in settings.items()}
    running = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env=os.environ | own)
    try:
        yield running
    finally:
        running.kill()
        running.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def answer(request: Request | str) -> dict | None:
    """The JSON of an answer; None when nobody answers."""
    try:
        with urlopen(request, timeout=60) as opened:
            return json.load(opened)
    except HTTPError as error:
        raise AssertionError(error.read()) from error
    except (URLError, ConnectionError):
        return None


def test_an_api_and_a_worker_are_killed_and_every_filing_is_read(
    postgres: str, s3: str, tmp_path: Path, pdf: Pdf
) -> None:
    engine = database.engine_of(postgres)
    upgrade(engine)
    engine.dispose()
    settings = {"database": postgres, "storage": f"{s3}/{secrets.token_hex(4)}",
                "data": str(tmp_path), "beat_seconds": "0.5", "lease_seconds": "2"}  # fmt: skip
    ports = (free_port(), free_port())
    bases = [f"http://127.0.0.1:{port}" for port in ports]
    with ExitStack() as stack:
        apis = [
            stack.enter_context(process("service.cli", "serve", "--no-worker", "--port", str(port),
                                        **settings))
            for port in ports
        ]  # fmt: skip
        flag = tmp_path / "held"
        workers = [
            stack.enter_context(process("tests.held_worker", *held, **settings))
            for held in (("extracting", str(flag)), (), ())
        ]
        for base in bases:
            until(lambda base=base: answer(f"{base}/health"), "both to answer")

        def send(number: int) -> str:
            request = Request(f"{bases[number % 2]}/v1/filings", pdf(f"FORM N{number}"),
                              {"Content-Type": "application/pdf"}, method="POST")  # fmt: skip
            return answer(request)["id"]

        with ThreadPoolExecutor(6) as pool:
            ids = list(pool.map(send, range(FILINGS)))
        until(flag.exists, "the first worker to have a filing")
        for victim in (apis[0], workers[0]):
            victim.send_signal(signal.SIGKILL)
        for number, identifier in enumerate(ids):
            address = f"{bases[1]}/v1/filings/{identifier}"
            filing = until(
                lambda address=address: (now := answer(address))["finished"] and now, identifier
            )
            assert filing["state"] == "done"
            assert filing["result"]["document"]["issuer"]["issuerName"] == f"N{number}"
            assert filing["readings"] == 1
