"""Schedule 13D: what is filed by those who own more than five percent and may seek control.

Source: EDGAR Schedules 13D and 13G XML Technical Specification v2.2, section 3, and its XSD.
"""

from __future__ import annotations

from models.form import FieldSpec, FormType, GroupSpec, Item
from models.forms._schedule13 import (
    CLOSING,
    COVER,
    ISSUER_ADDRESS,
    NOTICE_ADDRESS,
    OPENING,
    PHRASES,
    ROOT,
    address,
    aggregate,
    amendment,
    box,
    citizenship,
    class_title,
    comment,
    covers,
    cusip,
    event_date,
    excludes,
    group_member,
    issuer_name,
    issuer_number,
    joint_agreement,
    percent,
    person_name,
    person_types,
    powers,
    prose,
    schedule_xml,
    signers,
    submission,
)
from models.forms._schedule13_rules import RULES_13D

FUNDS = ("SC", "BK", "AF", "WC", "PF", "OO")
ITEMS = "formData/items1To7"


def previously_filed() -> FieldSpec:
    """The box of those who filed Schedule 13G before."""
    return FieldSpec(f"{COVER}/previouslyFiledFlag", "flag", "previouslyFiledFlag", source="box",
                     labelled_before=True, encoded=lambda flag: "true" if flag == "1" else "false",
                     printed="240.13d-1(e), 240.13d-1(f) or 240.13d-1(g), check the following box",
                     )  # fmt: skip


def notice() -> GroupSpec:
    """Whom to call, named on the cover."""
    return GroupSpec(
        f"{COVER}/authorizedPersons/notificationInfo",
        (
            FieldSpec("personName", "name", "noticeName", max_length=30, one_line=True,
                      printed="Name, Address and Telephone Number of Person Authorized to Receive "
                      "Notices and Communications"),
            FieldSpec("personPhoneNum", "identifier", "noticePhone", max_length=20),
            *address("personAddress", NOTICE_ADDRESS),
        ),
        maximum=100, gathered="covers",
    )  # fmt: skip


def items_one_to_seven() -> tuple[FieldSpec, ...]:
    """The items in running text; amendments have some of them."""
    one, two, five = (f"{ITEMS}/item{number}" for number in (1, 2, 5))
    return (
        FieldSpec(f"{one}/securityTitle", "text", "item1.securityTitle", max_length=150,
                  printed="Title of Class of Securities"),
        FieldSpec(f"{one}/issuerName", "name", "item1.issuerName", max_length=150,
                  printed="Name of Issuer"),
        *address(f"{one}/issuerPrincipalAddress", ISSUER_ADDRESS),
        prose(f"{one}/commentText", "item1.text", "Security and Issuer"),
        prose(f"{two}/filingPersonName", "item2.filingPersonName", "Identity and Background",
              part="2(a)"),
        prose(f"{two}/principalBusinessAddress", "item2.address", part="2(b)"),
        prose(f"{two}/principalJob", "item2.principalJob", part="2(c)"),
        prose(f"{two}/hasBeenConvicted", "item2.hasBeenConvicted", part="2(d)"),
        prose(f"{two}/convictionDescription", "item2.convictionDescription", part="2(e)"),
        prose(f"{two}/citizenship", "item2.citizenship", length=2000, part="2(f)"),
        prose(f"{ITEMS}/item3/fundsSource", "item3.text",
              "Source and Amount of Funds or Other Consideration", part="3"),
        prose(f"{ITEMS}/item4/transactionPurpose", "item4.text", "Purpose of Transaction",
              part="4"),
        prose(f"{five}/percentageOfClassSecurities", "item5.percentageOfClassSecurities",
              "Interest in Securities of the Issuer", part="5(a)"),
        prose(f"{five}/numberOfShares", "item5.numberOfShares", part="5(b)"),
        prose(f"{five}/transactionDesc", "item5.transactionDesc", part="5(c)"),
        prose(f"{five}/listOfShareholders", "item5.listOfShareholders", part="5(d)"),
        prose(f"{five}/date5PercentOwnership", "item5.date5PercentOwnership", part="5(e)"),
        prose(f"{ITEMS}/item6/contractDescription", "item6.contractDescription",
              "Contracts, Arrangements, Understandings or Relationships with Respect to Securities "
              "of the Issuer", part="6"),
        prose(f"{ITEMS}/item7/filedExhibits", "item7.filedExhibits",
              "Material to be Filed as Exhibits"),
    )  # fmt: skip


def _items(name: str) -> tuple[Item, ...]:
    return (
        submission(name),
        amendment(),
        class_title(),
        event_date("dateOfEvent"),
        previously_filed(),
        issuer_number("issuerCIK"),
        cusip(),
        issuer_name(),
        *address(f"{COVER}/issuerInfo/address", ISSUER_ADDRESS, derived=True),
        notice(),
        covers(
            "formData/reportingPersons/reportingPersonInfo",
            person_name(),
            group_member("memberOfGroup"),
            FieldSpec("fundType", "codes", "fundType", codes=FUNDS, printed="Source of Funds"),
            box("legalProceedings", "legalProceedings"),
            citizenship(),
            *powers(""),
            aggregate("aggregateAmountOwned"),
            excludes("isAggregateExcludeShares"),
            percent("percentOfClass"),
            person_types("FI"),
            comment("commentContent"),
        ),
        *items_one_to_seven(),
        signers("formData/signatureInfo/signaturePerson", "signatureReportingPerson"),
        prose("formData/signatureInfo/commentText", "signatureComment"),
        *joint_agreement(),
    )


def schedule_13d(name: str) -> FormType:
    """The description of `SCHEDULE 13D` or `SCHEDULE 13D/A`."""
    return FormType(
        name=name,
        module=name.lower().replace(" ", "").replace("/", ""),
        root=ROOT,
        title="SCHEDULE 13D",
        items=_items(name),
        rules=RULES_13D,
        phrases=(
            *PHRASES,
            "previously filed a statement on Schedule 13G",
            "Check box if disclosure of legal proceedings is required",
        ),
        opening=OPENING,
        opens_with=("documentType", "dateOfEvent"),
        printed_as="13D",
        amended_by=("amendmentNo",),
        closing=CLOSING,
        xml=schedule_xml("D"),
    )
