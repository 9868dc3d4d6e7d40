"""A report as a Markdown text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.confidence import BLANKS, VALUES

Row = Sequence[str]

HEADLINE = (
    ("field F1", "f1"), ("precision", "precision"), ("recall", "recall"),
    ("filings right", "filings_right"), ("table rows right", "rows_right"),
    ("footnote marks F1", "links_f1"), ("checkboxes right", "flags_right"),
)  # fmt: skip
PAGES = (
    ("table rows F1", "rows_f1"), ("illegible", "illegible"), ("cells F1 @.5", "cells_f1"),
    ("cells F1 @.75", "cells_f1_close"), ("boxes found F1", "boxes_f1"),
    ("boxed fields F1 @.5", "areas_f1"),
    ("their state right", "states_right"), ("character error", "character_error"),
)  # fmt: skip


def to_markdown(report: Mapping[str, Any]) -> str:
    """The whole text."""
    chosen = report["headline"]
    names = [chosen] if chosen in report["splits"] else list(report["splits"])
    parts = [_about(report), *_targets(report["targets"])]
    for name in names:
        split = report["splits"][name]
        parts += _headline(name, split)
        for kind in ("look", "form"):
            parts += _by_part(f"By {kind}, {name}", split[kind], HEADLINE)
    parts += _calibration(report["calibration"], chosen, report["gold"])
    parts += _straight_through(report["straight_through"], chosen)
    parts += _left_out(report["left_out"])
    for name in names:
        parts += _fields(name, report["splits"][name]["fields"])
    for name in report["splits"]:
        if name not in names:
            parts += _headline(name, report["splits"][name])
    parts += [*_failures(report["failures"]), *_speed(report["speed"]), *_errors(report["filings"])]
    return "\n".join(parts) + "\n"


def _about(report: Mapping[str, Any]) -> str:
    models = ", ".join(f"`{tag}`" for tag in report["models"].values())
    made = f" at commit {report['commit']}" if report["commit"] else ""
    return (
        f"# Evaluation\n\n{models} on `{report['gold']}` ({len(report['filings'])} filings, "
        f"fingerprint {report['fingerprint']}), {report['date']}{made}. Written by "
        "`python -m eval.report`.\n\nIn brackets 95 % intervals, bootstrapped by groups of issuers "
        "and owners. An invented value is a false positive, a missed one a false negative, a "
        "correct absence counts nowhere; a filing is right when every value and every footnote "
        "mark is."
    )


def _targets(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    table = [
        (row["name"], f"{'≤' if row['at_most'] else '≥'} {row['target']}", _count(row["cases"]),
         _figure(row), f"**{row['verdict']}**")
        for row in rows
    ]  # fmt: skip
    head = ("values", "target", "n", "measured", "verdict")
    return ["", "## Targets", "", *_table(head, table), "",
            "A target is met or missed when its whole interval says so, else the set is too small "
            "to tell."]  # fmt: skip


def _headline(name: str, split: Mapping[str, Any]) -> list[str]:
    """Two tables by quality, as one would be too wide to read."""
    qualities = {"all": split["all"], **split["quality"]}
    return [
        *_by_part(f"By quality, {name}", qualities, HEADLINE), "",
        *_rows_by_part(qualities, PAGES),
    ]  # fmt: skip


def _by_part(
    title: str, parts: Mapping[str, Mapping[str, Any]], columns: Sequence[tuple[str, str]]
) -> list[str]:
    return ["", f"## {title}", "", *_rows_by_part(parts, columns)]


def _rows_by_part(
    parts: Mapping[str, Mapping[str, Any]], columns: Sequence[tuple[str, str]]
) -> list[str]:
    head = ("part", "filings", "pages", "values", *(title for title, _ in columns))
    rows = [
        (name or "(none)", *(_count(own[size]) for size in ("filings", "pages", "values")),
         *(_figure(own["measures"][measure]) for _, measure in columns))
        for name, own in parts.items()
    ]  # fmt: skip
    return _table(head, rows)


FITTED = " The released calibration was fitted on these very filings, which flatters it."
OWN_GOLD = ("eval", "gold")


def _calibration(parts: Mapping[str, Mapping[str, Any]], split: str, gold: str) -> list[str]:
    fitted = FITTED if split != "test" and Path(gold).parts[-2:] == OWN_GOLD else ""
    return [
        "", f"## Calibration, {split}", "",
        "The event is that the exported value is right. `values` are fields in which something "
        f"stands, `blanks` those said to be empty; `filings` are right as a whole.{fitted}", "",
        *_calibration_rows(parts),
    ]  # fmt: skip


def _calibration_rows(parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    head = ("part", "n", "right", "mean confidence", "calibration error", "Brier", "AUROC",
            "area under risk-coverage")  # fmt: skip
    rows = [
        (name, _count(own["cases"]), _plain(own["right"]), _plain(own["sure"]),
         _figure(own["calibration_error"]), _plain(own["brier"], 4), _figure(own["auroc"]),
         _plain(own["area_under_risk"], 4))
        for name, own in parts.items()
    ]  # fmt: skip
    return _table(head, rows)


def _left_out(kinds: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Calibration on a quality and on a look that the fit has not seen."""
    lines = []
    for kind, parts in kinds.items():
        if parts:
            lines += ["", f"## Calibration on a {kind} never seen", "",
                      f"Fitted on development gold of every other {kind} alone, measured on the "
                      "test filings of this one (in a set without both splits, by groups).", "",
                      *_calibration_rows(parts)]  # fmt: skip
    return lines


def _straight_through(rows: Sequence[Mapping[str, Any]], split: str) -> list[str]:
    head = ("what", "target", "n", "accepted", "share", "right of these", "its bounds", "verdict",
            "share at best")  # fmt: skip
    names = {VALUES: "values", BLANKS: "blanks", "filings": "whole filings"}
    table = [
        (names[row["what"]], f"{row['target']:.1%}", _count(row["cases"]), _count(row["accepted"]),
         _plain(row["rate"]), _plain(row["precision"], 4), _span(row["bounds"], 4), row["verdict"],
         _plain(row["oracle_rate"]))
        for row in rows
    ]  # fmt: skip
    return [
        "", f"## Straight through, {split}", "",
        "What goes out without review when the operator asks for a precision, and how much of it "
        "is right; the bounds hold with 95 % each, were fields independent. A whole filing goes "
        "through when none of its fields needs review. The share at best is what a threshold that "
        "had seen the answers could accept.", "", *_table(head, table),
    ]  # fmt: skip


def _fields(name: str, fields: Mapping[str, Mapping[str, Any]]) -> list[str]:
    qualities = sorted({quality for row in fields.values() for quality in row["quality"]})
    head = ("field", "true", "precision", "recall", "F1", *(f"F1 {each}" for each in qualities))
    rows = [
        (field, _count(row["right"] + row["missed"]), _plain(row["precision"]),
         _plain(row["recall"]), _figure({"value": row["f1"], "interval": row["interval"]}),
         *(_plain(row["quality"].get(quality)) for quality in qualities))
        for field, row in fields.items()
    ]  # fmt: skip
    return ["", f"## Fields, {name}", "", *_table(head, rows)]


def _failures(stages: Mapping[str, Mapping[str, int]]) -> list[str]:
    if not stages:
        return []
    qualities = sorted({quality for row in stages.values() for quality in row})
    rows = [(stage, *(_count(row.get(quality, 0)) for quality in qualities),
             _count(sum(row.values()))) for stage, row in stages.items()]  # fmt: skip
    return ["", "## Failures by stage, dev", "", *_table(("stage", *qualities, "all"), rows)]


def _speed(speed: Mapping[str, Any]) -> list[str]:
    if not speed:
        return []
    return ["", "## Speed", "",
            f"{speed['seconds_per_page']} s a page on one thread (median "
            f"{speed['seconds_per_page_median']}, 95 % below {speed['seconds_per_page_95']}), "
            f"{speed['seconds_per_filing']} s a filing; as many filings at a time as the run had "
            "processes."]  # fmt: skip


def _errors(filings: Iterable[Mapping[str, Any]]) -> list[str]:
    lines = [f"- {each['form']}/{each['name']}: {each['error']}"
             for each in filings if each["error"]]  # fmt: skip
    return ["", "## Not read", "", *lines] if lines else []


def _table(head: Row, rows: Iterable[Row]) -> list[str]:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _figure(found: Mapping[str, Any]) -> str:
    """A value with its interval."""
    if found["value"] is None:
        return "–"
    span = f" ({_span(found['interval'])})" if found["interval"] else ""
    return f"{found['value']:.3f}{span}"


def _span(interval: Sequence[float], digits: int = 3) -> str:
    return "–".join(f"{edge:.{digits}f}" for edge in interval)


def _plain(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _count(value: int) -> str:
    return f"{value:,}"
