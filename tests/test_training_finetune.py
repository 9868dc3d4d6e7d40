"""Fine-tuning: from which weights, on which pages, in one command; what is refused."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from eval.printing import PrintedPage, PrintedRegion, PrintedWord
from models import weights
from models.document import IDENTITY, Box, Image
from models.errors import BadSetting, DamagedWeights
from models.tagger import MARK, OUTSIDE, labels
from training import finetune, line_crops, train_recognizer, train_tagger
from training.checkpoint import read_log
from training.line_crops import HEIGHT, LineCrop
from training.mixture import Mixture, find_labelled
from training.scanned import ScannedPage, save
from training.start import Start, carried, find_start, start_from
from training.synth import pages
from training.synth.pages import PrintedFiling
from training.tagging import READ, UNTOUCHED, tagged_tokens

RATE = "learning_rate = 0.001\nwarmup = 1\ncheckpoint_every = 1\nvalidate_every = 1"
NETS = {
    "tagger": ("validation_filings = 1", "hidden = 24\nlayers = 1\nheads = 2"),
    "layout": ("validation_pages = 1", "widths = [4, 8, 8]\nreach = 3"),
    "recognizer": ("validation_pages = 1", "blocks = 1"),
}
METRICS = {"tagger": "f1", "layout": "mean", "recognizer": "exact"}


def page_of(rng: np.random.Generator, tag: str) -> PrintedPage:
    """Four lines of four words, the second line tagged, and a box to tick."""
    words = [
        PrintedWord(str(rng.choice(["acme", "Fund", "12", "of"])),
                    Box(40.0 + 60 * place, 30.0 + 30 * line, 85.0 + 60 * place, 42.0 + 30 * line),
                    10.0, tag if line == 1 else "")
        for line in range(4) for place in range(4)
    ]  # fmt: skip
    tick = PrintedRegion("checkbox", Box(240.0, 150.0, 252.0, 162.0), checked=True, tag="")
    return PrintedPage(1, 306.0, 198.0, tuple(words), (tick,))


def image_of(page: PrintedPage) -> Image:
    """The page at 110 dpi, its words as bars."""
    scale = 110 / 72
    image = np.full((round(page.height * scale), round(page.width * scale)), 255, np.uint8)
    for each in (*page.words, *page.regions):
        top, bottom = round(each.box.top * scale), round(each.box.bottom * scale)
        image[top:bottom, round(each.box.left * scale) : round(each.box.right * scale)] = 60
    return image


def write_scans(folder: Path, names: list[str], form: str, tag: str) -> None:
    """Scanned pages with their records, and the crops of two lines each."""
    (folder / "lines").mkdir(parents=True)
    rng = np.random.default_rng(len(names))
    for name in names:
        page = page_of(rng, tag)
        image = image_of(page)
        save(folder, name, image, ScannedPage(image, 110.0, page, form), IDENTITY)
        noise = rng.integers(0, 255, (HEIGHT, 90)).astype(np.uint8)
        crops = [LineCrop(noise, "12"), LineCrop(noise[:, :64], "acme")]
        line_crops.save(folder / "lines" / f"{name}.json", crops * 8)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated pages, printed and scanned: ten of each, one of them held out."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "print").mkdir()
    rng = np.random.default_rng(1)
    for number in range(10):
        filing = PrintedFiling("4", "plain", (page_of(rng, "issuerName"),), ("first",))
        pages.save(folder / "print" / f"{number:05d}{pages.LABELS_SUFFIX}", filing)
    write_scans(folder / "scan", [f"{number:05d}-01-0" for number in range(10)], "4", "issuerName")
    return folder


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two labelled pages to learn from and one to validate on."""
    folder = tmp_path_factory.mktemp("labelled")
    write_scans(folder / "train", ["form4-a-01", "form4-b-01"], "4", "rptOwnerName")
    write_scans(folder / "dev", ["form4-c-01"], "4", "rptOwnerName")
    return folder


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Two steps of tiny networks."""
    made = ["[generated]\nfilings = 2"]
    for name, (validation, net) in NETS.items():
        base = tmp_path / f"{name}.toml"
        base.write_text(f"{validation}\n[net]\n{net}\n")
        made.append(f'[{name}]\nconfig = "{base}"\nlabelled_share = 0.5\n[{name}.loop]\nsteps = 2\n'
                    f'batch = 4\n{RATE}\nmetric = "{METRICS[name]}_labelled"')  # fmt: skip
    path = tmp_path / "finetune.toml"
    path.write_text("\n".join(made))
    return path


def run(*more: str | Path) -> None:
    finetune.main([str(each) for each in more])


def test_one_command_trains_all_three_and_shows_before_and_after(
    data: Path, labelled: Path, config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ("--labelled", labelled, "--run", tmp_path / "run", "--config", config,
              "--data", data, "--start", "scratch")  # fmt: skip
    run(*common)
    said = capsys.readouterr().out
    for name, score in METRICS.items():
        rows = read_log(tmp_path / "run" / name)
        assert [row["step"] for row in rows] == [0, 1, 2]
        assert {score, f"{score}_labelled"} <= rows[0].keys()
        assert f"{name} starts" in said
        assert weights.of_run(tmp_path / "run" / name).scores.keys() >= {f"{score}_labelled"}
    table = [line.split() for line in said.splitlines() if line.startswith("layout  ")]
    assert [row[1] for row in table if row[1].startswith("mean")] == ["mean", "mean_labelled"]
    assert all(float(value) >= 0 for row in table for value in row[2:])
    kept = (tmp_path / "run" / "layout" / "candidate.json").read_bytes()
    assert b"9 generated, 2 labelled" in kept
    run(*common)
    again = capsys.readouterr().out
    assert "starts" not in again
    assert "mean_labelled" in again
    assert (tmp_path / "run" / "layout" / "candidate.json").read_bytes() == kept


def test_a_broken_off_fine_tuning_goes_on_to_the_same_weights(
    data: Path, labelled: Path, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def common(name: str) -> tuple[str | Path, ...]:
        return ("tagger", "--labelled", labelled, "--run", tmp_path / name, "--config", config,
                "--data", data, "--start", "scratch")  # fmt: skip

    run(*common("whole"))
    loss, calls = train_tagger.tag_loss, iter(range(9))

    def broken(network: Any, batch: Any) -> torch.Tensor:
        if next(calls) == 1:
            raise KeyboardInterrupt
        return loss(network, batch)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(train_tagger, "tag_loss", broken)
        run(*common("parts"))
    capsys.readouterr()
    run(*common("parts"))
    assert "tagger goes on" in capsys.readouterr().out
    whole, parts = (load_file(tmp_path / name / "tagger" / "model.safetensors")
                    for name in ("whole", "parts"))  # fmt: skip
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_the_released_tagger_is_where_fine_tuning_starts(
    data: Path, labelled: Path, config: Path, tmp_path: Path
) -> None:
    text = config.read_text().replace(f'"{tmp_path}/tagger.toml"', '"training/configs/tagger.toml"')
    released = tmp_path / "released.toml"
    released.write_text(text.replace(RATE, RATE.replace("0.001", "0.0")))
    run("tagger", "--labelled", labelled, "--run", tmp_path / "run", "--config", released,
        "--data", data)  # fmt: skip
    champion = weights.find("tagger")
    kept = load_file(champion.path.with_suffix(".safetensors"))["head.weight"].float()
    learned = load_file(tmp_path / "run" / "tagger" / "model.safetensors")["head.weight"]
    row, old = labels().index("issuerName"), champion.labels.index("issuerName")
    torch.testing.assert_close(learned[row], kept[old])


def test_rows_are_carried_over_by_name(tmp_path: Path) -> None:
    tensors = {"head.weight": torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]),
               "head.bias": torch.tensor([1.0, 2.0, 3.0]), "body": torch.ones(2)}  # fmt: skip
    start = Start(tensors, ("O", "gone", "kept"), "old")
    made = carried(start, ("O", "new", "kept"), 5)
    assert made.tensors["head.bias"][[0, 2]].tolist() == [1.0, 3.0]
    assert made.tensors["head.weight"][2].tolist() == [3.0, 3.0]
    assert 0 < made.tensors["head.weight"][1].abs().max() < 0.2
    again = carried(start, ("O", "new", "kept"), 5)
    assert torch.equal(made.tensors["head.weight"], again.tensors["head.weight"])
    assert carried(start, start.labels, 5) is start


def test_a_start_knows_its_labels_from_what_lies_beside_it(tmp_path: Path) -> None:
    champion = weights.find("tagger")
    path = champion.path.with_suffix(".safetensors")
    assert find_start(str(path), "tagger").labels == champion.labels
    assert find_start("champion", "tagger").named == champion.tag
    alone = tmp_path / "model.safetensors"
    shutil.copy(path, alone)
    assert find_start(str(alone), "tagger").labels == ()
    (tmp_path / "candidate.json").write_text(json.dumps({"labels": ["O", "x"]}))
    assert find_start(str(alone), "tagger").labels == ("O", "x")


def test_weights_of_another_network_are_refused_by_the_first_that_does_not_fit() -> None:
    start = Start({"weight": torch.ones(3, 2), "bias": torch.ones(3)}, (), "old.safetensors")
    with pytest.raises(DamagedWeights, match=r"old.safetensors does not fit .* bias is 3, not 1"):
        start_from(torch.nn.Linear(2, 1), start)
    with pytest.raises(DamagedWeights, match="a row for every label"):
        carried(Start(start.tensors, ("O",), "old"), ("O", "x"), 1)


@pytest.mark.parametrize("name", ["layout", "recognizer", "tagger"])
def test_every_program_refuses_a_start_that_does_not_fit(
    name: str, data: Path, tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start = tmp_path / "other.safetensors"
    save_file({"head.weight": torch.ones(3, 2), "head.bias": torch.ones(3)}, start)
    own = tmp_path / "own.toml"
    own.write_text((tmp_path / f"{name}.toml").read_text()
                   + f"[loop]\nsteps = 1\nbatch = 4\n{RATE}")  # fmt: skip
    folder = {"layout": "scan", "recognizer": "scan/lines", "tagger": "print"}[name]
    main = {"layout": finetune.train_layout, "recognizer": train_recognizer,
            "tagger": train_tagger}[name].main  # fmt: skip
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(own), "--data", str(data / folder), "--run", str(tmp_path / "run"),
              "--start", str(start)])  # fmt: skip
    assert ended.value.code == 2
    assert "other.safetensors does not fit the network" in capsys.readouterr().err


def test_a_share_of_the_samples_is_labelled() -> None:
    mixture = Mixture([Path("g")], [Path("l")], 0.3)
    drawn = [mixture.draw(np.random.default_rng(seed)) for seed in range(400)]
    assert 80 < sum(labelled for _, labelled in drawn) < 160
    assert all(path == Path("l" if labelled else "g") for path, labelled in drawn)
    assert not any(Mixture([Path("g")]).draw(np.random.default_rng(seed))[1] for seed in range(20))


def test_words_that_were_read_are_spoiled_less_than_printed_ones() -> None:
    page = page_of(np.random.default_rng(3), "issuerName")
    texts = [word.text for word in page.words]

    def changed(spoiling: Any) -> int:
        count = 0
        for seed in range(60):
            tokens, _ = tagged_tokens(page, "4", np.random.default_rng(seed), *spoiling)
            words = [token.text for token in tokens if token.word]
            count += sum(word not in texts for word in words) + abs(len(words) - len(texts))
        return count

    assert changed([UNTOUCHED]) == 0 < changed([READ]) < changed([]) / 3


def test_untouched_words_keep_their_boxes_and_tags() -> None:
    page = page_of(np.random.default_rng(3), "issuerName")
    tokens, tags = tagged_tokens(page, "4", np.random.default_rng(0), UNTOUCHED)
    assert {token.box.left for token in tokens if token.word} == {w.box.left for w in page.words}
    assert sorted(tags) == sorted(["issuerName"] * 4 + [OUTSIDE] * 13)


def changed_record(folder: Path, target: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    """The labelled folder again, the first record changed."""
    shutil.copytree(folder, target)
    path = target / "train" / "form4-a-01.json.gz"
    record = json.loads(gzip.decompress(path.read_bytes()))
    change(record)
    path.write_bytes(gzip.compress(json.dumps(record).encode()))
    return target


def rename_tag(record: dict[str, Any]) -> None:
    record["page"]["words"][4][3] = "shoeSize"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (rename_tag, r"no form of this version knows: 'shoeSize' of form 4 \(form4-a-01.json.gz\)"),
        (lambda record: record.update(form="99"), "form '99'"),
        (lambda record: record["page"]["regions"][0].__setitem__(0, "doodle"), "'doodle'"),
        (lambda record: record["page"]["regions"][0].__setitem__(6, "isTall"), "'isTall'"),
        (lambda record: record["page"].pop("words"), "is no training record"),
        (lambda record: record.pop("form"), "is no training record"),
    ],
)
def test_records_that_this_version_cannot_learn_from_are_named(
    labelled: Path, tmp_path: Path, change: Callable[[dict[str, Any]], Any], said: str
) -> None:
    with pytest.raises(BadSetting, match=said):
        find_labelled([changed_record(labelled, tmp_path / "changed", change)])


def test_marks_and_numbers_of_footnotes_are_known_labels(labelled: Path, tmp_path: Path) -> None:
    def mark(record: dict[str, Any]) -> None:
        record["page"]["words"][4][3] = "footnoteId"
        record["page"]["words"][5][3] = "footnote.id"

    folder = changed_record(labelled, tmp_path / "changed", mark)
    assert len(find_labelled([folder, labelled]).learn) == 4
    assert f"nonDerivative.securityTitle{MARK}" in labels()


def test_a_record_that_is_no_gzip_is_named(labelled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(labelled, folder)
    (folder / "dev" / "form4-c-01.json.gz").write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(BadSetting, match="form4-c-01"):
        find_labelled([folder])


def empty(folder: Path) -> Path:
    """A folder whose `train` has no page."""
    (folder / "train").mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--labelled", "nowhere"], "nowhere: no such folder"),
        (["--labelled", "EMPTY"], "has no *.json.gz to learn from"),
        (["oracle", "--labelled", "EMPTY"], "no model 'oracle'; there are tagger"),
        (["--labelled", "EMPTY", "--config", "none.toml"], "none.toml cannot be read"),
        (["--labelled", "EMPTY", "--minutes", "-1"], "--minutes must be positive"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_two(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = empty(tmp_path / "empty")
    with pytest.raises(SystemExit) as ended:
        run(*[str(folder) if each == "EMPTY" else each for each in arguments])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("finetune: ")
    assert said in line


def test_a_folder_without_lines_is_refused_for_the_recognizer_only(
    labelled: Path, tmp_path: Path, data: Path, config: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder = tmp_path / "changed"
    shutil.copytree(labelled, folder)
    shutil.rmtree(folder / "train" / "lines")
    with pytest.raises(SystemExit):
        run("recognizer", "--labelled", folder, "--config", config, "--data", data)
    assert "lines/*.json to learn from" in capsys.readouterr().err
    assert find_labelled([folder]).learn


def test_without_pages_to_validate_on_the_generated_ones_decide(
    data: Path, labelled: Path, config: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(labelled, folder)
    shutil.rmtree(folder / "dev")
    run("tagger", "--labelled", folder, "--run", tmp_path / "run", "--config", config,
        "--data", data, "--start", "scratch")  # fmt: skip
    assert read_log(tmp_path / "run" / "tagger")[0].keys() >= {"f1"}
    assert "f1_labelled" not in read_log(tmp_path / "run" / "tagger")[0]


def test_minutes_are_shared_by_what_is_left(labelled: Path, tmp_path: Path) -> None:
    raw = {"tagger": {"time_share": 0.5}, "layout": {"time_share": 0.25},
           "recognizer": {"time_share": 0.25}}  # fmt: skip
    plan = finetune.Plan(("tagger", "layout", "recognizer"), (labelled,), tmp_path,
                         Path("x.toml"), raw, "champion", 20.0, tmp_path)  # fmt: skip
    assert plan.minutes_of("tagger") == 10.0
    (tmp_path / "tagger").mkdir()
    (tmp_path / "tagger" / "candidate.json").write_text("{}")
    (tmp_path / "tagger" / "log.jsonl").write_text('{"step": 9, "loss": 1.0, "seconds": 240}\n')
    assert plan.minutes_of("layout") == 8.0


def test_generated_pages_are_made_where_there_are_none(
    data: Path, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    class Done:
        returncode = 0

    def note(command: list[str]) -> Done:
        started.append(command[2:])
        return Done()

    monkeypatch.setattr(finetune.subprocess, "run", note)
    plan = finetune.Plan(("tagger", "layout"), (labelled,), tmp_path / "run", Path("x.toml"),
                         {"generated": {"filings": 7}}, "champion", 0.0, tmp_path)  # fmt: skip
    made = tmp_path / "run" / "generated"
    assert finetune.generated(plan)["layout"] == (made / "scan",)
    assert started == [
        ["training.synth.print_pages", "--count", "7", "--output", str(made / "print")],
        ["training.scan_pages", "--input", str(made / "print"), "--output", str(made / "scan")],
    ]


def test_generated_pages_that_are_there_are_taken(data: Path, labelled: Path) -> None:
    plan = finetune.Plan(("layout",), (labelled,), data / "run", Path("x.toml"), {}, "champion",
                         0.0, data)  # fmt: skip
    assert finetune.generated(plan)["recognizer"] == (data / "scan" / "lines",)
