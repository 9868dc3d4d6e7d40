"""A Schedule laid out for print: its values as labelled words, and a record of what was asked.

As eval/templates_sheet, for the Schedules: fields are named by the tag of their words.
"""

from __future__ import annotations

import html
from dataclasses import dataclass, field

from eval.printing import Markup
from eval.schedule import Person, Schedule
from eval.schedule_texts import Item, Part, Piece
from eval.templates_sheet import Fonts
from eval.truth import Truth
from models.form import FieldSpec, FormType, GroupSpec

TYPED = {
    "bracket": ("[X]", "[\u00a0]"), "wide": ("[ X ]", "[\u00a0\u00a0]"),
    "slash": ("/X/", "/\u00a0\u00a0/"), "round": ("(X)", "(\u00a0\u00a0)"),
    "blank": ("__X__", "_____"), "small": ("[x]", "[\u00a0]"),
}  # fmt: skip
"""Boxes that are words, marked and not."""
POWERS = ("soleVotingPower", "sharedVotingPower", "soleDispositivePower", "sharedDispositivePower")
BOX_CSS = (
    ".box{display:inline-block;position:relative;width:.78em;height:.78em;border:1.2px solid black;"
    "font-size:inherit;line-height:.8em;text-align:center;vertical-align:-.06em;margin:0 .15em;"
    "font-weight:normal;box-sizing:content-box}"
    ".glyph{position:relative;display:inline-block}"
    ".box.crossed{background:linear-gradient(to top right,transparent 44%,black 46% "
    "54%,transparent "
    "56%),linear-gradient(to bottom right,transparent 44%,black 46% 54%,transparent 56%)}"
    ".box.ticked::after{content:'';position:absolute;left:.25em;top:0;width:.25em;height:.5em;"
    "border:solid black;border-width:0 .13em .13em 0;transform:rotate(40deg)}"
    ".typedbox{white-space:nowrap}"
)


@dataclass(frozen=True)
class ScheduleSetting:
    """How one Schedule is printed.

    `mark` is how boxes look, `none` what stands for no shares, `dates` a format, `heads` where
    running heads stand (`head`, `foot`, `page` or none), `variant` a number that looks use for
    their smaller choices, `size` of the type in pixels.
    """

    look: str
    fonts: Fonts
    size: float
    margin: float
    mark: str
    none: str
    dates: str
    heads: str
    variant: int
    capitals: bool
    shared_date: bool
    continuous: bool


@dataclass
class ScheduleSheet:
    """One Schedule to be printed.

    `notes` are the persons' footnotes (or empty), `signed` who signs in type rather than by hand,
    `pages` how many pages it will have, once that is known.
    """

    schedule: Schedule
    setting: ScheduleSetting
    truth: Truth
    items: tuple[Item, ...]
    notes: tuple[str, ...]
    signed: tuple[bool, ...]
    pages: int = 0
    markup: Markup = field(default_factory=Markup)
    asked: dict[str, FieldSpec] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    derived: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def form(self) -> FormType:
        """The form's description."""
        return self.schedule.form

    @property
    def family(self) -> str:
        """What its title says; amendments have another name than their title."""
        return self.texts.get(self.path("documentType"), "")

    def value(self, path: str) -> str:
        """The true canonical value at an absolute path, empty when there is none."""
        return self.truth.get(path, ("", ()))[0]

    def field(self, tag: str) -> tuple[GroupSpec | None, FieldSpec]:
        """The field whose words carry `tag`."""
        for group, spec in self.form.specs():
            if spec.tag == tag:
                return group, spec
        raise KeyError(f"{self.form.name} has no field tagged {tag}")

    def path(self, tag: str, index: int = 1) -> str:
        """Absolute path of the field (of an instance of its group) whose words carry `tag`."""
        group, spec = self.field(tag)
        return self.form.path_of(spec, group, index)

    def ask(self, *tags: str, index: int = 1) -> str:
        """The page has places for these fields, whatever stands there; prints nothing."""
        for tag in tags:
            self.asked[self.path(tag, index)] = self.field(tag)[1]
        return ""

    def say(self, tag: str, text: str, index: int = 1) -> str:
        """A value's words (or a further part of them), labelled."""
        self.ask(tag, index=index)
        if not text:
            return ""
        path = self.path(tag, index)
        self.texts[path] = f"{self.texts[path]} {text}" if path in self.texts else text
        return self.markup.words(text, tag, path)

    def box(self, tag: str, checked: bool, variant: str = "", index: int = 1) -> str:
        """A checkbox in the way of this print."""
        self.ask(tag, index=index)
        path, mark = self.path(tag, index), self.setting.mark
        tag = f"{tag}.{variant}" if variant else tag
        if mark in TYPED:
            text = TYPED[mark][0 if checked else 1]
            if not variant:
                self.texts[path] = text
            return f'<span class="typedbox">{self.markup.words(text, tag, path)}</span>'
        region = self.markup.region("checkbox", checked=checked, tag=tag, path=path)
        if mark == "letters":
            return f'<span class="glyph">{"x" if checked else "o"}{region}</span>'
        shape = f" {mark}" if checked and mark in ("crossed", "ticked") else ""
        sign = mark if checked and not shape else ""
        return f'<span class="box{shape}">{sign}{region}</span>'

    def person(self, tag: str, text: str, index: int, after: str = "") -> str:
        """A value of a cover page and what stands behind it without being part of it."""
        said = self.say(tag, text, index)
        return f"{said} {after}" if after else said

    def number(self, shares: int) -> str:
        """A number of shares as this print has it."""
        return f"{shares:,}" if shares else self.setting.none

    def piece(self, piece: Piece) -> str:
        """A piece of an item: words with or without a tag, or a box."""
        if piece.checked is not None:
            tag, _, variant = piece.tag.partition("=")
            return self.box(tag, piece.checked, variant)
        if not piece.tag:
            return html.escape(piece.text)
        return self.say(piece.tag, piece.text)

    def block(self, part: Part) -> list[str]:
        """The paragraphs of a part of an item."""
        self.ask(*part.asks)
        return [" ".join(map(self.piece, line)) for line in part.lines]

    def of_person(self, person: Person) -> int:
        """Its number on the cover pages."""
        return self.schedule.persons.index(person) + 1


def truth_of(schedule: Schedule) -> Truth:
    """What the page must say wherever it says it, by path; running text is as printed."""
    truth: Truth = {}
    names = {spec.tag: (group, spec) for group, spec in schedule.form.specs() if spec.tag}

    def tell(tag: str, value: str, index: int = 1) -> None:
        group, spec = names[tag]
        truth[schedule.form.path_of(spec, group, index)] = (value, ())

    tell("documentType", schedule.form.name)
    tell("amendmentNo", schedule.amendment)
    tell("securitiesClassTitle", schedule.issuer.title)
    tell("dateOfEvent", schedule.event.isoformat())
    tell("issuerName", schedule.issuer.name)
    tell("issuerCusip", schedule.issuer.cusip)
    if schedule.notice is not None:
        tell("noticeName", schedule.notice.name)
        tell("noticePhone", schedule.notice.phone)
    for index, person in enumerate(schedule.persons, start=1):
        tell("reportingPersonName", person.name, index)
        tell("citizenshipOrOrganization", person.place, index)
        for tag, shares in zip(POWERS, person.powers, strict=True):
            tell(tag, str(shares), index)
        tell("aggregateAmountOwned", str(person.aggregate), index)
        percent = f"{person.percent(schedule.outstanding, schedule.places).normalize():f}"
        tell("percentOfClass", percent, index)
        tell("typeOfReportingPerson", " ".join(person.types), index)
        tell("signatureReportingPerson", person.name, index)
        tell("signatureDate", schedule.signed.isoformat(), index)
    return truth
