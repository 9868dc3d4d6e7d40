"""What the forms of the Foreign Agents Registration Act share: who files, when it came in.

Source: the printed forms of the US Department of Justice, editions of 1979 to 2017: OBD-68, later
CRM-158 and NSD-5 (amendment to registration statement), and CRM-159 (dissemination report).
"""

from __future__ import annotations

from models.form import BELOW, BOX, RIGHT, FieldSpec

OPENING = ("registrantName", "registrationNumber")
"""What the first page of each of these forms asks for before anything else."""


def registrant() -> tuple[FieldSpec, ...]:
    """Items 1 and 2."""
    return (
        FieldSpec("registrantName", "name", "registrantName", mandatory=True, max_length=150,
                  printed="Name of Registrant"),
        FieldSpec("registrationNumber", "identifier", "registrationNumber", mandatory=True,
                  max_length=10, printed="Registration No."),
    )  # fmt: skip


def tick_box(path: str, printed: str, *, before: bool = False) -> FieldSpec:
    """A box to tick, with its label behind it or `before`."""
    return FieldSpec(path, "flag", path.rpartition("/")[2], source=BOX, printed=printed,
                     labelled_before=before)  # fmt: skip


def signer() -> tuple[FieldSpec, ...]:
    """Who signed, as typed or printed; a signature written by hand has no text."""
    return (
        FieldSpec("signerName", "text", "signerName", max_length=100, at_label=BELOW,
                  printed="type name under each signature or provide electronic signature"),
        FieldSpec("signerTitle", "text", "signerTitle", max_length=100),
    )  # fmt: skip


def received() -> FieldSpec:
    """The day that the department's stamp tells; it stands anywhere on the page, often sideways."""
    return FieldSpec("receivedDate", "date", "receivedDate", at_label=RIGHT,
                     printed="Received by NSD/FARA Registration Unit")  # fmt: skip
