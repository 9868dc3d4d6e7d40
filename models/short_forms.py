"""Short forms in the names of companies and signers, as they are written where pixels allow it.

Points, commas and Roman numerals are the first to melt in small print: `L.P.` comes out as `Lp`,
`Fund III` as `Fund 111`, `Hammer, Attorney-in-fact` as `Hammer. Attorney-in-fact`. As in
`models.spelling`, what a form usually says speaks beside what the recogniser's posteriors say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from models.ctc import Change, Logs, Reading, changed, likeliest, text_of, window

WORTH = 3.0
"""Nats that a usual form is worth beside an unusual one: about one of twenty."""
POINTS = 1.5
"""Nats that points are worth where the same is written without them."""
MARKED = 8.0
"""Nats that a footnote's number is worth where brackets stand alone in a cell."""
NEAR = 2
"""Characters in which a numeral may differ from what was read."""

_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMAN = tuple(ten + one for ten in ("", "X", "XX") for one in _ONES if ten + one)
"""Numerals that funds and series are counted with."""
_STROKES = str.maketrans("1l|i", "IIII")


@dataclass(frozen=True)
class Form:
    """What stands in the pattern's first group may be one of the texts; none: a Roman numeral.

    `pointed` says that the first of the texts is the other one with points, which are often lost.
    """

    pattern: re.Pattern[str]
    texts: tuple[str, ...] = ()
    pointed: bool = False
    worth: float = WORTH


_COMPANY = r"(?=$|[ ,;)⁽])"
_OWNERS = (r"(?:Fund|Partners|Capital|Growth|Ventures?|Holdings|Trust|Series|Grove|Group|Equity"
           r"|Opportunit(?:y|ies)|Management|Investors|Associates|GP)")  # fmt: skip
FORMS = (
    Form(re.compile(r"^([(\[{][Il|0OdoJ!t]?[)\]}]|[0OdIl|][)\]}])$"),
         tuple(f"({number})" for number in range(1, 21)), worth=MARKED),
    Form(re.compile(r"\bS\.? ?[aàáâä4]\.? ?([r1lI][.,] ?[l1I|tJL][.,])"), ("r.l.",)),
    Form(re.compile(r"\b[Ss]\.? ?([àáâäÀÁÂÄ])(?=\.? ?[Rr])"), ("a", "A")),  # EDGAR knows no accents
    Form(re.compile(r"^(\|)$"), ("I",)),  # no field has a bar alone; an upright stroke is indirect
    Form(re.compile(rf"(?:^|, ?)([L1][.,]? ?[PpRFD9][.,]?){_COMPANY}"), ("L.P.", "LP"),
         pointed=True),
    Form(re.compile(rf"(?:^|, ?)(L[.,]?[L1I]?[.,]?[CG][.,]?){_COMPANY}"), ("LLC", "L.L.C.")),
    Form(re.compile(r"(?:^|[ (])([Uu0O][.,]? ?[5Ss][.,]?)(?= [A-Z])"), ("U.S.", "US"),
         pointed=True),
    Form(re.compile(rf"{_OWNERS} ([IVXL1l|]{{1,6}})(?=$|[ ,.;)⁽])")),
    Form(re.compile(rf"{_OWNERS}(?: [IVX]+)?([.,])$"), (",",)),  # `L.P.` is on the next line
    Form(re.compile(r"Fund (\([0O9DQ]\))"), ("(Q)",)),
    Form(re.compile(r"\)([.,]) ?(?=L\.?P|LLC|L\.L\.C|Inc)"), (",",)),
    Form(re.compile(r"[a-z]{2}([.,;]) (?=[Aa]ttorney|ATTORNEY|[Aa]s |[Bb]y )"), (",",)),
    Form(re.compile(r"[A-Za-z]{2} [A-Z]([.,]) (?=[A-Z][a-z]+(?:$| [IJS]))"), (".",)),
    Form(re.compile(r"^(?:/s/ )?(?:[A-Z][\w.'-]* ){0,3}S[Tt]([.,]) (?=[A-Z])"), (".",)),  # saints
    Form(re.compile(r"/s/ (?:[A-Z][\w.'-]* )+?[A-Z]([.,]) (?=\w{2})"), (".",)),
    Form(re.compile(r"[Aa]ttorney([-:.~ ]{1,2})[Ii]n"), ("-",)),
    Form(re.compile(r"[Aa]ttorney-[Ii]n([-:.~ ]{1,2})[Ff]act"), ("-",)),
)  # fmt: skip


def short_forms(
    readings: Sequence[Reading], logs: Sequence[Logs], labels: Sequence[str]
) -> list[Reading]:
    """The readings of a page's lines with their short forms as usual."""
    classes = {label: index for index, label in enumerate(labels)}
    return [_usual(reading, own, classes) for reading, own in zip(readings, logs, strict=True)]


def _usual(reading: Reading, logs: Logs, classes: Mapping[str, int]) -> Reading:
    text = text_of(reading)
    for form in FORMS:
        if form.pattern.search(text):
            reading = changed(reading, _changes(form, text, reading, logs, classes))
            text = text_of(reading)
    return reading


def _changes(
    form: Form, read: str, reading: Reading, logs: Logs, classes: Mapping[str, int]
) -> Iterator[Change]:
    for found in form.pattern.finditer(read):
        start, end = found.span(1)
        texts = [found[1], *(text for text in _texts(form, found[1]) if text != found[1])]
        # What stands with its points had them found by other means than the best path.
        if len(texts) == 1 or found[1] in form.texts[:1]:
            continue
        costs = np.array([_cost(form, text) for text in texts])
        chosen, chance = likeliest(texts, costs, window(reading, start, end, logs), classes)
        if chosen != found[1]:
            yield start, end, chosen, chance


def _texts(form: Form, read: str) -> Iterator[str]:
    if form.texts:
        yield from form.texts
        return
    strokes = read.translate(_STROKES)
    yield from (each for each in ROMAN if Levenshtein.distance(each, strokes) <= NEAR)


def _cost(form: Form, text: str) -> float:
    if text not in (form.texts or ROMAN):
        return form.worth
    return POINTS if form.pointed and text != form.texts[0] else 0.0
