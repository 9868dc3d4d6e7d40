"""Reviewing in a real browser, against a running service with a scan that was really read."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from eval.printing import Printer
from tests.conftest import until
from tests.reviewing_pages import (
    DATE,
    FIVE,
    OTHERWISE,
    PATIENCE,
    ROW,
    SHARES,
    SIGNATURE,
    STREET,
    TITLE,
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
    assert service.value(filing, SIGNATURE) == OTHERWISE
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


def rows_of(page: Page) -> Locator:
    """The rows of the first table."""
    table = page.locator("#fields > section", has_text="Non derivative transactions")
    return table.locator("tbody tr")


def test_tab_leads_from_an_input_to_the_next_field(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES), 1)
    focused(page, service, SHARES)
    page.keyboard.press("e")
    page.keyboard.press("Tab")
    focused(page, service, SHARES.replace("Shares", "PricePerShare"))


def test_a_key_that_is_held_down_decides_once(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES, SIGNATURE), 2)
    focused(page, service, SHARES)
    for path in (SHARES, SIGNATURE):
        focused(page, service, path)
        page.keyboard.down("Enter")
        page.keyboard.down("Enter")
        page.keyboard.up("Enter")
    finished(page)


def test_an_edit_that_fails_stops_none_after_it(service: Service, person: Person) -> None:
    filing = service.filing(SHARES, SIGNATURE)
    page = opened(person(), filing, 2)
    focused(page, service, SHARES)
    with held(page, "edits"):
        page.keyboard.press("d")
        page.keyboard.press("Enter")  # of a field that will be gone
        focused(page, service, SIGNATURE)
    expect(rows_of(page)).to_have_count(1, timeout=PATIENCE)
    page.keyboard.press("Enter")
    finished(page)
    assert service.desk.served(filing)


def test_rows_are_numbered_as_they_are_when_an_edit_is_sent(
    service: Service, person: Person
) -> None:
    page = opened(person(), service.filing(SHARES), 1)
    focused(page, service, SHARES)
    with held(page, "edits"):
        page.keyboard.press("Alt+ArrowDown")
        page.keyboard.press("d")
    expect(rows_of(page)).to_have_count(1, timeout=PATIENCE)
    expect(button_of(page, service, SHARES)).to_have_count(0)


def test_a_field_in_focus_is_to_be_decided_too(service: Service, person: Person) -> None:
    page = opened(person(), service.filing(SHARES), 1)
    focused(page, service, SHARES)
    page.keyboard.press("n")
    focused(page, service, SHARES)
    expect(page.locator("#live")).not_to_contain_text("is decided")


def test_what_is_typed_is_saved_by_the_button_to_finish(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    focused(page, service, SHARES)
    stays = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
    assert page.evaluate(stays) is False
    page.keyboard.press("e")
    page.keyboard.type("26000")
    assert page.evaluate(stays) is True
    page.locator("#finish").click()
    page.wait_for_url(lambda url: filing not in url)
    assert service.value(filing, SHARES) == "26000"


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
    rows = rows_of(page)
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
    with bo.expect_request("**/takeover") as asked:
        bo.get_by_role("button", name="Take it over").click()
    assert asked.value.method == "POST"
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


def test_a_filing_is_read_again_as_another_form(service: Service, person: Person) -> None:
    filing = service.filing(SHARES)
    page = opened(person(), filing, 1)
    page.get_by_role("button", name="Read again…").click()
    page.locator("#form").select_option("4/A")
    page.locator("#reread-dialog button[value=read]").click()
    # What comes of it may leave nothing to review.
    until(lambda: service.desk.record(filing).form == "4/A", "the filing to be read again")
    assert service.desk.record(filing).state == "done"
    shown = page.locator("#name").filter(has_text="Form 4/A")
    expect(shown.or_(page.get_by_text("There is nothing to review here"))).to_be_visible()
