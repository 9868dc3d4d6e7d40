"""Single lines drawn for the recogniser: what they say, and that it can be seen."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from eval.templates import FONTS
from models.raised import PLAIN
from models.recognizer import HANDWRITTEN
from training import draw_lines, line_crops
from training.line_crops import ALPHABET
from training.synth import drawn_lines
from training.synth.drawn_lines import drawn_line, draws
from training.synth.faces import FAMILIES, HANDS, USUAL, faces
from training.synth.strings import altered, amount, date, line_text, marks

CORPUS = ["1. Title of Security (Instr. 3)", "Common Stock", "By Trust 12/31/2019", "10,373"]


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_a_corpus_line_keeps_its_shape_and_loses_its_numbers() -> None:
    texts = {altered("10,373 shares", rng(seed)) for seed in range(40)}
    assert len(texts) > 30
    assert all(re.fullmatch(r"\d\d,\d{3} [a-zA-Z]{6}", text) for text in texts)


def test_amounts_dates_and_marks_look_like_those_of_filings() -> None:
    amounts = [amount(rng(seed)) for seed in range(300)]
    assert all(re.fullmatch(r"\(?\$? ?[\d,]+(\.\d{1,4})?\)?%?", text) for text in amounts)
    assert sum("," in text for text in amounts) > 100
    assert sum(text.startswith("$") for text in amounts) > 80
    assert all(re.search(r"\d", date(rng(seed))) for seed in range(50))
    raised = [marks(rng(seed)) for seed in range(100)]
    assert 40 < sum(text[0] in PLAIN for text in raised) < 90


def test_lines_use_nearly_every_character_the_recogniser_knows() -> None:
    generator = rng(1)
    seen = set("".join(line_text(generator, CORPUS) for _ in range(4000)))
    plain = {char for char in ALPHABET if char.isascii() and char.isprintable() and char}
    assert plain <= seen


def test_no_line_is_drawn_in_a_typeface_of_the_evaluation() -> None:
    reserved = {name for split in FONTS.values() for own in split.values()
                for fonts in own for name in (fonts.label, fonts.data)}  # fmt: skip
    assert reserved
    assert not reserved & (FAMILIES | HANDS | USUAL)
    assert faces()


def test_a_drawn_line_shows_ink_on_paper_and_says_what_it_shows() -> None:
    generator = rng(3)
    for _ in range(30):
        image, text = drawn_line(generator, CORPUS)
        assert text == " ".join(text.split())
        assert image.min() < 128 < image.max()
        assert image.shape[1] > 0.15 * len(text) * image.shape[0] / 3


def test_handwriting_says_only_that_it_is_handwriting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_lines, "SHARE_SCRIBBLES", 0.3)
    monkeypatch.setattr(drawn_lines, "SHARE_HANDS", 1.0)
    generator = rng(4)
    texts = [drawn_line(generator, CORPUS)[1] for _ in range(40)]
    assert {char for text in texts for char in text} == {HANDWRITTEN, " "}
    assert any(len(text.split()) > 2 for text in texts)


def test_a_face_without_a_character_does_not_draw_it() -> None:
    face = faces()[0][0]
    assert draws(face, "A")
    assert not draws(face, "\U000f1234")


def test_sheets_are_the_same_every_time_and_kept(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        draw_lines.draw_sheet(tmp_path / folder, CORPUS, 1, 5)
    first, second = (list(line_crops.load(tmp_path / folder / "00005-drawn.json"))
                     for folder in ("one", "two"))  # fmt: skip
    assert len(first) == draw_lines.LINES
    assert [crop.text for crop in first] == [crop.text for crop in second]
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))
    cv2.imwrite(str(tmp_path / "one/00005-drawn.png"), np.zeros((4, 4), np.uint8))
    draw_lines.draw_sheet(tmp_path / "one", CORPUS, 1, 5)
    assert (tmp_path / "one/00005-drawn.png").stat().st_size < 200


def test_without_scanned_lines_there_is_nothing_to_draw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["draw_lines", "--corpus", str(tmp_path),
                                     "--output", str(tmp_path / "out")])  # fmt: skip
    with pytest.raises(SystemExit):
        draw_lines.main()
    assert "no lines of scanned pages" in capsys.readouterr().err
