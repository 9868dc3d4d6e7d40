"""The screens of the review: for everybody, of any size, and safe from what was read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from eval.printing import Printer
from models.extraction import PageSummary, Reason
from tests.reviewing_pages import (
    DATE,
    FIVE,
    PATIENCE,
    SERIOUS,
    SHARES,
    SIGNATURE,
    STREET,
    Person,
    Service,
    box_of,
    button_of,
    finished,
    focused,
    held,
    opened,
    people,
    says,
    spot,
    with_scan,
)


@pytest.fixture(scope="module")
def service(printer: Printer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service that has read the scan."""
    with with_scan(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def person(printer: Printer, service: Service) -> Iterator[Person]:
    """Signs somebody in, in a browser of their own."""
    with people(printer, service) as signed_in:
        yield signed_in


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


def test_a_field_is_called_what_is_printed_at_it(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(*FIVE), 5)
    says(page.locator("#panel h2"), "Street 2")
    says(button_of(page, service, STREET), "Street 2")
    says(button_of(page, service, SIGNATURE), "Signature of Reporting Person")
    heads = page.locator("#fields thead").first
    says(heads, "Transaction shares")
    assert max(len(each) for each in heads.locator("th").all_text_contents()) < 36


def test_words_are_asked_for_again_when_none_came(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(STREET), 1)
    issuer = next(each for each in service.read.fields if each.path.endswith("/issuerName"))
    number, box = issuer.boxes[0].page, issuer.boxes[0].box
    word = next(each for at, each in service.read.words
                if at == number and box.contains(*each.box.center))  # fmt: skip
    page.route("**/words?*", lambda route: route.fulfill(status=503, body=""))
    page.mouse.click(*spot(page, number, *word.box.center))
    says(page.locator("#live"), "answered 503")
    page.unroute("**/words?*")
    page.mouse.click(*spot(page, number, *word.box.center))
    expect(page.locator("#value")).to_have_value(word.text, timeout=PATIENCE)


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_service_throws_nobody_out(service: Service, person: Person, status: int) -> None:
    page = person()
    page.clock.install()
    opened(page, service.filing(SHARES), 1)
    focused(page, service, SHARES)
    page.route("**/renew", lambda route: route.fulfill(status=status, body=""))
    with page.expect_response("**/renew"):
        page.clock.fast_forward(1_000 * service.desk.settings.review_lease_seconds // 2)
    page.keyboard.press("e")
    page.keyboard.press("Enter")
    finished(page)


def test_a_filing_is_read_again_after_what_was_decided(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES, SIGNATURE), 2)
    focused(page, service, SHARES)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.keyboard.press("e")
    page.keyboard.type("26000")
    with held(page, "edits"):
        page.locator("#reread").click()
    page.locator("#form").select_option("4/A")
    with held(page, "reread"):
        page.locator("#reread-dialog button[value=read]").click()
        says(page.locator("#count"), "being read again")
        page.keyboard.press("x")  # nothing is decided meanwhile
    says(page.locator("#name"), "Form 4/A")
    assert [each for each in asked if each in ("edits", "reread")] == ["edits", "reread"]


def test_a_filing_that_could_not_be_read_otherwise_stays_and_says_so(
    service: Service, person: Person
) -> None:
    page = opened(person(), service.filing(SHARES), 1)
    same = {"state": "done", "reading": 1, "ended": True}
    page.route("**/reread", lambda route: route.fulfill(status=202, json=same))
    page.locator("#reread").click()
    page.locator("#reread-dialog button[value=read]").click()
    says(page.locator("#panel"), "No such form was found")
    says(page.locator("#name"), "Form 4")
    says(page.locator("#count"), "1 to decide")


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
