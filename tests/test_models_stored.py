"""Extractions come back from their JSON as they were."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.document import Box, Word
from models.errors import DamagedResult
from models.export import to_json
from models.extraction import (
    REGION_LABELS,
    STATES,
    Alternative,
    Check,
    Extraction,
    Field,
    FootnoteLink,
    PageSummary,
    Place,
    Reason,
    Region,
)
from models.form import KINDS, forms
from models.pipeline import Extractor
from models.reader import read
from models.stored import from_json

SAMPLES = Path(__file__).parent.parent / "service" / "samples"

texts = some.text(max_size=20)
shares = some.floats(0, 1)
boxes = some.builds(Box, *[some.floats(-1e4, 1e4).map(lambda edge: round(edge, 2))] * 4)
places = some.builds(Place, some.integers(1, 99), boxes)
PATHS = [form.path_of(spec, group) for form in forms().values() for group, spec in form.specs()]


def tuples(of: some.SearchStrategy[Any]) -> some.SearchStrategy[Any]:
    return some.lists(of, max_size=3).map(tuple)


fields = some.builds(
    Field, texts, some.sampled_from(PATHS) | texts, some.sampled_from(KINDS), texts, texts,
    some.none() | shares, some.sampled_from(STATES), tuples(places),
    tuples(some.builds(FootnoteLink, texts, shares)),
    tuples(some.builds(Alternative, texts, shares)),
    some.booleans(), tuples(some.builds(Reason, texts, texts)),
)  # fmt: skip
indices = some.none() | some.integers(0, 99)
extractions = some.builds(
    Extraction, texts, some.sampled_from(["", *forms()]), shares, some.booleans(),
    tuples(some.builds(PageSummary, some.integers(1, 9), shares, shares, some.integers(0, 270),
                       shares, shares, texts, texts)),
    tuples(fields), tuples(some.builds(Check, texts, some.booleans(), tuples(texts), texts)),
    tuples(texts), some.dictionaries(texts, texts, max_size=3),
    tuples(some.tuples(some.integers(1, 9), some.builds(Word, texts, boxes, tuples(shares)))),
    tuples(some.builds(Region, some.sampled_from(REGION_LABELS), some.integers(1, 9), boxes, shares,
                       indices, indices, indices, some.none() | some.booleans())),
)  # fmt: skip


@pytest.fixture(scope="module")
def sample() -> Extraction:
    path = SAMPLES / "form4_scan.pdf"
    return Extractor.load().extract(read(path.read_bytes(), path.name))


@given(extractions)
def test_what_was_written_is_read_as_it_was(extraction: Extraction) -> None:
    row = json.loads(json.dumps(to_json(extraction, words=True)))
    assert to_json(from_json(row), words=True) == row


def test_a_real_extraction_comes_back_with_everything_that_it_says(sample: Extraction) -> None:
    row = json.loads(json.dumps(to_json(sample, words=True)))
    found = from_json(row)
    assert to_json(found, words=True) == row
    bare = [replace(field, boxes=()) for field in found.fields]
    assert bare == [replace(field, boxes=()) for field in sample.fields]
    assert (found.form, found.checks, found.models) == (sample.form, sample.checks, sample.models)
    assert [word.text for _, word in found.words] == [word.text for _, word in sample.words]


def test_a_result_without_words_has_none(sample: Extraction) -> None:
    found = from_json(to_json(sample))
    assert (found.words, found.regions) == ((), ())
    assert len(found.fields) == len(sample.fields)


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("schema",), "filingscan/0"), (("form",), "S-1"), (("review",), None),
        (("pages",), 3), (("models",), []), (("confidence",), "0.9"),
        (("confidence",), float("nan")), (("fields", 0, "state"), "guessed"),
        (("fields", 0, "kind"), []), (("fields", 0, "value"), None),
        (("fields", 0, "boxes"), [{"page": 1, "box": [1, 2, 3]}]),
        (("fields", 0, "boxes"), [{"page": True, "box": [1, 2, 3, 4]}]),
        (("fields", 0), "x"), (("words", 0, "box"), "1234"), (("regions", 0, "label"), "blob"),
    ],
)  # fmt: skip
def test_what_was_never_written_is_refused(
    sample: Extraction, place: tuple[Any, ...], wrong: Any
) -> None:
    row = json.loads(json.dumps(to_json(sample, words=True)))
    home = row
    for each in place[:-1]:
        home = home[each]
    home[place[-1]] = wrong
    with pytest.raises(DamagedResult, match="not as it was written"):
        from_json(row)


def test_what_lacks_says_what(sample: Extraction) -> None:
    row = to_json(sample)
    del row["fields"][0]["state"]
    with pytest.raises(DamagedResult, match="lacks 'state'"):
        from_json(row)
