"""The columns of Tables I and II and the wording of the printed Forms 3, 4 and 5."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.templates_sheet import Row, Sheet
from models.forms._ownership import TABLE_I, TABLE_II

SHARES_AFTER = ("sharesOwnedFollowingTransaction", "valueOwnedFollowingTransaction")
AMOUNT = ("transactionShares", "transactionTotalValue")
UNDERLYING = ("underlyingSecurityShares", "underlyingSecurityValue")
TITLES = {
    "3": "INITIAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES",
    "4": "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP",
    "5": "ANNUAL STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP",
}
OMB = {"3": ("3235-0104", "0.5"), "4": ("3235-0287", "0.5"), "5": ("3235-0362", "1.0")}
INSTRUCTION = {"3": "5(b)(v)", "4": "4(b)(v)", "5": "4(b)(v)"}
BOXES = {
    "notSubjectToSection16": "Check this box if no longer subject to Section 16. Form 4 or Form 5 "
    "obligations may continue. See Instruction 1(b).",
    "form3HoldingsReported": "Form 3 Holdings Reported.",
    "form4TransactionsReported": "Form 4 Transactions Reported.",
    "aff10b5One": "Check this box to indicate that a transaction was made pursuant to a contract, "
    "instruction or written plan for the purchase or sale of equity securities of the issuer that "
    "is intended to satisfy the affirmative defense conditions of Rule 10b5-1(c). "
    "See Instruction 10.",
}
ROLES = {
    "isDirector": "Director", "isTenPercentOwner": "10% Owner",
    "isOfficer": "Officer (give title below)", "isOther": "Other (specify below)",
}  # fmt: skip
PERIOD = {
    "3": "Date of Event Requiring Statement", "4": "Date of Earliest Transaction",
    "5": "Statement for Issuer's Fiscal Year Ended",
}  # fmt: skip
HEADINGS = {
    (TABLE_I, "3"): "Table I - Non-Derivative Securities Beneficially Owned",
    (TABLE_II, "3"): "Table II - Derivative Securities Beneficially Owned",
    (TABLE_I, "4"): "Table I - Non-Derivative Securities Acquired, Disposed of, or "
    "Beneficially Owned",
    (TABLE_II, "4"): "Table II - Derivative Securities Acquired, Disposed of, or "
    "Beneficially Owned",
}  # fmt: skip
EXAMPLES = "(e.g., puts, calls, warrants, options, convertible securities)"
NOTHING_OWNED = "No securities are beneficially owned."
REMINDER = (
    "Reminder: Report on a separate line for each class of securities beneficially owned directly "
    "or indirectly."
)
CRIMINAL = (
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations. "
    "See 18 U.S.C. 1001 and 15 U.S.C. 78ff(a)."
)
COPIES = (
    "Note: File three copies of this Form, one of which must be manually signed. If space is "
    "insufficient, see Instruction 6 for procedure."
)
PERSONS = (
    "Persons who respond to the collection of information contained in this form are not required "
    "to respond unless the form displays a currently valid OMB Number."
)


@dataclass(frozen=True)
class Column:
    """One leaf column: its head, the elements in it, its share of the width in per cent."""

    head: str
    names: tuple[str, ...]
    width: int
    over: str = ""
    variant: str = ""
    align: str = "center"


def columns(table: str, family: str) -> tuple[Column, ...]:
    """The leaf columns of a table as form `3`, `4` or `5` prints them."""
    if family == "3":
        return _holdings_one() if table == TABLE_I else _holdings_two()
    return _one(family) if table == TABLE_I else _two(family)


def _holdings_one() -> tuple[Column, ...]:
    return (
        Column("1. Title of Security (Instr. 4)", ("securityTitle",), 44, align="left"),
        Column("2. Amount of Securities Beneficially Owned (Instr. 4)", SHARES_AFTER, 19),
        Column("3. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)",
               ("directOrIndirectOwnership",), 11),
        Column("4. Nature of Indirect Beneficial Ownership (Instr. 5)", ("natureOfOwnership",), 26,
               align="left"),
    )  # fmt: skip


def _holdings_two() -> tuple[Column, ...]:
    dates = "2. Date Exercisable and Expiration Date (Month/Day/Year)"
    under = "3. Title and Amount of Securities Underlying Derivative Security (Instr. 4)"
    return (
        Column("1. Title of Derivative Security (Instr. 4)", ("securityTitle",), 29, align="left"),
        Column("Date Exercisable", ("exerciseDate",), 8, dates),
        Column("Expiration Date", ("expirationDate",), 8, dates),
        Column("Title", ("underlyingSecurityTitle",), 18, under),
        Column("Amount or Number of Shares", UNDERLYING, 9, under),
        Column("4. Conversion or Exercise Price of Derivative Security",
               ("conversionOrExercisePrice",), 8),
        Column("5. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)",
               ("directOrIndirectOwnership",), 8),
        Column("6. Nature of Indirect Beneficial Ownership (Instr. 5)", ("natureOfOwnership",), 12,
               align="left"),
    )  # fmt: skip


def _coding(number: int, family: str) -> tuple[Column, ...]:
    """Form 5 has no column V."""
    over = f"{number}. Transaction Code (Instr. 8)"
    if family == "5":
        return (Column(over, ("transactionCode",), 6),)
    return (Column("Code", ("transactionCode",), 4, over),
            Column("V", ("transactionTimeliness",), 3, over))  # fmt: skip


def _one(family: str) -> tuple[Column, ...]:
    moved = "4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)"
    after = (
        "at end of Issuer's Fiscal Year" if family == "5" else "Following Reported Transaction(s)"
    )
    return (
        Column("1. Title of Security (Instr. 3)", ("securityTitle",), 30, align="left"),
        Column("2. Transaction Date (Month/Day/Year)", ("transactionDate",), 8),
        Column("2A. Deemed Execution Date, if any (Month/Day/Year)", ("deemedExecutionDate",), 7),
        *_coding(3, family),
        Column("Amount", AMOUNT, 9, moved),
        Column("(A) or (D)", ("transactionAcquiredDisposedCode",), 5, moved),
        Column("Price", ("transactionPricePerShare",), 7, moved),
        Column(f"5. Amount of Securities Beneficially Owned {after} (Instr. 3 and 4)",
               SHARES_AFTER, 11),
        Column("6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)",
               ("directOrIndirectOwnership",), 8),
        Column("7. Nature of Indirect Beneficial Ownership (Instr. 4)", ("natureOfOwnership",), 10,
               align="left"),
    )  # fmt: skip


def _two(family: str) -> tuple[Column, ...]:
    moved = ("5. Number of Derivative Securities Acquired (A) or Disposed of (D) "
             "(Instr. 3, 4 and 5)")  # fmt: skip
    dates = "6. Date Exercisable and Expiration Date (Month/Day/Year)"
    under = "7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)"
    after = (
        "at End of Issuer's Fiscal Year" if family == "5" else "Following Reported Transaction(s)"
    )
    return (
        Column("1. Title of Derivative Security (Instr. 3)", ("securityTitle",), 12, align="left"),
        Column("2. Conversion or Exercise Price of Derivative Security",
               ("conversionOrExercisePrice",), 6),
        Column("3. Transaction Date (Month/Day/Year)", ("transactionDate",), 7),
        Column("3A. Deemed Execution Date, if any (Month/Day/Year)", ("deemedExecutionDate",), 7),
        *_coding(4, family),
        Column("(A)", AMOUNT, 6, moved, "A"),
        Column("(D)", AMOUNT, 6, moved, "D"),
        Column("Date Exercisable", ("exerciseDate",), 7, dates),
        Column("Expiration Date", ("expirationDate",), 7, dates),
        Column("Title", ("underlyingSecurityTitle",), 8, under),
        Column("Amount or Number of Shares", UNDERLYING, 6, under),
        Column("8. Price of Derivative Security (Instr. 5)", ("transactionPricePerShare",), 6),
        Column(f"9. Number of derivative Securities Beneficially Owned {after} (Instr. 4)",
               SHARES_AFTER, 7),
        Column("10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)",
               ("directOrIndirectOwnership",), 6),
        Column("11. Nature of Indirect Beneficial Ownership (Instr. 4)", ("natureOfOwnership",), 8,
               align="left"),
    )  # fmt: skip


def heading(table: str, family: str) -> str:
    """The words above a table."""
    return HEADINGS[table, "3" if family == "3" else "4"]


def head_rows(sheet: Sheet, table: str, specs: Sequence[Column]) -> str:
    """The one or two head rows of a table; a column that is not under another spans both."""
    number = (TABLE_I, TABLE_II).index(table)
    two = any(column.over for column in specs)

    def cell(column: int, row: int, text: str, kind: str, span: str) -> str:
        region = sheet.markup.region("cell", table=number, row=row, column=column)
        return f'<th class="{kind}"{span}>{html.escape(text)}{region}</th>'

    upper, lower = "", ""
    for (over, _), group in groupby(
        enumerate(specs), lambda each: (each[1].over, not each[1].over)
    ):
        members = list(group)
        if over:
            first = members[0][0]
            upper += cell(first, -2, over, "over", f' colspan="{len(members)}"')
            lower += "".join(cell(i, -1, column.head, "leaf", "") for i, column in members)
        else:
            upper += "".join(
                cell(i, -1, column.head, "whole", ' rowspan="2"' if two else "")
                for i, column in members
            )
    return f"<tr>{upper}</tr>" + (f"<tr>{lower}</tr>" if two else "")


def body_rows(
    sheet: Sheet, table: str, specs: Sequence[Column], empty: int = 0, dollar: str = ""
) -> str:
    """The rows of a table, then `empty` pre-printed ones."""
    number = (TABLE_I, TABLE_II).index(table)
    rows: list[Row | None] = [*sheet.rows(table), *[None] * empty]
    lines = ""
    for index, row in enumerate(rows):
        lines += "<tr>"
        for position, column in enumerate(specs):
            content = sheet.fill(row, column.names, column.variant, dollar) if row else ""
            region = sheet.markup.region("cell", table=number, row=index, column=position)
            lines += f'<td class="{column.align}">{content}{region}</td>'
        lines += "</tr>"
    return lines


def widths(specs: Sequence[Column], shift: int = 0) -> str:
    """The `<col>`s of a table; `shift` per cent go from the first column to the last."""
    shares = [column.width for column in specs]
    shares[0] -= shift
    shares[-1] += shift
    return "".join(f'<col style="width:{share}%">' for share in shares)
