"""General checks and the rules of the ownership forms."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from eval.truth import Truth, read_filing
from models.checks import (
    CODE_LIST,
    FORMAT,
    LENGTH,
    LIMIT,
    MANDATORY,
    is_short,
    reasons_of,
    run_checks,
)
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    NOT_ON_FORM,
    READ,
    Check,
    Field,
    FootnoteLink,
    Reason,
)
from models.form import forms
from models.forms._ownership_rules import HARD

FILINGS = Path(__file__).parents[2] / "shared" / "filings"
ROOT = "/ownershipDocument"
OWNER = f"{ROOT}/reportingOwner[1]"
ROLE = f"{OWNER}/reportingOwnerRelationship"
ONE = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction"
TWO = f"{ROOT}/derivativeTable/derivativeTransaction"
NATURE = "ownershipNature/natureOfOwnership"
AFTER = "postTransactionAmounts/sharesOwnedFollowingTransaction"
SIDE = "transactionAmounts/transactionAcquiredDisposedCode"
CODE = "transactionCoding/transactionCode"
PRICE = "transactionAmounts/transactionPricePerShare"


def stock(index: int, code: str, side: str, shares: str, price: str, after: str) -> Truth:
    """A transaction of Table I."""
    values = {
        "securityTitle": "Common Stock",
        "transactionDate": "2024-05-02",
        "transactionCoding/transactionFormType": "4",
        CODE: code,
        "transactionAmounts/transactionShares": shares,
        PRICE: price,
        SIDE: side,
        AFTER: after,
        "ownershipNature/directOrIndirectOwnership": "D",
    }
    return {f"{ONE}[{index}]/{element}": (value, ()) for element, value in values.items()}


OPTION: Truth = {
    f"{TWO}[1]/{element}": said
    for element, said in {
        "securityTitle": ("Stock Option", ()),
        "conversionOrExercisePrice": ("2.5", ()),
        "transactionDate": ("2024-05-02", ()),
        "transactionCoding/transactionFormType": ("4", ()),
        CODE: ("M", ()),
        "transactionAmounts/transactionShares": ("1000", ()),
        PRICE: ("0", ()),
        SIDE: ("D", ()),
        "exerciseDate": ("", ("F1",)),
        "expirationDate": ("2030-01-31", ()),
        "underlyingSecurity/underlyingSecurityTitle": ("Common Stock", ()),
        "underlyingSecurity/underlyingSecurityShares": ("1000", ()),
        AFTER: ("3000", ()),
        "ownershipNature/directOrIndirectOwnership": ("D", ()),
    }.items()
}
TRUTH: Truth = {
    f"{ROOT}/documentType": ("4", ()),
    f"{ROOT}/periodOfReport": ("2024-05-02", ()),
    f"{ROOT}/notSubjectToSection16": ("0", ()),
    f"{ROOT}/issuer/issuerName": ("Marl Inc", ()),
    f"{ROOT}/issuer/issuerTradingSymbol": ("MARL", ()),
    f"{OWNER}/reportingOwnerId/rptOwnerName": ("Penrose Ada", ()),
    f"{ROLE}/isDirector": ("1", ()),
    f"{ROLE}/isOfficer": ("0", ()),
    f"{ROLE}/isTenPercentOwner": ("0", ()),
    f"{ROLE}/isOther": ("0", ()),
    f"{ROOT}/aff10b5One": ("0", ()),
    **stock(1, "M", "A", "1000", "2.5", "5000"),
    **stock(2, "S", "D", "400", "18", "4600"),
    **OPTION,
    f"{ROOT}/footnotes/footnote[1]": ("Vests in four parts.", ()),
    f"{ROOT}/ownerSignature[1]/signatureName": ("/s/ Ada Penrose", ()),
    f"{ROOT}/ownerSignature[1]/signatureDate": ("2024-05-04", ()),
}


def described(truth: Truth, form: str = "4") -> list[Field]:
    """Every field of the description for each row there is, as an extraction holds them."""
    known = forms()[form]
    places = [known.locate(path) for path in truth]
    instances = dict.fromkeys((at[0], at[1]) for at in places if at and at[0])
    fields: list[Field] = []
    for group, index in [(None, 1), *instances]:
        for spec in known.singles if group is None else group.fields:
            path = known.path_of(spec, group, index)
            value, marks = truth.get(path, ("", ()))
            state = READ if value else FOOTNOTE_ONLY if marks else BLANK
            if state == BLANK and spec.name == "aff10b5One":
                state = NOT_ON_FORM
            links = tuple(FootnoteLink(mark, 0.9) for mark in marks)
            fields.append(Field(path, path, spec.kind, value, value, 0.9, state, footnotes=links))
    return fields


def checked(changes: dict[str, str] | None = None, form: str = "4") -> list[Check]:
    """The checks of the example with some values changed."""
    new: Truth = {path: (value, ()) for path, value in (changes or {}).items()}
    return list(run_checks(forms()[form], described(TRUTH | new, form)))


def broken(checks: list[Check]) -> set[str]:
    return {check.rule for check in checks if not check.passed}


def test_a_consistent_filing_breaks_no_rule_and_confirms_many() -> None:
    checks = checked()
    assert broken(checks) == set()
    confirmed = {check.rule for check in checks}
    assert {"relationship", "nature", "running-balance", "exercise-linked", "signed-after",
            "period", "footnote-known", "footnote-cited", "side-of-code"} <= confirmed  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        (f"{ROLE}/isDirector", "0", "relationship"),
        (f"{ROLE}/isOfficer", "1", "officer-title"),
        (f"{ROLE}/isOther", "1", "other-text"),
        (f"{ONE}[1]/{NATURE}", "By Trust", "nature"),
        (f"{ONE}[1]/ownershipNature/directOrIndirectOwnership", "I", "nature"),
        (f"{ONE}[1]/postTransactionAmounts/valueOwnedFollowingTransaction", "9", "one-amount"),
        (f"{TWO}[1]/expirationDate", "", "value-or-footnote"),
        (f"{TWO}[1]/exerciseDate", "2031-01-31", "expiration"),
        (f"{ROOT}/ownerSignature[1]/signatureDate", "2024-05-01", "signed-after"),
        (f"{ROOT}/periodOfReport", "2024-05-01", "period"),
        (f"{ONE}[2]/{SIDE}", "A", "side-of-code"),
        (f"{ONE}[2]/{AFTER}", "46000", "running-balance"),
        (f"{ONE}[1]/transactionAmounts/transactionShares", "1001", "exercise-linked"),
        (f"{TWO}[1]/underlyingSecurity/underlyingSecurityShares", "1005", "underlying-number"),
        (f"{ONE}[2]/{PRICE}", "0", "price-of-code"),
        (f"{ONE}[2]/{CODE}", "J", "other-explained"),
        (f"{ONE}[2]/transactionTimeliness", "E", "timeliness"),
        (f"{ROOT}/aff10b5One", "", "plan-box"),
        (f"{ROOT}/aff10b5One", "1", "plan-named"),
    ],
)
def test_one_wrong_value_breaks_the_rule_that_watches_it(path: str, value: str, rule: str) -> None:
    checks = checked({path: value})
    assert rule in broken(checks)
    named = {each for check in checks if check.rule == rule and not check.passed
             for each in check.fields}  # fmt: skip
    assert path in named


def test_a_mark_without_footnote_and_a_footnote_without_mark_are_named() -> None:
    path = f"{TWO}[1]/exerciseDate"
    fields = described(TRUTH | {path: ("", ("F2",))})
    checks = list(run_checks(forms()["4"], fields))
    assert broken(checks) == {"footnote-known", "footnote-cited"}
    messages = " ".join(check.message for check in checks if not check.passed)
    assert "(2) is cited and was not found" in messages
    assert "(1) is cited 0 times" in messages


def test_the_running_balance_shows_its_sum_as_printed() -> None:
    message = next(c.message for c in checked() if c.rule == "running-balance")
    assert message == "Table I, transaction 2: 5,000 - 400 = 4,600, printed is 4,600."


def test_the_balance_of_another_holder_is_not_continued() -> None:
    other = {f"{ONE}[2]/ownershipNature/directOrIndirectOwnership": "I",
             f"{ONE}[2]/{NATURE}": "By Trust", f"{ONE}[2]/{AFTER}": "7"}  # fmt: skip
    assert "running-balance" not in {check.rule for check in checked(other)}


def test_a_missing_mandatory_value_is_named_and_an_illegible_one_called_so() -> None:
    name = f"{ROOT}/issuer/issuerName"
    assert MANDATORY in broken(checked({name: ""}))
    fields = [replace(each, value="", state=ILLEGIBLE) if each.path == name else each
              for each in described(TRUTH)]  # fmt: skip
    failed = [check for check in run_checks(forms()["4"], fields) if not check.passed]
    assert [(check.rule, check.fields) for check in failed] == [(MANDATORY, (name,))]
    assert "could not be read" in failed[0].message


def test_an_illegible_value_breaks_no_other_rule() -> None:
    for illegible in (each.path for each in described(TRUTH) if each.value):
        fields = [replace(each, value="", state=ILLEGIBLE) if each.path == illegible else each
                  for each in described(TRUTH)]  # fmt: skip
        assert broken(list(run_checks(forms()["4"], fields))) <= {MANDATORY}, illegible


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        (f"{ONE}[1]/{CODE}", "Q", CODE_LIST),
        (f"{ONE}[1]/transactionDate", "05/02/2024", FORMAT),
        (f"{ONE}[1]/{PRICE}", "2.50", FORMAT),
        (f"{ONE}[1]/{PRICE}", "2.50001", FORMAT),
        (f"{ROOT}/issuer/issuerTradingSymbol", "MARLANDSONS", LENGTH),
    ],
)
def test_a_value_of_the_wrong_shape_is_named(path: str, value: str, rule: str) -> None:
    failed = [check for check in checked({path: value}) if check.rule == rule]
    assert [check.fields for check in failed] == [(path,)]


def test_a_filing_without_owner_or_with_eleven_is_named() -> None:
    without = [each for each in described(TRUTH) if "reportingOwner" not in each.path]
    assert LIMIT in broken(list(run_checks(forms()["4"], without)))
    many = {f"{ROOT}/reportingOwner[{n}]/reportingOwnerId/rptOwnerName": "P" for n in range(2, 12)}
    assert LIMIT in broken(checked(many))


def test_a_form_four_without_transactions_is_named_unless_exempt() -> None:
    kept: Truth = {path: said for path, said in TRUTH.items() if "Table" not in path}
    assert "transactions" in broken(list(run_checks(forms()["4"], described(kept))))
    exempt: Truth = kept | {f"{ROOT}/notSubjectToSection16": ("1", ())}
    assert "transactions" not in broken(list(run_checks(forms()["4"], described(exempt))))


def test_a_form_three_with_holdings_breaks_nothing() -> None:
    held = f"{ROOT}/nonDerivativeTable/nonDerivativeHolding[1]"
    truth: Truth = {path: said for path, said in TRUTH.items()
                    if "Transaction" not in path and "footnote" not in path
                    and "16" not in path and "aff10" not in path}  # fmt: skip
    truth |= {
        f"{ROOT}/documentType": ("3", ()),
        f"{held}/securityTitle": ("Common Stock", ()),
        f"{held}/{AFTER}": ("100", ()),
        f"{held}/ownershipNature/directOrIndirectOwnership": ("D", ()),
    }
    assert broken(list(run_checks(forms()["3"], described(truth, "3")))) == set()
    for said, is_broken in (("0", False), ("1", True)):
        told: Truth = truth | {f"{ROOT}/noSecuritiesOwned": (said, ())}
        assert (
            "no-securities" in broken(list(run_checks(forms()["3"], described(told, "3"))))
        ) is is_broken


def test_failed_rules_are_reasons_for_the_doubt_of_their_fields() -> None:
    checks = [Check("a", False, ("f1", "f2"), "one"), Check("b", True, ("f1",), "two"),
              Check("c", False, ("f1",), "three")]  # fmt: skip
    assert reasons_of(checks) == {
        "f1": (Reason("a", "one"), Reason("c", "three")), "f2": (Reason("a", "one"),),
    }  # fmt: skip


def test_a_form_is_short_when_a_rule_fails_that_is_about_no_field() -> None:
    assert not is_short([Check("a", False, ("f1",), ""), Check("b", True, (), "")])
    assert is_short([Check("b", False, (), "")])


def test_an_empty_reading_is_checked_without_failing() -> None:
    assert broken(list(run_checks(forms()["4"], []))) == {MANDATORY, LIMIT, "transactions"}


def test_real_filings_never_break_a_rule_that_edgar_enforces() -> None:
    split = FILINGS / "split.csv"
    if not split.exists():
        pytest.skip("the real filings are not on this machine")
    with split.open(newline="") as lines:
        names = [each["filing"] for each in csv.DictReader(lines) if each["split"] == "dev"]
    for name in names:
        truth = read_filing((FILINGS / "ownership" / name).read_bytes())
        form = truth[f"{ROOT}/documentType"][0]
        failed = broken(list(run_checks(forms()[form], described(truth, form))))
        assert not failed & (HARD | {MANDATORY, CODE_LIST, FORMAT, LENGTH, LIMIT}), name
