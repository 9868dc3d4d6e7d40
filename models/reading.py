"""What assembly works on and makes: tagged pages in, unjudged fields out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from models.codes import in_code_list
from models.document import Box, Page, Word
from models.errors import ValueFormatError
from models.extraction import BLANK, FOOTNOTE_ONLY, ILLEGIBLE, READ, Place, Region
from models.form import BOX, FieldSpec
from models.misread import grouped, mended_number, mended_words, without_scraps
from models.raised import PLAIN
from models.recognizer import HANDWRITTEN, NUMBERED
from models.spelling import known_share
from models.tagger import MARK, Tagged, Token
from models.values import canonical, owner_name

GLUED_KINDS = ("number", "amount", "percent", "cusip", "date", "code", "flag")
"""Kinds whose words belong together without a space."""
WORDED_KINDS = ("name", "text", "prose")
"""Kinds that are written in words."""


@dataclass(frozen=True)
class TaggedPage:
    """A page with its regions and tagged tokens in reading order."""

    page: Page
    regions: tuple[Region, ...]
    tagged: tuple[Tagged, ...]


@dataclass(frozen=True)
class Evidence:
    """What speaks for a value, before calibration; shares and probabilities are 0 to 1."""

    characters: tuple[float, ...] = ()
    tags: tuple[float, ...] = ()
    margins: tuple[float, ...] = ()
    """How much more probable each token's tag is than the next best."""
    agreement: float = 1.0
    """Share of the field's tokens that stand where the table's other rows have this field."""
    dropped: int = 0
    """Tokens with the field's tag that stood elsewhere and were left out."""
    table: bool = False


@dataclass(frozen=True)
class FootnoteMark:
    """A footnote number at a field and the probability that it was read and tied rightly.

    `rival` is the number that the recogniser's second choices say, 0 where they say none.
    """

    number: int
    score: float
    rival: int = 0


@dataclass(frozen=True)
class RawField:
    """A field as assembled: value, state and evidence, not yet a confidence."""

    spec: FieldSpec
    path: str
    value: str
    text: str
    state: str
    places: tuple[Place, ...] = ()
    marks: tuple[FootnoteMark, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()
    evidence: Evidence = field(default_factory=Evidence)

    @property
    def oddities(self) -> int:
        """Signs of misreading in the text: letters with digits, capitals inside words, lost spaces.

        Real values have them too (`10b5-1`, `McKee`); how much they mean is for calibration to say.
        """
        return len(ODD.findall(self.text)) if self.spec.kind in WORDED_KINDS else 0

    @property
    def strangeness(self) -> float:
        """Share of the text's words that no lexicon has; 0 for numbers, dates and codes."""
        return 1.0 - known_share(self.text) if self.spec.kind in WORDED_KINDS else 0.0


ODD = re.compile(
    r"[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]|[.,;)][A-Za-z]{2}|(.)\1\1|[a-z]\(|\s[.,;]|[|{}\[\]~^\\]"
)


def plain(text: str) -> str:
    """Superscript symbols as ordinary characters."""
    return "".join(PLAIN.get(char, char) for char in text)


def joined(tokens: Iterable[Tagged], kind: str) -> str:
    """The tokens' text as printed, without a space where the kind has none.

    A line that ends in a hyphenated word was broken there: what follows belongs to the same word.
    """
    text = ""
    before: Token | None = None
    for each in tokens:
        token = each.token
        wrapped = (
            before is not None
            and before.line != token.line
            and len(before.text) > 1
            and before.text.endswith("-")
        )
        glued = not text or wrapped or kind in GLUED_KINDS
        text += ("" if glued else " ") + plain(token.text)
        before = token
    return text.strip()


def numbers_in(text: str) -> list[int]:
    """Footnote numbers of a mark's text."""
    return [int(digits) for digits in re.findall(r"\d{1,2}", plain(text)) if int(digits)]


def first_number(text: str) -> int:
    """The first of them, 0 where there is none."""
    return next(iter(numbers_in(text)), 0)


def marks_of(tokens: Iterable[Tagged]) -> tuple[FootnoteMark, ...]:
    """The footnote marks among the tokens, each number once."""
    found: dict[int, FootnoteMark] = {}
    for each in tokens:
        score = each.score * (each.token.word.score if each.token.word else 1.0)
        numbers = numbers_in(each.token.text)
        rival = _rival(each.token.word) if each.token.word and len(numbers) == 1 else 0
        for number in numbers:
            if number not in found or found[number].score < score:
                found[number] = FootnoteMark(number, score, rival)
    return tuple(found.values())


def _rival(word: Word) -> int:
    """The number of a mark with its digits as the recogniser's second choice has them."""
    chosen = zip(word.text, word.rivals, strict=False)
    digits = [plain(rival) for char, rival in chosen if plain(char).isdigit()]
    return int("".join(digits)) if digits and all(each.isdigit() for each in digits) else 0


def field_of(
    spec: FieldSpec,
    path: str,
    tokens: Sequence[Tagged],
    *,
    agreement: float = 1.0,
    dropped: int = 0,
    table: bool = False,
) -> RawField:
    """A field from the tokens that carry its tag (words and marks), in reading order."""
    said = [each for each in tokens if not is_mark(spec, each)]
    bare = _is_bare_mark(spec, said, len(said) < len(tokens))
    marks = marks_of(each for each in tokens if bare or is_mark(spec, each))
    held = [] if bare else [each for each in said if each.token.word or spec.source == BOX]
    words = one_code(spec, held)
    text = cleaned(joined(words, spec.kind), spec.kind)
    is_item = bool(ITEM.search(spec.path))
    if is_item:
        text = ENUMERATOR.sub("", LEADERS.sub("", text))
    if is_item or spec.kind == "prose":
        text = without_caption(spec.printed, text)
    if spec.kind == "text" and _ends_in_comma(words):
        text += ","
    value, state = read_value(spec, text, bool(marks))
    if state == ILLEGIBLE:
        # `Mar. 5, 2020` is a date only with its spaces.
        spaced = cleaned(joined(words, "text"), spec.kind)
        value, state = read_value(spec, spaced, bool(marks))
        text = spaced if state == READ else text
    evidence = Evidence(
        characters=tuple(score for each in words if each.token.word
                         for score in each.token.word.scores),
        tags=tuple(each.score for each in tokens),
        margins=tuple(each.score - each.rival_score for each in tokens),
        agreement=agreement,
        dropped=dropped,
        table=table,
    )  # fmt: skip
    return RawField(
        spec, path, value, text, state, places_of(tokens), marks, second_readings(spec, words),
        evidence,
    )  # fmt: skip


SURE_COMMA = 0.9


def _ends_in_comma(words: Sequence[Tagged]) -> bool:
    """Whether the value itself ends in a comma, surely read: nothing stands behind it."""
    token = words[-1].token if words else None
    if token is None or token.word is None or not token.last or token.text[-1:] != ",":
        return False
    doubled = len(words) > 1 and words[-2].token.text.endswith(",")
    return (len(token.text) > 1 or doubled) and (token.word.scores or (1.0,))[-1] > SURE_COMMA


def is_mark(spec: FieldSpec, each: Tagged) -> bool:
    """Whether a token is a footnote mark: tagged so, or a bracketed number where one may stand."""
    return each.is_mark or (spec.footnotes and bool(NUMBERED.fullmatch(each.token.text)))


SURE_DIGIT = 0.9
DATES_MARKS = re.compile(r"\d{1,2}(?:[,.]\d{1,2})*")
NUMBERS_MARKS = re.compile(r"\d{1,2}(?:,\d{1,2})+")
LISTED = {"date": DATES_MARKS, "number": NUMBERS_MARKS, "amount": NUMBERS_MARKS}
"""By kind, marks that have the looks of no date and of no number: its groups have three digits."""


def _is_bare_mark(spec: FieldSpec, words: Sequence[Tagged], beside: bool) -> bool:
    """Whether all words of a field are a mark that lost its brackets: a number read as raised next.

    `beside` another mark; alone it is one only where the tagger holds that possible.
    """
    if len(words) != 1 or not spec.footnotes or words[0].token.word is None:
        return False
    word = words[0].token.word
    if spec.kind in LISTED and LISTED[spec.kind].fullmatch(word.text):
        return True
    raised = [PLAIN.get(rival) == char for char, rival in zip(word.text, word.rivals, strict=False)]
    number = word.text.isdigit() and len(word.text) <= 2 and len(raised) == len(word.text)
    possible = beside or words[0].rival.endswith(MARK)
    return number and all(raised) and possible and word.score < SURE_DIGIT


def one_code(spec: FieldSpec, words: Sequence[Tagged]) -> Sequence[Tagged]:
    """Of letters that make no code together the surest that is one; all where none is."""
    lone = len(words) > 1 and all(
        each.token.word and each.token.text.isalpha() and len(each.token.text) == 1
               for each in words)  # fmt: skip
    if spec.kind != "code" or not lone or joined(words, spec.kind) in spec.codes:
        return words
    known = [each for each in words if each.token.text in spec.codes]
    surest = sorted(known, key=lambda each: each.token.word.score if each.token.word else 0.0)
    return surest[-1:] or words


SURE_CHARACTER = 0.98
MOST_ALTERNATIVES = 3


def second_readings(spec: FieldSpec, words: Sequence[Tagged]) -> tuple[tuple[str, float], ...]:
    """Other values of the kind, each with one doubtful character replaced by its rival."""
    doubts = [
        (score, index, place)
        for index, each in enumerate(words)
        if each.token.word
        for place, score in enumerate(each.token.word.scores[: len(each.token.word.rivals)])
        if score < SURE_CHARACTER
    ]
    first = read_value(spec, cleaned(joined(words, spec.kind), spec.kind), False)[0]
    found: dict[str, float] = {}
    for score, index, place in sorted(doubts)[: 2 * MOST_ALTERNATIVES]:
        word = words[index].token.word
        if word is None:
            continue
        text = word.text[:place] + word.rivals[place] + word.text[place + 1 :]
        other = replace(words[index], token=replace(words[index].token, text=text))
        changed = [*words[:index], other, *words[index + 1 :]]
        value = read_value(spec, cleaned(joined(changed, spec.kind), spec.kind), False)[0]
        if value and value != first:
            found.setdefault(value, round(1 - score, 4))
    return tuple(found.items())[:MOST_ALTERNATIVES]


def cleaned(text: str, kind: str) -> str:
    """Text without the brackets and underlines that forms print around a value."""
    # A hand's word among printed ones is a speck or a scribble beside them.
    stripped = (text if is_handwritten(text) else text.replace(HANDWRITTEN, "")).strip(" _|")
    if kind == "date":
        # Specks behind it, and what is left of the rules beside it.
        stripped = stripped.strip(" .…,:;'·*([{~=–—_-")
    elif kind == "code":
        # On the SEC's page what stands in brackets is the symbol as filed.
        bare = stripped if stripped[:1] == "[" else EXCHANGE.sub("", stripped)
        bare = CLOSED.sub("", bare)
        stripped = bare.strip("[](){}. '\"“”‘’").lstrip("-–—/")
    elif kind in ("text", "name"):
        # The comma between city and state belongs to neither.
        stripped = without_scraps(LEADERS.sub("", BLANKS.sub(" ", stripped).rstrip(" ,;")))
        stripped = LISTING.sub("", stripped)
        if stripped.count("[") != stripped.count("]"):
            # What is left of a mark in square brackets.
            stripped = stripped.rstrip("[] ")
    elif kind == "number":
        # `(Amendment No. 2)*`: a bracket that was opened before it; one that opens a lost mark.
        stripped = TAIL.sub("", stripped).rstrip("([{]")
    elif kind in ("amount", "percent", "codes", "cusip"):
        stripped = stripped.strip(" .…·:*_")
    elif kind == "prose":
        # A bracket that the mark before it lost.
        stripped = LONE_LETTER.sub("0", stripped.removeprefix(") "))
    if kind == "name":
        # Initials stand alone in names, numbers that begin at nothing do not.
        stripped = LONE_ZERO.sub("O", stripped)
    stripped = re.sub(r" (?=[,;](?: |$))", "", re.sub(r"\s+", " ", stripped))
    return mended_words(stripped) if kind in WORDED_KINDS else stripped


def without_caption(caption: str, text: str) -> str:
    """Running text without the end of its caption, which stands right before it."""
    words = caption.split()
    for count in range(len(words), 0, -1):
        # `of See Item 9`: a lone `of` begins no sentence.
        lone = r"\s*:" if words[-1] != "of" else ""
        tail = re.escape(" ".join(words[-count:])) + (r"\s*:?" if count > 1 else lone)
        if found := re.match(tail + r"\s+(?=\S)", text, re.IGNORECASE):
            return text[found.end() :]
    return text


EXCHANGE = re.compile(r"^[(\"“]*[A-Za-z ]{3,14}:\s*(?=[A-Z])")
"""Where a symbol is traded, printed before it: `NYSE: ABC`."""
CLOSED = re.compile(r"(?<=[A-Z]{2})[)\]].+")
"""What stands behind the bracket that closes a symbol."""
TAIL = re.compile(r"(?<=\d)\)\W*$")
BLANKS = re.compile(r" _{2,} ")
"""A blank to write on, between two words of what was typed over it."""
LEADERS = re.compile(r"^(?:[.…·:*~=–—-]+\s+)+|^[.…·]+(?=\w)|(?:\s+[.…·*~=–—-]+)+$")
"""Dots and dashes that lead from a caption to its value, or from there to the margin."""
ITEM = re.compile(r"/(item\d+)/")
"""Of a path: the numbered item that a field of running text stands in."""
ENUMERATOR = re.compile(r"^\([a-k]\)\s*")
"""The letter of an item's part, which stands before its text."""
LISTING = re.compile(r"^(?:\(?[a-z]\)|\d{1,2}[.)]) (?=[A-Z])")
"""The letter or number of a row, before the title of its security."""
LONE_LETTER = re.compile(r"(?<= )O(?=[ .,;]|$)(?!(?<=[a-z] O)\. [A-Z][a-z])")
"""A zero of running text as it is often read; no initial of a name."""
LONE_ZERO = re.compile(r"(?<= )0(?=[ .]|$)")


OWNER_NAME = "rptOwnerName"
DASHES = re.compile(r"[ _]*[-–—][-–—_ ]*")
"""What says that somebody holds nothing, where a number of shares is asked for."""
NOTHING = re.compile(r"[-–—._*'`,:;~|#\s]*")
"""What says that a cell is empty, or is dirt in it."""


def read_value(spec: FieldSpec, text: str, has_marks: bool) -> tuple[str, str]:
    """Canonical value and state; text that is no value of its kind is an abstention."""
    if spec.kind == "amount" and DASHES.fullmatch(text):
        return "0", READ
    if NOTHING.fullmatch(text):
        return "", FOOTNOTE_ONLY if has_marks else BLANK
    if is_handwritten(text):
        return "", ILLEGIBLE
    readings: tuple[str, ...] = (text,)
    if spec.kind == "number":
        readings = (text, mended_number(text))
    elif spec.kind == "amount":
        readings = (grouped(text),)
    elif spec.kind == "codes":
        readings = (text, text.upper(), text.upper().replace(" ", ""))
    for reading in readings:
        try:
            value = in_code_list(spec, canonical(spec.kind, reading))
            return owner_name(value) if spec.name == OWNER_NAME else value, READ
        except ValueFormatError:
            continue
    return "", ILLEGIBLE


def is_handwritten(text: str) -> bool:
    """Whether at least half of the words were written by hand: seen, not read."""
    words = text.split()
    return 2 * sum(HANDWRITTEN in word for word in words) >= max(len(words), 1)


def places_of(tokens: Iterable[Tagged]) -> tuple[Place, ...]:
    """One place per text line that the tokens stand on, upright points."""
    lines: dict[tuple[int, int], list[Box]] = {}
    for each in tokens:
        lines.setdefault((each.token.page, each.token.line), []).append(each.token.box)
    return tuple(Place(page, Box.around(boxes)) for (page, _), boxes in lines.items())
