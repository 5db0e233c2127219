"""A RabbitMQ of the tests' own."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

# Debian's rabbitmq-server on the path is a wrapper that insists on its own user.
BINARY = next(
    (
        path
        for path in ("/usr/lib/rabbitmq/bin/rabbitmq-server", shutil.which("rabbitmq-server"))
        if path and Path(path).exists()
    ),
    None,
)


def _free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def wait_until(condition, seconds):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


class Rabbit:
    """A broker in a folder: own ports, own node name, own port mapper."""

    def __init__(self, folder):
        self.folder = folder
        self.port, self.dist_port, self.epmd_port = _free_ports(3)
        self.url = f"rabbit://guest:guest@127.0.0.1:{self.port}/"
        (folder / "plugins").write_text("[].")

    def __enter__(self):
        # As our child; the server would leave a daemon behind.
        self.epmd = subprocess.Popen(
            ["epmd", "-port", str(self.epmd_port), "-address", "127.0.0.1"]
        )
        self.start()
        return self

    def __exit__(self, *exc):
        self.kill()
        self.epmd.terminate()
        self.epmd.wait()

    def start(self):
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),  # of the Erlang cookie
            "ERL_EPMD_PORT": str(self.epmd_port),
            "RABBITMQ_NODENAME": "computeapi@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.dist_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ALLOW_INPUT": "1",  # no shell between us and the server
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
        }
        log = self.folder / "log"
        with log.open("wb") as out:
            self.server = subprocess.Popen(
                [BINARY, "-noinput"], env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )
        try:
            wait_until(lambda: "startup complete" in log.read_text(), 120)
        except AssertionError:
            pytest.fail(log.read_text()[-3000:])

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()
