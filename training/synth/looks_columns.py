"""The columns of Tables I and II as the printed forms have them, for every look.

Wordings come in variants: the first is the SEC's own, the others are what filing agents and law
firms made of it. A `Column` names the elements whose values stand in its cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.synth.style import Rng, chance, pick

MDY = "(Month/Day/Year)"


@dataclass(frozen=True)
class Span:
    """A head cell over several columns; columns share it by equality."""

    number: str
    wordings: tuple[str, ...]
    instruction: str = ""


@dataclass(frozen=True)
class Column:
    """One leaf column. `weight` is its usual share of the width; `variant` its (A) or (D) side.

    An `optional` column may be missing on a form when no row has anything in it. `shapes` are how
    each of several values is written in one cell, variant `AD` writes the side behind the number.
    """

    names: tuple[str, ...]
    number: str
    wordings: tuple[str, ...]
    weight: float
    instruction: str = ""
    span: Span | None = None
    variant: str = ""
    align: str = "center"
    optional: bool = False
    shapes: tuple[str, ...] = ()


TITLE = ("Title of Security", "Title of Security", "Security", "Title of Securities", "Class")
TITLE_II = (
    "Title of Derivative Security", "Title of Derivative Security", "Derivative Security",
    "Title of Derivative",
)  # fmt: skip
DATE = (
    f"Transaction Date {MDY}", "Transaction Date", "Trans- action Date (Month/ Day/ Year)",
    "Trans. Date (MM/DD/YYYY)", "Date of Transaction", "Trans. Date",
)  # fmt: skip
DEEMED = (
    f"Deemed Execution Date, if any {MDY}", "Deemed Execution Date, if any", "Deemed Exec. Date",
    "Deemed Execu- tion Date, if any (Month/ Day/ Year)", "Deemed Execution Date",
)  # fmt: skip
CODE = ("Transaction Code", "Trans- action Code", "Trans. Code", "Transaction Code", "Trans Code")
ACQUIRED = (
    "Securities Acquired (A) or Disposed Of (D)", "Securities Acquired (A) or Disposed of (D)",
    "Securities Acquired (A) or Disposed (D)", "Acquired (A) / Disposed (D)",
)  # fmt: skip
OWNED = (
    "Amount of Securities Beneficially Owned Following Reported Transaction(s)",
    "Amount of Securities Beneficially Owned Following Reported Transaction",
    "Securities Owned Following Reported Transaction(s)", "Shares Owned After Transaction",
    "Amount of Securities Bene- ficially Owned Following Reported Trans- action(s)",
)  # fmt: skip
OWNED_II = (
    "Number of derivative Securities Beneficially Owned Following Reported Transaction(s)",
    "Number of Derivative Securities Beneficially Owned Following Reported Transaction(s)",
    "Derivative Securities Owned After Transaction", "No. of Derivative Securities Owned",
)  # fmt: skip
OWNED_YEAR = (
    "Amount of Securities Beneficially Owned at end of Issuer's Fiscal Year",
    "Amount of Securities Beneficially Owned at End of Issuer’s Fiscal Year",
    "Securities Owned at End of Fiscal Year",
)  # fmt: skip
OWNED_YEAR_II = (
    "Number of derivative Securities Beneficially Owned at End of Issuer's Fiscal Year",
    "Number of Derivative Securities Beneficially Owned at End of Year",
)  # fmt: skip
FORM = (
    "Ownership Form: Direct (D) or Indirect (I)", "Ownership Form: Direct (D) or Indirect (I)",
    "Owner- ship Form: Direct (D) or Indirect (I)", "Direct (D) or Indirect (I)", "D or I",
    "Ownership Form", "Own. Form: (D) or (I)",
)  # fmt: skip
NATURE = (
    "Nature of Indirect Beneficial Ownership", "Nature of Indirect Beneficial Ownership",
    "Nature of Indirect Bene- ficial Owner- ship", "Nature of Indirect Ownership",
    "Nature of Ownership",
)  # fmt: skip
STRIKE = (
    "Conversion or Exercise Price of Derivative Security",
    "Conversion or Exercise Price of Deriv- ative Security", "Conversion or Exercise Price",
    "Exercise Price", "Conv. or Exer. Price",
)  # fmt: skip
NUMBER_II = (
    "Number of Derivative Securities Acquired (A) or Disposed of (D)",
    "Number of Deriv- ative Securities Acquired (A) or Disposed of (D)",
    "No. of Derivative Securities Acquired (A) or Disposed (D)",
)  # fmt: skip
EXERCISABLE = (
    f"Date Exercisable and Expiration Date {MDY}", "Date Exercisable and Expiration Date",
    "Date Exer- cisable and Expiration Date (Month/ Day/ Year)", "Exercise / Expiration",
)  # fmt: skip
UNDERLYING = (
    "Title and Amount of Securities Underlying Derivative Security",
    "Title and Amount of Underlying Securities", "Underlying Securities",
)  # fmt: skip
PRICE_II = ("Price of Derivative Security", "Price of Deriv- ative Security", "Price", "Unit Price")

AFTER = ("sharesOwnedFollowingTransaction", "valueOwnedFollowingTransaction")
SHARES_II = ("transactionShares", "transactionTotalValue")
UNDER_AMOUNT = ("underlyingSecurityShares", "underlyingSecurityValue")


def _ownership(
    form: str, nature: str, instruction: str, weights: tuple[float, float]
) -> list[Column]:
    return [
        Column(("directOrIndirectOwnership",), form, FORM, weights[0], instruction),
        Column(("natureOfOwnership",), nature, NATURE, weights[1], instruction, align="left"),
    ]


def _exercise(number: str) -> list[Column]:
    dates = Span(number, EXERCISABLE)
    return [
        Column(("exerciseDate",), "", ("Date Exercisable", "Date Exer- cisable", "Exercisable"), 6,
               span=dates),
        Column(("expirationDate",), "", ("Expiration Date", "Expira- tion Date", "Expires"), 6,
               span=dates),
    ]  # fmt: skip


def _underlying(number: str, instruction: str) -> list[Column]:
    under = Span(number, UNDERLYING, instruction)
    return [
        Column(("underlyingSecurityTitle",), "", ("Title", "Title", "Class"), 10, span=under),
        Column(UNDER_AMOUNT, "", ("Amount or Number of Shares", "Amount or Number of Shares",
                                  "Shares", "Amount"), 7, span=under),
    ]  # fmt: skip


def _code(number: str, separate_v: bool, optional_v: bool = False) -> list[Column]:
    """Code and V; without a V column the footnotes of the timeliness stand at the code."""
    if not separate_v:
        return [Column(("transactionCode", "transactionTimeliness"), number, CODE, 5, "Instr. 8")]
    span = Span(number, CODE, "Instr. 8")
    return [
        Column(("transactionCode",), "", ("Code",), 4, span=span),
        Column(("transactionTimeliness",), "", ("V",), 2.5, span=span, optional=optional_v),
    ]


def _table_one(family: str) -> list[Column]:
    if family == "3":
        amount = ("Amount of Securities Beneficially Owned", "Amount of Securities Owned", "Amount")
        return [
            Column(("securityTitle",), "1", TITLE, 44, "Instr. 4", align="left"),
            Column(AFTER, "2", amount, 19, "Instr. 4"),
            *_ownership("3", "4", "Instr. 5", (11, 26)),
        ]
    amounts = Span("4", ACQUIRED, "Instr. 3, 4 and 5")
    return [
        Column(("securityTitle",), "1", TITLE, 30, "Instr. 3", align="left"),
        Column(("transactionDate",), "2", DATE, 8),
        Column(("deemedExecutionDate",), "2A", DEEMED, 6.5, optional=True),
        *_code("3", family == "4"),
        Column(("transactionShares",), "", ("Amount", "Amount", "Shares"), 9, span=amounts),
        Column(("transactionAcquiredDisposedCode",), "", ("(A) or (D)", "(A) or (D)", "A/D"), 4.5,
               span=amounts),
        Column(("transactionPricePerShare",), "", ("Price", "Price", "Price per Share"), 7,
               span=amounts),
        Column(AFTER, "5", OWNED if family == "4" else OWNED_YEAR, 11, "Instr. 3 and 4"),
        *_ownership("6", "7", "Instr. 4", (8, 9)),
    ]  # fmt: skip


def _table_two(family: str) -> list[Column]:
    if family == "3":
        return [
            Column(("securityTitle",), "1", TITLE_II, 26, "Instr. 4", align="left"),
            *_exercise("2"),
            *_underlying("3", "Instr. 4"),
            Column(("conversionOrExercisePrice",), "4", STRIKE, 8),
            *_ownership("5", "6", "Instr. 5", (8, 14)),
        ]
    numbers = Span("5", NUMBER_II, "Instr. 3, 4 and 5")
    return [
        Column(("securityTitle",), "1", TITLE_II, 13, "Instr. 3", align="left"),
        Column(("conversionOrExercisePrice",), "2", STRIKE, 6),
        Column(("transactionDate",), "3", DATE, 6.5),
        Column(("deemedExecutionDate",), "3A", DEEMED, 6, optional=True),
        *_code("4", family == "4"),
        Column(SHARES_II, "", ("(A)",), 6, span=numbers, variant="A"),
        Column(SHARES_II, "", ("(D)",), 6, span=numbers, variant="D"),
        *_exercise("6"),
        *_underlying("7", "Instr. 3 and 4"),
        Column(("transactionPricePerShare",), "8", PRICE_II, 6, "Instr. 5"),
        Column(AFTER, "9", OWNED_II if family == "4" else OWNED_YEAR_II, 7, "Instr. 4"),
        *_ownership("10", "11", "Instr. 4", (6, 8)),
    ]


def columns(form: str, table: int) -> list[Column]:
    """The columns of Table I (`table` 0) or II (1) of form `3`, `4/A` …"""
    family = form[0]
    return _table_two(family) if table else _table_one(family)


def retitled(columns_: list[Column], element: str, wordings: tuple[str, ...]) -> list[Column]:
    """The same columns with other words over the one that holds `element`."""
    return [
        replace(each, wordings=wordings) if element in each.names else each for each in columns_
    ]


SHORT: dict[str, tuple[str, ...]] = {
    "securityTitle": ("Title", "Security", "Class", "Title of Sec.", "Sec. Title"),
    "transactionDate": ("Trans. Date", "Tran Date", "Date", "Txn Date", "Trans. Dt."),
    "deemedExecutionDate": ("Deemed Exec.", "Exec. Date", "2A Date", "Deemed Ex. Date"),
    "transactionCode": ("Code", "Trans. Code", "Cd.", "Txn Code", "Type"),
    "transactionTimeliness": ("V",),
    "transactionShares": ("Amt.", "Shares", "Qty", "No.", "# Shares", "Amount"),
    "transactionAcquiredDisposedCode": ("A/D", "A or D", "(A)/(D)", "Acq/Disp"),
    "transactionPricePerShare": ("Price", "Price/Sh.", "Px", "Per Share", "Unit Price"),
    "sharesOwnedFollowingTransaction": ("Amt. Owned After", "Owned After", "Balance", "Amt. Owned",
                                        "Total Held", "Sec. Owned Following"),
    "directOrIndirectOwnership": ("D/I", "Own. Form", "Own. Form D/I", "Form", "Dir./Ind.",
                                  "(D)/(I)"),
    "natureOfOwnership": ("Nature of Indirect", "Nature", "Nature of Ind. Own.", "Indirect Nature",
                          "How Held", "Nature of Indir. Ben. Own."),
    "conversionOrExercisePrice": ("Exer. Price", "Conv./Exer. Price", "Strike", "Ex. Price",
                                  "Exercise Px"),
    "exerciseDate": ("Exer. Date", "Exercisable", "Date Exer.", "From", "Vest Date"),
    "expirationDate": ("Exp. Date", "Expires", "Expir.", "To", "Exp."),
    "underlyingSecurityTitle": ("Und. Title", "Title", "Underlying", "Und. Sec."),
    "underlyingSecurityShares": ("Und. Shares", "Shares", "Und. Amt.", "Amt.", "No. of Sh."),
}  # fmt: skip
"""Heads as narrow as spreadsheets have them, by the first element of the column."""

SHORT_SPANS: dict[tuple[str, ...], tuple[str, ...]] = {
    CODE: ("Trans. Code", "Code", "Tran."),
    ACQUIRED: ("Acquired / Disposed", "Sec. Acq. (A) or Disp. (D)", "Transaction", "Acq./Disp."),
    NUMBER_II: ("No. of Deriv. Sec.", "Deriv. Acq./Disp.", "Number Acq. (A) / Disp. (D)"),
    EXERCISABLE: ("Exer. / Exp. Date", "Dates", "Exercisable / Expires"),
    UNDERLYING: ("Underlying Sec.", "Underlying", "Title & Amt. of Underlying"),
}
"""The same for the heads over several columns, by their usual words."""


def shortened(rng: Rng, columns_: list[Column]) -> list[Column]:
    """The same columns under abbreviated heads, nearly all of them."""
    spans: dict[Span, Span] = {}
    found = []
    for column in columns_:
        if column.span and column.span not in spans:
            choices = SHORT_SPANS.get(column.span.wordings, column.span.wordings)
            spans[column.span] = replace(column.span, wordings=(pick(rng, choices),))
        span = spans[column.span] if column.span else None
        words = SHORT.get(column.names[0], ())
        # Both sides of Table II keep the letter that tells them apart.
        kept = column.variant or not words or chance(rng, 0.1)
        wordings = column.wordings if kept else (pick(rng, words),)
        found.append(replace(column, wordings=wordings, span=span))
    return found


TABLE_TITLES: dict[tuple[str, int], tuple[str, str]] = {
    ("3", 0): ("Table I - Non-Derivative Securities Beneficially Owned", ""),
    ("3", 1): (
        "Table II - Derivative Securities Beneficially Owned",
        "(e.g., puts, calls, warrants, options, convertible securities)",
    ),
    ("4", 0): (
        "Table I - Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned",
        "",
    ),
    ("4", 1): (
        "Table II - Derivative Securities Acquired, Disposed of, or Beneficially Owned",
        "(e.g., puts, calls, warrants, options, convertible securities)",
    ),
}


def table_title(form: str, table: int) -> tuple[str, str]:
    """Title and subtitle of a table."""
    return TABLE_TITLES["3" if form[0] == "3" else "4", table]
