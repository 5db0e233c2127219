"""The real ``openstack`` client, each command in a process of its own.

The client takes two seconds of a processor to start; a fork of one that has started takes none.
"""

import functools
import json
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from testing.processes import ROOT, unmeasured


class Client:
    """A process that has started the client, and forks for each command."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.functional.openstack_process"],
            cwd=ROOT,
            env=unmeasured(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, arguments: list[str], environment: dict[str, str], timeout: int
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command; return its exit code, its output and its errors.

        :param environment: the whole of it.
        :param timeout: seconds, after which the command is ended.
        """
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("output", "errors")]
            command = {
                "arguments": arguments,
                "environment": environment,
                "timeout": timeout,
                "files": list(map(str, files)),
            }
            print(json.dumps(command), file=self._process.stdin, flush=True)
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, *(f.read_text() for f in files))


@functools.cache
def started() -> Client:
    """Return the client of this run of the tests; its process ends with the run."""
    return Client()


@contextmanager
def commands(timeout: int) -> Iterator[str]:
    """Provide a function of a shell that carries out each command ``openstack`` of a script.

    :param timeout: seconds, after which a command is ended.
    """

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            arguments, environment = json.load(self.rfile)
            done = started().run(arguments, environment, timeout)
            answer = [done.returncode, done.stdout, done.stderr]
            self.wfile.write(json.dumps(answer).encode())

    script = Path(__file__).with_name("openstack_command.py")
    # Not pytest's folder: the path of a Unix socket is short.
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/openstack"
        with socketserver.UnixStreamServer(path, Handler) as server:
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f'openstack() {{ {sys.executable} -SEs {script} {path} "$@"; }}'
            finally:
                server.shutdown()
                thread.join()
