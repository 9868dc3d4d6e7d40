"""Facts and their file."""

from pathlib import Path

import pytest

from models.document import Box
from models.errors import MalformedFact, VerifiedFact
from models.extraction import Place
from models.fact import Fact, read_facts, write_facts

NAME = Fact(
    "/ownershipDocument/issuer/issuerName",
    value="Café Holdings",
    text="Café Holdings",
    boxes=(Place(1, Box(10.0, 20.0, 110.5, 32.25)),),
)
PRICE = Fact("/ownershipDocument/price", footnotes=("F1", "F2"))
PLAN = Fact("/ownershipDocument/aff10b5One", absent=True)


def test_facts_come_back_as_they_were_written(tmp_path: Path) -> None:
    smudged = Fact("/ownershipDocument/remarks", value="?", legible=False, by="A. Reader")
    file = tmp_path / "facts.jsonl"
    write_facts(file, [NAME, PRICE, PLAN, smudged])
    assert read_facts(file) == [NAME, PRICE, PLAN, smudged]


def test_a_line_holds_only_what_is_not_usual(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    write_facts(file, [PLAN])
    assert file.read_text() == '{"path": "/ownershipDocument/aff10b5One", "absent": true}\n'


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "",
        '{"value": "5"}',
        '{"path": "/a", "valeu": "5"}',
        '{"path": "/a", "value": 5}',
        '{"path": "/a", "value": "5", "absent": true}',
        '{"path": "/a", "boxes": [{"page": 1, "box": [1, 2, 3]}]}',
        '{"path": "/first", "value": "again"}',
    ],
)
def test_a_malformed_line_is_an_error_with_file_and_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "facts.jsonl"
    file.write_text('{"path": "/first", "value": "1"}\n' + line + "\n")
    with pytest.raises(MalformedFact, match=r"facts\.jsonl, line 2"):
        read_facts(file)


def test_nothing_writes_over_a_verified_fact(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    checked = Fact(NAME.path, value="Cafe Holdings", checked=True, by="A. Reader", on="2026-11-20")
    write_facts(file, [checked, PRICE])
    before = file.read_text()
    for facts in ([NAME, PRICE], [PRICE]):
        with pytest.raises(VerifiedFact, match="was checked by A"):
            write_facts(file, facts)
    assert file.read_text() == before


def test_facts_beside_a_verified_one_may_change(tmp_path: Path) -> None:
    file = tmp_path / "facts.jsonl"
    checked = Fact(NAME.path, value="Cafe Holdings", checked=True, by="A. Reader")
    write_facts(file, [checked, PRICE])
    write_facts(file, [checked, PLAN])
    assert read_facts(file) == [checked, PLAN]
