"""The HTTP service: an app around a database, a store of files and a queue; it reads nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from service import (
    logs,
    metrics,
    routes,
    routes_batches,
    routes_pages,
    routes_references,
    routes_review,
    routes_snippets,
    routes_state,
    routes_webhooks,
)
from service.champions import Champions
from service.database import engine_of
from service.described import leave_out_the_impossible
from service.gate import Gate
from service.intake import Intake
from service.problems import handle_all
from service.schema import ensure
from service.settings import Settings
from service.storage import Files, Probe

VERSION = "0.1.0"
DESCRIPTION = """Reads scanned SEC ownership filings (Forms 3, 4 and 5, and their amendments).

Every value comes with its place on the page and the probability that it is exactly right.
Errors have one shape, RFC 9457 problem details, with a stable `code` and a `remedy`."""


def create_app(settings: Settings) -> FastAPI:
    """The app; raises BadSetting for a database or a storage that cannot be used.

    It takes documents in and queues them; workers (`service.worker`) read them.
    """
    engine = engine_of(settings.database_url)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(ensure, engine)
        yield
        await run_in_threadpool(engine.dispose)

    app = FastAPI(
        title="filingscan",
        version=VERSION,
        description=DESCRIPTION,
        lifespan=life,
        license_info={"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    )
    files = Files(settings.storage_url)
    app.state.engine, app.state.settings, app.state.files = engine, settings, files
    app.state.champions = Champions(engine, settings.models_kept)
    app.state.gate = Gate(engine, settings)
    app.state.intake = Intake(engine, files, settings)
    app.state.places = asyncio.Semaphore(settings.max_uploads)
    app.state.probe = Probe(files)
    app.state.metrics = metrics.Metrics(engine, settings.lease_seconds)
    app.add_middleware(logs.RequestLog, observe=app.state.metrics.observe)
    for each in (routes_state, routes, routes_batches, routes_references, routes_webhooks):
        app.include_router(each.router)
    for each in (routes_pages, routes_review, routes_snippets):
        app.include_router(each.router)
    app.mount(routes_pages.STATIC, routes_pages.static_files())
    app.add_middleware(routes_pages.PageHeaders)
    handle_all(app)
    leave_out_the_impossible(app)
    return app
