"""The worker processes of one host."""

import threading

import pytest
import sqlalchemy as sa

from service import crew
from service.crew import Crew, Member
from service.database import engine_of
from service.settings import Settings


def test_a_crew_goes_on_while_the_database_does_not_answer(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, enough = [], threading.Event()

    def look_at(self: Crew, member: Member) -> None:
        looks.append(member)
        if len(looks) > 2:
            enough.set()
        raise sa.exc.OperationalError("select", {}, OSError("out of reach"))

    monkeypatch.setattr(Crew, "_look_at", look_at)
    monkeypatch.setattr(crew, "LOOK_SECONDS", 0.01)
    running = Crew(settings, engine_of("sqlite://"))
    running.start()
    assert enough.wait(10)
    running.stop(1.0)
    assert not running._thread.is_alive()
