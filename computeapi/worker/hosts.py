"""The host of a worker: the lock that only one worker holds, and the sign of life."""

import fcntl
import logging
import os
import threading
from pathlib import Path

from computeapi.domain.errors import Conflict
from computeapi.domain.hosts import Host
from computeapi.ports.database import Database
from computeapi.virt.driver import HostFacts

LOG = logging.getLogger(__name__)


class HostLock:
    """What makes a worker the only one of its host.

    The kernel drops it when the process ends, in whatever way.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        :raises Conflict: when another worker holds it.
        :raises OSError: when the file cannot be made.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(file, 32).decode(errors="replace").strip() or "unknown"
            os.close(file)
            raise Conflict(
                f"Another worker (process {holder}) runs on this host: it holds {self._path}."
            ) from error
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Let another worker have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Heartbeat:
    """Tell the database, again and again, that this host is there and what it has to give.

    :param interval: seconds between two signs of life.
    """

    def __init__(self, db: Database, name: str, availability_zone: str, interval: float) -> None:
        self._db = db
        self._name = name
        self._availability_zone = availability_zone
        self._interval = interval
        self._host: Host | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self, facts: HostFacts) -> None:
        """Register the host, and go on giving signs of life."""
        with self._db.read() as tx:
            now = tx.now()
        self._host = Host(
            name=self._name,
            availability_zone=self._availability_zone,
            hypervisor_hostname=facts.hypervisor_hostname,
            hypervisor_type=facts.hypervisor_type,
            hypervisor_version=facts.hypervisor_version,
            vcpus=facts.vcpus,
            memory_mb=facts.memory_mb,
            disk_gb=facts.disk_gb,
            enabled=True,
            started_at=now,
            seen_at=now,
        )
        self.beat()
        self._thread.start()

    def stop(self) -> None:
        """Give no more signs of life."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self._interval + 1)

    def beat(self) -> None:
        """Give one sign of life."""
        host = self._host
        if host is None:
            return
        with self._db.write() as tx:
            known = tx.hosts.get(host.name)
            # Whether it may get new servers is for administrators to say.
            host.enabled = known.enabled if known else True
            host.seen_at = tx.now()
            tx.hosts.report(host)

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            try:
                self.beat()
            except Exception:
                LOG.exception("Could not tell the database that this host is alive")
