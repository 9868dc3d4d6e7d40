"""Schedules: cover pages of persons, blocks of signatures, running text that goes on over pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from itertools import takewhile

from models.captions import PARTIES, is_sign
from models.document import Box
from models.form import FieldSpec, FormType, GroupSpec
from models.reading import TaggedPage
from models.tagger import CONTINUED, OUTSIDE, Changes, Tagged, Token, lines_of, retagged
from models.values import letters

SURE = 0.5
"""Tag probability from which a word that begins anew begins another cover page."""


def with_continued(form: FormType, pages: Sequence[TaggedPage]) -> list[TaggedPage]:
    """The pages, words that go on with the text of the page before tagged as that text.

    No page tells in mid-text which item it belongs to; the pages before it do.
    """
    last = OUTSIDE
    made = []
    for page in pages:
        tagged = []
        for each in page.tagged:
            if each.tag == CONTINUED:
                each = replace(each, tag=last)
            elif each.tag in form.running:
                last = each.tag
            tagged.append(each)
        made.append(replace(page, tagged=tuple(tagged)))
    return made


def covers(group: GroupSpec, tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens of each instance of a group whose fields are printed one after another.

    Another one begins where its first field has words again after others of the group's.
    """
    tags = [spec.tags for spec in group.fields]
    order = {tag: place for place, own in enumerate(tags) for tag in own}
    first = min(order.values(), default=0)
    own = [each for each in tagged if each.field_tag in order]
    found: list[list[Tagged]] = []
    for run in _runs(own, order):
        begins = order[run[0].field_tag] == first and max(each.score for each in run) > SURE
        if not found or (begins and _has_more(found[-1], order, first)):
            found.append([])
        found[-1] += run
    # A name alone is no cover page: it stands in a text.
    kept = [each for each in found if len({order[one.field_tag] for one in each}) > 1]
    return kept or found[:1] or [[]] * group.minimum


def _runs(tokens: Iterable[Tagged], order: dict[str, int]) -> list[list[Tagged]]:
    """Neighbouring tokens of one field on one page."""
    runs: list[list[Tagged]] = []
    for each in tokens:
        last = runs[-1][-1] if runs else None
        same = last and order[last.field_tag] == order[each.field_tag]
        if not (last and same and last.token.page == each.token.page):
            runs.append([])
        runs[-1].append(each)
    return runs


MORE = 2
"""Other fields of a cover page without which it has hardly begun."""


def _has_more(tokens: Sequence[Tagged], order: dict[str, int], first: int) -> bool:
    places = {order[each.field_tag] for each in tokens}
    return len(places - {first}) >= min(MORE, len(set(order.values())) - 1)


BESIDE = 24.0
"""Points sideways from which signatures stand in two columns."""


def signers(group: GroupSpec, tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens of each signature: a new block begins where a field comes again.

    A date before or behind them all is shared; one at each block is its own.
    """
    person, signature, title, day = (spec.tag for spec in group.fields)
    found: list[list[Tagged]] = []
    days: list[list[Tagged]] = []
    own = [each for each in tagged if each.tag in (person, signature, title, day)]
    signed = {letters(each.token.text) for each in own if each.tag == signature}
    own = _without_titled(own, signed, person, title)
    for run in _columnwise(_lines_of_fields(own)):
        tag = run[0].tag
        if tag == day:
            days.append(run)
            continue
        there = [each.tag for each in found[-1]] if found else []
        again = _is_signed(run) and bool(found) and any(
            _is_signed([each]) for each in found[-1] if each.tag == signature
        )  # fmt: skip
        if not found or again or _begins(tag, there):
            found.append([])
        found[-1] += run
    found = [_once_signed(block, person, signature) for block in found]
    blocks = [_without_name(block, signed, title) for block in found]
    return _dated(blocks, days) or [[]] * group.minimum


def _without_titled(
    own: Sequence[Tagged], signed: Set[str], person: str, title: str
) -> list[Tagged]:
    """Words without the name that a title on its line is of: `Jane Roe, Manager` is no person."""
    titled = {(each.token.page, each.token.line) for each in own if each.tag == title}
    return [
        each for each in own
        if each.tag != person or letters(each.token.text) not in signed
        or (each.token.page, each.token.line) not in titled
    ]  # fmt: skip


def _once_signed(block: Sequence[Tagged], person: str, signature: str) -> list[Tagged]:
    """A block whose signature is what `/s/` begins, and the name typed below it the person's.

    Where some are signed so, other lines name those through whom another signs.
    """
    lines: dict[tuple[int, int], list[Tagged]] = {}
    for each in block:
        if each.tag == signature:
            lines.setdefault((each.token.page, each.token.line), []).append(each)
    signed = [line for line in lines.values() if _is_signed(line)]
    if not signed or len(lines) < 2:
        return list(block)
    own = {id(each) for line in signed for each in line}
    name = name_of(signed[0])
    others = [line for line in lines.values() if line not in signed]
    again = {id(each) for line in others if name_of(line) == name for each in line}
    has_person = any(each.tag == person for each in block)
    kept: list[Tagged] = []
    for each in block:
        if each.tag != signature or id(each) in own:
            kept.append(each)
        elif id(each) in again and not has_person:
            kept.append(replace(each, tag=person))
    return kept


def name_of(line: Sequence[Tagged]) -> str:
    """The letters of a signature without its `/s/`."""
    return said(line).removeprefix("s") if _is_signed(line) else said(line)


def _without_name(block: Sequence[Tagged], signed: Set[str], title: str) -> list[Tagged]:
    """A block without the signer's name typed again before the title, `Jane Roe, Manager`.

    `signed` are words of signatures, in letters; signs that lead to the name have none.
    """
    names = {*signed, ""}
    titled = (each for each in block if each.tag == title)
    again = {id(each) for each in takewhile(lambda one: letters(one.token.text) in names, titled)}
    return [each for each in block if id(each) not in again]


PERSON, SIGNATURE, TITLE = "signatureReportingPerson", "signature", "signatureTitle"
BELOW, ABOVE = 2.6, 4.0
"""Of a line's height: how far below it the name is typed again, and above it that of a company."""


def with_own_names(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page; the name typed below a person's own signature is the person's.

    Nobody's own is a signature behind `By:`, one below the name of a company, and one with a title.
    """
    lines = lines_of(tagged)
    joint = any(each.tag == PARTIES for each in tagged)
    told: Changes = {}
    for line in lines:
        start = next((place for place, each in enumerate(line) if letters(each.token.text)), None)
        if start is None or not is_sign(line[start].token):
            continue
        tag = PERSON if any(each.tag == SIGNATURE for each in line) else PARTIES if joint else ""
        signed = name_of(line[start:])
        below = [each for each in lines if _near(line, each, BELOW)]
        names = [each for each in below if said(each) == signed]
        if tag and names and not _is_for_another(lines, line, names[0], tag):
            told |= {id(each): tag for each in names[0] if letters(each.token.text)}
    return retagged(tagged, told)


def _is_for_another(
    lines: Sequence[Sequence[Tagged]], signed: Sequence[Tagged], name: Sequence[Tagged], tag: str
) -> bool:
    """Whether a company's name stands above a signature, or a title below the signer's."""
    above = any(any(each.tag == tag for each in line) for line in lines
                if line is not name and _near(line, signed, ABOVE))  # fmt: skip
    return above or any(
        any(each.tag == TITLE for each in line) for line in lines if _near(name, line, BELOW)
    )


def _near(upper: Sequence[Tagged], lower: Sequence[Tagged], reach: float) -> bool:
    """Whether a line stands below another, no further than `reach` of its height."""
    one, other = (Box.around(each.token.box for each in line) for line in (upper, lower))
    beside = other.left < one.right and other.right > one.left
    return beside and 0.5 * one.height < other.top - one.top < reach * one.height


def said(line: Sequence[Tagged]) -> str:
    """The letters of a line."""
    return letters("".join(each.token.text for each in line))


def _is_signed(run: Sequence[Tagged]) -> bool:
    """Whether a signature begins with `/s/`."""
    return is_sign(run[0].token)


def _begins(tag: str, there: Sequence[str]) -> bool:
    """Whether a field begins another signature: one that is there already and is not going on.

    Names stand above signatures or below them, so no field is always the first.
    """
    return tag in there and there[-1] != tag


def _lines_of_fields(tokens: Sequence[Tagged]) -> list[list[Tagged]]:
    """Runs of tokens of one tag on one page that stand close together."""
    runs: list[list[Tagged]] = []
    for each in tokens:
        last = runs[-1][-1] if runs else None
        if not (last and last.tag == each.tag and _joins(last.token, each.token)):
            runs.append([])
        runs[-1].append(each)
    return runs


def _joins(one: Token, other: Token) -> bool:
    """Whether a word goes on with the one before: on its line, or on the next below.

    With `/s/` another signature begins.
    """
    before, box = one.box, other.box
    if one.page != other.page or is_sign(other):
        return False
    if before.is_level_with(box):
        return box.left - before.right < BESIDE
    return 0 <= box.top - before.top < 2.2 * before.height


def _columnwise(runs: Sequence[list[Tagged]]) -> list[list[Tagged]]:
    """The runs in reading order; signatures side by side one after the other."""
    pages: dict[int, list[list[Tagged]]] = {}
    for run in runs:
        pages.setdefault(run[0].token.page, []).append(run)
    made: list[list[Tagged]] = []
    for own in pages.values():
        lefts = sorted(run[0].token.box.left for run in own if not _is_day(run))
        middle = (lefts[0] + lefts[-1]) / 2 if lefts else 0.0
        beside = _are_columns(own, middle)
        made += sorted(own, key=lambda run: (
            beside and run[0].token.box.left > middle, run[0].token.box.top, run[0].token.box.left,
        ))  # fmt: skip
    return made


def _is_day(run: Sequence[Tagged]) -> bool:
    return run[0].tag.endswith("Date")


def _are_columns(runs: Sequence[Sequence[Tagged]], middle: float) -> bool:
    """Whether two persons, or two signatures, stand side by side, with room between them."""
    named = [(run[0].tag, Box.around(each.token.box for each in run)) for run in runs
             if not _is_day(run) and not run[0].tag.endswith("Title")]  # fmt: skip
    return any(
        tag == other and box.left <= middle < right.left and right.left - box.right > BESIDE
        and abs(box.top - right.top) < box.height
        for tag, box in named for other, right in named
    )  # fmt: skip


def _dated(found: list[list[Tagged]], days: Sequence[list[Tagged]]) -> list[list[Tagged]]:
    """The signatures with their dates: as many as signatures in order, else the one before each."""
    found = [block for block in found if block]
    if not days:
        return found
    if not found:
        return [list(day) for day in days]
    if len(days) >= len(found) > 1:
        near = [min(days, key=lambda day: _apart(day[0], block)) for block in found]
        return [[*block, *day] for block, day in zip(found, near, strict=True)]
    return [[*block, *min(days, key=lambda day: _apart(day[0], block))] for block in found]


def _apart(day: Tagged, block: Sequence[Tagged]) -> float:
    """Points between a date and a block, mostly downwards; pages are far apart."""
    boxes = [each.token.box for each in block if each.token.page == block[0].token.page]
    around, box = Box.around(boxes), day.token.box
    down = max(around.top - box.bottom, box.top - around.bottom, 0.0)
    aside = max(around.left - box.right, box.left - around.right, 0.0)
    return 10_000.0 * abs(day.token.page - block[0].token.page) + down + 0.3 * aside


def from_words(spec: FieldSpec, tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of the fields of which a derived one is made, in reading order, in one place."""
    own = [each for each in tagged if each.tag in spec.from_tags]
    first = own[0].token.page if own else 0
    return [each for each in own if each.token.page == first]
