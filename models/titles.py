"""Which form the pages of a filing are of: told by their values, by its name, by its title."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial

from models.errors import NoKnownForm
from models.form import FormType, forms
from models.reading import TaggedPage, joined
from models.tagger import FOOTNOTE_HEAD, OUTSIDE, Tagged
from models.values import character_error, letters

LEAST_TAGGED = 5
"""A document with fewer tagged words is not one of our forms; nor are so few figures a copy."""


def form_of(pages: Sequence[TaggedPage]) -> FormType:
    """The form type, from the words tagged as such, else from the title; raises NoKnownForm."""
    tagged = [each for page in pages for each in page.tagged if each.tag != OUTSIDE]
    if len(tagged) < LEAST_TAGGED:
        raise NoKnownForm(f"only {len(tagged)} words look like values of a known form")
    known = _fitting(tagged)
    for each in sorted(tagged, key=lambda one: -one.score):
        if each.tag == TYPE and (named := _named(joined([each], "code"), known, tagged)):
            return named
    alike = [form for form in known if is_amendment(form) == bool(amending(form, tagged))]
    text = " ".join(each.token.text for page in pages for each in page.tagged
                    if each.tag in (OUTSIDE, TYPE)).upper()  # fmt: skip
    # A tagger that was taught little is surer of the place of words than of their field.
    share = cache(partial(_title_share, text=text))
    for candidates in (alike, known, forms().values()):
        best = max(candidates, key=lambda form: (share(form.title), len(form.title)), default=None)
        if best and share(best.title) >= TOLD:
            return best
    if named := _by_captions(alike or known, share):
        return named
    raise NoKnownForm("no page carries the title of a known form")


LONG = 12
"""Letters of a caption that says something by itself."""


def _by_captions(known: Sequence[FormType], share: Callable[[str], float]) -> FormType | None:
    """Of forms whose fields are on the pages, the one with most captions that others lack.

    Form 4 asks for the `Date of Earliest Transaction`: that is read where its title is not.
    """
    captions = {form.name: {spec.printed for _, spec in form.specs() if len(spec.printed) >= LONG}
                for form in forms().values()}  # fmt: skip
    own = {
        form.name: captions[form.name] - {
            caption for other in forms().values() if other.printed_as != form.printed_as
            for caption in captions[other.name]
        }
        for form in known
    }  # fmt: skip
    found = {form.name: sum(share(caption.upper()) >= TOLD for caption in own[form.name])
             for form in known}  # fmt: skip
    best = max(known, key=lambda form: found[form.name], default=None)
    return best if best and found[best.name] else None


TYPE = "documentType"
"""Tag of the words that say what a sheet is: `4/A`, `SCHEDULE 13G`."""


def _named(text: str, known: Sequence[FormType], tagged: Sequence[Tagged]) -> FormType | None:
    """The form that a sheet calls itself, if it is one of the known; the longest name counts."""
    said = [form for form in known if form.printed_as and letters(form.printed_as) in letters(text)]
    longest = max((len(form.printed_as) for form in said), default=0)
    for form in said:
        amended = bool(amending(form, tagged)) or "/A" in text.upper()
        if len(form.printed_as) == longest and is_amendment(form) == amended:
            return form
    return None


def is_amendment(form: FormType) -> bool:
    """Whether the form type is an amendment's."""
    return form.name.endswith("/A")


TOLD = 0.75
"""Share of a title's letters that must be on a page."""


FITTING = 0.8
"""Of the words that are fields of the form with most such: so many make another form possible."""


def _fitting(tagged: Sequence[Tagged]) -> list[FormType]:
    """The forms that nearly as many of the words are fields of as of any form."""
    own = {form.name: sum(form.has(each.field_tag) or each.tag == FOOTNOTE_HEAD
                          for each in tagged) for form in forms().values()}  # fmt: skip
    most = max(own.values())
    return [form for name, form in forms().items() if own[name] >= FITTING * most]


LIKELY = 0.5
"""Tag probability from which a word counts as what only an amendment has."""


def amending(form: FormType, tagged: Iterable[Tagged]) -> list[Tagged]:
    """The likely words that only an amendment has: the original's date, the amendment's number."""
    named = (each for each in tagged if each.tag in form.amended_by)
    return [each for each in named
            if each.score > LIKELY and any(char.isdigit() for char in each.token.text)]  # fmt: skip


def _title_share(title: str, text: str) -> float:
    """How much of the title the text has somewhere, misread letters allowed, 0 to 1."""
    if title in text:
        return 1.0
    words = [(match.group(), match.start()) for match in re.finditer(r"\S+", text)]
    # Most pages have a word of the title read rightly: then only what stands around one is tried.
    known = set(title.split())
    sure = [start for word, start in words if word in known and len(word) > 3]
    starts = [start for _, start in words
              if not sure or any(abs(start - other) < len(title) for other in sure)]  # fmt: skip
    windows = (text[start : start + len(title)] for start in starts)
    return max((1.0 - character_error(window, title) for window in windows), default=0.0)
