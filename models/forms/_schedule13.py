"""What Schedules 13G and 13D share: cover sheet, a cover page per reporting person, signatures.

Source: EDGAR Schedules 13D and 13G XML Technical Specification v2.2 (SEC) and its XSD; the printed
rows of Rules 13d-101 and 13d-102 (17 CFR 240). Words of one meaning have one tag in both schedules,
whatever their elements are called.
"""

from __future__ import annotations

from models.form import (
    BOX,
    COVERS,
    DERIVED,
    FIXED,
    SIGNERS,
    WORDS,
    FieldSpec,
    GroupSpec,
    Reference,
    XmlStyle,
)
from models.places import place_code

ROOT = "edgarSubmission"
COVER = "formData/coverPageHeader"
ADDRESS = ("street1", "street2", "city", "stateOrCountry", "zipCode")
ISSUER_ADDRESS = (
    "issuerStreet1", "issuerStreet2", "issuerCity", "issuerState", "issuerZipCode",
)  # fmt: skip
"""Tags of the parts of the issuer's address, in the order of `ADDRESS`."""
NOTICE_ADDRESS = (
    "noticeStreet1", "noticeStreet2", "noticeCity", "noticeState", "noticeZipCode",
)  # fmt: skip
ADDRESS_LENGTHS = (40, 40, 30, 2, 10)
PERSON_TYPES = (
    "BD", "BK", "IC", "IV", "IA", "EP", "HC", "SA", "CP", "CO", "PN", "IN", "FI", "OO",
)  # fmt: skip
LONG = 20000
"""Characters that EDGAR takes of running text."""
OPENING = ("issuerName", "securitiesClassTitle", "issuerCusip", "dateOfEvent")
PHRASES = (
    "The remainder of this cover page shall be filled out for a reporting person's initial filing",
    "shall not be deemed to be filed for the purpose of Section 18",
    "Number of shares beneficially owned by each reporting person with",
    "SEC use only",
)
"""Few and short: long ones have many pieces in common with any legal text."""


CLOSING = (
    "After reasonable inquiry and to the best of my knowledge and belief, I certify that the "
    "information set forth in this statement is true, complete and correct",
)


def schedule_xml(family: str) -> XmlStyle:
    """How EDGAR writes a schedule; `family` is `G` or `D`."""
    own = f"http://www.sec.gov/edgar/schedule13{'D' if family == 'D' else 'g'}"
    spaces = (("", own), ("com", "http://www.sec.gov/edgar/common"))
    return XmlStyle(spaces, date="%m/%d/%Y", flags=("N", "Y"))


def submission(name: str) -> FieldSpec:
    """The type of the submission, printed as the title."""
    return FieldSpec("headerData/submissionType", "code", "documentType", mandatory=True,
                     codes=(name,), printed=name.removesuffix("/A"))  # fmt: skip


def amendment() -> FieldSpec:
    """The number of an amendment, in brackets below the title."""
    return FieldSpec(f"{COVER}/amendmentNo", "number", "amendmentNo", max_length=3,
                     printed="Amendment No.")  # fmt: skip


def class_title() -> FieldSpec:
    """The class of securities, on the cover."""
    return FieldSpec(f"{COVER}/securitiesClassTitle", "text", "securitiesClassTitle",
                     mandatory=True, max_length=150,
                     printed="Title of Class of Securities")  # fmt: skip


def event_date(element: str) -> FieldSpec:
    """The day of the event, as the schedule calls it."""
    return FieldSpec(f"{COVER}/{element}", "date", "dateOfEvent", mandatory=True,
                     printed="Date of Event Which Requires Filing of this Statement")  # fmt: skip


def issuer_number(element: str) -> FieldSpec:
    """The issuer's CIK number, which no page tells."""
    return FieldSpec(f"{COVER}/issuerInfo/{element}", "identifier", source=FIXED,
                     reference=Reference("issuers", "issuerName"))  # fmt: skip


def issuer_name() -> FieldSpec:
    """The issuer, on the cover."""
    return FieldSpec(f"{COVER}/issuerInfo/issuerName", "name", "issuerName", mandatory=True,
                     max_length=150, printed="Name of Issuer")  # fmt: skip


def cusip() -> FieldSpec:
    """The number of the class of securities, on the cover."""
    return FieldSpec(f"{COVER}/issuerInfo/issuerCusips/issuerCusipNumber", "cusip", "issuerCusip",
                     mandatory=True, max_length=12, printed="CUSIP Number")  # fmt: skip


def address(path: str, tags: tuple[str, ...], *, derived: bool = False) -> tuple[FieldSpec, ...]:
    """The five elements of an address; `derived` from the words of these tags elsewhere."""
    made = []
    for part, tag, length in zip(ADDRESS, tags, ADDRESS_LENGTHS, strict=True):
        kind = "identifier" if part == "zipCode" else "text"
        code = place_code if part == "stateOrCountry" else None
        made.append(FieldSpec(
            f"{path}/com:{part}", kind, "" if derived else tag, max_length=0 if code else length,
            source=DERIVED if derived else WORDS, from_tags=(tag,) if derived else (), encoded=code,
        ))  # fmt: skip
    return tuple(made)


def box(
    path: str, tag: str, printed: str = "", *, before: bool = False, told_by: str = ""
) -> FieldSpec:
    """A box to tick."""
    return FieldSpec(path, "flag", tag, source=BOX, printed=printed, labelled_before=before,
                     told_by=told_by)  # fmt: skip


def prose(
    path: str, tag: str, printed: str = "", length: int = LONG, *, part: str = ""
) -> FieldSpec:
    """Running text below a heading."""
    return FieldSpec(path, "prose", tag, max_length=length, printed=printed, part=part)


def shares(path: str, tag: str, printed: str) -> FieldSpec:
    """A number of shares on a cover page."""
    return FieldSpec(path, "amount", tag, printed=printed)


def person_name() -> FieldSpec:
    """Row 1."""
    return FieldSpec("reportingPersonName", "name", "reportingPersonName", mandatory=True,
                     max_length=150, printed="Names of Reporting Persons")  # fmt: skip


def group_member(element: str) -> FieldSpec:
    """Row 2: box (a) or box (b)."""
    return FieldSpec(element, "code", "memberOfGroup", source=BOX, variants=("a", "b"),
                     letters=("(a)", "(b)"), codes=("a", "b"))  # fmt: skip


def citizenship() -> FieldSpec:
    """Where a person is a citizen or was organised, as printed; EDGAR has a code for it."""
    return FieldSpec("citizenshipOrOrganization", "text", "citizenshipOrOrganization",
                     encoded=place_code,
                     printed="Citizenship or Place of Organization")  # fmt: skip


def powers(path: str) -> tuple[FieldSpec, ...]:
    """The four rows of voting and dispositive power."""
    names = ("soleVotingPower", "sharedVotingPower", "soleDispositivePower",
             "sharedDispositivePower")  # fmt: skip
    labels = ("Sole Voting Power", "Shared Voting Power", "Sole Dispositive Power",
              "Shared Dispositive Power")  # fmt: skip
    return tuple(shares(f"{path}{name}", name, label)
                 for name, label in zip(names, labels, strict=True))  # fmt: skip


def aggregate(element: str) -> FieldSpec:
    """Row 9 or 11."""
    return shares(element, "aggregateAmountOwned",
                  "Aggregate Amount Beneficially Owned by Each Reporting Person")  # fmt: skip


def excludes(element: str) -> FieldSpec:
    """Row 10 or 12."""
    return box(element, "isAggregateExcludeShares")


def percent(element: str) -> FieldSpec:
    """Row 11 or 13."""
    return FieldSpec(element, "percent", "percentOfClass",
                     printed="Percent of Class Represented by Amount in Row")  # fmt: skip


def person_types(left_out: str = "") -> FieldSpec:
    """Row 12 or 14."""
    known = tuple(code for code in PERSON_TYPES if code != left_out)
    return FieldSpec("typeOfReportingPerson", "codes", "typeOfReportingPerson", codes=known,
                     printed="Type of Reporting Person")  # fmt: skip


def comment(element: str) -> FieldSpec:
    """Footnotes below the rows of a cover page."""
    return prose(element, "coverComment")


def covers(path: str, *fields: FieldSpec) -> GroupSpec:
    """A cover page for each reporting person."""
    return GroupSpec(path, fields, maximum=100, minimum=1, gathered=COVERS)


def signers(path: str, person: str) -> GroupSpec:
    """A block for each signature; `person` is the element of the reporting person's name."""
    details = "signatureDetails"
    return GroupSpec(
        path,
        (
            FieldSpec(person, "name", "signatureReportingPerson", max_length=150),
            FieldSpec(f"{details}/signature", "text", "signature", mandatory=True, max_length=150,
                      printed="Signature"),
            FieldSpec(f"{details}/title", "text", "signatureTitle", max_length=150,
                      printed="Name/Title"),
            FieldSpec(f"{details}/date", "date", "signatureDate", mandatory=True, shared=True,
                      printed="Date"),
        ),
        maximum=100, minimum=1, gathered=SIGNERS,
    )  # fmt: skip


def joint_agreement() -> tuple[FieldSpec, ...]:
    """Who agrees to file together, and since when, as the exhibit says: no element of the XML."""
    path = "jointFilingAgreement"
    return (
        FieldSpec(f"{path}/parties", "prose", "jointFilingParties", max_length=LONG,
                  unwritten=True, printed="Joint Filing Agreement"),
        FieldSpec(f"{path}/date", "date", "jointFilingDate", unwritten=True),
    )  # fmt: skip
