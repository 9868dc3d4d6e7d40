"""Which words are known: those of the forms, and of names only what many filings have."""

from eval.printing import PrintedPage, PrintedWord
from models.document import Box
from training.build_words import LEAST_FILINGS, LEAST_NAMED, counted
from training.synth.pages import PrintedFiling

BOX = Box(0, 0, 10, 10)


def filing(*words: tuple[str, str]) -> PrintedFiling:
    printed = tuple(PrintedWord(text, BOX, 9.0, tag) for text, tag in words)
    page = PrintedPage(1, 612, 792, printed, (), ())
    return PrintedFiling("4", "sec", (page,), ("first",))


def test_words_of_the_form_are_counted_by_filing_in_small_letters() -> None:
    one = filing(("Common", "x"), ("COMMON", "x"), ("(right", ""), ("10b5-1", ""), ("of", ""))
    found = counted([one] * LEAST_FILINGS)
    assert found == {"common": LEAST_FILINGS, "right": LEAST_FILINGS}


def test_a_rare_word_and_a_rare_name_are_not_known() -> None:
    rare = [filing(("Zyquora", ""))] * (LEAST_FILINGS - 1)
    names = [filing(("Quillmark", "issuerName"))] * (LEAST_NAMED - 1)
    common = [filing(("Holdings", "issuerName"))] * LEAST_NAMED
    assert counted([*rare, *names, *common]) == {"holdings": LEAST_NAMED}
