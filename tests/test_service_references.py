"""Reference lists: which number they tell for a filing, and how one takes another's place."""

import csv
import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models.document import Filing
from models.errors import BadReferenceList
from models.export import to_csv, to_document, to_xml
from models.extraction import (
    BLANK,
    ILLEGIBLE,
    LOOKED_UP,
    NOT_ON_FORM,
    READ,
    Alternative,
    Extraction,
    Field,
)
from models.form import forms
from service import filings, keys, reference_lines, references
from service.database import audit, engine_of, metadata, now
from service.intake import result_of, source_of
from service.keys import Caller
from service.reading import Reading
from service.reference_lines import COLUMNS
from service.references import ReferenceList, lists_of, looked_up, remove_list, replace_list
from service.settings import Settings
from service.storage import Files

ROOT = "/ownershipDocument"
CIK, NAME = f"{ROOT}/issuer/issuerCik", f"{ROOT}/issuer/issuerName"
SYMBOL = f"{ROOT}/issuer/issuerTradingSymbol"
OWNER = f"{ROOT}/reportingOwner[{{}}]/reportingOwnerId/rptOwner{{}}"
ACME = Caller("acme", "k1", frozenset(keys.SCOPES))
OTHER = Caller("other", "k2", frozenset(keys.SCOPES))
FILING = "f" * 32


def csv_of(kind: str, *rows: tuple[str, ...]) -> bytes:
    """A list with these lines; a missing ticker is empty."""
    columns = COLUMNS[kind]
    lines = [columns, *((*row, "")[: len(columns)] for row in rows)]
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def issuers(engine: Engine, *rows: tuple[str, ...], caller: Caller = ACME) -> None:
    replace_list(engine, caller, "issuers", csv_of("issuers", *rows))


def field(path: str, value: str, confidence: float = 0.9, state: str = READ, **more) -> Field:
    at = forms()["4"].locate(path)
    assert at, path
    kept = "" if state == ILLEGIBLE else value
    sure = None if state == ILLEGIBLE else confidence
    return Field(path, path, at[2].kind, kept, value, sure, state, **more)


def untold(path: str) -> Field:
    """A number as the models leave it: no page tells it."""
    return field(path, "", 1.0, NOT_ON_FORM)


def extraction(*fields: Field) -> Extraction:
    return Extraction("0" * 64, "4", 0.9, False, (), fields)


def said(name: str, symbol: str = "", state: str = READ) -> Extraction:
    """An extraction of this issuer."""
    return extraction(
        untold(CIK), field(NAME, name, state=state), field(SYMBOL, symbol, 0.7, READ if symbol else
        BLANK),
    )  # fmt: skip


def told(found: Extraction, path: str = CIK) -> Field:
    return next(each for each in found.fields if each.path == path)


def number(engine: Engine, *issuer: str, tenant: str = "acme") -> str:
    """The issuer's number as it is looked up; empty when there is none."""
    found = told(looked_up(said(*issuer), engine, tenant))
    assert (found.state == LOOKED_UP) == bool(found.value)
    return found.value


# Which number it is


def test_the_one_number_of_the_name_is_filled_in_with_the_names_confidence(engine: Engine) -> None:
    issuers(engine, ("320", "Marl Quarries Inc.", "MARL"), ("321", "Flint Corp", "FLNT"))
    before = extraction(
        untold(CIK), field(NAME, "MARL QUARRIES, INC", 0.83, review=True), field(SYMBOL, "MARL")
    )
    found = looked_up(before, engine, "acme")
    cik = told(found)
    assert (cik.value, cik.text, cik.state) == ("0000000320", "", LOOKED_UP)
    assert (cik.confidence, cik.review, cik.boxes, cik.alternatives) == (0.83, True, (), ())
    (reason,) = cik.reasons
    assert reason.code == LOOKED_UP and "'Marl Quarries Inc.', found by its name" in reason.text
    assert found.fields[1:] == before.fields[1:]


@pytest.mark.parametrize(
    ("printed", "listed"),
    [
        ("Marl, Inc.", "MARL INC"),
        ("Marl Incorporated", "marl  inc"),
        ("Marl Corporation", "MARL CORP /DE/"),
        ("Marl Company, Limited", "Marl Co Ltd."),
        ("MARL L.L.C.", "Marl Limited Liability Company"),
        ("Marl Partners L P", "MARL PARTNERS LP"),
        ("M&A Marl P.L.C.", "M & A Marl Public Limited Company"),
        ("Marl and Daughters", "Marl & Daughters"),
        ("O'Marl-Stone", "O\u2019MARL STONE"),
        ("Nestl\u00e9", "NESTLE"),
    ],
)
def test_spellings_of_one_name_are_one(engine: Engine, printed: str, listed: str) -> None:
    issuers(engine, ("7", listed))
    assert number(engine, printed) == "0000000007"


@pytest.mark.parametrize(
    ("printed", "listed"),
    [("Marl Inc", "Marl Corp"), ("Marl", "Marl Inc"), ("AC/DC", "AC"), ("Marls Inc", "Marl Inc")],
)
def test_names_that_only_look_alike_are_not_one(engine: Engine, printed: str, listed: str) -> None:
    issuers(engine, ("7", listed))
    assert number(engine, printed) == ""


def test_of_two_companies_of_one_name_neither_is_taken(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc"), ("2", "MARL, INC."), ("3", "Marl Inc", "MRL"))
    assert number(engine, "Marl Inc") == ""
    assert number(engine, "Marl Inc", "MRL") == ""


def test_the_ticker_tells_companies_of_one_name_apart(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc", "MARL"), ("2", "Marl Inc", "MRL"))
    assert number(engine, "Marl Inc", "NYSE: mrl") == "0000000002"
    assert number(engine, "Marl Inc", "NONE") == ""


def test_several_lines_of_one_company_are_no_doubt(engine: Engine) -> None:
    rows = (("1", "Marl Inc", "MRL-A"), ("0001", "Marl Inc", "MRL.B"), ("1", "Old Marl Inc", ""))
    issuers(engine, *rows)
    for issuer in (("Marl Inc",), ("Marl Inc", "MRL.A, MRL.B"), ("Old Marl Inc", "MRL")):
        assert number(engine, *issuer) == "0000000001"


def test_a_ticker_that_contradicts_the_name_leaves_the_number_empty(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc", "MARL"), ("2", "Flint Inc", "FLNT"))
    assert number(engine, "Marl Inc", "FLNT") == ""
    assert number(engine, "Marl Inc", "N/A") == "0000000001"


def test_a_name_that_is_not_listed_is_found_by_its_ticker_if_it_is_close(engine: Engine) -> None:
    issuers(engine, ("1", "COCA COLA CO", "KO"), ("2", "ALPHABET INC", "GOOGL"))
    found = told(looked_up(said("The Coca-Co1a Company", "KO"), engine, "acme"))
    assert (found.value, found.confidence) == ("0000000001", 0.7)
    assert "found by its ticker" in found.reasons[0].text
    assert number(engine, "Google Inc", "GOOGL") == ""
    assert number(engine, "Coca Cola Bottling Consolidated", "KO") == ""
    assert number(engine, "The Coca-Co1a Company") == ""


def test_an_illegible_name_is_found_by_its_ticker_if_the_guess_is_close(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Quarries Inc", "MARL"))
    assert number(engine, "Marl Quarr1es lnc", "MARL", ILLEGIBLE) == "0000000001"
    assert number(engine, "Marl Quarries Inc", "", ILLEGIBLE) == ""
    assert number(engine, "M", "MARL", ILLEGIBLE) == ""
    assert number(engine, "", "MARL", BLANK) == ""


def test_a_number_on_the_page_is_never_changed(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc", "MARL"))
    doubted = (Alternative("0000000001", 0.4),)
    for printed in (
        field(CIK, "0000000009", alternatives=doubted),
        field(CIK, "00000000?1", state=ILLEGIBLE),
    ):
        before = extraction(printed, field(NAME, "Marl Inc"))
        assert looked_up(before, engine, "acme") == before


def test_each_owner_has_the_number_of_its_own_name(engine: Engine) -> None:
    owners = [("10", "PENROSE ADA J"), ("11", "Marl Partners L.P."), ("12", "LEE SAM")]
    owners += [("13", "LEE SAM"), ("14", "Marl Inc")]
    replace_list(engine, ACME, "owners", csv_of("owners", *owners))
    names = ["Penrose Ada J.", "MARL PARTNERS LP", "Lee Sam", "Stone Bo"]
    fields = [untold(CIK), field(NAME, "Marl Inc")]
    for index, name in enumerate(names, 1):
        fields += [untold(OWNER.format(index, "Cik")), field(OWNER.format(index, "Name"), name)]
    found = looked_up(extraction(*fields), engine, "acme")
    numbers = [told(found, OWNER.format(index, "Cik")).value for index in (1, 2, 3, 4)]
    assert numbers == ["0000000010", "0000000011", "", ""]
    assert told(found).value == ""  # an owner's number is none of the issuer's


def test_another_tenants_list_is_not_used(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc", "MARL"), caller=OTHER)
    assert number(engine, "Marl Inc", "MARL") == ""
    assert number(engine, "Marl Inc", "MARL", tenant="other") == "0000000001"


def test_words_of_no_known_form_have_nothing_to_look_up(engine: Engine) -> None:
    only_words = Extraction("0" * 64, "", 0.0, True, (), ())
    assert looked_up(only_words, engine, "acme") is only_words


def test_every_number_that_can_be_looked_up_stands_beside_the_fields_it_is_found_by() -> None:
    for form in forms().values():
        wanted = [(group, spec.reference) for group, spec in form.specs() if spec.reference]
        assert wanted or form.root != "ownershipDocument"
        for group, reference in wanted:
            beside = {spec.name for own, spec in form.specs() if own == group}
            assert {reference.name, reference.symbol or reference.name} <= beside
            assert reference.kind in reference_lines.KINDS


# What becomes of it


def test_xml_csv_and_document_carry_the_number(engine: Engine) -> None:
    issuers(engine, ("320", "Marl Inc"))
    before = said("Marl Inc")
    assert "issuerCik" not in to_document(before)["issuer"]
    found = looked_up(before, engine, "acme")
    assert ElementTree.fromstring(to_xml(found)).findtext("issuer/issuerCik") == "0000000320"
    assert to_document(found)["issuer"]["issuerCik"] == "0000000320"
    (row, *_) = csv.DictReader(to_csv([("a.pdf", found)]).splitlines())
    assert row["ISSUERCIK"] == "0000000320"


class ReadsMarl:
    """An extractor that reads the same issuer in every document."""

    def at(self, precision: float) -> "ReadsMarl":
        return self

    def extract_all(self, filing: Filing, *more: object) -> tuple[Extraction, ...]:
        return (said("Marl Inc", "MARL"),)


def test_a_filing_is_kept_with_the_numbers_of_its_tenants_list(
    engine: Engine, tmp_path: Path, pdf: Callable[..., bytes]
) -> None:
    issuers(engine, ("320", "MARL INC.", "MARL"))
    files = Files(str(tmp_path / "files"))
    reading = Reading(engine, files, Settings(), ReadsMarl())
    for identifier, tenant in ((FILING, "acme"), ("e" * 32, "other")):
        record = filings.Record(identifier, tenant, "a.pdf", "0" * 64, 1, now(), 0.995)
        files.put(source_of(identifier), pdf())
        with engine.begin() as connection:
            filings.insert(connection, record)
        assert reading.read(identifier)["state"] == "done"
    kept = [ElementTree.fromstring(files.get(result_of(each, 1, "filing.xml"))) for each in
            (FILING, "e" * 32)]  # fmt: skip
    numbers = [xml.findtext("issuer/issuerCik") for xml in kept]
    assert numbers == ["0000000320", "0000000000"]


# A list in the place of another


def test_until_a_list_is_whole_the_one_before_is_read(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuers(engine, ("1", "Marl Inc"))
    seen = []

    def watched(data: bytes, kind: reference_lines.Kind) -> Iterator:
        for line in reference_lines.lines_of(data, kind):
            yield line
            with ThreadPoolExecutor(1) as reader:  # with a connection of its own
                seen.append(reader.submit(number, engine, "Marl Inc").result())

    monkeypatch.setattr(references, "lines_of", watched)
    monkeypatch.setattr(references, "CHUNK", 1)
    issuers(engine, ("2", "Marl Inc"), ("3", "Flint Inc"), ("4", "Slate Inc"))
    assert seen == ["0000000001"] * 3
    assert number(engine, "Marl Inc") == "0000000002"


def test_a_list_that_breaks_off_changes_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuers(engine, ("1", "Marl Inc"))

    def broken(data: bytes, kind: reference_lines.Kind) -> Iterator:
        yield next(reference_lines.lines_of(data, kind))
        raise OSError("disk")

    monkeypatch.setattr(references, "lines_of", broken)
    monkeypatch.setattr(references, "CHUNK", 1)
    with pytest.raises(OSError, match="disk"):
        issuers(engine, ("2", "Marl Inc"), ("3", "Flint Inc"))
    assert number(engine, "Marl Inc") == "0000000001"
    assert [each.rows for each in lists_of(engine, "acme")] == [1]


def all_at_once(engine: Engine) -> None:
    """Four uploads of one list, each of its own length."""
    start = threading.Barrier(4)

    def upload(size: int) -> ReferenceList:
        rows = [(str(line), f"Marl {size} Inc") for line in range(1, size + 1)]
        start.wait()
        return replace_list(engine, ACME, "issuers", csv_of("issuers", *rows))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upload, (10, 20, 30, 40)))
    (listed,) = lists_of(engine, "acme")
    table = references.references
    with engine.connect() as connection:
        names = connection.scalars(sa.select(table.c.name)).all()
    assert names == [f"Marl {listed.rows} Inc"] * listed.rows


def test_of_uploads_at_once_one_list_is_left_whole(engine: Engine) -> None:
    all_at_once(engine)


def test_postgres_keeps_lists_as_well(postgres: str) -> None:
    engine = engine_of(postgres)
    metadata.create_all(engine)
    all_at_once(engine)
    issuers(engine, ("1", "Marl Inc", "MARL"))
    assert number(engine, "Marl Inc", "MARL") == "0000000001"
    assert number(engine, "Mar1 Inc\x00", "MARL") == "0000000001"
    remove_list(engine, ACME, "issuers")
    assert lists_of(engine, "acme") == []
    engine.dispose()


def test_a_removed_list_tells_nothing_and_the_audit_says_who_removed_it(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc"))
    issuers(engine, ("2", "Marl Inc"), caller=OTHER)
    for _ in range(2):
        remove_list(engine, ACME, "issuers")
    assert number(engine, "Marl Inc") == ""
    assert number(engine, "Marl Inc", tenant="other") == "0000000002"
    with engine.connect() as connection:
        query = sa.select(audit.c.action, audit.c.key, audit.c.detail)
        lines = [tuple(row) for row in connection.execute(query.where(audit.c.tenant == "acme"))]
    assert lines == [
        ("list-replaced", "k1", "issuers: 1 rows"),
        ("list-removed", "k1", "issuers"),
    ]


def test_a_list_with_a_bad_line_changes_nothing(engine: Engine) -> None:
    issuers(engine, ("1", "Marl Inc"))
    before = lists_of(engine, "acme")
    with pytest.raises(BadReferenceList, match="line 3: the CIK is 'x'"):
        issuers(engine, ("2", "Marl Inc"), ("x", "Flint Inc"))
    assert number(engine, "Marl Inc") == "0000000001"
    assert lists_of(engine, "acme") == before
