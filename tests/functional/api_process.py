"""The API in processes of its own, and a client that takes nothing of its answers on trust."""

import base64
import contextlib
import functools
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from computeapi import conf as configuration
from computeapi import db

SERVERS = ("eventlet", "threads")
FRONT_ENDS = ("falcon", "pecan")
TOKEN = "fred:demo:member,reader"
IMAGE = "11111111-1111-4111-8111-111111111111"
#: Seconds in which something happens on the slowest machine.
DEADLINE = 90
FILTERS = "request_id methods faults size_limit auth paths"
PASTE = """
[DEFAULT]
front_end = {front_end}
[pipeline:main]
pipeline = {filters} api
[app:api]
use = egg:computeapi#%(front_end)s
[filter:request_id]
use = egg:computeapi#request_id
[filter:methods]
use = egg:computeapi#methods
[filter:faults]
use = egg:computeapi#faults
[filter:size_limit]
use = egg:computeapi#size_limit
[filter:auth]
use = egg:computeapi#noauth
[filter:paths]
use = egg:computeapi#paths
[server:main]
use = egg:computeapi#{server}
{options}
[composite:both]
use = egg:Paste#urlmap
/falcon = on_falcon
/pecan = on_pecan
[pipeline:on_falcon]
pipeline = {filters} falcon
[pipeline:on_pecan]
pipeline = {filters} pecan
[app:falcon]
use = egg:computeapi#falcon
[app:pecan]
use = egg:computeapi#pecan
[pipeline:migrating]
pipeline = {filters} by_resource
[composite:by_resource]
use = egg:computeapi#by_path
/ = pecan
/v2.1/flavors = falcon
"""
CONFIG = """
[DEFAULT]
state_path = {folder}
debug = {debug}
[images]
backend = folder
[api]
port = {port}
processes = {processes}
paste_config = api-paste.ini
[quota]
instances = -1
cores = -1
ram = -1
"""


@functools.cache
def empty_database() -> bytes:
    """Return the file of an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "computeapi.conf")
        path.write_text(f"[DEFAULT]\nstate_path = {folder}\n")
        db.sync(configuration.load([str(path)]))
        with contextlib.closing(sqlite3.connect(path.with_suffix(".sqlite"))) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        return path.with_suffix(".sqlite").read_bytes()


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def wait_for(condition, seconds=DEADLINE):
    """Wait until a condition holds; return its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert value, "it did not happen in time"
    return value


def answers(port: int) -> bool:
    """Return whether something accepts connections at a port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5):
        return True
    return False


@dataclass
class Site:
    """A folder with the configuration of an API, its database and an image."""

    folder: Path
    port: int
    processes: int = 1
    server: str = "eventlet"
    front_end: str = "falcon"
    options: str = ""
    paste: str = PASTE
    config: str = CONFIG
    debug: bool = False

    @property
    def config_file(self) -> Path:
        return self.folder / "computeapi.conf"

    @property
    def log(self) -> str:
        """The text that the processes have written to standard error."""
        return (self.folder / "stderr").read_text(errors="surrogateescape")

    def write(self) -> "Site":
        """Write the files, with an empty database."""
        images = self.folder / "images"
        images.mkdir(exist_ok=True)
        (images / f"{IMAGE}.raw").write_bytes(bytes(512))
        (images / f"{IMAGE}.raw.json").write_text(json.dumps({"id": IMAGE, "name": "demo"}))
        words = {**vars(self), "filters": FILTERS}
        (self.folder / "api-paste.ini").write_text(self.paste.format(**words))
        self.config_file.write_text(self.config.format(**words))
        (self.folder / "computeapi.sqlite").write_bytes(empty_database())
        return self

    def api(self, app="main") -> "contextlib.AbstractContextManager[subprocess.Popen]":
        """Run ``computeapi-api`` until the block ends."""
        command = ["-m", "computeapi.cmd.api", "--config-file", self.config_file, "--app", app]
        return self.running(command)

    @contextlib.contextmanager
    def running(self, arguments, ready=True, **environ):
        """Run Python until the block ends; it must end well when told to.

        :param ready: whether to wait until it accepts connections.
        """
        with open(self.folder / "stderr", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, *map(str, arguments)],
                cwd=Path(__file__).parents[2],  # where the applications of tests are found
                env={**os.environ, **self._measured(), **environ},
                stderr=log,
                stdout=log,
            )
        try:
            if ready:
                wait_for(lambda: answers(self.port) or process.poll() is not None)
            yield process
            process.send_signal(signal.SIGTERM)
            process.wait(DEADLINE)
        finally:
            process.kill()
            process.wait()
        assert process.returncode in (0, -signal.SIGTERM), self.log

    def _measured(self):
        """Return the environment that makes coverage follow the greenlets of a process.

        Only where they are: with Python 3.11, a process under coverage that watches greenlets
        can spin for ever when its threads end. The end of a thread is then a pending call of
        the interpreter, and a traced function that such a call runs waits for the next one.
        """
        encoded = os.environ.get("COVERAGE_PROCESS_CONFIG")
        if self.server != "eventlet" or not encoded:
            return {}
        config = json.loads(base64.b64decode(encoded))
        config["concurrency"] = ["thread", "greenlet"]
        return {"COVERAGE_PROCESS_CONFIG": base64.b64encode(json.dumps(config).encode()).decode()}

    def client(self) -> "Client":
        """Connect."""
        return Client(self.port)


@dataclass
class Answer:
    """An answer, taken apart. Names of headers are in lower case; none is there twice."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def fault(self) -> dict[str, Any]:
        """The only value of the body."""
        [fault] = self.json().values()
        return fault


@dataclass
class Client:
    """One connection."""

    port: int
    _read: bytes = b""
    sock: socket.socket = field(init=False)

    def __post_init__(self):
        self.sock = socket.create_connection(("127.0.0.1", self.port), DEADLINE)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.sock.close()

    def send(self, *parts: bytes | str) -> "Client":
        for part in parts:
            self.sock.sendall(part.encode("latin-1") if isinstance(part, str) else part)
        return self

    def end(self) -> "Client":
        """Say that nothing more will be sent."""
        self.sock.shutdown(socket.SHUT_WR)
        return self

    def ask(self, method, path, body=b"", headers=(), token=TOKEN) -> Answer:
        """Send a request and read its answer."""
        self.send(request(method, path, body, headers, token))
        return self.answer(method)

    def answer(self, method="GET") -> Answer:
        """Read one answer, as strictly as RFC 9112 allows."""
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, self._read = self._read.split(b"\r\n\r\n", 1)
        status_line, *lines = head.split(b"\r\n")
        version, code, _ = status_line.split(b" ", 2)
        assert version in (b"HTTP/1.0", b"HTTP/1.1"), status_line
        fields = [line.decode("latin-1").split(": ", 1) for line in lines]
        names = [name.lower() for name, _ in fields]
        assert len(set(names)) == len(names), f"a header came twice: {head!r}"
        headers = dict(zip(names, (value for _, value in fields), strict=True))
        answer = Answer(version.decode(), int(code), headers)
        if answer.status in (204, 304) or answer.status < 200:
            assert "content-length" not in names, head
            assert "transfer-encoding" not in names, head
        elif method != "HEAD":
            length = int(answer.headers["content-length"])
            while len(self._read) < length:
                self._more()
            answer.body, self._read = self._read[:length], self._read[length:]
        return answer

    def rest(self) -> bytes:
        """Return what is still sent until the server ends the connection."""
        with contextlib.suppress(EOFError, ConnectionResetError):
            while True:
                self._more()
        return self._read

    def _more(self) -> None:
        data = self.sock.recv(1_000_000)
        if not data:
            raise EOFError(f"the server ended the connection after {self._read[:200]!r}")
        self._read += data


def request(method, path, body=b"", headers=(), token=TOKEN) -> bytes:
    """Return a request as it goes over the wire."""
    fields = [("Host", "compute.example:8774"), *headers]
    if token:
        fields.append(("X-Auth-Token", token))
    if body or method in ("POST", "PUT"):
        fields += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def new_server(name="web") -> bytes:
    """Return the body of a request for a server."""
    server = {"name": name, "imageRef": IMAGE, "flavorRef": "42"}
    return json.dumps({"server": server}).encode()
