"""What callers ask for in words: whatever is kept can be told again, in any database."""

import json
from collections.abc import Callable
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
