"""What a child that opens documents cannot do, even where hostile bytes have taken it over."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pymupdf
import pytest

from models import sandbox
from models.confinement import OPEN_FILES, OWN_NETWORK, SYSTEM_CALLS
from models.sandbox import Limits, open_document

ATTEMPTS = {
    "read a file": "open('/etc/hostname').read()",
    "list a folder": "os.listdir('/')",
    "write a file": "open('written', 'w')",
    "remove a file": "os.remove('kept')",
    "rename a file": "os.rename('kept', 'moved')",
    "make a folder": "os.mkdir('made')",
    "change a file's date": "os.utime('kept')",
    "note something at a file": "os.setxattr('kept', 'user.note', b'x')",
    "start a process": "os.fork() or os._exit(0)",
    "start a thread": "_thread.start_new_thread(time.sleep, (0,))",
    "run a program": "os.execv('/bin/true', ['true'])",
    "open a socket": "socket.socket()",
    "open a pair of sockets": "socket.socketpair()",
    "signal another process": "os.kill(os.getppid(), 0)",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_CPU, (9, 9))",
    "hide memory in a file": "os.memfd_create('x')",
}


def confined(does: str, steps: str, folder: Path) -> str:
    """What a process prints that was confined by these steps first."""
    program = (
        "import _thread, json, os, resource, socket, time\n"
        "from models import confinement\nfrom models.sandbox import Limits\n"
        f"guards = ()\n{steps}\n{does}"
    )
    root = str(Path(__file__).resolve().parent.parent)
    told = subprocess.run(
        [sys.executable, "-P", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={"PYTHONPATH": root, "OPENBLAS_NUM_THREADS": "1"},
    )
    return told.stdout


def test_a_confined_process_can_open_send_start_and_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    tries = "".join(
        f"try:\n    {attempt}\n    done.append({name!r})\n"
        "except (OSError, RuntimeError, ValueError): pass\n"
        for name, attempt in ATTEMPTS.items()
    )
    does = f"done = []\n{tries}print(json.dumps([guards, done]))"
    guards, done = json.loads(confined(does, "guards = confinement.forbid()", tmp_path))
    if guards != [SYSTEM_CALLS]:
        pytest.skip("this kernel has no filter of system calls, or libseccomp is missing")
    assert done == []
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_a_confined_process_reaches_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        does = (
            f"try:\n    socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)\n"
            "    reached = True\nexcept OSError:\n    reached = False\n"
            "print(json.dumps([guards, reached]))"
        )
        assert json.loads(confined(does, "", tmp_path)) == [[], True]
        guards, reached = json.loads(
            confined(does, "guards = confinement.leave_network()", tmp_path)
        )
    if guards != [OWN_NETWORK]:
        pytest.skip("this kernel or container allows no namespaces")
    assert not reached


def test_a_confined_process_has_limits_on_all_it_could_use_up(tmp_path: Path) -> None:
    kinds = ("AS", "CPU", "FSIZE", "NOFILE", "CORE", "NPROC")
    each = f"[resource.getrlimit(getattr(resource, 'RLIMIT_' + kind)) for kind in {kinds}]"
    does = f"print(json.dumps({each}))"
    told = json.loads(confined(does, "confinement.limit(Limits())", tmp_path))
    limits, asked = dict(zip(kinds, told, strict=True)), Limits()
    assert limits["AS"] == [asked.open_memory] * 2
    assert limits["CPU"] == [asked.open_seconds, asked.open_seconds + 1]
    assert asked.max_total_pixels < limits["FSIZE"][1] < 2 * asked.max_total_pixels
    assert limits["NOFILE"] == [OPEN_FILES] * 2
    assert limits["CORE"] == limits["NPROC"] == [0, 0]


def test_a_lower_limit_of_the_host_stands(tmp_path: Path) -> None:
    steps = "resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))\nconfinement.limit(Limits())"
    does = "print(json.dumps(resource.getrlimit(resource.RLIMIT_NOFILE)))"
    assert json.loads(confined(does, steps, tmp_path)) == [9, 9]


def page() -> bytes:
    """A PDF of one word."""
    document = pymupdf.open()
    document.new_page().insert_text((72, 100), "seen")
    return bytes(document.tobytes())


def test_which_guards_were_in_force_is_told() -> None:
    open_document(page())
    assert set(sandbox.guards()) <= {OWN_NETWORK, SYSTEM_CALLS}


def test_where_the_kernel_refuses_guards_documents_open_and_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    openers = sandbox._Openers()
    monkeypatch.setattr(sandbox, "_openers", openers)
    refused = "rasterise.confinement.forbid = rasterise.confinement.leave_network = tuple"
    program = f"from models import rasterise; {refused}; rasterise.main()"
    monkeypatch.setattr(sandbox, "PROGRAM", ("-c", program))
    assert [word.text for word in open_document(page())[0].words] == ["seen"]
    assert sandbox.guards() == ()
    openers.close()
