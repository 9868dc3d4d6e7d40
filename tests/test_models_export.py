"""EDGAR XML, JSON and CSV of an extraction."""

import csv
import io
import json
from pathlib import Path

import pytest

from eval.truth import Truth, read_filing
from models.document import Box, Word
from models.export import (
    ALLOWED_DIFFERENCES,
    LEADING,
    columns,
    to_csv,
    to_document,
    to_json,
    to_xml,
)
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    NOT_ON_FORM,
    READ,
    Extraction,
    Field,
    FootnoteLink,
    Place,
    Region,
)
from models.form import forms

SHARED = Path(__file__).parents[2] / "shared"
SCHEMAS = SHARED / "domain" / "xsd"
FILINGS = SHARED / "filings"

ROOT = "/ownershipDocument"
OWNER = f"{ROOT}/reportingOwner[1]"
BUY = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"
HELD = f"{ROOT}/nonDerivativeTable/nonDerivativeHolding[1]"
SALE = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[2]"

TRUTH: Truth = {
    f"{ROOT}/documentType": ("4", ()),
    f"{ROOT}/periodOfReport": ("2024-05-02", ()),
    f"{ROOT}/notSubjectToSection16": ("0", ()),
    f"{ROOT}/issuer/issuerName": ("Marl & Daughters <Quarries> Inc.", ()),
    f"{ROOT}/issuer/issuerTradingSymbol": ("MARL", ()),
    f"{ROOT}/aff10b5One": ("0", ()),
    f"{OWNER}/reportingOwnerId/rptOwnerName": ("Penrose Ada", ()),
    f"{OWNER}/reportingOwnerAddress/rptOwnerCity": ("TOPEKA", ()),
    f"{OWNER}/reportingOwnerAddress/rptOwnerState": ("KS", ()),
    f"{OWNER}/reportingOwnerRelationship/isDirector": ("1", ()),
    f"{OWNER}/reportingOwnerRelationship/isOfficer": ("1", ()),
    f"{OWNER}/reportingOwnerRelationship/isTenPercentOwner": ("0", ()),
    f"{OWNER}/reportingOwnerRelationship/isOther": ("0", ()),
    f"{OWNER}/reportingOwnerRelationship/officerTitle": ("Chief Geologist", ()),
    f"{BUY}/securityTitle": ("Common Stock", ()),
    f"{BUY}/transactionDate": ("2024-05-02", ()),
    f"{BUY}/transactionCoding/transactionFormType": ("4", ()),
    f"{BUY}/transactionCoding/transactionCode": ("A", ("F1",)),
    f"{BUY}/transactionCoding/equitySwapInvolved": ("0", ()),
    f"{BUY}/transactionAmounts/transactionShares": ("1200", ()),
    f"{BUY}/transactionAmounts/transactionPricePerShare": ("", ("F2",)),
    f"{BUY}/transactionAmounts/transactionAcquiredDisposedCode": ("A", ()),
    f"{BUY}/postTransactionAmounts/sharesOwnedFollowingTransaction": ("5200", ("F1", "F2")),
    f"{BUY}/ownershipNature/directOrIndirectOwnership": ("D", ()),
    f"{HELD}/securityTitle": ("Common Stock", ()),
    f"{HELD}/postTransactionAmounts/sharesOwnedFollowingTransaction": ("300", ()),
    f"{HELD}/ownershipNature/directOrIndirectOwnership": ("I", ()),
    f"{HELD}/ownershipNature/natureOfOwnership": ("By Trust", ()),
    f"{SALE}/securityTitle": ("Common Stock", ()),
    f"{SALE}/transactionDate": ("2024-05-03", ()),
    f"{SALE}/transactionCoding/transactionFormType": ("4", ()),
    f"{SALE}/transactionCoding/transactionCode": ("S", ()),
    f"{SALE}/transactionCoding/equitySwapInvolved": ("0", ()),
    f"{SALE}/transactionAmounts/transactionShares": ("200", ()),
    f"{SALE}/transactionAmounts/transactionPricePerShare": ("18.25", ()),
    f"{SALE}/transactionAmounts/transactionAcquiredDisposedCode": ("D", ()),
    f"{SALE}/postTransactionAmounts/sharesOwnedFollowingTransaction": ("5000", ()),
    f"{SALE}/ownershipNature/directOrIndirectOwnership": ("D", ()),
    f"{ROOT}/footnotes/footnote[1]": ("Granted under the 2020 plan.", ()),
    f"{ROOT}/footnotes/footnote[2]": ("Price to be determined.", ()),
    f"{ROOT}/ownerSignature[1]/signatureName": ("/s/ Ada Penrose", ()),
    f"{ROOT}/ownerSignature[1]/signatureDate": ("2024-05-04", ()),
}


def field(
    path: str, value: str, marks: tuple[str, ...] = (), state: str = "", form: str = "4"
) -> Field:
    located = forms()[form].locate(path)
    assert located is not None, path
    links = tuple(FootnoteLink(mark, 0.9) for mark in marks)
    said = state or (READ if value else FOOTNOTE_ONLY)
    return Field(path, path, located[2].kind, value, value, 0.9, said, footnotes=links)


def extraction(truth: Truth, **changed: str) -> Extraction:
    """An extraction that says exactly this, with some fields (by element name) in another state."""
    form = truth[f"{ROOT}/documentType"][0]
    fields = []
    for path, (value, marks) in truth.items():
        state = changed.get(path.rpartition("/")[2], "")
        fields.append(field(path, "" if state else value, marks, state, form))
    return Extraction("0" * 64, form, 0.9, False, (), tuple(fields))


def dev_filings() -> list[Path]:
    table = FILINGS / "split.csv"
    if not table.exists():
        return []
    with table.open(newline="") as lines:
        names = [row["filing"] for row in csv.DictReader(lines) if row["split"] == "dev"]
    return [FILINGS / "ownership" / name for name in names]


def errors_by_schema(xml: bytes, form: str) -> list[str]:
    """What the SEC's own schema says against the XML."""
    if not SCHEMAS.exists():
        pytest.skip("the SEC's schemas are not on this machine")
    etree = pytest.importorskip("lxml.etree")
    name = f"ownership{form.replace('/', '')}Document.xsd"
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / name)))
    schema.validate(etree.fromstring(xml))
    return [str(error.message) for error in schema.error_log]


def test_a_filing_survives_the_way_through_xml_with_rows_in_page_order() -> None:
    assert list(read_filing(to_xml(extraction(TRUTH))).items()) == list(TRUTH.items())


def test_the_xml_is_valid_by_the_secs_schema() -> None:
    assert errors_by_schema(to_xml(extraction(TRUTH)), "4") == []


def test_real_filings_survive_and_are_valid_but_for_the_allowed_difference() -> None:
    filings = dev_filings()
    if not filings:
        pytest.skip("the real filings are not on this machine")
    for path in filings:
        truth = read_filing(path.read_bytes())
        said = extraction(truth)
        xml = to_xml(said)
        assert list(read_filing(xml).items()) == list(truth.items()), path.name
        errors = errors_by_schema(xml, said.form)
        if f"{ROOT}/aff10b5One" not in truth and said.form != "3":
            errors = [error for error in errors if "aff10b5One" not in error]
        assert errors == [], path.name


def test_footnotes_of_a_code_follow_at_the_end_of_its_coding() -> None:
    xml = to_xml(extraction(TRUTH)).decode()
    coding = xml[xml.index("<transactionCoding>") : xml.index("</transactionCoding>")]
    assert coding.index("equitySwapInvolved") < coding.index('<footnoteId id="F1" />')


def test_markup_in_values_is_escaped_and_control_characters_go() -> None:
    odd = TRUTH | {f"{ROOT}/issuer/issuerName": ("A\x0b & <B>\ufffe", ())}
    xml = to_xml(extraction(odd))
    assert read_filing(xml)[f"{ROOT}/issuer/issuerName"] == ("A & <B>", ())


def test_a_box_the_form_does_not_have_is_absent() -> None:
    xml = to_xml(extraction(TRUTH, aff10b5One=NOT_ON_FORM))
    assert b"aff10b5One" not in xml
    assert "aff10b5One" in ALLOWED_DIFFERENCES[0]


def test_an_illegible_value_is_omitted_with_its_element() -> None:
    xml = to_xml(extraction(TRUTH, sharesOwnedFollowingTransaction=ILLEGIBLE))
    assert b"sharesOwnedFollowingTransaction" not in xml
    assert b"postTransactionAmounts" not in xml


def test_a_blank_field_leaves_no_empty_element() -> None:
    xml = to_xml(extraction(TRUTH, officerTitle=BLANK, rptOwnerCity=BLANK, rptOwnerState=BLANK))
    assert b"officerTitle" not in xml
    assert b"reportingOwnerAddress" not in xml


def test_owners_without_a_known_number_get_the_zero_one() -> None:
    assert to_xml(extraction(TRUTH)).count(b">0000000000<") == 2


def test_a_cited_footnote_that_was_not_read_is_empty_and_still_resolves() -> None:
    lost = {path: said for path, said in TRUTH.items() if not path.endswith("footnote[2]")}
    xml = to_xml(extraction(lost))
    assert b'<footnote id="F2" />' in xml
    assert errors_by_schema(xml, "4") == []


def test_a_mark_read_twice_at_a_field_and_a_mark_no_schema_knows_are_not_written() -> None:
    path = f"{BUY}/securityTitle"
    xml = to_xml(extraction(TRUTH | {path: ("Common Stock", ("F1", "F1", "F0", "F100"))}))
    assert read_filing(xml)[path] == ("Common Stock", ("F1",))


def test_an_empty_extraction_is_still_xml_of_its_form() -> None:
    said = Extraction("0" * 64, "4", 0.0, True, (), ())
    assert to_xml(said).endswith(b"</ownershipDocument>")


def test_the_document_nests_by_edgars_names_with_lists() -> None:
    document = to_document(extraction(TRUTH))
    assert document["issuer"]["issuerTradingSymbol"] == "MARL"
    table = document["nonDerivativeTable"]
    sides = [
        row["transactionAmounts"]["transactionAcquiredDisposedCode"]
        for row in table["nonDerivativeTransaction"]
    ]
    assert sides == ["A", "D"]
    assert len(table["nonDerivativeHolding"]) == 1
    assert document["footnotes"]["footnote"][1] == "Price to be determined."


def test_a_missing_footnote_keeps_the_place_of_the_next() -> None:
    lost = {path: said for path, said in TRUTH.items() if not path.endswith("footnote[1]")}
    assert to_document(extraction(lost))["footnotes"]["footnote"] == ["", "Price to be determined."]


def test_json_has_the_promised_keys_and_words_only_when_asked() -> None:
    said = Extraction(
        "0" * 64, "4", 0.5, True, (),
        (Field("f1", f"{ROOT}/periodOfReport", "date", "2024-05-02", "05/02/2024", 0.97, READ,
               boxes=(Place(1, Box(1.0, 2.0, 3.004, 4.0)),)),),
        words=((1, Word("05/02/2024", Box(1, 2, 3, 4), (0.5, 0.9))),),
        regions=(Region("cell", 1, Box(0, 0, 9, 9)),),
    )  # fmt: skip
    answer = to_json(said)
    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == [
        "schema", "sha256", "form", "confidence", "review", "pages", "document", "fields",
        "checks", "warnings", "models",
    ]  # fmt: skip
    assert list(answer["fields"][0]) == [
        "id", "path", "kind", "value", "text", "confidence", "state", "boxes", "footnotes",
        "alternatives", "review", "reasons",
    ]  # fmt: skip
    assert answer["fields"][0]["boxes"] == [{"page": 1, "box": [1.0, 2.0, 3.0, 4.0]}]
    more = to_json(said, words=True)
    assert (more["words"][0]["text"], more["regions"][0]["label"]) == ("05/02/2024", "cell")


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_one_row_per_row_of_each_table() -> None:
    rows = table_of(to_csv([("scan.pdf", extraction(TRUTH)), ("scan.pdf", extraction(TRUTH))]))
    assert list(rows[0])[: len(LEADING)] == list(LEADING)
    first = [row for row in rows if row["FILING"] == "1"]
    assert len(first) * 2 == len(rows)
    assert {row["ISSUERTRADINGSYMBOL"] for row in rows} == {"MARL"}
    assert [row["TRANS_CODE"] for row in first if row["TABLE"] == "NONDERIV_TRANS"] == ["A", "S"]
    buy = next(row for row in first if row["TABLE"] == "NONDERIV_TRANS")
    assert (buy["TRANS_PRICEPERSHARE"], buy["TRANS_PRICEPERSHARE_FN"]) == ("", "F2")
    assert (buy["SHRS_OWND_FOLWNG_TRANS"], buy["SHRS_OWND_FOLWNG_TRANS_FN"]) == ("5200", "F1,F2")
    owner = next(row for row in first if row["TABLE"] == "REPORTINGOWNER")
    assert owner["RPTOWNER_RELATIONSHIP"] == "Director,Officer"
    notes = [row["FOOTNOTE_ID"] for row in first if row["TABLE"] == "FOOTNOTES"]
    assert notes == ["F1", "F2"]


def test_csv_columns_follow_the_secs_spelling() -> None:
    header = to_csv([]).strip().split(",")
    assert {"EXERCISE_DATE", "EXERCISE_DATE_FN", "UNDLYNG_SEC_SHARES", "REMARKS"} <= set(header)
    assert len(header) == len(set(header))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", " =", "＝", "＋", "－", "＠"])
def test_csv_text_that_looks_like_a_formula_is_made_text(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    odd = TRUTH | {f"{HELD}/ownershipNature/natureOfOwnership": (text, ())}
    rows = table_of(to_csv([("a.pdf", extraction(odd))]))
    assert "'" + text in {row["NATURE_OF_OWNERSHIP"] for row in rows}


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x00=1\x0b", "'=1"),
        ("by A;=1+1", "by A;'=1+1"),
        ("\t@SUM(1)", "' @SUM(1)"),
        ("by A\r\n=1", "by A  =1"),
        ("a - b; -5 = c", "a - b; -5 = c"),
        ("half a character \ud800", "half a character "),
        ('a "quote", <b> and {{7*7}}', 'a "quote", <b> and {{7*7}}'),
    ],
)
def test_csv_text_is_plain_also_where_a_spreadsheet_splits_it_otherwise(
    text: str, plain: str
) -> None:
    odd = TRUTH | {f"{HELD}/ownershipNature/natureOfOwnership": (text, ())}
    table = to_csv([("a.pdf", extraction(odd))])
    assert plain in {row["NATURE_OF_OWNERSHIP"] for row in table_of(table)}
    assert table.encode()


def test_every_column_of_the_csv_is_made_plain() -> None:
    formulas = {path: (f"={value}", marks) for path, (value, marks) in TRUTH.items() if value}
    truth = TRUTH | formulas | {f"{ROOT}/documentType": TRUTH[f"{ROOT}/documentType"]}
    second = f"{ROOT}/reportingOwner[2]/reportingOwnerId/rptOwnerName"
    rows = table_of(to_csv([("=a.pdf", extraction(truth | {second: ("@SUM(1)", ())}))]))
    cells = [text for row in rows for text in row.values()]
    assert "'=Penrose Ada;'@SUM(1)" in cells and "'=a.pdf" in cells
    assert not [text for cell in cells for text in cell.split(";") if text[:1] in {"=", "@"}]


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "]]>", "&lt; &#0; \x1b[31m", "=1"])
def test_text_that_is_markup_stays_text_in_xml_and_json(text: str) -> None:
    odd = extraction(TRUTH | {f"{ROOT}/footnotes/footnote[1]": (text, ())})
    shown = text.replace("\x1b", "")
    assert read_filing(to_xml(odd))[f"{ROOT}/footnotes/footnote[1]"] == (shown, ())
    assert json.loads(json.dumps(to_json(odd)))["document"]["footnotes"]["footnote"][0] == text


def test_several_owners_stand_together_in_front_and_apart_in_their_rows() -> None:
    second = f"{ROOT}/reportingOwner[2]/reportingOwnerId/rptOwnerName"
    rows = table_of(to_csv([("a.pdf", extraction(TRUTH | {second: ("Penrose LLC", ())}))]))
    names = {row["TABLE"]: row["RPTOWNERNAME"] for row in rows}
    assert names["NONDERIV_TRANS"] == "Penrose Ada;Penrose LLC"
    owners = [row["RPTOWNERNAME"] for row in rows if row["TABLE"] == "REPORTINGOWNER"]
    assert owners == ["Penrose Ada", "Penrose LLC"]


def test_a_form_outside_the_flat_data_sets_has_columns_of_its_own_only_where_it_is() -> None:
    name = Field("f1", "/disseminationReport/registrantName", "name", "JETRO", "JETRO", 0.9, READ)
    tick = Field("f2", "/disseminationReport/copiesFiled", "flag", "1", "[x]", 0.9, READ)
    report = Extraction("0" * 64, "FARA-DISSEMINATION", 0.9, True, (), (name, tick))
    (row,) = csv.DictReader(io.StringIO(to_csv([("a.pdf", report)])))
    assert (row["REGISTRANT_NAME"], row["COPIES_FILED"]) == ("JETRO", "1")
    assert row["FORM"] == "FARA-DISSEMINATION"
    assert "REGISTRANT_NAME" not in columns()
