"""Hours of work in minutes: many filings, many callers, memory that stays."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from service.app import create_app
from service.filings import Filings
from service.settings import Settings
from service.worker import memory
from tests.conftest import calling, working

Pdf = Callable[..., bytes]
PATIENCE = 1_200.0

pytestmark = pytest.mark.slow


def drained(filings: Filings) -> None:
    """Wait until nothing waits."""
    until = time.monotonic() + PATIENCE
    while filings.waiting():
        assert time.monotonic() < until, "the queue does not get empty"
        time.sleep(0.2)


def test_two_hundred_uploads_at_once_are_accepted_and_all_read(app, pdf: Pdf, extractor) -> None:
    def send(number: int) -> str:
        answer = client.post("/v1/filings", content=document, headers={"Prefer": ""})
        assert answer.status_code == 202
        return answer.json()["id"]

    document = pdf()
    with calling(app) as client, working(app, extractor), ThreadPoolExecutor(200) as pool:
        ids = set(pool.map(send, range(200)))
        drained(Filings(app.state.engine))
        states = {client.get(f"/v1/filings/{each}").json()["state"] for each in ids}
    assert (len(ids), states) == (200, {"done"})


def test_memory_stays_through_a_thousand_filings(settings: Settings, pdf: Pdf, extractor) -> None:
    app = create_app(replace(settings, max_queue=2_000))
    document = pdf("FORM Marl", "FORM Flint")
    held = []
    with calling(app) as client, working(app, extractor):
        for _ in range(10):
            for _ in range(100):
                client.post("/v1/filings", content=document, headers={"Prefer": ""})
            drained(Filings(app.state.engine))
            held.append(memory())
    # What grows with the first filings is caches; after them nothing may.
    assert held[-1] < 1.05 * held[2], [f"{each / 1e6:.0f} MB" for each in held]
