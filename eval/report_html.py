"""An evaluation as one HTML page without anything outside it: numbers, plots, every failure.

Pictures of failed facts are of development filings only: nobody should learn from the test split.
"""

from __future__ import annotations

import base64
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import pymupdf
from PIL import Image, ImageDraw

from eval.failures import STAGES
from eval.gold import Gold
from eval.plots import Pairs, reliability, risk_coverage
from eval.records import Failure, FilingRecord, Verdict
from eval.score import Tally, merge
from models.confidence import FAMILIES
from models.document import POINTS_PER_INCH, Box

CROP_DPI = 110
MARGIN = (60.0, 14.0)
"""Points of page shown beside and above a failed fact."""
CROPS_A_FIELD = 40
CROP_BYTES = 10_000_000
"""Of all pictures together; in the page they take a third more."""
TEST = "test"


def render(
    report: Mapping[str, Any], records: Sequence[FilingRecord], golds: Sequence[Gold]
) -> str:
    """The whole page."""
    shown = [record for record in records if record.split != TEST]
    pictures = _Pictures({(gold.source.form, gold.name): gold for gold in golds})
    parts = (
        _about(report, records),
        _section(
            "Measures", _targets(report.get("targets", ())), _measures(records), _unread(records)
        ),
        _section(
            "Calibration",
            *_calibration(records),
            _straight_through(report.get("straight_through", ())),
        ),
        _section("Fields", _heat_map(records, "quality"), _heat_map(records, "look")),
        _section("Failures on the development split", *_failures(shown, pictures)),
    )
    body = "".join(parts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Evaluation</title>'
        f"<style>{STYLE}</style></head><body><h1>Evaluation</h1>{body}"
        f"<script>{SCRIPT}</script></body></html>"
    )


def _section(title: str, *parts: str) -> str:
    return f"<section><h2>{title}</h2>{''.join(parts)}</section>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]], caption: str, more: str = "") -> str:
    """A table whose cells are HTML already; the first of each row is its heading."""
    top = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = ""
    for first, *others in rows:
        cells = "".join(cell if cell.startswith("<td") else f"<td>{cell}</td>" for cell in others)
        body += f'<tr><th scope="row">{first}</th>{cells}</tr>'
    return (
        f"<figure><table{more}><caption>{caption}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{body}</tbody></table></figure>"
    )


def _about(report: Mapping[str, Any], records: Sequence[FilingRecord]) -> str:
    """Which models, when, of which gold."""
    models = ", ".join(str(tag) for tag in report.get("models", {}).values())
    facts = [f"{len(records)} filings, {sum(record.pages for record in records)} pages", models]
    facts += [f"{name} {report[name]}" for name in ("commit", "date", "gold", "fingerprint")
              if report.get(name)]  # fmt: skip
    return f"<p>{escape('; '.join(facts))}</p>"


def _targets(targets: Sequence[Mapping[str, Any]]) -> str:
    """What was to be reached, and whether it is."""
    rows = [
        (escape(each["name"]), f"{'at most' if each['at_most'] else 'at least'} {each['target']}",
         _figure(each["value"]), _span(each["interval"]), str(each["cases"]), each["verdict"])
        for each in targets
    ]  # fmt: skip
    head = ("target", "", "measured", "95 % interval", "cases", "verdict")
    return _table(head, rows, "Targets") if rows else ""


def _straight_through(rates: Sequence[Mapping[str, Any]]) -> str:
    """What goes without review at each target precision."""
    rows = [
        (escape(each["what"]), f"{each['target']:.1%}", str(each["cases"]), str(each["accepted"]),
         _figure(each["rate"]), _figure(each["precision"]), _span(each["bounds"]),
         each["verdict"], _figure(each["oracle_rate"]))
        for each in rates
    ]  # fmt: skip
    head = ("what", "target", "cases", "accepted", "rate", "precision reached", "95 % bounds",
            "verdict", "rate of an oracle")  # fmt: skip
    caption = "Accepted without review; an oracle knows the best threshold beforehand"
    return _table(head, rows, caption) if rows else ""


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _span(interval: Sequence[float] | None) -> str:
    return " to ".join(map(_figure, interval)) if interval else "–"


def _measures(records: Sequence[FilingRecord]) -> str:
    head = ("part", "filings", "field F1", "precision", "recall", "table rows F1",
            "footnote marks F1", "checkboxes right", "filings right", "illegible")  # fmt: skip
    rows = []
    for name, part in _parts(records):
        score = merge(record.score for record in part)
        shares = (score.total.f1, score.total.precision, score.total.recall, score.rows.f1,
                  score.links.f1, score.flag_accuracy, score.perfect / len(part))  # fmt: skip
        rows.append((escape(name), str(len(part)), *(f"{each:.3f}" for each in shares),
                     str(score.abstained)))  # fmt: skip
    return _table(head, rows, "What was read right")


def _unread(records: Sequence[FilingRecord]) -> str:
    """Filings that broke the pipeline; they count as missed."""
    broken = [record for record in records if record.error]
    items = "".join(f"<li>{escape(f'{each.name}: {each.error}')}</li>" for each in broken)
    return f"<p>Could not be read:</p><ul>{items}</ul>" if items else ""


def _parts(records: Sequence[FilingRecord]) -> Iterator[tuple[str, list[FilingRecord]]]:
    """Each split whole, then by quality."""
    for split in sorted({record.split for record in records}):
        own = [record for record in records if record.split == split]
        yield split or "all", own
        for quality in sorted({record.quality for record in own}):
            name = f"{split or 'all'}, {quality or 'unnamed quality'}"
            yield name, [record for record in own if record.quality == quality]


def _calibration(records: Sequence[FilingRecord]) -> Iterator[str]:
    """Reliability by family and risk against coverage, on the test split where there is one."""
    own = [record for record in records if record.split == TEST] or list(records)
    split = TEST if own[:1] and own[0].split == TEST else "all"
    values = _pairs(own, lambda each: each.family != "blank")
    if not values:
        yield "<p>No value was read.</p>"
        return
    panels = {"all values": values}
    panels |= {f"family {family}": _pairs(own, _is_of(family)) for family in FAMILIES}
    panels["whole filings"] = [(each.confidence, each.perfect) for each in own if not each.error]
    yield (f"<figure>{reliability({name: each for name, each in panels.items() if each})}"
           f"<figcaption>Confidence and errors, {split} filings. On the line, the confidence is "
           "what it says; above it, it is too sure. Points at the foot are bins without an error; "
           "bars end at 95 % bounds.</figcaption></figure>")  # fmt: skip
    curves = {"all values": values}
    for quality in sorted({record.quality for record in own}):
        part = [record for record in own if record.quality == quality]
        curves[quality] = _pairs(part, lambda each: each.family != "blank")
    yield (f"<figure>{risk_coverage({name: each for name, each in curves.items() if each})}"
           f"<figcaption>Errors among the values accepted, {split} filings, and what each "
           "precision target allows.</figcaption></figure>")  # fmt: skip


def _is_of(family: str) -> Callable[[Verdict], bool]:
    return lambda each: each.family == family


def _pairs(records: Iterable[FilingRecord], wanted: Callable[[Verdict], bool]) -> Pairs:
    return [(each.confidence, each.right) for record in records for each in record.verdicts
            if each.confidence is not None and wanted(each)]  # fmt: skip


def _heat_map(records: Sequence[FilingRecord], kind: str) -> str:
    """F1 of every field by quality or look and split; the redder, the worse."""
    columns: dict[str, list[FilingRecord]] = defaultdict(list)
    for record in sorted(records, key=lambda each: (each.split, getattr(each, kind))):
        columns[f"{record.split} {getattr(record, kind)}"].append(record)
    totals = [merge(record.score for record in part).fields for part in columns.values()]
    names = sorted({name for fields in totals for name in fields})
    rows = [(escape(name), *(_heat(fields.get(name)) for fields in totals)) for name in names]
    head = ("field", *(escape(name) for name in columns))
    return _table(head, rows, f"F1 of each field by {kind}; how many are true in small type")


def _heat(tally: Tally | None) -> str:
    if tally is None:
        return "<td>–</td>"
    # A field right in nine of ten cases should already be seen from afar.
    strength = min(1.0, 4 * (1 - tally.f1))
    return (f'<td style="background:rgba(208,84,27,{strength:.2f})">{tally.f1:.2f} '
            f"<small>{tally.true}</small></td>")  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One failure in the terms of the page."""

    record: FilingRecord
    failure: Failure
    picture: str


def _failures(records: Sequence[FilingRecord], pictures: _Pictures) -> Iterator[str]:
    """How many failed at which stage, then each of them."""
    rows = [_Row(record, failure, pictures.of(record, failure))
            for record in records for failure in record.failures]  # fmt: skip
    qualities = sorted({record.quality for record in records})
    counts = Counter((row.failure.stage, row.record.quality) for row in rows)
    summary = [(stage, *(str(counts[stage, quality]) for quality in qualities),
                str(sum(counts[stage, quality] for quality in qualities)))
               for stage in STAGES]  # fmt: skip
    yield _table(("stage", *map(escape, qualities), "all"), summary, "Failures by stage")
    yield (f"<p>{len(rows)} failures, {pictures.made} of them with a picture (at most "
           f"{CROPS_A_FIELD} of a field). Click a heading to sort.</p>")  # fmt: skip
    yield _filters(rows)
    head = ("field", "picture", "expected", "read", "stage", "confidence", "filing", "quality")
    yield _table(head, map(_cells, rows), "Failed facts", ' id="failures"')


def _filters(rows: Sequence[_Row]) -> str:
    """A choice of stage, of field and of quality."""
    options = {
        "stage": [stage for stage in STAGES if any(row.failure.stage == stage for row in rows)],
        "field": sorted({row.failure.name for row in rows}),
        "quality": sorted({row.record.quality for row in rows}),
    }
    made = ""
    for name, values in options.items():
        listed = "".join(f"<option>{escape(value)}</option>" for value in values)
        made += (f'<label>{name} <select data-column="{name}"><option value="">all</option>'
                 f"{listed}</select></label> ")  # fmt: skip
    return f'<p>{made}<output id="count"></output></p>'


def _cells(row: _Row) -> tuple[str, ...]:
    failure, record = row.failure, row.record
    sure = "–" if failure.confidence is None else f"{failure.confidence:.3f}"
    where = f"{record.name}, page {failure.page}" if failure.page else record.name
    return (
        f'<span title="{escape(failure.path)}">{escape(failure.name)}</span>', row.picture,
        _value(failure.expected), _value(failure.read), failure.stage, sure, escape(where),
        escape(record.quality),
    )  # fmt: skip


def _value(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else "<i>nothing</i>"


class _Pictures:
    """Makes crops of pages, up to a number for each field and a size altogether."""

    def __init__(self, golds: Mapping[tuple[str, str], Gold]) -> None:
        self.made = 0
        self._golds = golds
        self._of_field: Counter[str] = Counter()
        self._bytes = 0
        self._open: tuple[Gold, pymupdf.Document] | None = None

    def of(self, record: FilingRecord, failure: Failure) -> str:
        """An `<img>` of the failed place, or a word that says why there is none."""
        gold = self._golds.get((record.form, record.name))
        if gold is None or failure.box is None:
            return "no place"
        if self._of_field[failure.name] >= CROPS_A_FIELD or self._bytes >= CROP_BYTES:
            return "left out"
        data = crop(self._document(gold), failure.page, failure.box)
        self.made += 1
        self._of_field[failure.name] += 1
        self._bytes += len(data)
        source = f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
        label = escape(f"scan: {failure.expected or 'nothing'}")
        return f'<img loading="lazy" alt="{label}" src="{source}">'

    def _document(self, gold: Gold) -> pymupdf.Document:
        """The filing's scan; failures come filing by filing, so one is open at a time."""
        if self._open is None or self._open[0] is not gold:
            if self._open:
                self._open[1].close()
            self._open = gold, pymupdf.open(gold.scan)
        return self._open[1]


def crop(document: pymupdf.Document, page: int, box: Box) -> bytes:
    """A JPEG of a place on a page with some of what stands around it; the place is framed."""
    across, down = MARGIN
    sheet = document[page - 1].rect
    area = pymupdf.Rect(box.left - across, box.top - down, box.right + across, box.bottom + down)
    area &= sheet
    pixels = document[page - 1].get_pixmap(dpi=CROP_DPI, clip=area, colorspace=pymupdf.csGRAY)
    image = Image.frombytes("L", (pixels.width, pixels.height), pixels.samples).convert("RGB")
    scale = CROP_DPI / POINTS_PER_INCH
    left, top = pixels.x - 2, pixels.y - 2
    frame = (box.left * scale - left - 4, box.top * scale - top - 4,
             box.right * scale - left, box.bottom * scale - top)  # fmt: skip
    ImageDraw.Draw(image).rectangle(frame, outline=(208, 84, 27), width=1)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=55, subsampling=0, optimize=True)
    return written.getvalue()


STYLE = """
:root { color-scheme: light dark }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem; background: Canvas;
  color: CanvasText }
figure { margin: 1rem 0; overflow-x: auto }
figcaption, caption { text-align: left; margin: .3rem 0; max-width: 45rem; opacity: .8 }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #8884; text-align: left;
  vertical-align: top }
thead th { position: sticky; top: 0; background: Canvas }
th[scope=row] { font-weight: normal }
#failures thead th { cursor: pointer }
#failures { table-layout: fixed; width: 100%; min-width: 70rem }
#failures :is(th, td) { overflow-wrap: anywhere }
#failures th:nth-child(1) { width: 13% }
#failures th:nth-child(2) { width: 26% }
#failures th:nth-child(n+5) { width: 7% }
#failures th:nth-child(7) { width: 14% }
#failures code { white-space: pre-wrap }
img { max-width: 100%; display: block }
svg { max-width: 100%; height: auto }
small { opacity: .7 }
"""

SCRIPT = """
const table = document.querySelector('#failures'), body = table.tBodies[0];
const columns = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
const text = (row, name) => row.cells[columns.indexOf(name)].textContent;
const choices = [...document.querySelectorAll('select[data-column]')];
function show() {
  let count = 0;
  for (const row of body.rows) {
    row.hidden = choices.some(each => each.value && text(row, each.dataset.column) !== each.value);
    count += !row.hidden;
  }
  document.querySelector('#count').textContent = `${count} shown`;
}
choices.forEach(each => each.addEventListener('change', show));
let last = '';
for (const cell of table.tHead.rows[0].cells) {
  const button = () => {
    const name = cell.textContent, turn = last === name ? -1 : 1;
    last = turn > 0 ? name : '';
    const order = (a, b) =>
      turn * text(a, name).localeCompare(text(b, name), 'en', {numeric: true});
    body.append(...[...body.rows].sort(order));
  };
  cell.tabIndex = 0;
  cell.addEventListener('click', button);
  cell.addEventListener('keydown', event => { if (event.key === 'Enter') button(); });
}
show();
"""
