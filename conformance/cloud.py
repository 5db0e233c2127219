"""A cloud of ``computeapi up`` with the fake driver and two hosts, for the proofs that need one."""

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
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
def up(front_end: str) -> Iterator[Cloud]:
    """Provide a cloud behind a front end; it is destroyed at the end.

    :raises testing.processes.ProgramError: when it does not start.
    """
    # The path of a Unix socket is short.
    folder = Path(tempfile.mkdtemp(prefix="conf-"))
    path = folder / "cloud"
    command = [_BIN / "computeapi", "up", "--state-dir", path, "--driver", "fake",
               "--front-end", front_end, "--port", str(_free_port())]  # fmt: skip
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        destroy = [_BIN / "computeapi", "destroy", "--yes", "--state-dir", path]
        stack.callback(subprocess.run, destroy, check=False, capture_output=True)
        _started(stack, command, folder / "up.log", _READY)
        second = path / "etc" / f"{SECOND}.conf"
        second.write_text(_SECOND_CONF.format(path=path, second=SECOND))
        worker: list[str | Path] = [_BIN / "computeapi-worker"]
        for file in (path / "etc" / "computeapi.conf", second):
            worker += ["--config-file", file]
        _started(stack, worker, folder / "second.log")
        yield Cloud(path, json.loads((path / "cloud.json").read_text()))


def _started(
    stack: ExitStack, words: list[str | Path], log: Path, ready: str | None = None
) -> None:
    """Start a program that ends with the stack; return when its log says that it is ready."""
    with log.open("w") as out:
        process = subprocess.Popen(
            processes.command(words),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    stack.callback(processes.stop, process, signal.SIGINT, 60.0)
    if ready is not None:
        processes.wait_until(lambda: ready in log.read_text(), process, log)


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
