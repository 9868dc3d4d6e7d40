"""The clauses that notes and items of synthetic Schedules 13G are composed of.

They were written for this project; only the certifications are the regulation's own words (17 CFR
240.13d-102). `{slot}` names a fact of the case, a list of `PHRASES` or a slot of `wording`.
"""

# ruff: noqa: E501 - a clause on one line is easier to judge than one in pieces

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {
    "deemed": (
        "may be deemed to beneficially own", "may be deemed to have beneficial ownership of",
        "may be deemed the beneficial owner of", "could be regarded as beneficially owning",
        "beneficially owns", "may be deemed to share voting and dispositive power over",
    ),
    "securities": ("{stock}", "the {stock}", "shares of {stock}", "the securities reported herein", "the Shares", "such shares"),
    "fund": (
        "{surname} Master Fund, Ltd.", "{surname} Partners {roman}, L.P.", "{holder}", "{firm}",
        "the {surname} Opportunities Fund", "{surname} {random} SPV LLC", "the Funds", "the Accounts",
    ),
    "report": (
        "the Issuer\u2019s Form 10-Q filed on {recent}", "the Company's Quarterly Report on Form 10-Q for the quarter ended {recent}",
        "the Issuer's Annual Report on Form 10-K for the year ended December 31, {year}", "a prospectus filed under Rule 424(b)({small})",
        "the Issuer\u2019s Form 6-K furnished on {usdate}", "the Issuer's proxy statement dated {recent}", "information provided by the Issuer",
        "the Issuer\u2019s Registration Statement on Form S-{small}", "a Current Report on Form 8-K dated {recent}",
    ),
    "base": (
        "Based on {outstanding} shares of {stock} outstanding as of {recent}, as reported in {report}.",
        "Percentage calculated on the basis of {outstanding} {securities} outstanding at {recent}.",
        "The percentage is based upon {outstanding} shares outstanding on {event}, according to {report}.",
        "Based on a total of {outstanding} {stock} issued and outstanding as of {usdate}.",
        "This calculation is rounded to the nearest tenth and is based upon {outstanding} shares outstanding ({report}).",
        "Calculated in accordance with Rule 13d-3(d)(1)(i), assuming {outstanding} {stock} outstanding plus {shares} shares issuable upon exercise of warrants.",
    ),
    "includes": (
        "Includes {amount} shares held directly by {fund}.",
        "Includes {shares} {stock} issuable upon exercise of warrants held by {fund}.",
        "Consists of {shares} shares held of record by {fund} and {shares} shares held by {fund}.",
        "Represents {shares} shares held in the form of American Depositary Shares.",
        "Includes options to purchase {shares} shares that are exercisable within 60 days of {event}.",
        "Does not include {shares} shares owned by {whose} {relative}, as to which beneficial ownership is disclaimed.",
        "Shares are held by {trust}, of which {holder} is {position}.",
        "Of these, {shares} are subject to a blocker that limits ownership to {percent} of the class.",
        "Reflects a {count}-for-one split of {stock} effected on {recent}.",
        "Power is exercised through {firm}, the {position} of {holder}.",
    ),
    "joined": ("together with", "and", "jointly with", "in concert with", "along with"),
}  # fmt: skip

NOTES: tuple[str, ...] = (
    "{includes}", "{includes} {includes}", "{base}", "{includes} {base}", "See Item 4.",
    "See Item {small}({letter}) below.", "{who} disclaims beneficial ownership except to the extent of {whose} pecuniary interest therein.",
    "This CUSIP number applies to the {stock}.", "{prose}", "As of {event}. {includes}",
    "The {securities} are held in accounts managed by {fund}.",
)  # fmt: skip
"""Notes below the rows of a cover page."""
PERCENT_NOTES: tuple[str, ...] = (
    "{base}",
    "{base}",
    "{base} {prose}",
    "See Item 4(b). {base}",
    "Based upon {outstanding} shares.",
)

COVER_SHORT: tuple[str, ...] = (
    "See the responses to Item {row} on the attached cover pages.", "See Item {row} of the cover pages.",
    "See response to Item {row} on each cover page.", "See row {row} of the cover page for {filers}.",
    "Reference is made to Row {row} of the cover page of each Reporting Person.", "See Cover Page, Item {row}",
    "The information in item {row} of the attached cover sheets is incorporated by reference.", "Refer to Line {row} above.",
    "See Row {row} of cover pages.", "Same as row {row}", "See Exhibit {letter}", "see item {row} on p. {small}",
)  # fmt: skip
"""What item 4 says where the cover pages are enough; `{row}` is the row's number."""
WHOLE_ITEM: tuple[str, ...] = (
    "The information required by Items 4(a) - (c) is set forth in Rows 5 - 11 of the cover page for each Reporting Person and is incorporated herein by reference.",
    "The information contained in rows 5 to 11 of the cover pages is incorporated by reference into this Item 4. {base}",
    "As of {event}, {filer} {deemed} {amount} shares of {stock}, or {pct} of the class. {includes} {base}",
    "Reference is hereby made to Items 5-9 and 11 of pages {small} to {small} of this Schedule.",
)  # fmt: skip
AMOUNT_SENTENCES: tuple[str, ...] = (
    "As of the close of business on {event}, {filer} {deemed} {amount} shares of {stock}.",
    "{filer} {deemed} an aggregate of {amount} {stock}. {includes}",
    "{amount} shares, consisting of {shares} shares held by {fund} and {shares} shares held by {fund}.",
    "{amount} shares which includes (i) options to purchase {shares} shares of {stock} that are exercisable within 60 days of {event} and (ii) {shares} shares held by {trust}.",
    "{holder} is the {position} of {fund}, which directly holds {amount} shares. By virtue of these relationships {holder} {deemed} {securities}. {disclaimed}",
    "At {event}: {amount}. {includes} {includes}",
    "{amount} ({includes})",
    "{fund} {joined} {fund} {deemed} {amount} {stock}; {prose}",
    "After giving effect to the transactions of {recent}, {who} ceased to hold more than five percent of {stock}. {includes}",
)  # fmt: skip
DISCLAIMERS: tuple[str, ...] = (
    "The filing of this statement shall not be construed as an admission that {filer} is the beneficial owner of any securities covered by it.",
    "{who} expressly disclaim beneficial ownership of {securities} except to the extent of their pecuniary interest.",
    "Nothing herein should be taken as an admission by {holder} that a group exists.",
    "Each of {who} disclaims beneficial ownership of the shares reported by any other person.",
)  # fmt: skip
PHRASES["disclaimed"] = DISCLAIMERS
PERCENT_SENTENCES: tuple[str, ...] = (
    "{pct}. {base}", "{pct} ({base})", "{pct} of the {stock} outstanding. {base}", "{base} {filer} holds {pct}.",
    "{holder}: {pct}; all others less than {percent}. {base}", "Approximately {pct} of {outstanding} shares outstanding",
    "{pct} (percentage ownership is calculated on {outstanding} shares outstanding as of {recent} and assumes that {shares} shares underlying options are outstanding)",
)  # fmt: skip
POWER_SENTENCES: tuple[str, ...] = (
    "{number} shares of {stock}", "{number}. {includes}", "{number} (see Item 4(a) above)", "{holder} has such power as to {number} shares.",
    "{number} shares, subject to the direction of {firm}", "{number} shares for {holder} and 0 shares for the others", "{number} {disclaimed}",
)  # fmt: skip

OTHER_TYPES: tuple[str, ...] = (
    "{place} investment manager", "Non-U.S. institution: {surname} Pensionskasse", "A {place} bank equivalent to a U.S. bank",
    "FI - {position}", "UK authorised fund manager", "Insurance undertaking under the laws of {place}", "{place} pension fund",
    "Investment adviser, {place}", "control person ({firm})", "{random} Beteiligungs GmbH, broker",
)  # fmt: skip
BEHALF: tuple[str, ...] = (
    "Clients of {holder} have the right to receive dividends from, or the proceeds from the sale of, {securities}. No one of them holds more than five percent.",
    "{fund} has the right to receive or the power to direct the receipt of dividends from more than 5% of the {stock}.",
    "The {securities} are held for the account of {firm}, whose {position} is {person}.",
    "Various persons have such a right; the interest of one, {fund}, is {percent} of the class.",
    "See Item 4(a) and Exhibit {letter}.", "See Exhibit 99.{small}", "{prose}", "Members of {firm} have an indirect interest in the proceeds. {prose}",
    "All securities reported are owned by advisory clients of {holder}; {who} disclaims beneficial ownership.",
    "If {fund} so directs, {firm} pays over {percent} of the dividends. {includes}",
)  # fmt: skip
SUBSIDIARIES: tuple[str, ...] = (
    "See Exhibit {letter}.", "See attached Exhibit 99.{small}", "{firm} is a wholly-owned subsidiary of {holder} and is classified under Item 3(e).",
    "{firm}\tIA\n{firm}\tIC\n{firm} *\tBK", "Subsidiary\tClassification\n{firm}\tBD\n{firm}\tIA\n{firm}\tHC",
    "The following subsidiaries hold the shares: {firm}; {firm}; {firm}. Each is an investment adviser. {prose}",
    "{holder} files as a parent holding company for {firm} (an insurance company) {joined} {firm}.", "{fund} - Item 3 classification: (e)",
    "{firm}\n{firm}\n{firm}\n* Entity beneficially owns five percent or greater of the class outstanding.",
)  # fmt: skip
GROUPS: tuple[str, ...] = (
    "See Exhibit {letter}.", "See Exhibit I", "{names} may be deemed a group. {disclaimed}", "The members of the group are: {names}.",
    "{firm} - PN\n{firm} - OO\n{person} - IN", "Member\tType\n{holder}\tPN\n{firm}\tOO\n{person}\tIN",
    "This statement is filed under Rule 13d-1(c) by {names}, none of whom affirms the existence of a group.", "{prose}",
    "{who} are parties to the Agreement dated {recent} described in Item 4 of the original statement. {disclaimed}",
)  # fmt: skip
DISSOLVED: tuple[str, ...] = (
    "The group dissolved on {recent}; further filings will be made by {holder} alone.", "Notice is given that {names} ceased to be a group as of {event}.",
    "See Exhibit {letter}.", "As of {recent} {firm} is no longer a member. {prose}", "Dissolved {usdate}", "{prose}",
)  # fmt: skip

CERTIFICATE_B = "By signing below {certifier}, to the best of {own} knowledge and belief, the securities referred to above were acquired and are held in the ordinary course of business and were not acquired and are not held for the purpose of or with the effect of changing or influencing the control of the issuer of the securities and were not acquired and are not held in connection with or as a participant in any transaction having that purpose or effect{nomination}."
CERTIFICATE_C = "By signing below {certifier}, to the best of {own} knowledge and belief, the securities referred to above were not acquired and are not held for the purpose of or with the effect of changing or influencing the control of the issuer of the securities and were not acquired and are not held in connection with or as a participant in any transaction having that purpose or effect{nomination}."
CERTIFICATE_FOREIGN = "By signing below {certifier}, to the best of {own} knowledge and belief, the foreign regulatory scheme applicable to {institution} is substantially comparable to the regulatory scheme applicable to the functionally equivalent U.S. institution(s). I also undertake to furnish to the Commission staff, upon request, information that would otherwise be disclosed in a Schedule 13D."
NOMINATION = (
    ", other than activities solely in connection with a nomination under \u00a7 240.14a-11"
)
CERTIFIERS = (
    ("I certify that", "my"), ("the undersigned certifies that", "its"), ("each of the undersigned certifies that", "its"),
    ("each Reporting Person certifies that", "his or its"), ("we certify that", "our"), ("I hereby certify that", "my"),
)  # fmt: skip
OTHER_CERTIFICATES: tuple[str, ...] = (
    "See Exhibit {letter}.",
    "{prose}",
    "Omitted because this {form} is filed under Rule 13d-1(d).",
    "The certification of {holder} given on {recent} remains in force.",
)

EXHIBITS_G: tuple[str, ...] = (
    "Exhibit {letter}\tJoint Filing Agreement", "Exhibit {number}: Joint Filing Agreement, dated as of {signed}, by and among {names}.",
    "Exhibit 99.{number}\tJoint Filing Agreement", "Exhibit {letter} - Power of Attorney of {person}, dated {recent}", "Exhibit 24.{number}\tPower of Attorney",
    "Exhibit {number}\tIdentification of members of the group", "Exhibit {letter}: List of subsidiaries of {firm}",
    "Exhibit {number}\tJoint Acquisition Statement as required by Rule 13d-1(k)(1) of the Act", "99.{number} Information about {firm}",
)  # fmt: skip
SIGNATURE_NOTES: tuple[str, ...] = (
    "* Signed pursuant to a power of attorney dated {recent}, included as Exhibit {letter} to the {statement} filed for {firm}.",
    "** {person}, by {person}, attorney-in-fact", "The power of attorney is incorporated by reference to the filing of {usdate}.",
    "{disclaimed}", "* Duly authorized under Power of Attorney effective as of {recent}, by and on behalf of {firm} and its affiliates.",
    "Attention: Intentional misstatements or omissions of fact constitute federal criminal violations (see 18 U.S.C. 1001).", "(1) {prose}",
)  # fmt: skip
