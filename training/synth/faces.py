"""Typefaces for drawing single lines of text, many more than whole pages are printed in.

None of them is reserved for the evaluation's pages, nor a clone of one that is (Arimo, Tinos and
Cousine are Liberation under other names).
"""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from training.synth import style

FAMILIES = frozenset((
    *style.SANS, *style.SERIF, *style.MONO,
    "Accanthis ADF Std", "Agave", "Andika", "Anonymous Pro", "Averia Sans GWF", "Averia Serif GWF",
    "B612", "B612 Mono", "Baskervald ADF Std", "Berenis ADF Pro", "Bitstream Vera Sans",
    "Bitstream Vera Sans Mono", "Bitstream Vera Serif", "CMU Bright", "CMU Concrete",
    "CMU Sans Serif", "CMU Serif", "CMU Typewriter Text", "Cabin", "Century Catalogue", "Dosis",
    "Fantasque Sans Mono", "GFS Didot", "GFS Neohellenic", "Gentium", "Gillius ADF", "Go",
    "Go Mono", "Goudy Bookletter 1911", "Inconsolata", "Junicode Two Beta", "Karla",
    "Latin Modern Mono", "Latin Modern Mono Prop", "Latin Modern Roman", "Latin Modern Sans",
    "Old Standard TT", "Oxygen Mono", "Oxygen-Sans", "PT Mono", "PT Sans", "PT Sans Narrow",
    "PT Serif", "Play", "Quattrocento", "Roboto Slab", "Romande ADF Std", "STIX", "Tuffy",
    "TypoScript", "Universalis ADF Std", "Vollkorn", "monofur", "mononoki",
    "Beteckna", "Clear Sans", "Doulos SIL", "GNUTypewriter", "Hermit", "Jura", "M PLUS 1",
    "M PLUS 1 Code", "M PLUS 2", "M PLUS Code Latin 60", "Prociono", "TeX Gyre Adventor",
    "TeX Gyre Bonum", "TeX Gyre Cursor", "TeX Gyre Heros", "TeX Gyre Heros Cn", "TeX Gyre Pagella",
    "TeX Gyre Schola", "TeX Gyre Termes", "Tiresias Infofont", "Tiresias PCfont",
))  # fmt: skip
USUAL = frozenset((
    *style.ARIAL_LIKE, *style.TIMES_LIKE, *style.TYPEWRITER, "CMU Typewriter Text", "GNUTypewriter",
    "Clear Sans", "TeX Gyre Cursor", "TeX Gyre Heros", "TeX Gyre Termes", "Doulos SIL", "PT Serif",
))  # fmt: skip
"""What most filings are set in, or near to it."""
CROSSED_ZEROS = frozenset((
    "Agave", "Anonymous Pro", "DejaVu Sans Mono", "Fantasque Sans Mono", "Fira Code",
    "Hack", "Hermit", "Inconsolata", "M PLUS 1 Code", "M PLUS Code Latin 60", "monofur", "mononoki",
))  # fmt: skip
"""Typewriter faces whose zero has a stroke or a dot inside."""
HANDS = frozenset((
    "Because We Build", "Because We Connect", "Because We Create", "Because We Learn",
    "Because We Mentor", "Because We Organize", "Breip", "Delphine", "DkgHandwriting",
    "Ecolier_court", "Humor Sans", "Kristi", "Rufscript", "Steve",
))  # fmt: skip
"""Made after people's handwriting."""
OUTLINES = {".ttf", ".otf", ".ttc"}


@cache
def faces(families: frozenset[str] = FAMILIES) -> tuple[tuple[Path, ...], ...]:
    """Font files of each family, every weight and slope, sorted; raises OSError without fc-list.

    Two machines with the same font packages get the same list.
    """
    files: dict[str, set[Path]] = {}
    for family, path in _installed():
        if family in families and path.suffix.lower() in OUTLINES:
            files.setdefault(family, set()).add(path)
    return tuple(tuple(sorted(files[family])) for family in sorted(files))


def missing_families() -> list[str]:
    """The families that are not installed: with fewer, other lines would be drawn."""
    return sorted((FAMILIES | HANDS) - {family for family, _ in _installed()})


@cache
def _installed() -> tuple[tuple[str, Path], ...]:
    """Every family with each of its files."""
    listed = subprocess.run(
        ["fc-list", "--format", "%{family}\t%{file}\n"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = (line.split("\t") for line in listed.splitlines())
    return tuple((family, Path(file)) for names, file in rows for family in names.split(","))
