"""Words of the printed form that were taken for values: they stand in the middle of its print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from models.addresses import CITY, POSTCODE, STATE
from models.document import Box
from models.form import BOX, forms
from models.reading import TaggedPage
from models.tagger import OUTSIDE, Changes, Tagged, lines_of, retagged
from models.titles import TYPE

NAMES = frozenset(
    ("rptOwnerName", "issuerName", "issuerTradingSymbol", "officerTitle", "otherText",
     "signatureName")
)  # fmt: skip
"""Short texts, each in a place of its own."""
SPACE = 0.8
"""Of a line's height, the space between two words of one text at the most."""
FEW, MANY = 2, 6
"""Words of a line that are tagged at the most, and words of print at the least, where the print
begins with the former."""
LABELS = frozenset(
    spec.printed.lower() for form in forms().values() for _, spec in form.specs()
    if spec.source == BOX and " " in spec.printed
) | {"explanation of responses"}  # fmt: skip
"""Labels of boxes that no text beside a box repeats, and of the space for footnotes."""
STAMPS = frozenset(
    ("copy", "received", "filed", "confidential", "duplicate", "records", "conformed", "original",
     "scanned", "entered", "processed", "posted", "approved")
)  # fmt: skip
"""What is stamped on a page, alone on its line or with the words below."""
AROUND_STAMPS = frozenset(
    ("for", "your", "our", "file", "the", "not", "by", "of", "legal", "true", "dept", "department",
     "section", "office", "mail", "room", "client", "jan", "feb", "mar", "apr", "may", "jun", "jul",
     "aug", "sep", "oct", "nov", "dec")
)  # fmt: skip
CAPTIONS = frozenset(
    word.lower() for form in forms().values() for _, spec in form.specs()
    for word in spec.printed.split()
)  # fmt: skip
"""Words of captions."""
NUMBERED = frozenset(("table", "part", "item"))
"""Words whose number, `II` say, has the looks of a box where its serifs run together."""


HINT = re.compile(
    r"\(?(?:mm?|month)[/-](?:dd?|day)[/-](?:yy?(?:yy)?|year)\)?[:*]?|</?[A-Z]{1,7}>", re.IGNORECASE
)
"""How a form says in which order it wants the parts of a date, and EDGAR's signs of a table."""


STAMPED_DAY = re.compile(
    r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC) \d{1,2},? (?:19|20)\d\d"
)
"""A day as stamps have it; alone in its row it is no date of a signature."""


def without_hints(page: TaggedPage) -> TaggedPage:
    """The page, hints to the writer and to EDGAR no longer tagged, nor stamps, nor in tables."""
    changes: Changes = {id(each): OUTSIDE for each in page.tagged
                        if HINT.fullmatch(each.token.text)}  # fmt: skip
    lines = lines_of(page.tagged)
    for line in lines:
        if not line[0].token.is_in_cell and (_is_stamp(line) or _is_stamped_day(line, lines)):
            changes |= {id(each): OUTSIDE for each in line if each.tag != STAMPED}
    return replace(page, tagged=tuple(retagged(page.tagged, changes)))


def without_agents_heads(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, what an agent printed at the edges of its proof no longer tagged.

    Whole rows, and what stands further out: the agent's name above the number of the job.
    """
    lines = lines_of(tagged)
    outer = _outer(lines, OUTER)
    added = [line[0].token.box for line in outer if PROOF.search(_text_of(line))]
    middle = sum(each.token.box.center[1] for each in tagged) / max(len(tagged), 1)
    gone = [line for line in outer for box in added
            if box.is_level_with(line[0].token.box)
            or _is_beyond(line[0].token.box, box, middle)]  # fmt: skip
    return retagged(tagged, {id(each): OUTSIDE for line in gone for each in line
                             if each.tag not in (STAMPED, TYPE)})  # fmt: skip


def _text_of(line: Sequence[Tagged]) -> str:
    return " ".join(each.token.text for each in line).lower()


def _is_beyond(own: Box, box: Box, middle: float) -> bool:
    """Whether a line stands further from the middle of the page than a running head or foot."""
    if box.center[1] < middle:
        return own.center[1] < box.center[1]
    return own.center[1] > box.center[1]


def without_strays(tagged: Sequence[Tagged]) -> list[Tagged]:
    """Words of a page, those inside a printed caption or legend no longer tagged, nor numerals.

    `OR` in `Ticker or Trading Symbol` is no symbol, `Intentional` before `misstatements or
    omissions of facts` no name, what stands behind `Table` no box.
    """
    numbered = [each.token.box for each in tagged if each.token.text.lower() in NUMBERED]
    boxes = (each for each in tagged if each.token.checkbox)
    changes: Changes = {id(each): OUTSIDE for each in boxes
                        if _is_numeral(each.token.box, numbered)}  # fmt: skip
    lines = lines_of(tagged)
    changes |= {id(each): OUTSIDE for line in _running_heads(lines) for each in line
                if each.tag != STAMPED}  # fmt: skip
    for line in lines:
        text = _text_of(line)
        if ELSEWHERE.match(text) and not line[0].token.is_in_cell:
            changes |= {id(each): OUTSIDE for each in line}
        changes |= {id(each): OUTSIDE for each in line if UNDERNEATH.fullmatch(each.token.text)}
        changes |= {id(each): OUTSIDE for before, each in pairwise(line)
                    if each.tag in ADDRESS and before.tag == OUTSIDE
                    and _is_part(before) and _is_part(each)}  # fmt: skip
        if MOMENT.fullmatch(text):
            changes |= {id(each): OUTSIDE for each in line if each.tag != STAMPED}
        if PRINT.match(text):
            changes |= {id(each): OUTSIDE for each in line if each.tag != "footnote"}
        if HEAD.match(text) or SECTION.match(text):
            changes |= {id(each): OUTSIDE for each in line if each.tag in (*NAMES, "remarks")}
        changes |= {id(each): OUTSIDE for each in line if CURRENCY.fullmatch(each.token.text)
                    and each.tag.endswith(("natureOfOwnership", "ecurityTitle"))}  # fmt: skip
        for run in runs_of(line):
            changes |= {id(each): OUTSIDE for each in _strays(run)}
            if run and ASKED.search(run[-1].token.text):
                changes |= {id(each): OUTSIDE for each in run if each.tag in CAPTIONED}
    return retagged(tagged, changes)


CURRENCY = re.compile(r"USD?|US\$|\$")
"""What stands before an amount, and is no text of the column beside it."""
CAPTIONED = NAMES - {"signatureName"} | {"periodOfReport"}
"""What has no colon in it; `By:` is a part of a signature."""
ASKED = re.compile(r":$|^\(\d\);$")
"""The end of a caption: `Filed by:`, `Reporting person (2):`, also misread."""


SECTION = re.compile(r"(?:part|section|item) (?:[a-h]|\d|[ivx]{1,4})\b\W*(?:\w+\W+){0,3}\w*$")
"""The head of a part of a maker's own form: `Part F – Certification`."""


def _is_stamp(line: Sequence[Tagged]) -> bool:
    """Whether a line has nothing but words that are stamped on pages."""
    words = re.findall(r"[a-z]+", _text_of(line))
    stamped = all(word in STAMPS | AROUND_STAMPS for word in words)
    return bool(words) and stamped and any(word in STAMPS for word in words)


def _is_stamped_day(line: Sequence[Tagged], lines: Sequence[Sequence[Tagged]]) -> bool:
    """Whether a line is a day as stamps have it, with nothing beside it."""
    own = line[0].token.box
    return bool(STAMPED_DAY.fullmatch(" ".join(each.token.text for each in line))) and not any(
        other[0].token.box.is_level_with(own) for other in lines if other is not line
    )


HEAD = re.compile(
    r"form [345](?:/a)? ?[/|–—-] ?\w"
    r"|(?:joint|additional|other) (?:filers?|reporting (?:persons?|owners?))(?: information)?:?$"
)
"""The head of a further sheet, which names the form and whose it is, `Form 4 / Acme Inc`, or of the
owners that follow."""
PRINT = re.compile(
    r"sec ?(?:14[67]\d|2270)\b.{0,12}$|.*\bu\. ?s\. ?c\. ?(?:1001|78\(?f)|.*\b1001 and 15 ?u"
)
"""The number of the printed form, and the end of the warning below it."""
ELSEWHERE = re.compile(
    r"see (?:the )?(?:attached|continuation|continued|addendum|schedule \w)(?!.*exhibit)"
    r".*\b(?:sheets?|pages?|schedule|attached|addendum|responses)\b"
)
"""How the space for explanations says that they stand on another sheet."""


UNDERNEATH = re.compile(r"\((?:last|first|middle|street|city|state|zip)\)", re.IGNORECASE)
"""Captions under the parts of a name and an address."""
ADDRESS = frozenset(("rptOwnerStreet2", CITY, STATE, POSTCODE))
PARTS = frozenset(("city", "state", "zip", "country", "province", "postal", "code"))


def _is_part(each: Tagged) -> bool:
    """Whether a word is one of the caption `City, State, Zip:`."""
    return each.token.text.lower().strip(",:/*()") in PARTS


BROWSED = re.compile(
    r"\b(?:https?|f?ile):|www\.|\.html?$|(?:[/.-]|\b)(?:\d\d|20\d\d),? \d{1,2}:\d\d\b"
    r"|\b\d{1,2}:\d\d(?::\d\d)? ?[ap]\.?m\b|\bt-\d+ f-\d+"
    r"|^(?:run date|print(?:ed|ing date)|generated)\b(?: on)?:? ?\d|\bpage \d+ of \d+$"
    r"|\bp(?:age|\.)? ?\d+ ?/ ?\d+$|\btx ?/?rx\b|\b(?:phone|fax) ?(?:no|#)"
)
"""What browsers, programs and fax machines print over and under a page: where it came from, page,
day and hour."""
MOMENT = re.compile(r"\d{1,2}/\d{1,2}/\d{2,4},? \d{1,2}[:.]\d\d(?:[:.]\d\d)? ?[ap]\.?m\.?")
"""Day and hour alone on a line: when a page was printed, wherever that stands."""
DAY = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")
STAMPED = "receivedDate"
"""The day and the hour in a stamp, which may stand there as well."""
PROOF = re.compile(r"\bcrc:? ?\d{4,5}\b|\bproof \d+\b|\bjob:? ?\w*\d")
"""What agents print over the pages of a proof."""
OUTER, OUTERMOST = 30.0, 14.0
"""Points from the first or last line of a page within which the heads of a proof stand, some lines,
and other running heads and feet."""


def _outer(lines: Sequence[Sequence[Tagged]], reach: float) -> list[Sequence[Tagged]]:
    """The lines at the upper and lower edge of what is printed."""
    boxes = [line[0].token.box for line in lines]
    top = min((box.top for box in boxes), default=0.0)
    bottom = max((box.bottom for box in boxes), default=0.0)
    return [line for line, box in zip(lines, boxes, strict=True)
            if box.top < top + reach or box.bottom > bottom - reach]  # fmt: skip


def _running_heads(lines: Sequence[Sequence[Tagged]]) -> list[Sequence[Tagged]]:
    """Lines at the upper and lower edge of what is printed that a browser added, whole rows."""
    boxes = [line[0].token.box for line in lines]
    outer = _outer(lines, OUTERMOST)
    added = [line[0].token.box for line in outer
             if BROWSED.search(_text_of(line)) or _is_lone_date(line, boxes)]  # fmt: skip
    return [line for line in outer
            if any(box.is_level_with(line[0].token.box) for box in added)]  # fmt: skip


APART = 18.0
"""Points from a page's last date to anything else, where a signature's has a name or caption."""


def _is_lone_date(line: Sequence[Tagged], boxes: Sequence[Box]) -> bool:
    """Whether a line is the day of printing: a date with nothing beside, below or right above."""
    own = line[0].token.box
    alone = all(box is own or box.bottom < own.top - APART or box.top > own.bottom + APART
                for box in boxes)  # fmt: skip
    return len(line) == 1 and alone and bool(DAY.fullmatch(line[0].token.text))


def _is_numeral(box: Box, numbered: Sequence[Box]) -> bool:
    """Whether what looks like a box is the number of a table: it stands right behind that word."""
    return any(
        word.is_level_with(box) and 0 <= box.left - word.right < SPACE * word.height
        for word in numbered
    )


def runs_of(line: Sequence[Tagged]) -> list[list[Tagged]]:
    """The words of a line from left to right, parted at wide gaps, boxes and captions' colons."""
    words = sorted(line, key=lambda each: each.token.box.left)
    runs: list[list[Tagged]] = [[]]
    for before, each in zip([*words[:1], *words], words, strict=False):
        gap = each.token.box.left - before.token.box.right
        colon = each is not before and ASKED.search(before.token.text)
        if gap > SPACE * each.token.box.height or colon or each.token.checkbox is not None:
            runs.append([])
        runs[-1].append(each)
    return runs


def _strays(run: Sequence[Tagged]) -> list[Tagged]:
    """The tagged words of a run that its print goes on around, or behind."""
    own = [each for each in run if each.tag in NAMES]
    if not 0 < len(own) <= FEW:
        return []
    text = " ".join(each.token.text for each in run).lower().replace("%%", "%").strip(":")
    if text in LABELS or text in STAMPS or (text == "director" and own[0].tag == "otherText"):
        return own
    inside = [each for before, each, after in zip(run, run[1:], run[2:], strict=False)
              if each.tag in NAMES and _is_print(before) and _is_caption(after)]  # fmt: skip
    if len(inside) == len(own):
        return inside
    print_behind = sum(_is_print(each) for each in run) >= MANY
    begins = run[0].tag == "signatureName" and _is_print(run[-1])
    return own if print_behind and begins else []


def _is_caption(each: Tagged) -> bool:
    """Whether a word goes on a caption or a sentence of the form; a name's has a capital."""
    text = each.token.text.strip(",.*")
    return _is_print(each) and (text.islower() or text.lower() in CAPTIONS)


def _is_print(each: Tagged) -> bool:
    """Whether a word is one of the form's own sentences, not a hint such as `(Last)`."""
    return each.tag == OUTSIDE and each.token.text.strip(",.*").isalpha()
