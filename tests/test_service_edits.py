"""What a reviewer does to an extraction: edits, replayed over what was read."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from models.document import Box
from models.errors import BadEdit
from models.export import to_csv, to_json, to_xml
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    LOOKED_UP,
    NOT_ON_FORM,
    READ,
    Alternative,
    Extraction,
    Field,
    FootnoteLink,
    PageSummary,
    Place,
    Reason,
)
from models.form import FIXED, GroupSpec, forms
from models.stored import from_json
from service.edits import LONGEST, Edit, applied, decided, edit_of, row_of

ROOT = "/ownershipDocument"
BUY = "nonDerivativeTable/nonDerivativeTransaction"
HELD = "nonDerivativeTable/nonDerivativeHolding"
OPTION = "derivativeTable/derivativeTransaction"
OWNER, NOTE, SIGNATURE = "reportingOwner", "footnotes/footnote", "ownerSignature"
SHARES = "transactionAmounts/transactionShares"
PRICE = "transactionAmounts/transactionPricePerShare"
NATURE = "ownershipNature/natureOfOwnership"
TITLE = "securityTitle"

SAID = {
    "documentType": "4", "periodOfReport": "2024-05-02", "issuer/issuerName": "Marl Inc.",
    "issuer/issuerTradingSymbol": "MARL", "reportingOwnerId/rptOwnerName": "Penrose Ada",
    "reportingOwnerRelationship/isDirector": "1", TITLE: "Common Stock",
    "transactionDate": "2024-05-02", "transactionCoding/transactionFormType": "4",
    "transactionCoding/transactionCode": "P", "transactionCoding/equitySwapInvolved": "0",
    PRICE: "18.25", "transactionAmounts/transactionAcquiredDisposedCode": "A",
    "postTransactionAmounts/sharesOwnedFollowingTransaction": "5000",
    "ownershipNature/directOrIndirectOwnership": "D", "signatureName": "/s/ Ada Penrose",
    "signatureDate": "2024-05-04",
}  # fmt: skip
"""What every field of this path says unless a filing has something else."""
BAD = (Reason("uncertain", "read with a confidence of 0.600"),)


def filing(form: str = "4", rows: Mapping[str, int] | None = None, **own: str) -> Extraction:
    """A filing with so many instances of each group; `own` has values by the field's number."""
    counts = {OWNER: 1, BUY: 2, HELD: 1, NOTE: 2, SIGNATURE: 1} | dict(rows or {})
    described, found = forms()[form], []
    for item in described.items:
        many = isinstance(item, GroupSpec)
        for index in range(1, (counts.get(item.path, 0) if many else 1) + 1):
            for spec in item.fields if many else (item,):
                path = described.path_of(spec, item if many else None, index)
                value = SAID.get(spec.path, "0" if spec.kind == "flag" else "")
                value = f"Text {index}." if item.path == NOTE else value
                value = str(100 * index) if spec.path == SHARES else value
                state = NOT_ON_FORM if spec.source == FIXED else READ if value else BLANK
                found.append(Field(f"f{len(found) + 1:04d}", path, spec.kind, value, value,
                                   1.0 if spec.source == FIXED else 0.98, state))  # fmt: skip
    pages = (PageSummary(1, 792.0, 612.0, 0, 0.0, 200.0, "pixels", "first"),)
    made = Extraction("0" * 64, form, 0.8, False, pages, tuple(found), models={"tagger": "t@1"})
    for path, value in own.items():
        made = changed(made, path, value=value, text=value)
    return made


def at(extraction: Extraction, path: str) -> Field:
    return next(each for each in extraction.fields if each.path == f"{ROOT}/{path}")


def changed(extraction: Extraction, path: str, **values: Any) -> Extraction:
    """The extraction with a field that was read otherwise."""
    own = at(extraction, path)
    fields = (replace(each, **values) if each is own else each for each in extraction.fields)
    return replace(extraction, fields=tuple(fields))


def rows(extraction: Extraction, group: str, name: str = SHARES) -> list[str]:
    """The values of one field in every row of a group, which are numbered 1, 2, 3 …"""
    found = []
    while True:
        path = f"{ROOT}/{group}[{len(found) + 1}]/{name}".rstrip("/")
        own = [each.value for each in extraction.fields if each.path == path]
        if not own:
            return found
        found += own


def refused(extraction: Extraction, *edits: Edit) -> str:
    with pytest.raises(BadEdit) as caught:
        applied(extraction, edits)
    return caught.value.detail


# Fields


def test_without_edits_nothing_changes() -> None:
    machine = filing()
    assert applied(machine, []) == machine


def test_an_accepted_field_keeps_its_value_and_is_certain() -> None:
    name = "issuer/issuerName"
    machine = changed(filing(), name, confidence=0.6, review=True, reasons=BAD)
    after = applied(machine, [Edit("accept", at(machine, name).id)], by="Ann")
    field = at(after, name)
    assert (field.value, field.state, field.confidence, field.review) == (
        "Marl Inc.", READ, 1.0, False,
    )  # fmt: skip
    assert field.reasons == (Reason("reviewed", "Decided by Ann; read as 'Marl Inc.'."),)
    assert after.confidence > machine.confidence
    assert machine == changed(filing(), name, confidence=0.6, review=True, reasons=BAD)


def test_a_set_value_is_canonical_its_print_is_as_typed_and_stands_where_it_was_shown() -> None:
    machine = filing()
    price, place = at(machine, f"{BUY}[1]/{PRICE}"), Place(1, Box(10, 20, 30, 40))
    after = applied(machine, [Edit("set", price.id, "$1,018.50 ", boxes=(place,))])
    field = at(after, f"{BUY}[1]/{PRICE}")
    assert (field.value, field.text, field.boxes) == ("1018.5", "$1,018.50 ", (place,))
    assert (field.state, field.confidence) == (READ, 1.0)
    assert field.reasons[0].text == "Decided by a reviewer; read as '18.25'."


def test_a_typed_value_keeps_the_place_where_another_was_read() -> None:
    place = Place(1, Box(1, 2, 3, 4))
    machine = changed(filing(), "periodOfReport", boxes=(place,))
    after = applied(machine, [Edit("set", at(machine, "periodOfReport").id, "5/3/2024")])
    field = at(after, "periodOfReport")
    assert (field.value, field.boxes) == ("2024-05-03", (place,))


def test_a_value_that_its_kind_does_not_allow_is_refused_with_the_reason() -> None:
    machine = filing()
    said = refused(machine, Edit("set", at(machine, "periodOfReport").id, "31/31/2024"))
    assert "periodOfReport" in said and "31/31/2024" in said
    assert "empty" in refused(machine, Edit("set", at(machine, "issuer/issuerName").id, " "))


def test_a_code_that_the_form_does_not_know_is_taken_and_fails_its_check() -> None:
    machine = filing()
    code = at(machine, f"{BUY}[1]/transactionCoding/transactionCode")
    after = applied(machine, [Edit("set", code.id, "Q")])
    assert at(after, f"{BUY}[1]/transactionCoding/transactionCode").value == "Q"
    failed = [check for check in after.checks if code.id in check.fields and not check.passed]
    assert "code-list" in [check.rule for check in failed]


def test_a_value_longer_than_the_form_takes_is_told_by_a_check() -> None:
    machine = filing()
    symbol = at(machine, "issuer/issuerTradingSymbol")
    after = applied(machine, [Edit("set", symbol.id, "MARLMARLMARL")])
    assert ("length", (symbol.id,)) in [(check.rule, check.fields) for check in after.checks]


def test_a_blank_field_has_no_value_and_is_certain() -> None:
    machine = filing()
    price = at(machine, f"{BUY}[1]/{PRICE}")
    field = at(applied(machine, [Edit("blank", price.id)]), f"{BUY}[1]/{PRICE}")
    assert (field.value, field.state, field.confidence, field.text) == ("", BLANK, 1.0, "18.25")
    marked = applied(machine, [Edit("attach", price.id, footnote="F2"), Edit("blank", price.id)])
    assert at(marked, f"{BUY}[1]/{PRICE}").state == FOOTNOTE_ONLY


def test_what_a_person_cannot_read_is_illegible_and_has_no_confidence() -> None:
    machine = filing()
    name = at(machine, "issuer/issuerName")
    after = applied(machine, [Edit("illegible", name.id)])
    field = at(after, "issuer/issuerName")
    assert (field.value, field.state, field.confidence, field.review) == (
        "",
        ILLEGIBLE,
        None,
        False,
    )
    assert after.confidence < machine.confidence
    assert applied(machine, [Edit("illegible", name.id), Edit("accept", name.id)]) == after


def test_the_last_word_on_a_field_counts_and_the_machines_value_stays_known() -> None:
    machine = filing()
    name = at(machine, "issuer/issuerName").id
    after = applied(machine, [Edit("set", name, "Mart Inc."), Edit("set", name, "Mark Inc.")], "Bo")
    assert at(after, "issuer/issuerName").value == "Mark Inc."
    assert at(after, "issuer/issuerName").reasons[0].text == (
        "Decided by Bo; read as 'Marl Inc.'."
    )  # fmt: skip


def test_a_number_that_is_no_print_may_be_set_but_not_the_version_of_the_schema() -> None:
    machine = filing()
    after = applied(machine, [Edit("set", at(machine, "issuer/issuerCik").id, "0000012345")])
    assert b"<issuerCik>0000012345</issuerCik>" in to_xml(after)
    assert "every form" in refused(machine, Edit("set", at(machine, "schemaVersion").id, "X1"))


def test_a_value_that_was_looked_up_can_be_accepted() -> None:
    machine = changed(
        filing(), "issuer/issuerCik", value="0000000007", state=LOOKED_UP, review=True
    )
    after = applied(machine, [Edit("accept", at(machine, "issuer/issuerCik").id)])
    assert at(after, "issuer/issuerCik").state == LOOKED_UP
    assert not after.review


def test_a_field_that_is_not_there_is_refused() -> None:
    assert "no field 'f9999'" in refused(filing(), Edit("accept", "f9999"))


def test_a_place_on_a_page_that_is_not_there_is_refused() -> None:
    machine = filing()
    edit = Edit("set", at(machine, "issuer/issuerName").id, "X", boxes=(Place(7, Box(0, 0, 1, 1)),))
    assert "no page 7" in refused(machine, edit)


# The whole


def test_checks_are_run_anew_and_their_reasons_follow() -> None:
    machine = applied(filing(), [Edit("blank", at(filing(), f"{BUY}[1]/{PRICE}").id)])
    machine = from_json(to_json(machine))
    title, note = at(machine, f"{BUY}[1]/{TITLE}"), at(machine, f"{NOTE}[1]")
    assert "footnote-cited" in [reason.code for reason in note.reasons]
    after = applied(machine, [
        Edit("blank", title.id), Edit("attach", at(machine, f"{BUY}[1]/{PRICE}").id, footnote="F1"),
    ])  # fmt: skip
    assert not at(after, f"{NOTE}[1]").reasons
    assert any(check.rule == "mandatory" and title.id in check.fields for check in after.checks)
    assert [reason.code for reason in at(after, f"{BUY}[1]/{TITLE}").reasons] == ["reviewed"]


def test_what_nobody_decided_stays_as_sure_and_in_doubt_as_it_was() -> None:
    name, price = "issuer/issuerName", f"{BUY}[2]/{PRICE}"
    machine = filing()
    for path in (name, price):
        machine = changed(machine, path, confidence=0.6, review=True, reasons=BAD)
    machine = replace(machine, review=True)
    after = applied(machine, [Edit("accept", at(machine, name).id)])
    assert after.review
    assert at(after, price) == at(machine, price)
    assert not applied(after, [Edit("accept", at(machine, price).id)]).review


def test_a_filing_that_lacks_a_part_or_a_page_stays_in_doubt() -> None:
    machine = filing()
    edits = [Edit("delete-row", group=OWNER, index=1)]
    assert applied(machine, edits).review
    unread = replace(machine, pages=(replace(machine.pages[0], role="unreadable"),))
    assert applied(unread, [Edit("accept", at(machine, "periodOfReport").id)]).review


def test_replaying_fewer_edits_is_undoing() -> None:
    machine = filing()
    edits = [
        Edit("set", at(machine, "issuer/issuerName").id, "Marlow Inc."),
        Edit("add-row", group=BUY, index=1), Edit("delete-row", group=BUY, index=3),
        Edit("merge-rows", group=BUY, index=1, to=2), Edit("move-row", group=OWNER, index=1, to=1),
        Edit("attach", at(machine, f"{BUY}[1]/{PRICE}").id, footnote="F1"),
        Edit("delete-row", group=NOTE, index=1),
    ]  # fmt: skip
    states = [applied(machine, edits[:count]) for count in range(len(edits) + 1)]
    assert len({json.dumps(to_json(state)) for state in states}) == len(edits)  # one moved nothing
    for count in reversed(range(len(edits) + 1)):
        assert applied(machine, edits[:count]) == states[count]


def test_the_xml_says_what_was_decided() -> None:
    machine = filing()
    edits = [
        Edit("set", at(machine, "issuer/issuerName").id, "Marl & <Sons>"),
        Edit("attach", at(machine, f"{BUY}[1]/{PRICE}").id, footnote="F2"),
        Edit("blank", at(machine, f"{BUY}[1]/{PRICE}").id),
        Edit("delete-row", group=BUY, index=2),
    ]  # fmt: skip
    after = applied(machine, edits)
    root = ElementTree.fromstring(to_xml(after))
    assert root.findtext("issuer/issuerName") == "Marl & <Sons>"
    price = root.find(f"{BUY}/{PRICE}")
    assert price is not None
    assert [child.tag for child in price] == ["footnoteId"]
    assert len(root.findall(BUY)) == 1
    assert to_xml(after) != to_xml(machine)
    assert "Marl & <Sons>" in to_csv([("x", after)])
    assert to_json(from_json(to_json(after))) == to_json(after)


def test_a_document_of_no_known_form_cannot_be_edited() -> None:
    nothing = replace(filing(), form="", fields=())
    assert "no known form" in refused(nothing, Edit("accept", "f0001"))


@pytest.mark.parametrize("name", sorted(forms()))
def test_every_field_of_every_form_can_be_accepted_and_made_blank(name: str) -> None:
    form = forms()[name]
    machine = filing(name, dict.fromkeys((group.path for group in form.groups), 2))
    for action in ("accept", "blank", "illegible"):
        edits = [Edit(action, each.id) for each in machine.fields]
        after = applied(machine, edits)
        assert decided(edits) == {each.id for each in after.fields}
        assert [each.path for each in after.fields] == [each.path for each in machine.fields]
        ElementTree.fromstring(to_xml(after))


# Rows


def test_an_added_row_is_empty_certain_and_last() -> None:
    machine = filing()
    after = applied(machine, [Edit("add-row", group=BUY)], by="Ann")
    new = [each for each in after.fields if f"{BUY}[3]/" in each.path]
    spec = next(group for group in forms()["4"].groups if group.path == BUY)
    assert len(new) == len(spec.fields)
    assert {each.confidence for each in new} == {1.0}
    assert not any(each.review for each in new)
    assert {each.reasons[0].text for each in new} == {"Added by Ann."}
    assert {each.value for each in new if each.kind not in ("flag", "code")} == {""}
    swap = at(after, f"{BUY}[3]/transactionCoding/equitySwapInvolved")
    kind = at(after, f"{BUY}[3]/transactionCoding/transactionFormType")
    assert (swap.value, kind.value) == ("0", "4")
    assert len({each.id for each in after.fields}) == len(after.fields)


def test_a_row_is_added_before_another_which_keeps_its_ids() -> None:
    machine = filing()
    before = at(machine, f"{BUY}[1]/{SHARES}")
    after = applied(machine, [Edit("add-row", group=BUY, index=1)])
    assert rows(after, BUY) == ["", "100", "200"]
    assert at(after, f"{BUY}[2]/{SHARES}").id == before.id
    filled = applied(machine, [
        Edit("add-row", group=BUY, index=1), Edit("set", at(after, f"{BUY}[1]/{SHARES}").id, "7"),
    ])  # fmt: skip
    assert rows(filled, BUY) == ["7", "100", "200"]


def test_the_first_row_of_a_group_comes_where_the_form_has_it() -> None:
    # Transactions and holdings stand in one table, in any order.
    groups = (OWNER, BUY, HELD, OPTION, NOTE, SIGNATURE)
    homes = [item.path.partition("/")[0] for item in forms()["4"].items]
    for group in groups:
        after = applied(filing(rows={group: 0}), [Edit("add-row", group=group)])
        places = [each.path.split("/")[2].partition("[")[0] for each in after.fields]
        assert [homes.index(place) for place in places] == sorted(map(homes.index, places)), group
        assert group.partition("/")[0] in places


def test_rows_can_be_added_to_a_filing_that_has_none() -> None:
    machine = filing(rows=dict.fromkeys((OWNER, BUY, HELD, NOTE, SIGNATURE), 0))
    after = applied(machine, [Edit("add-row", group=BUY), Edit("add-row", group=BUY)])
    assert rows(after, BUY) == ["", ""]


def test_a_deleted_row_is_gone_and_those_behind_it_move_up() -> None:
    machine = filing(rows={BUY: 3})
    last = at(machine, f"{BUY}[3]/{SHARES}").id
    after = applied(machine, [Edit("delete-row", group=BUY, index=2)])
    assert rows(after, BUY) == ["100", "300"]
    assert at(after, f"{BUY}[2]/{SHARES}").id == last
    assert rows(after, HELD, TITLE) == ["Common Stock"]


def test_the_last_owner_can_be_deleted_and_a_check_misses_it() -> None:
    after = applied(filing(), [Edit("delete-row", group=OWNER, index=1)])
    assert not rows(after, OWNER, "reportingOwnerId/rptOwnerName")
    assert any(check.rule == "limit" and "reportingOwner" in check.message
               for check in after.checks)  # fmt: skip


@pytest.mark.parametrize(
    ("index", "to", "order"),
    [(1, 3, "231"), (3, 1, "312"), (2, 2, "123"), (1, 2, "213")],
)
def test_a_row_moves_among_those_of_its_group(index: int, to: int, order: str) -> None:
    machine = filing(rows={BUY: 3})
    ids = [at(machine, f"{BUY}[{n}]/{SHARES}").id for n in (1, 2, 3)]
    after = applied(machine, [Edit("move-row", group=BUY, index=index, to=to)])
    assert rows(after, BUY) == [f"{n}00" for n in order]
    found = [at(after, f"{BUY}[{n}]/{SHARES}").id for n in (1, 2, 3)]
    assert found == [ids[int(n) - 1] for n in order]
    assert [each.get("value") or each.text for each in ElementTree.fromstring(
        to_xml(after)).findall(f"{BUY}/{SHARES}/value")] == [f"{n}00" for n in order]  # fmt: skip


def test_merging_fills_what_is_blank_joins_text_and_keeps_the_rest() -> None:
    first, second = f"{BUY}[1]", f"{BUY}[2]"
    machine = filing()
    boxes = Place(1, Box(0, 0, 9, 9)), Place(1, Box(0, 10, 9, 19))
    machine = changed(machine, f"{first}/{TITLE}", value="Class A", text="Class A", boxes=boxes[:1])
    machine = changed(machine, f"{second}/{TITLE}", value="Common", text="Common", boxes=boxes[1:],
                      confidence=0.5, review=True)  # fmt: skip
    machine = changed(machine, f"{first}/{PRICE}", value="", text="", state=BLANK)
    machine = changed(machine, f"{second}/{PRICE}", footnotes=(FootnoteLink("F1", 0.7),),
                      alternatives=(Alternative("18.35", 0.2),))  # fmt: skip
    price = at(machine, f"{second}/{PRICE}")
    after = applied(machine, [Edit("merge-rows", group=BUY, index=2, to=1)])
    assert rows(after, BUY) == ["100"]
    title = at(after, f"{first}/{TITLE}")
    assert (title.value, title.text, title.boxes) == ("Class A Common", "Class A Common", boxes)
    assert (title.confidence, title.review) == (0.5, True)
    assert at(after, f"{first}/{PRICE}") == replace(price, path=f"{ROOT}/{first}/{PRICE}")


def test_merging_upwards_joins_text_in_the_order_of_the_rows() -> None:
    machine = changed(filing(), f"{BUY}[1]/{NATURE}", value="By", text="By", state=READ)
    machine = changed(machine, f"{BUY}[2]/{NATURE}", value="Trust", text="Trust", state=READ)
    after = applied(machine, [Edit("merge-rows", group=BUY, index=1, to=2)])
    assert rows(after, BUY, NATURE) == ["By Trust"]
    assert rows(after, BUY) == ["200"]


def test_text_of_which_a_part_is_illegible_is_illegible_when_joined() -> None:
    machine = changed(filing(), f"{BUY}[2]/{TITLE}", value="", state=ILLEGIBLE, confidence=None)
    after = applied(machine, [Edit("merge-rows", group=BUY, index=2, to=1)])
    title = at(after, f"{BUY}[1]/{TITLE}")
    assert (title.value, title.state, title.confidence) == ("", ILLEGIBLE, None)
    assert title.text == "Common Stock Common Stock"


@pytest.mark.parametrize(
    "edit",
    [
        Edit("add-row", group="issuer"), Edit("add-row", group=BUY, index=9),
        Edit("delete-row", group=BUY, index=3), Edit("delete-row", group=HELD, index=2),
        Edit("move-row", group=BUY, index=1, to=3), Edit("move-row", group=BUY, index=7, to=1),
        Edit("merge-rows", group=BUY, index=1, to=1), Edit("merge-rows", group=BUY, index=1, to=5),
        Edit("add-row", group=NOTE, index=2), Edit("move-row", group=NOTE, index=1, to=2),
        Edit("explode", group=NOTE, index=1),
    ],
)  # fmt: skip
def test_rows_that_are_not_there_are_refused(edit: Edit) -> None:
    assert refused(filing(), edit)


def test_there_is_an_end_to_adding_rows() -> None:
    assert "99" in refused(filing(), *[Edit("add-row", group=BUY)] * 100)


# Footnotes


def test_a_footnote_is_attached_in_the_order_of_the_numbers_and_detached() -> None:
    machine = filing()
    path = f"{BUY}[1]/{PRICE}"
    price = at(machine, path).id
    edits = [Edit("attach", price, footnote=each) for each in ("F10", "F2", "F2")]
    assert at(applied(machine, edits), path).footnotes == (
        FootnoteLink("F2", 1.0), FootnoteLink("F10", 1.0),
    )  # fmt: skip
    edits += [Edit("detach", price, footnote="F10")]
    assert [link.id for link in at(applied(machine, edits), path).footnotes] == ["F2"]
    assert "not at this field" in refused(machine, *edits, Edit("detach", price, footnote="F9"))


def test_a_blank_field_with_a_footnote_says_so_until_that_is_detached() -> None:
    machine = filing()
    strike = at(machine, f"{BUY}[1]/deemedExecutionDate").id
    edits = [Edit("attach", strike, footnote="F1"), Edit("detach", strike, footnote="F1")]
    assert at(applied(machine, edits[:1]), f"{BUY}[1]/deemedExecutionDate").state == FOOTNOTE_ONLY
    assert at(applied(machine, edits), f"{BUY}[1]/deemedExecutionDate").state == BLANK


def test_footnotes_stand_only_where_the_form_allows_them() -> None:
    machine = filing()
    name, price = at(machine, "issuer/issuerName").id, at(machine, f"{BUY}[1]/{PRICE}").id
    assert "cannot have" in refused(machine, Edit("attach", name, footnote="F1"))
    for wrong in ("F0", "F100", "1", "F1\n", "<b>"):
        assert "no footnote" in refused(machine, Edit("attach", price, footnote=wrong))


def test_footnotes_keep_their_numbers_when_one_is_deleted_with_its_links() -> None:
    machine = filing(rows={NOTE: 3})
    price = at(machine, f"{BUY}[1]/{PRICE}").id
    marks = [Edit("attach", price, footnote=each) for each in ("F1", "F2", "F3")]
    after = applied(machine, [*marks, Edit("delete-row", group=NOTE, index=2)])
    notes = {each.path: each.value for each in after.fields if NOTE in each.path}
    assert notes == {f"{ROOT}/{NOTE}[1]": "Text 1.", f"{ROOT}/{NOTE}[3]": "Text 3."}
    assert [link.id for link in at(after, f"{BUY}[1]/{PRICE}").footnotes] == ["F1", "F3"]
    again = applied(machine, [*marks, Edit("delete-row", group=NOTE, index=2),
                              Edit("add-row", group=NOTE, index=2)])  # fmt: skip
    order = [each.path for each in again.fields if NOTE in each.path]
    assert order == [f"{ROOT}/{NOTE}[{number}]" for number in (1, 2, 3)]


def test_a_new_footnote_gets_the_next_number() -> None:
    after = applied(filing(), [Edit("add-row", group=NOTE)])
    assert at(after, f"{NOTE}[3]").state == BLANK


def test_a_footnote_whose_number_was_misread_gets_another() -> None:
    after = applied(filing(), [Edit("move-row", group=NOTE, index=2, to=4)])
    notes = {each.path: each.value for each in after.fields if NOTE in each.path}
    assert notes == {f"{ROOT}/{NOTE}[1]": "Text 1.", f"{ROOT}/{NOTE}[4]": "Text 2."}


def test_links_to_a_footnote_that_was_merged_lead_to_the_other() -> None:
    machine = filing()
    price = at(machine, f"{BUY}[1]/{PRICE}").id
    edits = [Edit("attach", price, footnote="F2"),
             Edit("merge-rows", group=NOTE, index=2, to=1)]  # fmt: skip
    after = applied(machine, edits)
    assert at(after, f"{NOTE}[1]").value == "Text 1. Text 2."
    assert [link.id for link in at(after, f"{BUY}[1]/{PRICE}").footnotes] == ["F1"]


# JSON


def test_an_edit_is_the_same_after_json() -> None:
    edits = [
        Edit("set", "f0001", "x", boxes=(Place(1, Box(1.5, 2, 3, 4)), Place(2, Box(0, 0, 1, 1)))),
        Edit("add-row", group=BUY), Edit("merge-rows", group=BUY, index=2, to=1),
        Edit("attach", "f0001", footnote="F1"), Edit("accept", "f0001"), Edit("set", "f0001", ""),
    ]  # fmt: skip
    for edit in edits:
        assert edit_of(json.loads(json.dumps(row_of(edit)))) == edit
    assert row_of(edits[1]) == {"action": "add-row", "group": BUY}


@pytest.mark.parametrize(
    "row",
    [
        {}, {"action": "explode"}, {"action": []}, {"action": None}, {"action": "accept"},
        {"action": "accept", "field": 3}, {"action": "accept", "field": "f1", "colour": "red"},
        {"action": "delete-row", "group": BUY}, {"action": "delete-row", "group": BUY, "index": -1},
        {"action": "delete-row", "group": BUY, "index": True},
        {"action": "delete-row", "group": BUY, "index": 10**9},
        {"action": "move-row", "group": BUY, "index": 1}, {"action": "attach", "field": "f1"},
        {"action": "set", "field": "f1", "value": 7},
        {"action": "set", "field": "f1", "value": "x" * 1_000_000},
        {"action": "set", "field": "f1", "value": "a\x00b"},
        {"action": "set", "field": "f1", "value": "\ud800"},
        {"action": "set", "field": "f1", "value": "\x1b[31m"},
        {"action": "set", "field": "f1", "value": "x", "boxes": "all"},
        {"action": "set", "field": "f1", "value": "x", "boxes": [{"page": 1}]},
        {"action": "set", "field": "f1", "value": "x", "boxes": [{"page": 1, "box": [1, 2, 3]}]},
        {"action": "set", "field": "f1", "value": "x",
         "boxes": [{"page": 1, "box": [0, 0, 1, float("inf")]}]},
        {"action": "set", "field": "f1", "value": "x",
         "boxes": [{"page": 1, "box": [0, 0, 1, 1]}] * 1000},
    ],
)  # fmt: skip
def test_what_is_no_edit_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadEdit):
        edit_of(row)


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", "=HYPERLINK(1)", "]]><x/>", "'; DROP TABLE filings", "\u202egpj"],
)
def test_hostile_text_stays_text(value: str) -> None:
    machine = filing()
    name = at(machine, "issuer/issuerName").id
    edit = edit_of({"action": "set", "field": name, "value": value})
    after = applied(machine, [edit], by="<i>Ann</i>")
    assert at(after, "issuer/issuerName").value == value
    root = ElementTree.fromstring(to_xml(after))
    assert root.findtext("issuer/issuerName") == value
    assert root.find(".//script") is None
    assert to_json(after)["document"]["issuer"]["issuerName"] == value


def test_the_longest_value_is_taken_and_told_to_be_too_long() -> None:
    machine = filing()
    note = at(machine, f"{NOTE}[1]").id
    after = applied(machine, [edit_of({"action": "set", "field": note, "value": "x" * LONGEST})])
    assert any(check.rule == "length" and check.fields == (note,) for check in after.checks)


def test_fields_that_some_edit_decided_are_known() -> None:
    edits = [Edit("accept", "a"), Edit("set", "b", "x"), Edit("blank", "c"), Edit("illegible", "d"),
             Edit("attach", "e", footnote="F1"), Edit("add-row", group=BUY)]  # fmt: skip
    assert decided(edits) == {"a", "b", "c", "d"}
