"""Whether the process that a container runs does its work: what the image's health check asks.

The API must be ready; a worker must have said within its lease that it lives.
"""

from __future__ import annotations

import socket
import sys
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

FIRST_PROCESS = Path("/proc/1/cmdline")
"""Of the container: its role is the command that it was started with."""
API = ("127.0.0.1", 8000)
"""Where it listens in the image."""
SECONDS = 10.0


def main() -> int:
    """The exit status: 0 when all is well."""
    if b"worker" in FIRST_PROCESS.read_bytes().split(b"\0"):
        return 0 if beats() else 1
    return 0 if is_ready() else 1


def is_ready() -> bool:
    """Whether the API says that filings can be taken in."""
    connection = HTTPConnection(*API, timeout=SECONDS)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


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
