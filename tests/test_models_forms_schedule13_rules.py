"""What the rules of Schedules 13G and 13D find right and wrong."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.checks import run_checks
from models.extraction import BLANK, ILLEGIBLE, READ, Check, Field
from models.form import forms
from models.forms._schedule13_numbers import outstanding_in
from models.forms._schedule13_said import figures_in, same_name
from models.values import check_digit

Values = dict[str, str]
"""What is printed, by tag and, behind a slash, person or signature: `percentOfClass/2`."""

BASED = (
    "Based on 47,553,922 Ordinary Shares of the Issuer outstanding as of October 28, 2024, as "
    "reported in the Issuer's Form 10-Q filed on October 31, 2024."
)
ADVISER: Values = {
    "reportingPersonName/1": "Marl Advisers LP", "memberOfGroup/1": "a",
    "citizenshipOrOrganization/1": "Delaware",
    "soleVotingPower/1": "10,885,357", "sharedVotingPower/1": "0",
    "soleDispositivePower/1": "10,885,357", "sharedDispositivePower/1": "0",
    "aggregateAmountOwned/1": "10,885,357", "percentOfClass/1": "22.9%",
    "typeOfReportingPerson/1": "IA PN", "coverComment/1": f"(1) {BASED}",
}  # fmt: skip
PARTNER: Values = {
    "reportingPersonName/2": "Ada B. Penrose", "memberOfGroup/2": "a",
    "citizenshipOrOrganization/2": "United States",
    "soleVotingPower/2": "0", "sharedVotingPower/2": "9,987,000",
    "soleDispositivePower/2": "0", "sharedDispositivePower/2": "9,000,000",
    "aggregateAmountOwned/2": "9,987,000", "percentOfClass/2": "21.0%",
    "typeOfReportingPerson/2": "IN",
}  # fmt: skip
SHARED: Values = {
    **ADVISER, **PARTNER,
    "issuerName": "Bicycle Quarries plc", "securitiesClassTitle": "Ordinary Shares",
    "issuerCusip": "088786108", "dateOfEvent": "2024-12-13",
    "signatureReportingPerson/1": "MARL ADVISERS LP", "signature/1": "/s/ Ada Penrose",
    "signatureTitle/1": "President", "signatureDate/1": "2024-12-17",
    "signatureReportingPerson/2": "Ada Penrose", "signature/2": "/s/ Ada Penrose",
    "signatureDate/2": "2024-12-17",
    "jointFilingParties": "MARL ADVISERS LP Ada B. Penrose", "jointFilingDate": "2024-12-17",
    "item2.filingPersonName": "Marl Advisers LP (the Adviser); Ada B. Penrose",
    "item2.citizenship": "The Adviser is organized in Delaware. Ms. Penrose is a U.S. citizen.",
    "issuerState": "MA", "issuerZipCode": "02142",
}  # fmt: skip
G: Values = {
    **SHARED, "documentType": "SCHEDULE 13G", "designateRule": "b", "typeOfPersonFiling": "IA",
    "item1.issuerName": "BICYCLE QUARRIES PLC",
    "item4.amount": "See Row 9 of the cover pages: 10,885,357 and 9,987,000 shares.",
    "item4.percent": "22.89% and 21.0% (see Row 11)",
    "item4.soleVote": "10,885,357; 0", "item5.notApplicable": "1",
    "classOwnership5PercentOrLess": "0", "item6.notApplicable": "1", "item7.notApplicable": "1",
    "item8.text": "See Exhibit 99.1.", "item8.notApplicable": "0",
}  # fmt: skip
D: Values = {
    **SHARED, "documentType": "SCHEDULE 13D", "fundType/1": "OO", "fundType/2": "PF",
    "item1.text": "This statement is about the Ordinary Shares of Bicycle Quarries plc.",
    "item5.percentageOfClassSecurities": "The Adviser holds 10,885,357 shares, 22.9% of the class; "
    "Ms. Penrose 9,987,000, 21.0%, of which she may dispose of 9,000,000.",
    "noticeName/1": "Ada Penrose", "noticeState/1": "New York", "noticeZipCode/1": "10014",
}  # fmt: skip


def fields_of(values: Values, form: str, *, illegible: str = "") -> list[Field]:
    """All fields of a form with two persons and signatures; what is not named is blank."""
    known, made = forms()[form], []
    for group, spec in known.specs():
        for index in (1, 2) if group else (0,):
            if not spec.tag or (index == 2 and spec.tag.startswith("notice")):
                continue
            tag = f"{spec.tag}/{index}" if group else spec.tag
            text = values.get(tag, "")
            plain = spec.kind in ("amount", "percent")
            value = text.replace(",", "").removesuffix("%") if plain else text
            value = str(float(value)).removesuffix(".0") if "." in value and plain else value
            state = ILLEGIBLE if tag == illegible else READ if text else BLANK
            path = known.path_of(spec, group, index)
            made.append(
                Field(tag, path, spec.kind, value if state == READ else "", text, 0.9, state)
            )
    assert not set(values) - {field.id for field in made}
    return made


def checks_of(values: Values, form: str, *, illegible: str = "") -> list[Check]:
    fields = fields_of(values, form, illegible=illegible)
    return [check for rule in forms()[form].rules for check in rule(fields)]


def failed(values: Values, form: str = "SCHEDULE 13G") -> dict[str, set[str]]:
    """The fields of each broken rule."""
    found: dict[str, set[str]] = {}
    for check in checks_of(values, form):
        if not check.passed:
            found.setdefault(check.rule, set()).update(check.fields)
    return found


def passed(values: Values, form: str = "SCHEDULE 13G") -> dict[str, set[str]]:
    """The fields of each kept rule."""
    found: dict[str, set[str]] = {}
    for check in checks_of(values, form):
        if check.passed:
            found.setdefault(check.rule, set()).update(check.fields)
    return found


@pytest.mark.parametrize(("values", "form"), [(G, "SCHEDULE 13G"), (D, "SCHEDULE 13D")])
def test_a_schedule_in_order_breaks_no_rule_and_names_its_evidence(
    values: Values, form: str
) -> None:
    assert failed(values, form) == {}
    found = passed(values, form)
    both = {
        "aggregateAmountOwned/1",
        "aggregateAmountOwned/2",
        "percentOfClass/1",
        "percentOfClass/2",
    }
    assert found["percent-of-outstanding"] == both
    assert found["percents-alike"] == both
    assert found["cusip-digit"] == {"issuerCusip"}
    assert {"reportingPersonName/1", "signatureReportingPerson/2"} <= found["name-signed"]
    assert found["parties"] == {"jointFilingParties"}
    assert "sharedDispositivePower/2" not in found["aggregate"]


def test_both_schedules_have_the_rules_of_their_own() -> None:
    of_g, of_d = passed(G), passed(D, "SCHEDULE 13D")
    assert set(of_g) - set(of_d) == {
        "item-4-amount", "item-4-power", "item-4-percent", "five-percent", "rule-and-type",
        "type-repeated", "item-either",
    }  # fmt: skip
    assert set(of_d) - set(of_g) == {
        "item-5-amount", "item-5-power", "item-5-percent", "class-repeated",
    }  # fmt: skip
    assert of_d["zip-of-state"] >= {"noticeZipCode/1", "issuerZipCode"}


BROKEN: list[tuple[Values, str, set[str]]] = [
    ({"issuerCusip": "088786188"}, "cusip-digit", {"issuerCusip"}),
    ({"sharedVotingPower/1": "7"}, "voting-power",
     {"soleVotingPower/1", "sharedVotingPower/1", "aggregateAmountOwned/1"}),
    ({"soleDispositivePower/1": "70,885,357"}, "dispositive-power",
     {"soleDispositivePower/1", "sharedDispositivePower/1", "aggregateAmountOwned/1"}),
    ({"sharedVotingPower/2": "9,087,000"}, "aggregate",
     {"soleVotingPower/2", "sharedVotingPower/2", "soleDispositivePower/2",
      "sharedDispositivePower/2", "aggregateAmountOwned/2"}),
    ({"percentOfClass/1": "2.9%"}, "percent-of-outstanding",
     {"aggregateAmountOwned/1", "percentOfClass/1"}),
    ({"percentOfClass/1": "2.9%", "coverComment/1": ""}, "percents-alike",
     {"aggregateAmountOwned/1", "percentOfClass/1", "aggregateAmountOwned/2", "percentOfClass/2"}),
    ({"aggregateAmountOwned/1": "0"}, "percent-of-nothing",
     {"aggregateAmountOwned/1", "percentOfClass/1"}),
    ({"reportingPersonName/1": "Mar1 Advisers LP"}, "name-signed", {"reportingPersonName/1"}),
    ({"signatureReportingPerson/1": "Mar1 Advisers LP"}, "signer-on-cover",
     {"signatureReportingPerson/1"}),
    ({"reportingPersonName/2": "MARL ADVISERS, LP"}, "name-once",
     {"reportingPersonName/1", "reportingPersonName/2"}),
    ({"reportingPersonName/1": "Mar1 Advisers LP"}, "name-repeated", {"reportingPersonName/1"}),
    ({"citizenshipOrOrganization/1": "Nevada"}, "citizenship-repeated",
     {"citizenshipOrOrganization/1"}),
    ({"citizenshipOrOrganization/1": "De1aware"}, "place-known", {"citizenshipOrOrganization/1"}),
    ({"citizenshipOrOrganization/2": "Texas"}, "country-of-individual",
     {"citizenshipOrOrganization/2"}),
    ({"typeOfReportingPerson/1": "IN"}, "individual",
     {"typeOfReportingPerson/1", "reportingPersonName/1"}),
    ({"issuerName": "Bicycle Quarrles plc"}, "issuer-repeated", {"issuerName", "item1.issuerName"}),
    ({"issuerZipCode": "0214Z"}, "zip-of-state", {"issuerState", "issuerZipCode"}),
    ({"item4.amount": "10,885,351 and 9,987,000 shares"}, "item-4-amount",
     {"aggregateAmountOwned/1"}),
    ({"item4.percent": "22.39% and 21.0%"}, "item-4-percent", {"percentOfClass/1"}),
    ({"soleVotingPower/1": "10,885,351"}, "item-4-power", {"soleVotingPower/1"}),
    ({"typeOfPersonFiling": ""}, "rule-and-type", {"designateRule", "typeOfPersonFiling"}),
    ({"designateRule": "c"}, "rule-and-type", {"designateRule", "typeOfPersonFiling"}),
    ({"designateRule": "c"}, "rule-c-percent",
     {"designateRule", "percentOfClass/1", "percentOfClass/2"}),
    ({"item3.notApplicable": "1"}, "rule-and-item-3", {"designateRule", "item3.notApplicable"}),
    ({"item3.notApplicable": "1"}, "item-either", {"item3.notApplicable", "typeOfPersonFiling"}),
    ({"typeOfPersonFiling": "BD"}, "type-repeated", {"typeOfPersonFiling"}),
    ({"classOwnership5PercentOrLess": "1", "item5.notApplicable": "0"}, "five-percent",
     {"classOwnership5PercentOrLess", "percentOfClass/1"}),
    ({"memberOfGroup/2": "b"}, "group-alike", {"memberOfGroup/2"}),
    ({"dateOfEvent": "2024-12-31"}, "signed-after-event",
     {"dateOfEvent", "signatureDate/1", "signatureDate/2"}),
    ({"dateOfEvent": "2023-12-13"}, "signed-soon",
     {"dateOfEvent", "signatureDate/1", "signatureDate/2"}),
    ({"signatureDate/2": "2024-12-19"}, "signed-together", {"signatureDate/2"}),
    ({"jointFilingDate": "2024-12-18"}, "signed-after-agreement",
     {"jointFilingDate", "signatureDate/1", "signatureDate/2"}),
    ({"jointFilingParties": "MARL ADVISERS LP Ada B. Penr0se"}, "party", {"reportingPersonName/2"}),
    ({"jointFilingParties": "MARL ADVISERS LP Ada B. Penrose Gil Ravi"}, "parties",
     {"jointFilingParties"}),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "rule", "fields"), BROKEN)
def test_a_broken_rule_names_the_fields_it_is_about(
    changed: Values, rule: str, fields: set[str]
) -> None:
    assert failed(G | changed)[rule] == fields


@pytest.mark.parametrize(
    ("changed", "rule", "fields"),
    [
        ({"item5.percentageOfClassSecurities": "The Adviser holds 10,885,351 shares."},
         "item-5-amount", {"aggregateAmountOwned/1", "aggregateAmountOwned/2"}),
        ({"percentOfClass/2": "27.0%"}, "item-5-percent", {"percentOfClass/2"}),
        ({"issuerName": "Bicycle Quarrles plc"}, "issuer-repeated", {"issuerName"}),
        ({"item1.securityTitle": "Ordinary Share5"}, "class-repeated",
         {"securitiesClassTitle", "item1.securityTitle"}),
        ({"noticeState/1": "New Yovk"}, "place-known", {"noticeState/1"}),
    ],
)  # fmt: skip
def test_rules_of_13d_name_their_fields_too(changed: Values, rule: str, fields: set[str]) -> None:
    assert failed(D | changed, "SCHEDULE 13D")[rule] == fields


@pytest.mark.parametrize(("values", "form"), [(G, "SCHEDULE 13G"), (D, "SCHEDULE 13D/A")])
def test_missing_values_break_nothing(values: Values, form: str) -> None:
    for tag in values:
        assert [c for c in checks_of(values, form, illegible=tag) if not c.passed] == [], tag
    assert checks_of({}, form) == []


def test_one_number_printed_as_sole_shared_and_aggregate_is_no_contradiction() -> None:
    repeated = dict.fromkeys(
        (f"{tag}/1" for tag in ("soleVotingPower", "sharedVotingPower", "soleDispositivePower",
                                "sharedDispositivePower", "aggregateAmountOwned")), "31,466,379",
    )  # fmt: skip
    assert not {"voting-power", "dispositive-power", "aggregate"} & set(failed(G | repeated))


def test_shares_that_may_be_bought_count_as_outstanding() -> None:
    options = {
        "item4.percent": "28.90% (based on 104,530,305 shares of common stock outstanding as of "
        "December 31, 2011, and assumes that the 4,334,814 shares underlying options are deemed "
        "outstanding)",
        "aggregateAmountOwned/1": "31,466,379", "percentOfClass/1": "28.90%", "coverComment/1": "",
    }  # fmt: skip
    assert "percentOfClass/1" in passed(G | options)["percent-of-outstanding"]
    wrong = options | {"percentOfClass/1": "29.90%"}
    assert "percentOfClass/1" in failed(G | wrong)["percent-of-outstanding"]


def test_whoever_fell_below_five_percent_ticks_the_box() -> None:
    gone = {
        **dict.fromkeys(("percentOfClass/1", "percentOfClass/2"), "0.0%"),
        **dict.fromkeys(("aggregateAmountOwned/1", "aggregateAmountOwned/2"), "0"),
        "classOwnership5PercentOrLess": "1", "item5.notApplicable": "0",
    }  # fmt: skip
    assert "five-percent" in passed(G | gone)
    assert "five-percent" in failed(G | gone | {"classOwnership5PercentOrLess": "0"})


def test_items_that_refer_to_the_cover_pages_say_nothing() -> None:
    refers = {
        "item4.amount": "See response to Item 9 on each cover page.",
        "item4.percent": "See response to Item 11 on each cover page.",
        "item4.soleVote": "See response to Item 5 on each cover page.",
        "item2.filingPersonName": "See Row 1 of the cover pages.",
        "item2.citizenship": "See Row 4 of the cover pages.",
    }
    about = {"item-4-amount", "item-4-percent", "item-4-power", "name-repeated",
             "citizenship-repeated"}  # fmt: skip
    assert not about & {check.rule for check in checks_of(G | refers, "SCHEDULE 13G")}


def test_a_short_item_is_confirmed_along_with_the_cover() -> None:
    short = {
        "item4.amount": "10,885,357; 9,987,000",
        "item4.percent": "22.9; 21",
        "item4.sharedVote": "-0-; 9,987,000",
    }
    found = passed(G | short)
    assert found["item-4-amount"] >= {"item4.amount", "aggregateAmountOwned/2"}
    assert found["item-4-percent"] >= {"item4.percent", "percentOfClass/2"}
    assert found["item-4-power"] >= {"item4.sharedVote", "sharedVotingPower/1"}


@pytest.mark.parametrize(
    "number", ["9" * 60, "1" * 20000, "0." + "0" * 60 + "1", "22.9" + "0" * 60]
)
def test_numbers_beyond_all_bounds_are_left_alone(number: str) -> None:
    for tag in ("aggregateAmountOwned/1", "percentOfClass/1", "item4.amount", "item4.percent"):
        shown = number if tag.startswith("item") else f"{number}%"
        fields = [
            replace(each, value=number, text=shown) if each.id == tag else each
            for each in fields_of(G, "SCHEDULE 13G")
        ]
        assert [check for rule in forms()["SCHEDULE 13G"].rules for check in rule(fields)]


def test_rules_are_run_with_the_general_ones() -> None:
    rules = {
        check.rule for check in run_checks(forms()["SCHEDULE 13G"], fields_of(G, "SCHEDULE 13G"))
    }
    assert "cusip-digit" in rules


@pytest.mark.parametrize(
    ("cusip", "digit"),
    [
        ("037833100", "0"),
        ("88160R101", "1"),
        ("53814L108", "8"),
        ("G0403H108", "8"),
        ("48213Y107", "7"),
    ],
)
def test_check_digits_are_those_of_real_numbers(cusip: str, digit: str) -> None:
    assert check_digit(cusip) == digit


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        (BASED, {47553922}),
        ("10,885,357 shares, representing 22.9% of the outstanding shares", set()),
        ("There were outstanding a total of 1,250,000 Units.", {1250000}),
        ("based on 90,000,000 shares of Common Stock issued and outstanding and 5,000,000 shares "
         "of Class B stock outstanding", {90000000, 5000000}),
        ("held 12,000 restricted stock units", set()),
        ("5,000,000 of the outstanding shares", set()),
    ],
)  # fmt: skip
def test_the_number_outstanding_is_found_in_running_text(text: str, totals: set[int]) -> None:
    assert outstanding_in(text) == {Decimal(total) for total in totals}


def test_dates_references_and_prices_are_no_amounts() -> None:
    text = (
        "See Items 7 through 11 and Rule 13d-1(b). On 12/13/2024 and March 5, 2024 it bought 2,809 "
        "shares (1) at $13.49 within 60 days, or 5.08% in 2024."
    )
    said = figures_in(text)
    assert said.amounts == {Decimal(2809)}
    assert said.percents == {Decimal("5.08")}
    assert figures_in("None").amounts == {Decimal(0)}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ICS Opportunities, Ltd.", "ICS OPPORTUNITIES, LTD", True),
        ("Israel A. Englander", "Israel Englander", True),
        ("Dr. John Marl, Jr.", "John Marl", True),
        ("Marl Advisers LP", "Marl Advisers LLC", False),
        ("Julian C. Baker", "Felix J. Baker", False),
        ("Israel A. Englander", "Israel A. Eng1ander", False),
    ],
)
def test_names_are_one_but_for_case_punctuation_and_initials(
    one: str, other: str, same: bool
) -> None:
    assert same_name(one, other) == same
