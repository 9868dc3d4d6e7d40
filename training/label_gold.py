"""Folders of gold as labels: what `eval.gold` reads, checked against form and scan."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from eval.gold import load_one
from models.errors import DocumentError, MalformedFact
from models.form import form_of_module
from training.label_checks import problems
from training.label_findings import Brought, Findings
from training.label_scans import PICTURES, scan_of
from training.label_text import MOST_BYTES, json_of, text_of, wrong_name

SOURCE, FACTS, REGIONS = "source.toml", "facts.jsonl", "regions.jsonl"
TEXTS = (SOURCE, FACTS, REGIONS)
SCANS = tuple(f"scan{ending}" for ending in (".pdf", *PICTURES))
DEPTH = 2
"""Folders between a set and a filing in it."""


def folders(source: Path) -> list[Path]:
    """The folders of filings: the one given, those of a form's folder, or those of a set."""
    return sorted({each.parent for name in (*TEXTS, *SCANS) for depth in range(DEPTH + 1)
                   for each in source.glob("*/" * depth + name)})  # fmt: skip


def read_filing(folder: Path, findings: Findings, form: str = "") -> Brought | None:
    """The filing in a folder; None when it is refused."""
    where = str(folder)
    files: dict[str, bytes] = {}
    for name in (*TEXTS, *SCANS):
        path = folder / name
        if path.is_file():
            if path.stat().st_size > MOST_BYTES:
                findings.refuse(where, f"{name} has {path.stat().st_size:,} bytes")
                return None
            files[name] = path.read_bytes()
    parent = folder.resolve().parent.name
    stated = parent if form_of_module(parent) else form
    return filing_of(files, where, stated or parent, folder.resolve().name, findings)


def filing_of(
    files: Mapping[str, bytes], where: str, form: str, name: str, findings: Findings
) -> Brought | None:
    """The filing in these files of a folder, which is named and of this form if it says no other.

    `where` stands before each finding. Group and split are empty where `source.toml` names none.
    """
    if wrong := wrong_name(name):
        findings.refuse(where, wrong)
        return None
    scans = [each for each in SCANS if each in files]
    if missing := [each for each in (SOURCE, FACTS) if each not in files]:
        hint = "an empty one will do" if missing[0] == SOURCE else "write a fact a line"
        findings.refuse(where, f"{missing[0]} is missing; {hint}")
    if len(scans) != 1:
        findings.refuse(where, "there are two scans; keep one" if scans else
                        "scan.pdf is missing; put the scan there")  # fmt: skip
    if len(scans) != 1 or missing:
        return None
    try:
        return _read(files, scans[0], where, form, name, findings)
    except MalformedFact as error:
        findings.refuse(where, error.detail)
    except DocumentError as error:
        findings.refuse(f"{where}, {scans[0]}", f"{error.detail} {error.remedy}")
    return None


def _read(
    files: Mapping[str, bytes], scan: str, where: str, form: str, name: str, findings: Findings
) -> Brought | None:
    texts = {each: text_of(files[each], each) for each in TEXTS if each in files}
    for each in (FACTS, REGIONS):
        for number, line in enumerate(texts.get(each, "").splitlines(), start=1):
            json_of(line, f"{each}, line {number}")
    try:
        table = tomllib.loads(texts[SOURCE])
    except tomllib.TOMLDecodeError as error:
        raise MalformedFact(f"{SOURCE}: {error}") from None
    opened = scan_of([files[scan]])
    with tempfile.TemporaryDirectory() as stage:
        folder = Path(stage) / form / name
        folder.mkdir(parents=True)
        (folder / "scan.pdf").write_bytes(opened.pdf)
        for each, text in texts.items():
            (folder / each).write_text(text, encoding="utf-8")
        try:
            gold = load_one(folder)
        except MalformedFact as error:
            detail = error.detail.replace(f"{folder}/", "").replace(str(folder), SOURCE)
            raise MalformedFact(detail) from None
    source = replace(gold.source, group=gold.source.group if "group" in table else "",
                     split=gold.source.split if "split" in table else "")  # fmt: skip
    gold = replace(gold, source=source, scan=Path())
    wrong = list(problems(gold, opened.sizes))
    for place, what in wrong:
        findings.refuse(f"{where}, {place}", what)
    return None if wrong else Brought(gold, opened.pdf, where)
