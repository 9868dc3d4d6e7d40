"""What must or usually does hold between the fields of Schedules 13G and 13D.

Source: EDGAR Schedules 13D and 13G XML Technical Specification v2.2, Tables 7-1 to 7-3 (one name on
a cover page and at its signature, no name twice, one issuer), Rule 13d-1 (17 CFR 240), and the way
a CUSIP number is made. The others hold nearly always.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from models.checks import Row, value_of
from models.extraction import BLANK, Check, Field
from models.form import Rule
from models.forms._schedule13_numbers import (
    five_percent,
    percent_of_nothing,
    percent_of_outstanding,
    percents_alike,
    powers,
    repeated_amounts_13d,
    repeated_amounts_13g,
    rule_c_percent,
)
from models.forms._schedule13_said import (
    ENTITY,
    Said,
    SaidRule,
    check,
    codes,
    given,
    is_natural,
    same_name,
    together,
)
from models.places import is_state, place_code, places_in
from models.values import CUSIP_LENGTH, check_digit, letters, plain, printed

NAME, SIGNER, SIGNATURE = "reportingPersonName", "signatureReportingPerson", "signature"
SIGNED, EVENT, AGREED = "signatureDate", "dateOfEvent", "jointFilingDate"
CITIZEN, TYPES, FILER_TYPES = (
    "citizenshipOrOrganization",
    "typeOfReportingPerson",
    "typeOfPersonFiling",
)
RULES, PARTIES, GROUP = "designateRule", "jointFilingParties", "memberOfGroup"
SOON = 200
"""Days after an event within which a schedule is signed, the late ones too."""
EITHER = (
    ("item3.notApplicable", FILER_TYPES),
    ("item5.notApplicable", "classOwnership5PercentOrLess"),
    *((f"item{item}.notApplicable", f"item{item}.text") for item in (6, 7, 8, 9, 10)),
)
"""Of 13G's items: the flag that an item does not apply, and what it says when it does."""
_REFERS = re.compile(
    r"\b(?:see|refer(?:ence|red)?|rows?|cover pages?|schedule|exhibit|annex)\b", re.IGNORECASE
)
"""Words of an item that only says where something else stands."""


def cusip_digit(said: Said) -> list[Check]:
    """The last character of a CUSIP number follows from the eight before it."""
    value = said.own.value("issuerCusip")
    if len(value) != CUSIP_LENGTH:
        return []
    digit = check_digit(value)
    message = f"CUSIP number {value} ends in {value[-1]}, its other characters ask for {digit}."
    return [check("cusip-digit", value[-1] == digit, said.own, ("issuerCusip",), message)]


def names_signed(said: Said) -> list[Check]:
    """Each person of a cover page signs under this name, and nobody else signs."""
    signers = [row for row in said.signers if row.value(SIGNER)]
    signatures = [row.value(SIGNATURE).removeprefix("/s/").strip() for row in said.signers]
    checks: list[Check] = []
    for row in said.persons:
        name = row.value(NAME)
        if not name or not (signers or any(signatures)):
            continue
        own = next((each for each in signers if same_name(each.value(SIGNER), name)), None)
        passed = own is not None or any(same_name(name, each) for each in signatures)
        if not passed and len(signers) < len(said.signers):
            continue
        message = f"{name} {'signs' if passed else 'is not among those who sign'}."
        made = check("name-signed", passed, row, (NAME,), message)
        ids = (*made.fields, *(own.ids(SIGNER) if own else ()))
        checks.append(Check(made.rule, passed, ids, made.message))
    names = [row.value(NAME) for row in said.persons]
    for row in signers if all(names) and names else ():
        signer = row.value(SIGNER)
        passed = any(same_name(signer, name) for name in names)
        message = f"signed for {signer}, who has {'a' if passed else 'no'} cover page."
        checks.append(check("signer-on-cover", passed, row, (SIGNER,), message))
    return checks


def names_once(said: Said) -> list[Check]:
    """No two persons have one name."""
    named = [row for row in said.persons if row.value(NAME)]
    counts = Counter(letters(row.value(NAME)) for row in named)
    checks: list[Check] = []
    for row in named if len(named) > 1 else ():
        name = row.value(NAME)
        once = counts[letters(name)] == 1
        message = f"{'no other' if once else 'another'} cover page is of {name}."
        checks.append(check("name-once", once, row, (NAME,), message))
    return checks


def names_repeated(said: Said) -> list[Check]:
    """Item 2 names the persons of the cover pages, and says what they are citizens of."""
    checks: list[Check] = []
    named, places = (
        said.own.value(f"item2.{each}") for each in ("filingPersonName", "citizenship")
    )
    for row in said.persons:
        name, place = row.value(NAME), row.value(CITIZEN)
        if name and named:
            passed = letters(name) in letters(named)
            message = f"Item 2 {'names' if passed else 'does not name'} {name}."
            if passed or not _REFERS.search(named):
                checks.append(check("name-repeated", passed, row, (NAME,), message))
        if place and places:
            passed = letters(place) in letters(places) or place_code(place) in places_in(places)
            message = f"Item 2 {'says' if passed else 'does not say'} {place} too."
            if passed or not _REFERS.search(places):
                checks.append(check("citizenship-repeated", passed, row, (CITIZEN,), message))
    return checks


def issuer_repeated(said: Said) -> list[Check]:
    """The issuer and the class of securities are those of Item 1."""
    own, checks = said.own, list[Check]()
    pairs = (("issuer-repeated", "issuerName", "item1.issuerName"),
             ("class-repeated", "securitiesClassTitle", "item1.securityTitle"))  # fmt: skip
    for rule, cover, item in pairs:
        one, other, text = own.value(cover), own.value(item), own.value("item1.text")
        if one and other:
            passed = letters(one) == letters(other)
            message = f"The cover says '{one}', Item 1 '{other}'."
            checks.append(check(rule, passed, own, (cover, item), message))
        elif one and text:
            passed = letters(one) in letters(text)
            message = f"The text of Item 1 {'has' if passed else 'lacks'} '{one}'."
            checks.append(check(rule, passed, own, (cover,), message))
    return checks


def rule_and_item_three(said: Said) -> list[Check]:
    """Item 3 has a type of filer under Rule 13d-1(b), and does not apply under (c) and (d)."""
    own, rules = said.own, codes(said.own, RULES)
    types, cell = codes(own, FILER_TYPES), own.cells.get(FILER_TYPES)
    checks: list[Check] = []
    if not rules:
        return checks
    shown = ", ".join(rules)
    if types or (cell and cell.state == BLANK):
        message = f"filed under Rule 13d-1({shown}), Item 3 names {' '.join(types) or 'no type'}."
        tags = (RULES, FILER_TYPES)
        checks.append(check("rule-and-type", ("b" in rules) == bool(types), own, tags, message))
    if own.value("item3.notApplicable") == "1":
        message = f"filed under Rule 13d-1({shown}), and Item 3 does not apply."
        tags = (RULES, "item3.notApplicable")
        checks.append(check("rule-and-item-3", "b" not in rules, own, tags, message))
    return checks


def types_repeated(said: Said) -> list[Check]:
    """What Item 3 calls the filer, the cover pages call one of the persons."""
    cover = {code for row in said.persons for code in codes(row, TYPES)}
    # A group is OO in Item 3, whatever its members are.
    special = [code for code in codes(said.own, FILER_TYPES) if code != "OO"]
    if not special or not cover:
        return []
    shared = set(special) & cover
    if shared != set(special) and not all(codes(row, TYPES) for row in said.persons):
        return []
    checks: list[Check] = []
    message = f"Item 3 names {' '.join(special)}, the cover pages {' '.join(sorted(cover))}."
    passed = shared == set(special)
    checks.append(check("type-repeated", passed, said.own, (FILER_TYPES,), message))
    for row in said.persons:
        if shared & set(codes(row, TYPES)):
            checks.append(check("type-repeated", True, row, (TYPES,), message))
    return checks


def either(said: Said) -> list[Check]:
    """An item that does not apply says nothing else, and one that says something applies."""
    checks: list[Check] = []
    for flag, tag in EITHER:
        off, cell = said.own.value(flag), said.own.cells.get(tag)
        if not off or cell is None:
            continue
        says = given(said.own, tag) and not (cell.kind == "flag" and cell.value == "0")
        if off == "1" or says:
            passed = (off == "1") != says
            message = f"{flag} is {off}, and the item says {'something' if says else 'nothing'}."
            checks.append(check("item-either", passed, said.own, (flag, tag), message))
    return checks


def individuals(said: Said) -> list[Check]:
    """IN is a natural person, who is a citizen of a country; a company is not IN."""
    checks: list[Check] = []
    for row in said.persons:
        types, name = codes(row, TYPES), row.value(NAME)
        if not types:
            continue
        entity = bool(ENTITY.search(" ".join(re.findall(r"\w+", plain(name).lower()))))
        if name and (entity or ("IN" in types and is_natural(name))):
            message = f"{name} is of type {' '.join(types)}."
            checks.append(
                check("individual", ("IN" in types) != entity, row, (TYPES, NAME), message)
            )
        place = place_code(row.value(CITIZEN))
        if "IN" in types and place:
            message = f"a natural person is a citizen of {row.value(CITIZEN)}."
            checks.append(
                check("country-of-individual", not is_state(place), row, (CITIZEN,), message)
            )
    return checks


def places_known(said: Said) -> list[Check]:
    """EDGAR knows places of citizenship and states of addresses; zip codes fit their state."""
    checks: list[Check] = []
    for row in said.persons:
        if place := row.value(CITIZEN):
            passed = bool(place_code(place))
            message = f"'{place}' is {'a' if passed else 'no'} place that EDGAR has a code for."
            checks.append(check("place-known", passed, row, (CITIZEN,), message))
    for row, prefix in ((said.own, "issuer"), *((row, "notice") for row in said.notices)):
        checks += _address(row, f"{prefix}State", f"{prefix}ZipCode")
    return checks


def _address(row: Row, state: str, zip_code: str) -> list[Check]:
    place, number = row.value(state), row.value(zip_code)
    code = place_code(place)
    if not place:
        return []
    message = f"'{place}' is {'a' if code else 'no'} state or country that EDGAR has a code for."
    checks = [check("place-known", bool(code), row, (state,), message)]
    if number and code:
        american = bool(re.fullmatch(r"\d{5}(-?\d{4})?", number))
        if american or is_state(code):
            message = f"zip code {number} in {place}."
            passed = american and is_state(code)
            checks.append(check("zip-of-state", passed, row, (state, zip_code), message))
    return checks


def groups_alike(said: Said) -> list[Check]:
    """All persons tick the same box about being members of a group."""
    ticked = [row for row in said.persons if row.value(GROUP)]
    if len(ticked) < 2:
        return []
    usual = Counter(row.value(GROUP) for row in ticked).most_common(1)[0][0]
    return [check("group-alike", row.value(GROUP) == usual, row, (GROUP,),
                  f"box ({row.value(GROUP)}) is ticked, usually it is ({usual}).")
            for row in ticked]  # fmt: skip


def dates(said: Said) -> list[Check]:
    """Signed after the event and the joint agreement, not long after, and by all on one day."""
    signed = [row for row in said.signers if row.value(SIGNED)]
    days = Counter(row.value(SIGNED) for row in signed)
    earlier = (("signed-after-event", EVENT), ("signed-after-agreement", AGREED))
    checks: list[Check] = []
    for row in signed:
        day = row.value(SIGNED)
        for rule, tag in earlier:
            if start := said.own.value(tag):
                message = f"signed {printed('date', day)}, {tag} is {printed('date', start)}."
                checks.append(_across(rule, start <= day, row, said.own.cells[tag], message))
        if (start := said.own.value(EVENT)) and start <= day:
            late = (date.fromisoformat(day) - date.fromisoformat(start)).days
            message = f"signed {late} days after the event."
            cell = said.own.cells[EVENT]
            checks.append(_across("signed-soon", late <= SOON, row, cell, message))
        if len(signed) > 1:
            usual, count = days.most_common(1)[0]
            message = f"signed {printed('date', day)}, {count} signed {printed('date', usual)}."
            checks.append(check("signed-together", day == usual, row, (SIGNED,), message))
    return checks


def _across(rule: str, passed: bool, row: Row, other: Field, message: str) -> Check:
    made = check(rule, passed, row, (SIGNED,), message)
    return Check(rule, passed, (*made.fields, other.id), made.message)


def parties(said: Said) -> list[Check]:
    """Those who agree to file jointly are the persons of the cover pages, and no others."""
    agreed = said.own.cells.get(PARTIES)
    rest = letters(value_of(agreed))
    named = [row for row in said.persons if row.value(NAME)]
    if agreed is None or not rest or not named:
        return []
    checks: list[Check] = []
    # Longest first: the name of one may be the beginning of another's.
    for row in sorted(named, key=lambda row: -len(row.value(NAME))):
        name = letters(row.value(NAME))
        found = name in rest
        rest = rest.replace(name, "", 1)
        message = f"{row.value(NAME)} is {'' if found else 'not '}a party of the joint agreement."
        checks.append(check("party", found, row, (NAME,), message))
    if len(named) < len(said.persons):
        return checks
    whole = not rest and all(each.passed for each in checks)
    message = (
        f"The joint agreement {'is' if whole else 'is not'} of the persons of the cover pages."
    )
    return [*checks, Check("parties", whole, (agreed.id,), message)]


COMMON_RULES: tuple[SaidRule, ...] = (
    cusip_digit, powers, percent_of_nothing, percent_of_outstanding, percents_alike, names_signed,
    names_once, names_repeated, issuer_repeated, individuals, places_known, groups_alike, dates,
    parties,
)  # fmt: skip
RULES_13G: tuple[Rule, ...] = (
    together(
        *COMMON_RULES, repeated_amounts_13g, five_percent, rule_c_percent, rule_and_item_three,
        types_repeated, either,
    ),
)  # fmt: skip
RULES_13D: tuple[Rule, ...] = (together(*COMMON_RULES, repeated_amounts_13d),)
