"""A whole service in a folder: accepted here, carried out by a worker in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from computeapi import bootstrap, conf, db
from computeapi.domain.context import Context
from computeapi.domain.flavors import Flavor
from computeapi.domain.operations import Operation
from computeapi.domain.servers import NewServer, Server
from computeapi.virt.fake import FakeDriver
from testing.processes import unmeasured
from tests.functional.api_process import empty_database

HOST = "h1"
IMAGE_ID = "0c5a7f2e-6c1b-4c53-9d0e-2b4f6f4a1c11"
CALLER = Context("u1", "p1", "req-1", frozenset({"member", "reader"}))
OPTIONS = {
    "worker": {
        "driver": "fake",
        "lease": 60,
        "poll_interval": 0.5,
        "heartbeat_interval": 0.3,
        "reconcile_interval": 1,
        "max_attempts": 10,
        "shutdown_timeout": 2,
    },
    "images": {"backend": "folder"},
    "quota": {"instances": -1, "cores": -1, "ram": -1},
}


class Cloud:
    """The API's side of the service, the hypervisor's, and the worker's process between them."""

    caller = CALLER

    def __init__(self, folder: Path, options: dict[str, dict[str, object]]) -> None:
        self.folder = folder
        self._config = folder / "computeapi.conf"
        self._log = folder / "worker.log"
        self._workers: list[subprocess.Popen] = []
        self._write_config(options)
        self.conf = conf.load([str(self._config)])
        image = folder / "images" / "demo.raw"
        image.parent.mkdir()
        image.write_bytes(bytes(512))
        image.with_name("demo.raw.json").write_text(json.dumps({"id": IMAGE_ID}))
        (folder / "computeapi.sqlite").write_bytes(empty_database())
        self.db = db.connect(self.conf)
        self.hypervisor = FakeDriver(self.conf)
        self.servers = bootstrap.services(self.conf, self.db).servers
        with self.db.write() as tx:
            tx.flavors.add(Flavor("tiny", "tiny", 64, 1, 1))

    def _write_config(self, options: dict[str, dict[str, object]]) -> None:
        lines = ["[DEFAULT]", f"state_path = {self.folder}", f"host = {HOST}"]
        for group in OPTIONS | options:
            lines.append(f"[{group}]")
            chosen = {**OPTIONS.get(group, {}), **options.get(group, {})}
            lines.extend(f"{name} = {value}" for name, value in chosen.items())
        self._config.write_text("\n".join(lines) + "\n")

    # The worker

    def run_worker(self, config: Path | None = None) -> subprocess.Popen:
        """Start a worker, and do not wait for it.

        :param config: another configuration file than the cloud's own.
        """
        with self._log.open("a") as log:
            worker = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "computeapi.cmd.worker",
                    "--config-file",
                    config or self._config,
                ],
                stderr=log,
                # Coverage would keep nothing of a process that is killed.
                env=unmeasured(),
            )
        self._workers.append(worker)
        return worker

    def config_with(self, state_path: Path) -> Path:
        """Write a configuration file with another state folder, but the cloud's database."""
        own = f"state_path = {self.folder}\n"
        shared = f"[database]\nconnection = sqlite:///{self.folder}/computeapi.sqlite\n"
        config = state_path.with_suffix(".conf")
        text = self._config.read_text().replace(own, f"state_path = {state_path}\n")
        config.write_text(text + shared)
        return config

    def start_worker(self, config: Path | None = None) -> subprocess.Popen:
        """Start a worker and wait until it is ready."""
        before = self.log().count("is ready")
        worker = self.run_worker(config)
        wait_for(
            lambda: self.log().count("is ready") > before or worker.poll() is not None,
            explain=self.log,
        )
        assert worker.poll() is None, self.log()
        return worker

    def log(self) -> str:
        """Return what the workers logged."""
        return self._log.read_text() if self._log.exists() else ""

    def stop(self, worker: subprocess.Popen) -> None:
        """Stop a worker until it gets SIGCONT, at a moment when it does not hold SQLite's lock.

        One that was stopped with the lock would keep every other process from writing.
        """
        with self.db.write():
            worker.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        """Kill the workers that are left."""
        for worker in self._workers:
            if worker.poll() is None:
                kill(worker)
        self.db.close()

    # The API

    def create(self, count: int = 1) -> list[str]:
        """Accept to create servers; return their ids."""
        new = NewServer("demo", "tiny", IMAGE_ID, min_count=count)
        return [s.id for s in self.servers.creation.create(CALLER, new).servers]

    def delete(self, server_id: str) -> None:
        """Accept to delete a server."""
        self.servers.deletion.delete(CALLER, server_id)

    def server(self, server_id: str) -> Server:
        """Return a server, deleted or not."""
        with self.db.read() as tx:
            return tx.servers.get_any(server_id)

    def unfinished(self, server_id: str) -> list[Operation]:
        """Return what is still promised to a server."""
        with self.db.read() as tx:
            return list(tx.operations.unfinished(server_id))

    def states(self, server_ids: list[str]) -> list[str]:
        """Return what the servers are, and what is being done to them."""
        servers = [self.server(server_id) for server_id in server_ids]
        return [f"{s.vm_state}/{s.task_state}" if s.task_state else s.vm_state for s in servers]

    def wait_until(self, server_ids: list[str], *wanted: str, seconds: float = 120) -> None:
        """Wait until every server is in one of the states ``wanted``."""
        wait_for(lambda: all(s in wanted for s in self.states(server_ids)), seconds, self.log)

    def host_goes_down(self) -> None:
        """Make the host look as if its worker had long been silent."""
        with self.db.write() as tx:
            host = tx.hosts.get(HOST)
            host.seen_at -= timedelta(hours=1)
            tx.hosts.report(host)

    def boots(self, server_id: str) -> int:
        """Count how often a guest booted."""
        return self.hypervisor.console_output(server_id).decode().count("Linux version")


def wait_for(
    condition: Callable[[], bool], seconds: float = 120, explain: Callable[[], str] = str
) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)


def kill(worker: subprocess.Popen) -> None:
    """End a worker as a power failure would."""
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(5)


@pytest.fixture
def make_cloud(tmp_path: Path) -> Iterator[Callable[..., Cloud]]:
    """Make a service; keyword arguments are option groups."""
    made = []

    def make(**options: dict[str, object]) -> Cloud:
        made.append(Cloud(tmp_path, options))
        return made[-1]

    yield make
    for cloud in made:
        cloud.end()


@pytest.fixture(name="kill")
def kill_fixture() -> Callable[[subprocess.Popen], None]:
    return kill


@pytest.fixture(name="wait_for")
def wait_for_fixture() -> Callable[..., None]:
    return wait_for
