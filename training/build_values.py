"""Make the value tables of `training/values/` from the SEC's insider data sets.

`python -m training.build_values FOLDER --without EVALUATION` reads the folder of source files named
in `training/values/README.md` and leaves out the people and issuers of the filings evaluated on.
The tables are committed, so that only a new source needs this program.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from faker import Faker

VALUES = Path(__file__).parent / "values"
SAMPLE = 6000
SEED = 1934

NON_US = {
    "en_CA": ("A6", "A1", "A0", "A8"),
    "en_GB": ("X0",),
    "de_DE": ("2M",),
    "fr_FR": ("I0",),
    "es_ES": ("U3",),
    "nl_NL": ("P7",),
    "en_AU": ("C3",),
    "en_IE": ("L2",),
    "de_CH": ("V8",),
    "es_MX": ("O5",),
}
"""Generator locale → SEC codes of the state or country it stands for."""

CITIES = """
New York NY 100 Boston MA 021 Chicago IL 606 Houston TX 770 Dallas TX 752 Austin TX 787
San Francisco CA 941 San Diego CA 921 Palo Alto CA 943 Los Angeles CA 900 San Jose CA 951
Menlo Park CA 940 South San Francisco CA 940 Irvine CA 926 Seattle WA 981 Bellevue WA 980
Portland OR 972 Denver CO 802 Salt Lake City UT 841 Phoenix AZ 850 Scottsdale AZ 852
Las Vegas NV 891 Minneapolis MN 554 St. Louis MO 631 Kansas City MO 641 Omaha NE 681
Milwaukee WI 532 Detroit MI 482 Cleveland OH 441 Cincinnati OH 452 Columbus OH 432
Indianapolis IN 462 Louisville KY 402 Nashville TN 372 Memphis TN 381 Atlanta GA 303
Charlotte NC 282 Raleigh NC 276 Durham NC 277 Richmond VA 232 McLean VA 221 Reston VA 201
Washington DC 200 Bethesda MD 208 Baltimore MD 212 Wilmington DE 198 Philadelphia PA 191
Pittsburgh PA 152 King of Prussia PA 194 Princeton NJ 085 Newark NJ 071 Stamford CT 069
Greenwich CT 068 Hartford CT 061 Providence RI 029 Cambridge MA 021 Waltham MA 024
Portland ME 041 Manchester NH 031 Burlington VT 054 Albany NY 122 Buffalo NY 142
Rochester NY 146 White Plains NY 106 Miami FL 331 Tampa FL 336 Jacksonville FL 322
Palm Beach FL 334 Birmingham AL 352 Jackson MS 392 New Orleans LA 701 Little Rock AR 722
Oklahoma City OK 731 Tulsa OK 741 Wichita KS 672 Des Moines IA 503 Sioux Falls SD 571
Fargo ND 581 Billings MT 591 Boise ID 837 Cheyenne WY 820 Albuquerque NM 871 Honolulu HI 968
Anchorage AK 995 Charleston SC 294 Charleston WV 253 San Juan PR 009
"""
"""Cities with their state and the first three digits of their post codes."""

# Words of signature lines that are no names.
CONNECTIVES = frozenset(
    """
    - /s/ a agent an and as attorney attorney-in- attorney-in-fact attorney-in-fact: attorney-
    infact attorneys atty authorized behalf by by: capacity ceo cfo chief company corporate
    counsel cpa dated designated director dr duly esq executive executor fact family filed
    financial for fund general her herself himself his ii iii in in-fact inc individually its l.p.
    legal limited llc lp ltd manager managing member mr mrs ms name name: of officer on p/o/a
    partner partners person poa poa: power president pursuant reporting revocable secretary
    signatory signature sole the title title: to trust trustee under vice with
    """.split()  # noqa: SIM905 - a list of words reads better as text
)


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of one gzipped, tab-separated SEC table."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def without(path: Path) -> frozenset[str]:
    """Names of issuers and owners in a folder of EDGAR XML that the tables must not hold."""
    names: set[str] = set()
    for filing in path.glob("*.xml"):
        for tag in ("issuerName", "rptOwnerName"):
            found = ElementTree.parse(filing).getroot().iter(tag)
            names.update(clean(element.text).casefold() for element in found)
    return frozenset(names)


def clean(text: str | None) -> str:
    """The text on one line with single blanks."""
    return " ".join((text or "").replace("\t", " ").split())


def write(name: str, lines: Iterable[str]) -> None:
    """Write one table; no time stamp inside, so equal content gives equal bytes."""
    data = "".join(f"{line}\n" for line in lines).encode()
    (VALUES / name).write_bytes(gzip.compress(data, mtime=0))


def counted(counts: Counter[str], least: int = 1) -> Iterator[str]:
    """Lines `count<TAB>text`, most frequent first."""
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return (f"{count}\t{text}" for text, count in order if text and count >= least)


def spread(values: Iterable[str], size: int = SAMPLE) -> list[str]:
    """An even sample of sorted values, which keeps their distribution."""
    order = sorted(values, key=float)
    step = max(len(order) / size, 1.0)
    return [order[int(index * step)] for index in range(min(size, len(order)))]


def signature_pattern(signature: str) -> str:
    """The signature with each run of names replaced by `{name}`."""
    tokens: list[str] = []
    for token in clean(signature.replace("/s/", "/s/ ")).split(" "):
        bare = token.strip(",.;()").lower()
        is_name = bool(re.match(r"[A-Z(]", token)) and bare not in CONNECTIVES
        end = "," if token.endswith(",") else ""
        if not is_name:
            tokens.append(token)
        elif tokens and tokens[-1] == "{name}":
            tokens[-1] += end
        else:
            tokens.append("{name}" + end)
    return " ".join(tokens)


def build_names(source: Path, transactions: list[dict[str, str]], excluded: frozenset[str]) -> None:
    """Issuers with tickers, owners, positions."""
    issuers = {(clean(row["issuer_name"]), clean(row["ticker"])) for row in transactions}
    for row in rows_of(source / "SUBMISSION.tsv.gz"):
        issuers.add((clean(row["ISSUERNAME"]), clean(row["ISSUERTRADINGSYMBOL"])))
    listed = {pair for pair in issuers if pair[0] and pair[0].casefold() not in excluded}
    write("issuers.tsv.gz", sorted(f"{name}\t{ticker}" for name, ticker in listed))
    owners = {clean(row["reporting_owner"]) for row in transactions}
    write("owners.txt.gz", sorted(name for name in owners if name.casefold() not in excluded))
    positions = Counter(clean(row["reporting_owner_position"]) for row in transactions)
    write("positions.tsv.gz", counted(positions))


def build_tables(source: Path, transactions: list[dict[str, str]]) -> None:
    """Titles, natures of ownership, amounts, codes."""
    held = list(rows_of(source / "NONDERIV_HOLDING.tsv.gz"))
    derived = [
        *rows_of(source / "DERIV_TRANS.tsv.gz"),
        *rows_of(source / "DERIV_HOLDING.tsv.gz"),
    ]
    titles = {
        "nonDerivative": Counter(clean(row["SECURITY_TITLE"]) for row in held),
        "derivative": Counter(clean(row["SECURITY_TITLE"]) for row in derived),
        "underlying": Counter(clean(row["UNDLYNG_SEC_TITLE"]) for row in derived),
    }
    for table, counts in titles.items():
        write(f"titles_{table}.tsv.gz", counted(counts))
    write(
        "natures.tsv.gz", counted(Counter(clean(r["NATURE_OF_OWNERSHIP"]) for r in held + derived))
    )
    write("shares.txt.gz", spread(row["transaction_shares"] for row in transactions))
    prices = (row["transaction_price"] for row in transactions if row["transaction_price"])
    write("prices.txt.gz", spread(price for price in prices if float(price)))
    exercise = (row["CONV_EXERCISE_PRICE"] for row in derived if row["CONV_EXERCISE_PRICE"])
    write("exercise_prices.txt.gz", spread(price for price in exercise if float(price)))
    write(
        "codes_nonDerivative.tsv.gz", counted(Counter(r["transaction_type"] for r in transactions))
    )
    write("codes_derivative.tsv.gz", counted(Counter(r.get("TRANS_CODE") or "" for r in derived)))


def build_signatures(source: Path) -> None:
    """Patterns of signatures with the names taken out."""
    signatures = (row["OWNERSIGNATURENAME"] for row in rows_of(source / "OWNER_SIGNATURE.tsv.gz"))
    patterns = Counter(signature_pattern(signature) for signature in signatures)
    named = Counter({text: count for text, count in patterns.items() if "{name}" in text})
    write("signatures.tsv.gz", counted(named, least=2))


def build_places() -> None:
    """Streets and places made by the generator package; nothing here is anybody's address."""
    american = Faker("en_US")
    american.seed_instance(SEED)
    streets = {american.street_address() for _ in range(3000)}
    places = {
        f"{city}\t{state}\t{prefix}{american.random_int(1, 99):02d}"
        for city, state, prefix in re.findall(r"(\S.*?) ([A-Z]{2}) (\d{3})", CITIES)
        for _ in range(12)
    }
    for _ in range(3000):
        state = american.state_abbr()
        places.add(f"{american.city()}\t{state}\t{american.zipcode_in_state(state)}")
    for locale, codes in NON_US.items():
        foreign = Faker(locale)
        foreign.seed_instance(SEED)
        streets.update(clean(foreign.street_address()) for _ in range(60))
        for index in range(120):
            place = f"{foreign.city()}\t{codes[index % len(codes)]}\t{foreign.postcode()}"
            places.add(place)
    write("streets.txt.gz", sorted(streets))
    write("places.tsv.gz", sorted(places))


def main() -> None:
    """Build all tables from the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="folder with the SEC tables, gzipped")
    parser.add_argument(
        "--without", type=Path, required=True, help="EDGAR XML whose names are to be left out"
    )
    arguments = parser.parse_args()
    source = arguments.source
    with gzip.open(source / "transactions.jsonl.gz", "rt", encoding="utf-8") as lines:
        transactions = [json.loads(line) for line in lines]
    build_names(source, transactions, without(arguments.without))
    build_tables(source, transactions)
    build_signatures(source)
    build_places()


if __name__ == "__main__":
    main()
