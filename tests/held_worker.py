"""A worker that needs no models and stops where a test wants to kill it; a program for tests.

`python -m tests.held_worker STAGE FLAG` holds at `opened`, `extracting`, `kept` or `finished`:
there it makes the file FLAG and waits for its end. Without a stage it works like any other. SIGTERM
stops it as it stops the service's own.
"""

import signal
import sys
import time
from pathlib import Path

from service.database import engine_of
from service.reading import Reading
from service.settings import Settings
from service.storage import Files
from service.worker import Worker
from tests.conftest import ReadsTheSecondWord

HOLDS = {"opened": "_opened", "kept": "_keep", "finished": "finish"}


def held(function, flag: Path):
    """The function, after which nothing more happens."""

    def holding(*arguments):
        function(*arguments)
        flag.touch()
        time.sleep(600)

    return holding


def main() -> None:
    """Entry point."""
    stage, flag = (*sys.argv[1:], "", "")[:2]
    extractor = ReadsTheSecondWord()
    if stage in HOLDS:
        name = HOLDS[stage]
        setattr(Reading, name, held(getattr(Reading, name), Path(flag)))
    elif stage == "extracting":
        extractor.extract_all = held(extractor.extract_all, Path(flag))
        extractor.at = lambda precision: extractor
    settings = Settings.from_environment()
    engine, files = engine_of(settings.database_url), Files(settings.storage_url)
    worker = Worker(settings, engine, files, extractor)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop())
    worker.run()


if __name__ == "__main__":
    main()
