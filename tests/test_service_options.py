"""What callers ask for in words: whatever is kept can be told again, in any database."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.errors import BadSetting
from service.app import create_app
from service.schema import upgrade
from service.settings import Settings
from tests.conftest import calling

Pdf = Callable[..., bytes]


def nested(depth: int) -> str:
    """A JSON object with so many others within each other."""
    return '{"a":' * depth + "1" + "}" * depth


@pytest.mark.parametrize(
    "metadata",
    [nested(21), nested(2_500), '{"a": NaN}', '{"a": 1e400}', '{"a": "\\ud800"}',
     '{"\\u0000": 1}', '{"a": ["\\u0000"]}', "[1]", "{"],
)  # fmt: skip
def test_metadata_that_could_not_be_told_again_is_refused(
    app: FastAPI, pdf: Pdf, metadata: str
) -> None:
    with calling(app) as client:
        fields = {"metadata": metadata}
        answer = client.post("/v1/filings", files={"file": ("a.pdf", pdf())}, data=fields)
        assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_metadata_comes_back_as_it_was_sent(app: FastAPI, pdf: Pdf) -> None:
    sent = json.loads(nested(20)) | {"Ä": [1, 2.5, None, True, "\u2014 \U0001f600"]}
    with calling(app) as client:
        params, headers = {"metadata": json.dumps(sent)}, {"Prefer": ""}
        answer = client.post("/v1/filings", content=pdf(), params=params, headers=headers)
        assert answer.json()["metadata"] == sent
        assert client.get("/v1/filings").json()["filings"][0]["metadata"] == sent


@pytest.fixture(params=["sqlite", "postgres"])
def anywhere(request: pytest.FixtureRequest, settings: Settings) -> Iterator[TestClient]:
    """A caller of a service over each kind of database."""
    if request.param == "postgres":
        settings = replace(settings, database=request.getfixturevalue("postgres"))
    app = create_app(settings)
    upgrade(app.state.engine)
    with calling(app) as client:
        yield client


OWN = {
    "case": "7", "number": 7, "urgent": True, "closed": False, "share": 0.1 + 0.2, "far": 1e300,
    "long": 2**70, "none": None, "null": "null", 'a "quoted" name': "x", "dotted.name": "y",
    "$.case": "z", "": "nameless", "0": "zero", "Ä": "ö", "deep": {"a": [1]}, "it's": "w",
}  # fmt: skip


def test_filings_are_found_by_what_callers_gave_them_in_any_database(
    anywhere: TestClient, pdf: Pdf
) -> None:
    headers = {"Prefer": ""}
    for metadata in (OWN, {"case": 8, "urgent": "true"}, {}):
        params = {"metadata": json.dumps(metadata)}
        anywhere.post("/v1/filings", content=pdf(), params=params, headers=headers)
    for name, text, count in (
        ("case", "7", 1), ("case", "8", 1), ("case", "7.0", 0), ("case", "", 0),
        ("number", "7", 1), ("urgent", "true", 2), ("urgent", "1", 0), ("closed", "false", 1),
        ("share", "0.30000000000000004", 1), ("share", "0.3", 0), ("far", "1e+300", 1),
        ("long", str(2**70), 1), ("none", "null", 0), ("none", "", 0), ("null", "null", 1),
        ('a "quoted" name', "x", 1), ("dotted.name", "y", 1), ("dotted", "y", 0),
        ("$.case", "z", 1), ("", "nameless", 1), ("0", "zero", 1), ("Ä", "ö", 1),
        ("deep", '{"a": [1]}', 1), ("deep.a", "1", 0), ("it's", "w", 1), ("missing", "x", 0),
    ):  # fmt: skip
        found = anywhere.get("/v1/filings", params={f"metadata.{name}": text}).json()["filings"]
        assert len(found) == count, (name, text)


@pytest.mark.parametrize("where", ["query", "form"])
def test_a_priority_is_kept_and_told(app: FastAPI, pdf: Pdf, where: str) -> None:
    with calling(app) as client:
        for given, kept in (("", 0), ("0", 0), ("9", 9)):
            asked = {"params" if where == "query" else "data": {"priority": given}}
            files, headers = {"file": ("a.pdf", pdf())}, {"Prefer": ""}
            for address in ("/v1/filings", "/v1/batches"):
                sent = client.post(address, files=files, headers=headers, **asked)
                assert sent.status_code == 202
                newest = client.get("/v1/filings").json()["filings"][0]
                assert newest["priority"] == kept
        for wrong in ("10", "-1", "1.0", "high", "٣"):
            asked = {"params" if where == "query" else "data": {"priority": wrong}}
            answer = client.post("/v1/filings", files={"file": ("a.pdf", pdf())}, **asked)
            assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")


def test_filings_and_batches_have_the_same_options(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    filing, batch = (
        [each for each in paths[address]["post"]["parameters"] if each["in"] == "query"]
        for address in ("/v1/filings", "/v1/batches")
    )
    assert filing == batch
    assert [each["name"] for each in filing] == [
        "form", "pages", "callback_url", "precision", "priority", "metadata",
    ]  # fmt: skip


def test_no_query_is_too_odd_for_the_database(settings: Settings, postgres: str, pdf: Pdf) -> None:
    app = create_app(replace(settings, database=postgres))
    upgrade(app.state.engine)
    with calling(app) as client:
        odd = {"form": "\0", "metadata": '{"case": "7"}'}
        sent = client.post("/v1/filings", content=pdf(), params=odd, headers={"Prefer": ""})
        assert sent.status_code == 202
        assert refusal(client, form="\0") == refusal(client, batch="\0") == 400
        assert refusal(client, **{"metadata.\0": "x"}) == refusal(client, **{"metadata.a": "\0"})
        assert refusal(client, since="0001-01-01T00:00:00+14:00") == 400
        found = client.get("/v1/filings", params={"metadata.case": "7"}).json()["filings"]
        assert [each["id"] for each in found] == [sent.json()["id"]]


def refusal(client: TestClient, **query: str) -> int:
    """The status of a list that is asked for so."""
    return client.get("/v1/filings", params=query).status_code


def test_a_setting_below_zero_is_refused_by_its_name() -> None:
    with pytest.raises(BadSetting, match="requests_per_minute"):
        Settings(requests_per_minute=-1)
