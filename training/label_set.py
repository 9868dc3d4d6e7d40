"""Brought labels into a label set: contradictions refused, groups kept together, splits given."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.gold import Gold, GoldRegion, Source, load_one, save
from models.errors import FactError
from models.extraction import Place
from models.fact import Fact
from models.form import FormType, form_of_module
from models.values import plain
from training.label_findings import Brought, Findings
from training.label_gold import SOURCE

AUTO, TRAIN, DEV, TEST = "auto", "train", "dev", "test"
PART = 5
"""Every so manieth group validates."""
SHIFT = 0.5
"""Points by which boxes of equal facts may differ."""
TOLD = 3
"""Of contradictions, how many are told."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Choice:
    """How filings are added: which split (`auto`, `train`, `dev`), and whether over others."""

    split: str = AUTO
    seed: int = 0
    force: bool = False


@dataclass
class Added:
    """How many filings were written, by split, and how many were there already."""

    written: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0


def add(brought: Sequence[Brought], target: Path, choice: Choice, findings: Findings) -> Added:
    """Write the filings below `target` unless they contradict each other or what is there."""
    old = _existing(target, findings)
    paths = {key: target.joinpath(*key, "scan.pdf") for key in old}
    scans = {_sha(path): key for key, path in paths.items() if path.exists()}
    new = [one for one in _consistent(brought, findings)
           if _fits(one, old, scans, choice, findings)]  # fmt: skip
    added = Added()
    for one, split in _split(new, old, choice, findings):
        before = old.get(one.key)
        gold = replace(one.gold, source=_source(one, split))
        if before is not None and not _overwrites(one, old, choice):
            # What was checked of equal facts stays as it is, and so does all that was chosen.
            same = not gold.regions or same_regions(gold.regions, before.regions)
            gold = replace(gold, source=before.source, facts=before.facts,
                           regions=before.regions if same else gold.regions)  # fmt: skip
        if before is not None and gold == before:
            added.unchanged += 1
            continue
        try:
            save(target, gold, one.scan)
        except FactError as error:
            findings.refuse(one.origin, f"{error.detail}. {error.remedy}")
            continue
        added.written[gold.source.split] += 1
    return added


def _existing(target: Path, findings: Findings) -> dict[Key, Gold]:
    found: dict[Key, Gold] = {}
    for path in sorted(target.glob(f"*/*/{SOURCE}")):
        try:
            gold = load_one(path.parent)
        except FactError as error:
            findings.refuse(str(path.parent), f"in the set already, and {error.detail}")
            continue
        found[path.parent.parent.name, gold.name] = replace(gold, scan=Path())
    return found


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Contradictions


def values_that_differ(one: Sequence[Fact], other: Sequence[Fact]) -> list[str]:
    """A sentence for each field of which two lists of facts say something else."""
    mine, theirs = ({fact.path: fact for fact in facts} for facts in (one, other))
    paths = [path for path in dict.fromkeys((*mine, *theirs))
             if not _alike(mine.get(path), theirs.get(path))]  # fmt: skip
    return [f"{path} is {' or '.join(_told(mine.get(path), theirs.get(path)))}" for path in paths]


def _told(*facts: Fact | None) -> list[str]:
    """What each fact says; where it says so, when that is all the difference."""
    said = [_said(fact) for fact in facts]
    if len(set(said)) > 1:
        return said
    return [f"{text} at {_where(fact)}" for text, fact in zip(said, facts, strict=True)]


def _said(fact: Fact | None) -> str:
    if fact is None:
        return "not labelled"
    if fact.absent:
        return "absent"
    notes = f" with {' '.join(fact.footnotes)}" if fact.footnotes else ""
    return f"{fact.value!r}{'' if fact.legible else ' (illegible)'}{notes}"


def _where(fact: Fact | None) -> str:
    assert fact is not None  # two that are missing do not differ
    places = fact.boxes
    told = [f"page {place.page} ({place.box.left:.0f}, {place.box.top:.0f})" for place in places]
    return f"{' and '.join(told) or 'no place'}, text {fact.text!r}"


def _alike(one: Fact | None, other: Fact | None) -> bool:
    """Whether two facts say the same, whoever checked them."""
    if one is None or other is None or len(one.boxes) != len(other.boxes):
        return one is other
    near = all(_near(*each) for each in zip(one.boxes, other.boxes, strict=True))
    unsigned = [replace(each, boxes=(), checked=False, by="", on="") for each in (one, other)]
    return near and unsigned[0] == unsigned[1]


def same_regions(one: Sequence[GoldRegion], other: Sequence[GoldRegion]) -> bool:
    """Whether two lists have the same regions, in whatever order."""
    left = list(other)
    for region in one:
        here = Place(region.page, region.box)
        match = next((each for each in left if replace(each, box=region.box) == region
                      and _near(Place(each.page, each.box), here)), None)  # fmt: skip
        if match is None:
            return False
        left.remove(match)
    return not left


def _near(one: Place, other: Place) -> bool:
    a, b = one.box, other.box
    shifts = (a.left - b.left, a.top - b.top, a.right - b.right, a.bottom - b.bottom)
    return one.page == other.page and max(map(abs, shifts)) <= SHIFT


def _clash(old: Gold, new: Brought) -> list[str]:
    return [] if new.regions_only else values_that_differ(old.facts, new.gold.facts)


def _overwrites(one: Brought, old: Mapping[Key, Gold], choice: Choice) -> bool:
    return choice.force and one.key in old and bool(_clash(old[one.key], one))


def _few(clashes: Sequence[str]) -> str:
    more = len(clashes) - TOLD
    return "; ".join(clashes[:TOLD]) + (f"; and {more} more" if more > 0 else "")


def _consistent(brought: Sequence[Brought], findings: Findings) -> Iterator[Brought]:
    """Each document once; one that was brought with two truths not at all."""
    named: dict[Key, list[Brought]] = defaultdict(list)
    for one in brought:
        named[one.key].append(one)
    left = [kept for same in named.values() if (kept := _agreed(same, findings))]
    scans: dict[str, list[Brought]] = defaultdict(list)
    for one in left:
        scans[hashlib.sha256(one.scan).hexdigest()].append(one)
    for first, *others in scans.values():
        clashes = [(other, _clash(first.gold, other)) for other in others]
        for other, clash in clashes:
            if clash:
                findings.refuse(other.origin, f"it is the same scan as {first.origin},"
                                f" and {_few(clash)}; neither was taken, keep one")  # fmt: skip
            else:
                findings.note(other.origin, f"it is the same scan as {first.origin}: left out")
        if not any(clash for _, clash in clashes):
            yield first


def _agreed(same: Sequence[Brought], findings: Findings) -> Brought | None:
    """The document that several sources brought, when they agree; regions may come apart."""
    first, *others = sorted(same, key=lambda one: one.regions_only)
    for other in others:
        clash = _clash(first.gold, other)
        if clash:
            findings.refuse(other.origin, f"{first.origin} has the same document, and"
                            f" {_few(clash)}; neither was taken, keep the right one")  # fmt: skip
            return None
        if not first.gold.regions:
            first = replace(first, gold=replace(first.gold, regions=other.gold.regions))
        elif other.gold.regions and not same_regions(first.gold.regions, other.gold.regions):
            findings.refuse(other.origin, f"{first.origin} has other regions of the same document;"
                            " neither was taken, keep the right ones")  # fmt: skip
            return None
        else:
            findings.note(other.origin, f"{first.origin} has the same document, alike")
    return first


def _fits(
    one: Brought, old: Mapping[Key, Gold], scans: Mapping[str, Key], choice: Choice,
    findings: Findings,
) -> bool:  # fmt: skip
    """Whether what is in the set lets the filing in."""
    home = scans.get(hashlib.sha256(one.scan).hexdigest())
    if home is not None and home != one.key:
        clash = _clash(old[home], one)
        where = "/".join(home)
        if clash:
            findings.refuse(one.origin, f"the set has this scan as {where}, and {_few(clash)};"
                            " correct that one, or remove it")  # fmt: skip
        else:
            findings.note(one.origin, f"the set has this scan as {where}: left out")
        return False
    before = old.get(one.key)
    clash = _clash(before, one) if before else []
    if clash and not choice.force:
        findings.refuse(one.origin, f"the set has this document, and {_few(clash)}; correct one of"
                        " them, or overwrite the set's with --force")  # fmt: skip
    shown = before.regions if before and one.gold.regions else ()
    if shown and not clash and not same_regions(shown, one.gold.regions):
        findings.note(one.origin, "its regions replace those of the set")
    return choice.force or not clash


# Splits


def natural_group(form: FormType, facts: Sequence[Fact]) -> str:
    """Whose filing it is: the first name that the form must have, a registrant or an issuer."""
    values = {fact.path: fact.value for fact in facts if fact.value}
    for group, spec in form.specs():
        value = values.get(form.path_of(spec, group))
        if spec.kind == "name" and spec.mandatory and value:
            return plain(value).casefold().rstrip(".")
    return ""


def hashed_split(group: str, seed: int) -> str:
    """`dev` for every fifth group, by its name and the seed, else `train`."""
    number = int.from_bytes(hashlib.sha256(f"{seed}:{group}".encode()).digest()[:8])
    return TRAIN if number % PART else DEV


def _split(
    new: Sequence[Brought], old: Mapping[Key, Gold], choice: Choice, findings: Findings
) -> Iterator[tuple[Brought, str]]:
    """Each filing with its split: that of its group, else the one it says or is given."""
    stay = {one.key for one in new if one.key in old and not _overwrites(one, old, choice)}
    gone = {one.key for one in new} - stay
    homes = {gold.source.group: gold.source.split for key, gold in old.items() if key not in gone}
    for one in new:
        if one.key in gone and (wanted := _wanted(one, choice)):
            homes.setdefault(_group(one), wanted)
    for one in new:
        group, wanted = _group(one), _wanted(one, choice)
        split = homes.get(group) or hashed_split(group, choice.seed)
        if wanted and wanted != split and one.key in gone:
            findings.refuse(one.origin, f"it is to be {wanted}, but others of the group {group!r}"
                            f" are {split}; what belongs together has one split")  # fmt: skip
            continue
        yield one, split


def _wanted(one: Brought, choice: Choice) -> str:
    """The split a filing must have; `test` is nobody's to change."""
    stated = one.gold.source.split
    return stated if choice.split == AUTO or stated == TEST else choice.split


def _group(one: Brought) -> str:
    form = form_of_module(one.gold.source.form)
    assert form is not None  # else it would have been refused
    return one.gold.source.group or natural_group(form, one.gold.facts) or one.gold.name


def _source(one: Brought, split: str) -> Source:
    source = one.gold.source
    return replace(source, filing=_toml_text(source.filing), group=_toml_text(_group(one)),
                   split=split, look=_toml_text(source.look),
                   quality=_toml_text(source.quality))  # fmt: skip


def _toml_text(text: str) -> str:
    """The text without what `source.toml` cannot hold."""
    return "".join(each if each.isprintable() and each <= "\uffff" else "?" for each in text)
