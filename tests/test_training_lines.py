"""Lines as a scan shows them: what is raised is written so."""

from dataclasses import replace

from eval.printing import PrintedPage, PrintedWord
from models.document import Box
from training.lines import lines_of


def test_square_brackets_that_are_raised_are_written_as_marks() -> None:
    value = PrintedWord("1,540", Box(10, 20, 40, 30), 10.0)
    mark = PrintedWord("[2]", Box(40, 18.5, 48, 25), 6.5)

    def text(*words: PrintedWord) -> str:
        (line,) = lines_of(PrintedPage(1, 612.0, 792.0, words, ()))
        return line.text

    assert text(value, mark) == "1,540⁽²⁾"
    assert text(value, replace(mark, text="(2)")) == "1,540⁽²⁾"
    assert text(value, replace(mark, box=Box(40, 20, 52, 30), size=10.0)) == "1,540[2]"
    assert text(value, replace(mark, text="[a]")) == "1,540[a]"
