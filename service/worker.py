"""A worker: a process that reads filings, one at a time, and looks after those of dead workers.

Filings are workflows of DBOS in the service's own database. A worker has an id of its own for each
run of the process and says again and again that it lives. One that falls silent is dead: another
takes its id off the list, which one of them can do, and queues its filings anew.
"""

from __future__ import annotations

import logging
import os
import resource
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, StepOptions
from sqlalchemy.engine import Engine

from models.sandbox import guards
from service import database, logs, snippets, webhooks
from service.extractor import Extracts
from service.intake import (
    APPLICATION,
    PROTOCOL,
    QUEUE,
    READ,
    SERIALIZER,
    Intake,
    queue_of,
)
from service.purge import Purge
from service.reading import Outcome, Reading
from service.schema import ensure, url_of
from service.settings import Settings
from service.storage import Files

logger = logging.getLogger("filingscan.worker")

STORAGE_RETRIES = 7
DBOS_HANDLER = "__dbos_console_log_handler__"
AT_ONCE = 1
"""Filings that a worker holds: a second would wait for the first while another worker idles."""
POLL_SECONDS = 0.1
"""So long a worker has nothing to do between two filings, at the most."""
PURGE_SECONDS = 60.0
LOST_SECONDS = 60.0
SWEEP_SECONDS = 21_600.0
WEBHOOK_SECONDS = 1.0
SNIPPET_SECONDS = 0.2
HUNG = 70
"""Exit status of a worker that hangs."""


def new_worker_id() -> str:
    """An id of one run of one worker."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass
class Worker:
    """Reads what is queued until it is stopped; only one can run in a process."""

    settings: Settings
    engine: Engine
    files: Files
    extractor: Extracts
    id: str = field(default_factory=new_worker_id)

    def __post_init__(self) -> None:
        self._stop, self._closed = threading.Event(), threading.Event()
        self._turn = threading.Lock()
        self._guards: tuple[str, ...] | None = None
        self._threads: list[threading.Thread] = []
        self.reading = Reading(self.engine, self.files, self.settings, self.extractor)

    def start(self) -> None:
        """Take part: from here on filings are read in threads of DBOS."""
        ensure(self.engine)
        _quieten_dbos()
        self._beat_once()
        DBOS(
            config={
                "name": APPLICATION,
                "system_database_url": url_of(self.engine),
                "executor_id": self.id,
                "application_version": PROTOCOL,
                "log_level": "WARNING",
                "run_migrations": False,
                "serializer": SERIALIZER,
            }
        )
        DBOS.workflow(name=READ)(lambda identifier: self._workflow(identifier))
        DBOS.listen_queues([QUEUE])
        DBOS.launch()
        DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_SECONDS)
        watch = Watch(self.engine, self.settings.lease_seconds)
        purge = Purge(self.engine, self.files, self.settings)
        self._every(self.settings.beat_seconds, self._beat_once)
        self._every(self.settings.beat_seconds, watch.look)
        self._every(WEBHOOK_SECONDS, lambda: webhooks.deliver_due(self.engine, self.settings))
        self._every(SNIPPET_SECONDS, self._read_snippets)
        self._every(PURGE_SECONDS, purge.run)
        self._every(LOST_SECONDS, Intake(self.engine, self.files, self.settings).requeue_lost)
        self._every(SWEEP_SECONDS, purge.sweep)

    def run(self) -> None:
        """Work until stopped, or until this process holds more memory than it may."""
        self.start()
        self._every(1.0, self._end_if_hung)  # also while it closes
        while not self._stop.wait(1.0):
            if memory() > self.settings.worker_memory:
                logger.info("worker %s holds too much memory and ends", self.id)
                self._stop.set()
        self.close()

    def stop(self) -> None:
        """Have `run` end after the filing that is being read."""
        self._stop.set()

    def close(self) -> None:
        """Read what was begun to its end, and say goodbye; until then others must hear the beat."""
        DBOS.destroy(
            destroy_registry=True,
            workflow_completion_timeout_sec=int(self.settings.filing_seconds),
        )
        self._closed.set()
        for thread in self._threads:
            thread.join(timeout=30)
        retire(self.engine, self.id)

    def _workflow(self, identifier: str) -> None:
        with logs.about(identifier):
            self._read_and_finish(identifier)

    def _read_and_finish(self, identifier: str) -> None:
        # One at a time: the models use every core, and pages in memory are large.
        with self._turn:
            self._read_in_turn(identifier)

    def _read_in_turn(self, identifier: str) -> None:
        try:
            outcome = DBOS.run_step(_retried("read"), self._read, identifier)
        except Exception as error:  # for want of files or of a database, again and again
            outcome = self.reading.give_up(identifier, error)
        DBOS.run_step(_retried("finish"), self.reading.finish, identifier, outcome)

    def _read(self, identifier: str) -> Outcome | None:
        try:
            return self.reading.read(identifier)
        finally:
            if self._guards != guards():
                self._guards = guards()
                logger.info("documents are opened behind: %s", ", ".join(self._guards) or "limits")

    def _end_if_hung(self) -> None:
        """End when a page takes longer than it may: nothing can interrupt the models within one."""
        since = self.reading.page_since
        if since is not None and time.monotonic() - since > self.settings.page_seconds:
            logger.error("worker %s hangs and is ended; its filing is begun anew", self.id)
            os._exit(HUNG)

    def _read_snippets(self) -> None:
        # Not in turn with filings: a reviewer waits. The models' sessions are run by any thread.
        snippets.read_queued(self.engine, self.files, self.extractor)

    def _beat_once(self) -> None:
        beat(self.engine, self.id)

    def _every(self, seconds: float, work: Callable[[], object]) -> None:
        """Do this again and again in a thread of its own; a fault is logged, and it goes on."""

        def loop() -> None:
            while not self._closed.wait(seconds):
                try:
                    work()
                except Exception:
                    logger.exception("%s failed and is tried again", work)

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        self._threads.append(thread)


class Watch:
    """Finds workers that have fallen silent, by this process's own clock alone."""

    def __init__(self, engine: Engine, lease_seconds: float) -> None:
        self.engine, self.lease_seconds = engine, lease_seconds
        self._seen: dict[str, tuple[int, float]] = {}
        self._client = queue_of(engine)

    def look(self) -> list[str]:
        """Ids of the workers that were found dead just now, their filings queued anew."""
        at = time.monotonic()
        seen = {}
        for identifier, beats in self._beats().items():
            before = self._seen.get(identifier)
            seen[identifier] = before if before and before[0] == beats else (beats, at)
        self._seen = seen
        dead = [each for each, (_, since) in seen.items() if at - since > self.lease_seconds]
        for each in dead:
            take_over(self.engine, self._client, each)
        return dead

    def _beats(self) -> dict[str, int]:
        """Beats of each worker; -1 of one that has filings and is not on the list."""
        workers = database.workers
        pending = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(workers.c.id, workers.c.beats)).all()
        holders = {each.executor_id: -1 for each in pending if each.executor_id}
        return holders | {row.id: row.beats for row in rows}


def take_over(engine: Engine, client: DBOSClient, identifier: str) -> int:
    """Take a dead worker off the list and queue its filings anew; how many there were.

    Whoever dies between the two leaves filings of a worker that is not on the list, which the
    others find as well.
    """
    retire(engine, identifier)
    pending = client.list_workflows(
        executor_id=identifier, status="PENDING", load_input=False, load_output=False
    )
    if pending:
        logger.warning("worker %s is dead: %d filings queued anew", identifier, len(pending))
        client.resume_workflows([each.workflow_id for each in pending], queue_name=QUEUE)
    return len(pending)


def _quieten_dbos() -> None:
    """Have DBOS log through our handlers: its own holds on to the stderr of its first import."""
    own = logging.getLogger("dbos")
    for handler in [each for each in own.handlers if each.name == DBOS_HANDLER]:
        own.removeHandler(handler)
    own.propagate = not own.handlers


def _retried(name: str) -> StepOptions:
    """A step that is tried again for a minute, should files or database be out of reach."""
    return {"name": name, "retries_allowed": True, "max_attempts": STORAGE_RETRIES,
            "interval_seconds": 1.0, "backoff_rate": 2.0}  # fmt: skip


def beat(engine: Engine, identifier: str) -> None:
    """Say that the worker lives."""
    workers = database.workers
    with engine.begin() as connection:
        own = sa.update(workers).where(workers.c.id == identifier)
        grown = own.values(beat=database.now(), beats=workers.c.beats + 1)
        if not connection.execute(grown).rowcount:
            connection.execute(sa.insert(workers).values(
                id=identifier, started=database.now(), beat=database.now(), beats=0))  # fmt: skip


def retire(engine: Engine, identifier: str) -> None:
    """Take a worker off the list."""
    workers = database.workers
    with engine.begin() as connection:
        connection.execute(sa.delete(workers).where(workers.c.id == identifier))


def memory() -> int:
    """Bytes of memory that this process holds now."""
    with open("/proc/self/statm") as status:  # noqa: PTH123
        return int(status.read().split()[1]) * resource.getpagesize()
