"""Assembly: tagged tokens of all pages to the fields of a form, in the form's own order.

Values come from tokens with a field's tag; which instance of a repeatable element they belong to
comes from where they stand: rows of a table, boxes of an owner, lines of a signature, heads of
footnotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from models.addresses import POSTCODE, STATE
from models.boxes import by_their_labels, flag_field
from models.captions import by_captions, by_signature_captions, with_amendment
from models.choices import by_letters
from models.covers import covers, from_words, signers, with_continued, with_own_names
from models.cusips import as_printed_elsewhere
from models.extraction import BLANK, NOT_ON_FORM, READ
from models.footnotes import texts_by_number, with_whole_notes
from models.form import (
    BOX,
    COVERS,
    DERIVED,
    FIXED,
    FOOTNOTES,
    OWNERS,
    SIGNATURES,
    SIGNERS,
    FieldSpec,
    FormType,
    GroupSpec,
)
from models.known_names import with_known_names
from models.lettered import with_numbers
from models.letterheads import without_letterheads
from models.marks import existing
from models.neighbours import with_neighbours
from models.parts import with_parts
from models.periods import with_periods
from models.persons import (
    owners,
    signatures,
    with_middle_names,
    with_names_in_parts,
    with_streets,
    with_whole_postcode,
)
from models.places import as_the_postcode_says
from models.printed_labels import by_printed_labels
from models.reading import Evidence, RawField, TaggedPage, field_of, joined, places_of
from models.recognizer import HANDWRITTEN
from models.roles import with_own_text, with_texts_at_labels
from models.rows import TableRow, group_of, row_fields, table_rows, usual_columns
from models.same_names import with_same_names
from models.sentences import with_whole_sentences
from models.stacked import without_stacking
from models.strays import without_hints, without_strays
from models.symbols import with_whole_symbol
from models.tagger import OUTSIDE, Tagged, Token
from models.titles import TYPE, amending, form_of
from models.towns import in_one_text, with_whole_states, with_whole_towns


@dataclass(frozen=True)
class Assembly:
    """Every field of the form found, in XML order, rows in page order."""

    form: FormType
    fields: tuple[RawField, ...]


def assemble(pages: Sequence[TaggedPage], form: FormType | None = None) -> Assembly:
    """Fields of the document; raises NoKnownForm when no form type fits."""
    pages = with_periods([with_amendment(without_hints(page)) for page in with_numbers(pages)])
    form = form or form_of(pages)
    pages = with_same_names(pages)
    pages = with_known_names(with_continued(form, with_parts(form, pages)))
    told = (_told(form, page.tagged) for page in pages)
    tagged = [each for page in told for each in page if each.tag != OUTSIDE]
    made: list[RawField] = []
    tables_done: set[str] = set()
    printed = (each for page in pages for each in page.tagged if each.tag == OUTSIDE)
    rows = without_stacking(table_rows(form, pages), printed)
    for item in form.items:
        if isinstance(item, FieldSpec):
            made.append(_single(form, item, tagged, pages))
        elif item.table:
            if item.table not in tables_done:
                tables_done.add(item.table)
                made += _table(form, [row for row in rows if row.table == item.table])
        elif item.gathered == FOOTNOTES:
            made += _footnotes(form, item, tagged)
        else:
            made += _instances(form, item, _gathered(item, tagged))
    made = _explaining(made)
    return Assembly(form, tuple(existing(made, _footnote_numbers(form, made))))


def _explaining(fields: Sequence[RawField]) -> list[RawField]:
    """The fields, texts that explain a box blank where the box was read and is not ticked."""
    empty = {raw.spec.name for raw in fields
             if raw.spec.source == BOX and raw.value == "0" and raw.places}  # fmt: skip
    return [RawField(raw.spec, raw.path, "", "", BLANK) if raw.spec.of_box in empty else raw
            for raw in fields]  # fmt: skip


def _footnote_numbers(form: FormType, fields: Iterable[RawField]) -> set[int]:
    """Numbers of the footnotes whose text was found."""
    places = (form.locate(raw.path) for raw in fields)
    return {at[1] for at in places if at and at[0] and at[0].name == "footnote"}


def _told(form: FormType, tagged: Sequence[Tagged]) -> list[Tagged]:
    """Tokens of a page tagged once more by what is printed at them."""
    tagged = without_letterheads(with_neighbours(without_strays(tagged)))
    for group in form.groups:
        if group.gathered == FOOTNOTES:
            tagged = with_whole_notes(tagged, group.fields[0].tag)
    tagged = with_whole_sentences(in_one_text(tagged), form.running)
    boxes = by_letters(form, by_their_labels(form, with_texts_at_labels(tagged)))
    rows = by_captions(form, by_signature_captions(form, by_printed_labels(form, boxes)))
    named = with_whole_symbol(with_names_in_parts(with_middle_names(rows)))
    return with_own_names(with_whole_towns(with_whole_states(named)))


def _gathered(group: GroupSpec, tagged: Sequence[Tagged]) -> list[list[Tagged]]:
    """Tokens of each instance of a repeatable element outside the tables, as it finds its own."""
    if group.gathered == SIGNATURES:
        return signatures(tagged)
    if group.gathered == COVERS:
        return covers(group, tagged)
    if group.gathered == SIGNERS:
        return signers(group, tagged)
    return [with_whole_postcode(with_own_text(with_streets(owner)))
            for owner in owners(group, tagged)]  # fmt: skip


def _single(
    form: FormType, spec: FieldSpec, tagged: Sequence[Tagged], pages: Sequence[TaggedPage]
) -> RawField:
    path = form.path_of(spec)
    own = [each for each in tagged if each.field_tag in spec.tags]
    if spec.tag == TYPE:
        # What tells an amendment, the original's date say, makes the type as doubtful as it is.
        raw = field_of(spec, path, [*own[:1], *amending(form, tagged)])
        return replace(raw, value=form.name, text=joined(own, "code"), state=READ)
    if spec.source == BOX:
        return flag_field(spec, path, own, pages)
    if spec.source == DERIVED:
        return field_of(spec, path, from_words(spec, tagged))
    raw = loose_field(spec, path, own)
    return as_printed_elsewhere(raw, pages) if spec.kind == "cusip" else raw


def loose_field(spec: FieldSpec, path: str, own: Sequence[Tagged]) -> RawField:
    """A field outside tables: its words in one box, the likeliest where they stand in several.

    Running text may go on over boxes and pages and keeps them all.
    """
    if spec.source == FIXED:
        return RawField(spec, path, "", "", NOT_ON_FORM)
    kept = (list(own) if spec.kind == "prose"
            else likeliest_place(own, by_line=spec.kind == "date"))  # fmt: skip
    if spec.one_line and kept:
        first = kept[0].token.box
        kept = [each for each in kept if first.is_level_with(each.token.box)]
    return field_of(spec, path, kept, dropped=len(own) - len(kept))


APART = 72.0
"""Points down the page from which words outside boxes do not belong together."""


def likeliest_place(tokens: Sequence[Tagged], *, by_line: bool = False) -> list[Tagged]:
    """Tokens of one container on one page, outside them near each other or of one line: the
    best-scored of the first page that surely has some. Further sheets repeat what they go on."""
    places: dict[tuple[int, int], list[Tagged]] = {}
    place, last = 0, None
    for each in tokens:
        token = each.token
        apart = last is not None and _is_apart(token, last, by_line)
        place, last = place + apart, token
        inside = id(token.container) if token.container else -place
        places.setdefault((token.page, inside), []).append(each)
    sums = {key: sum(one.score for one in own) for key, own in places.items()}
    sure = [key[0] for key, own in places.items() if sums[key] > SURE_PLACE * len(own)]
    first = [key for key in places if not sure or key[0] == min(sure)]
    return places[max(first, key=lambda key: sums[key])] if first else []


GAP = 2.0
"""Of a line's height, the white between two pieces of one line that layout parted, at the most."""


def _is_apart(token: Token, last: Token, by_line: bool) -> bool:
    """Whether a token outside boxes stands somewhere else than the one before it."""
    if not by_line:
        return abs(token.box.top - last.box.top) > APART
    if token.line == last.line:
        return False
    white = token.box.left - last.box.right
    return not (token.box.is_level_with(last.box) and -1.0 < white < GAP * last.box.height)


SURE_PLACE = 0.8
"""Mean probability of words from which they stand where a field does."""


def _table(form: FormType, rows: Sequence[TableRow]) -> list[RawField]:
    counts: dict[str, int] = {}
    columns = usual_columns(form, rows)
    made: list[RawField] = []
    for row in rows:
        group = group_of(form, row)
        counts[group.name] = counts.get(group.name, 0) + 1
        index = counts[group.name]
        read = {raw.spec.path: raw for raw in row_fields(form, group, index, row, columns)}
        for spec in group.fields:
            made.append(read.get(spec.path) or _derived(form, group, index, spec, row, read))
    return [_code_only(raw) for raw in made]


def _code_only(raw: RawField) -> RawField:
    """A transaction code without the swap's `/K` and the form's number printed beside it."""
    if raw.spec.name == "transactionTimeliness" and raw.value == "V":
        return replace(raw, value="E")
    if raw.spec.name != "transactionCode" or raw.state != READ:
        return raw
    return replace(raw, value="".join(filter(str.isalpha, raw.value.partition("/")[0])))


def _derived(
    form: FormType, group: GroupSpec, index: int, spec: FieldSpec, row: TableRow,
    read: dict[str, RawField],
) -> RawField:  # fmt: skip
    """A value that a neighbour's print tells: the side of Table II, the swap, the form's number."""
    path = form.path_of(spec, group, index)
    code = next((raw for raw in read.values() if raw.spec.name == "transactionCode"), None)
    if spec.variant_of:
        return _side(spec, path, row)
    if code is None:
        return RawField(spec, path, "", "", BLANK)
    if spec.name == "equitySwapInvolved":
        value = "1" if "K" in code.text.upper().partition("/")[2] else "0"
    else:
        value = _form_number(form, code, read)
    return RawField(spec, path, value, code.text, READ, code.places, evidence=code.evidence)


def _form_number(form: FormType, code: RawField, read: dict[str, RawField]) -> str:
    """transactionFormType: the number printed by the code, else 5 for V (early), else the form.

    A lone 5 is an S as it is often read.
    """
    both = any(map(str.isalpha, code.text))
    printed = next((char for char in code.text if both and char in "345"), "")
    early = any(raw.spec.name == "transactionTimeliness" and raw.text[:1].upper() in ("V", "E")
                for raw in read.values())  # fmt: skip
    return printed or ("5" if early else form.name[0])


def _side(spec: FieldSpec, path: str, row: TableRow) -> RawField:
    """Acquired or disposed, from the sub-column in which Table II has the number."""
    stem = spec.variant_of.rpartition(".")[0]
    sums: dict[str, float] = {}
    tokens = [each for each in row.tokens
              if each.field_tag.startswith(stem + ".transaction")
              and each.field_tag.rpartition(".")[2] in spec.codes]  # fmt: skip
    for each in tokens:
        side = each.field_tag.rpartition(".")[2]
        sums[side] = sums.get(side, 0.0) + each.score
    if not sums:
        return RawField(spec, path, "", "", BLANK)
    side = max(sums, key=lambda one: sums[one])
    share = sums[side] / sum(sums.values())
    own = [each for each in tokens if each.field_tag.endswith(side)]
    evidence = Evidence(tags=tuple(one.score for one in own), agreement=share)
    return RawField(spec, path, side, "", READ, places_of(own), evidence=evidence)


def _footnotes(form: FormType, group: GroupSpec, tagged: Sequence[Tagged]) -> list[RawField]:
    """Footnote texts by the number at their head."""
    spec = group.fields[0]
    return [field_of(spec, form.path_of(spec, group, number), tokens)
            for number, tokens in sorted(texts_by_number(tagged, spec.tag).items())]  # fmt: skip


def _instances(
    form: FormType, group: GroupSpec, instances: Iterable[Sequence[Tagged]]
) -> list[RawField]:
    """Every field of each instance of a repeatable element outside the tables."""
    return [raw for index, tokens in enumerate(instances, start=1)
            for raw in _at_one_place(_instance(form, group, index, tokens))]  # fmt: skip


def _instance(
    form: FormType, group: GroupSpec, index: int, tokens: Sequence[Tagged]
) -> Iterator[RawField]:
    flags = {tag for spec in group.fields if spec.source == BOX for tag in spec.tags}
    asked = (index == 1 or group.gathered != OWNERS
             or any(each.field_tag in flags for each in tokens))  # fmt: skip
    for spec in group.fields:
        path = form.path_of(spec, group, index)
        own = [each for each in tokens if each.field_tag in spec.tags]
        if spec.source != BOX:
            yield loose_field(spec, path, own)
        elif not asked:
            # Many prints give further owners' names and addresses only.
            yield RawField(spec, path, "", "", NOT_ON_FORM)
        else:
            if group.gathered == COVERS:
                # Dots that lead to a typed box look like a scrawl in it.
                own = [each for each in own if each.token.text.strip(HANDWRITTEN)]
            yield flag_field(spec, path, own, ())


def _at_one_place(instance: Iterable[RawField]) -> list[RawField]:
    """The fields of one instance, the code of its state one that has such postcodes."""
    fields = list(instance)
    postcode = next((raw.value for raw in fields if raw.spec.tag == POSTCODE), "")
    return [replace(raw, value=as_the_postcode_says(raw.value, postcode))
            if raw.spec.tag == STATE and raw.value else raw for raw in fields]  # fmt: skip
