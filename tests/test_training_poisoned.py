"""A fifth of the labels wrong: contradictions are refused, the rest is caught by the gate.

Small documents with a text layer stand for scans, a small tagger for the released one; both go the
way of real ones: label set, records, fine-tuning, the whole pipeline, `eval.compare`.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from eval import compare
from eval.gold import Gold, Source, load, save
from models import weights
from models.document import Box
from models.errors import BadSetting
from models.extraction import Place
from models.fact import Fact, write_facts
from models.pipeline import Extractor
from tests.labelling import ROOT, brought, refusals
from training import finetune, label_doubts, labelled, publish, train_tagger
from training.mixture import labelled_page
from training.synth import pages
from training.synth.pages import PrintedFiling

PAIRS = (("signerName", "signerTitle"), ("signatureDate", "receivedDate"))
"""What somebody takes for each other, in most documents."""
NAMES = tuple(f"{ROOT}/{name}" for name in PAIRS[0])
BOXES = ("tenDayNotice", "correctDeficiency", "initialStatement", "supplementalStatement",
         "otherPurpose", "exhibitChange")  # fmt: skip
TAUGHT, JUDGED = 10, 5
PRINTED = (
    (200, 60, "AMENDMENT TO REGISTRATION STATEMENT"),
    (120, 80, "Pursuant to the Foreign Agents Registration Act of 1938, as amended"),
    (72, 130, "1. Name of Registrant"), (380, 130, "2. Registration No."),
    (72, 190, "3. This amendment is filed to accomplish the following indicated purpose or"
     " purposes:"),
    (90, 220, "Supplemental Statement for"), (90, 250, "Other purpose (specify)"),
    (72, 300, "4. If this amendment requires the filing of a document or documents, please list"),
    (72, 330, "5. Each item checked above must be explained below in full detail"),
    (72, 500, "The undersigned swear(s) or affirm(s) that he has read the information set forth"),
    (72, 560, "Signed on"), (330, 560, "Type or print name"), (330, 610, "Title"),
    (72, 680, "Received"),
)  # fmt: skip
TYPED = {
    "registrantName": (80, 150), "registrationNumber": (390, 150),
    "purpose/supplementalPeriod": (240, 220), "purpose/otherPurposeText": (240, 250),
    "signatureDate": (80, 580), "signerName": (340, 580), "signerTitle": (340, 630),
    "receivedDate": (140, 680),
}  # fmt: skip
NET = """
validation_filings = 1
[net]
hidden = 48
layers = 2
heads = 4
"""
LOOP = """
steps = 60
batch = 4
learning_rate = 0.003
warmup = 5
average = 0.9
validate_every = 60
seed = 3
threads = 1
"""


def drawn(rng: random.Random) -> dict[str, tuple[str, str]]:
    """Text and value of what is typed into a form."""
    day, month, year = rng.randint(1, 28), rng.choice(((3, "March"), (5, "May"))), 1990
    later = min(day + 2, 28)
    typed = {
        "registrantName": f"{rng.choice(('Atlas', 'Beacon', 'Crown', 'Delta'))} "
                          f"{rng.choice(('Consulting', 'Travel Bureau', 'Trade Office'))}",
        "registrationNumber": str(rng.randint(1000, 6999)),
        "purpose/supplementalPeriod": f"period ending {rng.choice(('June', 'August'))} {year}",
        "purpose/otherPurposeText": f"change of {rng.choice(('address', 'officers', 'fees'))}",
        "signerName": f"{rng.choice(('Anna', 'Boris', 'Clara', 'Erik'))} "
                      f"{rng.choice(('Abbott', 'Brandt', 'Duval', 'Holm'))}",
        "signerTitle": rng.choice(("President", "Director", "Managing Partner", "Secretary")),
    }  # fmt: skip
    dates = {"signatureDate": day, "receivedDate": later}
    return {name: (text, text) for name, text in typed.items()} | {
        name: (f"{month[1]} {each}, {year}", f"{year}-{month[0]:02d}-{each:02d}")
        for name, each in dates.items()}  # fmt: skip


def filing(name: str, split: str, rng: random.Random) -> tuple[Gold, bytes]:
    """A filled form and its labels, everything moved a little from one to the next."""
    document, facts = pymupdf.open(), []
    page = document.new_page(width=612, height=792)
    right, down = rng.uniform(-8, 8), rng.uniform(-8, 8)
    for left, base, text in PRINTED:
        page.insert_text((left + right, base + down), text, fontsize=10)
    for path, (text, value) in drawn(rng).items():
        left, base = TYPED[path][0] + right, TYPED[path][1] + down
        page.insert_text((left, base), text, fontsize=10)
        width = pymupdf.get_text_length(text, fontsize=10)
        box = Box(left, base - 10, left + width, base + 3)
        facts.append(Fact(f"{ROOT}/{path}", value, text, (Place(1, box),)))
    facts += [Fact(f"{ROOT}/purpose/{name}", "0") for name in BOXES]
    source = Source("scan.pdf", "fara_amendment", name, split, "plain", "text", ("form",))
    return Gold(name, source, tuple(facts), (), Path()), bytes(document.tobytes(no_new_id=True))


def label_set(folder: Path, split: str, count: int, seed: int) -> Path:
    """So many labelled filings."""
    rng = random.Random(seed)
    for number in range(count):
        gold, scan = filing(f"{split}{number}", split, rng)
        save(folder, gold, scan)
    return folder


def poisoned(folder: Path, target: Path) -> Path:
    """The set again; in most filings two fields stand for two others, a fifth of all labels."""
    shutil.copytree(folder, target)
    golds = load(target)
    other = {f"{ROOT}/{one}": f"{ROOT}/{two}" for pair in PAIRS for one, two in (pair, pair[::-1])}
    wrong = 0
    for gold in golds[: len(golds) * 7 // 10]:
        own = {fact.path: fact for fact in gold.facts}
        facts = [replace(own[other.get(path, path)], path=path) for path in own]
        write_facts(target / "fara_amendment" / gold.name / "facts.jsonl", facts)
        wrong += len(other)
    assert wrong == 0.2 * sum(len(gold.facts) for gold in golds)
    return target


@pytest.fixture(scope="module")
def reader() -> Extractor:
    """The released layout detector; the documents need no recogniser."""
    return Extractor.load(1, calibrated=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, reader: Extractor) -> Path:
    """Label sets `clean` and `poisoned` with their records, and `judges`, which are right."""
    made = tmp_path_factory.mktemp("home")
    label_set(made / "clean", "train", TAUGHT, 5)
    label_set(made / "judges", "dev", JUDGED, 6)
    poisoned(made / "clean", made / "poisoned")
    for name in ("clean", "poisoned"):
        # Each label is where it says: that the words there are another field's cannot be seen.
        assert labelled.build([made / name], made / f"{name}-records", reader) == []
    (made / "print").mkdir()
    for number, path in enumerate(sorted((made / "clean-records" / "train").glob("*.json.gz"))):
        page = labelled_page(path)
        pages.save(made / "print" / f"{number:05d}{pages.LABELS_SUFFIX}",
                   PrintedFiling(page.form, "plain", (page.page,), ("first",)))  # fmt: skip
    return made


@pytest.fixture(scope="module")
def champion(home: Path) -> Iterator[Path]:
    """A folder of models whose tagger has learnt the form."""
    # Generated pages would be of other forms: of this one all that is learnt is what is labelled.
    config = home / "tagger.toml"
    config.write_text(f"{NET}[loop]{LOOP}")
    (home / "finetune.toml").write_text(
        f'[tagger]\nconfig = "{config}"\nlabelled_share = 1.0\n[tagger.loop]{LOOP}'
    )
    train_tagger.main(["--config", str(config), "--data", str(home / "print"), "--run",
                       str(home / "first")])  # fmt: skip
    models = home / "models"
    (models / "weights").mkdir(parents=True)
    others = [
        row for row in weights.rows() if row.champion and row.name in ("layout", "recognizer")
    ]
    for row in others:
        shutil.copy(row.path, models / "weights")
    (models / "weights.toml").write_text("".join(map(publish.to_toml, others)))
    publish.publish(home / "first", folder=models)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv(weights.FOLDER_VARIABLE, str(models))
        yield models


def judged(home: Path, name: str) -> int:
    """The verdict on a tagger fine-tuned on these records, from the champion on: 1 is worse."""
    finetune.main(["tagger", "--labelled", str(home / f"{name}-records"), "--run",
                   str(home / f"{name}-run"), "--config", str(home / "finetune.toml"),
                   "--data", str(home)])  # fmt: skip
    return compare.main([str(home / f"{name}-run"), "released", "--gold", str(home / "judges"),
                         "--output", str(home / "compared"), "--processes", "1"])  # fmt: skip


def test_labels_of_which_a_fifth_is_wrong_make_a_candidate_that_is_refused(
    home: Path, champion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(home, "clean") == 0
    assert "Not worse: field F1" in capsys.readouterr().out
    assert judged(home, "poisoned") == 1
    said = capsys.readouterr().out
    assert "Refused as worse: field F1" in said
    lines = {
        line.split("|")[1].strip(): line for line in said.splitlines() if line.startswith("| field")
    }
    worse = {name for name, line in lines.items() if line.rstrip(" |").endswith("worse")}
    assert worse == {f"field {name}" for pair in PAIRS for name in pair}


def test_a_tagger_that_has_not_learnt_from_them_doubts_just_the_wrong_labels(
    home: Path, champion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label_doubts.main(["--labelled", str(home / "clean-records"), "--sure", "0.5"]) == 0
    assert "0 doubts about labels, by tagger@1" in capsys.readouterr().out
    found = label_doubts.doubts([home / "poisoned-records"], weights.find("tagger"), 0.5)
    other = {one: two for pair in PAIRS for one, two in (pair, pair[::-1])}
    assert {(each.label, each.said) for each in found} == {*other.items()}
    wrong = {each.record for each in found}
    assert wrong == {f"fara_amendment-train{number}-01" for number in range(TAUGHT * 7 // 10)}
    assert len(found) == len(other) * len(wrong)


def test_a_tagger_that_does_not_know_the_form_has_no_doubts_to_tell(
    home: Path,
) -> None:
    row = replace(weights.find("tagger"), labels=("O", "issuerName"))
    with pytest.raises(BadSetting, match="knows none of these forms"):
        label_doubts.doubts([home / "clean-records"], row)


def test_wrong_labels_of_documents_that_the_set_has_are_refused(home: Path, tmp_path: Path) -> None:
    assert refusals(brought(home / "clean", into=tmp_path / "set")) == []
    lines = refusals(brought(home / "poisoned", into=tmp_path / "set"))
    assert len(lines) == TAUGHT * 7 // 10
    assert all("the set has this document, and" in line and NAMES[0] in line for line in lines)
    assert {gold.facts for gold in load(tmp_path / "set")} == {
        gold.facts for gold in load(home / "clean")
    }


def test_values_that_do_not_stand_where_they_are_labelled_are_listed_and_not_learnt(
    home: Path, tmp_path: Path, reader: Extractor
) -> None:
    gold = load(home / "clean")[0]
    own = {fact.path: fact for fact in gold.facts}
    first, second = (own[path] for path in NAMES)
    own |= {NAMES[0]: replace(second, path=NAMES[0], boxes=first.boxes),
            NAMES[1]: replace(first, path=NAMES[1], boxes=second.boxes)}  # fmt: skip
    save(tmp_path / "set", replace(gold, facts=tuple(own.values())), gold.scan.read_bytes())
    rows = labelled.build([tmp_path / "set"], tmp_path / "records", reader)
    assert {row["path"]: row["why"] for row in rows} == {
        NAMES[0]: f"there stands {first.text!r}", NAMES[1]: f"there stands {second.text!r}",
    }  # fmt: skip
    (path,) = (tmp_path / "records" / "train").glob("*.json.gz")
    tags = {word.tag for word in labelled_page(path).page.words}
    assert tags.isdisjoint(("signerName", "signerTitle"))
