"""The workers that `filingscan serve` starts, watches and starts afresh when they end."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from sqlalchemy.engine import Engine

from service.intake import queue_of
from service.settings import PREFIX, Settings
from service.worker import new_worker_id, take_over

logger = logging.getLogger("filingscan.crew")

WORKER = (sys.executable, "-m", "service.cli", "worker")
ID_VARIABLE, PARENT_VARIABLE = "FILINGSCAN_WORKER_ID", "FILINGSCAN_PARENT"
LOOK_SECONDS = 0.5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before a worker that ended is followed by another: more while they end at once."""
LIVELY = 60.0
"""A worker that lived so long did not end for want of something it needs at the start."""
PR_SET_PDEATHSIG = 1


@dataclass
class Member:
    """One place in the crew: the process that has it, and when there may be another."""

    id: str = ""
    process: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0


@dataclass
class Crew:
    """Worker processes of this host; what one that died was reading is taken over at once."""

    settings: Settings
    engine: Engine
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._client = queue_of(self.engine)

    def start(self) -> None:
        """Start all workers, and watch them from now on."""
        self.members = [Member() for _ in range(self.settings.workers)]
        # The kernel ends a worker together with the thread that started it.
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Have all workers end what they read, for so long, and then end them."""
        self._stop.set()
        if self._thread:  # with it end the workers too, so none is started after this
            self._thread.join(seconds)
        living = [each.process for each in self.members if each.process]
        for process in living:
            process.terminate()
        until = time.monotonic() + seconds
        for process in living:
            try:
                process.wait(max(until - time.monotonic(), 0.0))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _watch(self) -> None:
        while not self._stop.is_set():
            for member in self.members:
                try:
                    self._look_at(member)
                except Exception:  # a database out of reach: all workers would end with this thread
                    logger.exception("worker %s cannot be looked after now", member.id)
            self._stop.wait(LOOK_SECONDS)

    def _look_at(self, member: Member) -> None:
        at = time.monotonic()
        if member.process and member.process.poll() is not None:
            logger.warning("worker %s ended with %d", member.id, member.process.returncode)
            take_over(self.engine, self._client, member.id)
            lively = at - member.since > LIVELY
            member.pause = FIRST_PAUSE if lively else min(2 * member.pause, LONGEST_PAUSE)
            member.process, member.due = None, at + member.pause
        if not member.process and at >= member.due:
            member.id, member.since = new_worker_id(), at
            member.process = subprocess.Popen(WORKER, env=self._environment(member.id))

    def _environment(self, identifier: str) -> dict[str, str]:
        own = {ID_VARIABLE: identifier, PARENT_VARIABLE: str(os.getpid())}
        for name in ("data", "database", "storage"):
            own[PREFIX + name.upper()] = str(getattr(self.settings, name))
        return os.environ | own


def die_with_parent() -> None:
    """Have the kernel end this process with the one that started it as one of a crew."""
    parent = os.environ.get(PARENT_VARIABLE)
    if parent:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != int(parent):
            os.kill(os.getpid(), signal.SIGTERM)
