"""The pages that reviewers see: signing in, the queue, one filing, how right everybody is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.errors import BadRequest, NotSignedIn, RequestError
from models.form import forms
from service import signin
from service.filings import Filings
from service.gate import is_here
from service.keys import LOCAL, any_keys
from service.resources import Shelf
from service.review_accuracy import accuracy
from service.review_labels import LabelFilters, labels
from service.review_queue import QueueFilters
from service.review_state import title_of
from service.routes_review import TheReviews
from service.sent_back import sent_back
from service.signin import FIELD, PATH, Form, Reviewer, Session

HERE = Path(__file__).parent
STATIC = f"{PATH}/static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SEE_OTHER = 303
FULL, LARGE = 60, 3_600

router = APIRouter(prefix=PATH, include_in_schema=False)


class PageHeaders:
    """Everything under /review says to browsers what it may do, errors and files too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, text in HEADERS.items():
                    headers[name] = text
                # What a reviewer saw is not shown again to whoever comes after him.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        own = scope["type"] == "http" and (scope["path"] + "/").startswith(f"{PATH}/")
        await self.app(scope, receive, guarded if own else send)


class RevisedFiles(StaticFiles):
    """Scripts and styles; a browser asks each time whether they have changed."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        """The file, or that it has not changed."""
        answer = super().file_response(*args, **options)
        answer.headers["Cache-Control"] = "no-cache"
        return answer


def static_files() -> RevisedFiles:
    """What the app mounts at `STATIC`."""
    return RevisedFiles(directory=HERE / "static")


def spoken(seconds: float) -> str:
    """A time as one says it: `40 seconds`, `12 minutes`, `3.5 hours`."""
    if seconds < FULL:
        return f"{seconds:.0f} seconds"
    if seconds < LARGE:
        return f"{seconds / FULL:.0f} minutes"
    return f"{timedelta(seconds=seconds) / timedelta(hours=1):.1f} hours"


def percent(share: float | None) -> str:
    """A share with one digit behind the point; a dash for none."""
    return "–" if share is None else f"{100 * share:.1f} %"


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
TEMPLATES.filters |= {"spoken": spoken, "percent": percent, "title_of": title_of}
TEMPLATES.globals |= {"static": STATIC, "path": PATH}


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "") -> Response:
    """Where a key is asked for; whoever needs none is in at once."""
    if not any_keys(request.app.state.engine) and is_here(request):
        return _to(_within(next))
    return _page("sign_in.html", None, next=_within(next), problem=None)


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """Begin a session with a key, and go where one was going."""
    signin.check_origin(request)
    following = _within(form.get("next", ""))
    try:
        token, _ = signin.enter(request, form.get("key", "").strip())
    except RequestError as error:
        return _page("sign_in.html", None, status=403, next=following, problem=error)
    answer = _to(following)
    signin.hand_out(request, answer, token)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, form: Form) -> Response:
    """End the session."""
    session = signin.signed_in(request)
    signin.check_token(session, form.get(FIELD, ""))
    signin.end(request.app.state.engine, request.cookies[signin.COOKIE])
    answer = _to(f"{PATH}/sign-in")
    signin.hand_out(request, answer, "")
    return answer


@router.get("")
def queue(
    request: Request,
    reviews: TheReviews,
    form: str = "",
    reason: str = "",
    batch: str = "",
    mine: bool = False,
    cursor: str = "",
) -> Response:
    """What there is to review, the most valuable first."""

    def shown(session: Session) -> Response:
        filters = QueueFilters(form, reason, batch, mine)
        found = reviews.queue(session.caller, filters, cursor)
        returned = sent_back(request.app.state.engine, session.caller)
        return _page("queue.html", session, queue=found, filters=filters, returned=returned)

    return _for_reviewer(request, shown)


@router.get("/filings/{filing}")
def review(request: Request, filing: str) -> Response:
    """The screen on which a filing is reviewed; it asks for the filing itself."""

    def shown(session: Session) -> Response:
        return _page("review.html", session, filing=filing)

    return _for_reviewer(request, shown)


@router.post("/filings/{filing}/reopen")
def reopen(request: Request, reviews: TheReviews, filing: str, form: Form) -> Response:
    """Review a filing after all that was sent back."""
    session = signin.signed_in(request)
    signin.check_token(session, form.get(FIELD, ""))
    reviews.reopen(session.caller, filing)
    return _to(f"{PATH}/filings/{filing}")


@router.get("/audit")
def audit(request: Request) -> Response:
    """How right reviewers are, and what is accepted without them."""

    def shown(session: Session) -> Response:
        state = request.app.state
        found = accuracy(state.engine, session.caller.tenant, state.settings.precision)
        return _page("audit.html", session, accuracy=found, forms=list(forms()))

    return _for_reviewer(request, shown)


@router.get("/labels")
def export_labels(
    request: Request, caller: Reviewer, since: str = "", until: str = "", form: str = "",
    model: str = "",
) -> Response:  # fmt: skip
    """What people decided, as gold and as labels for training, in a zip."""
    state = request.app.state
    filters = LabelFilters(_moment("since", since), _moment("until", until), form, model)
    found = labels(Shelf(Filings(state.engine), state.files), caller.tenant, filters)
    headers = {"Content-Disposition": "attachment; filename=labels.zip"}
    return StreamingResponse(found, headers=headers, media_type="application/zip")


def _moment(name: str, text: str) -> datetime | None:
    """A day or a moment, in UTC unless it says otherwise; raises BadRequest."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise BadRequest(f"{name} is {text!r}; a date is written 2026-11-29.") from None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _for_reviewer(request: Request, shown: Callable[[Session], Response]) -> Response:
    """The page, for somebody who has signed in; others are asked to."""
    try:
        return shown(signin.signed_in(request))
    except NotSignedIn:
        state = request.app.state
        if any_keys(state.engine):
            query = f"?{request.url.query}" if request.url.query else ""
            target = quote(f"{request.url.path}{query}", safe="")
            return _to(f"{PATH}/sign-in?next={target}")
    # The caller of this machine needs no key; the session is for its token.
    token, session = signin.start(state.engine, LOCAL, state.settings.session_hours)
    answer = shown(session)
    signin.hand_out(request, answer, token)
    return answer


def _page(name: str, session: Session | None, status: int = 200, **values: Any) -> Response:
    text = TEMPLATES.get_template(name).render(session=session, **values)
    return HTMLResponse(text, status)


def _to(address: str) -> Response:
    return RedirectResponse(address, SEE_OTHER)


def _within(address: str) -> str:
    """The address if it is one of the review's, else the queue's: none leads away from here."""
    ours = address == PATH or address.startswith((f"{PATH}?", f"{PATH}/"))
    return address if ours and "\\" not in address and address.isprintable() else PATH
