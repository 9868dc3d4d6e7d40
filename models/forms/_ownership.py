"""What Forms 3, 4 and 5 share: the elements of EDGAR's ownershipDocument, schema X0609.

Source: EDGAR Ownership XML Technical Specification v5.5 (SEC, March 2026) and its XSD. `column` is
the column of the SEC's insider transactions data sets, `printed` the box or column head on paper.
"""

from __future__ import annotations

from models.form import (
    BOX,
    DERIVED,
    FIXED,
    FOOTNOTES,
    SIGNATURES,
    FieldSpec,
    FormType,
    GroupSpec,
    Item,
    Reference,
)
from models.forms._ownership_rules import rules_of

ROOT = "ownershipDocument"
NO_CIK = "0000000000"
SCHEMA_VERSION = "X0609"

TRANSACTION_CODES = tuple("ACDEFGHIJKLMOPSUWXZ")
"""K is printed only as part of an equity swap's code."""


def document_items(form: str) -> tuple[Item, ...]:
    """schemaVersion up to the issuer; `form` is the EDGAR name, `4/A` say."""
    family, amended = form[0], form.endswith("/A")
    period = {"3": "Date of Event Requiring Statement", "4": "Date of Earliest Transaction"}
    flags = {
        "3": (FieldSpec("noSecuritiesOwned", "flag", "noSecuritiesOwned", source=BOX,
                        column="NO_SECURITIES_OWNED"),),
        "4": (not_subject(),),
        "5": (
            not_subject(),
            FieldSpec("form3HoldingsReported", "flag", "form3HoldingsReported", source=BOX,
                      column="FORM3_HOLDINGS_REPORTED", printed="Form 3 Holdings Reported"),
            FieldSpec("form4TransactionsReported", "flag", "form4TransactionsReported", source=BOX,
                      column="FORM4_TRANS_REPORTED", printed="Form 4 Transactions Reported"),
        ),
    }  # fmt: skip
    original = FieldSpec(
        "dateOfOriginalSubmission", "date", "dateOfOriginalSubmission", mandatory=True,
        column="DATE_OF_ORIG_SUB", printed="If Amendment, Date of Original Filed",
    )  # fmt: skip
    return (
        FieldSpec("schemaVersion", "identifier", source=FIXED, default=SCHEMA_VERSION),
        FieldSpec("documentType", "code", "documentType", mandatory=True, codes=(form,),
                  column="DOCUMENT_TYPE", printed="FORM"),
        FieldSpec("periodOfReport", "date", "periodOfReport", mandatory=True,
                  column="PERIOD_OF_REPORT",
                  printed=period.get(family, "Statement for Issuer's Fiscal Year Ended")),
        *((original,) if amended else ()),
        *flags[family],
        FieldSpec("issuer/issuerCik", "identifier", source=FIXED, default=NO_CIK,
                  column="ISSUERCIK",
                  reference=Reference("issuers", "issuerName", "issuerTradingSymbol")),
        FieldSpec("issuer/issuerName", "name", "issuerName", mandatory=True, max_length=150,
                  column="ISSUERNAME", printed="Issuer Name and Ticker or Trading Symbol"),
        FieldSpec("issuer/issuerTradingSymbol", "code", "issuerTradingSymbol", mandatory=True,
                  max_length=10, column="ISSUERTRADINGSYMBOL", printed="Ticker or Trading Symbol"),
    )  # fmt: skip


def not_subject() -> FieldSpec:
    """The top-left box of Forms 4 and 5."""
    return FieldSpec(
        "notSubjectToSection16", "flag", "notSubjectToSection16", source=BOX,
        column="NOT_SUBJECT_SEC16", printed="no longer subject to Section 16",
    )  # fmt: skip


def owner_group() -> GroupSpec:
    """Box 1 (name and address) and the relationship box, once per reporting owner."""
    address, relation = "reportingOwnerAddress", "reportingOwnerRelationship"

    def line(name: str, kind: str, length: int, column: str, printed: str) -> FieldSpec:
        return FieldSpec(f"{address}/{name}", kind, name, max_length=length, column=column,
                         printed=printed)  # fmt: skip

    def role(name: str, printed: str, *others: str) -> FieldSpec:
        return FieldSpec(f"{relation}/{name}", "flag", name, source=BOX,
                         column="RPTOWNER_RELATIONSHIP", printed=printed,
                         also_printed=others)  # fmt: skip

    return GroupSpec(
        "reportingOwner",
        (
            FieldSpec("reportingOwnerId/rptOwnerCik", "identifier", source=FIXED, default=NO_CIK,
                      column="RPTOWNERCIK", reference=Reference("owners", "rptOwnerName")),
            FieldSpec("reportingOwnerId/rptOwnerName", "name", "rptOwnerName", mandatory=True,
                      max_length=150, column="RPTOWNERNAME",
                      printed="Name and Address of Reporting Person"),
            line("rptOwnerStreet1", "text", 40, "RPTOWNER_STREET1", "(Street)"),
            line("rptOwnerStreet2", "text", 40, "RPTOWNER_STREET2", "(Street)"),
            line("rptOwnerCity", "text", 30, "RPTOWNER_CITY", "(City)"),
            line("rptOwnerState", "code", 2, "RPTOWNER_STATE", "(State)"),
            line("rptOwnerZipCode", "identifier", 10, "RPTOWNER_ZIPCODE", "(Zip)"),
            role("isDirector", "Director"),
            role("isOfficer", "Officer (give title below)"),
            role("isTenPercentOwner", "10% Owner", "Ten percent", "10 percent", "10% holder",
                 "10% shareholder", "Holder of more than 10%", "More than 10%"),
            role("isOther", "Other (specify below)"),
            FieldSpec(f"{relation}/officerTitle", "text", "officerTitle", max_length=30,
                      column="RPTOWNER_TITLE", printed="Officer title"),
            FieldSpec(f"{relation}/otherText", "text", "otherText", max_length=30,
                      column="RPTOWNER_TXT", printed="Other text"),
        ),
        maximum=10,
        minimum=1,
        flat="REPORTINGOWNER",
    )  # fmt: skip


def aff10b5_one() -> FieldSpec:
    """The Rule 10b5-1(c) box, on forms printed since April 2023."""
    return FieldSpec("aff10b5One", "flag", "aff10b5One", source=BOX, column="AFF10B5ONE",
                     printed="Rule 10b5-1(c)", told_by="affirmative defense 10b5-1(c)")  # fmt: skip


def _cell(table: str, path: str, kind: str, column: str, printed: str, **more: object) -> FieldSpec:
    name = path.rsplit("/", 1)[-1]
    return FieldSpec(path, kind, f"{table}.{name}", wrapped=True, footnotes=True, column=column,
                     printed=printed, **more)  # type: ignore[arg-type]  # fmt: skip


def _title(table: str) -> FieldSpec:
    return _cell(table, "securityTitle", "text", "SECURITY_TITLE", "Title of Security",
                 mandatory=True, max_length=60)  # fmt: skip


def _coding(table: str) -> tuple[FieldSpec, ...]:
    coding = "transactionCoding"
    return (
        FieldSpec(f"{coding}/transactionFormType", "code", source=DERIVED, codes=("4", "5"),
                  column="TRANS_FORM_TYPE", mandatory=True),
        FieldSpec(f"{coding}/transactionCode", "code", f"{table}.transactionCode", footnotes=True,
                  codes=TRANSACTION_CODES, column="TRANS_CODE", printed="Code", mandatory=True),
        FieldSpec(f"{coding}/equitySwapInvolved", "flag", source=DERIVED,
                  column="EQUITY_SWAP_INVOLVED"),
        _cell(table, "transactionTimeliness", "code", "TRANS_TIMELINESS", "V", codes=("E", "L")),
    )  # fmt: skip


def _dates(table: str) -> tuple[FieldSpec, ...]:
    return (
        _cell(table, "transactionDate", "date", "TRANS_DATE", "Transaction Date", mandatory=True),
        _cell(table, "deemedExecutionDate", "date", "DEEMED_EXECUTION_DATE",
              "Deemed Execution Date, if any"),
    )  # fmt: skip


def _after(table: str) -> tuple[FieldSpec, ...]:
    post = "postTransactionAmounts"
    return (
        _cell(table, f"{post}/sharesOwnedFollowingTransaction", "number", "SHRS_OWND_FOLWNG_TRANS",
              "Amount of Securities Beneficially Owned Following Reported Transaction(s)"),
        _cell(table, f"{post}/valueOwnedFollowingTransaction", "number", "VALU_OWND_FOLWNG_TRANS",
              "Value of Securities Beneficially Owned Following Reported Transaction(s)"),
    )  # fmt: skip


def _nature(table: str) -> tuple[FieldSpec, ...]:
    nature = "ownershipNature"
    return (
        _cell(table, f"{nature}/directOrIndirectOwnership", "code", "DIRECT_INDIRECT_OWNERSHIP",
              "Ownership Form: Direct (D) or Indirect (I)", mandatory=True, codes=("D", "I")),
        _cell(table, f"{nature}/natureOfOwnership", "text", "NATURE_OF_OWNERSHIP",
              "Nature of Indirect Beneficial Ownership", max_length=100),
    )  # fmt: skip


def _exercise(table: str) -> tuple[FieldSpec, ...]:
    under = "underlyingSecurity"
    return (
        _cell(table, "exerciseDate", "date", "EXERCISE_DATE", "Date Exercisable"),
        _cell(table, "expirationDate", "date", "EXPIRATION_DATE", "Expiration Date"),
        _cell(table, f"{under}/underlyingSecurityTitle", "text", "UNDLYNG_SEC_TITLE",
              "Title of Underlying Security", mandatory=True, max_length=60),
        _cell(table, f"{under}/underlyingSecurityShares", "number", "UNDLYNG_SEC_SHARES",
              "Amount or Number of Shares"),
        _cell(table, f"{under}/underlyingSecurityValue", "number", "UNDLYNG_SEC_VALUE",
              "Value of Underlying Securities"),
    )  # fmt: skip


def _price(table: str) -> FieldSpec:
    return _cell(table, "conversionOrExercisePrice", "number", "CONV_EXERCISE_PRICE",
                 "Conversion or Exercise Price of Derivative Security")  # fmt: skip


TABLE_I, TABLE_II = "nonDerivative", "derivative"
MARKER = ("transactionDate", "transactionCode")


def table_groups(family: str) -> tuple[GroupSpec, ...]:
    """Tables I and II of form `3`, `4` or `5`: transactions and holdings, at most 30 rows each."""
    holding_type = (
        (FieldSpec("transactionCoding/transactionFormType", "code", source=DERIVED, codes=("3",),
                   column="TRANS_FORM_TYPE"),)
        if family == "5" else ()
    )  # fmt: skip
    amounts = "transactionAmounts"
    transaction_one = GroupSpec(
        "nonDerivativeTable/nonDerivativeTransaction",
        (
            _title(TABLE_I), *_dates(TABLE_I), *_coding(TABLE_I),
            _cell(TABLE_I, f"{amounts}/transactionShares", "number", "TRANS_SHARES", "Amount",
                  mandatory=True),
            _cell(TABLE_I, f"{amounts}/transactionPricePerShare", "number", "TRANS_PRICEPERSHARE",
                  "Price"),
            _cell(TABLE_I, f"{amounts}/transactionAcquiredDisposedCode", "code",
                  "TRANS_ACQUIRED_DISP_CD", "(A) or (D)", mandatory=True, codes=("A", "D")),
            *_after(TABLE_I), *_nature(TABLE_I),
        ),
        maximum=30, table=TABLE_I, marker=MARKER, flat="NONDERIV_TRANS",
    )  # fmt: skip
    holding_one = GroupSpec(
        "nonDerivativeTable/nonDerivativeHolding",
        (_title(TABLE_I), *holding_type, *_after(TABLE_I), *_nature(TABLE_I)),
        maximum=30, table=TABLE_I, flat="NONDERIV_HOLDING",
    )  # fmt: skip
    transaction_two = GroupSpec(
        "derivativeTable/derivativeTransaction",
        (
            _title(TABLE_II), _price(TABLE_II), *_dates(TABLE_II), *_coding(TABLE_II),
            _cell(TABLE_II, f"{amounts}/transactionShares", "number", "TRANS_SHARES",
                  "Number of Derivative Securities", variants=("A", "D")),
            _cell(TABLE_II, f"{amounts}/transactionTotalValue", "number", "TRANS_TOTAL_VALUE",
                  "Value of Derivative Securities", variants=("A", "D")),
            _cell(TABLE_II, f"{amounts}/transactionPricePerShare", "number", "TRANS_PRICEPERSHARE",
                  "Price of Derivative Security"),
            FieldSpec(f"{amounts}/transactionAcquiredDisposedCode", "code", source=DERIVED,
                      wrapped=True, column="TRANS_ACQUIRED_DISP_CD", codes=("A", "D"),
                      mandatory=True, variant_of=f"{TABLE_II}.transactionShares"),
            *_exercise(TABLE_II), *_after(TABLE_II), *_nature(TABLE_II),
        ),
        maximum=30, table=TABLE_II, marker=MARKER, flat="DERIV_TRANS",
    )  # fmt: skip
    holding_two = GroupSpec(
        "derivativeTable/derivativeHolding",
        (_title(TABLE_II), _price(TABLE_II), *holding_type, *_exercise(TABLE_II),
         *(() if family == "3" else _after(TABLE_II)), *_nature(TABLE_II)),
        maximum=30, table=TABLE_II, flat="DERIV_HOLDING",
    )  # fmt: skip
    if family == "3":
        return holding_one, holding_two
    return transaction_one, holding_one, transaction_two, holding_two


def closing_items() -> tuple[Item, ...]:
    """Footnotes, remarks, signatures."""
    return (
        GroupSpec(
            "footnotes/footnote",
            (FieldSpec("", "prose", "footnote", max_length=1000, column="FOOTNOTE_TXT",
                       printed="Explanation of Responses"),),
            maximum=99, flat="FOOTNOTES", gathered=FOOTNOTES,
        ),
        FieldSpec("remarks", "prose", "remarks", max_length=2000, column="REMARKS",
                  printed="Remarks"),
        GroupSpec(
            "ownerSignature",
            (
                FieldSpec("signatureName", "text", "signatureName", mandatory=True,
                          max_length=255, column="OWNERSIGNATURENAME",
                          printed="Signature of Reporting Person"),
                FieldSpec("signatureDate", "date", "signatureDate", mandatory=True,
                          column="OWNERSIGNATUREDATE", printed="Date"),
            ),
            maximum=10, minimum=1, flat="OWNER_SIGNATURE", gathered=SIGNATURES,
        ),
    )  # fmt: skip


PHRASES = (
    "Non-Derivative Securities Beneficially Owned",
    "Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned",
    "Derivative Securities Acquired, Disposed of, or Beneficially Owned",
    "Report on a separate line for each class of securities beneficially owned",
    "If the form is filed by more than one reporting person",
    "Intentional misstatements or omissions of facts constitute Federal Criminal Violations",
    "File three copies of this Form, one of which must be manually signed",
    "Persons who respond to the collection of information contained in this form",
    "Explanation of Responses",
)


def ownership_form(name: str, title: str) -> FormType:
    """The description of form `name` (`3`, `4/A` …), titled as its page is."""
    family = name[0]
    return FormType(
        name=name,
        module=f"form{name.replace('/', '').lower()}",
        root=ROOT,
        title=title,
        items=(
            *document_items(name),
            owner_group(),
            *(() if family == "3" else (aff10b5_one(),)),
            *table_groups(family),
            *closing_items(),
        ),
        rules=rules_of(family),
        printed_as=family,
        phrases=PHRASES,
    )
