"""What printouts of viewers and databases write behind a code, or instead of it: its meaning."""

from __future__ import annotations

from training.synth.style import Rng, chance, pick

FORMATS = ("", " - {}", " – {}", " ({})", "- {}", ": {}")
SHARES = (40.0, 4.0, 2.0, 1.0, 0.5, 0.5)
"""Shares of how a code's meaning is written; most print the code alone."""
SIDES = {
    "transactionAcquiredDisposedCode": {
        "A": ("Acquired", "Acquisition", "Acquire", "acquired"),
        "D": ("Disposed", "Disposition", "Dispose", "disposed of"),
    },
    "directOrIndirectOwnership": {
        "D": ("Direct", "Direct", "direct", "Directly held"),
        "I": ("Indirect", "Indirect", "indirect", "Indirectly held"),
    },
}
CODES = {
    "P": ("Purchase", "Open market purchase", "Open Market or Private Purchase", "Buy"),
    "S": ("Sale", "Open market sale", "Open Market or Private Sale", "Sell"),
    "V": ("Voluntary report", "Voluntarily reported earlier"),
    "A": ("Grant", "Award", "Grant or award", "Grant, award or other acquisition"),
    "D": ("Disposition to issuer", "Sale back to the issuer", "Return to issuer"),
    "F": ("Tax withholding", "Payment of exercise price or tax", "Shares withheld for taxes"),
    "I": ("Discretionary transaction", "Discretionary"),
    "M": ("Option exercise", "Exercise or conversion", "Exempt exercise", "Exercise of derivative"),
    "C": ("Conversion", "Conversion of derivative"),
    "E": ("Expiration of short position", "Expiration (short)"),
    "H": ("Expiration of long position", "Expiration (long)"),
    "O": ("Out-of-the-money exercise", "Exercise, out of the money"),
    "X": ("In-the-money exercise", "Exercise, in or at the money"),
    "G": ("Gift", "Bona fide gift"),
    "L": ("Small acquisition", "Small acquisition under 16a-6"),
    "W": ("Will", "Inheritance", "Will or laws of descent"),
    "Z": ("Voting trust", "Deposit into voting trust"),
    "J": ("Other", "Other acquisition or disposition"),
    "K": ("Equity swap", "Swap"),
    "U": ("Tender of shares", "Change of control"),
}
INSTEAD = 0.25
"""Share of the printouts with meanings that print the words instead of the letters of sides."""


def words_instead(rng: Rng) -> dict[str, dict[str, str]]:
    """By field and letter the words that one printout has for sides; mostly none."""
    if not chance(rng, INSTEAD):
        return {}
    place = int(chance(rng, 0.3))
    return {name: {code: words[place] for code, words in found.items()}
            for name, found in SIDES.items()}  # fmt: skip


def meaning_of(name: str, code: str, rng: Rng) -> str:
    """A wording of what a code says; empty for what is no code, or none that is spelled out."""
    meanings = CODES if name == "transactionCode" else SIDES.get(name, {})
    found = meanings.get(code[:1], ())
    return pick(rng, found) if found else ""
