"""Cover pages of schedules by their printed captions, where the tagger is not sure of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from models.document import Box
from models.extraction import READ
from models.form import FieldSpec, FormType
from models.printed_labels import ends_of, rows_of
from models.reading import TaggedPage, cleaned, read_value
from models.tagger import OUTSIDE, Changes, Tagged, Token, retagged
from models.titles import TYPE
from models.values import letters

ASIDE, BELOW = 330.0, 30.0
"""Points from a caption to its number on the line, or on one of the lines below."""
LIKELY = 0.55
AMENDMENT, NUMBER = "amendmentno", "amendmentNo"
MOST_LETTERS = 30
"""Of the line that has the amendment's number and nothing else."""
FIRST = 4
"""Words behind a caption among which its value is: `(See Instructions)` may stand between."""
ROW = re.compile(r"\(?1?\d[.)]*")
"""The number of the next row."""
CAPTION = re.compile(r"(?i)(?:by|name|its|title|print name)\s?:")


def by_captions(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page, numbers of shares that were taken for print tagged by their captions."""
    made = list(tagged)
    place = {id(each): index for index, each in enumerate(tagged)}
    own = [spec for _, spec in form.specs()
           if spec.kind in ("amount", "codes") and spec.tag and spec.printed]  # fmt: skip
    for row in rows_of(tagged) if own else ():
        for spec in own:
            for end in ends_of(letters(spec.printed), row):
                caption = Box.around(each.token.box for each in row[:end])
                found = _value(spec, caption, row[:end], tagged)
                if found is not None and made[place[id(found)]].tag == OUTSIDE:
                    made[place[id(found)]] = replace(found, tag=spec.tag, score=LIKELY)
    return made


def _value(
    spec: FieldSpec, caption: Box, words: Sequence[Tagged], tagged: Sequence[Tagged]
) -> Tagged | None:
    """The value of a row that stands right of its caption, or else first below it."""
    own = {id(each) for each in words}
    others = [each for each in tagged if each.token.word and id(each) not in own]
    right = [each for each in others
             if caption.is_level_with(each.token.box)
             and 0 < each.token.box.left - caption.right < ASIDE]  # fmt: skip
    below = [each for each in others
             if 0 < each.token.box.center[1] - caption.bottom < BELOW
             and caption.left - BELOW < each.token.box.left < caption.right + ASIDE]  # fmt: skip
    near = sorted(right, key=lambda each: each.token.box.left) or sorted(
        below, key=lambda each: (round(each.token.box.top / 4), each.token.box.left)
    )
    return next((each for each in near[:FIRST] if _fits(spec, each.token.text)), None)


def _fits(spec: FieldSpec, text: str) -> bool:
    """Whether a word is a value of the row; the number of the next row is none."""
    if spec.kind == "amount" and ROW.fullmatch(text):
        return False
    value, state = read_value(spec, cleaned(text, spec.kind), has_marks=False)
    return state == READ and (not spec.codes or set(spec.codes).issuperset(value.split()))


def with_amendment(page: TaggedPage) -> TaggedPage:
    """The page, the number in `(Amendment No. 2)*`, a line of the cover sheet, tagged as that."""
    made = list(page.tagged)
    titled = any(each.tag == TYPE for each in made)
    if not titled or any(each.tag == NUMBER and re.search(r"\d", each.token.text) for each in made):
        return page
    for row in rows_of(made):
        text = letters("".join(each.token.text for each in row))
        numbers = [each for each in row if re.search(r"\d", each.token.text)]
        if text.startswith(AMENDMENT) and len(text) < MOST_LETTERS and numbers:
            index = next(place for place, each in enumerate(made) if each is numbers[0])
            made[index] = replace(made[index], tag=NUMBER, score=LIKELY)
            break
    return replace(page, tagged=tuple(made))


def by_signature_captions(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page, what stands behind `/s/` as the signature, behind `Title:` as the title.

    What stands behind `By:` without either is who signs through whom, and no field; nor is who
    signs a joint filing agreement a party to it.
    """
    if not form.has("signatureTitle") or not any(each.tag in SIGNED for each in tagged):
        return list(tagged)
    # Ownership forms call it otherwise, and a page with little else may be taken for theirs.
    own = [replace(each, tag="signature") if each.tag == "signatureName" else each
           for each in tagged]  # fmt: skip
    rows = rows_of(own)
    if any(each.tag == PARTIES for each in own):
        changes = {id(each): OUTSIDE for row in rows if _caption(row) or _from_sign(row)
                   for each in row if each.tag == PARTIES}  # fmt: skip
    else:
        changes = _through(rows) | _titled(rows) | _signed(rows)
    return retagged(own, changes, LIKELY)


def _caption(row: Sequence[Tagged]) -> str:
    """The caption that a line of a signature block begins with, small; empty for none."""
    found = CAPTION.match(" ".join(each.token.text for each in row[:2]))
    return found[0].lower() if found else ""


def _signed(rows: Sequence[Sequence[Tagged]]) -> Changes:
    changes: Changes = {}
    for row in rows:
        signed = _from_sign(row)
        if signed and _caption(row).startswith("by") and row[0].tag == "signature":
            changes[id(row[0])] = OUTSIDE
        changes |= {id(each): "signature" for each in signed if each.tag in (*SIGNED, OUTSIDE)}
    return changes


def _titled(rows: Sequence[Sequence[Tagged]]) -> Changes:
    return {
        id(each): "signatureTitle"
        for row in rows if _caption(row).startswith("title")
        for each in _together(row[1:]) if each.tag in (*SIGNED, OUTSIDE) and each.token.text != ":"
    }  # fmt: skip


def _through(rows: Sequence[Sequence[Tagged]]) -> Changes:
    """`By: Roe LLC, its Manager`, on one line or two, where signatures are typed with `/s/`."""
    changes: Changes = {}
    through = False
    typed = any(_from_sign(row) for row in rows)
    for row in rows if typed else ():
        bare = not _from_sign(row)
        role = through and bare and not _caption(row) and row[0].tag == "signatureTitle"
        through = bare and _caption(row).startswith("by")
        if through or role:
            changes |= {id(each): OUTSIDE for each in row if each.tag in SIGNED}
    return changes


def is_sign(token: Token) -> bool:
    """Whether a typed signature begins here, `/s/` or `/s/Jane`."""
    return token.text.lower().startswith("/s")


def _from_sign(row: Sequence[Tagged]) -> Sequence[Tagged]:
    """The words of a line from `/s/` on, as far as they stand together."""
    starts = (index for index, each in enumerate(row) if is_sign(each.token))
    start = next(starts, -1)
    return _together(row[start:]) if start >= 0 else ()


def _together(words: Sequence[Tagged]) -> Sequence[Tagged]:
    """The first of the words, as far as no wide gap parts them."""
    for index in range(1, len(words)):
        if words[index].token.box.left - words[index - 1].token.box.right > GAP:
            return words[:index]
    return words


GAP = 24.0
"""Points between two words of one name at the most."""
PARTIES = "jointFilingParties"
SIGNED = ("signature", "signatureName", "signatureReportingPerson", "signatureTitle",
          PARTIES)  # fmt: skip
