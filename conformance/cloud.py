"""A cloud of ``computeapi up`` with the fake driver and two hosts, for the proofs that need one."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from testing import processes

_BIN = Path(sys.executable).parent
_READY = "Ctrl-C here stops the services"
#: The ports of the API, Keystone, Glance and the console proxy follow each other.
_PORTS = 4
#: The name of the second host. It shares no storage with the first.
SECOND = "second"
_SECOND_CONF = """\
[DEFAULT]
state_path = {path}/{second}
host = {second}
[database]
connection = sqlite:///{path}/computeapi.sqlite
[messaging]
transport_url = unix://{path}/messaging
"""

_RECORDER = """\
[filter:recorder]
paste.filter_factory = conformance.recorder:filter_factory
records = {records}
"""
_LISTENING = "Listening on"
#: Seconds for the API to start again.
_TIMEOUT = 300.0


@dataclass(frozen=True)
class Cloud:
    """A cloud that is up.

    :ivar path: its state folder.
    :ivar settings: of ``cloud.json``.
    """

    path: Path
    settings: dict[str, Any]

    @property
    def clouds_yaml(self) -> Path:
        """The file with the entries "computeapi" (a member) and "computeapi-admin"."""
        return self.path / "clouds.yaml"

    @property
    def admin(self) -> dict[str, str]:
        """The login of the administrator, as the clients' configuration has it."""
        clouds = yaml.safe_load(self.clouds_yaml.read_text())["clouds"]
        login: dict[str, str] = clouds["computeapi-admin"]["auth"]
        return login


@contextmanager
def up(front_end: str, records: Path | None = None) -> Iterator[Cloud]:
    """Provide a cloud behind a front end; it is destroyed at the end.

    :param records: a file to which the API appends its requests; see ``recorder.py``.
    :raises testing.processes.ProgramError: when it does not start.
    """
    # The path of a Unix socket is short.
    folder = Path(tempfile.mkdtemp(prefix="conf-"))
    path = folder / "cloud"
    command: list[str | Path] = [
        *(_BIN / "computeapi", "up", "--state-dir", path, "--driver", "fake"),
        *("--front-end", front_end, "--port", str(_free_port())),
    ]
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        destroy: list[str | Path] = [_BIN / "computeapi", "destroy", "--yes", "--state-dir", path]
        stack.callback(lambda: subprocess.run(destroy, check=False, capture_output=True))
        process = _started(stack, command, folder / "up.log", _READY)
        if records is not None:
            _record(process.pid, path, records)
        second = path / "etc" / f"{SECOND}.conf"
        second.write_text(_SECOND_CONF.format(path=path, second=SECOND))
        worker: list[str | Path] = [_BIN / "computeapi-worker"]
        for file in (path / "etc" / "computeapi.conf", second):
            worker += ["--config-file", file]
        _started(stack, worker, folder / "second.log")
        yield Cloud(path, json.loads((path / "cloud.json").read_text()))


def _started(
    stack: ExitStack, words: list[str | Path], log: Path, ready: str | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that ends with the stack; return it when its log says that it is ready."""
    with log.open("w") as out:
        process = subprocess.Popen(
            processes.command(words),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=processes.environment(),
        )
    stack.callback(processes.stop, process, signal.SIGINT, 60.0)
    if ready is not None:
        processes.wait_until(lambda: ready in log.read_text(), process, log)
    return process


def _record(up: int, path: Path, records: Path) -> None:
    """Put a recorder into the pipeline of the API, and have the cloud start the API again.

    :param up: the process of ``computeapi up``.
    """
    paste = path / "etc" / "api-paste.ini"
    text = paste.read_text().replace("faults size_limit ", "faults recorder size_limit ", 1)
    paste.write_text(f"{text}\n{_RECORDER.format(records=records)}")
    log = path / "log" / "api.log"
    before = log.read_text().count(_LISTENING)
    for pid in _children(up):
        if "computeapi.cmd.api" in Path(f"/proc/{pid}/cmdline").read_text():
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _TIMEOUT
    while log.read_text().count(_LISTENING) == before:
        if time.monotonic() > deadline:
            raise processes.ProgramError(f"The API does not start again.\n{processes.tail(log)}")
        time.sleep(0.1)


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def _free_port() -> int:
    """Return the first of some ports that are free."""
    while True:
        first = random.randrange(20000, 30000)
        with ExitStack() as stack:
            try:
                for port in range(first, first + _PORTS):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
