"""Rows of a filing as a reviewer adds, deletes, moves and joins them.

A filing is a sequence of blocks in the order of its form: single fields, and the fields of one
instance of a group. Rows are numbered 1, 2, 3 … as they follow one another, and renumbered with
their fields' paths; ids stay. Footnotes keep the numbers that are printed at them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from models.errors import BadEdit
from models.export import FOOTNOTES
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    NOT_ON_FORM,
    READ,
    Field,
    FootnoteLink,
    Reason,
)
from models.form import DERIVED, FIXED, FieldSpec, FormType, GroupSpec

FOOTNOTE_ID = re.compile(r"F[1-9]\d?")
MOST_ROWS = 99
"""Of a group: EDGAR takes 30, and a footnote's number has two digits."""
EMPTY = (BLANK, FOOTNOTE_ONLY, NOT_ON_FORM)
JOINED_KINDS = ("text", "prose")
"""Kinds whose values go on from row to row."""


@dataclass(frozen=True)
class Block:
    """A field outside groups, or the fields of one instance of a group, by id."""

    group: GroupSpec | None
    index: int
    fields: Mapping[str, Field]

    def at(self, index: int) -> Block:
        """The same as the instance of another number."""
        if self.index == index:
            return self
        old, new = f"[{self.index}]", f"[{index}]"
        return replace(self.with_each(
            lambda field: replace(field, path=field.path.replace(old, new, 1))), index=index
        )  # fmt: skip

    def with_each(self, change: Callable[[Field], Field]) -> Block:
        """The same with every field changed."""
        made = (change(field) for field in self.fields.values())
        return replace(self, fields={field.id: field for field in made})


Blocks = tuple[Block, ...]


def blocks_of(form: FormType, fields: Sequence[Field]) -> Blocks:
    """The blocks of a filing, instances where their first field stands."""
    found: dict[object, tuple[GroupSpec | None, int, dict[str, Field]]] = {}
    for field in fields:
        located = form.locate(field.path)
        group, index = located[:2] if located else (None, 0)
        key = (group.path, index) if group else field.id
        found.setdefault(key, (group, index, {}))[2][field.id] = field
    return tuple(Block(*each) for each in found.values())


def changed(blocks: Blocks, identity: str, change: Callable[[Field], Field]) -> Blocks:
    """The blocks with the field of this id changed; raises BadEdit."""
    for place, block in enumerate(blocks):
        if identity in block.fields:
            own = dict(block.fields) | {identity: change(block.fields[identity])}
            return (*blocks[:place], replace(block, fields=own), *blocks[place + 1 :])
    raise BadEdit(f"The filing has no field '{identity:.40}'.")


def group_of(form: FormType, path: str) -> GroupSpec:
    """The group of this path; raises BadEdit."""
    for group in form.groups:
        if group.path == path:
            return group
    raise BadEdit(f"Form {form.name} has no rows '{path:.60}'.")


def added(
    form: FormType, blocks: Blocks, group: GroupSpec, index: int, prefix: str, reason: Reason
) -> Blocks:
    """A new row, empty, at this number or last; its fields' ids begin with `prefix`."""
    own = _own(blocks, group)
    last = blocks[own[-1]].index if own else 0
    number = index or last + 1
    if number > MOST_ROWS:
        raise BadEdit(f"There can be {MOST_ROWS} of {group.name} at the most.")
    if group.path == FOOTNOTES:
        if any(blocks[each].index == number for each in own):
            raise BadEdit(f"There is a footnote {number} already.")
    elif number > last + 1:
        raise BadEdit(f"There are only {last} of {group.name}.")
    behind = [each for each in own if blocks[each].index >= number]
    place = behind[0] if behind else own[-1] + 1 if own else _place(form, blocks, group)
    made = (_new(form, spec, form.path_of(spec, group, number), f"{prefix}-{count:02d}", reason)
            for count, spec in enumerate(group.fields, 1))  # fmt: skip
    new = Block(group, number, {field.id: field for field in made})
    return renumbered((*blocks[:place], new, *blocks[place:]), group)


def deleted(blocks: Blocks, group: GroupSpec, index: int) -> Blocks:
    """Without this row; with a footnote go the links to it."""
    place = _find(blocks, group, index)
    rest = (*blocks[:place], *blocks[place + 1 :])
    if group.path == FOOTNOTES:
        return _relinked(rest, f"F{index}", "")
    return renumbered(rest, group)


def moved(blocks: Blocks, group: GroupSpec, index: int, to: int) -> Blocks:
    """With this row at another place among those of its group; a footnote gets a free number."""
    place = _find(blocks, group, index)
    row = blocks[place]
    rest = (*blocks[:place], *blocks[place + 1 :])
    own = _own(rest, group)
    if group.path == FOOTNOTES:
        if not 1 <= to <= MOST_ROWS or any(rest[each].index == to for each in own):
            raise BadEdit(f"A footnote cannot become footnote {to}; is there one already?")
        row, behind = row.at(to), [each for each in own if rest[each].index > to]
    elif not 1 <= to <= len(own) + 1:
        raise BadEdit(f"There are only {len(own) + 1} of {group.name}.")
    else:
        behind = own[to - 1 :]
    at = behind[0] if behind else own[-1] + 1 if own else place
    return renumbered((*rest[:at], row, *rest[at:]), group)


def merged(blocks: Blocks, group: GroupSpec, index: int, to: int) -> Blocks:
    """With what this row says put into another, which keeps what it has; this row goes.

    Running text is joined in the order of the rows. Links to a footnote that goes are led to the
    one that has its text now.
    """
    if index == to:
        raise BadEdit("A row cannot be merged into itself.")
    source, target = (blocks[_find(blocks, group, each)] for each in (index, to))
    given = {field.path: field for field in source.at(to).fields.values()}
    joined = target.with_each(
        lambda field: _merged_field(field, given.get(field.path), first=to < index)
    )
    made = tuple(joined if block is target else block for block in blocks if block is not source)
    if group.path == FOOTNOTES:
        return _relinked(made, f"F{index}", f"F{to}")
    return renumbered(made, group)


def linked(field: Field, links: Iterable[FootnoteLink]) -> Field:
    """The field with these footnotes, each once and by number; they may be all that it has."""
    best: dict[str, FootnoteLink] = {}
    for link in links:
        if link.id not in best or best[link.id].confidence < link.confidence:
            best[link.id] = link
    made = tuple(sorted(best.values(), key=lambda link: (len(link.id), link.id)))
    state = field.state
    if state in EMPTY and (made or state == FOOTNOTE_ONLY):
        state = FOOTNOTE_ONLY if made else BLANK
    return replace(field, footnotes=made, state=state)


def renumbered(blocks: Blocks, group: GroupSpec) -> Blocks:
    """The group's rows numbered as they follow one another; footnotes stay as they are."""
    if group.path == FOOTNOTES:
        return blocks
    made, count = [], 0
    for block in blocks:
        if block.group is group:
            count += 1
            block = block.at(count)
        made.append(block)
    return tuple(made)


def _own(blocks: Blocks, group: GroupSpec) -> list[int]:
    """Where the group's rows are among the blocks."""
    return [place for place, block in enumerate(blocks) if block.group is group]


def _find(blocks: Blocks, group: GroupSpec, index: int) -> int:
    """Where this row is among the blocks; raises BadEdit."""
    for place in _own(blocks, group):
        if blocks[place].index == index:
            return place
    raise BadEdit(f"There is no {group.name} {index}.")


def _place(form: FormType, blocks: Blocks, group: GroupSpec) -> int:
    """Where a group's first row belongs: behind all that the form has before it, or beside it."""
    ranks: dict[str, int] = {}
    tables: dict[str, int] = {}
    for rank, item in enumerate(form.items):
        if isinstance(item, GroupSpec) and item.table:
            rank = tables.setdefault(item.table, rank)
        ranks[item.path] = rank
    for place, block in reversed(list(enumerate(blocks))):
        located = form.locate(next(iter(block.fields.values())).path)
        home = (located[0] or located[2]).path if located else ""
        if home and ranks[home] <= ranks[group.path]:
            return place + 1
    return 0


def _new(form: FormType, spec: FieldSpec, path: str, identity: str, reason: Reason) -> Field:
    """A field of a new row: nothing stands there, no box is ticked."""
    value, state = "", NOT_ON_FORM if spec.source == FIXED else BLANK
    # The number of the form itself: what it usually reports.
    if spec.source == DERIVED and spec.mandatory and form.name[0] in spec.codes:
        value, state = form.name[0], READ
    elif spec.kind == "flag":
        value, state = "0", READ
    return Field(identity, path, spec.kind, value, "", 1.0, state, reasons=(reason,))


def _merged_field(field: Field, given: Field | None, *, first: bool) -> Field:
    """The field with what another says: all of it where it is empty itself, else its footnotes.

    What was empty takes over the other's id too, and whatever has still to be decided of it.
    """
    if given is None:
        return field
    links = (*field.footnotes, *given.footnotes)
    if given.state in EMPTY:
        return linked(field, links)
    if field.state in EMPTY:
        return linked(replace(given, path=field.path), links)
    if field.kind not in JOINED_KINDS:
        return linked(field, links)
    one, other = (field, given) if first else (given, field)
    known = [each.confidence for each in (one, other)]
    illegible = ILLEGIBLE in (one.state, other.state)
    return linked(replace(
        field,
        value="" if illegible else f"{one.value} {other.value}",
        text=f"{one.text} {other.text}".strip(),
        state=ILLEGIBLE if illegible else READ,
        confidence=None if illegible else min(each for each in known if each is not None),
        boxes=(*one.boxes, *other.boxes),
        alternatives=(),
        review=one.review or other.review,
        reasons=tuple(dict.fromkeys((*field.reasons, *given.reasons))),
    ), links)  # fmt: skip


def _relinked(blocks: Blocks, old: str, new: str) -> Blocks:
    """Every link to a footnote led to another one, or, without one, gone."""

    def led(field: Field) -> Field:
        if all(link.id != old for link in field.footnotes):
            return field
        links = (replace(link, id=new) if link.id == old else link for link in field.footnotes)
        return linked(field, (link for link in links if link.id))

    return tuple(block.with_each(led) for block in blocks)
