"""What tests share: documents, an extractor that needs no models, a browser and its fonts."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import pymupdf
import pytest

from eval.printing import CHROMIUM, Printer
from models.document import Box, Filing, Word
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
    """Takes the word after FORM for the issuer: enough to tell one filing from another."""

    versions: dict[str, str] = field(default_factory=lambda: {"reader": "reader@test"})

    def extract(self, filing: Filing) -> Extraction:
        """A Form 4 with its issuer; no form without FORM; a fault at BUG."""
        words = filing.pages[0].words
        texts = [word.text for word in words]
        if "BUG" in texts:
            raise RuntimeError("secret of the machinery")
        if "FORM" not in texts:
            raise NoKnownForm()
        pages = tuple(
            PageSummary(page.number, page.width, page.height, 0, 0.0, page.dpi, page.source, "form")
            for page in filing.pages
        )
        place = Place(1, words[1].box)
        name = Field("f1", ISSUER, "name", texts[1], texts[1], 0.9, READ, (place,))
        kept = ((1, Word("FORM", Box(1, 2, 3, 4))),)
        return Extraction(
            filing.sha256, "4", 0.9, False, pages, (name,), models=self.versions, words=kept
        )


@pytest.fixture
def extractor() -> ReadsTheSecondWord:
    """An extractor that needs no models."""
    return ReadsTheSecondWord()


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    """Makes a PDF of one page with this text."""

    def made(text: str = "FORM Marl", **options: object) -> bytes:
        document = pymupdf.open()
        document.new_page(width=612, height=792).insert_text((72, 100), text, fontsize=12)
        return bytes(document.tobytes(**options))

    return made
