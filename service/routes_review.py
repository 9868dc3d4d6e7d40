"""What the review page asks for: the state of a filing, and every change to it, as JSON."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from models.errors import BadEdit, ReviewHeld
from models.extraction import Extraction
from models.form import forms
from models.pages import ROLES
from service.allowance import spend_pages
from service.edits import Edit, applied, edit_of
from service.filings import Filings, Record
from service.intake import Intake
from service.pictures import on_screen
from service.resources import Shelf
from service.review_queue import QueueFilters
from service.review_state import Json, Shown, state_of
from service.reviews import ADJUDICATION, Review, Reviews
from service.signin import PATH, Body, Reviewer

router = APIRouter(prefix=f"{PATH}/filings/{{filing}}", include_in_schema=False)

WIDEST = 4_000
KEPT_SECONDS = 3_600
"""A browser keeps a page's picture for so long: of one filing it never changes."""
LONGEST_SITTING = 86_400.0


def reviews_of(request: Request) -> Reviews:
    """The app's reviews."""
    state = request.app.state
    return Reviews(state.engine, state.files, state.settings)


def record_of(request: Request, filing: str, caller: Reviewer) -> Record:
    """The filing of the address; raises FilingNotFound for one of another tenant."""
    return Filings(request.app.state.engine).record(filing, caller.tenant)


TheReviews = Annotated[Reviews, Depends(reviews_of)]
TheRecord = Annotated[Record, Depends(record_of)]


@router.get("/state")
def state(record: TheRecord, caller: Reviewer, reviews: TheReviews) -> Json:
    """Open the filing for review, or go on with it."""
    review = reviews.open(caller, record.id)
    return _shown(reviews, record, review, reviews.current(review))


@router.post("/takeover")
def take_over(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> Json:
    """Open the filing for review though somebody else has it open."""
    review = reviews.open(caller, record.id, takeover=True)
    return _shown(reviews, record, review, reviews.current(review))


@router.post("/edits")
def edit(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> Json:
    """Add an edit, which took the reviewer so many `seconds`."""
    review = _same(reviews.open(caller, record.id), body)
    said = edit_of({name: body[name] for name in body if name not in ("seconds", "review")})
    current = reviews.record(caller, review.id, said, _seconds(body))
    return _shown(reviews, record, review, current)


@router.post("/undo")
def undo(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> Json:
    """Take the last edit back."""
    review = _same(reviews.open(caller, record.id), body)
    return _shown(reviews, record, review, reviews.undo(caller, review.id))


@router.post("/renew", status_code=204)
def renew(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> None:
    """Say that the filing is still open on a screen."""
    reviews.renew(caller, _text(body, "review"))


@router.post("/release", status_code=204)
def release(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> None:
    """Let somebody else have it."""
    reviews.release(caller, _text(body, "review"))


@router.post("/finish")
def finish(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> Json:
    """End the review, or send the filing back; `next` is the filing to go on with, if any."""
    review = _same(reviews.open(caller, record.id), body)
    reviews.finish(caller, review.id, _text(body, "comment"), body.get("send_back") is True)
    waiting = reviews.queue(caller, QueueFilters()).items
    free = [each.filing for each in waiting if not each.holder and each.filing != record.id]
    return {"next": free[0] if free else ""}


@router.post("/check")
def check(record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body) -> Json:
    """What a value would be and break, while it is typed; nothing is kept."""
    review = reviews.open(caller, record.id)
    identifier, value = _text(body, "field"), _text(body, "value")
    if not value.strip():
        typed = Edit("blank", field=identifier)
    else:
        typed = Edit("set", field=identifier, value=value)
    try:
        after = applied(reviews.current(review), [typed])
    except BadEdit as error:
        return {"value": "", "error": error.detail, "checks": []}
    said = next((each.value for each in after.fields if each.id == identifier), "")
    broken = [each.message for each in after.checks
              if not each.passed and identifier in each.fields]  # fmt: skip
    return {"value": said, "error": "", "checks": broken}


@router.get("/words")
def words(
    record: TheRecord, caller: Reviewer, reviews: TheReviews, page: Annotated[int, Query(ge=1)]
) -> list[Json]:
    """The words that were read on a page, boxes as displayed."""
    extraction = reviews.machine(reviews.open(caller, record.id))
    found = ((word.text, word.box) for number, word in extraction.words if number == page)
    return [{"text": text, "box": [box.left, box.top, box.right, box.bottom]}
            for text, box in found]  # fmt: skip


@router.post("/reread", status_code=202)
def read_again(
    request: Request, record: TheRecord, caller: Reviewer, reviews: TheReviews, body: Body
) -> Json:  # fmt: skip
    """Read the filing anew as another form, or with other pages of it; null is whatever form."""
    _same(reviews.open(caller, record.id), body)
    form = None if body.get("form", "") is None else _text(body, "form")
    roles = body.get("roles", {})
    if form and form not in forms():
        raise BadEdit(f"There is no form {form!r}; there are {', '.join(forms())}.")
    if not isinstance(roles, dict) or not all(
        str(number).isdecimal() and role in ROLES for number, role in roles.items()
    ):
        raise BadEdit(f"The role of a page can be {', '.join(ROLES)}.")
    intake: Intake = request.app.state.intake
    said = {str(number): role for number, role in roles.items()}
    # One page, as for any reading: how many there are is charged when it is done.
    pay = partial(spend_pages, intake.engine, caller, 1, intake.settings)
    return _progress(intake.again_as(record, form, said, pay))


@router.get("/progress")
def progress(request: Request, record: TheRecord) -> Json:
    """How far a filing is that is read anew, a part with its whole document."""
    filings = Filings(request.app.state.engine)
    return _progress(filings.record(record.part_of) if record.part_of else record)


@router.get("/pages/{number}.png")
def page(
    request: Request, record: TheRecord, caller: Reviewer,
    number: Annotated[int, Path(ge=1, le=99_999)],
    width: Annotated[int, Query(ge=1, le=WIDEST)] = WIDEST,
) -> Response:  # fmt: skip
    """A page as displayed, in sixteen greys: enough to read by, and a quarter of the bytes."""
    shelf = Shelf(Filings(request.app.state.engine), request.app.state.files)
    headers = {"Cache-Control": f"private, max-age={KEPT_SECONDS}"}
    drawn = on_screen(shelf.picture(record, number), width)
    return Response(drawn, headers=headers, media_type="image/png")


def _shown(reviews: Reviews, record: Record, review: Review, current: Extraction) -> Json:
    shown = Shown(
        reviews.machine(review), current, reviews.edits(review), frozenset(review.fields),
        reviews.rivals(review),
    )  # fmt: skip
    title = "Decide between two reviews" if review.purpose == ADJUDICATION else "Review"
    about = {"id": review.id, "title": title,
             "lease_seconds": reviews.settings.review_lease_seconds}  # fmt: skip
    return state_of(shown, {"id": record.id, "name": record.name}, about)


def _progress(record: Record) -> Json:
    return {"state": record.state, "reading": record.reading, "ended": record.ended}


def _same(review: Review, body: Json) -> Review:
    """The review, if it is the one that the page has open; raises ReviewHeld."""
    if body.get("review", review.id) != review.id:
        raise ReviewHeld("This review has ended; what is open now is another one of the filing.")
    return review


def _text(body: Json, name: str) -> str:
    text = body.get(name, "")
    if not isinstance(text, str):
        raise BadEdit(f"{name} is not text.")
    return text


def _seconds(body: Json) -> float:
    seconds = body.get("seconds", 0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds >= 0:
        raise BadEdit("seconds is 0 or more.")
    return min(float(seconds), LONGEST_SITTING)
