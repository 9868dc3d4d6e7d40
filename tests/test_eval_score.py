"""Scores, computed by hand."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from eval.score import Score, Tally, judged, merge, score
from eval.truth import read_filing
from models.errors import MalformedFact
from models.extraction import BLANK, ILLEGIBLE, NOT_ON_FORM, READ, Extraction, Field, FootnoteLink
from models.fact import Fact
from models.form import forms

ROOT = "/ownershipDocument"
NAME = f"{ROOT}/issuer/issuerName"
SYMBOL = f"{ROOT}/issuer/issuerTradingSymbol"
EXEMPT = f"{ROOT}/notSubjectToSection16"
PLAN = f"{ROOT}/aff10b5One"
FILINGS = Path(__file__).parents[2] / "shared" / "filings"


def row(index: int, element: str) -> str:
    """Path of a field of one transaction of Table I."""
    return f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[{index}]/{element}"


def transaction(index: int, shares: str, price: str, side: str) -> dict[str, str]:
    amounts = "transactionAmounts"
    return {
        row(index, "securityTitle"): "Common Stock",
        row(index, f"{amounts}/transactionShares"): shares,
        row(index, f"{amounts}/transactionPricePerShare"): price,
        row(index, f"{amounts}/transactionAcquiredDisposedCode"): side,
    }


def facts_of(values: dict[str, str], marks: dict[str, tuple[str, ...]] | None = None) -> list[Fact]:
    return [
        Fact(path, value, value, footnotes=(marks or {}).get(path, ()))
        for path, value in values.items()
    ]


def read(values: dict[str, str], marks: dict[str, tuple[str, ...]] | None = None) -> Extraction:
    """An extraction that says these values; an empty one is a blank field."""
    fields = []
    for path, value in values.items():
        located = forms()["4"].locate(path)
        assert located is not None, path
        links = tuple(FootnoteLink(mark, 0.9) for mark in (marks or {}).get(path, ()))
        state = READ if value else BLANK
        fields.append(Field(path, path, located[2].kind, value, value, 0.9, state, footnotes=links))
    return Extraction("0" * 64, "4", 0.9, False, (), tuple(fields))


def in_state(said: Extraction, path: str, state: str) -> Extraction:
    fields = tuple(
        replace(each, value="", state=state) if each.path == path else each for each in said.fields
    )
    return replace(said, fields=fields)


def test_saying_exactly_what_is_true_is_perfect() -> None:
    values = {NAME: "Marl Inc", SYMBOL: "MARL"} | transaction(1, "100", "5", "A")
    result = score(facts_of(values), read(values))
    assert result.total == Tally(right=6)
    assert result.rows == Tally(right=1)
    assert (result.filings, result.perfect) == (1, 1)
    assert result.total.f1 == 1.0


def test_wrong_invented_and_missed_values_count_as_the_contract_says() -> None:
    true = {NAME: "Marl Inc", SYMBOL: "MARL"}
    said = {NAME: "Mari Inc", f"{ROOT}/remarks": "None."}
    result = score(facts_of(true), read(said))
    assert result.fields["issuerName"] == Tally(invented=1, missed=1)
    assert result.fields["issuerTradingSymbol"] == Tally(missed=1)
    assert result.fields["remarks"] == Tally(invented=1)
    assert (result.total.precision, result.total.recall, result.total.f1) == (0.0, 0.0, 0.0)
    assert result.perfect == 0


def test_a_correct_absence_counts_nowhere() -> None:
    facts = [Fact(NAME, "Marl Inc"), Fact(PLAN, absent=True)]
    said = in_state(read({NAME: "Marl Inc", SYMBOL: "", PLAN: "0"}), PLAN, NOT_ON_FORM)
    result = score(facts, said)
    assert result.total == Tally(right=1)
    assert result.flags == 0


def test_a_box_read_on_a_form_without_it_is_invented() -> None:
    result = score([Fact(PLAN, absent=True)], read({PLAN: "0"}))
    assert result.fields["aff10b5One"] == Tally(invented=1)


def test_an_abstention_is_missed_but_not_invented() -> None:
    values = {NAME: "Marl Inc", SYMBOL: "MARL"}
    result = score(facts_of(values), in_state(read(values), NAME, ILLEGIBLE))
    assert result.total == Tally(right=1, missed=1)
    assert result.total.precision == 1.0
    assert result.abstained == 1


@pytest.mark.parametrize("said", ["Marl Inc", "Something Else", ""])
def test_a_fact_illegible_to_the_eye_leaves_the_count(said: str) -> None:
    facts = [Fact(NAME, "Marl Inc", legible=False), Fact(SYMBOL, "MARL")]
    assert score(facts, read({NAME: said, SYMBOL: "MARL"})).total == Tally(right=1)


def test_an_empty_prediction_misses_everything_and_invents_nothing() -> None:
    result = score(facts_of(transaction(1, "100", "5", "A")), read({}))
    assert result.total == Tally(missed=4)
    assert result.rows == Tally(missed=1)
    assert (result.total.precision, result.total.recall, result.total.f1) == (1.0, 0.0, 0.0)


def test_a_filing_without_extraction_counts_like_an_empty_one() -> None:
    facts = facts_of(transaction(1, "100", "5", "A"))
    assert score(facts, None) == score(facts, read({}))


def test_empty_gold_makes_everything_said_an_invention() -> None:
    result = score([], read(transaction(1, "100", "5", "A")))
    assert result.total == Tally(invented=4)
    assert result.rows == Tally(invented=1)


def test_nothing_true_and_nothing_said_is_perfect() -> None:
    result = score([], read({}))
    assert result.total.f1 == 1.0
    assert result.perfect == 1


def test_a_row_missed_in_the_middle_costs_only_that_row() -> None:
    rows = [("100", "5", "A"), ("250", "6", "D"), ("900", "7", "D")]
    true = {k: v for i, each in enumerate(rows, 1) for k, v in transaction(i, *each).items()}
    kept = [rows[0], rows[2]]
    said = {k: v for i, each in enumerate(kept, 1) for k, v in transaction(i, *each).items()}
    result = score(facts_of(true), read(said))
    assert result.total == Tally(right=8, missed=4)
    assert result.rows == Tally(right=2, missed=1)


def test_a_row_read_twice_is_invented_once() -> None:
    true = transaction(1, "100", "5", "A")
    said = true | transaction(2, "100", "5", "A")
    result = score(facts_of(true), read(said))
    assert result.total == Tally(right=4, invented=4)
    assert result.rows == Tally(right=1, invented=1)


def test_equal_rows_are_paired_in_their_order() -> None:
    both = transaction(1, "100", "5", "A") | transaction(2, "100", "5", "A")
    marks = {row(1, "securityTitle"): ("F1",), row(2, "securityTitle"): ("F2",)}
    result = score(facts_of(both, marks), read(both, marks))
    assert result.links == Tally(right=2)


def test_a_row_with_most_values_wrong_is_not_found() -> None:
    true, said = transaction(1, "100", "5", "A"), transaction(1, "700", "8", "D")
    result = score(facts_of(true), read(said))
    assert result.total == Tally(right=1, invented=3, missed=3)
    assert result.rows == Tally(invented=1, missed=1)


def test_a_holding_is_no_substitute_for_a_transaction() -> None:
    holding = f"{ROOT}/nonDerivativeTable/nonDerivativeHolding[1]/securityTitle"
    result = score(facts_of(transaction(1, "100", "5", "A")), read({holding: "Common Stock"}))
    assert result.fields["nonDerivative.securityTitle"] == Tally(invented=1, missed=1)


def test_marks_are_scored_after_the_rows_are_aligned() -> None:
    price = "transactionAmounts/transactionPricePerShare"
    true = transaction(1, "100", "5", "A") | transaction(2, "900", "7", "D")
    said = transaction(1, "900", "7", "D")
    result = score(
        facts_of(true, {row(2, price): ("F1", "F2"), row(1, price): ("F3",)}),
        read(said, {row(1, price): ("F1", "F4")}),
    )
    assert result.links == Tally(right=1, invented=1, missed=2)


def test_a_cell_with_only_a_mark_has_no_value_to_find() -> None:
    price = row(1, "transactionAmounts/transactionPricePerShare")
    values = transaction(1, "100", "", "A")
    result = score(facts_of(values, {price: ("F1",)}), read(values, {price: ("F1",)}))
    assert result.total == Tally(right=3)
    assert result.links == Tally(right=1)
    assert result.perfect == 1


def test_footnotes_are_known_by_their_printed_number() -> None:
    note = f"{ROOT}/footnotes/footnote[{{}}]".format
    result = score(facts_of({note(1): "First.", note(2): "Second."}), read({note(2): "Second."}))
    assert result.fields["footnote"] == Tally(right=1, missed=1)


def test_both_states_of_a_checkbox_count() -> None:
    owner = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship/"
    true = {EXEMPT: "0", owner + "isDirector": "1", owner + "isOfficer": "0"}
    said = {EXEMPT: "0", owner + "isDirector": "0", owner + "isOfficer": "0"}
    result = score(facts_of(true), read(said))
    assert (result.flags_right, result.flags) == (2, 3)
    assert result.flag_accuracy == pytest.approx(2 / 3)
    assert result.total == Tally(right=2, invented=1, missed=1)


def test_numbers_the_page_never_tells_are_not_scored() -> None:
    said = read({NAME: "Marl Inc", f"{ROOT}/issuer/issuerCik": "0000000000"})
    assert score([Fact(NAME, "Marl Inc")], said).total == Tally(right=1)


def test_a_derived_value_nobody_stated_is_not_invented() -> None:
    swap = row(1, "transactionCoding/equitySwapInvolved")
    values = transaction(1, "100", "5", "A")
    assert score(facts_of(values), read(values | {swap: "0"})).total == Tally(right=4)
    assert score(facts_of(values | {swap: "1"}), read(values | {swap: "0"})).total == Tally(4, 1, 1)


def test_a_form_taken_for_its_amendment_still_scores_its_other_fields() -> None:
    facts = [Fact(f"{ROOT}/documentType", "4"), Fact(NAME, "Marl Inc")]
    said = replace(read({f"{ROOT}/documentType": "4/A", NAME: "Marl Inc"}), form="4/A")
    assert score(facts, said).total == Tally(right=1, invented=1, missed=1)


def test_values_and_blanks_are_judged_against_the_row_they_belong_to() -> None:
    true = transaction(1, "100", "5", "A") | transaction(2, "250", "5", "D")
    said = transaction(1, "250", "", "D") | {NAME: "Marl Inc", SYMBOL: ""}
    found = judged(facts_of(true), read(said))
    verdicts = {each.field.path: (each.right, each.true) for each in found}
    amounts = "transactionAmounts"
    assert verdicts[row(1, f"{amounts}/transactionShares")] == (True, "250")
    assert verdicts[row(1, f"{amounts}/transactionPricePerShare")] == (False, "5")
    assert verdicts[NAME] == (False, None)
    assert verdicts[SYMBOL] == (True, None)
    assert len(verdicts) == len(said)


def test_what_is_fixed_or_called_illegible_is_not_judged() -> None:
    said = {f"{ROOT}/schemaVersion": "X0609", NAME: "Marl Inc", SYMBOL: "MARL"}
    unread = in_state(read(said), NAME, ILLEGIBLE)
    verdicts = judged(facts_of({NAME: "Marl Inc", SYMBOL: "MARL"}), unread)
    assert [each.field.path for each in verdicts] == [SYMBOL]


def test_a_fact_about_no_known_field_is_an_error() -> None:
    with pytest.raises(MalformedFact):
        score([Fact("/ownershipDocument/shoeSize", "44")], read({}))


def test_merging_adds_counts() -> None:
    one = score([Fact(NAME, "Marl Inc")], read({NAME: "Marl Inc"}))
    other = score([Fact(NAME, "Marl Inc")], read({}))
    total = merge([one, other])
    assert total.fields["issuerName"] == Tally(right=1, missed=1)
    assert (total.filings, total.perfect) == (2, 1)
    assert merge([]) == Score()


def test_a_row_is_entirely_right_only_with_every_value_and_every_mark() -> None:
    first, second = transaction(1, "100", "5", "A"), transaction(2, "70", "6", "D")
    marks = {row(1, "securityTitle"): ("F1",)}
    facts = facts_of(first | second, marks)
    assert score(facts, read(first | second, marks)).rows_right == 2
    assert score(facts, read(first | second)).rows_right == 1  # a mark of the first is missing
    wrong = {row(2, "transactionAmounts/transactionShares"): "71"}
    result = score(facts, read(first | second | wrong))
    assert (result.rows, result.rows_right) == (Tally(right=2), 0)


def test_a_row_read_twice_is_right_once_and_invented_once() -> None:
    true = transaction(1, "100", "5", "A")
    result = score(facts_of(true), read(true | transaction(2, "100", "5", "A")))
    assert (result.rows, result.rows_right) == (Tally(right=1, invented=1), 1)
    assert result.total == Tally(right=4, invented=4)
    assert result.perfect == 0


def test_nothing_true_and_nothing_read_is_perfect() -> None:
    result = score([], read({}))
    assert (result.total, result.rows, result.perfect) == (Tally(), Tally(), 1)


def test_what_was_called_illegible_is_judged_on_demand_and_then_never_right() -> None:
    said = in_state(read({NAME: "Marl Inc", SYMBOL: "MARL"}), NAME, ILLEGIBLE)
    facts = facts_of({SYMBOL: "MARL"})
    assert [(each.name, each.right) for each in judged(facts, said)] == [
        ("issuerTradingSymbol", True)
    ]
    every = {each.name: each.right for each in judged(facts, said, abstained=True)}
    assert every == {"issuerTradingSymbol": True, "issuerName": False}


def test_what_is_judged_says_whether_it_stands_in_a_table() -> None:
    values = {NAME: "Marl Inc"} | transaction(1, "100", "5", "A")
    tables = {each.name: each.table for each in judged(facts_of(values), read(values))}
    assert tables["nonDerivative.transactionShares"]
    assert not tables["issuerName"]


def test_real_filings_said_back_are_perfect() -> None:
    split = FILINGS / "split.csv"
    if not split.exists():
        pytest.skip("the real filings are not on this machine")
    with split.open(newline="") as lines:
        names = [each["filing"] for each in csv.DictReader(lines) if each["split"] == "dev"]
    forms_four = [name for name in names if name.startswith("form4_")][:20]
    for name in forms_four:
        truth = read_filing((FILINGS / "ownership" / name).read_bytes())
        values = {path: value for path, (value, _) in truth.items()}
        marks = {path: ids for path, (_, ids) in truth.items()}
        assert score(facts_of(values, marks), read(values, marks)).perfect == 1, name
