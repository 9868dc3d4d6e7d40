"""What tests of the review in a browser share: a running service with a scan that it has read."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, Route, expect

from eval.printing import Printer
from models.extraction import Alternative, Extraction, Field, Reason
from service import keys
from service.app import create_app
from service.demo import SAMPLE
from service.extractor import load_extractor
from service.intake import page_of, source_of
from service.review_rows import extraction_of
from service.settings import Settings
from service.worker import Worker
from tests.conftest import until
from tests.reviewing import Desk

ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction"
STREET = "/ownershipDocument/reportingOwner[1]/reportingOwnerAddress/rptOwnerStreet2"
TITLE = "/ownershipDocument/reportingOwner[1]/reportingOwnerRelationship/officerTitle"
DATE = f"{ROW}[1]/transactionDate"
SHARES = f"{ROW}[1]/transactionAmounts/transactionShares"
SIGNATURE = "/ownershipDocument/ownerSignature[1]/signatureName"
OTHERWISE = "/s/ Donna Hanmer, Attorney-in-fact"
"""A second reading of the signature, which the models themselves do not doubt."""
FIVE = (STREET, TITLE, DATE, SHARES, SIGNATURE)
"""In the order of the form."""
SMALL, PATIENCE = {"width": 1366, "height": 768}, 60_000
SERIOUS = ("serious", "critical")


@dataclass
class Service:
    """A running service with a worker, a scan that it has read, and people with keys."""

    base: str
    app: FastAPI
    desk: Desk
    read: Extraction
    scan: str

    def filing(self, *doubts: str, tenant: str = "acme", **more: object) -> str:
        """The scan as a filing of its own, of which these fields are doubtful."""
        marked = tuple(_marked(each, each.path in doubts) for each in self.read.fields)
        made = replace(self.read, fields=marked, review=bool(doubts), **more)
        return self.kept(made, tenant)

    def kept(self, made: Extraction, tenant: str = "acme") -> str:
        """A filing of which this was read."""
        filing, files = self.desk.filing(made, tenant, planned=False), self.desk.files
        for page in made.pages:
            picture = files.get(page_of(self.scan, min(page.number, len(self.read.pages))))
            files.put(page_of(filing, page.number), picture)
        files.put(source_of(filing), files.get(source_of(self.scan)))
        return filing

    def get(self, path: str) -> bytes:
        """What the API answers to an administrator of the tenant."""
        _, key = keys.create(self.desk.engine, "acme", "api", ["admin"])
        asked = Request(f"{self.base}{path}", headers={"X-Api-Key": key})
        with urlopen(asked, timeout=60) as answer:
            return answer.read()

    def value(self, filing: str, path: str) -> str:
        """A value as callers get it."""
        result = json.loads(self.get(f"/v1/filings/{filing}"))["result"]
        return next(each["value"] for each in result["fields"] if each["path"] == path)


def _marked(field: Field, doubtful: bool) -> Field:
    if not doubtful:
        return replace(field, review=False, reasons=())
    others = (Alternative(OTHERWISE, 0.2),) if field.path == SIGNATURE else field.alternatives
    reasons = (Reason("uncertain", "it was hard to read"),)
    return replace(field, review=True, reasons=reasons, alternatives=others)


@contextmanager
def _serving(settings: Settings) -> Iterator[tuple[str, FastAPI]]:
    app = create_app(settings)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        until(lambda: server.started, "the service to start")
        state = app.state
        worker = Worker(settings, state.engine, state.files, load_extractor(settings.precision))
        try:
            worker.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", app
        finally:
            worker.close()
            server.should_exit = True
            thread.join()


@contextmanager
def with_scan(data: Path) -> Iterator[Service]:
    """A service in this folder; it runs in threads of its own, beside the browser's."""
    settings = Settings(data, audit_share=0.0, second_share=0.0)
    ready, over = threading.Event(), threading.Event()
    made: list[Service] = []

    def run() -> None:
        try:
            with _serving(settings) as (base, app):
                desk = Desk(app.state.engine, app.state.files, settings)
                sent = Request(f"{base}/v1/filings", SAMPLE.read_bytes(),
                               {"Prefer": "wait=60"}, method="POST")  # fmt: skip
                with urlopen(sent, timeout=120) as answer:
                    filing = json.load(answer)
                done = lambda: desk.record(filing["id"]).state == "done"  # noqa: E731
                until(done, "the scan to be read")
                read = extraction_of(desk.files, filing["id"], 1)
                made.append(Service(base, app, desk, read, filing["id"]))
                ready.set()
                over.wait()
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait()
    try:
        yield made[0]
    finally:
        over.set()
        thread.join()


Person = Callable[..., Page]


@contextmanager
def people(printer: Printer, service: Service) -> Iterator[Person]:
    """Gives what signs somebody in with a new key, in a browser of their own, at the queue."""
    browser: Browser = printer._page.context.browser
    contexts = []

    def signed_in(name: str = "Ann", scheme: str = "light", tenant: str = "acme") -> Page:
        _, key = keys.create(service.desk.engine, tenant, name, ["review"])
        context = browser.new_context(viewport=SMALL, color_scheme=scheme, base_url=service.base)
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        page.goto("/review")
        page.get_by_label("API key").fill(key)
        page.keyboard.press("Enter")
        says(page.locator("h1"), "To review")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def says(place: Locator, text: str) -> None:
    """Waits until it does."""
    expect(place).to_contain_text(text, timeout=PATIENCE)


def opened(page: Page, filing: str, left: int) -> Page:
    """The filing on the screen."""
    page.goto(f"/review/filings/{filing}")
    says(page.locator("#count"), f"{left} to decide" if left else "all decided")
    return page


@contextmanager
def held(page: Page, name: str) -> Iterator[None]:
    """What the page posts there is on its way meanwhile; at least one such call is waited for."""
    waiting: list[Route] = []
    over = threading.Event()
    address = f"**/{name}"
    page.route(address, lambda route: route.continue_() if over.is_set() else waiting.append(route))
    with page.expect_request(address):
        yield
    over.set()
    for route in waiting:
        route.continue_()


def button_of(page: Page, service: Service, path: str) -> Locator:
    identity = next(each.id for each in service.read.fields if each.path == path)
    return page.locator(f"button[data-id={identity}]")


def focused(page: Page, service: Service, path: str) -> None:
    """Waits until the field has the keyboard, and is the one in the panel."""
    expect(button_of(page, service, path)).to_be_focused(timeout=PATIENCE)


def spot(page: Page, number: int, x: float, y: float) -> tuple[float, float]:
    """Where on the screen a point of a page is."""
    found = page.evaluate(
        """([number, x, y]) => {
            const svg = document.querySelector(`.sheet[data-page="${number}"]`);
            const { x: left, y: top } = new DOMPoint(x, y)
                .matrixTransform(svg.firstElementChild.getScreenCTM());
            return [left, top];
        }""",
        [number, x, y],
    )
    return found[0], found[1]


def box_of(service: Service, path: str) -> tuple[int, float, float, float, float]:
    place = next(each for each in service.read.fields if each.path == path).boxes[0]
    return place.page, place.box.left, place.box.top, place.box.right, place.box.bottom


def finished(page: Page) -> None:
    """Presses ENTER at the button to finish, which has the keyboard; the next page is there."""
    expect(page.locator("#finish")).to_be_focused(timeout=PATIENCE)
    before = page.url
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before)
