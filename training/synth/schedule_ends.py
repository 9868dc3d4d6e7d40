"""Signatures and the joint filing agreement of a schedule as lines of runs, for any look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from training.synth.people import entity_name
from training.synth.schedule import Signer
from training.synth.schedule_blocks import Run, unlabelled
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.schedule_wording import CERTIFIED, JOINTLY
from training.synth.schedule_wording_typed import AGREEMENT_TITLES, EXHIBIT_NAMES
from training.synth.style import Rng, chance, pick

Line = tuple[Run, ...]
DATED = ("Dated: ", "Date: ", "DATED: ", "Dated as of ", "", "Date   ", "DATE: ")
LINE = "_" * 30
BY_HAND: Line = (Run(LINE),)


@dataclass(frozen=True)
class Ending:
    """A page of signatures: title lines, text, a day for all, a block of lines per signer.

    `exhibit` is what stands above the title of an exhibit.
    """

    title: str
    text: str
    day: Line
    blocks: tuple[tuple[Line, ...], ...]
    exhibit: str = ""
    day_last: bool = False


@dataclass(frozen=True)
class Habits:
    """How one writer sets signature blocks; `hand` stands where somebody signed by hand.

    `order` says where the typed name of the human who signs for another stands: on a line of its
    own above the title's (`lines`) or below it (`turned`), on the title's line before it (`joined`,
    parted by `joint`) or behind it (`title first`), behind the signature (`signed`), or nowhere.
    `headed` writes for whom is signed above the signature for natural persons too.
    """

    by: str
    name: str
    title: str
    dated: str
    underlined: bool
    order: str
    joint: str
    headed: bool
    loud: bool
    hand: Line


ORDERS = ("lines", "joined", "turned", "title first", "signed", "nowhere")
ORDER_SHARES = (5, 5, 0.7, 0.7, 1, 1.5)
JOINTS = (", ", " / ", " - ", "  ", "/", " \u2013 ", "; ")
JOINT_SHARES = (10, 1.2, 1, 0.7, 0.5, 0.5, 0.3)


def habits_of(rng: Rng, hand: Line = BY_HAND) -> Habits:
    """Draws them."""
    labelled = chance(rng, 0.6)
    return Habits(
        by=pick(rng, ("By: ", "BY: ", "By:  ", "By ", "")),
        name=pick(rng, ("Name: ", "Name:  ", "NAME: ", "Print Name: ", ""), (5, 2, 1, 0.3, 2))
        if labelled else "",
        title=pick(rng, ("Title: ", "Title:  ", "Its: ", "TITLE: ", ""), (5, 2, 1, 1, 1.5))
        if labelled else "",
        dated=pick(rng, DATED, (6, 6, 2, 1, 4, 1, 1)),
        underlined=chance(rng, 0.45),
        order=pick(rng, ORDERS, ORDER_SHARES),
        joint=pick(rng, JOINTS, JOINT_SHARES),
        headed=chance(rng, 0.12),
        loud=chance(rng, 0.15),
        hand=hand,
    )  # fmt: skip


def signatures(sheet: ScheduleSheet, habits: Habits) -> Ending:
    """The signatures of the schedule; one date for all where all signed on one day."""
    rng, signers = sheet.rng, sheet.content.signers
    together = len({signer.day for signer in signers}) <= 1 and chance(rng, 0.75)
    blocks = []
    for index, signer in enumerate(signers, 1):
        lines = list(_signed(sheet, habits, signer, index, labelled=True))
        if not together:
            dated = (Run(habits.dated), Run(html=sheet.date("signatureDate", signer.day, index)))
            lines.insert(0 if chance(rng, 0.4) else len(lines), dated)
        blocks.append(tuple(lines))
    day: Line = ()
    if together and signers:
        day = (Run(habits.dated), Run(html=sheet.date("signatureDate", signers[0].day)))
    title = pick(rng, ("SIGNATURE", "SIGNATURES", "Signature", "SIGNATURE PAGE", "SIGNATURES"))
    return Ending(title, pick(rng, CERTIFIED), day, tuple(blocks), day_last=chance(rng, 0.25))


def agreement(sheet: ScheduleSheet, habits: Habits) -> Ending | None:
    """The joint filing agreement, if there is one; signatures and titles in it are no fields."""
    content, rng = sheet.content, sheet.rng
    if not content.parties:
        return None
    signers = {signer.person: signer for signer in content.signers}
    day = content.agreed
    blocks = []
    for party in content.parties:
        signer = signers.get(party) or content.signers[0]
        blocks.append(tuple(_signed(sheet, habits, signer, 1, labelled=False, party=party)))
    dated: Line = ()
    if day:
        dated = (Run(habits.dated), Run(html=sheet.date("jointFilingDate", day)))
    text = pick(rng, JOINTLY).format(content.family, content.class_title, content.issuer)
    return Ending(
        pick(rng, AGREEMENT_TITLES), text, dated, tuple(blocks), pick(rng, EXHIBIT_NAMES),
        chance(rng, 0.4),
    )  # fmt: skip


def _signed(
    sheet: ScheduleSheet,
    habits: Habits,
    signer: Signer,
    index: int,
    *,
    labelled: bool,
    party: str = "",
) -> Sequence[Line]:
    """The lines of a block: for whom, by whom, as what; a human being has but two of them."""
    names = {person.name.upper() for person in sheet.content.persons if person.is_natural}
    human = signer.person.upper() in names
    own = human and signer.officer.upper() in ("", signer.person.upper())
    whom = Run(party, "jointFilingParties") if party else \
        Run(signer.person, "signatureReportingPerson", index)  # fmt: skip
    sign = Run(signer.signature, "signature" if labelled else "", index)
    inked = (sign,) if signer.signature else habits.hand
    rule = [unlabelled(LINE)] if habits.underlined and signer.signature else []
    title = Run(signer.title, _title(labelled), index)
    if human and (own or not habits.headed):
        titled: list[Line] = [(Run(habits.title), title)] if signer.title else []
        if habits.headed:
            return [(whom,), (Run(habits.by), *inked), *rule, *titled]
        joined = habits.order == "joined" and signer.title
        if joined:
            return [inked, *rule, (Run(habits.name), whom, Run(habits.joint), title)]
        return [inked, *rule, (Run(habits.name), whom), *titled]
    between = _through(sheet, habits, signer) if chance(sheet.rng, 0.4) else ()
    return [(whom,), *between, *_officer(sheet, habits, signer, (inked, title), rule)]


ROLES = ("General Partner", "Investment Manager", "Managing Member", "Manager", "Sole Member",
         "Investment Adviser", "Trustee", "general partner", "sole general partner")  # fmt: skip


def _through(sheet: ScheduleSheet, habits: Habits, signer: Signer) -> Sequence[Line]:
    """One or two entities through which another signs, `By: Roe LLC, its Manager`: no fields."""
    rng = sheet.rng
    known = [person.name for person in sheet.content.persons if person.name != signer.person]
    made: list[Line] = []
    for _ in range(int(rng.integers(1, 3))):
        name = pick(rng, known) if known and chance(rng, 0.6) else entity_name(rng)
        name = name.upper() if habits.loud else name
        role = f"{pick(rng, ('its', 'Its', 'as', 'the'))} {pick(rng, ROLES)}"
        if chance(rng, 0.5):
            made.append((Run(f"{habits.by}{name}, {role}"),))
        else:
            made += [(Run(f"{habits.by}{name}{pick(rng, ('', ','))}"),), (Run(role),)]
    return made


def _officer(
    sheet: ScheduleSheet,
    habits: Habits,
    signer: Signer,
    written: tuple[Line, Run],
    rule: Sequence[Line],
) -> Sequence[Line]:
    """The lines of one who signs for another; the typed name has no label."""
    inked, title = written
    typed = signer.officer or re.sub(r"^/[sS]/\s*", "", signer.signature)
    typed = typed.upper() if habits.loud else typed
    signed: list[Line] = [(Run(habits.by), *inked), *rule]
    order = habits.order if chance(sheet.rng, 0.93) else pick(sheet.rng, ORDERS)
    titled: list[Line] = [(Run(habits.title), title)] if title.text else []
    named: list[Line] = [(Run(habits.name + typed),)] if typed else []
    if order == "nowhere" and signer.signature:
        return [*signed, *titled]
    if not typed or not title.text or order == "lines":
        return [*signed, *named, *titled]
    if order == "turned":
        return [*signed, *titled, *named]
    if order == "signed" and signer.signature:
        return [(Run(habits.by), *inked, Run(habits.joint), title), *rule]
    if order == "title first":
        return [*signed, (Run(habits.title), title, Run(habits.joint + habits.name + typed))]
    return [*signed, (Run(habits.name + typed + habits.joint + habits.title), title)]


def _title(labelled: bool) -> str:
    return "signatureTitle" if labelled else ""
