"""Whom to call, on the cover sheet of a Schedule 13D: name, address and telephone in any order.

Jobs, firms and captions stand among the labelled words without a label of their own.
"""

from __future__ import annotations

import html

from models.forms._schedule13 import NOTICE_ADDRESS
from training.synth import people, schedule_people, schedule_places
from training.synth.schedule import Place
from training.synth.schedule_blocks import address_runs, inline, shown
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import Rng, chance, pick

JOBS = (
    "Chief Financial Officer", "General Counsel", "Managing Member", "Chief Compliance Officer",
    "Chief Executive Officer", "President", "Senior Vice President and General Counsel",
    "Corporate Secretary", "Attorney-in-Fact", "Managing Director", "Partner",
    "Chief Legal Officer",
    "Chief Operating Officer", "Executive Vice President, General Counsel and Secretary",
    "Director of Operations", "Assistant General Counsel", "Authorized Person", "Treasurer",
)  # fmt: skip
DEPARTMENTS = ("Legal Department", "Office of the General Counsel", "Attention: Legal Department",
               "Law Department", "Compliance Department")  # fmt: skip
LAW_ENDS = (" LLP", " & Co. LLP", ", P.C.", " PLLC", ", LLP", " P.A.")
COPIES = ("with a copy to:", "With a copy to:", "With copies to:", "Copy to:", "with copies to:",
          "and", "WITH A COPY TO:", "- with copies to -")  # fmt: skip
CALLS = ("Telephone: ", "Tel: ", "Tel.: ", "Telephone Number: ", "Tel. ", "Phone: ", "Tel. No.: ",
         "T: ", "Telephone No. ", "Ph. ")  # fmt: skip
JOINTS = (", ", "; ", "  ", " - ")
ATTENTION = ("Attn: ", "Attention: ", "c/o ", "Attn.: ")
COPIED = 0.1
"""Notices that name a second person."""


def notice_lines(sheet: ScheduleSheet, room: int = 60) -> list[str]:
    """Lines of HTML for each person to be called, of up to `room` characters where joined."""
    content, rng = sheet.content, sheet.rng
    if not content.notice_name:
        return []
    lines = _entry(sheet, content.notice_name, content.notice_address, content.notice_phone, 1)
    if chance(rng, COPIED):
        lines.append(pick(rng, COPIES))
        lines += _entry(sheet, _other(rng, content.notice_name), schedule_places.address(rng),
                        schedule_places.phone(rng), 2)  # fmt: skip
    return _joined(lines, room, pick(rng, JOINTS, (8, 1, 1, 1))) if chance(rng, 0.25) else lines


def _other(rng: Rng, first: str) -> str:
    """Another person of at most 30 characters."""
    while len(name := schedule_people.human_name(rng)) > len("thirty characters and not more") or \
            name == first:  # fmt: skip
        pass
    return name


def _entry(sheet: ScheduleSheet, name: str, place: Place, phone: str, index: int) -> list[str]:
    """One person's lines: name, what stands beside it, address, telephone."""
    rng = sheet.rng
    called = sheet.words("noticeName", name, index)
    beside = [html.escape(text) for text in _beside(sheet)]
    if beside and chance(rng, 0.25):
        head = [f"{called}{pick(rng, (', ', ' - ', ' / ', '  '))}{beside[0]}", *beside[1:]]
    elif beside and chance(rng, 0.3):
        lead = pick(rng, ("", *ATTENTION))
        head = [*beside, lead + called]
    else:
        head = [called, *beside]
    runs = address_runs(rng, place, NOTICE_ADDRESS, lines=True, index=index)
    lines = head + [line for line in inline(sheet, runs).split("<br>") if shown(line).strip()]
    number = _phone(sheet, phone, index)
    if number and chance(rng, 0.06):
        return [lines[0], number, *lines[1:]]
    return [*lines, number] if number else lines


def _phone(sheet: ScheduleSheet, phone: str, index: int) -> str:
    number = sheet.words("noticePhone", phone, index)
    return pick(sheet.rng, CALLS) + number if number and chance(sheet.rng, 0.4) else number


def _beside(sheet: ScheduleSheet) -> list[str]:
    """Up to three lines on the job, the department and the firm, in any order."""
    rng = sheet.rng
    count = pick(rng, (0, 1, 2, 3), (28, 38, 26, 8))
    makers = (lambda: pick(rng, JOBS), lambda: _firm(sheet), lambda: pick(rng, DEPARTMENTS))
    kept = list(rng.choice(len(makers), min(count, len(makers)), replace=False,
                           p=(0.42, 0.48, 0.1)))  # fmt: skip
    return [makers[int(place)]() for place in kept]


def _firm(sheet: ScheduleSheet) -> str:
    rng = sheet.rng
    kind = pick(rng, ("person", "law", "other", "issuer"), (4, 4, 3, 1))
    if kind == "law":
        names = [people.surname(rng) for _ in range(int(rng.integers(1, 4)))]
        joined = ", ".join(names[:-1]) + (" & " if len(names) > 1 else "") + names[-1]
        firm = joined + pick(rng, LAW_ENDS)
    elif kind == "person":
        firm = pick(rng, sheet.content.persons).name
    else:
        firm = sheet.content.issuer if kind == "issuer" else people.entity_name(rng)
    return (pick(rng, ("c/o ", "C/O ")) if chance(rng, 0.2) else "") + firm[:60].strip()


def _joined(lines: list[str], room: int, joint: str) -> list[str]:
    """Lines put together while they fit."""
    made: list[str] = []
    for line in lines:
        if made and len(shown(made[-1])) + len(joint) + len(shown(line)) <= room:
            made[-1] += joint + line
        else:
            made.append(line)
    return made
