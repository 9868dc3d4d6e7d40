"""What the examiner's looks of the Schedules share: rows of cover pages, wordings, signatures."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date

from eval.schedule import Person
from eval.schedule_sheet import POWERS, ScheduleSheet

REMAINDER = (
    "The remainder of this cover page shall be filled out for a reporting person's initial "
    "filing on this form with "
    "respect to the subject class of securities, and for any subsequent amendment containing "
    "information which would "
    "alter the disclosures provided in a prior cover page."
)
NOT_FILED = (
    "The information required on the remainder of this cover page shall not be deemed to be "
    '"filed" for the purpose '
    'of Section 18 of the Securities Exchange Act of 1934 ("Act") or otherwise subject to '
    "the liabilities of that "
    "section of the Act but shall be subject to all other provisions of the Act (however, see "
    "the Notes)."
)
PREVIOUS = (
    "If the filing person has previously filed a statement on Schedule 13G to report the "
    "acquisition that is the "
    "subject of this Schedule 13D, and is filing this schedule because of Sections "
    "240.13d-1(e), 240.13d-1(f) or "
    "240.13d-1(g), check the following box."
)
PAPER = (
    "Note: Schedules filed in paper format shall include a signed original and five copies of "
    "the schedule, including "
    "all exhibits. See Section 240.13d-7 for other parties to whom copies are to be sent."
)
RULES = "Check the appropriate box to designate the rule pursuant to which this Schedule is filed:"
CERTIFY = (
    "After reasonable inquiry and to the best of my knowledge and belief, I certify that the "
    "information set forth in "
    "this statement is true, complete and correct.",
    "After reasonable inquiry and to the best of its knowledge and belief, each of the "
    "undersigned certifies that the "
    "information set forth in this statement is true, complete and correct.",
)
AGREED = (
    "The undersigned hereby agree that the foregoing statement is, and all further amendments "
    "to it will be, filed on "
    "behalf of each of them under Rule 13d-1(k)(1) of the Securities Exchange Act of 1934.",
    "In accordance with Rule 13d-1(k), the persons named below consent to the joint filing on "
    "their behalf of this "
    "Schedule, including any amendments. Each is responsible for the timely filing of "
    "amendments and for the "
    "completeness and accuracy of the information about itself. This agreement may be "
    "executed in counterparts.",
)
NUMBER_OF = "Number of Shares Beneficially Owned by Each Reporting Person With"
SCRAWL = (
    '<svg class="scrawl" width="{w}" height="26" viewBox="0 0 120 26"><path d="{d}" '
    'fill="none" stroke="black" '
    'stroke-width="1.6"/></svg>'
)
STROKES = (
    "M4 20C14 2 20 4 18 18S30 4 36 14 44 22 50 10 60 20 68 12 84 18 116 8",
    "M2 14C12 0 24 26 32 12S46 0 50 16 62 24 74 6 88 22 112 16",
    "M6 22L20 4 24 20C34 6 40 8 44 18S60 8 66 14 90 20 118 4",
)
_CAPTIONS = (
    (
        "Names of Reporting Persons",
        "Name of Reporting Person",
        "NAME OF REPORTING PERSON\nI.R.S. IDENTIFICATION NO. OF ABOVE PERSON (ENTITIES ONLY)",
        "Names of Reporting Persons.",
    ),
    (
        "Check the Appropriate Box if a Member of a Group (See Instructions)",
        "Check the appropriate box if a member of a group*",
        "CHECK THE APPROPRIATE BOX IF A MEMBER OF A GROUP*",
        "Check the Appropriate Box if a Member of a Group (see instructions)",
    ),
    ("SEC Use Only", "SEC use only", "SEC USE ONLY", "SEC Use Only"),
    (
        "Source of Funds (See Instructions)",
        "Source of funds",
        "SOURCE OF FUNDS*",
        "Source of Funds (see instructions)",
    ),
    (
        "Check if Disclosure of Legal Proceedings Is Required Pursuant to Items 2(d) or 2(e)",
        "Check box if disclosure of legal proceedings is required pursuant to Item 2(d) or 2(e)",
        "CHECK BOX IF DISCLOSURE OF LEGAL PROCEEDINGS IS REQUIRED PURSUANT TO ITEMS 2(d) or 2(e)",
        "Check if disclosure of legal proceedings is required pursuant to Items 2(d) or 2(e)",
    ),
    ("Citizenship or Place of Organization",) * 2
    + ("CITIZENSHIP OR PLACE OF ORGANIZATION", "Citizenship or Place of Organization"),
    ("Sole Voting Power", "Sole voting power", "SOLE VOTING POWER", "Sole Voting Power:"),
    ("Shared Voting Power", "Shared voting power", "SHARED VOTING POWER", "Shared Voting Power:"),
    (
        "Sole Dispositive Power",
        "Sole dispositive power",
        "SOLE DISPOSITIVE POWER",
        "Sole Dispositive Power:",
    ),
    (
        "Shared Dispositive Power",
        "Shared dispositive power",
        "SHARED DISPOSITIVE POWER",
        "Shared Dispositive Power:",
    ),
    ("Aggregate Amount Beneficially Owned by Each Reporting Person",) * 2
    + (
        "AGGREGATE AMOUNT BENEFICIALLY OWNED BY EACH REPORTING PERSON",
        "Aggregate Amount Beneficially Owned by Each Reporting Person:",
    ),
    (
        "Check if the Aggregate Amount in Row ({}) Excludes Certain Shares (See Instructions)",
        "Check box if the aggregate amount in row ({}) excludes certain shares*",
        "CHECK BOX IF THE AGGREGATE AMOUNT IN ROW ({}) EXCLUDES CERTAIN SHARES*",
        "Check if the Aggregate Amount in Row ({}) Excludes Certain Shares",
    ),
    (
        "Percent of Class Represented by Amount in Row ({})",
        "Percent of class represented by amount in row ({})",
        "PERCENT OF CLASS REPRESENTED BY AMOUNT IN ROW ({})",
        "Percent of Class Represented by Amount in Row ({}):",
    ),
    (
        "Type of Reporting Person (See Instructions)",
        "Type of reporting person*",
        "TYPE OF REPORTING PERSON*",
        "Type of Reporting Person:",
    ),
)
"""A cover page's rows in the wordings of agents; 13G has no rows for funds and proceedings."""


@dataclass(frozen=True)
class Row:
    """A row of a cover page: its caption, what is filled in, and of which kind it is.

    `kind` is `text`, `group` (two boxes), `box`, `power` or `empty`.
    """

    number: int
    caption: str
    value: str
    kind: str


def day(sheet: ScheduleSheet, when: date) -> str:
    """A date in this print's format."""
    return when.strftime(sheet.setting.dates).replace("{d}", str(when.day))


def rows_of(sheet: ScheduleSheet, index: int, wording: int, note: str = "(1)") -> list[Row]:
    """The rows of the cover page of person `index`, in order; `wording` is a column of captions."""
    person = sheet.schedule.persons[index - 1]
    skipped = () if sheet.schedule.is_d else (3, 4)
    makers = [
        _value(sheet, person, index, each, note)
        for each in range(len(_CAPTIONS))
        if each not in skipped
    ]
    captions = [each[wording] for number, each in enumerate(_CAPTIONS) if number not in skipped]
    last = 11 if sheet.schedule.is_d else 9
    return [
        Row(number, captions[number - 1].format(last), value, kind)
        for number, (value, kind) in enumerate(makers, start=1)
    ]


def _value(
    sheet: ScheduleSheet, person: Person, index: int, row: int, note: str
) -> tuple[str, str]:
    """What is filled in at one row of the fourteen, and its kind."""
    schedule, aside = sheet.schedule, ""
    if sheet.setting.variant % 4 == 0 and row in (6, 7, 8, 9, 10) and person.aggregate:
        aside = "(See Item 4)" if not schedule.is_d else "(see Item 5)"
    if row in (1, 4, 11):
        return _boxes(sheet, person, index, row)
    if row == 2:
        return "", "empty"
    if row in (6, 7, 8, 9):
        return sheet.person(
            POWERS[row - 6], sheet.number(person.powers[row - 6]), index, aside
        ), "power"
    percent = person.percent(schedule.outstanding, schedule.places)
    texts = {
        0: ("reportingPersonName", person.name),
        3: ("fundType", person.funds),
        5: ("citizenshipOrOrganization", person.place),
        10: ("aggregateAmountOwned", sheet.number(person.aggregate)),
        12: ("percentOfClass", f"{percent}%"),
        13: (
            "typeOfReportingPerson",
            (", ", " ", "; ")[sheet.setting.variant % 3].join(person.types),
        ),
    }
    tag, text = texts[row]
    aside = note if row == 12 and sheet.notes[index - 1] and note else aside
    return sheet.person(tag, text, index, aside), "text"


def _boxes(sheet: ScheduleSheet, person: Person, index: int, row: int) -> tuple[str, str]:
    if row == 1:
        a, b = (sheet.box("memberOfGroup", person.group == each, each, index) for each in "ab")
        return f"(a)&nbsp;{a}|(b)&nbsp;{b}", "group"
    tag, checked = (
        ("legalProceedings", person.legal)
        if row == 4
        else ("isAggregateExcludeShares", person.excludes)
    )
    return sheet.box(tag, checked, index=index), "box"


def comment(sheet: ScheduleSheet, index: int, note: str = "(1)") -> str:
    """The footnote below a cover page's rows, with its mark."""
    sheet.ask("coverComment", index=index)
    text = sheet.notes[index - 1]
    return sheet.say("coverComment", f"{note} {text}".strip(), index) if text else ""


def title(sheet: ScheduleSheet, text: str = "") -> str:
    """The title, and whether it names the amendment is the look's choice."""
    return sheet.say("documentType", text or f"SCHEDULE {sheet.schedule.form.printed_as}")


def amendment(sheet: ScheduleSheet, pattern: str = "(Amendment No. {})*") -> str:
    """The line of the amendment's number; empty brackets on what is none."""
    before, after = pattern.split("{}")
    number = sheet.say("amendmentNo", sheet.schedule.amendment) or "&nbsp;&nbsp;&nbsp;"
    return f"{before}{number}{after}"


def cusip_text(sheet: ScheduleSheet) -> str:
    """The CUSIP number with the gaps of this print."""
    cusip, variant = sheet.schedule.issuer.cusip, sheet.setting.variant % 4
    return {
        1: f"{cusip[:6]} {cusip[6:8]} {cusip[8]}",
        2: f"{cusip[:6]}-{cusip[6:8]}-{cusip[8]}",
        3: f"{cusip[:6]} {cusip[6:]}",
    }.get(variant, cusip)


def notice_lines(sheet: ScheduleSheet) -> list[str]:
    """Whom to call, line by line."""
    notice = sheet.schedule.notice
    assert notice is not None
    say, address = sheet.say, notice.address
    lines = [say("noticeName", notice.name), html.escape(notice.firm)]
    lines += [
        say(tag, street)
        for tag, street in zip(("noticeStreet1", "noticeStreet2"), address.streets, strict=False)
    ]
    lines.append(
        f"{say('noticeCity', address.city + ',')} {say('noticeState', address.state)} "
        f"{say('noticeZipCode', address.code)}"
    )
    sheet.ask("noticeStreet2")
    return [*lines, say("noticePhone", notice.phone)]


def rule_boxes(sheet: ScheduleSheet) -> list[str]:
    """The three rules of Schedule 13G, each behind its box."""
    return [
        f"{sheet.box('designateRule', each in sheet.schedule.rules, each)} Rule 13d-1({each})"
        for each in "bcd"
    ]


def signer_lines(sheet: ScheduleSheet, index: int) -> tuple[str, str, str, str]:
    """Name of the person signed for, signature, typed name of who signs, title; labelled."""
    person = sheet.schedule.persons[index - 1]
    human = person.name if person.natural else person.signer
    sheet.ask("signature", "signatureTitle", "signatureReportingPerson", index=index)
    mark = sheet.say("signature", f"/s/ {human}" if sheet.signed[index - 1] else "", index)
    mark = mark or SCRAWL.format(
        w=120 + 10 * (index % 4), d=STROKES[(index + sheet.setting.variant) % 3]
    )
    name = sheet.say("signatureReportingPerson", person.name, index)
    return (
        name,
        mark,
        "" if person.natural else html.escape(human),
        sheet.say("signatureTitle", person.title, index),
    )


def signed_date(sheet: ScheduleSheet, index: int) -> str:
    """The date of a signature; a shared one is printed with the first."""
    if not sheet.setting.shared_date or index == 1:
        return sheet.say("signatureDate", day(sheet, sheet.schedule.signed), index)
    path = sheet.path("signatureDate", index)
    sheet.derived[path] = (sheet.schedule.signed.isoformat(), sheet.path("signatureDate", 1))
    return ""


def agreement(sheet: ScheduleSheet) -> str:
    """The joint filing agreement, an exhibit; nothing where there is none."""
    sheet.ask("jointFilingParties", "jointFilingDate")
    if not sheet.schedule.joint:
        return ""
    variant = sheet.setting.variant
    dated = sheet.say("jointFilingDate", day(sheet, sheet.schedule.signed))
    blocks = ""
    for person in sheet.schedule.persons:
        human = person.name if person.natural else person.signer
        name = sheet.say("jointFilingParties", person.name)
        sign = f"By: <u>/s/ {html.escape(human)}</u>"
        if person.natural:
            blocks += f'<div class="block">/s/ {html.escape(human)}<br>{name}</div>'
        else:
            blocks += (
                f'<div class="block">{name}<br>{sign}<br>Name: {html.escape(human)}<br>Title: '
                f"{person.title}</div>"
            )
    head = ("EXHIBIT A", "Exhibit 99.1", "EXHIBIT 1")[variant % 3]
    return (
        f'<div class="exhibit"><p class="right">{head}</p><p class="middle"><b>JOINT FILING '
        f"AGREEMENT</b></p>"
        f"<p>{AGREED[variant % 2]}</p><p>Dated: {dated}</p>{blocks}</div>"
    )


def breaks(sheet: ScheduleSheet) -> str:
    """The class of what begins a page, unless this print flows on."""
    return "" if sheet.setting.continuous else "page"


def head_line(sheet: ScheduleSheet, page: int) -> tuple[str, str, str]:
    """A running head's three parts; without a number where the page is not known."""
    name = sheet.schedule.form.name if sheet.setting.variant % 2 else sheet.schedule.form.printed_as
    total = f" of {sheet.pages}" if sheet.pages else ""
    where = (
        ""
        if sheet.setting.continuous or not page
        else f"Page {page}{total}{' Pages' if total else ''}"
    )
    return f"CUSIP No. {cusip_text(sheet)}", name, where
