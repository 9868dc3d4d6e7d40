"""What the service says of itself: whether it is well, its numbers, forms, models and limits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from models.errors import (
    CardNotFound,
    DamagedWeights,
    FilingscanError,
    MissingKey,
    NotReady,
    ScopeMissing,
    TooManyRequests,
)
from models.form import all_tags, forms
from service.catalogue import (
    FormList,
    LimitsResource,
    ModelList,
    ModelResource,
    card_of,
    form_list,
    form_resource,
    known_labels,
    limits_of,
    model_list,
    models_here,
)
from service.described import example, text_of
from service.gate import BEARER, HEADER, is_here, requires
from service.keys import LOCAL, Caller
from service.metrics import alive
from service.problems import MEDIA_TYPE, Problem, problem_of
from service.settings import Settings

CARD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
"""A card is text, tables and inline SVG with styles; nothing in it runs or fetches anything."""

router = APIRouter(tags=["state"])

Reader = Annotated[Caller, requires("read")]


@dataclass(frozen=True)
class Readiness:
    """Whether filings can be taken in: database and storage answer, or this would be a problem.

    `status` is `ready`, or `degraded` while none of the `workers` is alive: what is sent is kept,
    and read when there are some again. `models` are those of this machine, name to version.
    """

    status: str
    models: dict[str, str]
    workers: int


def _problems(address: str, *errors: FilingscanError) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's description of the errors that an address answers, as it answers them."""
    found = [problem_of(error, address) for error in errors]
    return {
        each.status: {"model": Problem, "content": {MEDIA_TYPE: {"example": asdict(each)}}}
        for each in found
    }


def _refusals(address: str, scope: str = "read") -> dict[int | str, dict[str, Any]]:
    lacking = ScopeMissing(f"The key does not have the scope `{scope}`.")
    away = NotReady("The database does not answer.")
    return _problems(address, MissingKey(), lacking, TooManyRequests(), away)


READY = Readiness(
    "ready", {"layout": "layout@2", "recognizer": "recognizer@4", "tagger": "tagger@4"}, 2
)
FORMS = FormList([form_resource(forms()["3"], all_tags())])
MODELS = ModelList(
    [
        ModelResource(
            "tagger", "4", True, "97410b2c57a0f7af88e636739bb2cf9c819d73b923d6d3441b2ad9f00f1bfd48",
            {"precision": 0.9702, "recall": 0.9715, "f1": 0.9709}, "f9f1846", "2520 filings", "",
            "",
        )
    ]
)  # fmt: skip
LIMITS = limits_of(Settings(), LOCAL)


# Not in the pool of threads: requests that wait for something may hold all of it.
@router.get("/health")
async def health() -> dict[str, str]:
    """Whether the process lives."""
    return {"status": "ok"}


@router.get(
    "/ready",
    responses=example(asdict(READY)) | _problems("/ready", NotReady("Missing: database, storage.")),
)
def ready(request: Request) -> Readiness:
    """Whether filings can be taken in, and who reads them; a 503 names what is missing."""
    state = request.app.state
    workers = _workers(state.engine, state.settings.lease_seconds)
    parts = {
        "database": workers is not None,
        "storage": state.probe.reachable(),
    }
    missing = [name for name, there in parts.items() if not there]
    if missing:
        raise NotReady(f"Missing: {', '.join(missing)}.")
    # Without workers it is none the less ready: were the APIs taken away with them, nothing could
    # be sent while workers start anew.
    models = models_here(state.champions, workers is not None)
    return Readiness("ready" if workers else "degraded", models, workers or 0)


def _workers(engine: Engine, lease: float) -> int | None:
    """How many workers are alive; None when the database does not answer."""
    try:
        with engine.connect() as connection:
            return alive(connection, lease)
    except SQLAlchemyError:
        return None


def _may_measure(
    request: Request,
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    header: Annotated[str | None, Security(HEADER)],
) -> None:
    """Lets this machine in without a key, others with one of the scope `admin`."""
    if not is_here(request):
        key = bearer.credentials if bearer else header
        request.app.state.gate.admit(key, False, ["admin"])


@router.get(
    "/metrics",
    dependencies=[Depends(_may_measure)],
    response_class=Response,
    responses=text_of("text/plain", "Prometheus' text format") | _refusals("/metrics", "admin"),
)
def metrics(request: Request) -> Response:
    """Requests, filings, queue and workers in numbers; needs no key on the service's machine."""
    return Response(request.app.state.metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


@router.get("/v1/forms", responses=example(asdict(FORMS)) | _refusals("/v1/forms"))
def list_forms(request: Request, caller: Reader) -> FormList:
    """The form types, each with the JSON Schema of what is read of it."""
    return form_list(known_labels(request.app.state.champions))


@router.get(
    "/v1/models",
    responses=example(asdict(MODELS))
    | _refusals("/v1/models")
    | _problems("/v1/models", DamagedWeights()),
)
def list_models(request: Request, caller: Reader) -> ModelList:
    """The versions of the models, with the scores of their evaluation."""
    return model_list(request.app.state.champions)


@router.get(
    "/v1/models/{name}@{version}/card.html",
    response_class=Response,
    responses=text_of("text/html", "The calibration card")
    | _refusals("/v1/models/confidence@5/card.html")
    | _problems("/v1/models/confidence@0/card.html", CardNotFound(), DamagedWeights()),
)
def model_card(name: str, version: str, request: Request, caller: Reader) -> Response:
    """What the confidences of a version are worth, in numbers and plots."""
    headers = {
        "Content-Security-Policy": CARD_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    card = card_of(request.app.state.champions, name, version)
    return Response(card, headers=headers, media_type="text/html")


@router.get("/v1/limits", responses=example(asdict(LIMITS)) | _refusals("/v1/limits"))
def show_limits(request: Request, caller: Reader) -> LimitsResource:
    """What a document may cost, and how much of the service the key may use."""
    return limits_of(request.app.state.settings, caller)
