"""Program: labelled scans to training records, read and aligned as the pipeline reads them.

    python -m training.labelled --labels SET --output data/labelled

SET is a folder of gold. Each scan of split `train` and `dev` is read with the released layout
detector and recogniser; words are aligned with the facts (`training.align`), and every page becomes
a record that all three trainings learn from, as they do from generated pages: below
`OUTPUT/train` and `OUTPUT/dev`, its lines of known text below `lines` there. What could not be
aligned is printed and listed in `OUTPUT/unaligned.jsonl`. Scans that did not change are skipped.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from eval.gold import Gold, GoldRegion, load
from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from eval.run import fingerprint
from models.document import IDENTITY, POINTS_PER_INCH, Box, Page, Word, inverse, transformed
from models.errors import DocumentError, FactError, MalformedFact
from models.extraction import Place, Region
from models.fact import Fact
from models.form import BOX, FieldSpec, FormType, form_of_module
from models.layout import DPI, at_mask_resolution, channel, components
from models.pages import OTHER
from models.pipeline import Extractor
from models.reader import read
from models.reading import numbers_in
from models.recognizer import NUMBERED
from models.tagger import OUTSIDE
from models.values import character_error
from training import line_crops, scanned
from training.align import Aligned, Line, Reading, Unaligned, align
from training.line_crops import SAME, LineCrop, cut, is_known
from training.tagging import UNKNOWN, continued
from training.truth import MARK

SPLITS = ("train", "dev")
TYPE_SIZE = 0.75
"""Of a line's height: the size of its type."""
READABLE = 0.4
"""Character error up to which a line's true text is what stands there, not what should."""
AREAS, BLOCKS = ("header", "cell"), ("table", "footnotes", "signature")
LEAST_RULE = 12
"""Pixels of a rule's mask."""


@dataclass(frozen=True)
class LabelledPage:
    """One page as a training record, and its lines of known text."""

    record: scanned.ScannedPage
    crops: tuple[LineCrop, ...]


def labelled_pages(gold: Gold, extractor: Extractor) -> tuple[list[LabelledPage], list[Unaligned]]:
    """Every page of a labelled filing, but for those of something else, which nobody labelled.

    Raises a DocumentError when its scan cannot be opened, MalformedFact for an unknown form.
    """
    form = form_of_module(gold.source.form)
    if form is None:
        raise MalformedFact(f"there is no form type {gold.source.form} in models/forms")
    filing = read(gold.scan.read_bytes(), gold.scan.name)
    regions = {page.number: extractor.regions(page) for page in filing.pages}
    lines: dict[int, Sequence[Line]] = {
        page.number: extractor.lines(page, regions[page.number]) for page in filing.pages
    }
    back = {page.number: inverse(page.to_displayed) for page in filing.pages}
    facts = [replace(fact, boxes=tuple(Place(at.page, transformed(at.box, back[at.page]))
                                       for at in fact.boxes if at.page in back))
             for fact in gold.facts]  # fmt: skip
    aligned, lost = align(form, facts, Reading(lines))
    made = []
    roles = dict(enumerate(gold.source.pages, start=1))
    for page in filing.pages:
        if roles.get(page.number) == OTHER:
            continue
        own = [each for each in aligned if each.page == page.number]
        known = [replace(region, box=transformed(region.box, back[page.number]))
                 for region in gold.regions if region.page == page.number]  # fmt: skip
        areas = _regions(form, page, regions[page.number], known, bool(gold.regions), facts)
        # Of a filing that was labelled in part, and where a label is beyond telling, all may be.
        unsure = [page.box] if gold.source.partial else boxes_of(facts, lost, page.number)
        words = tuple(_words(form, lines[page.number], own, facts, unsure))
        printed = PrintedPage(page.number, page.box.right, page.box.bottom, words, areas,
                              tuple(_rules(extractor, page)))  # fmt: skip
        # Where only regions were labelled, words without a tag may be values.
        name = form.name if gold.facts else ""
        record = scanned.ScannedPage(page.image, page.dpi, printed, name, gold.source.look,
                                     gold.source.quality)  # fmt: skip
        made.append(LabelledPage(record, tuple(_crops(page, own))))
    whole = continued(form, [each.record.printed for each in made])
    return [replace(each, record=replace(each.record, printed=printed))
            for each, printed in zip(made, whole, strict=True)], lost  # fmt: skip


def _words(
    form: FormType, lines: Sequence[Line], aligned: Iterable[Aligned], facts: Sequence[Fact],
    unsure: Sequence[Box],
) -> Iterator[PrintedWord]:  # fmt: skip
    """Every word as read; those of values with their tag and path, marks with their number.

    What else stands in the `unsure` boxes teaches nothing.
    """
    home = {id(word): each for each in aligned for word in each.words}
    for box, words in lines:
        for word in words:
            each = home.get(id(word))
            size = TYPE_SIZE * box.height
            if each is None:
                told = not any(box.contains(*word.box.center) for box in unsure)
                yield PrintedWord(word.text, word.box, size, "" if told else UNKNOWN)
                continue
            path = each.fact.path
            number = _mark(each, word)
            if number:
                yield PrintedWord(word.text, word.box, size, MARK, path, number)
            else:
                tag = _tag(form, each.spec, path, facts)
                yield PrintedWord(word.text, word.box, size, tag, path)


def boxes_of(facts: Iterable[Fact], lost: Iterable[Unaligned], page: int) -> list[Box]:
    """Where values stand on a page whose words were not told."""
    paths = {each.path for each in lost}
    return [at.box for fact in facts if fact.path in paths for at in fact.boxes if at.page == page]


def _mark(each: Aligned, word: Word) -> int:
    """The number of the footnote that a word inside a value's box points to, if it is such."""
    if not each.spec.footnotes or not NUMBERED.fullmatch(word.text):
        return 0
    said = {int(note.lstrip("F")) for note in each.fact.footnotes}
    return next((number for number in numbers_in(word.text) if number in said), 0)


def _tag(form: FormType, spec: FieldSpec, path: str, facts: Sequence[Fact]) -> str:
    """The tag of a field's words; where the sub-column matters, that of the row's own side.

    Of several boxes it is that of the first that is ticked.
    """
    if not spec.variants:
        return spec.tag
    if spec.source == BOX:
        value = next((fact.value for fact in facts if fact.path == path), "")
        return next((f"{spec.tag}.{each}" for each in value.split()), OUTSIDE)
    at = form.locate(path)
    group = at[0] if at else None
    told = next((each for each in group.fields if each.variant_of), None) if group else None
    if at and told:
        where = form.path_of(told, group, at[1])
        side = next((fact.value for fact in facts if fact.path == where), "")
        if side in spec.variants:
            return f"{spec.tag}.{side}"
    return spec.tags[0]


def _regions(
    form: FormType, page: Page, found: Sequence[Region], known: Sequence[GoldRegion],
    labelled: bool, facts: Sequence[Fact],
) -> tuple[PrintedRegion, ...]:  # fmt: skip
    """The page's regions: labelled ones, and those found of the kinds that were not labelled.

    A checkbox without a region of its own stands where its fact has its box.
    """
    made = [PrintedRegion(each.label, each.box, each.table, each.row, each.column, each.checked,
                          each.tag, each.path) for each in known]  # fmt: skip
    boxed = {each.path for each in known if each.path}
    for fact in facts:
        at = form.locate(fact.path)
        if at and at[2].source == BOX and fact.path not in boxed:
            made += [PrintedRegion("checkbox", place.box, checked=fact.value == "1",
                                   tag=_tag(form, at[2], fact.path, facts), path=fact.path)
                     for place in fact.boxes if place.page == page.number]  # fmt: skip
    given = {each.label for each in known}
    drawn = bool(labelled and given.intersection((*AREAS, "checkbox")))
    for region in found:
        unlabelled = region.label in AREAS and not drawn
        if unlabelled or (region.label in BLOCKS and region.label not in given):
            made.append(PrintedRegion(region.label, region.box, region.table, region.row,
                                      region.column))  # fmt: skip
    if not any(each.label == "checkbox" for each in made):
        made += [PrintedRegion("checkbox", region.box, checked=region.checked)
                 for region in found if region.label == "checkbox" and not labelled]  # fmt: skip
    return tuple(made)


def _rules(extractor: Extractor, page: Page) -> Iterator[Box]:
    """Drawn lines that enclose nothing, as the released detector sees them: nobody labels these."""
    rule = channel(extractor.layout.masks(at_mask_resolution(page.image, page.dpi)), "rule")
    points = POINTS_PER_INCH / DPI
    for blob in components(rule > 0.5, rule, LEAST_RULE):
        yield Box(blob.left * points, blob.top * points, blob.right * points, blob.bottom * points)


def _crops(page: Page, aligned: Iterable[Aligned]) -> Iterator[LineCrop]:
    """Lines of values whose text is known, but for those that no machine made out at all."""
    for each in aligned:
        for words, true in each.lines:
            text = true.translate(SAME)
            read = " ".join(word.text for word in words)
            if is_known(text) and character_error(read, text) <= READABLE:
                yield cut(page, Box.around(word.box for word in words), text)


def write(gold: Gold, pages: Sequence[LabelledPage], folder: Path) -> None:
    """The records of a filing below `folder`, with the lines of known text in `lines`."""
    (folder / "lines").mkdir(parents=True, exist_ok=True)
    for page in pages:
        name = f"{gold.source.form}-{gold.name}-{page.record.printed.number:02d}"
        scanned.save(folder, name, page.record.image, page.record, IDENTITY)
        line_crops.save(folder / "lines" / name, page.crops)


def build(sets: Sequence[Path], output: Path, extractor: Extractor) -> list[dict[str, str]]:
    """Write the records of all sets; returns what was not aligned, a row for each.

    A filing whose scan cannot be opened is such a row too. Skips what is there and unchanged.
    """
    golds = [gold for folder in sets for gold in load(folder) if gold.source.split in SPLITS]
    rows: list[dict[str, str]] = []
    for gold in tqdm(golds, unit="filing"):
        folder = output / gold.source.split
        done = folder / f"{gold.source.form}-{gold.name}.done"
        mark = f"{fingerprint(gold)} {extractor.versions}"
        if done.exists() and (kept := json.loads(done.read_text()))["of"] == mark:
            rows += kept["unaligned"]
            continue
        named = {"filing": f"{gold.source.form}/{gold.name}"}
        try:
            pages, lost = labelled_pages(gold, extractor)
            own = [named | {"path": each.path, "text": each.text, "why": each.why}
                   for each in lost]  # fmt: skip
            write(gold, pages, folder)
        except (DocumentError, FactError) as error:
            rows.append(named | {"path": "", "text": "", "why": error.detail})
            continue
        done.write_text(json.dumps({"of": mark, "unaligned": own}))
        rows += own
    return rows


def main(arguments: list[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--labels", type=Path, nargs="+", required=True, help="folders of gold")
    parser.add_argument("--output", type=Path, default=Path("data/labelled"))
    parser.add_argument("--threads", type=int)
    options = parser.parse_args(arguments)
    try:
        extractor = Extractor.load(options.threads, calibrated=False)
        rows = build(options.labels, options.output, extractor)
    except FactError as error:
        parser.exit(2, f"{error.detail}\n")
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "unaligned.jsonl").write_text(text, encoding="utf-8")
    for row in rows:
        print(f"not aligned: {row['filing']} {row['path']} {row['text']!r}: {row['why']}")
    counts = {split: len(list((options.output / split).glob("*.json.gz"))) for split in SPLITS}
    if not any(counts.values()):
        parser.exit(2, "there is no page of split train or dev in these labels\n")
    print(", ".join(f"{count} pages to {split}" for split, count in counts.items())
          + f", {len(rows)} labels not aligned")  # fmt: skip


if __name__ == "__main__":
    main()
