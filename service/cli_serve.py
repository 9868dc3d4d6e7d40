"""`filingscan serve`, `worker` and `migrate`: the processes of the service."""

from __future__ import annotations

import argparse
import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.settings import Settings

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

STOP_SECONDS = 60.0
"""What workers get to end what they are reading when the service is stopped."""


def add_parsers(commands: Commands) -> None:
    """Add the three commands; everything heavy is imported when one is run."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--data", type=Path, metavar="DIR", help="folder of database and files")
    where.add_argument("--database", metavar="URL", help="its URL, if it is not in that folder")
    where.add_argument("--storage", metavar="URL", help="of the files, if not in that folder")
    serve = commands.add_parser("serve", parents=[where], help="answer over HTTP, and read")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, metavar="N", help="processes that read; 1")
    serve.add_argument("--no-worker", action="store_true", help="they run elsewhere")
    serve.set_defaults(run=_serve)
    worker = commands.add_parser("worker", parents=[where], help="read what is queued")
    worker.set_defaults(run=_worker)
    migrate = commands.add_parser("migrate", parents=[where], help="change a database's tables")
    migrate.set_defaults(run=_migrate)


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings of the environment and these options."""
    from service.settings import Settings

    names = ("data", "database", "storage", "workers")
    given = {name: getattr(options, name, None) for name in names}
    return Settings.from_environment({name: it for name, it in given.items() if it is not None})


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    from service import logs
    from service.app import create_app
    from service.crew import Crew
    from service.gate import check_binding
    from service.schema import ensure

    settings = settings_of(options)
    logs.configure(settings.log_level)
    app = create_app(settings)
    _open_more_files()
    ensure(app.state.engine)
    check_binding(options.host, app.state.engine)
    crew = None if options.no_worker else Crew(settings, app.state.engine)
    if crew:
        crew.start()
    # uvicorn ends its own way and then raises the signal again: as an exception it gets us to stop.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        uvicorn.run(
            app, host=options.host, port=options.port, access_log=False, log_config=None,
            # What a caller says of where it comes from is not believed; our log has every request.
            proxy_headers=False, server_header=False,
        )  # fmt: skip
    except KeyboardInterrupt:
        pass
    finally:
        if crew:
            crew.stop(STOP_SECONDS)
    return 0


def _open_more_files() -> None:
    """As many files as the system lets us: the uploads of two batches are a thousand of them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _worker(options: argparse.Namespace) -> int:
    from service import logs
    from service.champions import Champions
    from service.crew import ID_VARIABLE, die_with_parent
    from service.database import engine_of
    from service.extractor import PromotedExtractor
    from service.schema import ensure
    from service.storage import Files
    from service.worker import Worker, new_worker_id

    settings = settings_of(options)
    logs.configure(settings.log_level)
    engine = engine_of(settings.database_url)
    ensure(engine)
    worker = Worker(
        settings,
        engine,
        Files(settings.storage_url),
        PromotedExtractor(Champions(engine, settings.models_kept), settings.precision),
        os.environ.get(ID_VARIABLE) or new_worker_id(),
    )
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: worker.stop())
    die_with_parent()
    worker.run()
    return 0


def _migrate(options: argparse.Namespace) -> int:
    from service.database import engine_of
    from service.schema import upgrade

    upgrade(engine_of(settings_of(options).database_url))
    return 0
