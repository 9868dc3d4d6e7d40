"""The items of a schedule as blocks, headed and numbered in one writer's manner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.forms._schedule13 import ISSUER_ADDRESS
from training.synth.schedule_blocks import Block, Run, address_runs, address_text, unlabelled
from training.synth.schedule_sheet import ScheduleSheet
from training.synth.schedule_wording import (
    CEASED,
    INSTITUTIONS,
    ITEM_2_13D,
    ITEM_2_13G,
    ITEM_3,
    ITEM_4_ASKED,
    ITEM_4_PARTS,
    ITEM_5_13D,
    ITEMS_13D,
    ITEMS_13G,
    SHORT_INSTITUTIONS,
)
from training.synth.schedule_wording_typed import (
    AMENDS,
    EDITIONS,
    EXHIBIT_TITLES,
    ITEM_1_13D,
    ITEM_1_13G,
    OTHER_INSTITUTION,
    PERSON_HAS,
    UNLABELLED_13G,
    WHOLE_ITEMS_13D,
)
from training.synth.style import Rng, chance, pick

LETTERED_13D = {2: ITEM_2_13D, 5: ITEM_5_13D}
NUMBERS = ("Item {}.", "ITEM {}.", "Item {}", "ITEM {}:", "Item {}:", "ITEM {}", "Item {} -")
SEVERAL: tuple[Callable[[list[str]], str], ...] = (
    lambda letters: " and ".join(filter(None, (", ".join(letters[:-1]), letters[-1]))),
    ", ".join,
    lambda letters: letters[0] if len(letters) == 1 else f"{letters[0]}-{letters[-1]}",
    lambda letters: letters[0] if len(letters) == 1 else f"{letters[0]} - {letters[-1]}",
    lambda letters: letters[0] if len(letters) == 1 else f"{letters[0]} through {letters[-1]}",
    lambda letters: letters[0] if len(letters) == 1 else f"{letters[0]} to {letters[-1]}",
    "".join,
    " &amp; ".join,
    lambda letters: ", ".join((*letters[:-2], ", and ".join(letters[-2:]))),
)
SEVERAL_SHARES = (5, 4, 3, 1.5, 1, 0.5, 0.7, 0.4, 0.5)
"""How letters that share a text are written."""
ROMAN = ("(i)", "(ii)", "(iii)", "(iv)")


@dataclass(frozen=True)
class Manner:
    """How one writer heads items: `number` holds the item's, parts are `nested` below a heading."""

    number: str
    nested: bool
    upper: bool
    colon: str
    captions: bool
    notice: bool
    edition: int
    short_types: bool


def manner_of(rng: Rng) -> Manner:
    """Draws a manner."""
    return Manner(
        number=pick(rng, NUMBERS, (8, 5, 3, 2, 2, 2, 0.5)),
        nested=chance(rng, 0.5),
        upper=chance(rng, 0.15),
        colon=pick(rng, (":", "", "."), (5, 3, 2)),
        captions=chance(rng, 0.93),
        notice=chance(rng, 0.4),
        edition=pick(rng, (0, 1, 2), (2, 3, 2)),
        short_types=chance(rng, 0.5),
    )


def items(sheet: ScheduleSheet, manner: Manner) -> list[Block]:
    """Every item that the filing has, in order."""
    writer = _Writer(sheet, manner)
    made = writer.items_13g() if sheet.content.family == "13G" else writer.items_13d()
    return [block for block in made if block.runs or block.caption or block.number]


class _Writer:
    """Writes the items of one filing."""

    def __init__(self, sheet: ScheduleSheet, manner: Manner) -> None:
        self.sheet, self.manner, self.rng = sheet, manner, sheet.rng
        self.texts = sheet.content.texts

    def _caption(self, text: str) -> str:
        if not self.manner.captions:
            return ""
        return (text.upper() if self.manner.upper else text) + self.manner.colon

    def _head(self, item: int, text: str) -> Block:
        caption = text.rstrip(".:")
        caption = caption.upper() if self.manner.upper else caption
        mark = self.manner.colon if text else ""
        return Block(number=self.manner.number.format(item), caption=caption + mark)

    def _part(self, item: int, letter: str, caption: str, runs: tuple[Run, ...]) -> Block:
        if self.manner.nested:
            return Block(runs, f"({letter})", self._caption(caption), 1)
        number = self.manner.number.format(f"{item}({letter})")
        return Block(runs, number, self._caption(caption), 0)

    def _text(self, tag: str) -> tuple[Run, ...]:
        return (Run(self.texts[tag], tag),) if self.texts.get(tag) else ()

    # Schedule 13G

    def items_13g(self) -> list[Block]:
        """Items 1 to 10 and what the exhibits are."""
        made = [*self._one_and_two(), *self._three(), *self._four(), *self._five()]
        for item in range(6, 11):
            runs = self._text(f"item{item}.text")
            if item in self.sheet.content.not_applicable or not runs:
                runs = self._not_applicable(item)
            if runs or chance(self.rng, 0.5):
                made += [self._head(item, pick(self.rng, ITEMS_13G[item])), Block(runs, level=1)]
        exhibits = self._text("exhibitInfo")
        if exhibits:
            title = pick(self.rng, EXHIBIT_TITLES)
            made += [Block(caption=title), Block(exhibits, level=1)]
        return made

    def _not_applicable(self, item: int) -> tuple[Run, ...]:
        if item not in self.sheet.content.not_applicable:
            return ()
        return (Run(html=self.sheet.not_applicable(item)),)

    def _one_and_two(self) -> list[Block]:
        content, nested = self.sheet.content, self.manner.nested
        issuer = Run(self.texts.get("item1.issuerName", content.issuer), "item1.issuerName")
        place = address_runs(self.rng, content.issuer_address, ISSUER_ADDRESS,
                             lines=chance(self.rng, 0.6))  # fmt: skip
        made = [self._head(1, "")] if nested else []
        for letter, caption, runs in zip("ab", ITEM_1_13G, ((issuer,), place), strict=True):
            made.append(self._part(1, letter, caption, runs))
        made += [self._head(2, "")] if nested else []
        captions = [(tag, pick(self.rng, words)) for tag, words in ITEM_2_13G]
        if 1 < len(content.persons) < 7 and chance(self.rng, 0.2):
            made += self._each_person([caption for _, caption in captions])
        else:
            made += [self._part(2, letter, caption, self._text(tag))
                     for letter, (tag, caption) in zip("abc", captions, strict=True)]  # fmt: skip
        values = (content.class_title, content.cusip)
        for letter, caption, text in zip("de", UNLABELLED_13G, values, strict=True):
            made.append(self._part(2, letter, caption, unlabelled(text)))
        return made

    def _each_person(self, captions: list[str]) -> list[Block]:
        """Name, address and citizenship of one person after another."""
        tags = [tag for tag, _ in ITEM_2_13G]
        return [
            self._part(2, letter, caption, (Run(text, tag),))
            for person in self.sheet.content.persons
            for letter, caption, tag, text in zip(
                "abc", captions, tags,
                (person.name, address_text(person.address), person.citizenship), strict=True,
            )
            if text
        ]  # fmt: skip

    def _three(self) -> list[Block]:
        content, rng = self.sheet.content, self.rng
        head = self._head(3, pick(rng, ITEM_3))
        if 3 in content.not_applicable and chance(rng, 0.7):
            return [head, Block(self._not_applicable(3), level=1)]
        made = [head, *self._filer_types()]
        other = self._text("otherTypeOfPersonFiling")
        if other:
            made.append(Block(other, caption=OTHER_INSTITUTION, level=1))
        return made

    def _filer_types(self) -> list[Block]:
        """The lettered list of an edition that has every type ticked."""
        ticked = set(self.sheet.content.filer_types)
        editions = [edition for edition in EDITIONS[self.manner.edition :]
                    if ticked <= set(edition)]  # fmt: skip
        edition = editions[0] if editions else EDITIONS[-1]
        before, made = chance(self.rng, 0.5), []
        texts = SHORT_INSTITUTIONS if self.manner.short_types else dict(INSTITUTIONS)
        end = pick(self.rng, ("", ";", "."))
        for letter, code in zip("abcdefghijk", edition, strict=False):
            tick = self.sheet.tick(code in ticked, f"typeOfPersonFiling.{code}")
            box, tail = (tick, "") if before else ("", tick)
            text = texts[code].rstrip(";.") + end
            made.append(Block((), f"({letter})", text, 1, box, tail))
        return made

    def _four(self) -> list[Block]:
        intro = unlabelled(ITEM_4_ASKED if self.manner.notice else "")
        made = [self._head(4, pick(self.rng, ITEMS_13G[4])), Block(intro, level=1)]
        parts = [(pick(self.rng, captions), self._text(tag)) for tag, captions in ITEM_4_PARTS]
        for letter, (caption, runs) in zip("ab", parts[:2], strict=True):
            if runs:
                made.append(Block(runs, f"({letter})", self._caption(caption) or caption, 1))
        if any(runs for _, runs in parts[2:]):
            made.append(Block((), "(c)", self._caption(pick(self.rng, PERSON_HAS)), 1))
            for number, (caption, runs) in zip(ROMAN, parts[2:], strict=True):
                made.append(Block(runs, number, self._caption(caption) or caption, 2))
        return made

    def _five(self) -> list[Block]:
        content = self.sheet.content
        head = self._head(5, pick(self.rng, ITEMS_13G[5]))
        if 5 in content.not_applicable:
            return [head, Block(self._not_applicable(5), level=1)]
        box = self.sheet.tick(content.five_percent_or_less, "classOwnership5PercentOrLess")
        notice, _, end = pick(self.rng, CEASED).partition("{0}")
        return [head, Block((), caption=notice.strip(), level=1, tail=box + end)]

    # Schedule 13D

    def items_13d(self) -> list[Block]:
        """Items 1 to 7, of an amendment those that it has."""
        made = self._amends() + self._one_13d()
        for item in range(2, 8):
            head = self._head(item, pick(self.rng, ITEMS_13D[item]))
            parts = LETTERED_13D.get(item) or ((WHOLE_ITEMS_13D[item], ""),)
            filled = [(place, self._text(tag)) for place, (tag, _) in enumerate(parts)
                      if self._text(tag)]  # fmt: skip
            alone = len(filled) == 1 and not filled[0][0]
            if alone and (len(parts) == 1 or chance(self.rng, 0.75)):
                made += [head, Block(filled[0][1], level=1)]
            elif filled:
                made += [head, *self._lettered(filled, len(parts))]
        return made

    def _lettered(self, filled: list[tuple[int, tuple[Run, ...]]], count: int) -> list[Block]:
        """Parts by letter; one that tells of several bears all their letters mostly."""
        ends = [place for place, _ in filled[1:]] + [count]
        together, shape = chance(self.rng, 0.85), pick(self.rng, SEVERAL, SEVERAL_SHARES)
        made = []
        for (place, runs), end in zip(filled, ends, strict=True):
            letters = [f"({letter})" for letter in "abcdef"[place : end if together else place + 1]]
            made.append(Block(runs, shape(letters), "", 1))
        return made

    def _amends(self) -> list[Block]:
        """What an amendment says before its items."""
        content = self.sheet.content
        if not content.form.endswith("/A") or chance(self.rng, 0.4):
            return []
        number = f"Amendment No. {content.amendment}" if content.amendment else "Amendment"
        text = pick(self.rng, AMENDS).format(content.family, content.class_title, number)
        return [Block(unlabelled(text), level=1)]

    def _one_13d(self) -> list[Block]:
        content = self.sheet.content
        head = self._head(1, pick(self.rng, ITEMS_13D[1]))
        if self._text("item1.text"):
            return [head, Block(self._text("item1.text"), level=1)]
        title, issuer = self._text("item1.securityTitle"), self._text("item1.issuerName")
        if not title and content.form.endswith("/A"):
            return []
        place = address_runs(self.rng, content.issuer_address, ISSUER_ADDRESS,
                             lines=chance(self.rng, 0.5))  # fmt: skip
        values = (title or (Run(content.class_title, "item1.securityTitle"),),
                  issuer or (Run(content.issuer, "item1.issuerName"),), place)  # fmt: skip
        parts = zip("abc", ITEM_1_13D, values, strict=True)
        return [head, *(Block(runs, f"({letter})", self._caption(caption) or caption, 1)
                        for letter, caption, runs in parts)]  # fmt: skip
