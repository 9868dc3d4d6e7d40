"""The JSON Schema of an extraction's `document`, derived from the form's description.

It tells what may be answered, not what EDGAR accepts: values are as printed, so one outside its
list of codes or longer than allowed is still there, with a check that names it, and one that could
not be read is absent even where every filing has it.
"""

from __future__ import annotations

from typing import Any

from models.form import FieldSpec, FormType, GroupSpec

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DECIMAL: Schema = {"pattern": r"^(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$"}
_SHAPES: dict[str, Schema] = {
    "date": {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "number": _DECIMAL,
    "amount": _DECIMAL,
    "percent": _DECIMAL,
    "codes": {"pattern": "^[^ ]+( [^ ]+)*$"},
    "flag": {"enum": ["0", "1"]},
}
"""Of canonical values, see models/values.py; the other kinds are any text."""


def document_schema(form: FormType) -> Schema:
    """The schema of `to_document` for extractions of this form; every value is a string."""
    document = _object()
    for item in form.items:
        _put(document, item.path, _rows(item) if isinstance(item, GroupSpec) else _value(item))
    return {
        "$schema": DIALECT,
        "$id": f"urn:filingscan:document:{form.module}",
        "title": f"Form {form.name}: {form.title}",
        **document,
    }


def _object() -> Schema:
    return {"type": "object", "properties": {}, "additionalProperties": False}


def _put(above: Schema, path: str, schema: Schema) -> None:
    """Place a schema at a path below an object's, making the objects between."""
    *names, last = path.split("/")
    for name in names:
        above = above["properties"].setdefault(name, _object())
    above["properties"][last] = schema


def _rows(group: GroupSpec) -> Schema:
    row = _object()
    for spec in group.fields:
        if not spec.path:  # the row is the value; one that is cited but was not read is empty
            row = {"type": "string", "description": _said(spec)}
        else:
            _put(row, spec.path, _value(spec))
    least = group.minimum or "none"
    said = f"EDGAR takes {least} to {group.maximum}; a check names what is beyond."
    return {"type": "array", "description": said, "items": row}


def _value(spec: FieldSpec) -> Schema:
    """A value is left out where there is none: it is never empty."""
    schema: Schema = {"type": "string", "minLength": 1} | _SHAPES.get(spec.kind, {})
    if said := _said(spec):
        schema["description"] = said
    if spec.default:
        schema["default"] = spec.default
    if not spec.codes or spec.kind == "codes":
        return schema
    misread = {"type": "string", "description": "As printed, though no such code exists."}
    return schema | {"anyOf": [{"enum": list(spec.codes)}, misread]}


def _said(spec: FieldSpec) -> str:
    said = [f"Printed as: {spec.printed}."] if spec.printed else []
    if spec.codes and spec.kind == "codes":
        said.append(f"Some of {', '.join(spec.codes)}, parted by spaces.")
    if spec.max_length:
        said.append(f"EDGAR takes {spec.max_length} characters.")
    if spec.mandatory:
        said.append("In every filing; absent only where it could not be read.")
    return " ".join(said)
