"""Tags made one within cells and lines, where words printed together belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from models.footnotes import starts_at
from models.form import forms
from models.reading import first_number
from models.tagger import CONTINUED, FOOTNOTE_HEAD, MARK, OUTSIDE, Tagged, Token
from models.values import day_of

NOTE = "footnote"
WHOLE_LINES = frozenset(
    (NOTE, "remarks", "rptOwnerStreet1", "rptOwnerStreet2", "rptOwnerName", "signatureName",
     "officerTitle", "otherText")
)  # fmt: skip
"""Fields that fill the lines they stand on."""
MAJORITY = 0.6
"""Share of a cell's or line's tag probabilities above which its other words follow."""
SURE = 0.9
"""A word at the edge of a line that is this sure of its tag keeps it: `Remarks:` is no remark."""


def agreed(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tags made one within each table cell and each line of running text.

    A word that followed the others keeps a low score, so that its field is doubtful.
    """
    groups: dict[tuple[str, int], list[int]] = {}
    for index, each in enumerate(tagged):
        token = each.token
        key = ("cell", id(token.container)) if token.is_in_cell else ("line", token.line)
        groups.setdefault(key, []).append(index)
    made = with_glued_marks(tagged)
    for (kind, _), members in groups.items():
        for index, tag in _follow([made[index] for index in members], members, kind == "cell"):
            mark = MARK if made[index].is_mark and tag in TABLE_TAGS else ""
            made[index] = _following(made[index], tag + mark)
        if kind == "line":
            _set_symbol(made, members)
    _part_dates(made)
    _go_on(made)
    _fill(made)
    _as_most(made)
    _count_on(made)
    return made


HEAD = re.compile(r"[(\[]?\d{1,2}[)\].:]{0,2}|⁽?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}⁾?")


def _count_on(made: list[Tagged]) -> None:
    """A line right below a footnote that begins with the next number where heads stand is the next.

    Footnotes of a word or two, `Not applicable.` say, look like anything else.
    """
    last: tuple[int, Token] | None = None
    for index, each in enumerate(made):
        starts = index == 0 or made[index - 1].token.line != each.token.line
        if not starts or each.tag not in (FOOTNOTE_HEAD, OUTSIDE):
            continue
        number = first_number(each.token.text)
        if each.tag == FOOTNOTE_HEAD:
            last = (number, each.token) if number else last
            continue
        if last is None:
            continue
        below = made[index - 1].tag in (FOOTNOTE_HEAD, NOTE)
        if below and number == last[0] + 1 and _is_head(each.token, last[1]):
            last = number, each.token
            for place in range(index, len(made)):
                if made[place].token.line != each.token.line or made[place].tag != OUTSIDE:
                    break
                tag = FOOTNOTE_HEAD if place == index else NOTE
                made[place] = _following(made[place], tag)


def _is_head(token: Token, head: Token) -> bool:
    alike = token.text[-1:].isdigit() == head.text[-1:].isdigit()
    return starts_at(token, head) and alike and bool(HEAD.fullmatch(token.text))


RUNNING = frozenset((CONTINUED, *(tag for form in forms().values() for tag in form.running)))
"""Text that goes on over lines and pages."""


def _go_on(made: list[Tagged]) -> None:
    """Running text goes on as it began: nothing else begins in mid-line or with a small letter.

    What follows the word that went on, tagged as it was, goes on with it.
    """
    before: Tagged | None = None
    carried = ""
    for index, each in enumerate(made):
        tag = each.tag
        if tag != carried:
            carried = ""
        if before is not None and tag in RUNNING and tag != before.tag:
            own = each.token
            if carried or own.line == before.token.line or own.text[:1].islower():
                made[index], carried = _following(each, before.tag), tag
        before = made[index] if tag in RUNNING else None


SEVERED = frozenset(tag for tag in RUNNING if re.match(r"item(?!2\.)\d+\.", tag))
"""Texts that are parted by captions: what stands between two of these is one text.

Of persons in item 2 name, address and citizenship follow one another without any."""


def _as_most(made: list[Tagged]) -> None:
    """Running text between two captions is one item's: that of most of its words."""
    start = 0
    for index in range(len(made) + 1):
        if index < len(made) and made[index].tag in SEVERED:
            continue
        run = made[start:index]
        if len({each.tag for each in run}) > 1:
            sums: dict[str, float] = {}
            for each in run:
                sums[each.tag] = sums.get(each.tag, 0.0) + each.score
            best = max(sums, key=lambda tag: sums[tag])
            made[start:index] = [each if each.tag == best else _following(each, best)
                                 for each in run]  # fmt: skip
        start = index + 1


def _fill(made: list[Tagged]) -> None:
    """What stands on a line between words of one running text belongs to it too."""
    last: dict[tuple[str, int], int] = {}
    for index, each in enumerate(made):
        if each.tag not in RUNNING:
            continue
        key = (each.tag, each.token.line)
        between = range(last.get(key, index) + 1, index)
        if all(_may_follow(made[place]) for place in between):
            for place in between:
                made[place] = _following(made[place], each.tag)
        last[key] = index


def _may_follow(each: Tagged) -> bool:
    """Whether a word between two of a text is hardly anything else: print, or a doubtful value."""
    doubtful = each.score < SURE and each.tag not in RUNNING
    return each.token.word is not None and (each.tag == OUTSIDE or doubtful)


NAME, SYMBOL = "issuerName", "issuerTradingSymbol"
BRACKETED_SYMBOL = re.compile(r"[\[({][A-Za-z0-9.]{1,6}[\])}]")


def _set_symbol(made: list[Tagged], members: Sequence[int]) -> None:
    """Of an issuer's line, what stands last and in brackets is the symbol, the rest the name."""
    own = [index for index in members if made[index].field_tag in (NAME, SYMBOL)]
    if len(own) < 2 or not BRACKETED_SYMBOL.fullmatch(made[own[-1]].token.text):
        return
    for index in own:
        tag = SYMBOL if index == own[-1] else NAME
        if made[index].tag != tag:
            made[index] = _following(made[index], tag)


GLUED = 0.4
"""Of a mark's height: a mark nearer to what stands before it belongs to the same field."""


def with_glued_marks(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Marks of tables with the field of the word or mark that they are printed against."""
    made = list(tagged)
    for index, each in enumerate(made[1:], start=1):
        before = made[index - 1]
        own, other = each.token, before.token
        beside = own.line == other.line and own.box.left - other.box.right < GLUED * own.box.height
        if (
            each.is_mark
            and each.field_tag != before.field_tag
            and before.field_tag in TABLE_TAGS
            and beside
            and own.container is other.container
        ):
            made[index] = _following(each, before.field_tag + MARK)
    return made


NEXT_DATE = {"exerciseDate": "expirationDate", "transactionDate": "deemedExecutionDate"}
"""The column of dates to the right of another in a table."""
SINGLE_DATES = ("periodOfReport", "dateOfOriginalSubmission")
"""The dates that a form has once."""


def _part_dates(made: list[Tagged]) -> None:
    """A field has one date: a second one in a row, or of the form, is another field's.

    In a row it is that of the next column for dates, if that has none; elsewhere, for the later
    one, the tagger's second choice, if that is a date, or nothing.
    """
    found: dict[tuple[str, int], list[int]] = {}
    for index, each in enumerate(made):
        table, _, name = each.tag.rpartition(".")
        own = name in NEXT_DATE or name in NEXT_DATE.values() if table else name in SINGLE_DATES
        if own and WHOLE_DATE.fullmatch(each.token.text):
            found.setdefault((each.tag, each.token.line if table else 0), []).append(index)
    for (tag, line), members in found.items():
        table, _, name = tag.rpartition(".")
        if len(members) < 2:
            continue
        if table:
            _, second = sorted(members, key=lambda index: made[index].token.box.left)[:2]
            other = f"{table}.{NEXT_DATE.get(name, name)}"
            if (other, line) not in found:
                made[second] = _following(made[second], other)
        else:
            # A period ends before anything about it is filed.
            second = max(members, key=lambda index: _day(made[index].token.text))
            rival = made[second].rival
            free = rival in SINGLE_DATES and (rival, line) not in found
            made[second] = _following(made[second], rival if free else OUTSIDE)


def _day(text: str) -> str:
    """The date as it sorts; one that is none comes last."""
    return day_of(text) or "~"


FOLLOWED = 0.5
"""Probability of a tag that a word has from its neighbours."""


def _following(each: Tagged, tag: str) -> Tagged:
    """The word with the tag of its neighbours; its own becomes the next best."""
    return Tagged(each.token, tag, FOLLOWED, each.tag, each.score)


TABLE_TAGS = frozenset(
    tag for form in forms().values() for group, spec in form.specs() if group and group.table
    for tag in spec.tags
)  # fmt: skip


def _tags_of(kind: str) -> frozenset[str]:
    """The tags of all fields of a kind."""
    return frozenset(tag for form in forms().values() for _, spec in form.specs()
                     if spec.kind == kind for tag in spec.tags)  # fmt: skip


CODE_TAGS, NUMBER_TAGS = _tags_of("code"), _tags_of("number")


def _follow(
    group: Sequence[Tagged], members: Sequence[int], cell: bool
) -> Iterator[tuple[int, str]]:
    """Which members change to which tag."""
    sums: dict[str, float] = {}
    for each in group:
        sums[each.field_tag] = sums.get(each.field_tag, 0.0) + each.score
    best = max(sums, key=lambda tag: sums[tag])
    leads = best in TABLE_TAGS if cell else best in WHOLE_LINES
    if not leads or sums[best] < MAJORITY * sum(sums.values()):
        yield from _between(group, members)
        return
    leaders = [each.token for each in group if each.field_tag == best]
    places = [place for place, each in enumerate(group) if each.field_tag == best]
    may_follow = {OUTSIDE, *TABLE_TAGS} if cell else {OUTSIDE, *WHOLE_LINES}
    first = 0 if best == NOTE and _goes_on_from(group[: places[0]], group) else places[0]
    for place, (index, each) in enumerate(zip(members, group, strict=True)):
        if each.field_tag == best or each.field_tag not in may_follow or each.token.checkbox:
            continue
        if _is_its_own(each, best):
            continue
        within = first <= place < places[-1] or each.score < SURE
        if _beside(each.token, leaders) if cell else within:
            yield index, best


def _goes_on_from(before: Sequence[Tagged], line: Sequence[Tagged]) -> bool:
    """Whether words in front of a footnote's are its own: no caption or number begins the line."""
    words = [each.token.text for each in before]
    headed = any(each.field_tag == FOOTNOTE_HEAD for each in line)
    return not headed and all(word[:1].isalpha() and not word.endswith(":") for word in words)


AMOUNT = re.compile(r"\$?\d[\d,]*(?:\.\d+)?")
WHOLE_DATE = re.compile(r"\D?\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}){1,2}\D?")


def _is_its_own(each: Tagged, leader: str) -> bool:
    """Whether a word follows no other: a label with its colon, a date beside what is none.

    Nor does a letter or a number that is surely a code or an amount: layout may have taken two
    columns for one cell.
    """
    label = each.tag == OUTSIDE and each.token.text.endswith(":")
    date = bool(WHOLE_DATE.fullmatch(each.token.text)) and "Date" in each.field_tag
    code = each.tag in CODE_TAGS and len(each.token.text) == 1 and each.score >= SURE
    sure = each.tag in NUMBER_TAGS and each.score >= SURE
    amount = sure and bool(AMOUNT.fullmatch(each.token.text))
    return label or code or amount or (date and "Date" not in leader)


def _between(group: Sequence[Tagged], members: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Doubtful words between two words of one field, which they follow."""
    for place in range(1, len(group) - 1):
        before, own, after = (each.field_tag for each in group[place - 1 : place + 2])
        doubtful = group[place].score < SURE and not group[place].token.checkbox
        if before == after != own and before != OUTSIDE and doubtful:
            yield members[place], before


def _beside(token: Token, leaders: Sequence[Token]) -> bool:
    """Whether the token shares a line with the leaders or stands above or below them.

    Where layout took two columns for one cell, the other column's words are neither.
    """
    if any(token.line == leader.line for leader in leaders):
        return True
    left, right = min(one.box.left for one in leaders), max(one.box.right for one in leaders)
    common = min(right, token.box.right) - max(left, token.box.left)
    return common > 0.5 * token.box.width
