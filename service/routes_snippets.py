"""Rectangles that a reviewer drags on a page: a worker reads what stands there."""

from __future__ import annotations

import math

from fastapi import APIRouter, Request

from models.document import Box
from models.errors import BadEdit
from models.extraction import PageSummary
from service import snippets
from service.review_state import Json
from service.routes_review import TheRecord, TheReviews
from service.signin import PATH, Body, Reviewer

router = APIRouter(prefix=f"{PATH}/filings/{{filing}}/snippets", include_in_schema=False)


@router.post("", status_code=202)
def ask(
    request: Request, record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body
) -> Json:  # fmt: skip
    """Have a worker read what stands in a rectangle of a page."""
    pages = reviews.machine(reviews.open(caller, record.id)).pages
    page, box = _rectangle(pages, body.get("page"), body.get("box"))
    return {"id": snippets.ask(request.app.state.engine, record.tenant, record.id, page, box)}


@router.get("/{snippet}")
def answer(request: Request, record: TheRecord, snippet: str) -> Json:
    """What stands there, once it is read."""
    state, text = snippets.answer(request.app.state.engine, record.tenant, snippet)
    return {"state": state, "text": text}


def _rectangle(pages: tuple[PageSummary, ...], number: object, box: object) -> tuple[int, Box]:
    """A rectangle that lies on a page of the filing; raises BadEdit."""
    page = next((each for each in pages if each.number == number), None)
    if page is None:
        raise BadEdit("The filing has no such page.")
    if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
        raise BadEdit("box is four numbers: left, top, right, bottom.")
    left, top, right, bottom = map(float, box)
    inside = Box(max(left, 0.0), max(top, 0.0), min(right, page.width), min(bottom, page.height))
    if inside.width < 1 or inside.height < 1:
        raise BadEdit("The rectangle lies beside the page, or has no size.")
    return page.number, inside


def _is_number(it: object) -> bool:
    return isinstance(it, int | float) and not isinstance(it, bool) and math.isfinite(it)
