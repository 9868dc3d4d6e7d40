"""The running text of synthetic Schedules 13G, by tag."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from training.synth import draw, people
from training.synth import schedule_clauses as clauses
from training.synth import schedule_places as places
from training.synth.schedule import Person
from training.synth.schedule_case import MANY, Case, grouped, paragraph, told

POWER_ROWS: dict[str, tuple[str, Callable[[Person], str]]] = {
    "item4.soleVote": ("5", lambda person: person.sole_voting),
    "item4.sharedVote": ("6", lambda person: person.shared_voting),
    "item4.soleDispose": ("7", lambda person: person.sole_dispositive),
    "item4.sharedDispose": ("8", lambda person: person.shared_dispositive),
}
"""Tag → the row of the cover page that says it, and what it says."""
HEADS = (
    "Reporting Person\t{}", "Name\t{}", "Reporting Person\tNumber of Shares", "Holder\t{}",
    "Name of Reporting Person\tShares", "",
)  # fmt: skip
BREAKS = (" ", "\n")
WHOLE_HEAD = "Reporting Person\tAmount\tPercent of Class\tSole Power\tShared Power"
ZERO = ("0", "0", "0", "-0-", "None", "None.", "Zero", "0 shares", "\u2014", "none")
LONG_ITEMS = {
    6: clauses.BEHALF, 7: clauses.SUBSIDIARIES, 8: clauses.GROUPS, 9: clauses.DISSOLVED,
}  # fmt: skip
NOMINATED = (date(2010, 11, 1), date(2026, 12, 31))
"""When certifications spoke of nominations."""


def texts_13g(
    rng: np.random.Generator, case: Case, types: tuple[str, ...], skipped: frozenset[int]
) -> dict[str, str]:
    """Every item's text that is there; `skipped` are the items that do not apply."""
    texts = {"item1.issuerName": people.in_some_case(rng, case.issuer)}
    texts |= item_two(rng, case)
    if {"FI", "OO"} & set(types) and draw.chance(rng, 0.7):
        place = draw.one_of(rng, places.HAVENS)
        clause = draw.one_of(rng, clauses.OTHER_TYPES).replace("{place}", place)
        texts["otherTypeOfPersonFiling"] = told(rng, case, clause)
    texts |= item_four(rng, case)
    for item, known in LONG_ITEMS.items():
        if item not in skipped and draw.chance(rng, 0.95):
            texts[f"item{item}.text"] = long_item(rng, case, known)
    if 10 not in skipped:
        texts["item10.text"] = certification(rng, case, types)
    if draw.chance(rng, 0.3):
        texts["exhibitInfo"] = exhibits(rng, case, clauses.EXHIBITS_G)
    if draw.chance(rng, 0.08):
        texts["signatureComment"] = told(rng, case, draw.one_of(rng, clauses.SIGNATURE_NOTES))
    return texts


def long_item(rng: np.random.Generator, case: Case, known: tuple[str, ...]) -> str:
    """An item of a sentence or two; a table stands alone."""
    first = told(rng, case, draw.one_of(rng, known))
    if "\n" in first or draw.chance(rng, 0.7):
        return first
    return f"{first}{draw.one_of(rng, BREAKS)}{paragraph(rng, case, clauses.DISCLAIMERS, 1, 2)}"


def item_two(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Names, addresses and citizenships of all, one after another."""
    if len(case.persons) > MANY or draw.chance(rng, 0.04):
        return {tag: told(rng, case, draw.one_of(rng, clauses.COVER_SHORT).replace("{row}", row))
                for tag, row in (("item2.filingPersonName", "1"), ("item2.address", "2(a)"),
                                 ("item2.citizenship", "4"))}  # fmt: skip
    return {
        "item2.filingPersonName": filing_names(rng, case),
        "item2.address": addresses(rng, case),
        "item2.citizenship": citizenships(rng, case),
    }


def filing_names(rng: np.random.Generator, case: Case) -> str:
    """Item 2(a): the names in lines, in a sentence, with roman numbers or definitions."""
    found = [person.name for person in case.persons]
    if len(found) == 1:
        return told(rng, case, draw.one_of(rng, ONE_NAME))
    styles = ("lines", "lines", "commas", "numbered", "defined", "sentence")
    style = draw.one_of(rng, styles)
    if style == "lines":
        return "\n".join(found)
    if style == "commas":
        return "; ".join(found) if draw.chance(rng, 0.4) else ", ".join(found)
    if style == "numbered":
        start = draw.one_of(rng, ("({})", "{}.", "{})"))
        return "\n".join(f"{start.format(place)} {name}" for place, name in enumerate(found, 1))
    if style == "defined":
        terms = [
            f"{name} (\u201c{name.split()[0]} {people.random_word(rng)}\u201d)" for name in found
        ]
        return f"This statement is filed by {'; '.join(terms)}. " + told(rng, case, "{disclaimed}")
    return told(rng, case, draw.one_of(rng, MANY_NAMES))


ONE_NAME = (
    "{names}", "{names}", "{names}", "{names}", "{names} (the \u201cReporting Person\u201d)",
    "This {form} is being filed by {names}.", "{names}, for itself and its affiliates",
)  # fmt: skip
MANY_NAMES = (
    "This {form} is filed on behalf of {names} (together, \u201c{who}\u201d). {disclaimed}",
    "{names} (collectively, the \u201cReporting Persons\u201d)",
    "This statement is jointly filed by and on behalf of each of {names}.",
)


def addresses(rng: np.random.Generator, case: Case) -> str:
    """Item 2(b): one address for all, or one after another."""
    shown = places.in_lines if draw.chance(rng, 0.5) else places.in_one_line
    found = list(dict.fromkeys(shown(person.address) for person in case.persons))
    if len(found) == 1:
        whose = (
            "",
            "",
            "",
            "The address of each of {who} is ",
            "The principal business office of {who} is\n",
        )
        text = told(rng, case, draw.one_of(rng, whose)) + found[0]
        return text if "\n" in text or draw.chance(rng, 0.7) else f"{text}."
    named = draw.chance(rng, 0.6)
    parts = [f"{person.name}{draw.one_of(rng, (chr(10), ': ', ', '))}{shown(person.address)}"
             if named else shown(person.address) for person in case.persons]  # fmt: skip
    return "\n".join(parts)


def citizenships(rng: np.random.Generator, case: Case) -> str:
    """Item 2(c): as the cover pages say, in lines, a table or sentences."""
    found = [(person.name, person.citizenship) for person in case.persons]
    if len(found) == 1 or (len({land for _, land in found}) == 1 and draw.chance(rng, 0.5)):
        return told(rng, case, draw.one_of(rng, ("", "", "", "{holder}: "))) + found[0][1]
    joint = draw.one_of(
        rng, (": ", " - ", "\t", " \u2013 ", " is organized under the laws of ", ", ")
    )
    between = draw.one_of(rng, ("\n", "\n", "; "))
    return ("\n" if joint == "\t" else between).join(f"{name}{joint}{land}" for name, land in found)


def item_four(rng: np.random.Generator, case: Case) -> dict[str, str]:
    """Amount, percentage and the four powers in one style mostly."""
    if draw.chance(rng, 0.08):
        return {"item4.amount": whole_item(rng, case)}
    style = item_style(rng, case)
    cover = draw.one_of(rng, clauses.COVER_SHORT)
    joint = draw.one_of(rng, JOINTS)
    head = draw.one_of(rng, HEADS) if joint == "\t" else ""

    def part(row: str, own: Callable[[Person], str], known: tuple[str, ...], unit: str) -> str:
        chosen = style if draw.chance(rng, 0.88) else item_style(rng, case)
        if chosen == "cover":
            return told(rng, case, cover.replace("{row}", row))
        if chosen == "lines":
            lines = [led(person.name, joint, shown(rng, own(person), unit))
                     for person in case.persons]  # fmt: skip
            return "\n".join([*([head.format(unit or "Shares")] if head else []), *lines])
        number = shown(rng, own(case.largest), unit)
        if chosen == "number":
            return number
        bare = number if unit else grouped(own(case.largest))
        return told(rng, case, draw.one_of(rng, known).replace("{number}", bare))

    texts = {
        "item4.amount": part("9", lambda person: person.aggregate, clauses.AMOUNT_SENTENCES, ""),
        "item4.percent": part("11", lambda person: person.percent, clauses.PERCENT_SENTENCES, "%"),
    }
    for tag, (row, own) in POWER_ROWS.items():
        texts[tag] = part(row, own, clauses.POWER_SENTENCES, "")
    if draw.chance(rng, 0.2):
        texts["item4.sharedDispose"] += "\n" + paragraph(rng, case, clauses.DISCLAIMERS, 1, 3)
    return texts


JOINTS = (
    ": ", ": ", ": ", "\t", "\t", "\t", "\t", " - ", " - ", "\u2014", " ", " \u2013 ", ".", " .",
    " ", ":\t", " = ", "_", ", ", ": ",
)  # fmt: skip
"""What stands between a name and a number; `.`, ` .` and `_` are repeated as leaders."""
LINE = 62
"""Signs of a name and a number with dots between them."""


def led(name: str, joint: str, number: str) -> str:
    """A name and a number with what stands between them."""
    if joint not in (".", " .", "_"):
        return name + joint + number
    lack = max(LINE - len(name) - len(number), 6)
    return f"{name} {(joint * lack)[:lack].strip()} {number}"


def whole_item(rng: np.random.Generator, case: Case) -> str:
    """All of item 4 in one: a sentence, or a table with a row for each person."""
    sentence = told(rng, case, draw.one_of(rng, clauses.WHOLE_ITEM))
    if len(case.persons) > MANY or draw.chance(rng, 0.5):
        return sentence
    rows = ["\t".join((person.name, grouped(person.aggregate), f"{person.percent}%",
                       grouped(person.sole_voting), grouped(person.shared_voting)))
            for person in case.persons]  # fmt: skip
    return "\n".join((*([sentence] if draw.chance(rng, 0.5) else []), WHOLE_HEAD, *rows))


def item_style(rng: np.random.Generator, case: Case) -> str:
    """How item 4 says it."""
    if len(case.persons) > MANY:
        return draw.weighted(rng, {"cover": 70, "lines": 15, "sentence": 15})
    if len(case.persons) > 1:
        return draw.weighted(rng, {"cover": 20, "number": 22, "lines": 42, "sentence": 16})
    return draw.weighted(rng, {"cover": 28, "number": 36, "lines": 16, "sentence": 20})


def shown(rng: np.random.Generator, number: str, unit: str) -> str:
    """A number in running text, with `%` where it is a percentage."""
    if unit:
        return f"{number}{draw.one_of(rng, ('%', '%', '%', ' %', ' percent', '% of class'))}"
    if float(number) == 0:
        return draw.one_of(rng, ZERO)
    return grouped(number) + draw.one_of(rng, ("", "", "", "", " shares", " Shares", " shares*"))


def certification(rng: np.random.Generator, case: Case, types: tuple[str, ...]) -> str:
    """Item 10: the regulation's words by rule, at times others."""
    uncertified = not {"b", "c"} & set(case.rules)
    if draw.chance(rng, 0.6 if uncertified else 0.04):
        return told(rng, case, draw.one_of(rng, clauses.OTHER_CERTIFICATES))
    variant = clauses.CERTIFICATE_B if "b" in case.rules else clauses.CERTIFICATE_C
    certifier, own = draw.one_of(rng, clauses.CERTIFIERS)
    recent = NOMINATED[0] <= case.signed <= NOMINATED[1] and draw.chance(rng, 0.5)
    words = {"certifier": certifier, "own": own, "nomination": clauses.NOMINATION if recent else ""}
    text = variant.format(**words)
    if "FI" in types or draw.chance(rng, 0.04):
        institution = people.entity_name(rng)
        text += "\n" + clauses.CERTIFICATE_FOREIGN.format(**words, institution=institution)
    return text


def exhibits(rng: np.random.Generator, case: Case, known: tuple[str, ...]) -> str:
    """A list of exhibits, numbered on."""
    count = draw.weighted(rng, {1: 55, 2: 25, 3: 12, 5: 8})
    first = draw.between(rng, 1, 4)
    return "\n".join(
        told(rng, case, draw.one_of(rng, known).replace("{number}", str(first + place)))
        for place in range(count)
    )
