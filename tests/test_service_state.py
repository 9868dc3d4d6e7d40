"""What the service says of itself: health, readiness, numbers, forms, models and limits."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from models import weights
from models.form import forms
from models.sandbox import Limits
from service import database, keys, worker
from service.app import create_app
from service.catalogue import CALLERS_SETTINGS, OF_A_KEY, form_resource
from service.metrics import Metrics
from service.routes_state import FORMS, LIMITS, MODELS, READY
from service.settings import Settings

NO_FORM, ELSEWHERE = "no-model", ("192.0.2.7", 50_000)
OPERATORS_SETTINGS = {
    "data", "database", "storage", "workers", "worker_memory", "beat_seconds", "lease_seconds",
    "webhook_allow", "log_level", "limits", "audit_share", "audit_fields", "second_share",
    "review_lease_seconds", "session_hours",
}  # fmt: skip
"""What callers need not know; the limits are shown one by one."""
Call = Callable[..., TestClient]


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    app = create_app(Settings(tmp_path / "data", limits=Limits(max_pages=7)))
    app.state.metrics = Metrics(app.state.engine, app.state.settings.lease_seconds)
    return app


@pytest.fixture
def call(app: FastAPI) -> Iterator[Call]:
    """Callers on the service's machine unless told otherwise, with a key if they have one."""
    with TestClient(app):

        def caller(
            key: str = "", client: tuple[str, int] = ("127.0.0.1", 50_000), **headers: str
        ) -> TestClient:
            sent = headers | ({"Authorization": f"Bearer {key}"} if key else {})
            return TestClient(app, "http://127.0.0.1", client=client, headers=sent)

        yield caller


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models of its own, without any."""
    made = tmp_path / "models"
    made.mkdir()
    monkeypatch.setenv(weights.FOLDER_VARIABLE, str(made))
    return made


def key_of(app: FastAPI, *scopes: str, **limits: int) -> str:
    return keys.create(app.state.engine, "acme", "test", scopes, **limits)[1]


def test_a_process_that_lives_is_healthy(call: Call) -> None:
    assert call(client=ELSEWHERE).get("/health").json() == {"status": "ok"}


def test_a_service_with_models_is_ready_for_anyone(app: FastAPI, call: Call) -> None:
    key_of(app, "read")
    worker.beat(app.state.engine, "host-1-ab")
    answer = call(client=ELSEWHERE).get("/ready").json()
    assert answer["status"] == "ready"
    assert answer["models"]["tagger"] == weights.find("tagger").tag


def test_without_a_living_worker_filings_are_taken_in_all_the_same(
    app: FastAPI, call: Call, folder: Path
) -> None:
    answer = call().get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"status": "degraded", "models": {}, "workers": 0}
    worker.beat(app.state.engine, "host-1-ab")
    worker.beat(app.state.engine, "host-2-cd")
    assert call().get("/ready").json() == {"status": "ready", "models": {}, "workers": 2}


def test_a_worker_that_fell_silent_is_not_counted(app: FastAPI, call: Call) -> None:
    worker.beat(app.state.engine, "host-1-ab")
    silent = database.now() - timedelta(seconds=app.state.settings.lease_seconds + 1)
    with app.state.engine.begin() as connection:
        connection.execute(sa.update(database.workers).values(beat=silent))
    answer = call().get("/ready").json()
    assert (answer["status"], answer["workers"]) == ("degraded", 0)


def test_models_without_their_files_do_not_count(call: Call, folder: Path) -> None:
    shutil.copy(Path(weights.__file__).parent / "weights.toml", folder)
    assert call().get("/ready").json()["models"] == {}


def test_what_is_out_of_reach_is_named(
    app: FastAPI, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.metadata.drop_all(app.state.engine)
    monkeypatch.setattr(app.state.files, "reachable", lambda: False)
    answer = call().get("/ready")
    assert answer.status_code == 503
    assert answer.json()["detail"] == "Missing: database, storage."


def test_metrics_need_no_key_on_this_machine(app: FastAPI, call: Call) -> None:
    key_of(app, "admin")
    answer = call().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "filingscan_queue_depth 0.0" in answer.text


def test_metrics_need_an_admin_key_from_elsewhere(app: FastAPI, call: Call) -> None:
    assert call(client=ELSEWHERE).get("/metrics").json()["code"] == "only-local"
    admin, reader = key_of(app, "admin"), key_of(app, "read")
    assert call(client=ELSEWHERE).get("/metrics").json()["code"] == "missing-key"
    assert call(reader, client=ELSEWHERE).get("/metrics").json()["code"] == "scope-missing"
    assert call(admin, client=ELSEWHERE).get("/metrics").status_code == 200
    forwarded = {"X-Forwarded-For": "192.0.2.7"}
    assert call(**forwarded).get("/metrics").status_code == 401


@pytest.mark.parametrize(
    "address", ["/v1/forms", "/v1/models", "/v1/limits", "/v1/models/confidence@5/card.html"]
)
def test_what_callers_see_needs_the_scope_to_read(app: FastAPI, call: Call, address: str) -> None:
    submitter, hasty = key_of(app, "submit"), key_of(app, "read", requests_per_minute=1)
    assert call().get(address).status_code == 401
    assert call(submitter).get(address).status_code == 403
    assert call(hasty).get(address).status_code in (200, 404)
    assert call(hasty).get(address).status_code == 429


def test_every_form_is_listed_with_the_schema_of_its_document(call: Call) -> None:
    listed = {form["name"]: form for form in call().get("/v1/forms").json()["forms"]}
    assert set(listed) == set(forms())
    assert {form["status"] for form in listed.values()} == {"active"}
    for form in listed.values():
        Draft202012Validator.check_schema(form["document_schema"])


def test_a_form_whose_fields_the_tagger_does_not_know_is_listed_without_model(
    call: Call, folder: Path
) -> None:
    form = forms()["4"]
    known = set(form.tags())
    assert form_resource(form, known).status == "active"
    assert form_resource(form, known - {"issuerName"}).status == NO_FORM
    listed = call().get("/v1/forms").json()["forms"]
    assert {each["status"] for each in listed} == {NO_FORM}


def test_models_are_listed_with_scores_and_the_address_of_their_card(call: Call) -> None:
    listed = call().get("/v1/models").json()["models"]
    assert [f"{model['name']}@{model['version']}" for model in listed] == [
        row.tag for row in weights.rows()
    ]
    confidence = next(model for model in listed if model["name"] == "confidence")
    assert confidence["champion"] and confidence["scores"] and confidence["commit"]
    card = call().get(confidence["card"])
    assert card.headers["content-type"].startswith("text/html")
    assert "Calibration card" in card.text
    policy = card.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "sandbox" in policy


@pytest.mark.parametrize(
    "name", ["tagger@4", "confidence@0", "..%2Fweights@1", "confidence@5%2F.."]
)
def test_there_is_no_card_but_those_that_are_listed(call: Call, name: str) -> None:
    assert call().get(f"/v1/models/{name}/card.html").status_code == 404


def test_a_damaged_table_of_models_is_a_problem_without_its_path(call: Call, folder: Path) -> None:
    (folder / "weights.toml").write_text("model = [")
    for address in ("/v1/models", "/v1/models/confidence@5/card.html"):
        answer = call().get(address)
        assert (answer.status_code, answer.json()["code"]) == (503, "damaged-weights")
        assert str(folder) not in answer.text


def test_limits_are_those_in_force_and_the_keys_own(app: FastAPI, call: Call) -> None:
    key = key_of(app, "read", requests_per_minute=9)
    said = call(key).get("/v1/limits").json()
    assert said["document"] == asdict(app.state.settings.limits)
    assert said["document"]["max_pages"] == 7
    assert said["service"]["requests_per_minute"] == 9
    assert said["service"]["max_files"] == app.state.settings.max_files


def test_every_setting_is_either_told_to_callers_or_the_operators_own() -> None:
    told = set(CALLERS_SETTINGS)
    assert told | OPERATORS_SETTINGS == {each.name for each in fields(Settings)}
    assert not told & OPERATORS_SETTINGS
    assert set(OF_A_KEY) <= told


def test_the_examples_have_the_shape_of_the_answers(call: Call) -> None:
    client = call()
    assert client.get("/v1/limits").json() == asdict(LIMITS) | {
        "document": asdict(replace(LIMITS.document, max_pages=7))
    }
    assert asdict(FORMS)["forms"][0] in client.get("/v1/forms").json()["forms"]
    assert asdict(MODELS)["models"][0].keys() == client.get("/v1/models").json()["models"][0].keys()
    assert asdict(READY).keys() == client.get("/ready").json().keys()
