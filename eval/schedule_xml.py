"""A structured Schedule, EDGAR's XML since December 2024, as content of the SEC's own page.

Places stand there by name, numbers of shares with commas and cents, dates as MM/DD/YYYY, running
text line by line as it was filed.
"""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from eval.schedule import Address, Issuer, Person, Schedule
from eval.schedule_sheet import POWERS
from eval.schedule_texts import FILER_TEXTS, HEADINGS, Item, Line, Part, Piece
from eval.schedule_texts_d import HEADINGS_D
from eval.truth import Truth
from models.errors import NoKnownForm
from models.form import BOX, SIGNERS, FieldSpec, FormType, GroupSpec, forms
from models.forms._schedule13 import ISSUER_ADDRESS, ROOT
from models.forms._schedule13g import FILER_TYPES
from models.places import TABLE
from models.values import canonical, printed

Said = dict[tuple[str, int], str]
"""What the page says, by tag and number of the group's instance (1 outside groups)."""

NO = "Not Applicable"
NAMED_PLACES = frozenset({"citizenshipOrOrganization", "issuerState"})
"""Printed as names; the states of those to be notified are printed as codes."""
OLDER_ELEMENTS = {"issuerCusipNumber": ("issuerCusip", "issuerCUSIP")}
"""What schemas before 2026 have instead, beside the parent of the element."""

_OWNED = ("item4.amount", "item4.percent")
_POWERS = ("item4.soleVote", "item4.sharedVote", "item4.soleDispose", "item4.sharedDispose")
_BACKGROUND = (
    "item2.filingPersonName", "item2.address", "item2.principalJob", "item2.hasBeenConvicted",
    "item2.convictionDescription", "item2.citizenship",
)  # fmt: skip
_INTEREST = (
    "item5.percentageOfClassSecurities", "item5.numberOfShares", "item5.transactionDesc",
    "item5.listOfShareholders", "item5.date5PercentOwnership",
)  # fmt: skip
_RUNNING = {
    3: "item3.text", 4: "item4.text", 6: "item6.contractDescription", 7: "item7.filedExhibits",
}  # fmt: skip


@dataclass(frozen=True)
class FiledSchedule(Schedule):
    """A real filing: `said` is all that the page says, `truth` the same by path and canonical.

    Of several CUSIP numbers it has the first. Its persons have whole shares; what fractions and
    percentages were filed is in `said`.
    """

    said: Said = field(default_factory=dict, repr=False)
    truth: Truth = field(default_factory=dict, repr=False)
    items: tuple[Item, ...] = field(default=(), repr=False)

    def count(self, tag: str) -> int:
        """The number of the last instance that says something at this tag."""
        return max((index for each, index in self.said if each == tag), default=0)


def read_schedule(xml: bytes, group: str = "") -> FiledSchedule:
    """The content of a submission of Schedule 13G or 13D; NoKnownForm when it is none.

    ValueFormatError tells of dates and numbers that are none.
    """
    root, form = _opened(xml)
    said: Said = {}
    truth: Truth = {}
    for owner, index, element in _instances(form, root):
        for spec in form.singles if owner is None else owner.fields:
            texts = _texts(element, spec)
            if spec.tag and texts:
                text, value = _put(spec, texts)
                said[spec.tag, index] = text
                truth[form.path_of(spec, owner, index)] = (value, ())
    event = date.fromisoformat(canonical("date", said.get(("dateOfEvent", 1), "")))
    signed = said.get(("signatureDate", 1))
    return FiledSchedule(
        form, group, _issuer(said), _persons(said), 1, 0, event,
        date.fromisoformat(canonical("date", signed)) if signed else event,
        amendment=said.get(("amendmentNo", 1), ""),
        rules=tuple(said.get(("designateRule", 1), "").split()),
        previously=said.get(("previouslyFiledFlag", 1)) == "1",
        said=said, truth=truth, items=tuple(_items(form, root, said)),
    )  # fmt: skip


@cache
def place_names() -> dict[str, str]:
    """Names of states and countries by EDGAR's codes, as the SEC's page prints them."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {code: name.upper() for name, code in table.items()}


def _opened(xml: bytes) -> tuple[Element, FormType]:
    """The root, its elements without their name spaces, and the form it is one of."""
    try:
        root = ElementTree.fromstring(xml)
    except ElementTree.ParseError as error:
        raise NoKnownForm(f"this is no XML: {error}") from error
    for each in root.iter():
        each.tag = each.tag.rpartition("}")[2]
    name = (root.findtext("headerData/submissionType") or "").strip()
    form = forms().get(name)
    if root.tag != ROOT or form is None or form.root != ROOT:
        raise NoKnownForm(f"{root.tag} of submission type '{name}' is no Schedule 13G or 13D")
    return root, form


def _instances(form: FormType, root: Element) -> Iterator[tuple[GroupSpec | None, int, Element]]:
    """The root, then every instance of every group."""
    yield None, 1, root
    for group in form.groups:
        found = root.findall(group.path)
        if group.gathered == SIGNERS:
            found = [each for person in found for each in _signatures(person)]
        for index, element in enumerate(found, start=1):
            yield group, index, element


def _signatures(person: Element) -> Iterator[Element]:
    """An element for each signature of a person, who may have several or none."""
    details = person.findall("signatureDetails")
    names = [each for each in person if each.tag != "signatureDetails"]
    for each in ([detail] for detail in details) if details else ([],):
        made = Element(person.tag)
        made.extend([*names, *each])
        yield made


def _texts(element: Element, spec: FieldSpec) -> list[str]:
    """What stands in the element or, where it may be repeated, elements of a field."""
    path = spec.path.replace("com:", "")
    found = element.findall(path)
    for other in OLDER_ELEMENTS.get(spec.name, ()):
        found = found or element.findall(f"{path.rsplit('/', 2)[0]}/{other}")
    # Some filers' texts are escaped twice: `&amp;#167;`.
    texts = (html.unescape(each.text or "").strip() for each in found)
    return [text for text in texts if text]


def _put(spec: FieldSpec, texts: list[str]) -> tuple[str, str]:
    """What the page says, or which boxes it marks, and the canonical value."""
    text = texts[0]
    if spec.source == BOX and spec.variants:
        written = {each: spec.encoded(each) if spec.encoded else each for each in spec.variants}
        marked = " ".join(each for each in spec.variants if written[each] in texts)
        return marked, marked
    if spec.source == BOX:
        return (canonical("flag", text),) * 2
    value = canonical(spec.kind, " ".join(texts) if spec.kind == "codes" else text)
    if spec.kind == "amount":
        return f"{Decimal(value):,.2f}", value
    if spec.kind in ("date", "codes"):
        return printed(spec.kind, value), value
    if spec.kind == "percent":
        return f"{text} %", value
    if spec.tag in NAMED_PLACES:
        text = place_names().get(text.upper(), text)
    if spec.tag == "item4.percent" and re.fullmatch(r"[\d.]+", text):
        text += "%"
    if spec.name.startswith("com:"):
        text = text.rstrip(" ,")
    return text, canonical(spec.kind, text)


def _issuer(said: Said) -> Issuer:
    one, two, city, state, code = (said.get((tag, 1), "") for tag in ISSUER_ADDRESS)
    name, title, cusip = (
        said.get((tag, 1), "") for tag in ("issuerName", "securitiesClassTitle", "issuerCusip")
    )
    address = Address(tuple(each for each in (one, two) if each), city, state, code)
    return Issuer(name, address, title, cusip)


def _persons(said: Said) -> tuple[Person, ...]:
    """The reporting persons, in order of their cover pages."""
    nowhere, made = Address((), "", "", ""), []
    for index in sorted(index for tag, index in said if tag == "reportingPersonName"):
        types = tuple(said.get(("typeOfReportingPerson", index), "").split(", "))
        sole_vote, shared_vote, sole, shared, sum_ = (
            int(Decimal(said.get((tag, index), "0").replace(",", "")))
            for tag in (*POWERS, "aggregateAmountOwned")
        )
        made.append(Person(
            said["reportingPersonName", index], "natural" if "IN" in types else "filed",
            said.get(("citizenshipOrOrganization", index), ""), types, nowhere, "", "",
            (sole_vote, shared_vote, sole, shared), sum_,
            group=said.get(("memberOfGroup", index), ""),
            funds=said.get(("fundType", index), ""),
            legal=said.get(("legalProceedings", index)) == "1",
            excludes=said.get(("isAggregateExcludeShares", index)) == "1",
        ))  # fmt: skip
    return tuple(made)


def _items(form: FormType, root: Element, said: Said) -> Iterator[Item]:
    """The items that were filed, each with what it says."""
    wording = _Wording(form, said)
    for number in range(1, 11):
        if root.find(f"formData/items/item{number}") is not None:
            yield Item(number, HEADINGS[number], tuple(wording.parts_of_g(number)))
        if root.find(f"formData/items1To7/item{number}") is not None:
            yield Item(number, HEADINGS_D[number], tuple(wording.parts_of_d(number)))
    exhibits = tuple(wording.parts(("", "exhibitInfo"), captions=False))
    if exhibits:
        yield Item(0, "Exhibit Information", exhibits)


@dataclass(frozen=True)
class _Wording:
    """What a filing says, put into the parts of its items; parts that were left out are not."""

    form: FormType
    said: Said

    def parts_of_g(self, number: int) -> Iterator[Part]:
        """Of an item of Schedule 13G."""
        if number == 1:
            yield from self.parts(("a", "item1.issuerName"))
            yield from self._address("b")
        elif number == 2:
            tags = ("item2.filingPersonName", "item2.address", "item2.citizenship")
            yield from self.parts(*zip("abc", tags, strict=True))
            yield from self._class()
        elif number == 3:
            yield Part("", "", tuple(self._filer()), ("item3.notApplicable",))
        elif number == 4:
            yield from self.parts(*zip("ab", _OWNED, strict=True))
            powers = list(self.parts(*zip(("i", "ii", "iii", "iv"), _POWERS, strict=True)))
            if powers:
                yield Part("c", "Number of shares as to which the person has", ())
            yield from powers
        else:
            yield Part("", "", tuple(self._flagged(number)), (f"item{number}.notApplicable",))

    def parts_of_d(self, number: int) -> Iterator[Part]:
        """Of an item of Schedule 13D."""
        if number == 1:
            yield from self.parts(("a", "item1.securityTitle"), ("b", "item1.issuerName"))
            yield from self._address("c")
            yield from (
                Part("", "Item 1 Comment", each.lines)
                for each in self.parts(("", "item1.text"), captions=False)
            )
        elif number == 2:
            yield from self.parts(*zip("abcdef", _BACKGROUND, strict=True), captions=False)
        elif number == 5:
            yield from self.parts(*zip("abcde", _INTEREST, strict=True), captions=False)
        else:
            yield from self.parts(("", _RUNNING[number]), captions=False)

    def parts(self, *lettered: tuple[str, str], captions: bool = True) -> Iterator[Part]:
        """A part for each letter and tag at which something is said."""
        labels = {spec.tag: spec.printed for _, spec in self.form.specs()}
        for letter, tag in lettered:
            if lines := self._lines(tag):
                yield Part(letter, labels[tag] if captions else "", lines)

    def _lines(self, tag: str) -> tuple[Line, ...]:
        lines = self.said.get((tag, 1), "").splitlines()
        return tuple((Piece(tag, line.strip()),) for line in lines if line.strip())

    def _address(self, letter: str) -> Iterator[Part]:
        """In one line, made of the parts of the address as EDGAR makes it."""
        found = [(tag, self.said[tag, 1]) for tag in ISSUER_ADDRESS if (tag, 1) in self.said]
        if found:
            line = [Piece(tag, f"{text},") for tag, text in found[:-1]]
            caption = "Address of Issuer's Principal Executive Offices"
            yield Part(letter, caption, ((*line, Piece(*found[-1])),))

    def _class(self) -> Iterator[Part]:
        """Repeated from the cover, where it is a field."""
        for letter, caption, tag in (
            ("d", "Title of Class of Securities", "securitiesClassTitle"),
            ("e", "CUSIP Number", "issuerCusip"),
        ):
            yield Part(letter, caption, ((Piece("", self.said.get((tag, 1), "")),),))

    def _filer(self) -> Iterator[Line]:
        yield from self._flag(3)
        marked = self.said.get(("typeOfPersonFiling", 1), "").split()
        for letter, code in zip("abcdefghijk", FILER_TYPES, strict=True):
            box = Piece(f"typeOfPersonFiling={code}", checked=code in marked)
            yield (Piece("", f"({letter})"), box, Piece("", FILER_TEXTS[code]))
        for line in self._lines("otherTypeOfPersonFiling"):
            yield (Piece("", "Please specify the type of institution:"), *line)

    def _flag(self, number: int) -> Iterator[Line]:
        tag = f"item{number}.notApplicable"
        if self.said.get((tag, 1)) == "1":
            yield (Piece(tag, NO),)

    def _flagged(self, number: int) -> Iterator[Line]:
        """That the item does not apply, its box, its text: whatever there is."""
        yield from self._flag(number)
        tag = "classOwnership5PercentOrLess"
        if number == 5 and (tag, 1) in self.said:
            box = Piece(tag, checked=self.said[tag, 1] == "1")
            yield (box, Piece("", "Ownership of 5 percent or less of a class"))
        yield from self._lines(f"item{number}.text")
