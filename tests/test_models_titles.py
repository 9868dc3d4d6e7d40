"""A form is told by the values on its pages before its title, and never by another form's."""

from __future__ import annotations

import numpy as np
import pytest

from models.assemble import assemble
from models.document import Box, Page, Word
from models.errors import NoKnownForm
from models.extraction import Region
from models.form import forms
from models.reading import TaggedPage
from models.tagger import OUTSIDE, Tagged, Token
from models.titles import form_of

AMENDMENT, DISSEMINATION = "FARA-AMENDMENT", "FARA-DISSEMINATION"
FORM = forms()[DISSEMINATION]
NOTICE = ("Every registration statement, exhibit, amendment to "
          "registration statement, dissemination report or other is a public record")  # fmt: skip
REGISTRANT = (("Acme Tourist Board", "registrantName"), ("2110", "registrationNumber"))


def page(*said: tuple[str, str]) -> TaggedPage:
    """A page that says this, a line for each piece; `[x]` and `[ ]` are boxes."""
    tagged = []
    for line, (text, tag) in enumerate(said):
        for place, word in enumerate(text.split()):
            left, top = 10.0 + 60 * place, 10.0 + 14 * line
            tagged.append(put(word, tag, Box(left, top, left + 50, top + 10), line))
    sheet = Page(1, 612, 792, np.full((20, 20), 255, np.uint8), 20)
    return TaggedPage(sheet, (), tuple(tagged))


def put(text: str, tag: str, box: Box, line: int) -> Tagged:
    return Tagged(Token(text, box, 1, line, Word(text, box, (0.99,) * len(text))), tag, 0.98)


OWNER = (("DOE JANE", "rptOwnerName"), ("ACME", "issuerName"), ("ACM", "issuerTradingSymbol"),
         ("5 Elm Street", "rptOwnerStreet1"))  # fmt: skip


@pytest.mark.parametrize(("caption", "form"), [
    ("3. Date of Earliest Transaction", "4"), ("2. Date of Event Requiring Statement", "3"),
    ("Statement for Issuer's Fiscal Year Ended", "5"),
])  # fmt: skip
def test_a_form_whose_title_is_not_read_is_told_by_its_captions(caption: str, form: str) -> None:
    assert form_of([page((caption, OUTSIDE), *OWNER)]).name == form
    with pytest.raises(NoKnownForm):
        form_of([page(("Name of Reporting Person", OUTSIDE), *OWNER)])


def test_values_tell_two_forms_that_name_each_other_in_their_notices() -> None:
    purpose = ("X", "tenDayNotice"), ("Item 5", "otherPurposeText"), ("May 1980", "signatureDate")
    assert form_of([page((NOTICE, OUTSIDE), *REGISTRANT, *purpose)]).name == AMENDMENT
    material = ("Weekly Letter", "materialTitle"), ("Mail", "transmissionMeans")
    assert form_of([page((NOTICE, OUTSIDE), *REGISTRANT, *material)]).name == DISSEMINATION


def test_the_title_tells_where_the_values_are_of_both() -> None:
    shared = (*REGISTRANT, ("Jane Doe", "signerName"))
    assert form_of([page(("Dissemination Report", OUTSIDE), *shared)]).name == DISSEMINATION
    with pytest.raises(NoKnownForm):
        form_of([page(("Some other sheet", OUTSIDE), *shared)])


def test_a_number_taken_for_the_type_of_document_makes_no_ownership_form() -> None:
    stray = ("1105-0004", "documentType"), ("Weekly Letter", "materialTitle")
    title = ("Dissemination Report", OUTSIDE)
    assert form_of([page(title, *stray, *REGISTRANT)]).name == DISSEMINATION


def answers(*boxes: tuple[float, bool, str], question: str) -> TaggedPage:
    """A question with `Yes` and `No` before boxes at some places, tagged as given."""
    tagged = []
    left = 10.0
    for word in question.split():
        tagged.append(put(word, OUTSIDE, Box(left, 10, left + 20, 20), 0))
        left += 22
    for place, (at, marked, tag) in enumerate(boxes):
        box = Box(at, 11, at + 8, 19)
        region = Region("checkbox", 1, box, checked=marked)
        token = Token("[x]" if marked else "[ ]", box, 1, 50 + place, checkbox=region)
        tagged.append(Tagged(token, tag, 0.6))
    names = (("Acme", "registrantName"), ("2110", "registrationNumber"), ("Mail", "materialTitle"),
             ("Mail", "transmissionMeans"), ("Mail", "materialNature"))  # fmt: skip
    tagged += [put(text, tag, Box(10, 40 + 12 * line, 60, 50 + 12 * line), line + 1)
               for line, (text, tag) in enumerate(names)]  # fmt: skip
    sheet = Page(1, 612, 792, np.full((20, 20), 255, np.uint8), 20)
    return TaggedPage(sheet, (), tuple(tagged))


def test_a_label_before_its_box_tells_which_box_it_is() -> None:
    question = "15. Has this material been labeled as required by the act? Yes"
    sheet = answers((280, True, "notLabeled"), (340, False, "labeled"), question=question)
    tagged = (*sheet.tagged, put("No", OUTSIDE, Box(310, 10, 325, 20), 0))
    made = assemble([TaggedPage(sheet.page, (), tagged)], FORM)
    values = {raw.spec.name: raw.value for raw in made.fields}
    assert (values["labeled"], values["notLabeled"]) == ("1", "0")


def test_where_no_was_not_read_its_box_is_not_taken_for_yes() -> None:
    question = "15. Has this material been labeled as required by the act? Yes"
    sheet = answers((280, False, OUTSIDE), (340, True, "notLabeled"), question=question)
    values = {raw.spec.name: raw.value for raw in assemble([sheet], FORM).fields}
    assert (values["labeled"], values["notLabeled"]) == ("0", "1")


def test_labels_that_begin_alike_are_told_apart_by_what_follows() -> None:
    tagged = []
    for line, (label, marked) in enumerate(
        (("To give a 10-day notice", False), ("To give notice of change", True))
    ):
        top = 40.0 + 30 * line
        region = Region("checkbox", 1, Box(10, top, 18, top + 8), checked=marked)
        token = Token("[x]" if marked else "[ ]", region.box, 1, 50 + line, checkbox=region)
        tagged.append(Tagged(token, "tenDayNotice", 0.6))
        left = 22.0
        for word in label.split():
            tagged.append(put(word, OUTSIDE, Box(left, top, left + 5 * len(word), top + 9), line))
            left += 5 * len(word) + 4
    sheet = Page(1, 612, 792, np.full((20, 20), 255, np.uint8), 20)
    made = assemble([TaggedPage(sheet, (), tuple(tagged))], forms()[AMENDMENT])
    values = {raw.spec.name: raw.value for raw in made.fields}
    assert (values["tenDayNotice"], values["exhibitChange"]) == ("0", "1")
