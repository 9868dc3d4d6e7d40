"""Pages that are no part of the form: powers of attorney, letters, instructions, fax covers.

They name the filing's people and the issuer in running text, which is not a field there.
"""

from __future__ import annotations

import html
from datetime import date, timedelta

from training.synth.looks_sheet import Sheet
from training.synth.pages import ROLE_LABEL
from training.synth.style import MONO, SANS, SERIF, between, chance, pick, stack

POWER = (
    "execute for and on behalf of the undersigned, in the undersigned's capacity as an officer or "
    "director of the Company, Forms 3, 4 and 5 in accordance with Section 16(a) of the Securities "
    "Exchange Act of 1934 and the rules thereunder;",
    "do and perform any and all acts for and on behalf of the undersigned which may be necessary "
    "or desirable to complete and execute any such Form 3, 4 or 5 and timely file such form with "
    "the United States Securities and Exchange Commission and any stock exchange;",
    "seek or obtain, as the undersigned's representative, information on transactions in the "
    "Company's securities from any third party, including brokers and plan administrators;",
    "take any other action of any type whatsoever in connection with the foregoing which, in the "
    "opinion of such attorney-in-fact, may be of benefit to the undersigned;",
)
INSTRUCTIONS = (
    "1. When Form Must Be Filed. This Form must be filed before the end of the second business day "
    "following the day on which a transaction resulting in a change in beneficial ownership has "
    "been executed.",
    "2. Where Form Must Be Filed. A reporting person must file this Form with the Commission via "
    "the EDGAR system. A copy is to be sent to the issuer.",
    "3. Class of Securities Reported. Persons reporting pursuant to Section 16(a) shall report "
    "each class of securities beneficially owned even if it is not registered under the Act.",
    "4. Transactions and Holdings Required to be Reported. Every transaction shall be reported on "
    "a separate line, and the amount owned after it in column 5 of Table I or 9 of Table II.",
    "5. Price of Securities. Prices of securities shall be reported in U.S. dollars on a per share "
    "basis, not an aggregate basis, exclusive of brokerage commissions.",
    "6. Additional Information. If the space provided in the line items is insufficient, attach "
    "another Form 4 completed as appropriate to include the additional comments.",
    "7. Signature. If the form is filed for an individual, it shall be signed by that person or "
    "specifically on behalf of the individual by a person authorized to sign for the individual.",
    "8. Transaction Codes. Use the codes listed below to indicate in Table I, Column 3 and Table "
    "II, Column 4 the character of the transaction reported.",
)
CODES = (
    "P - Open market or private purchase of non-derivative or derivative security",
    "S - Open market or private sale of non-derivative or derivative security",
    "A - Grant, award or other acquisition pursuant to Rule 16b-3(d)",
    "D - Disposition to the issuer of issuer equity securities pursuant to Rule 16b-3(e)",
    "F - Payment of exercise price or tax liability by delivering or withholding securities",
    "M - Exercise or conversion of derivative security exempted pursuant to Rule 16b-3",
    "G - Bona fide gift",
    "J - Other acquisition or disposition (describe transaction)",
    "V - Transaction voluntarily reported earlier than required",
)


def surrounded(sheet: Sheet, body: str) -> str:
    """The form's HTML, in some filings with other pages before or after it."""
    before = after = ""
    if chance(sheet.rng, 0.03):
        page = pick(sheet.rng, (_letter, _fax_cover))(sheet)
        before = _other(sheet, page, "after")
    if chance(sheet.rng, 0.07):
        page = pick(sheet.rng, (_power, _instructions, _letter))(sheet)
        after = _other(sheet, page, "before")
    return before + body + after


def _other(sheet: Sheet, inner: str, break_: str) -> str:
    """Pages of their own, with the region that tells their role."""
    rng = sheet.rng
    font = stack(pick(rng, pick(rng, (SERIF, SANS, MONO), (5, 3, 1))))
    css = (
        f"break-{break_}:page;padding:{between(rng, 0, 60):.0f}px;font-family:{font};"
        f"font-size:{between(rng, 10, 16):.1f}px;text-align:{pick(rng, ('left', 'justify'))};"
        f"line-height:{between(rng, 1.15, 1.7):.2f}"
    )
    return f'<div class="pos" style="{css}">{sheet.markup.region(ROLE_LABEL)}{inner}</div>'


def _names(sheet: Sheet) -> tuple[str, str]:
    owner = sheet.content.text(sheet.path("rptOwnerName", "reportingOwner", 1))
    return html.escape(owner), html.escape(sheet.content.text(sheet.path("issuerName")))


def _day(sheet: Sheet) -> str:
    signed = sheet.value("signatureDate", "ownerSignature", 1)
    day = date.fromisoformat(signed) - timedelta(days=int(sheet.rng.integers(0, 400)))
    return day.strftime(pick(sheet.rng, ("%B %-d, %Y", "%m/%d/%Y", "%-d %B %Y")))


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _power(sheet: Sheet) -> str:
    owner, issuer = _names(sheet)
    points = [f"({place}) {text}" for place, text in enumerate(POWER, 1)]
    return "<h3 style='text-align:center'>POWER OF ATTORNEY</h3>" + _paragraphs(
        f"Know all by these presents, that the undersigned, {owner}, hereby constitutes and "
        f"appoints each of the officers of {issuer} (the “Company”), signing singly, the "
        "undersigned's true and lawful attorney-in-fact to:",
        *points[: int(sheet.rng.integers(2, 5))],
        "This Power of Attorney shall remain in full force and effect until the undersigned is no "
        "longer required to file Forms 3, 4 and 5, unless earlier revoked in a signed writing.",
        "IN WITNESS WHEREOF, the undersigned has caused this Power of Attorney to be executed as "
        f"of {_day(sheet)}.",
        f"/s/ {owner}<br>____________________<br>{owner}",
    )  # fmt: skip


def _letter(sheet: Sheet) -> str:
    owner, issuer = _names(sheet)
    family = sheet.family
    return _paragraphs(
        _day(sheet),
        "Securities and Exchange Commission<br>450 Fifth Street, N.W.<br>Washington, D.C. 20549",
        f"Re: {issuer}<br>Form {family} of {owner}",
        "Ladies and Gentlemen:",
        f"Enclosed for filing please find Form {family} with respect to the securities of {issuer} "
        "beneficially owned by the above reporting person. "
        + pick(sheet.rng, ("Kindly acknowledge receipt by stamping the enclosed copy.",
                           "Please call the undersigned with any questions.",
                           "A copy has been sent to the exchange.")),
        "Very truly yours,<br><br>" + pick(sheet.rng, ("Corporate Secretary", "Legal Department")),
    )  # fmt: skip


def _fax_cover(sheet: Sheet) -> str:
    owner, issuer = _names(sheet)
    pages = int(sheet.rng.integers(2, 9))
    return (
        "<h2>FACSIMILE TRANSMITTAL SHEET</h2><table border='1' width='100%' cellpadding='6'>"
        f"<tr><td>TO: Filing Desk</td><td>FROM: {owner}</td></tr>"
        f"<tr><td>COMPANY: {issuer}</td><td>DATE: {_day(sheet)}</td></tr>"
        f"<tr><td>RE: Form {sheet.family}</td><td>TOTAL NO. OF PAGES: {pages}</td></tr></table>"
        "<p>&#9744; URGENT &#9744; FOR REVIEW &#9744; PLEASE REPLY</p><p>NOTES/COMMENTS:</p>"
    )


def _instructions(sheet: Sheet) -> str:
    shown = INSTRUCTIONS[: int(sheet.rng.integers(4, 9))]
    codes = "".join(f"<div>{html.escape(code)}</div>" for code in CODES)
    title = f"<h3>GENERAL INSTRUCTIONS<br>FORM {sheet.family}</h3>"
    return title + _paragraphs(*map(html.escape, shown)) + codes
