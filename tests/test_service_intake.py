"""Filings read again as a reviewer says: their form, and what their pages are."""

from collections.abc import Callable, Mapping

import pytest
from fastapi import FastAPI

from models.document import Filing
from models.errors import BadEdit, NoKnownForm, NotEnded
from models.extraction import Extraction
from models.pages import CONTINUATION, FIRST, OTHER
from service.filings import Filings, Record
from service.intake import ruling_of
from tests.conftest import ReadsTheSecondWord, calling, until, working

Pdf = Callable[..., bytes]
Told = list[tuple[dict[int, str], str]]


class Hears(ReadsTheSecondWord):
    """Notes what is said of the pages and the form."""

    def __init__(self, said: Told) -> None:
        super().__init__()
        self.said = said

    def extract_all(
        self,
        filing: Filing,
        progress: Callable[[int, int], None] | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        self.said.append((dict(roles or {}), form))
        return super().extract_all(filing, progress, roles, form)


def read_again(app: FastAPI, record: Record, form: str | None, roles: dict[str, str]) -> Record:
    """The filing, read anew so."""
    app.state.intake.again_as(record, form, roles)
    filings, whole = Filings(app.state.engine), record.part_of or record.id
    until(lambda: filings.record(whole).ended, "the filing")
    return filings.record(whole)


def test_what_a_reviewer_says_binds_and_stays(app: FastAPI, pdf: Pdf) -> None:
    said: Told = []
    with calling(app) as client, working(app, Hears(said)):
        sent = client.post("/v1/filings", content=pdf(), params={"form": "4/A"}).json()
        assert sent["form"] == "4"
        first = Filings(app.state.engine).record(sent["id"])
        again = read_again(app, first, "5", {"1": CONTINUATION})
        assert (again.form, again.reading, again.form_hint) == ("5", 2, "4/A")
        assert again.roles == {"form": "5", "1": CONTINUATION}
        last = read_again(app, again, "", {"1": FIRST})
        assert last.reading == 3
        result = client.get(f"/v1/filings/{sent['id']}").json()["result"]
    assert said == [({}, ""), ({1: CONTINUATION}, "5"), ({1: FIRST}, "5")]
    assert result["form"] == "5"
    assert not result["warnings"], "the hint is no matter any more"


def test_a_hint_that_comes_with_a_document_only_warns(app: FastAPI, pdf: Pdf) -> None:
    said: Told = []
    with calling(app) as client, working(app, Hears(said)):
        sent = client.post("/v1/filings", content=pdf(), params={"form": "4/A"}).json()
    assert said == [({}, "")]
    assert "4/A" in sent["result"]["warnings"][0]


def test_with_a_part_its_document_is_read_again(app: FastAPI, pdf: Pdf) -> None:
    said: Told = []
    with calling(app) as client, working(app, Hears(said)):
        sent = client.post("/v1/filings", content=pdf("FORM Marl", "FORM Flint")).json()
        part = Filings(app.state.engine).record(sent["parts"][1])
        assert read_again(app, part, "", {"2": OTHER}).id == sent["id"]
        with pytest.raises(BadEdit, match="of a part"):
            app.state.intake.again_as(part, "5", {})
    assert said[1] == ({2: OTHER}, "")


@pytest.mark.parametrize("number", ["0", "2", "-1", "x", "", "9" * 5000, "²", "1.0"])
def test_a_page_that_the_filing_does_not_have_is_refused(
    app: FastAPI, pdf: Pdf, extractor: ReadsTheSecondWord, number: str
) -> None:
    with calling(app) as client, working(app, extractor):
        sent = client.post("/v1/filings", content=pdf()).json()
        record = Filings(app.state.engine).record(sent["id"])
        with pytest.raises(BadEdit, match="no page"):
            app.state.intake.again_as(record, "", {number: OTHER})


def test_a_ruling_that_leaves_no_page_is_refused(
    app: FastAPI, pdf: Pdf, extractor: ReadsTheSecondWord
) -> None:
    with calling(app) as client, working(app, extractor):
        sent = client.post("/v1/filings", content=pdf()).json()
        record = Filings(app.state.engine).record(sent["id"])
        with pytest.raises(BadEdit, match="No page"):
            app.state.intake.again_as(record, "", {"1": OTHER})
        assert Filings(app.state.engine).record(sent["id"]) == record


def test_what_was_said_of_the_form_can_be_taken_back(app: FastAPI, pdf: Pdf) -> None:
    said: Told = []
    with calling(app) as client, working(app, Hears(said)):
        sent = client.post("/v1/filings", content=pdf()).json()
        first = Filings(app.state.engine).record(sent["id"])
        again = read_again(app, first, "5", {"1": CONTINUATION})
        last = read_again(app, again, None, {})
    assert said[-1] == ({1: CONTINUATION}, "")
    assert last.roles == {"1": CONTINUATION}


class TakesNoForm3(ReadsTheSecondWord):
    """Finds no form in what is said to be a Form 3."""

    def extract_all(
        self,
        filing: Filing,
        progress: Callable[[int, int], None] | None = None,
        roles: Mapping[int, str] | None = None,
        form: str = "",
    ) -> tuple[Extraction, ...]:
        if form == "3":
            raise NoKnownForm()
        return super().extract_all(filing, progress, roles, form)


@pytest.mark.parametrize("pages", [("FORM Marl",), ("FORM Marl", "FORM Flint")])
def test_a_wrong_ruling_leaves_the_reading_before(
    app: FastAPI, pdf: Pdf, pages: tuple[str, ...]
) -> None:
    with calling(app) as client, working(app, TakesNoForm3()):
        sent = client.post("/v1/filings", content=pdf(*pages)).json()
        first = Filings(app.state.engine).record(sent["id"])
        last = read_again(app, first, "3", {"1": FIRST})
        assert (last.state, last.reading, last.error) == (first.state, first.reading, None)
        assert (last.roles, last.review, last.form) == ({}, first.review, first.form)
        assert client.get(f"/v1/filings/{sent['id']}").json()["parts"] == sent["parts"]


def test_a_filing_that_is_being_read_is_not_read_anew(app: FastAPI, pdf: Pdf) -> None:
    with calling(app) as client:
        sent = client.post("/v1/filings", content=pdf(), headers={"Prefer": ""}).json()
        record = Filings(app.state.engine).record(sent["id"])
        with pytest.raises(NotEnded):
            app.state.intake.again_as(record, "5", {})


def test_the_form_is_told_from_the_pages_in_what_was_said() -> None:
    assert ruling_of({}) == ({}, "")
    assert ruling_of({"2": OTHER, "form": "3", "10": OTHER}) == ({2: OTHER, 10: OTHER}, "3")
