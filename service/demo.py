"""What `make run` does: serve, send one scan over HTTP, show what was read and where it is."""

from __future__ import annotations

import argparse
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import uvicorn
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from service.app import create_app
from service.batch import numbered
from service.extractor import load_extractor
from service.settings import Settings
from service.worker import Worker

SAMPLE = Path(__file__).parent / "samples" / "form4_scan.pdf"
HOST = "127.0.0.1"
PATIENCE = 300.0


def main() -> int:
    """Serve, read one file, print and write the answers; keep serving unless told otherwise."""
    parser = argparse.ArgumentParser("demo", description=__doc__)
    parser.add_argument("--file", type=Path, default=SAMPLE)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--output", type=Path, default=Path("out"))
    parser.add_argument("--once", action="store_true")
    options = parser.parse_args()
    if not options.file.is_file():
        print(f"{options.file}: no such file", file=sys.stderr)
        return 1
    try:
        listener = socket.create_server((HOST, options.port))
    except OSError:
        print(f"port {options.port} is in use; choose another with PORT=", file=sys.stderr)
        return 1
    settings = Settings.from_environment({"data": options.data})
    server, thread, worker = _serving(listener, settings)
    base = f"http://{HOST}:{listener.getsockname()[1]}"
    try:
        status = show(base, options.file, options.output, stays=not options.once)
        if not options.once and not status:
            print(f"serving on {base} (API: {base}/docs, queue: {base}/review); stop with Ctrl-C")
            thread.join()
    except KeyboardInterrupt:
        status = 0
    finally:
        worker.close()
        server.should_exit = True
        thread.join()
    return status


def show(base: str, path: Path, output: Path, *, stays: bool) -> int:
    """Send a file to a running service, print its fields, write JSON, XML and annotated pages.

    Of a service that stays, the addresses are told at which doubtful filings are reviewed.
    """
    console = Console()
    sent = _sent(base, path)
    if sent["state"] == "failed":
        error = sent["error"]
        said = escape(f"{error['detail']} {error['remedy']}")
        console.print(f"[red]{escape(path.name)}: {error['code']}[/]: {said}")
        return 1
    filings = [json.loads(_fetched(f"{base}/v1/filings/{each}")) for each in sent["parts"]]
    filings = filings or [sent]
    output.mkdir(parents=True, exist_ok=True)
    for stem, filing in zip(numbered(path.stem, len(filings)), filings, strict=True):
        console.print(_table(path.name, filing["result"]))
        for name, data in _answers(f"{base}/v1/filings/{filing['id']}", stem, filing["result"]):
            (output / name).write_bytes(data)
            print(f"wrote {output / name}")
        if stays and filing["review"]:
            print(f"review it: {base}/review/filings/{filing['id']}")
    return 0


def _answers(address: str, stem: str, result: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The files to write of one filing: JSON, XML, its pages with their fields framed."""
    yield f"{stem}.json", json.dumps(result, indent=1, ensure_ascii=False).encode()
    yield f"{stem}.xml", _fetched(f"{address}.xml")
    for page in result["pages"]:
        number = page["number"]
        yield f"{stem}.page{number}.png", _fetched(f"{address}/pages/{number}/annotated.png")


def _serving(
    listener: socket.socket, settings: Settings
) -> tuple[uvicorn.Server, threading.Thread, Worker]:
    """A service on this socket in a thread, and a worker beside it, ready to read."""
    app = create_app(settings)
    state = app.state
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    worker = Worker(settings, state.engine, state.files, load_extractor(settings.precision))
    worker.start()
    until = time.monotonic() + PATIENCE
    while not server.started and thread.is_alive() and time.monotonic() < until:
        time.sleep(0.05)
    if not server.started:
        sys.exit("the service did not start; its log above says why")
    return server, thread, worker


def _sent(base: str, path: Path) -> dict[str, Any]:
    """The filing that a file becomes, once it has ended."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}"}
    headers |= {"Content-Type": "application/octet-stream", "Prefer": "wait=60"}
    answer = _fetched(Request(f"{base}/v1/filings", path.read_bytes(), headers, method="POST"))
    filing: dict[str, Any] = json.loads(answer)
    until = time.monotonic() + PATIENCE
    while filing["state"] in ("queued", "processing") and time.monotonic() < until:
        time.sleep(0.5)
        filing = json.loads(_fetched(f"{base}/v1/filings/{filing['id']}"))
    return filing


def _fetched(request: Request | str) -> bytes:
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            data: bytes = answer.read()
            return data
    except HTTPError as error:
        with error:
            problem = json.loads(error.read())
        sys.exit(f"{problem['code']}: {problem['detail']} {problem['remedy']}")


def _table(name: str, result: dict[str, Any]) -> Table:
    """The fields that are on the page, in the form's order."""
    table = Table(title=escape(f"{name}: Form {result['form']}"))
    for heading in ("field", "value", "confidence", "page"):
        table.add_column(heading, justify="right" if heading == "confidence" else "left")
    for field in result["fields"]:
        if field["state"] not in ("read", "illegible", "footnote-only"):
            continue
        marks = " ".join(f"({link['id'][1:]})" for link in field["footnotes"])
        sure = "" if field["confidence"] is None else f"{field['confidence']:.3f}"
        colour = "red" if field["review"] else ""
        pages = ", ".join(str(page) for page in sorted({at["page"] for at in field["boxes"]}))
        illegible = field["state"] == "illegible"
        shown = f"illegible: {field['text']}" if illegible else field["value"]
        short = field["path"].removeprefix("/ownershipDocument/")
        # Brackets in a value are print, not rich's markup.
        table.add_row(short, escape(f"{shown} {marks}".strip()), sure, pages, style=colour)
    return table


if __name__ == "__main__":
    sys.exit(main())
