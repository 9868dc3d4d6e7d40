"""The resources of reference lists: who sees and changes them, and what is refused."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.engine import Engine

from service import keys
from service.gate import Gate
from service.problems import handle_all
from service.routes_references import router
from service.settings import Settings

Clients = Callable[..., TestClient]


@pytest.fixture
def client(engine: Engine) -> Clients:
    """Makes a client with a key of this tenant and these scopes."""
    settings = Settings(max_reference_bytes=1_000)
    app = FastAPI()
    app.include_router(router)
    handle_all(app)
    app.state.engine, app.state.settings = engine, settings
    app.state.gate = Gate(engine, settings)

    def made(tenant: str = "acme", *scopes: str) -> TestClient:
        _, key = keys.create(engine, tenant, "a test", scopes or keys.SCOPES)
        return TestClient(app, headers={"Authorization": f"Bearer {key}"})

    return made


def refused(answer, status: int, code: str) -> str:
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["remedy"]
    return answer.json()["detail"]


def test_lists_are_uploaded_listed_replaced_and_removed(client: Clients) -> None:
    caller, other = client(), client("other")
    address = "/v1/references"
    first = b"cik,name,ticker\n1,Marl Inc,MARL\n"
    answer = caller.put(f"{address}/issuers", content=first, headers={"Content-Type": "text/csv"})
    listed = answer.json()
    assert (answer.status_code, listed["kind"], listed["rows"]) == (200, "issuers", 1)
    owners = caller.put(f"{address}/owners", content=b"cik,name\n2,Lee Bo\n3,Lee S\n")
    assert caller.get(address).json() == {"lists": [listed, owners.json()]}
    assert other.get(address).json() == {"lists": []}
    again = caller.put(
        f"{address}/issuers", content=b"cik,name,ticker\n5,Marl Inc,\n6,Flint,\n"
    ).json()
    assert again["uploaded"] > listed["uploaded"]
    assert again["rows"] == 2
    assert other.delete(f"{address}/issuers").status_code == 204
    assert caller.get(address).json() == {"lists": [again, owners.json()]}
    assert caller.delete(f"{address}/issuers").status_code == 204
    assert caller.get(address).json() == {"lists": [owners.json()]}


def test_bad_lines_are_a_problem(client: Clients) -> None:
    answer = client().put("/v1/references/owners", content=b"cik,name\n1,Lee Bo\nx,<b>Lee</b>\n")
    detail = refused(answer, 422, "bad-reference-list")
    assert "line 3: the CIK is 'x'" in detail
    assert client().get("/v1/references").json() == {"lists": []}


def test_a_list_is_cut_at_its_limit_also_in_chunks(client: Clients) -> None:
    data = b"cik,name\n" + b"1,Lee Bo\n" * 200
    chunks = (data[at : at + 500] for at in range(0, len(data), 500))
    for body in (data, chunks):
        answer = client().put("/v1/references/owners", content=body)
        assert "1,000 bytes" in refused(answer, 413, "reference-list-too-large")


def test_only_an_admin_changes_lists(client: Clients) -> None:
    caller = client("acme", "read", "submit", "review")
    assert caller.get("/v1/references").status_code == 200
    put = caller.put("/v1/references/owners", content=b"cik,name\n1,Lee Bo\n")
    refused(put, 403, "scope-missing")
    refused(caller.delete("/v1/references/owners"), 403, "scope-missing")


def test_there_are_no_other_lists(client: Clients) -> None:
    refused(client().put("/v1/references/people", content=b""), 422, "invalid-parameter")
    refused(client().delete("/v1/references/people"), 422, "invalid-parameter")


def test_a_list_that_does_not_arrive_in_time_is_cut_off(client: Clients) -> None:
    caller = client()
    caller.app.state.settings = Settings(upload_seconds=0.1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"cik,name\n"
        await asyncio.sleep(5)

    async def put() -> httpx.Response:
        transport = httpx.ASGITransport(caller.app)
        headers = {"Authorization": caller.headers["Authorization"]}
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as sender:
            address = "/v1/references/owners"
            return await sender.put(address, content=slow(), headers=headers)

    refused(asyncio.run(put()), 408, "upload-too-slow")
