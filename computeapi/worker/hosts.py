"""The host of a worker: the lock that only one worker holds, and the sign of life."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from computeapi.domain.errors import Conflict
from computeapi.domain.host_owners import HostOwner, check_owner
from computeapi.domain.hosts import Host, HostDetails
from computeapi.ports.database import Database, Transaction
from computeapi.virt.driver import HostFacts

LOG = logging.getLogger(__name__)


class HostLock:
    """The lock that makes a worker the only one of its state folder.

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
        """Release the lock."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Heartbeat:
    """Take the host, and tell the database again and again that it is there.

    :param interval: seconds between two signs of life.
    :param down_after: seconds without a sign of life after which another worker may take the host.
    :param uptime: returns how long the host is up, for administrators to read.
    """

    def __init__(
        self,
        db: Database,
        name: str,
        interval: float,
        down_after: float,
        uptime: Callable[[], str | None],
    ) -> None:
        self._db = db
        self._name = name
        self._interval = interval
        self._down_after = down_after
        self._uptime = uptime
        self._host: Host | None = None
        self._details = HostDetails()
        self._owner: HostOwner | None = None
        self._until = 0.0
        self._on_lost: Callable[[], None] = lambda: None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self, facts: HostFacts, owner: HostOwner, on_lost: Callable[[], None]) -> None:
        """Take the host, and go on giving signs of life.

        :param owner: what this worker is.
        :param on_lost: called when another worker has the host, which this one must not touch.
        :raises Conflict: when another worker has it.
        """
        begun = time.monotonic()
        details = HostDetails(facts.host_ip, facts.cpu_info, self._uptime())
        with self._db.write() as tx:
            now = tx.now()
            host = self._reported(facts, now)
            if tx.hosts.get(self._name) is None:
                tx.hosts.report(host, details)
            owner_before = tx.hosts.owner(self._name)  # the row is locked from here on
            known = tx.hosts.get(self._name) or host
            check_owner(known, owner_before, owner, now, self._down_after)
            tx.hosts.report(host, details)
            tx.hosts.set_owner(self._name, owner)
            tx.hosts.note_usage(self._name, tx.hosts.usage_of(self._name))
        self._host, self._owner, self._on_lost = host, owner, on_lost
        self._details = details
        self._until = begun + self._down_after
        self._thread.start()

    def stop(self) -> None:
        """Give no more signs of life."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self._interval + 1)

    def leave(self, tx: Transaction) -> bool:
        """Note that this worker stops in good order; return whether it still had the host."""
        if not self._is_owner(tx) or self._owner is None:
            return False
        tx.hosts.set_owner(self._name, self._owner.stopped())
        return True

    def holds(self) -> bool:
        """Return whether no other worker can have the host. It costs nothing: no database."""
        return time.monotonic() < self._until

    def beat(self) -> None:
        """Give one sign of life.

        :raises Conflict: when another worker has the host, or an administrator removed it.
        """
        host = self._host
        if host is None:
            return
        begun = time.monotonic()
        details = replace(self._details, uptime=self._uptime())
        with self._db.write() as tx:
            if not self._is_owner(tx):
                raise Conflict(
                    f"Another worker has host {self._name} now, or its service was deleted: this "
                    "one ends."
                )
            host.seen_at = tx.now()
            tx.hosts.report(host, details)
            # Servers that are gone leave room that only a count can see.
            tx.hosts.note_usage(self._name, tx.hosts.usage_of(self._name))
        self._until = begun + self._down_after

    def _is_owner(self, tx: Transaction) -> bool:
        owner = tx.hosts.owner(self._name)
        return owner is not None and self._owner is not None and owner.worker == self._owner.worker

    def _reported(self, facts: HostFacts, now: datetime) -> Host:
        return Host(
            name=self._name,
            availability_zone=None,
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

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            try:
                self.beat()
            except Conflict:
                LOG.exception("The host is lost")
                self._until = 0.0
                self._on_lost()
                return
            except Exception:
                LOG.exception("Could not tell the database that this host is alive")
