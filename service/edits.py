"""What a reviewer does to an extraction, as a log of edits that is replayed over what was read.

Nothing here knows a form: which fields and groups there are, and what may be set, follows from the
form's description. Rows are the instances of its groups; see `service.edit_rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from models.checks import is_short, reasons_of, run_checks
from models.confidence import revised
from models.errors import BadEdit, ValueFormatError
from models.extraction import (
    BLANK,
    FOOTNOTE_ONLY,
    ILLEGIBLE,
    READ,
    Extraction,
    Field,
    FootnoteLink,
    Place,
    Reason,
)
from models.form import FIXED, FieldSpec, FormType, forms
from models.reader import UNREADABLE
from models.sandbox import NO_TEXT
from models.stored import place_of
from models.values import canonical
from service.edit_rows import (
    FOOTNOTE_ID,
    Blocks,
    added,
    blocks_of,
    changed,
    deleted,
    group_of,
    linked,
    merged,
    moved,
)

ACCEPT, SET, MAKE_BLANK, MAKE_ILLEGIBLE = "accept", "set", "blank", "illegible"
DECIDING = (ACCEPT, SET, MAKE_BLANK, MAKE_ILLEGIBLE)
ADD, DELETE, MOVE, MERGE = "add-row", "delete-row", "move-row", "merge-rows"
ATTACH, DETACH = "attach", "detach"

NEEDS = {
    **dict.fromkeys((ACCEPT, MAKE_BLANK, MAKE_ILLEGIBLE), ("field",)),
    SET: ("field",),
    ADD: ("group",),
    DELETE: ("group", "index"),
    **dict.fromkeys((MOVE, MERGE), ("group", "index", "to")),
    **dict.fromkeys((ATTACH, DETACH), ("field", "footnote")),
}
"""Every action with what must be said for it."""
REVIEWED = "reviewed"
"""Code of the one reason that a field has once a person decided it."""
LONGEST = 20_000
"""Characters of a value: more than any page has."""
MOST_BOXES = 200


@dataclass(frozen=True)
class Edit:
    """One thing a reviewer does; `boxes` are in points of the pages as displayed.

    Rows count from 1 among those of their group; a footnote's row is its number. An added row with
    no index comes last.
    """

    action: str
    field: str = ""
    value: str = ""
    boxes: tuple[Place, ...] = ()
    group: str = ""
    index: int = 0
    to: int = 0
    footnote: str = ""


def edit_of(row: Mapping[str, Any]) -> Edit:
    """The edit that JSON describes; raises BadEdit for what is unknown, lacking or malformed."""
    known = {each.name: each.default for each in fields(Edit)}
    if unknown := sorted(set(row) - set(known)):
        raise BadEdit(f"An edit has no '{unknown[0]:.40}'.")
    values: dict[str, Any] = {}
    for name, value in row.items():
        values[name] = _boxes(value) if name == "boxes" else _plain(name, value, known[name])
    action = values.get("action", "")
    if action not in NEEDS:
        raise BadEdit(f"'{action:.40}' is no action; there are {', '.join(NEEDS)}.")
    if lacking := [name for name in NEEDS[action] if not values.get(name)]:
        raise BadEdit(f"The action {action} needs {' and '.join(lacking)}.")
    return Edit(**values)


def row_of(edit: Edit) -> dict[str, Any]:
    """The edit as JSON, without what was not said."""
    row = {name: value for name, value in asdict(edit).items() if value}
    if edit.boxes:
        row["boxes"] = [
            {"page": place.page, "box": [place.box.left, place.box.top, place.box.right,
                                         place.box.bottom]} for place in edit.boxes
        ]  # fmt: skip
    return row


def decided(edits: Sequence[Edit]) -> frozenset[str]:
    """Ids of the fields that some edit decided; those of rows deleted since are among them."""
    return frozenset(edit.field for edit in edits if edit.action in DECIDING)


def applied(extraction: Extraction, edits: Sequence[Edit], by: str = "") -> Extraction:
    """The extraction after these edits by a reviewer of this name; raises BadEdit.

    The checks are run anew. What nobody decided keeps its confidence and its flag for review.
    """
    if not edits:
        return extraction
    form = forms().get(extraction.form)
    if form is None:
        raise BadEdit("The filing is of no known form; say first which one it is.")
    scene = _Scene(extraction, form, by or "a reviewer")
    blocks = blocks_of(form, extraction.fields)
    for number, edit in enumerate(edits, 1):
        blocks = _done(scene, blocks, edit, number)
    return _judged(extraction, form, [field for block in blocks for field in block.fields.values()])


@dataclass(frozen=True)
class _Scene:
    """What edits are made to: the extraction as it was read, its form, and who edits."""

    extraction: Extraction
    form: FormType
    by: str

    def spec(self, field: Field) -> FieldSpec:
        """The description of a field."""
        located = self.form.locate(field.path)
        if located is None:
            raise BadEdit(f"The form has no {field.path:.80}.")
        return located[2]

    def reason(self, field: Field) -> Reason:
        """That the field was decided, and what had been read there."""
        own = (each for each in self.extraction.fields if each.id == field.id)
        said = f"Decided by {self.by}"
        return Reason(REVIEWED, f"{said}{_read_as(next(own, None))}.")


def _read_as(field: Field | None) -> str:
    if field is None:
        return ""
    if field.state == ILLEGIBLE:
        return "; not read"
    return f"; read as '{field.value}'" if field.value else "; read as blank"


def _done(scene: _Scene, blocks: Blocks, edit: Edit, number: int) -> Blocks:
    """The blocks after the edit of this number."""
    if edit.action in _FIELD_EDITS:
        make = _FIELD_EDITS[edit.action]
        return changed(blocks, edit.field, lambda field: make(scene, field, edit))
    group = group_of(scene.form, edit.group)
    if edit.action == ADD:
        reason = Reason(REVIEWED, f"Added by {scene.by}.")
        return added(scene.form, blocks, group, edit.index, f"e{number:03d}", reason)
    if edit.action == DELETE:
        return deleted(blocks, group, edit.index)
    if edit.action == MOVE:
        return moved(blocks, group, edit.index, edit.to)
    if edit.action == MERGE:
        return merged(blocks, group, edit.index, edit.to)
    raise BadEdit(f"'{edit.action:.40}' is no action.")


# --- Fields --------------------------------------------------------------------------------------


def _accepted(scene: _Scene, field: Field, _: Edit) -> Field:
    sure = None if field.state == ILLEGIBLE else 1.0
    return replace(field, confidence=sure, review=False, reasons=(scene.reason(field),))


def _set(scene: _Scene, field: Field, edit: Edit) -> Field:
    spec = scene.spec(field)
    if spec.source == FIXED and spec.reference is None:
        raise BadEdit(f"{spec.name} is the same on every form.")
    pages = {page.number for page in scene.extraction.pages}
    if strange := next((place.page for place in edit.boxes if place.page not in pages), 0):
        raise BadEdit(f"The filing has no page {strange}.")
    try:
        value = canonical(field.kind, edit.value)
    except ValueFormatError as error:
        raise BadEdit(f"{spec.name or 'The text'}: {error}.") from error
    boxes = edit.boxes or field.boxes
    made = replace(field, value=value, text=edit.value, state=READ, boxes=boxes)
    return _accepted(scene, made, edit)


def _blank(scene: _Scene, field: Field, edit: Edit) -> Field:
    state = FOOTNOTE_ONLY if field.footnotes else BLANK
    return _accepted(scene, replace(field, value="", state=state), edit)


def _illegible(scene: _Scene, field: Field, edit: Edit) -> Field:
    return _accepted(scene, replace(field, value="", state=ILLEGIBLE), edit)


def _attached(scene: _Scene, field: Field, edit: Edit) -> Field:
    spec = scene.spec(field)
    if not spec.footnotes:
        raise BadEdit(f"{spec.name or 'A footnote'} cannot have footnotes.")
    if not FOOTNOTE_ID.fullmatch(edit.footnote):
        raise BadEdit(f"'{edit.footnote:.40}' is no footnote; they are called F1 to F99.")
    others = [link for link in field.footnotes if link.id != edit.footnote]
    return linked(field, [*others, FootnoteLink(edit.footnote, 1.0)])


def _detached(_: _Scene, field: Field, edit: Edit) -> Field:
    others = [link for link in field.footnotes if link.id != edit.footnote]
    if len(others) == len(field.footnotes):
        raise BadEdit(f"Footnote '{edit.footnote:.40}' is not at this field.")
    return linked(field, others)


_FIELD_EDITS: dict[str, Callable[[_Scene, Field, Edit], Field]] = {
    ACCEPT: _accepted, SET: _set, MAKE_BLANK: _blank, MAKE_ILLEGIBLE: _illegible,
    ATTACH: _attached, DETACH: _detached,
}  # fmt: skip


# --- The whole -----------------------------------------------------------------------------------


def _judged(extraction: Extraction, form: FormType, edited: Sequence[Field]) -> Extraction:
    """The extraction with these fields: its checks, reasons, confidence and flag made anew."""
    checks = run_checks(form, edited)
    # A rule's reason is told by its code: those of before go, whether or not it fails again.
    rules = {check.rule for check in extraction.checks}
    failed = reasons_of(checks)
    fields = tuple(
        field if _is_decided(field) else replace(field, reasons=(
            *failed.get(field.id, ()), *(each for each in field.reasons if each.code not in rules)))
        for field in edited
    )  # fmt: skip
    unread = any(page.role == UNREADABLE for page in extraction.pages)
    return replace(
        extraction,
        fields=fields,
        checks=checks,
        confidence=revised(
            extraction.confidence,
            [field.confidence for field in extraction.fields],
            [field.confidence for field in fields],
        ),
        review=any(field.review for field in fields) or unread or is_short(checks),
    )


def _is_decided(field: Field) -> bool:
    return any(reason.code == REVIEWED for reason in field.reasons)


# --- JSON ----------------------------------------------------------------------------------------


def _plain(name: str, value: Any, default: Any) -> str | int:
    """A text that can be printed, or a number of a row."""
    if isinstance(default, int):
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1000:
            raise BadEdit(f"'{name}' is no number of a row.")
        return value
    if not isinstance(value, str) or len(value) > LONGEST:
        raise BadEdit(f"'{name}' is no text of at most {LONGEST:,} characters.")
    if NO_TEXT.search(value):
        raise BadEdit(f"'{name}' has a character that cannot be printed.")
    return value


def _boxes(value: Any) -> tuple[Place, ...]:
    if not isinstance(value, list) or len(value) > MOST_BOXES:
        raise BadEdit(f"'boxes' is no list of at most {MOST_BOXES} places.")
    try:
        return tuple(place_of(each) for each in value)
    except (KeyError, TypeError, ValueError) as error:
        raise BadEdit("Each of 'boxes' needs a page, and left, top, right and bottom.") from error
