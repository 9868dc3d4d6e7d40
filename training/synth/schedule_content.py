"""What a synthetic Schedule 13G or 13D says: `random_schedule` draws one, the looks print it.

Training data are wide and balanced rather than natural: rare boxes, codes and wordings come more
often than in life, and some contradict themselves so that the models read what is printed.
"""

from __future__ import annotations

import string
from datetime import date, timedelta

import numpy as np

from models.forms._schedule13g import FILER_TYPES, RULES
from models.values import check_digit
from training.synth import draw, people, schedule_notes, schedule_people, schedule_places
from training.synth.schedule import Person, Place, Schedule, Signer
from training.synth.schedule_case import Case
from training.synth.schedule_texts import texts_13g
from training.synth.schedule_texts_13d import texts_13d

FORM_SHARES = {
    "SCHEDULE 13G": 40.0, "SCHEDULE 13G/A": 25.0, "SCHEDULE 13D": 20.0, "SCHEDULE 13D/A": 15.0,
}  # fmt: skip
NOWHERE = Place("", "", "", "", "")
CLASSES: dict[str, tuple[str, ...]] = {
    "Common Stock": (
        "Common Stock", "Common Stock, par value {par} per share", "Common Stock, {par} par value",
        "Common Stock, {par} par value per share", "COMMON STOCK, PAR VALUE {par} PER SHARE",
        "Common Stock (par value {par})", "common stock, no par value", "Common",
        "Voting Common Stock",
        "Common Stock, without par value", "Common Stock, $ {plain} Par Value",
    ),
    "Class {letter} Common Stock": (
        "Class {letter} Common Stock", "Class {letter} Common Stock, par value {par} per share",
        "Class {letter} Common Stock, {par} par value", "Common Stock, Class {letter}",
    ),
    "Ordinary Shares": (
        "Ordinary Shares", "Ordinary Shares, nominal value {par} per share", "ordinary shares",
        "Ordinary Shares, par value {par} each", "Ordinary Shares, no par value",
    ),
    "Class {letter} Ordinary Shares": (
        "Class {letter} Ordinary Shares, par value {par} per share",
        "Class {letter} Ordinary Shares",
    ),
    "Common Shares": (
        "Common Shares", "Common Shares, without par value", "Common Shares, par value {par}",
        "Common Shares of Beneficial Interest, {par} par value per share",
        "Subordinate Voting Shares",
    ),
    "ADSs": (
        "American Depositary Shares, each representing {count} Ordinary Shares",
        "American Depositary Shares (\u201cADSs\u201d), each representing {count} Class A ordinary "
        "shares, par value {par} per share",
        "American Depositary Receipts",
    ),
    "Units": (
        "Common Units Representing Limited Partner Interests", "Common Units", "Depositary Units",
        "Units, each consisting of one share of Class A Common Stock and one-half of one Warrant",
    ),
    "Shares": (
        "Shares of Beneficial Interest", "Auction Rate Preferred Shares",
        "Series {letter} Convertible Preferred Stock, par value {par} per share",
        "Variable Rate MuniFund Term Preferred Shares", "Capital Stock, {par} par value",
        "Warrants to purchase Common Stock", "{title}",
    ),
}  # fmt: skip
"""What running text calls the class → its title on the cover."""
CLASS_SHARES = (46, 14, 10, 6, 9, 6, 3, 6)
CURRENCIES = (
    "$",
    "$",
    "$",
    "$",
    "$",
    "US$",
    "\u00a3",
    "\u20ac",
    "NIS ",
    "HK$",
    "C$",
    "RMB",
    "CHF ",
)
PARS = (".01", "0.01", "0.001", ".001", "0.0001", ".0001", "1.00", ".10", "0.10", "5.00", "0.00001",
        "2.50", "0.02", "1", ".50", "0.0000001")  # fmt: skip
RULE_SETS = {
    ("b",): 38.0, ("c",): 30.0, ("d",): 23.0, (): 5.0, ("b", "c"): 1.4, ("c", "d"): 1.3,
    ("b", "d"): 1.3,
}  # fmt: skip
LONGEST_NAME = 30
"""Characters of the name on the cover that EDGAR takes."""
LAST_DAY = date(2026, 10, 30)


def random_schedule(rng: np.random.Generator, form: str | None = None) -> Schedule:
    """Draw a schedule, of the form type with EDGAR name `form` or of any of the four."""
    case = random_case(rng, form or draw.weighted(rng, FORM_SHARES))
    is_g = case.family == "13G"
    case = schedule_notes.with_notes(rng, case)
    types = filer_types(rng, case) if is_g else ()
    skipped = not_applicable(rng, case, types) if is_g else frozenset()
    signing = schedule_people.signers(rng, case.persons, case.signed)
    joint = len(case.persons) > 1 and draw.chance(rng, 0.7)
    return Schedule(
        form=case.form,
        amendment=case.amendment,
        issuer=case.issuer,
        issuer_address=case.issuer_address,
        class_title=case.class_title,
        cusip=cusip(rng),
        event=case.event,
        rules=case.rules,
        previously_filed=not is_g and draw.chance(rng, 0.2),
        notice_name="" if is_g else notice_name(rng, case.persons),
        notice_address=NOWHERE if is_g else notice_address(rng, case.persons),
        notice_phone="" if is_g else schedule_places.phone(rng),
        persons=case.persons,
        filer_types=types,
        not_applicable=skipped,
        five_percent_or_less=is_g and 5 not in skipped and five_or_less(rng, case),
        outstanding=case.outstanding,
        texts=texts_13g(rng, case, types, skipped) if is_g else texts_13d(rng, case),
        signers=signing,
        parties=parties(case, signing) if joint else (),
        agreed=agreed(rng, case) if joint else None,
    )


def random_case(rng: np.random.Generator, form: str) -> Case:
    """Who owns how much of whom, and when."""
    family = form.split()[1].removesuffix("/A")
    event = event_day(rng, family)
    outstanding = int(10 ** rng.uniform(5.3, 9.8))
    filers = schedule_people.persons(rng, family)
    held = schedule_people.with_holdings(rng, filers, outstanding, target_percent(rng, form))
    issuer, _ = people.issuer(rng)
    stock, title = class_of_securities(rng)
    rules: tuple[str, ...] = draw.weighted(rng, RULE_SETS) if family == "13G" else ()
    return Case(
        form=form,
        amendment=amendment(rng) if form.endswith("/A") else "",
        issuer=issuer.strip(),
        issuer_address=schedule_places.address(rng, issuer),
        class_title=title,
        stock=stock,
        event=event,
        signed=min(event + timedelta(days=delay(rng, family)), LAST_DAY),
        rules=tuple(rule for rule in RULES if rule in rules),
        persons=held,
        outstanding=outstanding,
    )


def event_day(rng: np.random.Generator, family: str) -> date:
    """The day of the event: the last of a year for many Schedules 13G."""
    year = draw.between(rng, 2017, 2026) if draw.chance(rng, 0.4) else draw.between(rng, 1993, 2016)
    if family == "13G" and draw.chance(rng, 0.55):
        return date(min(year, 2025), 12, 31)
    return min(date(year, 1, 1) + timedelta(days=draw.between(rng, 0, 364)), LAST_DAY)


def delay(rng: np.random.Generator, family: str) -> int:
    """Days from the event to the signature."""
    return draw.between(rng, 0, 46 if family == "13G" else 12)


def target_percent(rng: np.random.Generator, form: str) -> float:
    """What the largest person owns, in percent."""
    kinds = {"usual": 62.0, "small": 22.0 if form.endswith("/A") else 5.0, "large": 18.0}
    low, high = {"usual": (4.95, 14.0), "small": (0.05, 5.0), "large": (14.0, 99.0)}[
        draw.weighted(rng, kinds)
    ]
    return float(rng.uniform(low, high))


def amendment(rng: np.random.Generator) -> str:
    """The number of an amendment; now and then its brackets are empty."""
    if draw.chance(rng, 0.05):
        return ""
    return str(draw.between(rng, 1, draw.weighted(rng, {3: 45, 10: 35, 60: 20})))


def class_of_securities(rng: np.random.Generator) -> tuple[str, str]:
    """What the text calls the class, and its title."""
    stock = draw.weighted(rng, dict(zip(CLASSES, CLASS_SHARES, strict=True)))
    number = draw.one_of(rng, PARS)
    words = {
        "letter": draw.letters(rng, 1, "ABCDEFV"),
        "par": draw.one_of(rng, CURRENCIES) + number,
        "plain": number,
        "count": draw.one_of(rng, ("one", "two", "ten", "one-half of one", "5", "0.25", "twenty")),
        "title": draw.frequent("titles_nonDerivative.tsv.gz").draw(rng),
    }
    title = " ".join(draw.one_of(rng, CLASSES[stock]).format(**words).split())
    return stock.format(**words), people.in_some_case(rng, title)[:150].strip()


def cusip(rng: np.random.Generator) -> str:
    """A CUSIP number as printed, in nine of ten with the right check digit."""
    signs = string.digits + "ABCDEFGHJKLMNPQRSTUVWXYZ"
    first = (
        draw.one_of(rng, "GNHMYVL")
        if draw.chance(rng, 0.15)
        else draw.letters(rng, 1, "0123456789")
    )
    issuer = first + draw.letters(rng, 2, string.digits)
    issuer += "".join(
        draw.letters(rng, 1, string.digits if draw.chance(rng, 0.6) else signs) for _ in "123"
    )
    issue = draw.one_of(rng, ("10", "10", "10", "20", "30", "11", draw.letters(rng, 2, signs)))
    number = issuer + issue
    right = check_digit(number)
    digit = right if draw.chance(rng, 0.9) else str((int(right) + draw.between(rng, 1, 9)) % 10)
    styles = {"{0}{1}{2}": 60.0, "{0} {1}{2}": 14.0, "{0}-{1}-{2}": 14.0, "{0} {1} {2}": 12.0}
    return draw.weighted(rng, styles).format(issuer, issue, digit)


def notice_name(rng: np.random.Generator, filers: tuple[Person, ...]) -> str:
    """Whom to call: a lawyer or one of the persons, in at most 30 characters."""
    humans = [person.name for person in filers if person.is_natural]
    name = draw.one_of(rng, humans) if humans and draw.chance(rng, 0.3) else ""
    name = name or schedule_people.human_name(rng)
    while len(name) > LONGEST_NAME:
        name = schedule_people.human_name(rng)
    return f"{name}, Esq." if draw.chance(rng, 0.15) and len(name) < LONGEST_NAME - 6 else name


def notice_address(rng: np.random.Generator, filers: tuple[Person, ...]) -> Place:
    """Where to write: to the first person or somewhere else."""
    return filers[0].address if draw.chance(rng, 0.4) else schedule_places.address(rng)


def filer_types(rng: np.random.Generator, case: Case) -> tuple[str, ...]:
    """The boxes of item 3, those of the persons mostly; none without rule b."""
    if ("b" in case.rules) == draw.chance(rng, 0.06):
        return ()
    own = {code for person in case.persons for code in person.types if code in FILER_TYPES}
    if not own or draw.chance(rng, 0.25):
        own = {draw.one_of(rng, FILER_TYPES)}
    if draw.chance(rng, 0.08):
        own.add(draw.one_of(rng, FILER_TYPES))
    return tuple(code for code in FILER_TYPES if code in own)


def not_applicable(rng: np.random.Generator, case: Case, types: tuple[str, ...]) -> frozenset[int]:
    """The items of Schedule 13G that say they do not apply."""
    shares = {3: 0.0 if types else 0.6, 5: 0.4, 6: 0.6, 7: 0.7, 8: 0.65, 9: 0.85}
    certified = {"b", "c"} & set(case.rules)
    shares[10] = 0.06 if certified else 0.8
    return frozenset(item for item, share in shares.items() if draw.chance(rng, share))


def five_or_less(rng: np.random.Generator, case: Case) -> bool:
    """The box of item 5: those who own no more than five percent tick it."""
    owns = max(float(person.percent) for person in case.persons)
    return draw.chance(rng, 0.9 if owns <= 5 else 0.15)


def parties(case: Case, signing: tuple[Signer, ...]) -> tuple[str, ...]:
    """Who signs the joint filing agreement: all, even where one signature stands for them."""
    shown = {signer.person.upper(): signer.person for signer in signing}
    return tuple(shown.get(person.name.upper(), person.name) for person in case.persons)


def agreed(rng: np.random.Generator, case: Case) -> date | None:
    """The day of the joint filing agreement, that of the signatures mostly."""
    if draw.chance(rng, 0.08):
        return None
    before = 0 if draw.chance(rng, 0.8) else draw.between(rng, 1, 900)
    return case.signed - timedelta(days=before)
