"""What the set and typed looks of a schedule are composed of: runs of words, blocks, rows."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from training.synth.schedule import Person, Place
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.schedule_wording import POWERS, ROW_CAPTIONS, ROWS_13D, ROWS_13G
from training.synth.schedule_wording_typed import BOXED_ROWS, IDENTIFICATION
from training.synth.style import Rng, chance, pick

AMOUNTS = {
    "soleVotingPower": "sole_voting", "sharedVotingPower": "shared_voting",
    "soleDispositivePower": "sole_dispositive", "sharedDispositivePower": "shared_dispositive",
    "aggregateAmountOwned": "aggregate",
}  # fmt: skip
"""The attributes of a person that say what is printed at these tags."""
OPTION_SHAPES = ("{0} {1}", "{1} {0}", "{0}{1}", "{0}  {1}", "{0} ....... {1}", "{0}.....{1}",
                 "{1}{0}", "{0} . . . {1}", "{0}: {1}", "{0} - {1}")  # fmt: skip
OPTION_SHARES = (8, 4, 1.5, 2, 0.8, 0.5, 1, 0.5, 0.6, 0.3)
"""Letter and box of row 2."""
CODES = {"typeOfReportingPerson": "types", "fundType": "funds"}


@dataclass(frozen=True)
class Run:
    """Words of one label, none if `tag` is empty; or a finished piece in `html`, never broken."""

    text: str = ""
    tag: str = ""
    index: int = 1
    html: str = ""

    def written(self, sheet: ScheduleSheet) -> str:
        """As labelled HTML, line breaks kept."""
        if self.html:
            return self.html
        lines = self.text.split("\n")
        return "<br>".join(sheet.words(self.tag, line, self.index) for line in lines)


@dataclass(frozen=True)
class Block:
    """A heading or caption and what stands behind or below it.

    `level` counts from 0 for an item's heading; `box` is HTML in front of the caption and `tail`
    behind it.
    """

    runs: tuple[Run, ...] = ()
    number: str = ""
    caption: str = ""
    level: int = 0
    box: str = ""
    tail: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a cover page; `options` are the boxes (a) and (b) of row 2, letters with HTML."""

    number: int
    tag: str
    caption: str
    value: tuple[Run, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    option: str = "{0} {1}"

    @property
    def boxes(self) -> list[str]:
        """The boxes of row 2 with their letters, in front or behind."""
        return [self.option.format(letter, tick) for letter, tick in self.options]

    @property
    def is_power(self) -> bool:
        """Whether it stands beside the words on the number of shares."""
        return self.tag in POWERS

    @property
    def is_box(self) -> bool:
        """Whether its value is a box."""
        return self.tag in BOXED_ROWS


def shown(piece: str) -> str:
    """The visible text of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]+>", "", piece))


def inline(sheet: ScheduleSheet, runs: Iterable[Run]) -> str:
    """Runs as HTML in one line."""
    return "".join(run.written(sheet) for run in runs)


def unlabelled(text: str) -> tuple[Run, ...]:
    """Words without a label."""
    return (Run(text),) if text else ()


@dataclass(frozen=True)
class Wording:
    """One writer's choice of captions, the same on every cover page."""

    captions: dict[str, str]
    joint: str
    irs: bool
    reversed_options: bool
    option: str


def wording_of(rng: Rng) -> Wording:
    """Draws the captions of the rows and how codes are joined."""
    upper, rows = chance(rng, 0.5), {}
    mark = pick(rng, ("", ":", "."), (6, 2, 0.5))
    titled, mixed = chance(rng, 0.6), chance(rng, 0.15)
    for tag, choices in ROW_CAPTIONS.items():
        alike = [choice for choice in choices if mixed or _is_titled(choice) == titled]
        text = pick(rng, alike or choices)
        if tag == "reportingPersonName" and len(text) < 30:
            text += pick(rng, IDENTIFICATION, (2, 1, 1))
        text = text.rstrip(".") + mark
        rows[tag] = text.upper() if upper else text
    return Wording(
        rows, pick(rng, (", ", ",", " ", "; ", "/", " & "), (10, 1, 2, 1, 1, 0.3)),
        chance(rng, 0.12), chance(rng, 0.15), pick(rng, OPTION_SHAPES, OPTION_SHARES),
    )  # fmt: skip


def _is_titled(caption: str) -> bool:
    """Whether its long words begin with capitals, after the first."""
    return all(word[0].isupper() for word in caption.split()[1:] if len(word) > 4)


def cover_rows(sheet: ScheduleSheet, index: int, wording: Wording) -> list[Row]:
    """The rows of the cover page of person number `index`, values labelled."""
    person = sheet.content.persons[index - 1]
    tags = ROWS_13G if sheet.content.family == "13G" else ROWS_13D
    aggregate = tags.index("aggregateAmountOwned") + 1
    rows = []
    for number, tag in enumerate(tags, 1):
        caption = wording.captions[tag].format(aggregate)
        options = _options(sheet, person, index, wording) if tag == "memberOfGroup" else ()
        value = () if options else _value(sheet, person, tag, index, wording)
        rows.append(Row(number, tag, caption, value, options, wording.option))
    return rows


def _options(
    sheet: ScheduleSheet, person: Person, index: int, wording: Wording
) -> tuple[tuple[str, str], ...]:
    letters = "ba" if wording.reversed_options else "ab"
    return tuple(
        (f"({letter})", sheet.tick(person.group == letter, f"memberOfGroup.{letter}", index))
        for letter in letters
    )


def _value(
    sheet: ScheduleSheet, person: Person, tag: str, index: int, wording: Wording
) -> tuple[Run, ...]:
    mark = Run(html=sheet.mark(person, tag)) if sheet.mark(person, tag) else Run("")
    if tag == "secUseOnly":
        return ()
    if tag in AMOUNTS:
        number = getattr(person, AMOUNTS[tag])
        return (Run(html=sheet.amount(tag, number, index)), mark)
    if tag in CODES:
        return (Run(wording.joint.join(getattr(person, CODES[tag])), tag, index), mark)
    if tag in BOXED_ROWS:
        checked = person.legal if tag == "legalProceedings" else person.excludes
        return (Run(html=sheet.tick(checked, tag, index)), mark)
    if tag == "percentOfClass":
        return (Run(html=sheet.percent(tag, person.percent, index)), mark)
    if tag == "citizenshipOrOrganization":
        return (Run(person.citizenship, tag, index), mark)
    number = ""
    if wording.irs and not person.is_natural:
        number = f"\n{sheet.rng.integers(10, 99)}-{sheet.rng.integers(1000000, 9999999)}"
    return (Run(person.name, tag, index), mark, Run(number))


def address_runs(
    rng: Rng, place: Place, tags: Sequence[str], *, lines: bool, index: int = 1
) -> tuple[Run, ...]:
    """The parts of an address on lines of their own or in one sentence, `tags` by part."""
    joint = "\n" if lines else ", "
    streets = [Run(text, tag, index)
               for text, tag in zip((place.street1, place.street2), tags[:2], strict=True)
               if text]  # fmt: skip
    runs = [piece for street in streets for piece in (street, Run(joint))]
    if place.city:
        runs.append(Run(place.city, tags[2], index))
    if place.city and place.state:
        runs.append(Run(pick(rng, (", ", " ", "  "), (7, 2, 0.5))))
    if place.state:
        runs.append(Run(place.state, tags[3], index))
    if place.zip_code:
        runs += [Run(pick(rng, (" ", "  "))), Run(place.zip_code, tags[4], index)]
    return tuple(runs)


def address_text(place: Place) -> str:
    """An address in one line, unlabelled."""
    last = " ".join(part for part in (place.state, place.zip_code) if part)
    return ", ".join(part for part in (place.street1, place.street2, place.city, last) if part)
