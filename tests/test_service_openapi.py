"""The API does what its OpenAPI document says, whatever is sent."""

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.keys import create
from service.schema import ensure

CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip
THOROUGH = settings(
    max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate], derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def operations(app: FastAPI) -> list:
    """What the document describes."""
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [found.ok() for found in described.get_all_operations()]


def test_every_answer_is_one_that_is_described(app: FastAPI) -> None:
    ensure(app.state.engine)
    _, key = create(app.state.engine, "acme", "tests", ["admin"], requests_per_minute=0)
    tried = 0
    for operation in operations(app):

        @THOROUGH
        @given(case=operation.as_strategy())
        def conforms(case: schemathesis.Case) -> None:
            answer = case.call(headers={"X-Api-Key": key})
            case.validate_response(answer, checks=CHECKS)

        try:
            conforms()
        except Exception as error:
            pytest.fail(f"{operation.label}: {error}")
        tried += 1
    assert tried > 25
