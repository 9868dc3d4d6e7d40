"""Wordings that typed and older Schedules 13G and 13D have beside those of `schedule_wording`."""

from __future__ import annotations

BOXED_ROWS = ("legalProceedings", "isAggregateExcludeShares")
"""Rows of a cover page with a box to tick, by tag."""
FEE_NOTICE = (
    "Check the following box if a fee is being paid with this statement {0}. (A fee is not "
    "required only if the filing person: (1) has a previous statement on file reporting "
    "beneficial ownership of more than five percent of the class of securities described in Item "
    "1; and (2) has filed no amendment subsequent thereto reporting beneficial ownership of five "
    "percent or less of such class. See Rule 13d-7.)",
    "Check the following box if a fee is being paid with this statement {0}.",
)
OLD_COPIES = (
    "Note: Six copies of this statement, including all exhibits, should be filed with the "
    "Commission. See Rule 13d-1(a) for other parties to whom copies are to be sent."
)
INSTRUCTIONS = (
    "*SEE INSTRUCTIONS BEFORE FILLING OUT!", "* SEE INSTRUCTIONS BEFORE FILLING OUT",
    "*SEE INSTRUCTION BEFORE FILLING OUT!",
)  # fmt: skip
EDITIONS = (
    ("BD", "BK", "IC", "IV", "IA", "EP", "HC", "OO"),
    ("BD", "BK", "IC", "IV", "IA", "EP", "HC", "SA", "CP", "OO"),
    ("BD", "BK", "IC", "IV", "IA", "EP", "HC", "SA", "CP", "FI", "OO"),
)
"""What item 3 listed in the 1990s, in the 2000s and since 2010, lettered from (a)."""
OTHER_INSTITUTION = (
    "If filing as a non-U.S. institution in accordance with § 240.13d-1(b)(1)(ii)(J), please "
    "specify the type of institution:"
)
ITEM_1_13G = ("Name of Issuer", "Address of Issuer's Principal Executive Offices")
UNLABELLED_13G = ("Title of Class of Securities", "CUSIP Number")
"""Items 2(d) and 2(e), whose values repeat the cover sheet."""
PERSON_HAS = (
    "Number of shares as to which such person has", "Number of shares as to which the person has",
)  # fmt: skip
WHOLE_ITEMS_13D = {3: "item3.text", 4: "item4.text", 6: "item6.contractDescription",
                   7: "item7.filedExhibits"}  # fmt: skip
"""Items of Schedule 13D that have no lettered parts, by tag."""
ITEM_1_13D = ("Title of Class of Securities", "Name of Issuer",
              "Address of Issuer's Principal Executive Offices")  # fmt: skip
AMENDS = (
    "This {2} amends and supplements the statement on Schedule {0} relating to the {1} of the "
    "Issuer previously filed with the Securities and Exchange Commission. Capitalized terms used "
    "but not defined herein have the meanings given to them in that statement.",
    "The Schedule {0} to which this {2} relates is hereby amended only as set forth below.",
)
AGREEMENT_TITLES = (
    "JOINT FILING AGREEMENT", "AGREEMENT OF JOINT FILING", "JOINT FILING STATEMENT",
    "AGREEMENT TO FILE JOINTLY", "Joint Filing Agreement", "JOINT ACQUISITION STATEMENT",
)  # fmt: skip
EXHIBIT_NAMES = ("EXHIBIT A", "Exhibit 1", "EXHIBIT 99.1", "Exhibit A", "EXHIBIT I", "")
EXHIBIT_TITLES = ("Exhibits", "EXHIBITS", "Exhibit Index", "EXHIBIT INDEX")
IDENTIFICATION = (
    "", "\nS.S. or I.R.S. Identification No. of Above Person",
    "\nI.R.S. Identification Nos. of Above Persons (Entities Only)",
)  # fmt: skip
"""What the caption of row 1 asked for, on a line of its own."""
