"""Who reports and who signs: tagged tokens grouped by owner and by signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, zip_longest

from models.addresses import POSTCODE, STATE
from models.document import Box
from models.form import GroupSpec
from models.places import is_country
from models.reading import joined
from models.tagger import OUTSIDE, Changes, Tagged, Token, lines_of, retagged
from models.values import character_error, day_of

NAME = "rptOwnerName"
NAME_GAP = 40.0
"""Points: owner names further apart than this, outside boxes, are two owners."""


def owners(group: GroupSpec, tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens of each reporting owner: a name in a box of its own starts one.

    The rest of an owner stands in the same box, else nearest to its name on the page.
    """
    tags = {tag for spec in group.fields for tag in spec.tags}
    names = [each for each in tagged if each.field_tag == NAME]
    found: list[list[Tagged]] = []
    for each in names:
        if not (found and _same_box(each, found[-1][0])):
            found.append([])
        found[-1].append(each)
    found = [_in_line(each) for each in found] or [[]]
    beside = any(_are_beside(one, two) for one, two in combinations(found, 2))
    home, last = found[0], ("", 0, 0)
    for each in tagged:
        if each.field_tag in tags and each.field_tag != NAME:
            # The words of a line are one owner's.
            place = each.tag, each.token.page, each.token.line
            if place != last:
                home = min(found, key=lambda owner: _distance(each, owner, beside))
                last = place
            home.append(each)
    return _without_repeats(found)


def _in_line(name: list[Tagged]) -> list[Tagged]:
    """The words of a name, those on one line from left to right: boxes are read in any order."""
    first = name[0].token.box
    level = all(first.is_level_with(each.token.box) for each in name)
    return sorted(name, key=lambda each: each.token.box.left) if level else name


def _without_repeats(found: Sequence[list[Tagged]]) -> list[list[Tagged]]:
    """Owners named once: EDGAR prints the first of joint owners again among the others."""
    kept: dict[str, list[Tagged]] = {}
    for owner in found:
        name = joined((each for each in owner if each.field_tag == NAME), "code").lower()
        near = next((known for known in kept if character_error(name, known) < 0.1), None)
        if near or not _is_named_again(owner, list(kept.values())):
            kept.setdefault(near or name, owner)
    return list(kept.values())


JOINT = frozenset(("joint", "filer", "filers", "information", "continued", "(continued)"))
"""What the head of a further sheet says beside whose it is."""


def _is_named_again(owner: Sequence[Tagged], others: Sequence[Sequence[Tagged]]) -> bool:
    """Whether a name without an address on a further sheet is some words of another owner's."""
    if not owner or any(each.field_tag != NAME for each in owner):
        return False
    own = _words_of(owner) - JOINT
    return any(
        other and other[0].token.page < owner[0].token.page and own <= _words_of(other)
        for other in others
    )


def _words_of(owner: Sequence[Tagged]) -> set[str]:
    """The words of an owner's name, small."""
    return {each.token.text.lower().strip(",.") for each in owner if each.field_tag == NAME}


def _same_box(each: Tagged, other: Tagged) -> bool:
    one, two = each.token, other.token
    if one.page != two.page:
        return False
    if one.container is not None or two.container is not None:
        return one.container is two.container
    return abs(one.box.top - two.box.top) < NAME_GAP


def _are_beside(one: Sequence[Tagged], two: Sequence[Tagged]) -> bool:
    """Whether two owners' names stand side by side."""
    first, second = one[0].token, two[0].token
    return first.page == second.page and first.box.is_level_with(second.box)


def _distance(each: Tagged, owner: Sequence[Tagged], beside: bool) -> float:
    """Points from the owner's name, mostly downwards; nothing within its own box.

    Columns part owners only where some stand `beside` each other.
    """
    name = owner[0].token if owner else None
    if name is None:
        return 0.0
    token = each.token
    if token.container is not None and token.container is name.container:
        return -1.0
    # What stands before any name of its page goes on with the last owner of the page before.
    below = token.box.top - name.box.top + PAGE * max(token.page - name.page, 0)
    down = below if below >= -10 else 50 - 4 * below
    boxed = token.container is not None and name.container is not None
    aside = _aside(token, name) if beside or not boxed else 0.0
    return 10_000.0 * max(name.page - token.page, 0) + down + aside


PAGE = 800.0
"""Points of a page, more or less."""
COLUMNS_APART = 1000.0
INDENT = 15.0
"""Points that an address may stand to the left of its name."""


def _aside(token: Token, name: Token) -> float:
    """How far a token stands from the column of an owner's name: owners stand side by side too."""
    if token.container is not None and name.container is not None:
        one, other = token.container.box, name.container.box
        common = min(one.right, other.right) - max(one.left, other.left)
        return 0.0 if common > 0.5 * min(one.width, other.width) else COLUMNS_APART
    left = token.box.left - name.box.left
    return 0.2 * left if left >= 0 else 3.0 * max(-left - INDENT, 0.0)


STREETS = ("rptOwnerStreet1", "rptOwnerStreet2")
SPACE = 0.5
"""Of a line's height: the space between two words at the most."""


NUMBERED = re.compile(
    r"(?!(?:19|20)\d\d )\d{1,5}[A-Z]? (?!.*\b(?:L\.?P|LLC|Trust|Fund|GRAT)\b).*[A-Z]",
    re.IGNORECASE,
)
"""The line of a street, and no end of a name such as `2004 Trust`."""


def _with_own_street(tokens: Sequence[Tagged]) -> list[Tagged]:
    """An owner's tokens, a line of its name that is a street's as that, above what is one."""
    lines = [line for line in lines_of(tokens) if line[0].tag == NAME and len(line) > 1]
    streets = {each.tag for each in tokens if each.tag in STREETS}
    last = max(lines, key=lambda line: line[0].token.box.top, default=[])
    said = " ".join(each.token.text for each in last)
    if len(lines) < 2 or streets != {STREETS[0]} or not NUMBERED.fullmatch(said):
        return list(tokens)
    changes: Changes = {id(each): STREETS[1] for each in tokens if each.tag == STREETS[0]}
    return retagged(tokens, changes | {id(each): STREETS[0] for each in last})


def with_streets(tokens: Sequence[Tagged]) -> list[Tagged]:
    """An owner's tokens, a lone second street as the first, or the first's next line as the second.

    Unless the line had to be broken there: then its next word would not have stood in the first.
    A street above another that was taken for the end of the name is the first.
    """
    tokens = _with_own_street(tokens)
    streets = {each.tag for each in tokens if each.tag in STREETS}
    if streets == {STREETS[1]}:
        return retagged(tokens, {id(each): STREETS[0] for each in tokens if each.tag in streets})
    lines: dict[tuple[int, int], list[Tagged]] = {}
    for each in tokens:
        if each.tag == STREETS[0]:
            lines.setdefault((each.token.page, each.token.line), []).append(each)
    if len(lines) < 2 or any(each.tag == STREETS[1] for each in tokens):
        return list(tokens)
    first, second, *_ = sorted(lines.values(), key=lambda line: line[0].token.box.center[1])
    if first[0].token.box.is_level_with(second[0].token.box):
        first, second = sorted((first, second), key=lambda line: line[0].token.box.left)
    last, following = first[-1].token, second[0].token
    edge = (last.container.box.right if last.container
            else max(each.token.box.right for each in tokens))  # fmt: skip
    if last.box.right + SPACE * last.box.height + following.box.width > edge:
        return list(tokens)
    kept = {id(each) for each in first}
    return [replace(each, tag=STREETS[1]) if each.tag == STREETS[0] and id(each) not in kept
            else each for each in tokens]  # fmt: skip


INITIAL = re.compile(r"[A-Z]\.?|I{2,3}|I?V|[JS][Rr]\.?")
"""What is left of a name in a cell of its own."""
MIDDLE = "(Middle)"
CAPTION = 2.0
"""Of a line's height, the distance down to the caption of the last cell of a name at the most."""


def with_middle_names(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, an initial over the caption `(Middle)` as part of its owner's name."""
    captions = [each.token.box for each in tagged if each.token.text == MIDDLE]
    names = [each.token.box for each in tagged if each.tag == NAME]
    changes: Changes = {
        id(each): NAME for each in tagged
        if each.tag == OUTSIDE and INITIAL.fullmatch(each.token.text)
        and any(_is_over(each.token.box, caption) for caption in captions)
        and any(each.token.box.is_level_with(name) for name in names)
    }  # fmt: skip
    return retagged(tagged, changes)


def _is_over(box: Box, caption: Box) -> bool:
    down = caption.top - box.bottom
    near = -0.5 * box.height < down < CAPTION * box.height
    return near and box.right > caption.left - caption.width and box.left < caption.right


PART = re.compile(r"\(?(?:first|given|middle|m\.?i\.?)\b", re.IGNORECASE)
"""How the caption begins of a box for another part of a name than the last one."""


LABEL = 10.0
"""Of a caption's height, how far right of it the box is that it belongs to."""


def with_names_in_parts(tagged: Sequence[Tagged]) -> list[Tagged]:
    """The words of a page, first and middle names in boxes of their own as if in the last name's.

    A box of its own is an owner's else. It is a part's where its caption says so, in it, above,
    below or left of it, and another name's box stands before it.
    """
    captions = [each.token for each in tagged
                if each.tag == OUTSIDE and PART.match(each.token.text)]  # fmt: skip
    homes = {id(each.token.container): each.token.container for each in tagged
             if each.tag == NAME and each.token.container}  # fmt: skip
    boxes = homes | {id(each.container): each.container for each in captions if each.container}
    parts = {key for key, home in boxes.items()
             if any(_captions(caption, home.box) for caption in captions)}  # fmt: skip
    wholes = [home for key, home in homes.items() if key not in parts]
    if not parts or not wholes:
        return list(tagged)
    made = []
    for each in tagged:
        own = each.token.container
        named = each.tag == NAME or (each.tag == OUTSIDE and _is_below(each.token, captions))
        before = [home for home in wholes if own is not None and id(own) in parts and named
                  and home.box.is_level_with(own.box) and home.box.left < own.box.left]  # fmt: skip
        if before:
            nearest = max(before, key=lambda home: home.box.left)
            each = replace(each, tag=NAME, token=replace(each.token, container=nearest))
        made.append(each)
    return made


def _is_below(token: Token, captions: Sequence[Token]) -> bool:
    """Whether a word stands under a caption in one box with it."""
    return any(
        token.container is caption.container and token.box.top > caption.box.center[1]
        for caption in captions
    )


def _captions(token: Token, box: Box) -> bool:
    """Whether a word of a caption is one of the box's."""
    own = token.box
    near = own.gap_to(box) < own.height
    above = near and box.left < own.center[0] < box.right
    left = box.left - own.right
    before = own.is_level_with(box) and -own.height < left < LABEL * own.height
    cell = token.container.box if token.is_in_cell and token.container else own
    beside = cell.is_level_with(box) and abs(box.left - cell.right) < own.height
    return box.contains(*own.center) or above or before or beside


def with_whole_postcode(tokens: Sequence[Tagged]) -> list[Tagged]:
    """An owner's tokens, what stands between its state of two characters and its code as code.

    `D0 HM 11` is Bermuda: postcodes of other countries begin with letters. The code of a country
    that was taken for the first part of a postcode is the state.
    """
    state, code = ([each for each in tokens if each.tag == tag] for tag in (STATE, POSTCODE))
    if not state and len(code) > 1 and is_country(code[0].token.text):
        return retagged(tokens, {id(code[0]): STATE})
    if len(state) < 2 or not code or len(state[0].token.text.strip(",")) != 2:
        return list(tokens)
    line = state[0].token.line
    if any(each.token.line != line for each in (*state, *code)):
        return list(tokens)
    return retagged(tokens, {id(each): POSTCODE for each in state[1:]})


DATE = "signatureDate"


def signatures(tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens of each signature: names in blocks of close lines, each with its nearest date."""
    dates = _blocks([each for each in tagged if each.field_tag == DATE])
    names = _blocks([each for each in tagged if each.field_tag == "signatureName"])
    if not dates or len(dates) == len(names):
        pairs = zip_longest(names, dates, fillvalue=())
        return [[*name, *date] for name, date in pairs] or [[]]
    found: list[list[Tagged]] = [list(date) for date in dates]
    for name in names:
        nearest = min(range(len(dates)), key=lambda index: _height_between(name, dates[index]))
        found[nearest] += name
    return found


def _blocks(tokens: Sequence[Tagged]) -> list[list[Tagged]]:
    """Runs of tokens on the same or close lines; `/s/` starts a block of its own, as a date does
    below another."""
    found: list[list[Tagged]] = []
    for each in tokens:
        last = found[-1][-1].token if found else None
        token = each.token
        starts = last is not None and (
            token.text.lower().startswith("/s/")
            or (each.tag == DATE and bool(day_of(token.text)) and bool(day_of(last.text)))
        )
        if last is None or last.page != token.page:
            near = False
        else:
            near = token.box.top - last.box.bottom < 0.35 * token.box.height
        fresh_line = last is not None and token.box.top > last.box.center[1]
        if (
            not near
            or (starts and fresh_line)
            or (token.box.bottom < (last.box.top if last else 0))
        ):
            found.append([])
        found[-1].append(each)
    return found


def _height_between(name: Sequence[Tagged], date: Sequence[Tagged]) -> float:
    """Vertical distance of the date's middle from the name's block, pages far apart."""
    one, other = name[0].token, date[0].token
    middle = other.box.center[1]
    top, bottom = (
        min(each.token.box.top for each in name),
        max(each.token.box.bottom for each in name),
    )
    outside = max(top - middle, middle - bottom, 0.0)
    return outside + 10_000.0 * abs(one.page - other.page)
