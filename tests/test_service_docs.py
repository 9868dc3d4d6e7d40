"""The documentation says what the service is, and the image and its neighbours are as it says."""

import json
import re
import socket
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import yaml
from fastapi import FastAPI
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from models import errors
from models.sandbox import Limits
from service.app import VERSION
from service.catalogue import limits_of
from service.keys import LOCAL
from service.problems import Problem, problem_of
from service.settings import PREFIX, Settings
from tests.conftest import calling, working

ROOT = Path(__file__).resolve().parent.parent
README, API, OPERATIONS, COMPOSE, DOCKERFILE, LOCK = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/api.md", "docs/operations.md", "compose.yaml", "Dockerfile",
                 "requirements.lock")
)  # fmt: skip
DEFAULTS: dict[str, Any] = {
    f"{PREFIX}{each.name.upper()}": getattr(kind(), each.name)
    for kind in (Settings, Limits)
    for each in fields(kind)
    if each.name != "limits"
}
"""Variable of each setting to its default."""
ELSEWHERE = {"MODELS", "THREADS", "WORKER_ID", "PARENT", "URL", "KEY"}
"""Variables that are not the service's settings; the last two are those of the example's client."""
OFFLINE = {
    errors.BadSetting, errors.UnknownModel, errors.UnfitModel, errors.NothingPromoted,
    errors.PublishError, errors.ValueFormatError, errors.MalformedFact, errors.VerifiedFact,
}  # fmt: skip
"""What stops a command or a start, and is answered to no caller."""
OF_HTTP = ("not-found", "method-not-allowed", "invalid-parameter", "internal-error")
"""Codes of problems that are no exceptions of ours."""


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def leaves(kind: type[errors.FilingscanError]) -> Iterator[type[errors.FilingscanError]]:
    below = [each for each in kind.__subclasses__() if each.__module__ == errors.__name__]
    for each in below:
        yield from leaves(each)
    if not below:
        yield kind


def row_of(problem: Problem) -> str:
    return f"| `{problem.code}` | {problem.status} | {problem.title} | {problem.remedy} |"


# What callers and operators are told


@pytest.mark.parametrize("variable", DEFAULTS)
def test_every_setting_is_in_the_operators_table_with_its_default(variable: str) -> None:
    default = DEFAULTS[variable]
    text = f"{default:g}" if isinstance(default, float) else str(default)
    assert f"| `{variable}` | {f'`{text}`' if text else ''} |" in OPERATIONS


@pytest.mark.parametrize("text", [README, API, OPERATIONS, COMPOSE, DOCKERFILE])
def test_no_setting_is_named_that_does_not_exist(text: str) -> None:
    known = set(DEFAULTS) | {f"{PREFIX}{name}" for name in ELSEWHERE}
    assert set(re.findall(rf"{PREFIX}[A-Z_]*[A-Z]", text)) <= known


@pytest.mark.parametrize("kind", sorted({*leaves(errors.FilingscanError)} - OFFLINE, key=str))
def test_every_error_of_ours_is_in_the_callers_table_as_it_is_answered(
    kind: type[errors.FilingscanError],
) -> None:
    assert row_of(problem_of(kind(), "/")) in API


def test_errors_of_http_itself_are_in_the_callers_table() -> None:
    for code in OF_HTTP:
        assert re.search(rf"^\| `{code}` \| [45]\d\d \|", API, re.MULTILINE)


def test_every_call_is_in_the_callers_table_and_no_other(app: FastAPI) -> None:
    described = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items()
                 for method in methods}  # fmt: skip
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)` \|", API, re.MULTILINE)) == described


def test_every_metric_is_explained(app: FastAPI) -> None:
    with calling(app) as client:
        exposed = client.get("/metrics").text
    names = set(re.findall(r"^# TYPE (filingscan_\w+) ", exposed, re.MULTILINE))
    assert "filingscan_queue_depth" in names
    for name in names:
        assert name.endswith("_created") or f"| `{name}` |" in OPERATIONS


@pytest.mark.parametrize("text", [API, OPERATIONS], ids=["api", "operations"])
def test_every_example_of_json_is_json(text: str) -> None:
    assert [json.loads(block) for block in blocks(text, "json")]


def test_the_limits_shown_are_the_defaults() -> None:
    shown = next(block for block in blocks(API, "json") if '"max_bytes"' in block)
    assert json.loads(shown) == asdict(limits_of(Settings(), LOCAL))


@pytest.mark.parametrize(
    "name", ["README.md", "docs/api.md", "docs/operations.md", "docs/review.md"]
)
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    for path, _, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(#?)([^)]*)\)", page.read_text()):
        target = page.parent / path if path else page
        assert target.exists(), path
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}
            assert anchor in slugs, anchor


# The examples do what they say


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """The address of the app, served by a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def test_the_client_of_twenty_lines_sends_files_and_writes_their_xml(
    app: FastAPI, extractor, pdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    code = blocks(API, "python")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 20
    (tmp_path / "two.pdf").write_bytes(pdf("FORM Marl", "FORM Flint"))
    (tmp_path / "letter.pdf").write_bytes(pdf("a letter"))
    names = [str(tmp_path / name) for name in ("two.pdf", "letter.pdf")]
    monkeypatch.setattr(sys, "argv", ["client", *names])
    with serving(app) as url, working(app, extractor):
        monkeypatch.setenv("FILINGSCAN_URL", url)
        exec(compile(code, "docs/api.md", "exec"), {})
    written = [path.read_text() for path in tmp_path.glob("*.xml")]
    assert len(written) == 2
    assert all(any(issuer in text for text in written) for issuer in ("Marl", "Flint"))
    told = capsys.readouterr().out
    assert f"{names[0]} split" in told
    assert f"{names[1]} failed See the list of known forms" in told


def test_the_other_examples_are_python() -> None:
    for code in blocks(API, "python"):
        compile(code, "docs/api.md", "exec")


# The image and its neighbours


def test_compose_names_pinned_images_and_lets_none_of_them_write_or_rise() -> None:
    services = yaml.safe_load(COMPOSE)["services"]
    assert {"postgres", "s3", "bucket", "migrate", "api", "worker"} == set(services)
    for service in services.values():
        assert re.search(r":[v\d][^:@]*\.\d+\S*$", service["image"])
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert services["api"]["deploy"]["replicas"] == 2
    assert services["worker"]["deploy"]["replicas"] == 3
    assert services["postgres"]["healthcheck"] and services["s3"]["healthcheck"]
    assert services["api"]["image"] == f"filingscan:{VERSION}"


def test_compose_holds_no_secret_and_publishes_to_its_own_machine_only() -> None:
    composed = yaml.safe_load(COMPOSE)
    for service in composed["services"].values():
        for name, text in service["environment"].items():
            assert not re.search("PASSWORD|SECRET", name) or text.startswith("${")
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    assert composed["networks"]["inside"] == {"internal": True}


def test_the_image_is_pinned_and_runs_as_an_ordinary_user_without_torch() -> None:
    bases = set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE))
    assert all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases - {"python"})
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last and "--require-hashes" in DOCKERFILE
    assert "torch" not in DOCKERFILE + LOCK


def test_the_lock_file_has_every_dependency_of_serving_with_hashes_and_no_address() -> None:
    locked = dict(re.findall(r"^([\w.-]+)==(\S+) .*\\\n +--hash=sha256:", LOCK, re.MULTILINE))
    assert len(locked) == len(re.findall(r"^[\w.-]+==", LOCK, re.MULTILINE))
    assert "://" not in LOCK and "index" not in LOCK.replace("--no-emit-index-url", "")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for line in project["dependencies"] + project["optional-dependencies"]["s3"]:
        needed = Requirement(line)
        version = locked.get(canonicalize_name(needed.name))
        assert version and needed.specifier.contains(version), f"{line}: run `make lock`"
