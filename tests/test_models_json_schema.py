"""The JSON Schema of a form's document: it accepts what is answered, and nothing of other shape."""

import csv
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from eval.truth import read_filing
from models.export import to_document
from models.extraction import READ, Extraction, Field
from models.form import forms
from models.json_schema import document_schema

FILINGS = Path(__file__).parents[2] / "shared" / "filings"
ROOT = "/ownershipDocument"
BUY = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"


def validator(form: str) -> Draft202012Validator:
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(document_schema(forms()[form]), format_checker=checker)


def document(form: str, **values: str) -> dict[str, Any]:
    """The document of an extraction that read these values."""
    fields = []
    for path, value in values.items():
        located = forms()[form].locate(path)
        assert located is not None, path
        fields.append(Field(path, path, located[2].kind, value, value, 0.9, READ))
    return to_document(Extraction("0" * 64, form, 0.9, False, (), tuple(fields)))


READ_VALUES = {
    f"{ROOT}/schemaVersion": "X0609",
    f"{ROOT}/documentType": "4",
    f"{ROOT}/notSubjectToSection16": "0",
    f"{ROOT}/issuer/issuerName": "Marl & Daughters",
    f"{BUY}/transactionDate": "2024-05-02",
    f"{BUY}/transactionCoding/transactionCode": "A",
    f"{BUY}/transactionAmounts/transactionShares": "1200.5",
    f"{ROOT}/footnotes/footnote[2]": "Held by a trust.",
}


@pytest.mark.parametrize("form", sorted(forms()))
def test_every_form_has_a_schema_that_is_one(form: str) -> None:
    schema = document_schema(forms()[form])
    Draft202012Validator.check_schema(schema)
    assert form in schema["title"]


def test_what_was_read_is_valid() -> None:
    read = document("4", **READ_VALUES)
    assert read["footnotes"]["footnote"] == ["", "Held by a trust."]
    validator("4").validate(read)


def test_what_a_check_names_is_still_valid() -> None:
    misread = {
        f"{BUY}/transactionCoding/transactionCode": "Q",
        f"{ROOT}/remarks": "x" * 5_000,
        f"{ROOT}/reportingOwner[11]/reportingOwnerId/rptOwnerName": "Penrose Ada",
    }
    validator("4").validate(document("4", **misread))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{BUY}/transactionDate", "05/02/2024"),
        (f"{BUY}/transactionDate", "2024-02-31"),
        (f"{BUY}/transactionAmounts/transactionShares", "1,200"),
        (f"{BUY}/transactionAmounts/transactionShares", "1200.50"),
        (f"{ROOT}/notSubjectToSection16", "X"),
    ],
)
def test_values_that_are_not_canonical_are_not_valid(path: str, value: str) -> None:
    assert not validator("4").is_valid(document("4", **{path: value}))


def test_elements_of_another_form_are_not_valid() -> None:
    assert not validator("3").is_valid(document("4", **READ_VALUES))


def test_codes_are_listed_and_elements_say_what_is_printed() -> None:
    schema = document_schema(forms()["4"])
    table = schema["properties"]["nonDerivativeTable"]["properties"]
    row = table["nonDerivativeTransaction"]["items"]["properties"]
    code = row["transactionCoding"]["properties"]["transactionCode"]
    assert "S" in code["anyOf"][0]["enum"]
    assert row["transactionDate"]["description"].startswith("Printed as: Transaction Date.")


def test_documents_of_real_filings_are_valid() -> None:
    table = FILINGS / "split.csv"
    if not table.exists():
        pytest.skip("the real filings are not on this machine")
    with table.open(newline="") as lines:
        names = [row["filing"] for row in csv.DictReader(lines) if row["split"] == "dev"]
    validators = {form: validator(form) for form in forms()}
    for name in names:
        truth = read_filing((FILINGS / "ownership" / name).read_bytes())
        form = truth[f"{ROOT}/documentType"][0]
        read = document(form, **{path: value for path, (value, _) in truth.items()})
        validators[form].validate(read)
