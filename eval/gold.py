"""Gold on disk: a filing's scan, its source, its facts and its regions; see the contracts."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pymupdf

from models.document import Box
from models.errors import MalformedFact
from models.fact import Fact, read_facts, write_facts


@dataclass(frozen=True)
class Source:
    """Where a gold filing comes from and how its page was made; `pages` are their roles.

    `partial` says that only some of what stands on it was labelled.
    """

    filing: str
    form: str
    group: str
    split: str
    look: str
    quality: str
    pages: tuple[str, ...]
    seed: int = 0
    print: dict[str, str | float | bool] = field(default_factory=dict)
    partial: bool = False


@dataclass(frozen=True)
class GoldRegion:
    """A region of the scan, in points of the displayed page."""

    label: str
    page: int
    box: Box
    table: int | None = None
    row: int | None = None
    column: int | None = None
    checked: bool | None = None
    tag: str = ""
    path: str = ""


@dataclass(frozen=True)
class Gold:
    """One gold filing; `name` is its folder."""

    name: str
    source: Source
    facts: tuple[Fact, ...]
    regions: tuple[GoldRegion, ...] = field(default=(), repr=False)
    scan: Path = Path()


def load(folder: Path) -> list[Gold]:
    """Every gold filing below a folder, `<form>/<name>/`, in order of name."""
    return [load_one(each.parent) for each in sorted(folder.glob("*/*/source.toml"))]


def load_one(folder: Path) -> Gold:
    """The gold filing in one folder; MalformedFact names what is missing or wrong.

    `source.toml` may be empty: such a filing is of its folder's form, a group of its own, of split
    `dev`, of an unnamed look and quality. Without `regions.jsonl` its layout is not measured.
    """
    scan = folder / "scan.pdf"
    try:
        table = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
        pages = tuple(table.get("pages", ())) or ("form",) * _page_count(scan)
        known = {"filing": folder.name, "form": folder.parent.name, "group": folder.name,
                 "split": "dev", "look": "other", "quality": "other"}  # fmt: skip
        source = Source(**{**known, **table, "pages": pages})
        facts = tuple(read_facts(folder / "facts.jsonl"))
    except (OSError, TypeError, tomllib.TOMLDecodeError, pymupdf.FileDataError) as error:
        raise MalformedFact(f"{folder}: {error}") from error
    return Gold(folder.name, source, facts, _read_regions(folder), scan)


def _page_count(scan: Path) -> int:
    with pymupdf.open(scan) as document:
        return len(document)


def _read_regions(folder: Path) -> tuple[GoldRegion, ...]:
    path = folder / "regions.jsonl"
    if not path.exists():
        return ()
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            found.append(GoldRegion(**{**row, "box": Box(*row["box"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise MalformedFact(f"{path}, line {number}: {error}") from error
    return tuple(found)


def save(root: Path, gold: Gold, scan: bytes) -> Path:
    """Write one gold filing below `root`; checked facts there are never overwritten."""
    folder = root / gold.source.form / gold.name
    folder.mkdir(parents=True, exist_ok=True)
    write_facts(folder / "facts.jsonl", gold.facts)
    (folder / "scan.pdf").write_bytes(scan)
    told = {name: value for name, value in asdict(gold.source).items() if value is not False}
    (folder / "source.toml").write_text(_toml(told), encoding="utf-8")
    lines = (json.dumps(_region_row(each), separators=(",", ":")) + "\n" for each in gold.regions)
    (folder / "regions.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def _region_row(region: GoldRegion) -> dict[str, Any]:
    box = region.box
    row = {name: value for name, value in asdict(region).items() if value not in (None, "")}
    edges = (box.left, box.top, box.right, box.bottom)
    return row | {"box": [round(edge, 1) for edge in edges]}


def _toml(table: dict[str, Any]) -> str:
    """Flat values, then a section per nested table; JSON writes strings and lists as TOML does."""
    flat = {key: value for key, value in table.items() if not isinstance(value, dict)}
    # TOML has no surrogate pairs, which JSON escapes what lies beyond U+FFFF with.
    text = "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
                   for key, value in flat.items())  # fmt: skip
    for key, value in table.items():
        if isinstance(value, dict) and value:
            text += f"\n[{key}]\n{_toml(value)}"
    return text
