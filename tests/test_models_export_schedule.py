"""Schedules 13G and 13D as EDGAR XML, by the SEC's own schema."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from models.export import to_document, to_xml
from models.extraction import BLANK, READ, Extraction, Field
from models.form import FIXED, FieldSpec, forms

SCHEMAS = Path(__file__).parent / "data" / "xsd"
FORMS = ("SCHEDULE 13G", "SCHEDULE 13G/A", "SCHEDULE 13D", "SCHEDULE 13D/A")
SAID = {
    "amendmentNo": "2", "dateOfEvent": "2024-12-13", "signatureDate": "2024-12-17",
    "jointFilingDate": "2024-12-17", "issuerCusip": "088786108", "issuerState": "Massachusetts",
    "noticeState": "NY", "issuerZipCode": "02142", "noticeZipCode": "10014-1234",
    "noticePhone": "(212) 339-5690", "citizenshipOrOrganization": "The Cayman Islands",
    "memberOfGroup": "a", "designateRule": "b d", "typeOfPersonFiling": "IA HC",
    "typeOfReportingPerson": "IA PN", "fundType": "WC OO", "percentOfClass": "22.9",
    "noticeName": "Alexandra Penrose",
}  # fmt: skip
"""Canonical values by tag; other texts are their tag, other amounts 1200, other flags ticked."""
DERIVED = {"com:stateOrCountry": "Massachusetts", "com:zipCode": "02142"}
FILER = (
    "<filer><filerCredentials><cik>0000000001</cik><ccc>xxxxxx1$</ccc></filerCredentials></filer>"
    "<liveTestFlag>TEST</liveTestFlag><contact><contactName>Ada</contactName>"
    "<contactPhoneNumber>1</contactPhoneNumber><contactEmailAddress>a@b.org</contactEmailAddress>"
    "</contact><flags/>"
)
"""What only the filer knows."""


def value_of(spec: FieldSpec, form: str) -> str:
    """A value of the field's kind, as the reader would give it."""
    if spec.tag == "documentType":
        return form
    if spec.tag in SAID:
        return SAID[spec.tag]
    if spec.kind in ("amount", "flag", "number"):
        return {"amount": "1200.5", "flag": "1", "number": "3"}[spec.kind]
    return DERIVED.get(spec.name, f"<{spec.tag or spec.name}> & Sons")


def complete(form: str) -> Extraction:
    """A schedule with a value in every field, of two persons and two signatures."""
    known, fields = forms()[form], []
    for group, spec in known.specs():
        if spec.source == FIXED:
            continue
        for index in (1, 2) if group else (1,):
            path, value = known.path_of(spec, group, index), value_of(spec, form)
            fields.append(Field(path, path, spec.kind, value, value, 0.9, READ))
    return Extraction("0" * 64, form, 0.9, False, (), tuple(fields))


def without(said: Extraction, tag: str) -> Extraction:
    """The same, with the fields of a tag blank."""
    known = forms()[said.form]
    fields = []
    for field in said.fields:
        at = known.locate(field.path)
        gone = at is not None and at[2].tag == tag
        fields.append(replace(field, value="", text="", state=BLANK) if gone else field)
    return replace(said, fields=tuple(fields))


def completed(xml: bytes) -> etree._Element:
    """The XML with what no page tells put in: who files, and the issuer's number."""
    root = etree.fromstring(xml)
    space = etree.QName(root).namespace
    filer = etree.fromstring(f'<filerInfo xmlns="{space}">{FILER}</filerInfo>')
    if str(space).endswith("D"):  # there the flags come first
        filer.insert(2, filer[3])
    header = root.find("{*}headerData")
    assert header is not None
    header.append(filer)
    issuer = root.find("{*}formData/{*}coverPageHeader/{*}issuerInfo")
    assert issuer is not None
    if not issuer.xpath("*[local-name()='issuerCik' or local-name()='issuerCIK']"):
        name = "issuerCIK" if str(space).endswith("D") else "issuerCik"
        number = etree.Element(f"{{{space}}}{name}")
        number.text = "0000000002"
        issuer.insert(0, number)
    return root


def errors(form: str, root: etree._Element) -> list[str]:
    """What the SEC's schema says against the XML."""
    schema = etree.XMLSchema(
        etree.parse(SCHEMAS / f"eis_Schedule{forms()[form].printed_as}_Filer.xsd")
    )
    schema.validate(root)
    return [str(error.message) for error in schema.error_log]


def texts(root: etree._Element, name: str) -> list[str | None]:
    return [each.text for each in root.iter(f"{{*}}{name}")]


@pytest.mark.parametrize("form", FORMS)
def test_a_complete_schedule_is_valid_by_the_secs_schema(form: str) -> None:
    assert errors(form, completed(to_xml(complete(form)))) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "tag", ["amendmentNo", "memberOfGroup", "coverComment", "percentOfClass", "item4.text",
            "typeOfReportingPerson", "issuerStreet2", "citizenshipOrOrganization"],
)  # fmt: skip
def test_it_stays_valid_where_a_value_that_may_be_missing_is(form: str, tag: str) -> None:
    assert errors(form, completed(to_xml(without(complete(form), tag)))) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_schema_is_not_content_with_anything(form: str) -> None:
    root = completed(to_xml(without(complete(form), "issuerName")))
    assert any("issuerName" in error or "issuerPrincipal" in error for error in errors(form, root))


@pytest.mark.parametrize("form", FORMS)
def test_name_spaces_are_those_of_filings(form: str) -> None:
    root = etree.fromstring(to_xml(complete(form)))
    own = "schedule13D" if "13D" in form else "schedule13g"
    assert root.tag == f"{{http://www.sec.gov/edgar/{own}}}edgarSubmission"
    cities = root.iter("{http://www.sec.gov/edgar/common}city")
    assert [each.text for each in cities][:1] != []
    assert texts(root, "submissionType") == [form]


@pytest.mark.parametrize("form", FORMS)
def test_dates_flags_codes_and_places_are_written_as_edgar_has_them(form: str) -> None:
    root = etree.fromstring(to_xml(complete(form)))
    day = "dateOfEvent" if "13D" in form else "eventDateRequiresFilingThisStatement"
    assert texts(root, day) == ["12/13/2024"]
    assert texts(root, "date") == ["12/17/2024"] * 2
    assert texts(root, "typeOfReportingPerson") == ["IA", "PN"] * 2
    assert texts(root, "citizenshipOrOrganization") == ["E9"] * 2
    assert texts(root, "stateOrCountry")[0] == "MA"
    assert texts(root, "soleVotingPower") == ["1200.5"] * 2
    if "13D" in form:
        assert texts(root, "isAggregateExcludeShares") == ["Y", "Y"]
        assert texts(root, "previouslyFiledFlag") == ["true"]
        assert texts(root, "fundType") == ["WC", "OO"] * 2
        return
    assert texts(root, "aggregateAmountExcludesCertainSharesFlag") == ["Y", "Y"]
    rules = texts(root, "designateRulePursuantThisScheduleFiled")
    assert rules == ["Rule 13d-1(b)", "Rule 13d-1(d)"]
    assert texts(root, "typeOfPersonFiling") == ["IA", "HC"]


def test_a_box_that_is_empty_is_said_to_be() -> None:
    said = complete("SCHEDULE 13G")
    path = "/edgarSubmission/formData/items/item5/classOwnership5PercentOrLess"
    fields = [replace(each, value="0") if each.path == path else each for each in said.fields]
    root = completed(to_xml(replace(said, fields=tuple(fields))))
    assert texts(root, "classOwnership5PercentOrLess") == ["N"]
    assert errors("SCHEDULE 13G", root) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_place_edgar_does_not_know_leaves_no_element(form: str) -> None:
    said = complete(form)
    fields = [
        replace(each, value="Atlantis")
        if each.path.endswith("/citizenshipOrOrganization")
        else each
        for each in said.fields
    ]
    root = completed(to_xml(replace(said, fields=tuple(fields))))
    assert texts(root, "citizenshipOrOrganization") == []
    assert errors(form, root) == []


@pytest.mark.parametrize("form", FORMS)
def test_the_joint_agreement_is_in_the_document_but_in_no_xml(form: str) -> None:
    said = complete(form)
    assert b"jointFilingAgreement" not in to_xml(said)
    assert to_document(said)["jointFilingAgreement"]["date"] == "2024-12-17"


@pytest.mark.parametrize("form", FORMS)
def test_every_field_but_unwritten_ones_has_its_element(form: str) -> None:
    root = etree.fromstring(to_xml(complete(form)))
    names = {etree.QName(each).localname for each in root.iter()}
    wanted = {
        spec.name.removeprefix("com:")
        for _, spec in forms()[form].specs()
        if not spec.unwritten and spec.source != FIXED
    }
    assert wanted - names == set()
