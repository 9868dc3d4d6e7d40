"""The examiner's pages: what is printed is what the facts say, and where the facts say it is."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image

from eval.build_facts import facts_of
from eval.build_pages import Candidate, as_amendment, make, sample
from eval.gold import Gold, load, save
from eval.printing import Printer, recover
from eval.scanner import QUALITIES, scan
from eval.templates import FONTS, LOOKS, choose, lay_out
from eval.templates_sheet import Setting
from eval.truth import Truth, read_filing
from models.document import IDENTITY
from models.fact import Fact
from models.form import forms

NOTES = {"A": "Held by a family trust.", "B": "The price is an average of several sales."}


def ownership(form: str, rows: str, owners: int = 1, more: str = "") -> bytes:
    """A small filing of our own with two footnotes and one signature."""
    owner = (
        "<reportingOwner><reportingOwnerId><rptOwnerName>DOE JANE {0}</rptOwnerName>"
        "</reportingOwnerId><reportingOwnerAddress><rptOwnerStreet1>12 ELM STREET</rptOwnerStreet1>"
        "<rptOwnerCity>SPRINGFIELD</rptOwnerCity><rptOwnerState>IL</rptOwnerState><rptOwnerZipCode>"
        "62701</rptOwnerZipCode></reportingOwnerAddress><reportingOwnerRelationship><isDirector>1"
        "</isDirector><isOfficer>1</isOfficer><officerTitle>Chief Clerk</officerTitle>"
        "</reportingOwnerRelationship></reportingOwner>"
    )
    return (
        f"<ownershipDocument><documentType>{form}</documentType><periodOfReport>2024-03-05"
        f"</periodOfReport>{more}<issuer><issuerName>Example Mills, Inc.</issuerName>"
        f"<issuerTradingSymbol>XMPL</issuerTradingSymbol></issuer>"
        f"{''.join(owner.format(chr(65 + number)) for number in range(owners))}{rows}"
        f'<footnotes><footnote id="F1">{NOTES["A"]}</footnote><footnote id="F2">{NOTES["B"]}'
        "</footnote></footnotes><ownerSignature><signatureName>/s/ Jane Doe</signatureName>"
        "<signatureDate>2024-03-07</signatureDate></ownerSignature></ownershipDocument>"
    ).encode()


SALE = """<nonDerivativeTable><nonDerivativeTransaction>
<securityTitle><value>Common Stock</value></securityTitle>
<transactionDate><value>2024-03-05</value></transactionDate>
<transactionCoding><transactionFormType>5</transactionFormType><transactionCode>S</transactionCode>
<equitySwapInvolved>1</equitySwapInvolved></transactionCoding>
<transactionTimeliness><value>E</value></transactionTimeliness>
<transactionAmounts><transactionShares><value>12345</value></transactionShares>
<transactionPricePerShare><value>7.5</value><footnoteId id="F2"/></transactionPricePerShare>
<transactionAcquiredDisposedCode><value>D</value></transactionAcquiredDisposedCode>
</transactionAmounts><postTransactionAmounts><sharesOwnedFollowingTransaction><value>1000000</value>
</sharesOwnedFollowingTransaction></postTransactionAmounts><ownershipNature>
<directOrIndirectOwnership><value>I</value></directOrIndirectOwnership><natureOfOwnership>
<value>By trust</value><footnoteId id="F1"/></natureOfOwnership></ownershipNature>
</nonDerivativeTransaction></nonDerivativeTable>"""
OPTION = """<derivativeTable><derivativeTransaction>
<securityTitle><value>Stock Option</value></securityTitle>
<conversionOrExercisePrice><value>3.25</value></conversionOrExercisePrice>
<transactionDate><value>2024-03-05</value></transactionDate>
<transactionCoding><transactionFormType>4</transactionFormType><transactionCode>M</transactionCode>
<equitySwapInvolved>0</equitySwapInvolved></transactionCoding>
<transactionAmounts><transactionShares><value>500</value></transactionShares>
<transactionPricePerShare><value>0</value></transactionPricePerShare>
<transactionAcquiredDisposedCode><value>D</value></transactionAcquiredDisposedCode>
</transactionAmounts><exerciseDate><footnoteId id="F1"/></exerciseDate>
<expirationDate><value>2030-01-31</value></expirationDate>
<underlyingSecurity><underlyingSecurityTitle><value>Common Stock</value></underlyingSecurityTitle>
<underlyingSecurityShares><value>500</value></underlyingSecurityShares></underlyingSecurity>
<postTransactionAmounts><sharesOwnedFollowingTransaction><value>0</value>
</sharesOwnedFollowingTransaction></postTransactionAmounts><ownershipNature>
<directOrIndirectOwnership><value>D</value></directOrIndirectOwnership></ownershipNature>
</derivativeTransaction></derivativeTable>"""
HOLDING = """<nonDerivativeTable><nonDerivativeHolding>
<securityTitle><value>Common Stock</value><footnoteId id="F1"/><footnoteId id="F2"/></securityTitle>
<postTransactionAmounts><sharesOwnedFollowingTransaction><value>40</value>
</sharesOwnedFollowingTransaction></postTransactionAmounts><ownershipNature>
<directOrIndirectOwnership><value>D</value></directOrIndirectOwnership></ownershipNature>
</nonDerivativeHolding></nonDerivativeTable>"""
ORIGINAL = "<dateOfOriginalSubmission>2024-02-01</dateOfOriginalSubmission>"
FILINGS = {
    "3": ownership("3", HOLDING),
    "3/A": ownership("3/A", HOLDING, more=ORIGINAL),
    "4": ownership("4", SALE + OPTION, owners=2),
    "4/A": ownership("4/A", SALE, more=ORIGINAL),
    "5": ownership("5", SALE + OPTION),
    "5/A": ownership("5/A", SALE, more=ORIGINAL),
}
SALE_PATH = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
OPTION_PATH = "/ownershipDocument/derivativeTable/derivativeTransaction[1]"


def setting(look: str, seed: int = 0) -> Setting:
    return choose(look, "dev", random.Random(seed))


def printed_facts(printer: Printer, form: str, look: str) -> tuple[Truth, dict[str, Fact]]:
    truth = read_filing(FILINGS[form])
    layout = lay_out(forms()[form], truth, setting(look))
    pages = recover(printer.pdf(layout.document, scale=layout.scale), layout.sheet.markup.labels)
    facts = facts_of(layout.sheet, pages, [IDENTITY] * len(pages))
    return truth, {fact.path: fact for fact in facts}


def built(printer: Printer, folder: Path, look: str, quality: str) -> tuple[Gold, bytes]:
    path = folder / "form4_1_2024-03-05_doe-jane.xml"
    path.write_bytes(FILINGS["4"])
    made = make(Candidate(path, "g00"), setting(look), "dev", quality, 7, printer)
    assert made is not None
    return made


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("form", list(FILINGS))
def test_every_value_and_mark_of_the_filing_is_printed_and_recovered(
    printer: Printer, form: str, look: str
) -> None:
    truth, facts = printed_facts(printer, form, look)
    for path, (value, marks) in truth.items():
        fact = facts.get(path)
        if fact is None or (fact.absent and "reportingOwner[2]" in path):
            # A look may leave out what only the filing's data say.
            assert "transactionFormType" in path or "reportingOwner[2]" in path
        elif "transactionTimeliness" in path and form[0] == "5":
            assert fact.absent
        else:
            assert (fact.value, fact.footnotes) == (value, marks)


@pytest.mark.parametrize("look", list(LOOKS))
def test_codes_are_told_apart_from_what_is_printed_with_them(printer: Printer, look: str) -> None:
    _, facts = printed_facts(printer, "4", look)
    coding = f"{SALE_PATH}/transactionCoding"
    assert facts[f"{coding}/transactionCode"].text == "S/K"
    assert facts[f"{coding}/equitySwapInvolved"].value == "1"
    assert facts[f"{coding}/transactionFormType"].value == "5"
    assert facts[f"{SALE_PATH}/transactionTimeliness"].text == "V"
    sub_column = facts[f"{OPTION_PATH}/transactionAmounts/transactionAcquiredDisposedCode"]
    number = facts[f"{OPTION_PATH}/transactionAmounts/transactionShares"]
    assert (sub_column.value, sub_column.boxes) == ("D", number.boxes)


@pytest.mark.parametrize("look", list(LOOKS))
def test_what_the_form_asks_and_nobody_filled_in_is_absent(printer: Printer, look: str) -> None:
    _, facts = printed_facts(printer, "4", look)
    assert facts["/ownershipDocument/remarks"].absent
    assert facts[f"{SALE_PATH}/deemedExecutionDate"].absent
    assert facts["/ownershipDocument/aff10b5One"].value == "0"
    only_marked = facts[f"{OPTION_PATH}/exerciseDate"]
    assert (only_marked.absent, only_marked.value, only_marked.footnotes) == (False, "", ("F1",))


@pytest.mark.parametrize("quality", list(QUALITIES["dev"]))
def test_boxes_of_facts_hold_ink_on_the_scan(
    printer: Printer, tmp_path: Path, quality: str
) -> None:
    for look in LOOKS:
        gold, pdf = built(printer, tmp_path, look, quality)
        with pymupdf.open(stream=pdf, filetype="pdf") as document:
            pixmaps = [page.get_pixmap(dpi=144, colorspace=pymupdf.csGRAY) for page in document]
        pages = [
            np.frombuffer(each.samples, np.uint8).reshape(each.height, each.width)
            for each in pixmaps
        ]
        for fact in gold.facts:
            for place in fact.boxes:
                left, top, right, bottom = (
                    round(2 * edge)
                    for edge in (place.box.left, place.box.top, place.box.right, place.box.bottom)
                )
                crop = pages[place.page - 1][top : bottom + 1, left : right + 1]
                assert int(crop.max()) - int(crop.min()) > 40, (look, fact.path)


@pytest.mark.parametrize("look", list(LOOKS))
def test_a_ticked_box_shows_its_tick_whatever_its_shape(printer: Printer, look: str) -> None:
    truth = read_filing(FILINGS["5"]) | {
        "/ownershipDocument/notSubjectToSection16": ("1", ()),
        "/ownershipDocument/form3HoldingsReported": ("1", ()),
    }
    settings = {each.sign: each for each in (setting(look, seed) for seed in range(30))}
    for each in settings.values():
        layout = lay_out(forms()["5"], truth, each)
        pdf = printer.pdf(layout.document, scale=layout.scale)
        first = recover(pdf, layout.sheet.markup.labels)[0]
        with pymupdf.open(stream=pdf, filetype="pdf") as document:
            pixmap = document[0].get_pixmap(dpi=144, colorspace=pymupdf.csGRAY, annots=False)
        paper = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)
        for region in first.regions:
            if region.label == "checkbox":
                box = region.box.grown(-2)
                inside = paper[
                    int(2 * box.top) : int(2 * box.bottom), int(2 * box.left) : int(2 * box.right)
                ]
                assert (inside.min() < 128) == region.checked, (each.sign, region)


def test_the_same_seed_makes_the_same_scan(printer: Printer, tmp_path: Path) -> None:
    first, second = (built(printer, tmp_path, "sec", "office200") for _ in range(2))
    assert first == second


def test_a_fax_has_one_bit_and_no_text_layer(printer: Printer, tmp_path: Path) -> None:
    _, pdf = built(printer, tmp_path, "paper", "fax200")
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        for page in document:
            images = page.get_images()
            assert [(image[4], image[8]) for image in images] == [(1, "CCITTFaxDecode")]
            assert not page.get_text().strip()


def test_gold_read_back_is_the_gold_written(printer: Printer, tmp_path: Path) -> None:
    gold, pdf = built(printer, tmp_path, "agent", "office200")
    folder = save(tmp_path / "gold", gold, pdf)
    assert folder == tmp_path / "gold" / "form4" / gold.name
    (read_back,) = load(tmp_path / "gold")
    assert read_back.source == gold.source
    assert [fact.path for fact in read_back.facts] == [fact.path for fact in gold.facts]
    assert [fact.value for fact in read_back.facts] == [fact.value for fact in gold.facts]
    assert len(read_back.regions) == len(gold.regions)
    assert read_back.scan.read_bytes() == pdf


def test_a_scan_keeps_track_of_every_point() -> None:
    page = Image.new("L", (850, 1100), 255)
    page.paste(0, (400, 700, 420, 720))
    target = io.BytesIO()
    page.save(target, "PDF", resolution=100)
    for seed in range(5):
        made = scan(target.getvalue(), QUALITIES["test"]["poor150"], np.random.default_rng(seed))
        a, b, c, d, e, f = made.maps[0]
        x, y = 410 * 0.72, 710 * 0.72
        with pymupdf.open(stream=made.pdf, filetype="pdf") as document:
            pixmap = document[0].get_pixmap(dpi=72, colorspace=pymupdf.csGRAY)
        ink = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)
        column, row = int(a * x + b * y + c), int(d * x + e * y + f)
        assert ink[row - 4 : row + 5, column - 4 : column + 5].mean() < ink.mean() - 50


@pytest.mark.parametrize("quality", ["grey300", "office200"])
def test_small_print_on_a_nearly_empty_page_stays_sharp(quality: str) -> None:
    stripes = np.full((3300, 2550), 255, np.uint8)
    stripes[300:330, 300:420].reshape(30, 15, 8)[:, :, :4] = 0
    target = io.BytesIO()
    Image.fromarray(stripes).save(target, "PDF", resolution=300)
    for split in QUALITIES:
        made = scan(target.getvalue(), QUALITIES[split][quality], np.random.default_rng(1))
        with pymupdf.open(stream=made.pdf, filetype="pdf") as document:
            pixmap = document[0].get_pixmap(dpi=300, colorspace=pymupdf.csGRAY)
        seen = np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.width)
        a, b, c, d, e, f = made.maps[0]
        x, y = 360 * 0.24, 315 * 0.24
        column, row = (round((u * x + v * y + w) / 0.24) for u, v, w in ((a, b, c), (d, e, f)))
        assert seen[row - 6 : row + 7, column - 30 : column + 31].std() > 50, split


def families(split: str) -> set[str]:
    choices = [fonts for each in FONTS[split].values() for fonts in each]
    return {family for fonts in choices for family in (fonts.label, fonts.data)}


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("split", list(FONTS))
def test_a_page_is_printed_in_the_fonts_of_its_setting(
    printer: Printer, needs_fonts: Callable[[Iterable[str]], None], split: str, look: str
) -> None:
    needs_fonts(families(split))
    truth = read_filing(FILINGS["4"])
    for fonts in FONTS[split][look]:
        layout = lay_out(forms()["4"], truth, replace(setting(look), fonts=fonts))
        with pymupdf.open(stream=printer.pdf(layout.document), filetype="pdf") as document:
            embedded = [font[3] for page in document for font in page.get_fonts()]
        # Chromium embeds OpenType outlines as Type 3, without a name.
        named = {name.partition("+")[2].partition("-")[0] for name in embedded if name}
        assert embedded
        assert named <= {fonts.label.replace(" ", ""), fonts.data.replace(" ", "")}


def test_dev_and_test_share_no_font_and_no_scanner() -> None:
    assert not families("dev") & families("test")
    assert all(QUALITIES["dev"][name] != QUALITIES["test"][name] for name in QUALITIES["dev"])


def test_sampling_gives_every_person_a_turn_before_anyone_a_second() -> None:
    many = [
        Candidate(Path(f"form4_{number}_2020-01-01_busy-bea.xml"), "g00") for number in range(50)
    ]
    few = [Candidate(Path(f"form3_9_2020-01-01_rare-{name}.xml"), "g01") for name in "abc"]
    taken = sample(many + few, 4, random.Random(1))
    assert {each.person for each in taken} == {"busy-bea", "rare-a", "rare-b", "rare-c"}


def test_a_filing_made_an_amendment_keeps_its_date_as_the_original_one() -> None:
    truth = as_amendment(read_filing(FILINGS["4"]))
    assert truth["/ownershipDocument/documentType"][0] == "4/A"
    assert truth["/ownershipDocument/dateOfOriginalSubmission"][0] == "2024-03-07"
    assert truth["/ownershipDocument/ownerSignature[1]/signatureDate"][0] == "2024-03-21"
