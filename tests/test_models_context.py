"""What surrounds a field: its page, its crop, its document, the rules."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from models.confidence import Context
from models.context import contexts
from models.document import Box, Page, Word
from models.extraction import BLANK, READ, Check, Field, Place
from models.form import FieldSpec
from models.reader import UNREADABLE
from models.reading import RawField, TaggedPage
from models.tagger import Tagged, Token

TITLE = FieldSpec("securityTitle/value", "text", tag="nonDerivative.securityTitle")
BOX = Box(20, 20, 120, 32)


def page(number: int = 1, role: str = "form") -> Page:
    image = np.full((400, 600), 250, np.uint8)
    cv2.putText(image, "Common", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 10, 2)
    return Page(number, 216, 144, image, 200, role=role)


def word(text: str, tag: str = "O", rival: str = "O", rival_score: float = 0.0) -> Tagged:
    token = Token(text, BOX, 1, 0, Word(text, BOX, (0.9,) * len(text)))
    return Tagged(token, tag, 0.8, rival, rival_score)


def around(raw: RawField, pages: list[TaggedPage], checks: tuple[Check, ...] = ()) -> Context:
    field = Field("f1", raw.path, raw.spec.kind, raw.value, raw.text, None, raw.state)
    (found,) = contexts([raw], [field], checks, pages)
    return found


def raw(text: str, state: str = READ) -> RawField:
    places = (Place(1, BOX),) if text else ()
    return RawField(TITLE, "/x", text, text, state, places)


def test_words_that_stand_elsewhere_too_are_echoed() -> None:
    tagged = tuple(word(text) for text in ("Common", "Stock", "Common", "Stock", "Comon"))
    pages = [TaggedPage(page(), (), tagged)]
    assert around(raw("Common Stock"), pages).echoed == 1.0
    assert around(raw("Comon Stock"), pages).echoed == 0.5


def test_a_blank_knows_the_likeliest_word_that_went_elsewhere() -> None:
    tagged = (word("Common", "O", TITLE.tag, 0.3), word("M", "nonDerivative.transactionCode"))
    assert around(raw("", BLANK), [TaggedPage(page(), (), tagged)]).rival == 0.3
    assert around(raw("", BLANK), [TaggedPage(page(), (), tagged[1:])]).rival == 0.0


def test_an_unread_page_makes_blanks_doubtful() -> None:
    pages = [TaggedPage(page(), (), (word("Common"),))]
    lost = [*pages, TaggedPage(page(2, UNREADABLE), (), ())]
    assert around(raw("", BLANK), pages).legibility > 0.89
    assert around(raw("", BLANK), lost).legibility == 0.0
    # What was read on the other page is as legible as before.
    assert around(raw("Common"), lost).legibility > 0.89


def test_rules_over_the_field_are_named() -> None:
    checks = (Check("nature", True, ("f1",), ""), Check("period", False, ("f1", "f2"), ""),
              Check("dates", False, ("f2",), ""))  # fmt: skip
    found = around(raw("Common"), [TaggedPage(page(), (), (word("Common"),))], checks)
    assert (found.passed, found.failed) == (("nature",), ("period",))


def test_a_blurred_and_faint_crop_is_less_sharp_and_has_less_contrast() -> None:
    clear = page()
    soft = replace(clear, image=(200 + cv2.GaussianBlur(clear.image, (0, 0), 4) // 5))
    first, second = (around(raw("Common"), [TaggedPage(each, (), ())]) for each in (clear, soft))
    assert first.sharpness > 2 * second.sharpness
    assert first.contrast > 2 * second.contrast
    assert first.dpi == 200


def test_owners_that_may_be_taken_for_each_other_are_counted() -> None:
    spec = FieldSpec("reportingOwnerId/rptOwnerName", "name", tag="rptOwnerName")
    raws = [RawField(spec, f"/ownershipDocument/reportingOwner[{index}]/x", "A", "A", READ)
            for index in (1, 2, 3)]  # fmt: skip
    raws.append(raw("Common"))
    plain = [Field("f", each.path, "name", "A", "A", None, READ) for each in raws]
    pages = [TaggedPage(page(), (), ())]
    assert [each.siblings for each in contexts(raws, plain, (), pages)] == [3, 3, 3, 1]
