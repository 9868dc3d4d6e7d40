"""Stored filings read again by a candidate: what is drawn, compared, judged and reported."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from models import weights
from models.document import Box, Filing
from models.errors import BadSetting, DamagedWeights, NoKnownForm
from models.extraction import ILLEGIBLE, Extraction, Place
from models.pipeline import Extractor
from models.reader import read
from models.weights import Weights
from service import cli, cli_compare, database, extractor
from service.comparison import CANDIDATE, CHAMPION, Comparing, Comparison, note, together
from service.comparison_draw import Sample, chosen_ids, draw
from service.comparison_pairs import pairs
from service.comparison_report import MOST_LISTED, Right, by_field, to_json, to_text
from service.database import engine_of
from service.edits import Edit
from service.extractor import SAMPLE
from service.filings import FAILED, SPLIT, Filings
from service.intake import FORM, folder_of, source_of
from service.purge import erase
from service.schema import ensure
from service.settings import Settings
from tests.reviewing import (
    ISSUER,
    OWNER,
    PAGE,
    ROW,
    SHARES,
    SYMBOL,
    Desk,
    desk_of,
    doubtful,
    form4,
    read_field,
    two_doubts,
)
from tests.test_service_champions import table_of

RELEASED = Path(weights.__file__).parent
Pdf = Callable[..., bytes]


def version(tag: str) -> Weights:
    """A version of a model that is never loaded."""
    name, _, number = tag.partition("@")
    return Weights(name, number, "file", "0" * 64, (), {}, "", "", "", {})


READS = {"recognizer": version("recognizer@5")}
WOULD_READ = {"recognizer": version("recognizer@6")}


@dataclass
class Says:
    """An extractor that says what it is told of every document; it keeps what it was asked."""

    found: Sequence[Extraction] | Exception
    asked: list[tuple[list[int], float, Mapping[int, str], str]] = field(default_factory=list)
    precision: float = 0.0

    @property
    def versions(self) -> dict[str, str]:
        """Nobody asks."""
        return {}

    def at(self, precision: float) -> "Says":
        """At this precision."""
        self.precision = precision
        return self

    def extract_all(
        self, filing: Filing, progress: object, roles: Mapping[int, str], form: str
    ) -> tuple[Extraction, ...]:
        """What it was told to say."""
        numbers = [page.number for page in filing.pages]
        self.asked.append((numbers, self.precision, roles, form))
        if isinstance(self.found, BaseException):
            raise self.found
        return tuple(self.found)


@pytest.fixture
def desk(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return desk_of(engine, settings, monkeypatch)


@pytest.fixture
def keep(desk: Desk, pdf: Pdf) -> Callable[..., str]:
    """Has a filing stored as read so, with its document."""

    def kept(extraction: Extraction, **more: object) -> str:
        identifier = desk.filing(extraction, **more)
        desk.files.put(source_of(identifier), pdf())
        return identifier

    return kept


def compared(
    desk: Desk,
    candidate: Says,
    champion: Says | None = None,
    sample: Sample | None = None,
    **more: object,
) -> Comparison:
    """What comes of a comparison with these in the place of models."""
    by = {id(READS): champion, id(WOULD_READ): candidate}

    def load(_: float, versions: Mapping[str, Weights]) -> Says:
        chosen = by[id(versions)]
        assert chosen is not None, "the champions need not read"
        return chosen

    sample = sample or Sample()
    comparing = Comparing(
        desk.engine, desk.files, desk.settings, READS, WOULD_READ, load,
        both=bool(more.pop("both", False)),
    )  # fmt: skip
    drawn = draw(Filings(desk.engine), desk.files, chosen_ids(desk.engine, sample), sample.count)
    return comparing.run(drawn, sample, **more)


def left(comparison: Comparison) -> list[tuple[str, str]]:
    return [(each.reason, each.by) for each in comparison.left]


def stored_things(desk: Desk) -> tuple[dict, dict]:
    """All rows and all files."""
    rows = {table.name: [tuple(row) for row in desk.rows(table)]
            for table in database.metadata.sorted_tables}  # fmt: skip
    files = {path: path.read_bytes() for path in desk.settings.data.rglob("*") if path.is_file()}
    return rows, files


# Which are drawn


def test_a_draw_is_by_the_seed_and_new_filings_leave_the_others_in_their_order(desk: Desk) -> None:
    for _ in range(8):
        desk.filing(two_doubts())
    before = chosen_ids(desk.engine, Sample(seed=3))
    assert chosen_ids(desk.engine, Sample(seed=3)) == before
    assert chosen_ids(desk.engine, Sample(seed=4)) != before
    new = desk.filing(two_doubts())
    after = chosen_ids(desk.engine, Sample(seed=3))
    assert new in after and [each for each in after if each != new] == before


def test_only_filings_that_are_done_and_fit_are_drawn(desk: Desk) -> None:
    fits = desk.filing(two_doubts())
    desk.filing(two_doubts(), tenant="other")
    desk.filing(replace(two_doubts(), form="5"))
    desk.filing(two_doubts(), received=desk.at - timedelta(days=2))
    failed = desk.filing(two_doubts())
    table = database.filings
    with desk.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == failed).values(state=FAILED))
    day_before = desk.at - timedelta(days=1)
    sample = Sample(form="4", tenant="acme", since=day_before)
    assert chosen_ids(desk.engine, sample) == [fits]
    assert len(chosen_ids(desk.engine, Sample())) == 4


def test_a_document_that_is_gone_is_told_of_and_another_drawn(desk: Desk, keep: Callable) -> None:
    for _ in range(3):
        keep(two_doubts())
    first, *others = chosen_ids(desk.engine, Sample())
    (desk.settings.data / "files" / source_of(first)).unlink()
    comparison = compared(desk, Says([two_doubts()]), sample=Sample(count=2))
    assert [each.filing for each in comparison.compared] == others
    assert [(each.filing, each.reason) for each in comparison.left] == [(first, "file-missing")]
    assert comparison.drawn == 3


# What differs


def test_values_are_gained_lost_and_changed_and_case_is_no_difference(
    desk: Desk, keep: Callable
) -> None:
    shares = f"{ROW}[1]/{SHARES}"
    champion = form4(read_field(ISSUER, "Marl", 1), read_field(SYMBOL, "MRL", 2),
                     read_field(OWNER, "", 3), read_field(shares, "7250", 4))  # fmt: skip
    candidate = form4(read_field(ISSUER, "MARL", 1), doubtful(read_field(SYMBOL, "MRK", 2)),
                      read_field(OWNER, "Smith John", 3), read_field(shares, "", 4))  # fmt: skip
    identifier = keep(champion)
    comparison = compared(desk, Says([candidate]))
    (one,) = comparison.compared
    assert {each.name: each.kind for each in one.differences} == {
        "issuerTradingSymbol": "changed",
        "reportingOwner/rptOwnerName": "gained",
        "nonDerivativeTransaction/transactionShares": "lost",
    }
    symbol = next(each for each in one.differences if each.path == SYMBOL)
    assert symbol.filing == identifier
    assert (symbol.champion.value, symbol.champion.confidence) == ("MRL", 0.999)
    assert (symbol.candidate.value, symbol.candidate.state) == ("MRK", "read")
    assert (symbol.candidate.confidence, symbol.candidate.review) == (0.6, True)
    assert (one.review, one.doubtful) == ((False, True), (0, 1))


def test_what_became_illegible_is_lost(desk: Desk, keep: Callable) -> None:
    keep(form4(read_field(ISSUER, "Marl", 1), read_field(SYMBOL, "", 2)))
    candidate = form4(
        read_field(ISSUER, "", 1, None, state=ILLEGIBLE, text="M?rl"),
        read_field(SYMBOL, "", 2, None, state=ILLEGIBLE),
    )
    (one,) = compared(desk, Says([candidate])).compared
    assert [(each.name, each.kind) for each in one.differences] == [
        ("issuerName", "lost"), ("issuerTradingSymbol", "changed")]  # fmt: skip


def rows_of(*values: tuple[str, int]) -> list:
    """Rows of a table with these shares, each in this line of the page."""
    return [read_field(f"{ROW}[{number}]/{SHARES}", shares, line)
            for number, (shares, line) in enumerate(values, 1)]  # fmt: skip


def test_a_row_more_at_the_top_is_one_difference_and_not_all_rows_below(
    desk: Desk, keep: Callable
) -> None:
    keep(form4(*rows_of(("20", 21), ("30", 31))))
    comparison = compared(desk, Says([form4(*rows_of(("10", 11), ("20", 21), ("30", 31)))]))
    (difference,) = comparison.compared[0].differences
    assert (difference.kind, difference.champion) == ("gained", None)
    assert difference.candidate and difference.candidate.value == "10"
    assert difference.path == f"{ROW}[1]/{SHARES}"
    text = to_text(comparison, False)
    assert "champion   no such row\n" in text and "candidate  read, 0.999\n" in text


def test_rows_without_a_place_go_together_in_their_order() -> None:
    bare = form4(*(replace(each, boxes=()) for each in rows_of(("20", 21), ("30", 31))))
    found = pairs(bare, form4(*rows_of(("20", 11), ("30", 21), ("40", 31))))
    assert [(one.value if one else "", other.value) for one, other in found if other] == [
        ("20", "20"), ("30", "30"), ("", "40")]  # fmt: skip


def test_rows_on_different_pages_are_different_rows() -> None:
    (row,) = rows_of(("20", 21))
    elsewhere = replace(row, boxes=tuple(Place(2, place.box) for place in row.boxes))
    assert pairs(form4(row), form4(elsewhere)) == [(row, None), (None, elsewhere)]


# Whom it is compared with


def test_what_other_versions_have_stored_the_champions_read_anew(
    desk: Desk, keep: Callable
) -> None:
    old = two_doubts("Merl")
    keep(replace(old, models={"recognizer": "recognizer@3"}))
    champion = Says([two_doubts("Marl")])
    comparison = compared(desk, Says([two_doubts("Marl")]), champion)
    (one,) = comparison.compared
    assert (one.stored, one.differences, len(champion.asked)) == (False, (), 1)
    assert "0 with what is stored, 1 read by both" in to_text(comparison)


def test_with_both_the_champions_read_all_anew(desk: Desk, keep: Callable) -> None:
    keep(two_doubts("Merl"))
    champion = Says([two_doubts("Marl")])
    (one,) = compared(desk, Says([two_doubts("Marl")]), champion, both=True).compared
    assert (one.stored, one.differences) == (False, ())


def test_pages_precision_and_what_a_reviewer_said_are_those_of_the_stored_reading(
    desk: Desk, pdf: Pdf
) -> None:
    page = replace(PAGE, number=2)
    identifier = desk.filing(replace(two_doubts(), pages=(page,)))
    desk.files.put(source_of(identifier), pdf("a", "b", "c"))
    table = database.filings
    told = {"first_page": 2, "last_page": 2, "roles": {"2": "first", FORM: "4"}, "precision": 0.9}
    with desk.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == identifier).values(told))
    candidate = Says([replace(two_doubts(), pages=(page,))])
    assert compared(desk, candidate).compared
    assert candidate.asked == [([2], 0.9, {2: "first"}, "4")]


def test_filings_of_one_document_are_found_by_their_pages_and_it_is_read_once(
    desk: Desk, pdf: Pdf
) -> None:
    whole = desk.filing(two_doubts())
    parts = [replace(two_doubts(name), pages=(replace(PAGE, number=number),))
             for number, name in enumerate(("Marl", "Flint"), 1)]  # fmt: skip
    desk.files.put(source_of(whole), pdf("a", "b"))
    for number, part in enumerate(parts, 1):
        desk.filing(part, part_of=whole, part=number)
    table = database.filings
    with desk.engine.begin() as connection:
        connection.execute(sa.update(table).where(table.c.id == whole).values(state=SPLIT))
    candidate = Says(parts)
    comparison = compared(desk, candidate)
    assert [each.differences for each in comparison.compared] == [(), ()]
    assert len(candidate.asked) == 1
    assert left(compared(desk, Says([replace(two_doubts(), pages=(PAGE, parts[1].pages[0]))]))) == [
        ("other-parts", CANDIDATE)] * 2  # fmt: skip


# What cannot be compared


@pytest.mark.parametrize(
    "found, reason",
    [
        (NoKnownForm("words of the page"), "no-known-form"),
        (RuntimeError("words of the page"), "internal-error"),
        (DamagedWeights("half of it"), "damaged-weights"),
        ([replace(two_doubts(), form="5")], "other-form"),
        ([], "other-parts"),
    ],
)
def test_what_the_candidate_cannot_read_is_told_by_its_reason_and_without_words_of_the_page(
    desk: Desk, keep: Callable, found: Sequence[Extraction] | Exception, reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for _ in range(2):
        keep(two_doubts())
    comparison = compared(desk, Says(found))
    assert comparison.compared == () and left(comparison) == [(reason, CANDIDATE)] * 2
    text = to_text(comparison)
    assert f"not compared: 2 {reason} (candidate)" in text
    assert "words of the page" not in text + caplog.text


def test_it_is_told_when_the_champions_cannot_read_it_any_more(desk: Desk, keep: Callable) -> None:
    keep(two_doubts())
    comparison = compared(desk, Says([two_doubts()]), Says(NoKnownForm()), both=True)
    assert left(comparison) == [("no-known-form", CHAMPION)]


def test_a_stored_reading_that_is_damaged_is_nobodys_fault(desk: Desk, keep: Callable) -> None:
    identifier = keep(two_doubts())
    desk.files.put(f"{folder_of(identifier)}/001-result.json", b"{}")
    assert left(compared(desk, Says([two_doubts()]))) == [("damaged-result", "")]


def test_a_filing_erased_meanwhile_leaves_no_value_in_the_report(
    desk: Desk, keep: Callable
) -> None:
    keep(two_doubts())

    def watched(documents: Sequence) -> Iterator:
        yield from documents
        erase(desk.engine, desk.files, documents[0].whole.id, "acme", "", "by its tenant")

    comparison = compared(desk, Says([two_doubts("Secret")]), watched=watched)
    assert left(comparison) == [("erased", "")]
    assert "Secret" not in json.dumps(to_json(comparison))


def test_an_interruption_leaves_what_there_is_until_then(desk: Desk, keep: Callable) -> None:
    for _ in range(3):
        keep(two_doubts())

    def watched(documents: Sequence) -> Iterator:
        yield documents[0]
        raise KeyboardInterrupt

    comparison = compared(desk, Says([two_doubts("Flint")]), watched=watched)
    assert (comparison.interrupted, len(comparison.compared), comparison.drawn) == (True, 1, 3)
    assert "interrupted" in to_text(comparison)


def test_nothing_that_is_stored_changes(desk: Desk, keep: Callable) -> None:
    reviewer = desk.reviewer("ann")
    desk.review_all(reviewer, keep(two_doubts()), f0001="Flint")
    keep(replace(two_doubts(), models={"recognizer": "recognizer@3"}))
    before = stored_things(desk)
    comparison = compared(desk, Says([two_doubts("Flint")]), Says([two_doubts()]))
    assert len(comparison.compared) == 2 and before[1]
    assert stored_things(desk) == before


# What people decided


def test_people_say_who_is_right(desk: Desk, keep: Callable) -> None:
    identifier = keep(two_doubts("Merl", "7250"))
    desk.review_all(desk.reviewer("ann"), identifier, f0001="Marl")  # the shares are accepted
    comparison = compared(desk, Says([two_doubts("MARL", "7280")]))
    report = to_json(comparison)
    assert report["decided"] == {
        "corrected": {"count": 1, "candidate": 1, "champion": 0},
        "accepted": {"count": 1, "candidate": 0, "champion": 1},
    }
    assert {each["path"]: each["decided"] for each in report["differences"]} == {
        ISSUER: "Marl", f"{ROW}[1]/{SHARES}": "7250"}  # fmt: skip
    right = {row.name: row.decided for row in by_field(comparison)}
    assert right == {
        "issuerName": Right(1, 1, 0),
        "nonDerivativeTransaction/transactionShares": Right(1, 0, 1),
    }
    text = to_text(comparison)
    assert "corrected 1: candidate right 1, champion right 0" in text
    assert "accepted 1: candidate right 0, champion right 1" in text


def test_what_nobody_can_read_or_has_decided_tells_of_nothing(desk: Desk, keep: Callable) -> None:
    identifier = keep(two_doubts())
    caller = desk.reviewer("ann")
    review = desk.reviews.open(caller, identifier)
    for name in review.fields:
        desk.reviews.record(caller, review.id, Edit("illegible", name))
    assert compared(desk, Says([two_doubts("Flint")])).compared[0].judged == ()  # not finished
    desk.reviews.finish(caller, review.id)
    assert compared(desk, Says([two_doubts("Flint")])).compared[0].judged == ()


def test_a_row_that_a_person_added_is_one_that_the_champion_lacks(
    desk: Desk, keep: Callable
) -> None:
    identifier = keep(two_doubts())
    caller = desk.reviewer("ann")
    review = desk.reviews.open(caller, identifier)
    at = Box(100.0, 300.0, 180.0, 310.0)
    added = desk.reviews.record(caller, review.id, Edit("add-row", group=ROW[19:]))
    new = next(each for each in added.fields if each.path == f"{ROW}[2]/{SHARES}")
    desk.reviews.record(caller, review.id, Edit("set", new.id, "99", (Place(1, at),)))
    for name in review.fields:
        desk.reviews.record(caller, review.id, Edit("accept", name))
    desk.reviews.finish(caller, review.id)
    more = read_field(f"{ROW}[2]/{SHARES}", "99", 25)
    candidate = two_doubts()
    comparison = compared(desk, Says([replace(candidate, fields=(*candidate.fields, more))]))
    assert to_json(comparison)["decided"]["corrected"] == {
        "count": 1, "candidate": 1, "champion": 0}  # fmt: skip


# The report


def test_values_are_left_out_when_told_to(desk: Desk, keep: Callable) -> None:
    identifier = keep(two_doubts("Merl"))
    desk.review_all(desk.reviewer("ann"), identifier, f0001="Marl")
    comparison = compared(desk, Says([two_doubts("Murl")]))
    with_values = to_text(comparison) + json.dumps(to_json(comparison))
    without = to_text(comparison, False) + json.dumps(to_json(comparison, False))
    for value in ("Merl", "Marl", "Murl"):
        assert value in with_values and value not in without
    (row,) = to_json(comparison, False)["differences"]
    assert row["decided"] is True and row["candidate"]["state"] == "read"


def test_text_lists_the_first_differences_and_json_all(desk: Desk, keep: Callable) -> None:
    every = [(str(number), number) for number in range(1, MOST_LISTED + 6)]
    keep(form4(*rows_of(*every)))
    comparison = compared(desk, Says([form4(*rows_of(*((f"{one}5", at) for one, at in every)))]))
    assert "... and 5 more" in to_text(comparison)
    report = to_json(comparison)
    assert len(report["differences"]) == MOST_LISTED + 5
    assert report["fields"]["differ"] == report["fields"]["unseen"] == MOST_LISTED + 5


def test_what_was_read_cannot_move_a_terminals_cursor(desk: Desk, keep: Callable) -> None:
    keep(two_doubts())
    assert "\x1b" not in to_text(compared(desk, Says([two_doubts("\x1b[2J")])))


def test_candidates_are_one_for_each_model_and_none_that_reads() -> None:
    other = version("tagger@9")
    assert together(READS, [other]) == READS | {"tagger": other}
    with pytest.raises(BadSetting, match="two candidates for recognizer"):
        together(READS, [version("recognizer@6"), version("recognizer@7")])
    with pytest.raises(BadSetting, match="read already"):
        together(READS, [version("recognizer@5")])


def test_the_line_in_the_audit_has_its_end_however_many_versions_there_are(desk: Desk) -> None:
    note(desk.engine, [version(f"model{each}@1") for each in range(60)], 50, "acme", "ann")
    (line,) = desk.rows(database.audit)
    assert (line.action, line.tenant, len(line.detail)) == ("compared", "acme", 255)
    assert line.detail.startswith("model0@1, ") and line.detail.endswith(", 50 filings by ann")


# The command


@pytest.fixture
def service(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A service as the command finds it; a recogniser @next of the same bytes, a confidence too."""
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "weights").symlink_to(RELEASED / "weights")
    rows = {row.name: row for row in weights.rows(RELEASED) if row.champion}
    reads = {name: rows[name].tag for name in ("layout", "tagger")}
    dims = rows["confidence"].dims | {"read_by": reads | {"recognizer": "recognizer@next"}}
    later = [replace(rows["recognizer"], version="next", champion=False),
             replace(rows["confidence"], version="next", champion=False, dims=dims)]  # fmt: skip
    (folder / "weights.toml").write_text(table_of([*rows.values(), *later]))
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(folder))
    monkeypatch.setenv(weights.THREADS_VARIABLE, "1")
    monkeypatch.setattr(cli_compare, "_step_back", lambda: None)
    settings.data.mkdir()
    engine = engine_of(settings.database_url)
    ensure(engine)
    yield desk_of(engine, settings, monkeypatch)
    engine.dispose()


@pytest.fixture
def read_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Says], None]:
    """Puts somebody in the place of the models."""

    def put(says: Says) -> None:
        monkeypatch.setattr(extractor, "try_out", lambda versions: None)
        monkeypatch.setattr(extractor, "load_extractor", lambda precision, versions: says)

    return put


@pytest.fixture
def compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple]:
    """Runs `filingscan models compare`: its exit status, what it says, and what it warns of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status = cli.main(["models", "compare", *arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def stored_by_champions(desk: Desk, pdf: Pdf) -> str:
    tags = {row.name: row.tag for row in weights.rows(RELEASED) if row.champion}
    identifier = desk.filing(replace(two_doubts(), models=tags))
    desk.files.put(source_of(identifier), pdf())
    return identifier


def test_the_command_reports_and_notes_who_asked(
    service: Desk, read_by: Callable, compare: Callable, pdf: Pdf, tmp_path: Path
) -> None:
    stored_by_champions(service, pdf)
    read_by(Says([two_doubts("Flint")]))
    status, out, err = compare("recognizer@next")
    assert (status, err) == (0, "")
    assert "recognizer@next beside " in out and "'Flint'" in out
    assert "every filing goes to review" in out  # the confidence is not this recogniser's
    target = tmp_path / "report.json"
    status, out, _ = compare("recognizer@next", "--format", "json", "--output", str(target))
    assert (status, out) == (0, f"1 filings compared: {target}\n")
    assert target.stat().st_mode & 0o777 == 0o600
    assert json.loads(target.read_text())["candidate"]["recognizer"] == "recognizer@next"
    lines = service.rows(database.audit)
    assert [line.action for line in lines] == ["compared"] * 2
    assert lines[0].detail.startswith("recognizer@next, 1 filings by ")


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["recognizer@none"], "There is no recognizer@none"),
        ([], "No candidate is named"),
        (["recognizer@next", "recognizer@next"], "two candidates for recognizer"),
        (["--run", "nowhere"], "no candidate to load"),
        (["recognizer@next", "--form", "99"], "There is no form 99; there are"),
        (["recognizer@next", "--sample", "0"], "sample is 0"),
        (["recognizer@next", "--tenant", "nobody"], "No filing that fits"),
        (["recognizer@next", "--since", "2030-01-01"], "No filing that fits"),
        (["recognizer@next", "--output", "."], "exists already"),
        (["recognizer@next", "--output", "nowhere/x"], "no folder nowhere"),
    ],
)
def test_bad_arguments_are_told_in_a_line_with_status_2(
    service: Desk, compare: Callable, pdf: Pdf, arguments: list[str], told: str
) -> None:
    stored_by_champions(service, pdf)
    status, out, err = compare(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("filingscan: ") and told in err and err.count("\n") == 1
    assert service.rows(database.audit) == []


def test_what_is_no_date_is_refused(compare: Callable, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        compare("recognizer@next", "--since", "yesterday")
    assert ended.value.code == 2 and "no date such as" in capsys.readouterr().err


def test_times_are_utc_unless_they_say_otherwise() -> None:
    assert cli_compare._moment("2026-11-21") == datetime(2026, 11, 21, tzinfo=UTC)
    assert cli_compare._moment("2026-11-21T02:00+02:00") == datetime(2026, 11, 21, tzinfo=UTC)


def test_where_all_documents_are_gone_or_none_can_be_read_the_status_is_2(
    service: Desk, read_by: Callable, compare: Callable, pdf: Pdf
) -> None:
    identifier = stored_by_champions(service, pdf)
    read_by(Says(NoKnownForm()))
    status, out, err = compare("recognizer@next")
    assert status == 2 and "1 no-known-form (candidate)" in out and "None of the filings" in err
    service.files.delete_all(folder_of(identifier))
    status, _, err = compare("recognizer@next")
    assert status == 2 and "are not there any more" in err


def test_without_a_service_there_is_nothing_to_compare_and_none_is_made(
    service: Desk, compare: Callable, tmp_path: Path
) -> None:
    status = cli.main(["models", "compare", "recognizer@next", "--data", str(tmp_path / "none")])
    assert status == 2 and not (tmp_path / "none").exists()


def test_the_candidate_of_a_training_run_needs_not_be_published(
    service: Desk, read_by: Callable, compare: Callable, pdf: Pdf, tmp_path: Path
) -> None:
    stored_by_champions(service, pdf)
    read_by(Says([two_doubts()]))
    run = tmp_path / "run"
    run.mkdir()
    own = vars(version("recognizer@1"))
    record = {name: own[name] for name in weights.RECORD_KEYS}
    (run / "candidate.json").write_text(json.dumps(record))
    (run / "model.onnx").write_bytes(b"a network")
    status, out, _ = compare("--run", str(run))
    assert status == 0 and "recognizer@candidate beside " in out


def test_it_keeps_to_one_thread_and_lets_workers_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    lowered: list[int] = []
    monkeypatch.setenv(weights.THREADS_VARIABLE, "8")
    monkeypatch.setattr("os.nice", lowered.append)
    cli_compare._step_back()
    assert weights.thread_count() == 1 and lowered == [19]


def test_a_candidate_of_the_same_bytes_reads_the_sample_as_it_is_stored(
    service: Desk, compare: Callable
) -> None:
    before = cv2.getNumThreads()
    try:
        document = SAMPLE.read_bytes()
        stored = Extractor.load(threads=1).extract(read(document, SAMPLE.name))
        identifier = service.filing(stored)
        service.files.put(source_of(identifier), document)
        status, out, _ = compare("recognizer@next", "confidence@next", "--format", "json")
    finally:
        cv2.setNumThreads(before)
    report = json.loads(out)
    assert (status, report["with_stored"]) == (0, 1)
    assert not any("goes to review" in each for each in report["warnings"])
    assert report["fields"]["compared"] > 40 and report["differences"] == []
    assert len(set(report["review"]["fields"].values())) == 1
