"""The released models on the bundled scan of a real Form 4, from bytes to XML."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from models.assemble import Assembly
from models.confidence import FAMILIES, VALUES, Calibration, Context, Step
from models.document import Filing
from models.export import to_json, to_xml
from models.extraction import ILLEGIBLE, READ, STATES, Extraction, Field, Reason
from models.form import FieldSpec, forms
from models.pipeline import Assembled, Extractor
from models.reader import read, turned
from models.reading import Evidence, RawField
from models.recognizer import HANDWRITTEN

SAMPLE = Path(__file__).parent.parent / "service" / "samples" / "form4_scan.pdf"
ROOT = "/ownershipDocument/"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load()


@pytest.fixture(scope="module")
def extraction(extractor: Extractor) -> Extraction:
    return extractor.extract(read(SAMPLE.read_bytes(), SAMPLE.name))


def field(extraction: Extraction, path: str) -> Field:
    return next(each for each in extraction.fields if each.path == ROOT + path)


def test_the_form_and_its_header_are_read(extraction: Extraction) -> None:
    assert extraction.form == "4"
    assert "YELP INC" in field(extraction, "issuer/issuerName").value.upper()
    assert field(extraction, "periodOfReport").value == "2012-11-19"
    owner = field(extraction, "reportingOwner[1]/reportingOwnerId/rptOwnerName")
    assert owner.value == "Rabois Keith"


def test_the_transactions_are_read_row_by_row(extraction: Extraction) -> None:
    row = "nonDerivativeTable/nonDerivativeTransaction[{}]/"
    codes = [field(extraction, row.format(n) + "transactionCoding/transactionCode").value
             for n in (1, 2)]  # fmt: skip
    shares = [field(extraction, row.format(n) + "transactionAmounts/transactionShares").value
              for n in (1, 2)]  # fmt: skip
    assert codes == ["C", "S"]
    assert shares == ["25000", "25000"]


def test_the_xml_parses_and_says_what_the_fields_say(extraction: Extraction) -> None:
    root = ElementTree.fromstring(to_xml(extraction))
    assert root.tag == "ownershipDocument"
    assert root.findtext("documentType") == "4"
    assert root.findtext("issuer/issuerCik") == "0000000000"
    assert root.findtext("periodOfReport") == field(extraction, "periodOfReport").value


def test_every_field_has_a_known_state_and_a_probability(extraction: Extraction) -> None:
    assert {each.state for each in extraction.fields} <= set(STATES)
    sure = [each.confidence for each in extraction.fields if each.confidence is not None]
    assert all(0 <= value <= 1 for value in sure)
    assert len(set(sure)) > 10
    assert len({each.path for each in extraction.fields}) == len(extraction.fields)


def test_a_value_is_shown_where_ink_is(extraction: Extraction) -> None:
    pages = {page.number: page for page in read(SAMPLE.read_bytes()).pages}
    place = field(extraction, "periodOfReport").boxes[0]
    page = pages[place.page]
    assert page.crop(place.box.grown(3)).min() < np.median(page.image) - 60


def test_the_answer_names_the_models_that_gave_it(extraction: Extraction) -> None:
    named = to_json(extraction)["models"]
    assert set(named) == {"layout", "recognizer", "tagger", "confidence"}
    assert all("@" in version for version in named.values())


def test_a_page_on_its_head_is_read_the_right_way_up(extractor: Extractor) -> None:
    page = read(SAMPLE.read_bytes()).pages[0]
    found = extractor.read_page(turned(page, 180))
    assert found.page.rotation == page.rotation
    assert any(each.token.text.upper() == "FORM" for each in found.tagged)


def test_a_value_that_is_probably_wrong_is_illegible_and_says_what_it_may_be() -> None:
    doubtful, sure = Evidence(characters=(0.2, 0.3), tags=(0.4,)), Evidence(characters=(0.999,))
    spec = FieldSpec("issuer/issuerName", "name", tag="issuerName")
    raws = [RawField(spec, f"/{index}", "Acme", "Acme", READ, evidence=evidence)
            for index, evidence in enumerate((doubtful, sure))]  # fmt: skip
    weights = {"bias": 0.0, "worst_character": -1.0}
    calibration = Calibration(dict.fromkeys(FAMILIES, weights), {VALUES: (Step(0.9, 10, 0.5),)})
    first, second = judged(raws, calibration).fields
    assert (first.state, first.value, first.text, first.confidence) == (ILLEGIBLE, "", "Acme", None)
    assert first.review
    assert first.reasons == (
        Reason("illegible", "perhaps 'Acme': no name to rely on"),
    )  # fmt: skip
    assert (second.state, second.value) == (READ, "Acme")
    of_other_models = Calibration(calibration.weights)
    assert [each.state for each in judged(raws, of_other_models).fields] == [READ, READ]


def test_of_forms_without_evidence_nothing_goes_without_review() -> None:
    spec = FieldSpec("issuer/issuerName", "name", tag="issuerName")
    raw = RawField(spec, "/1", "Acme", "Acme", READ, evidence=Evidence((0.99,), (0.99,)))
    steps = {VALUES: (Step(0.1, 5000, 0.9999),)}
    weights = {family: {"bias": 5.0} for family in FAMILIES}
    shown = Calibration(weights, steps, roots=("ownershipDocument",))
    elsewhere = replace(shown, roots=("disseminationReport",))
    assert [each.review for each in judged([raw], shown).fields] == [False]
    assert [each.review for each in judged([raw], elsewhere).fields] == [True]
    assert Calibration.from_json(elsewhere.to_json()).roots == ("disseminationReport",)


def test_a_handwritten_value_says_that_it_is() -> None:
    spec = FieldSpec("issuer/issuerName", "name", tag="issuerName")
    raw = RawField(spec, "/1", "", HANDWRITTEN, ILLEGIBLE)
    (field,) = judged([raw], None).fields
    assert [reason.code for reason in field.reasons] == ["handwritten"]
    assert field.review


def judged(raws: list[RawField], calibration: Calibration | None) -> Extraction:
    """The extraction of a filing with these fields and no pages."""
    extractor = Extractor(None, None, None, calibration, {})  # type: ignore[arg-type]
    filing = Filing("00", "x.pdf", (), ())
    assembly = Assembly(forms()["4"], tuple(raws))
    return extractor.judged(Assembled(filing, (), assembly, (), (Context(),) * len(raws)))
