"""Labels that contradict each other are refused; groups stay together in one split."""

from pathlib import Path

from eval.gold import Gold, load
from models.document import Box
from models.extraction import Place
from models.fact import Fact
from tests.labelling import NAME, PLAIN, brought, fact, filing, lines_into, notes, pdf, refusals
from training.label_set import Choice, hashed_split, values_that_differ


def kept(root: Path) -> dict[str, Gold]:
    """The filings of a set by name."""
    return {gold.name: gold for gold in load(root)}


# Contradictions


def test_one_document_brought_with_two_values_is_refused_with_both(tmp_path: Path) -> None:
    filing(tmp_path / "a")
    filing(tmp_path / "b", facts=(fact(NAME, "Smyth", (80, 100, 200, 112)), *PLAIN[1:]))
    (line,) = refusals(brought(tmp_path / "a", tmp_path / "b", into=tmp_path / "set"))
    assert "'Smith & Jones'" in line and "'Smyth'" in line and NAME in line
    assert kept(tmp_path / "set") == {}


def test_one_document_brought_twice_alike_is_taken_once(tmp_path: Path) -> None:
    filing(tmp_path / "a")
    filing(tmp_path / "b")
    found = brought(tmp_path / "a", tmp_path / "b", into=tmp_path / "set")
    assert refusals(found) == []
    assert "has the same document, alike" in notes(found)[0]
    assert list(kept(tmp_path / "set")) == ["one"]


def test_one_scan_under_two_names_is_one_document(tmp_path: Path) -> None:
    filing(tmp_path / "in", "a", scan=pdf())
    filing(tmp_path / "in", "b", scan=pdf())
    filing(tmp_path / "more", "c", (fact(NAME, "Smyth"),), scan=pdf())
    found = brought(tmp_path / "in", into=tmp_path / "set")
    assert (refusals(found), list(kept(tmp_path / "set"))) == ([], ["a"])
    (line,) = refusals(brought(tmp_path / "more", into=tmp_path / "set"))
    assert "the set has this scan as fara_amendment/a" in line
    assert "'Smith & Jones'" in line and "'Smyth'" in line


def test_a_filing_of_the_set_is_not_overwritten_unless_forced(tmp_path: Path) -> None:
    filing(tmp_path / "a")
    brought(tmp_path / "a", into=tmp_path / "set")
    lines_into(tmp_path / "a/fara_amendment/one/facts.jsonl", [fact(NAME, "Smyth"), *PLAIN[1:]])
    (line,) = refusals(brought(tmp_path / "a", into=tmp_path / "set"))
    assert "the set has this document" in line and "--force" in line
    assert kept(tmp_path / "set")["one"].facts[0].value == "Smith & Jones"
    force = Choice(force=True)
    assert refusals(brought(tmp_path / "a", into=tmp_path / "set", choice=force)) == []
    assert kept(tmp_path / "set")["one"].facts[0].value == "Smyth"


def test_checked_facts_are_not_overwritten_even_by_force(tmp_path: Path) -> None:
    checked = PLAIN[0] | {"checked": True, "by": "Ann"}
    filing(tmp_path / "a", facts=(checked, *PLAIN[1:]))
    brought(tmp_path / "a", into=tmp_path / "set")
    lines_into(tmp_path / "a/fara_amendment/one/facts.jsonl", [fact(NAME, "Smyth"), *PLAIN[1:]])
    force = Choice(force=True)
    (line,) = refusals(brought(tmp_path / "a", into=tmp_path / "set", choice=force))
    assert "was checked by Ann" in line
    # Equal facts stay as they were checked.
    lines_into(tmp_path / "a/fara_amendment/one/facts.jsonl", PLAIN)
    assert refusals(brought(tmp_path / "a", into=tmp_path / "set")) == []
    assert kept(tmp_path / "set")["one"].facts[0].by == "Ann"


def test_values_that_differ_are_told_with_both_sides() -> None:
    one, other = Fact("/a", "1"), Fact("/a", absent=True)
    assert values_that_differ([one], [other]) == ["/a is '1' or absent"]
    assert values_that_differ([one], []) == ["/a is '1' or not labelled"]
    assert values_that_differ([one], [Fact("/a", "1", checked=True, by="Ann")]) == []


# Splits


def test_about_every_fifth_group_validates_whatever_else_there_is() -> None:
    split = [hashed_split(f"group {number}", 0) for number in range(1000)]
    assert 150 < split.count("dev") < 250
    assert split == [hashed_split(f"group {number}", 0) for number in range(1000)]
    assert split != [hashed_split(f"group {number}", 1) for number in range(1000)]


def test_one_registrants_filings_have_one_group_and_split(tmp_path: Path) -> None:
    for number in range(12):
        name = "Smith & Jones" if number % 2 else "SMITH & JONES."
        filing(tmp_path / "in", f"n{number}", (fact(NAME, name, (80, 100, 200, 112)),))
    assert refusals(brought(tmp_path / "in", into=tmp_path / "set")) == []
    assert {(gold.source.group, gold.source.split) for gold in kept(tmp_path / "set").values()} == {
        ("smith & jones", hashed_split("smith & jones", 0))}  # fmt: skip


def test_test_stays_test_and_what_is_said_stays_unless_a_split_is_given(tmp_path: Path) -> None:
    for split in ("train", "dev", "test"):
        filing(tmp_path / "in", split, source=f'group = "{split}"\nsplit = "{split}"\n')
    brought(tmp_path / "in", into=tmp_path / "auto")
    brought(tmp_path / "in", into=tmp_path / "train", choice=Choice("train"))
    splits = [{name: gold.source.split for name, gold in kept(tmp_path / root).items()}
              for root in ("auto", "train")]  # fmt: skip
    assert splits[0] == {"train": "train", "dev": "dev", "test": "test"}
    assert splits[1] == {"train": "train", "dev": "train", "test": "test"}


def test_a_group_follows_what_the_set_has_of_it(tmp_path: Path) -> None:
    filing(tmp_path / "a", "old", source='split = "test"\n')
    filing(tmp_path / "b", "new")
    brought(tmp_path / "a", into=tmp_path / "set")
    (line,) = refusals(brought(tmp_path / "b", into=tmp_path / "set", choice=Choice("train")))
    assert "is to be train, but others of the group 'smith & jones' are test" in line
    assert refusals(brought(tmp_path / "b", into=tmp_path / "set")) == []
    assert kept(tmp_path / "set")["new"].source.split == "test"


def test_facts_that_differ_only_in_their_place_are_told_with_it() -> None:
    here, there = (Fact("/a", "1", "1", (Place(1, Box(left, 2, 9, 9)),)) for left in (1, 3))
    (line,) = values_that_differ([here], [there])
    assert line == "/a is '1' at page 1 (1, 2), text '1' or '1' at page 1 (3, 2), text '1'"
