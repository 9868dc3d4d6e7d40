"""Signatures and the joint filing agreement of a schedule as lines of runs, for any look."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    """How one writer sets signature blocks; `hand` stands where somebody signed by hand."""

    by: str
    name: str
    title: str
    dated: str
    underlined: bool
    joined: bool
    hand: Line


def habits_of(rng: Rng, hand: Line = BY_HAND) -> Habits:
    """Draws them."""
    labelled = chance(rng, 0.6)
    return Habits(
        by=pick(rng, ("By: ", "BY: ", "By:  ", "By ", "")),
        name=pick(rng, ("Name: ", "Name:  ", "")) if labelled else "",
        title=pick(rng, ("Title: ", "Title:  ", "Its: ", "")) if labelled else "",
        dated=pick(rng, DATED, (6, 6, 2, 1, 4, 1, 1)),
        underlined=chance(rng, 0.45),
        joined=not labelled and chance(rng, 0.5),
        hand=hand,
    )


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
    human = any(person.name == signer.person and person.is_natural
                for person in sheet.content.persons)  # fmt: skip
    whom = Run(party, "jointFilingParties") if party else \
        Run(signer.person, "signatureReportingPerson", index)  # fmt: skip
    sign = Run(signer.signature, "signature" if labelled else "", index)
    inked = (sign,) if signer.signature else habits.hand
    rule = [unlabelled(LINE)] if habits.underlined and signer.signature else []
    if human:
        below: list[Line] = [(Run(habits.name), whom)]
        if signer.title:
            below.append((Run(habits.title), Run(signer.title, _title(labelled), index)))
        return [inked, *rule, *below]
    typed = re.sub(r"^/[sS]/\s*", "", signer.signature)
    lines: list[Line] = [(whom,), (Run(habits.by), *inked), *rule]
    title = Run(signer.title, _title(labelled), index)
    if habits.joined and typed and signer.title:
        return [*lines, (Run(f"{typed}, "), title)]
    if typed and (habits.name or chance(sheet.rng, 0.5)):
        lines.append((Run(habits.name + typed),))
    return [*lines, (Run(habits.title), title)] if signer.title else lines


def _title(labelled: bool) -> str:
    return "signatureTitle" if labelled else ""
