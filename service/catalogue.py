"""Forms, models and limits as callers see them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.errors import CardNotFound, ModelError
from models.form import FormType, forms
from models.json_schema import document_schema
from models.sandbox import Limits
from models.weights import Weights
from service.champions import TAGGER, Champions
from service.keys import Caller
from service.settings import Settings

ACTIVE, NO_MODEL = "active", "no-model"
CALLERS_SETTINGS = (
    "precision", "max_wait", "max_queue", "max_files", "max_batch_bytes", "max_uploads",
    "max_metadata", "max_reference_bytes", "upload_seconds", "page_seconds", "filing_seconds",
    "attempts", "requests_per_minute", "pages_per_day", "retention_days", "webhook_hours",
)  # fmt: skip
"""The settings that callers should know; the others are the operator's own."""
OF_A_KEY = ("requests_per_minute", "pages_per_day")


@dataclass(frozen=True)
class FormResource:
    """A form type; `document_schema` is the JSON Schema of its extractions' `document`.

    `status` is `active`, or `no-model` while the models in use do not know its fields.
    """

    name: str
    title: str
    status: str
    document_schema: dict[str, Any]


@dataclass(frozen=True)
class FormList:
    """Every form type this version describes."""

    forms: list[FormResource]


@dataclass(frozen=True)
class ModelResource:
    """A version of a model; the `champion` of each name is the one that reads: the version that the
    operator promoted, else the newest that the program came with.

    `scores` are of its evaluation, `commit` and `data` tell what it was trained with; `card` is the
    address of its calibration card, or empty. `note` is why it was published although the
    evaluation spoke against it.
    """

    name: str
    version: str
    champion: bool
    sha256: str
    scores: dict[str, float]
    commit: str
    data: str
    note: str
    card: str


@dataclass(frozen=True)
class ModelList:
    """Every released version."""

    models: list[ModelResource]


@dataclass(frozen=True)
class LimitsResource:
    """What a `document` and the use of the `service` may cost, in what their names say.

    Where no other unit is said, they are points, pixels and numbers of things; `precision` is what
    filings get that ask for none. Of `requests_per_minute`, `pages_per_day` and `retention_days`,
    0 is without end; the first two are those of the key that asks.
    """

    document: Limits
    service: dict[str, int | float]


def form_list(labels: Collection[str]) -> FormList:
    """Every form type, for a tagger that knows these labels."""
    return FormList([form_resource(form, labels) for form in forms().values()])


def form_resource(form: FormType, labels: Collection[str]) -> FormResource:
    """A form type, for a tagger that knows these labels."""
    status = ACTIVE if set(form.tags()) <= set(labels) else NO_MODEL
    return FormResource(form.name, form.title, status, document_schema(form))


def known_labels(champions: Champions) -> tuple[str, ...]:
    """The labels of the tagger in use; none without one, and then nothing is active."""
    try:
        used = champions.in_use()
    except ModelError:
        return ()
    return used[TAGGER].labels if TAGGER in used else ()


def models_here(champions: Champions, promoted: bool) -> dict[str, str]:
    """Name of each model in use here to its `name@version`; none if a file of them is missing.

    Without a database it is not known what is `promoted`, and these are the table's own.
    """
    try:
        used = (champions.in_use() if promoted else champions.released()).values()
        return {row.name: row.tag for row in used} if all(row.has(row.file) for row in used) else {}
    except ModelError:
        return {}


def model_list(champions: Champions) -> ModelList:
    """Every released version; raises DamagedWeights when their table cannot be read."""
    used = champions.in_use()
    return ModelList([_model(row, used) for row in champions.rows()])


def card_of(champions: Champions, name: str, version: str) -> bytes:
    """The calibration card of a version, a page of HTML; raises CardNotFound."""
    for row in champions.rows():
        if (row.name, row.version) == (name, version) and row.has(row.card):
            return row.beside(row.card)
    raise CardNotFound(f"There is no calibration card of {name}@{version}.")


def limits_of(settings: Settings, caller: Caller) -> LimitsResource:
    """The limits for this caller, whose key may have some of its own."""
    service = {name: getattr(settings, name) for name in CALLERS_SETTINGS}
    own = {name: getattr(caller, name) for name in OF_A_KEY}
    service |= {name: limit for name, limit in own.items() if limit is not None}
    return LimitsResource(settings.limits, service)


def _model(row: Weights, used: Mapping[str, Weights]) -> ModelResource:
    card = f"/v1/models/{row.tag}/card.html" if row.has(row.card) else ""
    champion = used.get(row.name) == row
    return ModelResource(
        row.name, row.version, champion, row.sha256, row.scores, row.commit, row.data, row.note,
        card,
    )  # fmt: skip
