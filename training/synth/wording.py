"""The running text of synthetic filings: a grammar of clauses with random slots.

All clauses were written for this project; none is copied from a filing. `{slot}` in a clause names
a list of `CHOICES` or a function of `SLOTS`; both may contain slots again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np

from training.synth import draw
from training.synth.people import natural_name, owner_name

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

CHOICES: dict[str, tuple[str, ...]] = {
    "who": ("the reporting person", "the Reporting Person", "The reporting person", "Mr. {last}",
            "Ms. {last}", "Dr. {last}", "the holder", "the undersigned", "the director"),
    "whose": ("the reporting person's", "the Reporting Person\u2019s", "his", "her", "Mr. {last}'s"),
    "company": ("the Company", "the Issuer", "the issuer", "the Corporation", "{title}"),
    "title": ("{surname} Holdings, Inc.", "{surname} Capital Partners {roman}, L.P.",
              "{surname} & {surname} LLC", "{surname} Family Trust", "{surname} Ventures GP, Ltd."),
    "stock": ("common stock", "Common Stock", "Class A Common Stock", "common shares",
              "ordinary shares", "Common Shares", "shares of common stock, par value {cents} per share",
              "American Depositary Shares", "Class B common stock", "common units"),
    "unit": ("restricted stock unit", "Restricted Stock Unit", "RSU", "performance share unit",
             "phantom stock unit", "deferred stock unit", "PSU", "stock appreciation right",
             "option", "warrant", "share of Series {letter} Preferred Stock", "dividend equivalent"),
    "plan": ("the {year} Equity Incentive Plan", "the {surname} {year} Long-Term Incentive Plan",
             "the Amended and Restated {year} Omnibus Plan", "the Employee Stock Purchase Plan",
             "the 401(k) plan", "the Deferred Compensation Plan for Non-Employee Directors",
             "the \u201c{year} Plan\u201d", "the Company's dividend reinvestment plan"),
    "period": ("annual", "quarterly", "monthly", "yearly", "semi-annual", "equal annual"),
    "count": ("two", "three", "four", "five", "twelve", "16", "36", "48"),
    "trust": ("a revocable trust", "the {surname} Family Trust", "a grantor retained annuity trust",
              "the {surname} Irrevocable Trust dated {usdate}", "an irrevocable trust for {whose} children",
              "the {surname} {year} GRAT No. {small}", "a family limited partnership"),
    "relative": ("spouse", "wife", "husband", "children", "minor children", "daughter", "son",
                 "mother", "siblings", "immediate family"),
    "service": ("continued service", "continued employment through each vesting date",
                "{whose} continuous service on the Board", "the achievement of performance goals",
                "earlier vesting upon a change in control"),
    "roman": ("I", "II", "III", "IV", "V", "VI", "VII", "IX", "XI"),
    "exempt": ("Rule 16b-3", "Rule 16b-3(d)", "Section 16(b)", "Rule 16a-9", "Rule 16a-13",
               "\u00a7 16(a)", "Section 13(d) of the Securities Exchange Act of 1934, as amended"),
    "see": ("See", "Please see", "Refer to", "As described in", "Reflects the matters set out in"),
    "also": (
        "The price reported is net of brokerage commissions of {cents} a share.",
        "Fractional shares were rounded {updown} to the nearest whole share.",
        "No consideration was paid or received.",
        "This number has been adjusted to reflect a {small}-for-1 stock split effective {date}.",
        "Vesting is subject to {service}.",
        "The filing of this statement shall not be deemed an admission of beneficial ownership for "
        "purposes of {exempt} or for any other purpose.",
        "The awards may be settled in cash, in shares of {stock}, or in a combination of both.",
        "Voting and investment power over these securities is shared with {person}.",
        "The total includes {shares} shares acquired since the date of the last report.",
        "A copy of the instrument is available from {company} upon request \u2013 without charge.",
        "Unvested units are forfeited on termination, except by reason of death or disability.",
        "{company} withheld {shares} shares to satisfy the related tax obligation.",
        "Capitalized terms are defined in the agreement dated {date}.",
        "{person} serves as trustee; the reporting person has no pecuniary interest therein.",
        "The ratio was determined on the closing price of {price} on {usdate}.",
    ),
    "updown": ("up", "down"),
}  # fmt: skip

FOOTNOTES: dict[str, tuple[str, ...]] = {
    "vesting": (
        "The {unit}s vest in {count} {period} installments beginning on {date}.",
        "One-{fraction} of the shares vested on {date}, and the remainder vests in {count} equal "
        "{period} installments thereafter, subject to {service}.",
        "Granted on {date} under {plan}. Vests as to {percent} on {usdate} and as to {percent} on "
        "each of the following {count} anniversaries.",
        "The option is fully vested and exercisable.",
        "Exercisable in full at any time after {date}.",
        "This award becomes exercisable {months} months after the date of grant.",
        "{percent} vest on each of {usdate}, {usdate} and {usdate}.",
        "Immediately exercisable.",
        "Vesting depends on total shareholder return measured over the {small}-year period ending "
        "{date}; between 0% and {percent} of the target number may be earned.",
    ),
    "expiry": (
        "The {unit}s do not expire.",
        "Not applicable.",
        "These {unit}s have no expiration date.",
        "The {unit}s expire on the earlier of {date} and {months} months after service ends.",
        "The conversion right has no expiration date and terminates only upon redemption.",
    ),
    "conversion": (
        "Each {unit} represents a contingent right to receive one share of {stock}.",
        "Each {unit} is the economic equivalent of one share of {stock}.",
        "Convertible at any time, at the option of {who}, into {stock} on a 1-for-1 basis.",
        "Converts into {stock} at a ratio of {decimal} to one without payment of consideration.",
        "The exercise price is the volume-weighted average price over the {months} trading days "
        "ended {date}, but not less than {price}.",
        "Upon the closing of the initial public offering, each {unit} converted automatically into "
        "{shares} shares of {stock}.",
    ),
    "price": (
        "The price reported is a weighted average price. These shares were sold in multiple "
        "transactions at prices ranging from {price} to {price}, inclusive. {who} undertakes to "
        "provide to {company}, any security holder of {company}, or the staff of the Securities and "
        "Exchange Commission, upon request, full information regarding the number of shares sold at "
        "each separate price.",
        "Represents the weighted average sale price; the range was {price} - {price}.",
        "Sold in {small} trades at prices between {price} and {price} per share.",
        "Closing price on {usdate}.",
        "Purchased at {percent} of fair market value under {plan}.",
        "The securities were received in exchange for services; no price was paid.",
        "Based on the closing price of {stock} on {date} ({price}).",
    ),
    "shares": (
        "Includes {shares} shares acquired under {plan} on {date}.",
        "Includes {shares} unvested {unit}s.",
        "Shares withheld by {company} to satisfy tax withholding upon the vesting of {unit}s.",
        "Represents shares received on reinvestment of dividends, exempt under {exempt}.",
        "On {date}, {who} transferred {shares} shares to {trust}, a change in form of ownership only.",
        "Between {usdate} and {usdate}, {who} acquired {shares} shares under {plan}; the total is "
        "based on a plan statement dated {date}.",
        "Represents a bona fide gift to {trust}.",
        "Total adjusted for the {small}-for-{small} reverse split of {stock} on {usdate}.",
    ),
    "plan": (
        "The transaction was effected pursuant to a Rule 10b5-1 trading plan adopted by {who} on {date}.",
        "Sold under a 10b5-1 plan entered into on {usdate}, to cover taxes on vested {unit}s.",
        "Reported under code J: shares distributed pro rata by {title} to its partners without "
        "additional consideration, in accordance with {exempt}.",
        "Acquired in the merger of {title} into {title}, effective {date}, in exchange for {decimal} "
        "shares of {stock} each.",
        "The reported transaction was late because of an administrative error.",
    ),
    "nature": (
        "Held by {trust}, of which {who} is trustee. {who} disclaims beneficial ownership except to "
        "the extent of {whose} pecuniary interest therein.",
        "Held directly by {title}. {person} is the managing member of its general partner, and may "
        "be deemed to share voting and dispositive power.",
        "Shares owned by {whose} {relative}.",
        "Held in an individual retirement account.",
        "Held by {title} (\u201c{surname} {roman}\u201d). {title} is the sole general partner of "
        "{surname} {roman}. Each of the reporting persons disclaims Section 16 beneficial ownership.",
        "Owned jointly with {whose} {relative}.",
        "{see} Exhibit 99.{small} for the text of this footnote.",
    ),
}  # fmt: skip

REMARKS: tuple[str, ...] = (
    "Exhibit 24 - Power of Attorney",
    "Exhibit List: Exhibit {small} \u2014 Joint Filer Information",
    "{position}",
    "Officer title: {position}",
    "This Form is filed by more than one reporting person and is {small} of {small}.",
    "Because no more than 10 reporting persons can file any one Form through EDGAR, related filings "
    "are made on the same date by {title}.",
    "This amendment is filed solely to correct the number of shares reported on {date}.",
    "The original filing omitted {shares} shares held by {trust}.",
    "{person} signs under a power of attorney dated {usdate}.",
    "{title} may be deemed a director by deputization by virtue of its representation on the Board.",
    "Member of a 10% owner group. {also}",
    "Form {small} of {small}",
    "N/A",
)

SLOTS: dict[str, Callable[[np.random.Generator], str]] = {
    "last": lambda rng: owner_name(rng).split()[0].title(),
    "surname": lambda rng: owner_name(rng).split()[0].title(),
    "person": lambda rng: natural_name(owner_name(rng)),
    "date": lambda rng: long_date(any_day(rng)),
    "usdate": lambda rng: short_date(rng, any_day(rng)),
    "year": lambda rng: str(draw.between(rng, 1994, 2026)),
    "letter": lambda rng: draw.letters(rng, 1),
    "small": lambda rng: str(draw.between(rng, 1, 12)),
    "months": lambda rng: str(draw.between(rng, 2, 60)),
    "fraction": lambda rng: draw.one_of(rng, ("third", "fourth", "fifth", "half", "quarter")),
    "percent": lambda rng: (
        f"{draw.between(rng, 1, 200)}{draw.one_of(rng, ('', '.5', '.25', '.33'))}%"
    ),
    "price": lambda rng: f"${draw.price(rng):,.2f}",
    "cents": lambda rng: f"$0.{draw.between(rng, 1, 99):04d}".rstrip("0"),
    "decimal": lambda rng: f"{rng.uniform(0.01, 9):.4f}",
    "shares": lambda rng: f"{draw.between(rng, 3, 900_000):,}",
    "position": lambda rng: draw.frequent("positions.tsv.gz").draw(rng),
}

FOOTNOTE_LENGTH, REMARK_LENGTH = 1000, 2000


def any_day(rng: np.random.Generator) -> date:
    """Some day the law has been in force."""
    return draw.date_between(rng, date(1994, 1, 1), date(2032, 12, 31))


def long_date(day: date) -> str:
    """`March 3, 2021`."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def short_date(rng: np.random.Generator, day: date) -> str:
    """A numeric or abbreviated date, in one of the ways people write them."""
    styles = (
        f"{day.month}/{day.day}/{day.year}",
        f"{day:%m/%d/%Y}",
        f"{day:%m/%d/%y}",
        f"{MONTHS[day.month - 1][:3]}. {day.day}, {day.year}",
        day.isoformat(),
    )
    return draw.one_of(rng, styles)


def expanded(rng: np.random.Generator, clause: str) -> str:
    """The clause with every slot filled."""

    def fill(match: re.Match[str]) -> str:
        slot = match.group(1)
        if slot in CHOICES:
            return expanded(rng, draw.one_of(rng, CHOICES[slot]))
        return SLOTS[slot](rng)

    return re.sub(r"\{(\w+)\}", fill, clause)


def sentences(rng: np.random.Generator, clause: str, extra: int, limit: int) -> str:
    """The clause and up to `extra` further sentences, starting with a capital, within the limit."""
    text = expanded(rng, clause)
    for _ in range(extra):
        longer = f"{text} {capitalised(expanded(rng, draw.one_of(rng, CHOICES['also'])))}"
        if len(longer) > limit:
            break
        text = longer
    return capitalised(text)[:limit].strip()


def capitalised(text: str) -> str:
    """The text with its first letter made a capital."""
    return text[:1].upper() + text[1:]


def footnote(rng: np.random.Generator, topic: str) -> str:
    """The text of a footnote about `topic`, a key of `FOOTNOTES`; 20 to 1,000 characters mostly."""
    extra = draw.weighted(rng, {0: 45, 1: 25, 2: 14, 4: 10, 9: 6})
    return sentences(rng, draw.one_of(rng, FOOTNOTES[topic]), extra, FOOTNOTE_LENGTH)


def remark(rng: np.random.Generator) -> str:
    """The text of the remarks."""
    extra = draw.weighted(rng, {0: 75, 2: 17, 8: 8})
    return sentences(rng, draw.one_of(rng, REMARKS), extra, REMARK_LENGTH)
