"""HTML to PDF with labels that survive the print.

Chromium keeps every `<a href>` of a document as a link annotation of the PDF it prints, page
breaks included. `Markup` hands out anchors numbered into a table of labels, `Printer` prints,
`recover` reads the link rectangles back and gives every character the label it stands under. The
annotations leave no ink, so a raster of the PDF does not show them.

An inline anchor around a value gives its words' field. A region's anchor is positioned absolutely
over its parent, which must be `position: relative`; it is a sibling of the content, never a parent
of it, because HTML does not nest anchors.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymupdf

from models.document import Box

SCHEME = "https://label.invalid/"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
RULE_THICKNESS = 4.0
"""Points; what is thicker is a bar or a shaded area."""

ANCHOR_CSS = (
    "a.fs-w{color:inherit;text-decoration:inherit}"
    "a.fs-r{position:absolute;left:0;top:0;right:0;bottom:0;z-index:-1}"
)
"""Every template includes this; regions lie behind the text so that they never cover it."""


@dataclass(frozen=True, slots=True)
class Label:
    """What an anchor stands for.

    A value has the `tag` of its words and the `path` of its field; a footnote mark has the tag
    `footnoteId`, the path of the field it stands at and `ref`, the number printed. A region has its
    layout `label` (see `models.extraction.REGION_LABELS`), and in tables its indices; the head rows
    of a table have negative `row`s.
    """

    tag: str = ""
    path: str = ""
    ref: int = 0
    label: str = ""
    table: int | None = None
    row: int | None = None
    column: int | None = None
    checked: bool | None = None


@dataclass
class Markup:
    """Builds labelled HTML: hands out anchors and remembers what each stands for."""

    labels: list[Label] = field(default_factory=list)

    def _anchor(self, label: Label, css: str, content: str) -> str:
        self.labels.append(label)
        return f'<a class="{css}" href="{SCHEME}{len(self.labels) - 1}">{content}</a>'

    def words(self, text: str, tag: str, path: str = "", ref: int = 0) -> str:
        """`text`, escaped, as words of `tag`; no anchor around an empty text."""
        if not text:
            return ""
        return self._anchor(Label(tag=tag, path=path, ref=ref), "fs-w", html.escape(text))

    def region(self, label: str, **more: Any) -> str:
        """An empty anchor that covers its `position: relative` parent."""
        return self._anchor(Label(label=label, **more), "fs-r", "")


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word of the printed page with its label; `size` is the font size in points."""

    text: str
    box: Box
    size: float
    tag: str = ""
    path: str = ""
    ref: int = 0


@dataclass(frozen=True, slots=True)
class PrintedRegion:
    """A region of the printed page; fields as in `Label`."""

    label: str
    box: Box
    table: int | None = None
    row: int | None = None
    column: int | None = None
    checked: bool | None = None
    tag: str = ""
    path: str = ""


@dataclass(frozen=True)
class PrintedPage:
    """One printed page, sizes in points, words in the PDF's drawing order.

    `rules` are the straight lines drawn on it (borders, separators, underlines), as thin boxes.
    """

    number: int
    width: float
    height: float
    words: tuple[PrintedWord, ...]
    regions: tuple[PrintedRegion, ...]
    rules: tuple[Box, ...] = ()


class Printer:
    """Prints HTML with one headless Chromium; use `Printer.started()` as a context."""

    def __init__(self, page: Any) -> None:
        self._page = page

    @classmethod
    @contextmanager
    def started(cls) -> Iterator[Printer]:
        """Starts Chromium; raises FileNotFoundError when it is not installed."""
        from playwright.sync_api import sync_playwright

        if not CHROMIUM.exists():
            raise FileNotFoundError(f"{CHROMIUM} is missing: apt-get install chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=str(CHROMIUM), args=list(CHROMIUM_FLAGS)
            )
            try:
                yield cls(browser.new_page(java_script_enabled=False))
            finally:
                browser.close()

    def pdf(self, document: str, **options: Any) -> bytes:
        """The PDF of one HTML document; `options` are Playwright's `Page.pdf` options.

        Paper size and margins come from the document's `@page` rule.
        """
        self._page.set_content(document, wait_until="domcontentloaded")
        options = {"prefer_css_page_size": True, "print_background": True} | options
        return bytes(self._page.pdf(**options))


def recover(pdf: bytes, labels: list[Label]) -> list[PrintedPage]:
    """The labelled words and regions of every page of a PDF that `Printer` printed."""
    with pymupdf.open(stream=pdf, filetype="pdf") as document:
        return [_recover_page(page, labels) for page in document]


def _recover_page(page: pymupdf.Page, labels: list[Label]) -> PrintedPage:
    anchors = list(_anchors(page, labels))
    values = [(label, box) for label, box in anchors if not label.label]
    regions = tuple(
        PrintedRegion(
            label.label, box, label.table, label.row, label.column, label.checked,
            label.tag, label.path,
        )
        for label, box in anchors if label.label
    )  # fmt: skip
    return PrintedPage(
        page.number + 1, page.rect.width, page.rect.height, tuple(_words(page, values)), regions,
        tuple(_rules(page)),
    )  # fmt: skip


def _rules(page: pymupdf.Page) -> Iterator[Box]:
    """Drawn lines and bars thinner than `RULE_THICKNESS`."""
    for drawing in page.get_drawings():
        for item in drawing["items"]:
            if item[0] == "l":
                (x0, y0), (x1, y1) = item[1], item[2]
                half = (drawing["width"] or 1.0) / 2
                box = Box(min(x0, x1) - half, min(y0, y1) - half,
                          max(x0, x1) + half, max(y0, y1) + half)  # fmt: skip
            elif item[0] in ("re", "qu"):
                box = Box(*(item[1].rect if item[0] == "qu" else item[1]))
            else:
                continue
            thin = min(box.width, box.height) <= RULE_THICKNESS
            white = min(drawing["fill"] or drawing["color"] or (0.0,)) > 0.95
            if thin and not white and max(box.width, box.height) > RULE_THICKNESS:
                yield box


def _anchors(page: pymupdf.Page, labels: list[Label]) -> Iterator[tuple[Label, Box]]:
    for link in page.get_links():
        uri = link.get("uri", "")
        if uri.startswith(SCHEME):
            yield labels[int(uri.removeprefix(SCHEME))], Box(*link["from"])


def _words(page: pymupdf.Page, values: list[tuple[Label, Box]]) -> Iterator[PrintedWord]:
    """Words split at white space and where the label changes (a mark glued to a number)."""
    raw = page.get_text("rawdict", flags=pymupdf.TEXT_PRESERVE_WHITESPACE)
    for block in raw["blocks"]:
        for line in block.get("lines", ()):
            yield from _line_words(line, values)


def _line_words(line: dict[str, Any], values: list[tuple[Label, Box]]) -> Iterator[PrintedWord]:
    pending: list[tuple[str, Box]] = []
    state: tuple[Label | None, float] = (None, 0.0)
    previous_right = 0.0
    near = [(label, box) for label, box in values if box.intersection(Box(*line["bbox"])) > 0]
    for span in line["spans"]:
        for char in span["chars"]:
            box = Box(*char["bbox"])
            here = (_label_at(box, near), span["size"])
            apart = pending and box.left - previous_right > 0.25 * span["size"]
            if pending and (char["c"].isspace() or here[0] is not state[0] or apart):
                yield _word(pending, state)
                pending = []
            previous_right = box.right
            if not char["c"].isspace():
                state = here if not pending else state
                pending.append((char["c"], box))
    if pending:
        yield _word(pending, state)


def _label_at(box: Box, values: list[tuple[Label, Box]]) -> Label | None:
    """The label of the smallest anchor that holds the character's centre."""
    holding = [(area.area, index) for index, (_, area) in enumerate(values)
               if area.contains(*box.center)]  # fmt: skip
    return values[min(holding)[1]][0] if holding else None


def _word(pending: list[tuple[str, Box]], state: tuple[Label | None, float]) -> PrintedWord:
    label = state[0] or Label()
    return PrintedWord(
        "".join(char for char, _ in pending),
        Box.around(box for _, box in pending),
        state[1], label.tag, label.path, label.ref,
    )  # fmt: skip
