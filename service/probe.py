"""Whether the process that a container runs does its work: what the image's health check asks.

The API must be ready; a worker must have said within its lease that it lives.
"""

from __future__ import annotations

import socket
import sys
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

FIRST_PROCESS = Path("/proc/1/cmdline")
"""Of the container: its role is the command that it was started with."""
READY = "http://127.0.0.1:8000/ready"
SECONDS = 10.0


def main() -> int:
    """The exit status: 0 when all is well."""
    if b"worker" in FIRST_PROCESS.read_bytes().split(b"\0"):
        return 0 if beats() else 1
    return 0 if answers(READY) else 1


def answers(url: str) -> bool:
    """Whether this address is answered without an error."""
    try:
        with urlopen(url, timeout=SECONDS):
            return True
    except OSError:
        return False


def beats() -> bool:
    """Whether a worker of this host has a recent beat; the clock is the one it was written by."""
    import sqlalchemy as sa

    from service.database import engine_of, now, workers
    from service.settings import Settings

    settings = Settings.from_environment()
    engine = engine_of(settings.database_url)
    own = workers.c.id.startswith(f"{socket.gethostname()[:40]}-", autoescape=True)
    recent = workers.c.beat > now() - timedelta(seconds=settings.lease_seconds)
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(sa.select(sa.exists().where(own, recent))))
    except sa.exc.SQLAlchemyError:
        return False
    finally:
        engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
