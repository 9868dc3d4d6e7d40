"""The answers shown in the API's description."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from models.errors import EncryptedDocument, FilingNotFound, UnknownFormat
from service.problems import problem_of

ID = "5d0c3f7be1a94c2f8e6ab0d1c7f3a892"

PROBLEM: dict[str, Any] = asdict(problem_of(FilingNotFound(), f"/v1/filings/{ID}"))

FIELD: dict[str, Any] = {
    "id": "f0042",
    "path": "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
    "/transactionAmounts/transactionShares",
    "kind": "number",
    "value": "1250",
    "text": "1,250",
    "confidence": 0.991,
    "state": "read",
    "boxes": [{"page": 1, "box": [402.1, 371.6, 431.9, 381.2]}],
    "footnotes": [{"id": "F1", "confidence": 0.98}],
    "alternatives": [{"value": "7250", "score": 0.004}],
    "review": False,
    "reasons": [],
}

FILING: dict[str, Any] = {
    "id": ID,
    "state": "done",
    "name": "form4_scan.pdf",
    "sha256": "9b74c9897bac770ffc029102a200c5de6f1d1ee8b6cf2f1a7a2b1ef8bfa0c8c3",
    "bytes": 402118,
    "received": "2026-11-21T09:30:00Z",
    "finished": "2026-11-21T09:30:02Z",
    "form": "4",
    "confidence": 0.97,
    "review": False,
    "reviewed": None,
    "pages_done": 1,
    "pages_total": 1,
    "metadata": {"case": "2026-118"},
    "precision": 0.995,
    "priority": 0,
    "callback_url": "",
    "batch": "",
    "models": {"layout": "layout@1"},
    "readings": 1,
    "result": {
        "schema": "filingscan/1",
        "form": "4",
        "confidence": 0.97,
        "review": False,
        "pages": [
            {
                "number": 1,
                "width": 612.0,
                "height": 792.0,
                "rotation": 0,
                "skew": 0.43,
                "dpi": 200.0,
                "source": "pixels",
                "role": "first",
            }
        ],
        "document": {"documentType": "4"},
        "fields": [FIELD],
        "checks": [],
        "warnings": [],
        "models": {"layout": "layout@1"},
    },
    "error": None,
    "parts": [],
    "part_of": "",
}

FAILED: dict[str, Any] = FILING | {
    "state": "failed",
    "form": "",
    "confidence": None,
    "review": None,
    "models": {},
    "readings": 0,
    "result": None,
    "error": asdict(problem_of(EncryptedDocument(), f"/v1/filings/{ID}")),
}

SPLIT: dict[str, Any] = FILING | {
    "state": "split",
    "form": "",
    "confidence": None,
    "review": None,
    "models": {},
    "result": None,
    "parts": ["0b9a3a7e3c5d4ce0a3f6a1f35f0f8d11", "c7d1b2a85e9f4b6f9a0f3c2e1d4b5a60"],
}

QUEUED: dict[str, Any] = FAILED | {"state": "queued", "finished": None, "pages_done": 0,
                                   "pages_total": 0, "error": None}  # fmt: skip

_SUMMARY = {key: FILING[key] for key in FILING if key not in ("result", "parts", "readings")}
LIST: dict[str, Any] = {"filings": [_SUMMARY], "next": ""}

READING: dict[str, Any] = {
    "number": 2,
    "models": {"layout": "layout@2"},
    "changes": [{"path": FIELD["path"], "before": "7250", "after": "1250"}],
    "result": FILING["result"],
}

BATCH_ID = "e7b1f6a0c2d94d5fb8a3170c9e42d651"
_REFUSED = UnknownFormat("The file begins with b'Dear sir', which is none of PDF, TIFF, PNG, JPEG.")
_STATES = {"queued": 0, "processing": 0, "done": 1, "partial": 0, "failed": 0, "split": 0,
           "refused": 1}  # fmt: skip
_BATCH: dict[str, Any] = {
    "id": BATCH_ID,
    "created": "2026-11-21T09:30:00Z",
    "metadata": {"case": "2026-118"},
    "states": _STATES,
    "ended": True,
}
_TAKEN = {"number": 1, "id": ID, "name": "form4_scan.pdf", "state": "done", "error": None}
_LETTER = {"number": 2, "id": "", "name": "letter.txt", "state": "refused",
           "error": asdict(problem_of(_REFUSED, f"/v1/batches/{BATCH_ID}"))}  # fmt: skip
BATCH: dict[str, Any] = _BATCH | {"files": [_TAKEN, _LETTER], "next": ""}
QUEUED_BATCH: dict[str, Any] = BATCH | {
    "states": _STATES | {"done": 0, "queued": 1},
    "ended": False,
    "files": [_TAKEN | {"state": "queued"}, _LETTER],
}
BATCHES: dict[str, Any] = {"batches": [_BATCH], "next": ""}
