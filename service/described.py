"""What OpenAPI says of the answers that many routes have."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from service.examples import PROBLEM
from service.problems import MEDIA_TYPE, Problem

Answers = dict[int | str, dict[str, Any]]
"""A route's answers by status, as FastAPI takes them."""


def problems(*statuses: int) -> Answers:
    """The errors a route may answer, beside those of every route."""
    content = {MEDIA_TYPE: {"example": PROBLEM}}
    return {
        each: {"model": Problem, "content": content} for each in (401, 403, 429, 503, *statuses)
    }


def example(value: Any, status: int = 200) -> Answers:
    """An answer of this status."""
    return {status: {"content": {"application/json": {"example": value}}}}


def text_of(media_type: str, about: str) -> Answers:
    """A file instead of JSON."""
    return {200: {"description": about, "content": {media_type: {"schema": {"type": "string"}}}}}


def leave_out_the_impossible(app: FastAPI) -> None:
    """Have the OpenAPI document name the answers that routes say they have, and no others.

    FastAPI adds a 422, of a shape that is not ours, wherever there is a parameter: also where any
    text will do.
    """
    complete = app.openapi

    def possible() -> dict[str, Any]:
        document = complete()
        for operations in document["paths"].values():
            for operation in operations.values():
                answers = operation["responses"]
                if "HTTPValidationError" in str(answers.get("422")):
                    del answers["422"]
        for name in ("HTTPValidationError", "ValidationError"):
            document["components"]["schemas"].pop(name, None)
        return document

    app.openapi = possible  # type: ignore[method-assign]
