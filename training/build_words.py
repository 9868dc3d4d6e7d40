"""Program: the words that `models.spelling` knows, from printed training pages and a dictionary.

`python -m training.build_words --data data/print --dictionary FILE` writes `models/words.txt.gz`: a
word in small letters, a tab, how many filings have it. The dictionary (SCOWL's words of size 35,
Debian's package wamerican-small, /usr/share/dict/american-english-small) adds what ordinary English
has, once each. Names and addresses are left out unless many filings have them: people are not known
beforehand.
"""

from __future__ import annotations

import argparse
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tqdm import tqdm

from eval.printing import PrintedWord
from models.spelling import LEAST_LETTERS, LETTERS, WORDS
from training.synth import pages

NAMES = ("rptOwner", "issuer", "signatureName")
"""How the tags of names and addresses start."""
LEAST_FILINGS, LEAST_NAMED = 3, 8
"""Filings that have a word before it is known; of names and addresses, more."""


def words_of(words: Iterable[PrintedWord]) -> Iterator[tuple[str, bool]]:
    """Small-letter words of printed ones, and whether each stands in a name or an address."""
    for word in words:
        named = (word.tag or "").startswith(NAMES)
        for found in LETTERS.findall(word.text.lower()):
            if len(found) >= LEAST_LETTERS:
                yield found, named


def counted(filings: Iterable[pages.PrintedFiling]) -> Counter[str]:
    """Word -> filings that have it, of those that enough filings have."""
    plain: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for filing in filings:
        own = {each for page in filing.pages for each in words_of(page.words)}
        plain.update(word for word, named in own if not named)
        names.update(word for word, named in own if named)
    kept = Counter({word: count for word, count in plain.items() if count >= LEAST_FILINGS})
    kept.update({word: count for word, count in names.items()
                 if count >= LEAST_NAMED and word not in kept})  # fmt: skip
    return kept


def ordinary(dictionary: Path) -> list[str]:
    """The words of a dictionary that are no names; possessives are two words here."""
    words = dictionary.read_text("utf-8").split()
    return [word for word in words if LETTERS.fullmatch(word) and word.islower()]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", default=[Path("data/print")])
    parser.add_argument("--dictionary", type=Path, required=True, help="a word a line")
    parser.add_argument("--output", type=Path, default=WORDS)
    options = parser.parse_args()
    files = [path for folder in options.data for path in pages.label_files(folder)]
    found = counted(pages.load(path) for path in tqdm(files, unit="filing"))
    for word in ordinary(options.dictionary):
        if len(word) >= LEAST_LETTERS:
            found.setdefault(word, 1)
    lines = "".join(f"{word}\t{count}\n" for word, count in sorted(found.items()))
    options.output.write_bytes(gzip.compress(lines.encode(), 9, mtime=0))
    print(f"{len(found)} words in {options.output}")


if __name__ == "__main__":
    main()
