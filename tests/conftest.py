"""What tests of the service share: documents, and an extractor that needs no models."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pymupdf
import pytest

from models.document import Box, Filing, Word
from models.errors import NoKnownForm
from models.extraction import READ, Extraction, Field, PageSummary, Place

ISSUER = "/ownershipDocument/issuer/issuerName"


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
