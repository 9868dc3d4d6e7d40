"""What tests share: documents, an extractor that needs no models, a browser and its fonts."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NoReturn

import pymupdf
import pytest

from eval.printing import CHROMIUM, Printer
from models.document import Box, Filing, Page, Word
from models.errors import NoKnownForm
from models.extraction import READ, Extraction, Field, PageSummary, Place

ISSUER = "/ownershipDocument/issuer/issuerName"
NeedsFonts = Callable[[Iterable[str]], None]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Every test that prints has the marker `browser`."""
    for item in items:
        if "printer" in item.fixturenames:
            item.add_marker("browser")


def missing(what: str) -> NoReturn:
    """A user's machine may lack it, and the test is skipped; where CI runs nothing may."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing", pytrace=False)
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    """The one Chromium of all tests."""
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    with Printer.started() as running:
        yield running


@pytest.fixture(scope="session")
def needs_fonts() -> NeedsFonts:
    """Skips unless all these font families are installed: Chromium would print in others."""
    installed: set[str] = set()
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", "--format", "%{family}\n"], capture_output=True, text=True, check=True
        )
        installed = {name for line in listed.stdout.splitlines() for name in line.split(",")}

    def check(families: Iterable[str]) -> None:
        lacking = sorted(set(families) - installed)
        if lacking:
            missing(f"font {', '.join(lacking)}")

    return check


@dataclass
class ReadsTheSecondWord:
    """Takes the word after FORM for the issuer; every page with FORM begins a filing."""

    versions: dict[str, str] = field(default_factory=lambda: {"reader": "reader@test"})

    def extract_all(self, filing: Filing) -> tuple[Extraction, ...]:
        """A Form 4 with its issuer from each page; no form without FORM; a fault at BUG."""
        texts = {page.number: [word.text for word in page.words] for page in filing.pages}
        if any("BUG" in words for words in texts.values()):
            raise RuntimeError("secret of the machinery")
        found = [self._one(filing, page) for page in filing.pages if "FORM" in texts[page.number]]
        if not found:
            read = tuple((page.number, word) for page in filing.pages for word in page.words)
            raise NoKnownForm("", replace(self._one(filing, filing.pages[0]), form="", words=read))
        return tuple(found)

    def _one(self, filing: Filing, page: Page) -> Extraction:
        issuer = page.words[1]
        field = Field("f1", ISSUER, "name", issuer.text, issuer.text, 0.9, READ,
                      (Place(page.number, issuer.box),))  # fmt: skip
        summary = PageSummary(page.number, page.width, page.height, 0, 0.0, page.dpi, "text",
                              "first")  # fmt: skip
        kept = ((page.number, Word("FORM", Box(1, 2, 3, 4))),)
        return Extraction(
            filing.sha256, "4", 0.9, False, (summary,), (field,), models=self.versions, words=kept
        )


@pytest.fixture
def extractor() -> ReadsTheSecondWord:
    """An extractor that needs no models."""
    return ReadsTheSecondWord()


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """Makes a PDF of pages with these texts."""

    def made(*texts: str, **options: object) -> bytes:
        document = pymupdf.open()
        for text in texts or ("FORM Marl",):
            document.new_page(width=612, height=792).insert_text((72, 100), text, fontsize=12)
        return bytes(document.tobytes(**options))

    return made
