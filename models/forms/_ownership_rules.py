"""What must or usually does hold between the fields of Forms 3, 4 and 5.

HARD names the rules EDGAR itself enforces: an electronic filing that breaks one was never accepted,
so a break means a misreading (or a paper filing's own mistake). The others hold nearly always.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.checks import Row, rows, single, value_of
from models.extraction import NOT_ON_FORM, Check, Field
from models.form import Rule
from models.values import printed

HARD = frozenset(
    {
        "relationship", "officer-title", "other-text", "nature", "one-amount", "value-or-footnote",
        "transactions", "footnote-known", "footnote-cited", "footnote-once", "timeliness",
    }
)  # fmt: skip

ONE, TWO = "nonDerivativeTransaction", "derivativeTransaction"
HOLDING_ONE, HOLDING_TWO = "nonDerivativeHolding", "derivativeHolding"
TABLES = (ONE, HOLDING_ONE, TWO, HOLDING_TWO)
_PLACES = {
    ONE: "Table I, transaction", HOLDING_ONE: "Table I, holding",
    TWO: "Table II, transaction", HOLDING_TWO: "Table II, holding",
    "reportingOwner": "Owner", "ownerSignature": "Signature",
}  # fmt: skip

SHARES, SIDE = "transactionShares", "transactionAcquiredDisposedCode"
AFTER, CODE, DATE = "sharesOwnedFollowingTransaction", "transactionCode", "transactionDate"
PRICE, STRIKE = "transactionPricePerShare", "conversionOrExercisePrice"
FORM, NATURE, TITLE = "directOrIndirectOwnership", "natureOfOwnership", "securityTitle"
UNDERLYING = "underlyingSecurityShares"
ROLES = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")

ACQUIRING, DISPOSING, EXERCISING = frozenset("APL"), frozenset("SFDUH"), frozenset("MCXO")
PLAN_BOX_SINCE = "2023-04-01"


def _where(row: Row) -> str:
    return f"{_PLACES[row.group]} {row.index}"


def _check(rule: str, passed: bool, row: Row, names: Sequence[str], message: str) -> Check:
    return Check(rule, passed, row.ids(*names), f"{_where(row)}: {message}")


def relationship(fields: Sequence[Field]) -> list[Check]:
    """Each owner has at least one box ticked, an officer a title, an other its text."""
    checks: list[Check] = []
    for owner in rows(fields, "reportingOwner"):
        if owner.unread(*ROLES):
            continue
        ticked = [name.removeprefix("is") for name in ROLES if owner.value(name) == "1"]
        said = f"ticked as {', '.join(ticked)}." if ticked else "no relationship box is ticked."
        checks.append(_check("relationship", bool(ticked), owner, ROLES, said))
        pairs = (("officer-title", "isOfficer", "officerTitle"),
                 ("other-text", "isOther", "otherText"))  # fmt: skip
        for rule, box, text in pairs:
            if owner.value(box) == "1" and not owner.unread(text):
                given = owner.value(text)
                said = f"{box} is ticked and {text} is '{given}'."
                checks.append(_check(rule, bool(given), owner, (box, text), said))
    return checks


def nature(fields: Sequence[Field]) -> list[Check]:
    """A direct holding has no nature of indirect ownership, an indirect one has."""
    checks: list[Check] = []
    for row in rows(fields, *TABLES):
        form, text = row.value(FORM), row.value(NATURE)
        if form in ("D", "I") and not row.unread(NATURE):
            said = f"ownership is {form} and its nature is '{text}'."
            checks.append(_check("nature", (form == "I") == bool(text), row, (FORM, NATURE), said))
    return checks


def one_amount(fields: Sequence[Field]) -> list[Check]:
    """Either a number of shares or a value in dollars, not both and not neither."""
    pairs = (
        (SHARES, "transactionTotalValue", (TWO,)),
        (UNDERLYING, "underlyingSecurityValue", (TWO, HOLDING_TWO)),
        (AFTER, "valueOwnedFollowingTransaction", TABLES),
    )
    checks: list[Check] = []
    for shares, value, groups in pairs:
        for row in rows(fields, *groups):
            # Form 3's Table II has no column for what is owned; marks alone may stand for amounts.
            if not row.ids(shares) or row.unread(shares, value):
                continue
            count = sum(bool(row.value(name)) or row.marked(name) for name in (shares, value))
            said = f"{shares} is '{row.shown(shares)}' and {value} '{row.shown(value)}'."
            checks.append(_check("one-amount", count == 1, row, (shares, value), said))
    return checks


def value_or_footnote(fields: Sequence[Field]) -> list[Check]:
    """A price or a date of exercise may be left empty only where a footnote explains it."""
    names = (STRIKE, PRICE, "exerciseDate", "expirationDate")
    checks: list[Check] = []
    for row in rows(fields, *TABLES):
        for name in names:
            if name not in row.cells or row.unread(name):
                continue
            value = row.value(name)
            said = f"{name} is '{row.shown(name)}'" + (
                " with a footnote." * row.marked(name) or "."
            )
            passed = bool(value) or row.marked(name)
            checks.append(_check("value-or-footnote", passed, row, (name,), said))
    return checks


def no_securities(fields: Sequence[Field]) -> list[Check]:
    """Form 3 either lists holdings or says that no securities are owned."""
    box = single(fields, "noSecuritiesOwned")
    if box is None or not value_of(box):
        return []
    count, none = len(rows(fields, HOLDING_ONE, HOLDING_TWO)), value_of(box) == "1"
    said = f"{count} holdings were found, and the form {'says' if none else 'does not say'} none."
    return [Check("no-securities", none == (count == 0), (box.id,), said)]


def transactions(fields: Sequence[Field]) -> list[Check]:
    """Forms 4 and 5 report a transaction, unless the owner is no longer subject to Section 16."""
    exempt = single(fields, "notSubjectToSection16")
    if value_of(exempt) == "1":
        return []
    count = len(rows(fields, ONE, TWO))
    return [Check("transactions", count > 0, (), f"{count} transactions were found.")]


def footnotes(fields: Sequence[Field]) -> list[Check]:
    """Every mark has its footnote, every footnote a mark, and no field has a mark twice."""
    known = {f"F{row.index}": row.cells[""] for row in rows(fields, "footnote")}
    cited: dict[str, list[str]] = {}
    checks: list[Check] = []
    for field in fields:
        marks = [link.id for link in field.footnotes]
        for mark in dict.fromkeys(marks):
            cited.setdefault(mark, []).append(field.id)
            if marks.count(mark) > 1:
                said = f"Footnote mark ({mark[1:]}) stands twice at one field."
                checks.append(Check("footnote-once", False, (field.id,), said))
    for mark, ids in cited.items():
        there = mark in known
        said = f"Footnote ({mark[1:]}) is cited and {'there' if there else 'was not found'}."
        checks.append(Check("footnote-known", there, tuple(ids), said))
    for mark, field in known.items():
        said = f"Footnote ({mark[1:]}) is cited {len(cited.get(mark, ()))} times."
        checks.append(Check("footnote-cited", mark in cited, (field.id,), said))
    return checks


def timeliness(fields: Sequence[Field]) -> list[Check]:
    """Form 4 marks only early Form 5 transactions, Form 5 only late ones."""
    document = value_of(single(fields, "documentType"))
    checks: list[Check] = []
    for row in rows(fields, ONE, TWO):
        mark, kind = row.value("transactionTimeliness"), row.value("transactionFormType")
        if not mark or not kind or not document:
            continue
        passed = mark == "L" if document.startswith("5") else (mark, kind) == ("E", "5")
        said = f"timeliness {mark} with a Form {kind} transaction on a Form {document}."
        names = ("transactionTimeliness", "transactionFormType")
        checks.append(_check("timeliness", passed, row, names, said))
    return checks


def dates(fields: Sequence[Field]) -> list[Check]:
    """Signed after what is reported and after the original filing."""
    reported = [row.cells[DATE] for row in rows(fields, ONE, TWO) if row.value(DATE)]
    singles = [single(fields, name) for name in ("periodOfReport", "dateOfOriginalSubmission")]
    earlier = [field for field in (*reported, *singles) if field and value_of(field)]
    checks: list[Check] = []
    for signature in rows(fields, "ownerSignature"):
        signed = signature.value("signatureDate")
        for field in earlier if signed else ():
            name = field.path.rpartition("/")[2]
            said = f"signed {printed('date', signed)}, {name} {printed('date', field.value)}."
            ids = (*signature.ids("signatureDate"), field.id)
            message = f"{_where(signature)}: {said}"
            checks.append(Check("signed-after", field.value <= signed, ids, message))
    return checks


def period(fields: Sequence[Field]) -> list[Check]:
    """A Form 4's period is the date of its earliest transaction that is not an early Form 5 one."""
    field = single(fields, "periodOfReport")
    found = rows(fields, ONE, TWO)
    days = [row for row in found if row.value(DATE) and row.value("transactionFormType") == "4"]
    if field is None or not value_of(field) or not days or any(row.unread(DATE) for row in found):
        return []
    first = min(days, key=lambda row: row.value(DATE))
    said = f"The earliest transaction is of {first.shown(DATE)}, the period is "
    ids = (field.id, *first.ids(DATE))
    message = f"{said}{printed('date', field.value)}."
    return [Check("period", first.value(DATE) == field.value, ids, message)]


def expiration(fields: Sequence[Field]) -> list[Check]:
    """A derivative does not expire before it can be exercised."""
    names = ("exerciseDate", "expirationDate")
    checks: list[Check] = []
    for row in rows(fields, TWO, HOLDING_TWO):
        start, end = (row.value(name) for name in names)
        if start and end:
            said = f"exercisable {row.shown(names[0])}, expires {row.shown(names[1])}."
            checks.append(_check("expiration", start <= end, row, names, said))
    return checks


def side_of_code(fields: Sequence[Field]) -> list[Check]:
    """Purchases and grants acquire, sales dispose; an exercise takes from Table II into Table I."""
    checks: list[Check] = []
    for row in rows(fields, ONE, TWO):
        code, side = row.value(CODE), row.value(SIDE)
        expected = "A" if code in ACQUIRING else "D" if code in DISPOSING else ""
        if code in EXERCISING:
            expected = "A" if row.group == ONE else "D"
        if expected and side:
            said = f"code {code} with ({side}), usually ({expected})."
            checks.append(_check("side-of-code", side == expected, row, (CODE, SIDE), said))
    return checks


def running_balance(fields: Sequence[Field]) -> list[Check]:
    """What is owned after a row is what was owned before it, plus or minus what it moved."""
    checks: list[Check] = []
    for before, row in _consecutive(fields):
        old, moved = Decimal(before.value(AFTER)), Decimal(row.value(SHARES))
        new = old + moved if row.value(SIDE) == "A" else old - moved
        sign = "+" if row.value(SIDE) == "A" else "-"
        said = (
            f"{before.shown(AFTER)} {sign} {row.shown(SHARES)} = {new:,}, "
            f"printed is {row.shown(AFTER)}."
        )
        passed = abs(new - Decimal(row.value(AFTER))) <= 1
        ids = (*before.ids(AFTER), *row.ids(SHARES, SIDE, AFTER))
        checks.append(Check("running-balance", passed, ids, f"{_where(row)}: {said}"))
    return checks


def _consecutive(fields: Sequence[Field]) -> Iterator[tuple[Row, Row]]:
    """Each transaction with the row above it of the same security and owner, both complete."""
    identity = (TITLE, FORM, NATURE, STRIKE, "expirationDate")
    last: dict[tuple[str, ...], Row] = {}
    for row in rows(fields, *TABLES):
        table = "one" if row.group in (ONE, HOLDING_ONE) else "two"
        # "See footnote" names different holders by different marks.
        marks = [link.id for link in row.cells[NATURE].footnotes] if NATURE in row.cells else []
        key = (table, *marks, *(row.value(name).casefold() for name in identity))
        before = last.get(key)
        last[key] = row
        whole = all(row.value(name) for name in (SHARES, SIDE, AFTER))
        if before and before.value(AFTER) and whole and not (table == "two" and _own_lot(row)):
            yield before, row


def _own_lot(row: Row) -> bool:
    """Many owners count each grant for itself: all of it after the grant, none after its use."""
    return row.value(AFTER) == (row.value(SHARES) if row.value(SIDE) == "A" else "0")


def exercise_linked(fields: Sequence[Field]) -> list[Check]:
    """Shares got by exercise stand in Table I too: same code and day, same number or same sum."""
    first = rows(fields, ONE)
    if any(row.unread(CODE, DATE, SIDE, SHARES) for row in first):
        return []
    got = [row for row in first if row.value(SIDE) == "A" and row.value(SHARES)]
    rest = [row for row in rows(fields, TWO) if row.value(CODE) in EXERCISING and row.value(DATE)]
    # A derivative may also become another derivative; then nothing need stand in Table I.
    swapped = {_event(row) for row in rest if row.value(SIDE) == "A"}
    used = [row for row in rest if row.value(SIDE) == "D" and row.value(UNDERLYING)]
    checks: list[Check] = []
    for row in used:
        if _event(row) in swapped:
            continue
        fellows = [each for each in got if _event(each) == _event(row)]
        number = row.value(UNDERLYING)
        match = [each for each in fellows if each.value(SHARES) == number]
        whole = _sum(fellows, SHARES) == _sum(
            [each for each in used if _event(each) == _event(row)], UNDERLYING
        )
        linked = bool(match) or (bool(fellows) and whole)
        said = f"{row.shown(UNDERLYING)} shares by code {row.value(CODE)} on {row.shown(DATE)} "
        said += "stand in Table I too." if linked else "do not stand in Table I."
        ids = (
            *row.ids(CODE, DATE, UNDERLYING),
            *(i for x in match[:1] or fellows for i in x.ids(DATE, SHARES)),
        )
        checks.append(Check("exercise-linked", linked, ids, f"{_where(row)}: {said}"))
    return checks


def _event(row: Row) -> tuple[str, str]:
    return row.value(CODE), row.value(DATE)


def _sum(found: Sequence[Row], name: str) -> Decimal:
    return sum((Decimal(row.value(name)) for row in found), Decimal(0))


def underlying_number(fields: Sequence[Field]) -> list[Check]:
    """One derivative security usually stands for one share."""
    checks: list[Check] = []
    for row in rows(fields, TWO):
        if row.value(SHARES) and row.value(UNDERLYING):
            said = f"{row.shown(SHARES)} derivatives for {row.shown(UNDERLYING)} shares."
            passed = row.value(SHARES) == row.value(UNDERLYING)
            checks.append(_check("underlying-number", passed, row, (SHARES, UNDERLYING), said))
    return checks


def price_of_code(fields: Sequence[Field]) -> list[Check]:
    """A market sale or purchase has a price; a gift and the exercised derivative have none."""
    checks: list[Check] = []
    for row in rows(fields, ONE, TWO):
        code, price = row.value(CODE), row.value(PRICE)
        paid = code in ("S", "P")
        if not price or not (paid or code == "G" or (code == "M" and row.group == TWO)):
            continue
        said = f"code {code} at a price of {row.shown(PRICE)}."
        passed = (Decimal(price) > 0) == paid
        checks.append(_check("price-of-code", passed, row, (CODE, PRICE), said))
    return checks


def other_code_explained(fields: Sequence[Field]) -> list[Check]:
    """A transaction of code J is described in a footnote somewhere in its row."""
    return [
        _check("other-explained", any(map(row.marked, row.cells)), row, (CODE,),
               "code J needs a footnote that describes it.")
        for row in rows(fields, ONE, TWO) if row.value(CODE) == "J"
    ]  # fmt: skip


def plan_box(fields: Sequence[Field]) -> list[Check]:
    """The Rule 10b5-1 box is on every form signed since April 2023; ticked, the plan is named."""
    box = single(fields, "aff10b5One")
    if box is None:
        return []
    if box.state == NOT_ON_FORM:
        signed = [row.value("signatureDate") for row in rows(fields, "ownerSignature")]
        recent = bool(signed) and max(signed) >= PLAN_BOX_SINCE
        said = "There is no Rule 10b5-1 box, as on forms before April 2023."
        return [Check("plan-box", not recent, (box.id,), said)] if any(signed) else []
    if value_of(box) != "1":
        return []
    notes = [row.cells[""] for row in rows(fields, "footnote")]
    texts = [value_of(note) for note in (*notes, single(fields, "remarks"))]
    named = any("10b5" in text.casefold() for text in texts)
    said = "The Rule 10b5-1 box is ticked and a footnote or remark "
    return [Check("plan-named", named, (box.id,), said + ("names" if named else "lacks") + " it.")]


COMMON_RULES: tuple[Rule, ...] = (
    relationship, nature, one_amount, value_or_footnote, footnotes, dates, expiration,
)  # fmt: skip
TRANSACTION_RULES: tuple[Rule, ...] = (
    transactions, timeliness, side_of_code, running_balance, exercise_linked, underlying_number,
    price_of_code, other_code_explained, plan_box,
)  # fmt: skip


def rules_of(family: str) -> tuple[Rule, ...]:
    """The rules of Form `3`, `4` or `5`."""
    if family == "3":
        return (*COMMON_RULES, no_securities)
    return (*COMMON_RULES, *TRANSACTION_RULES, *((period,) if family == "4" else ()))
