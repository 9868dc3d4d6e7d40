"""Exhibits of a schedule that are no part of it: powers of attorney, lists of officers, letters."""

from __future__ import annotations

import html

from training.synth import people
from training.synth.pages import ROLE_LABEL
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.style import MONO, SANS, SERIF, between, chance, pick, stack

POWERS = (
    "prepare, execute in the name and on behalf of the undersigned, and submit to the Securities "
    "and Exchange Commission any statement on Schedule 13D or Schedule 13G, any amendment thereto "
    "and any joint filing agreement;",
    "do and perform any and all acts for and on behalf of the undersigned which may be necessary "
    "or desirable to complete any such statement and timely file it with any stock exchange;",
    "take any other action of any type whatsoever in connection with the foregoing which, in the "
    "opinion of such attorney-in-fact, may be of benefit to, or legally required by, the "
    "undersigned.",
)
OFFICERS = (
    "Director", "Chairman of the Board", "President and Chief Executive Officer", "Secretary",
    "Treasurer", "Chief Compliance Officer", "Executive Vice President", "Partner", "Manager",
)  # fmt: skip
CITIZENSHIPS = ("United States", "USA", "Canada", "Germany", "Japan", "Cayman Islands", "France")
TITLES = ("SCHEDULE I", "Schedule A", "ANNEX A", "Exhibit B", "SCHEDULE 1", "APPENDIX A")


def other_exhibits(sheet: ScheduleSheet) -> str:
    """In some filings pages behind the schedule, with the region that tells their role."""
    if not chance(sheet.rng, 0.15):
        return ""
    page = pick(sheet.rng, (_power, _officers, _letter))(sheet)
    rng = sheet.rng
    font = stack(pick(rng, pick(rng, (SERIF, SANS, MONO), (5, 3, 1))))
    css = (
        f"break-before:page;padding:{between(rng, 0, 40):.0f}px;font-family:{font};"
        f"font-size:{between(rng, 11, 15):.1f}px;line-height:{between(rng, 1.1, 1.5):.2f}"
    )
    return f'<div class="pos" style="{css}">{sheet.markup.region(ROLE_LABEL)}{page}</div>'


def _title(text: str) -> str:
    return f'<p style="text-align:center"><b>{text}</b></p>'


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _power(sheet: ScheduleSheet) -> str:
    content, rng = sheet.content, sheet.rng
    who, whom = (
        html.escape(content.persons[0].name),
        html.escape(people.natural_name(people.owner_name(rng))),
    )
    points = [f"({place}) {text}" for place, text in enumerate(POWERS, 1)]
    return _title("POWER OF ATTORNEY") + _paragraphs(
        f"KNOW ALL BY THESE PRESENTS, that the undersigned, {who}, hereby makes, constitutes and "
        f"appoints {whom} as a true and lawful attorney-in-fact to:",
        *points,
        "This Power of Attorney shall remain in full force and effect until revoked in writing.",
        f"IN WITNESS WHEREOF, this instrument is executed as of {sheet.day(content.event)}.",
        f"/s/ {who}<br>{who}",
    )


def _officers(sheet: ScheduleSheet) -> str:
    rng, owner = sheet.rng, html.escape(sheet.content.persons[0].name)
    heads = ("Name", "Present Principal Occupation", "Citizenship")
    rows = [heads] + [
        (
            html.escape(people.natural_name(people.owner_name(rng))),
            pick(rng, OFFICERS),
            pick(rng, CITIZENSHIPS),
        )
        for _ in range(int(rng.integers(3, 12)))
    ]
    border = pick(rng, ("border:1px solid #000", "border-bottom:1px solid #999", ""))
    cells = "".join(
        "<tr>"
        + "".join(f'<td style="padding:3px 6px;{border}">{cell}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    lead = f"Directors and executive officers of {owner}. The business address of each is that of "
    return (
        _title(pick(rng, TITLES)) + _paragraphs(lead + "the Reporting Person.")
        + f'<table style="width:100%;border-collapse:collapse">{cells}</table>'
    )  # fmt: skip


def _letter(sheet: ScheduleSheet) -> str:
    content = sheet.content
    owner, issuer = html.escape(content.persons[0].name), html.escape(content.issuer)
    return _paragraphs(
        sheet.day(content.event),
        f"Board of Directors<br>{issuer}",
        "Ladies and Gentlemen:",
        f"{owner}, together with its affiliates, is one of the largest holders of {issuer}. We "
        "have followed the company for some time and believe that its shares trade well below the "
        "value of its business. We would welcome the opportunity to discuss this with the Board.",
        f"Very truly yours,<br><br>{owner}",
    )
