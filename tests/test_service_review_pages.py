"""The review in a real browser, against a running service with a scan that was really read."""

import io
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from playwright.sync_api import Browser, Locator, Page, expect

from eval.printing import Printer
from models.extraction import Extraction, Field, PageSummary, Reason
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
    return replace(field, review=True, reasons=(Reason("uncertain", "it was hard to read"),))


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


@pytest.fixture(scope="module")
def service(printer: Printer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service; what is started in it runs in threads of its own, beside the browser's."""
    data = tmp_path_factory.mktemp("service")
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


@pytest.fixture
def person(printer: Printer, service: Service) -> Iterator[Person]:
    """Signs somebody in with a new key, in a browser of their own; the queue is on the screen."""
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


def test_a_filing_is_reviewed_by_the_keyboard_alone(service: Service, person: Person) -> None:
    filing = service.filing(*FIVE)
    page = person()
    page.goto("/review")
    expect(page.locator("table a").first).to_be_focused()
    opened(page, filing, 5)
    focused(page, service, STREET)
    press = page.keyboard.press
    press("Enter")
    focused(page, service, TITLE)
    press("e")
    page.keyboard.type("xbz Chief Executive")  # the letters only type here
    press("Enter")
    focused(page, service, DATE)
    press("e")
    page.keyboard.type("11/20/2012")
    says(page.locator("#verdict"), "Saved as 2012-11-20.")
    press("Enter")
    focused(page, service, SHARES)
    press("x")
    focused(page, service, SIGNATURE)
    says(page.locator("#count"), "1 to decide")
    press("z")
    says(page.locator("#count"), "2 to decide")
    focused(page, service, SHARES)
    press("Enter")
    focused(page, service, SIGNATURE)
    press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    press("x")  # nothing happens behind a dialog
    press("Escape")
    focused(page, service, SIGNATURE)
    press("1")  # the recogniser's second reading
    finished(page)
    done = json.loads(service.get(f"/v1/filings/{filing}"))
    assert done["review"] is False
    assert service.value(filing, TITLE) == "xbz Chief Executive"
    assert service.value(filing, DATE) == "2012-11-20"
    assert service.value(filing, SHARES) == "25000"
    signature = next(each for each in service.read.fields if each.path == SIGNATURE)
    assert service.value(filing, SIGNATURE) == signature.alternatives[0].value
    assert "xbz Chief Executive" in service.get(f"/v1/filings/{filing}.xml").decode()


def test_tab_and_arrows_lead_from_field_to_field(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(STREET), 1)
    focused(page, service, STREET)
    page.keyboard.press("Tab")
    focused(page, service, STREET.replace("Street2", "City"))
    page.keyboard.press("Shift+Tab")
    focused(page, service, STREET)
    button_of(page, service, SHARES).focus()
    says(page.locator("#panel h2"), "Transaction shares")
    page.keyboard.press("ArrowRight")
    focused(page, service, SHARES.replace("Shares", "PricePerShare"))
    page.keyboard.press("ArrowDown")
    focused(page, service, SHARES.replace("Shares", "PricePerShare").replace("[1]", "[2]"))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    focused(page, service, SHARES)


def test_a_click_on_words_fills_the_field(service: Service, person: Person) -> None:
    filing = service.filing(STREET)
    page = opened(person(), filing, 1)
    issuer = next(each for each in service.read.fields if each.path.endswith("/issuerName"))
    number, *_ = box_of(service, issuer.path)
    boxes = [word.box for at, word in service.read.words
             if at == number and issuer.boxes[0].box.contains(*word.box.center)]  # fmt: skip
    for box in boxes:
        page.mouse.click(*spot(page, number, *box.center))
    expect(page.locator("#value")).to_have_value(issuer.text, timeout=PATIENCE)
    page.keyboard.press("Enter")
    finished(page)
    assert service.value(filing, STREET) == issuer.value


def test_a_rectangle_is_read_by_a_worker(service: Service, person: Person) -> None:
    filing = service.filing(STREET)
    page = opened(person(), filing, 1)
    path = "/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"
    number, left, top, right, bottom = box_of(service, path)
    page.mouse.move(*spot(page, number, left - 2, top - 1))
    page.mouse.down()
    page.mouse.move(*spot(page, number, right, bottom), steps=4)
    page.mouse.move(*spot(page, number, right + 2, bottom + 1))
    page.mouse.up()
    expect(page.locator("#value")).to_have_value("Rabois Keith", timeout=PATIENCE)
    page.keyboard.press("Enter")
    finished(page)
    assert service.value(filing, STREET) == "Rabois Keith"


def test_rows_are_added_filled_in_moved_and_deleted(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    focused(page, service, SHARES)
    rows = page.locator("#fields > section", has_text="Non derivative transactions").locator(
        "tbody tr"
    )
    expect(rows).to_have_count(2)
    page.keyboard.press("a")
    expect(rows).to_have_count(3, timeout=PATIENCE)
    added = rows.nth(1).locator("button").first
    expect(added).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("e")
    page.keyboard.type("Class C Stock")
    page.keyboard.press("Tab")
    says(rows.nth(1), "Class C Stock")
    added.focus()
    page.keyboard.press("Alt+ArrowUp")
    says(rows.nth(0), "Class C Stock")
    page.keyboard.press("d")
    expect(rows).to_have_count(2, timeout=PATIENCE)
    page.keyboard.press("z")
    expect(rows).to_have_count(3, timeout=PATIENCE)
    page.keyboard.press("z")
    says(rows.nth(1), "Class C Stock")
    button_of(page, service, SHARES).focus()
    page.keyboard.press("Enter")
    finished(page)
    assert service.value(filing, f"{ROW}[2]/securityTitle") == "Class C Stock"


def test_footnotes_are_attached_and_detached(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    focused(page, service, SHARES)
    page.keyboard.press("f")
    page.get_by_label("F2").check()
    page.keyboard.press("Enter")
    says(button_of(page, service, SHARES), "(2)")
    page.keyboard.press("f")
    page.get_by_label("F2").uncheck()
    page.keyboard.press("Enter")
    expect(button_of(page, service, SHARES)).not_to_contain_text("(2)", timeout=PATIENCE)


def test_a_value_that_is_none_of_its_kind_is_not_taken(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES, SIGNATURE), 2)
    focused(page, service, SHARES)
    page.keyboard.press("e")
    page.keyboard.type("12 nonsense")
    says(page.locator("#verdict"), "is not a number")
    page.keyboard.press("Enter")
    says(page.locator("#panel h2"), "Transaction shares")
    expect(page.locator("#value")).to_have_attribute("aria-invalid", "true", timeout=PATIENCE)
    expect(page.locator("#value")).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("Escape")
    focused(page, service, SHARES)
    says(page.locator("#count"), "2 to decide")


def test_a_filing_is_sent_back_with_a_comment(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    page.get_by_role("button", name="Send back…").click()
    page.get_by_label("What is wrong with it?").fill("Page 2 is missing.")
    page.locator("#back-dialog button[value=send]").click()
    page.wait_for_url(lambda url: filing not in url)
    assert service.desk.of(filing)[0].comment == "Page 2 is missing."


def test_two_people_never_have_one_filing(service: Service, person: Person) -> None:
    filing = service.filing(SHARES, SIGNATURE)
    ann, bo = person("Ann"), person("Bo")
    opened(ann, filing, 2)
    bo.goto(f"/review/filings/{filing}")
    says(bo.locator("#held-text"), "Ann is reviewing")
    bo.get_by_role("button", name="Back to the queue").click()
    says(bo.locator("h1"), "To review")
    says(bo.locator("tr", has=bo.locator(f"a[href$='{filing}']")), "Ann")
    bo.goto(f"/review/filings/{filing}")
    bo.get_by_role("button", name="Take it over").click()
    says(bo.locator("#count"), "2 to decide")
    ann.keyboard.press("Enter")
    says(ann.locator("#held-text"), "Bo is reviewing")
    ann.get_by_role("button", name="Back to the queue").click()
    says(ann.locator("h1"), "To review")
    says(bo.locator("#count"), "2 to decide")


def test_whoever_leaves_gives_the_filing_back(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    ann, bo = person("Ann"), person("Bo")
    opened(ann, filing, 1)
    ann.goto("/review")
    until(lambda: service.desk.of(filing)[0].holder is None, "the filing to be given back")
    opened(bo, filing, 1)


@pytest.fixture
def twice(service: Service) -> Iterator[None]:
    """Every filing is reviewed twice."""
    state = service.app.state
    before = state.settings
    state.settings = replace(before, second_share=1.0)
    yield
    state.settings = before


@pytest.mark.usefixtures("twice")
def test_a_second_review_is_blind_and_a_third_person_decides(
    service: Service, person: Person
) -> None:
    filing = service.filing(SHARES, tenant="blind")
    people = [person(name, tenant="blind") for name in ("Ann", "Bo", "Cy")]
    for page, typed in zip(people[:2], ("26000", "27000"), strict=True):
        opened(page, filing, 1)
        expect(page.locator("#value")).to_have_value("25000")
        expect(page.locator("body")).not_to_contain_text("26000")
        page.keyboard.press("e")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        finished(page)
        page.goto("/review")
        expect(page.locator(f"a[href$='{filing}']")).to_have_count(0)
    judge = opened(people[2], filing, 1)
    choices = judge.locator(".choices")
    says(choices, "first reviewer: 26000")
    says(choices, "second reviewer: 27000")
    assert "Decide between two reviews" in judge.title()
    judge.keyboard.press("2")
    finished(judge)
    values = service.desk.served(filing)
    assert values[SHARES] == "27000"


def test_labels_are_downloaded_with_what_was_corrected(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    page.keyboard.press("e")
    page.keyboard.type("25,001")
    page.keyboard.press("Enter")
    finished(page)
    page.goto("/review/audit")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        facts = archive.read(f"gold/form4/{filing}/facts.jsonl").decode()
        assert f"training/{filing}-1.png" in archive.namelist()
    (fact,) = [json.loads(line) for line in facts.splitlines()]
    assert (fact["path"], fact["value"]) == (SHARES, "25001")


def test_what_was_read_is_text_whatever_it_says(service: Service, person: Person) -> None:
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    fields = tuple(
        replace(each, value=hostile, text=hostile, review=True,
                reasons=(Reason("uncertain", hostile),))
        if each.path == STREET else replace(each, review=False)
        for each in service.read.fields
    )  # fmt: skip
    filing = service.kept(replace(service.read, fields=fields, review=True))
    page = opened(person(), filing, 1)
    says(button_of(page, service, STREET), hostile)
    says(page.locator(".reasons"), hostile)
    expect(page.locator("#value")).to_have_value(hostile)
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("script").count() == 1
    page.keyboard.press("Enter")
    finished(page)
    assert service.value(filing, STREET) == hostile


def test_a_filing_is_read_again_as_another_form(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    page.get_by_role("button", name="Read again…").click()
    page.locator("#form").select_option("4/A")
    page.locator("#reread-dialog button[value=read]").click()
    says(page.locator("#name"), "Form 4/A")
    assert service.desk.record(filing).form == "4/A"


def test_of_a_hundred_pages_only_those_are_fetched_that_are_seen(
    service: Service, person: Person
) -> None:
    first = service.read.pages[0]
    pages = tuple(replace(first, number=number) for number in range(1, 101))
    assert isinstance(pages[0], PageSummary)
    filing, page = service.filing(SHARES, pages=pages), person()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    opened(page, filing, 1)
    expect(page.locator(".sheet")).to_have_count(100)
    expect(page.locator(".sheet image[href]").first).to_be_attached(timeout=PATIENCE)
    assert 1 <= len([url for url in fetched if "width=1700" in url]) <= 5
    assert len([url for url in fetched if ".png" in url]) < 60
    page.locator("#thumbs button").last.click()
    expect(page.locator(".sheet[data-page='100'] image[href]")).to_be_attached(timeout=PATIENCE)


def test_pages_are_zoomed_turned_and_chosen_from(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES), 1)
    sheet = page.locator(".sheet[data-page='1']")
    narrow = sheet.bounding_box()["width"]
    page.keyboard.press("+")
    assert sheet.bounding_box()["width"] > narrow
    page.keyboard.press("0")
    assert sheet.bounding_box()["width"] == pytest.approx(narrow)
    page.keyboard.press("r")
    box = sheet.bounding_box()
    assert box["width"] > box["height"]
    page.get_by_role("button", name="Move", exact=True).click()
    number, left, top, right, bottom = box_of(service, DATE)
    page.mouse.click(*spot(page, number, (left + right) / 2, (top + bottom) / 2))
    focused(page, service, DATE)


def faults(page: Page) -> list[str]:
    """What axe finds to be serious or worse."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']} at {each['nodes'][0]['html'][:200]}"
            for each in found if each["impact"] in SERIOUS]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_shuts_anybody_out(service: Service, person: Person, scheme: str) -> None:
    filing = service.filing(*FIVE)
    page = person(scheme=scheme)
    assert faults(page) == []
    page.goto("/review/audit")
    assert faults(page) == []
    opened(page, filing, 5)
    focused(page, service, STREET)
    assert faults(page) == []
    page.keyboard.press("x")
    page.keyboard.press("n")
    page.keyboard.press("e")
    page.keyboard.type("no date")
    says(page.locator("#verdict"), "is not a date")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page) == []
    page.keyboard.press("Escape")
    for name in ("Send back…", "Read again…"):
        page.get_by_role("button", name=name).click()
        assert faults(page) == []
        page.keyboard.press("Escape")
    page.context.clear_cookies()
    page.goto("/review")
    says(page.locator("h1"), "Sign in")
    assert faults(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (768, 1024)])
def test_the_screen_fits_a_small_laptop_and_a_tablet(
    service: Service, person: Person, width: int, height: int
) -> None:
    page = person()
    page.set_viewport_size({"width": width, "height": height})
    opened(page, service.filing(*FIVE), 5)
    wide, high = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    assert (wide, high) == (width, height)
    for place in ("#finish", "#panel", "#fields", "#sheets"):
        box = page.locator(place).bounding_box()
        assert box["width"] > 50 and box["height"] > 20
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 1
        assert box["y"] >= 0 and box["y"] + box["height"] <= height + 1
