"""The HTTP service: an app around one extractor and one folder of filings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool

from models.sandbox import Limits
from service.intake import Intake, Loader, load_extractor
from service.problems import handle_all
from service.routes import TheIntake, problems, router
from service.store import Store

VERSION = "0.1.0"
DESCRIPTION = """Reads scanned SEC ownership filings (Forms 3, 4 and 5, and their amendments).

Every value comes with its place on the page and the probability that it is exactly right.
Errors have one shape, RFC 9457 problem details, with a stable `code` and a `remedy`."""

state = APIRouter(tags=["state"])


@dataclass(frozen=True)
class Settings:
    """Where filings are kept and what a document may cost."""

    data: Path
    limits: Limits = field(default_factory=Limits)


# Not in the pool of threads: filings that wait for their turn may hold all of it.
@state.get("/health")
async def health() -> dict[str, str]:
    """Whether the process runs."""
    return {"status": "ok"}


@state.get("/ready", responses=problems(503))
async def ready(intake: TheIntake) -> dict[str, str | dict[str, str]]:
    """Whether documents can be read, and by which versions of the models."""
    return {"status": "ready", "models": intake.ready().versions}


def create_app(settings: Settings, loader: Loader = load_extractor) -> FastAPI:
    """The app; it starts even when the models cannot be loaded, and then is not ready."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(app.state.intake.load, loader)
        yield

    app = FastAPI(
        title="filingscan",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=life,
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    )
    app.state.intake = Intake(Store(settings.data), settings.limits)
    app.include_router(state)
    app.include_router(router)
    handle_all(app)
    return app
