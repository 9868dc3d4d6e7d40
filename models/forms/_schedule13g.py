"""Schedule 13G: what is filed by those who own more than five percent without seeking control.

Source: EDGAR Schedules 13D and 13G XML Technical Specification v2.2, section 4, and its XSD.
"""

from __future__ import annotations

from models.form import BOX, DERIVED, FieldSpec, FormType, Item
from models.forms._schedule13 import (
    CLOSING,
    COVER,
    ISSUER_ADDRESS,
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
from models.forms._schedule13_rules import RULES_13G

RULES = ("b", "c", "d")
FILER_TYPES = ("BD", "BK", "IC", "IV", "IA", "EP", "HC", "SA", "CP", "FI", "OO")
"""Item 3, printed as (a) to (k)."""
ITEMS = "formData/items"


def rule_boxes() -> FieldSpec:
    """The rule under which the schedule is filed; now and then two of them."""
    path = "designateRulesPursuantThisScheduleFiled/designateRulePursuantThisScheduleFiled"
    return FieldSpec(
        f"{COVER}/{path}", "codes", "designateRule", source=BOX, variants=RULES, codes=RULES,
        letters=tuple(f"13d-1({rule})" for rule in RULES),
        encoded=lambda rule: f"Rule 13d-1({rule})",
    )  # fmt: skip


def not_applicable(item: int) -> FieldSpec:
    """That an item says so, in words or by a box."""
    return box(f"{ITEMS}/item{item}/notApplicableFlag", f"item{item}.notApplicable")


def items_one_to_three() -> tuple[FieldSpec, ...]:
    """The issuer, who files, what kind of person that is."""
    one, two, three = (f"{ITEMS}/item{number}" for number in (1, 2, 3))
    return (
        FieldSpec(f"{one}/issuerName", "name", "item1.issuerName", max_length=150,
                  printed="Name of Issuer"),
        FieldSpec(f"{one}/issuerPrincipalExecutiveOfficeAddress", "text", source=DERIVED,
                  from_tags=ISSUER_ADDRESS, max_length=150,
                  printed="Address of Issuer's Principal Executive Offices"),
        prose(f"{two}/filingPersonName", "item2.filingPersonName", "Name of Person Filing",
              part="2(a)"),
        prose(f"{two}/principalBusinessOfficeOrResidenceAddress", "item2.address",
              "Address of Principal Business Office or, if none, Residence", part="2(b)"),
        prose(f"{two}/citizenship", "item2.citizenship", "Citizenship", 2000, part="2(c)"),
        not_applicable(3),
        FieldSpec(f"{three}/typeOfPersonFiling", "codes", "typeOfPersonFiling", source=BOX,
                  variants=FILER_TYPES, letters=tuple(f"({letter})" for letter in "abcdefghijk"),
                  codes=FILER_TYPES),
        prose(f"{three}/otherTypeOfPersonFiling", "otherTypeOfPersonFiling",
              "please specify the type of institution"),
    )  # fmt: skip


def items_four_to_ten() -> tuple[FieldSpec, ...]:
    """What is owned, and in whose name; texts of the items that usually do not apply."""
    four, powers_ = f"{ITEMS}/item4", f"{ITEMS}/item4/numberOfSharesPersonHas"
    long = (
        (6, "ownershipMoreThan5PercentOnBehalfOfAnotherPerson",
         "Ownership of More than Five Percent on Behalf of Another Person"),
        (7, "subsidiaryIdentificationAndClassification",
         "Identification and Classification of the Subsidiary Which Acquired the Security Being "
         "Reported on by the Parent Holding Company"),
        (8, "identificationAndClassificationOfGroupMembers",
         "Identification and Classification of Members of the Group"),
        (9, "groupDissolutionNotice", "Notice of Dissolution of Group"),
    )  # fmt: skip
    return (
        prose(f"{four}/amountBeneficiallyOwned", "item4.amount", "Amount beneficially owned",
              part="4(a)"),
        prose(f"{four}/classPercent", "item4.percent", "Percent of class", part="4(b)"),
        prose(f"{powers_}/solePowerOrDirectToVote", "item4.soleVote",
              "Sole power to vote or to direct the vote"),
        prose(f"{powers_}/sharedPowerOrDirectToVote", "item4.sharedVote",
              "Shared power to vote or to direct the vote"),
        prose(f"{powers_}/solePowerOrDirectToDispose", "item4.soleDispose",
              "Sole power to dispose or to direct the disposition of"),
        prose(f"{powers_}/sharedPowerOrDirectToDispose", "item4.sharedDispose",
              "Shared power to dispose or to direct the disposition of"),
        not_applicable(5),
        box(f"{ITEMS}/item5/classOwnership5PercentOrLess", "classOwnership5PercentOrLess",
            "more than five percent of the class of securities, check the following", before=True,
            told_by="ceased"),
        *(field for number, element, label in long
          for field in (not_applicable(number),
                        prose(f"{ITEMS}/item{number}/{element}", f"item{number}.text", label))),
        not_applicable(10),
        prose(f"{ITEMS}/item10/certifications", "item10.text", "Certification", 2000),
    )  # fmt: skip


def _items(name: str) -> tuple[Item, ...]:
    number = "reportingPersonBeneficiallyOwnedNumberOfShares"
    return (
        submission(name),
        amendment(),
        class_title(),
        event_date("eventDateRequiresFilingThisStatement"),
        issuer_number("issuerCik"),
        issuer_name(),
        cusip(),
        *address(f"{COVER}/issuerInfo/issuerPrincipalExecutiveOfficeAddress", ISSUER_ADDRESS),
        rule_boxes(),
        covers(
            "formData/coverPageHeaderReportingPersonDetails",
            person_name(),
            group_member("memberGroup"),
            citizenship(),
            *powers(f"{number}/"),
            aggregate("reportingPersonBeneficiallyOwnedAggregateNumberOfShares"),
            excludes("aggregateAmountExcludesCertainSharesFlag"),
            percent("classPercent"),
            person_types(),
            comment("comments"),
        ),
        *items_one_to_three(),
        *items_four_to_ten(),
        prose("formData/exhibitInfo", "exhibitInfo", "Exhibits"),
        signers("formData/signatureInformation", "reportingPersonName"),
        prose("formData/signatureComments", "signatureComment"),
        *joint_agreement(),
    )


def schedule_13g(name: str) -> FormType:
    """The description of `SCHEDULE 13G` or `SCHEDULE 13G/A`."""
    return FormType(
        name=name,
        module=name.lower().replace(" ", "").replace("/", ""),
        root=ROOT,
        title="SCHEDULE 13G",
        items=_items(name),
        rules=RULES_13G,
        phrases=(
            *PHRASES,
            "designate the rule pursuant to which this Schedule is filed",
            "check whether the person filing is a",
        ),
        opening=OPENING,
        opens_with=("documentType", "dateOfEvent"),
        printed_as="13G",
        amended_by=("amendmentNo",),
        closing=CLOSING,
        xml=schedule_xml("G"),
    )
