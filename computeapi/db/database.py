"""The unit of work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from computeapi.db import engine, tables
from computeapi.db.aggregates import Aggregates
from computeapi.db.block_devices import BlockDevices
from computeapi.db.claims import Claims
from computeapi.db.console_tokens import ConsoleTokens
from computeapi.db.flavors import Flavors
from computeapi.db.hosts import Hosts
from computeapi.db.hypervisors import Hypervisors
from computeapi.db.keypairs import Keypairs
from computeapi.db.leases import Leases
from computeapi.db.limits import check_row
from computeapi.db.migrations import Migrations
from computeapi.db.notifications import Notifications, Outbox
from computeapi.db.operations import Operations
from computeapi.db.quotas import Quotas
from computeapi.db.server_groups import ServerGroups
from computeapi.db.server_passwords import ServerPasswords
from computeapi.db.server_ports import ServerPorts
from computeapi.db.servers import Servers
from computeapi.db.services import Services
from computeapi.db.session import Session
from computeapi.db.shelved_images import ShelvedImages
from computeapi.db.unfinished_images import UnfinishedImages
from computeapi.db.usage import Usage
from computeapi.db.wanted_images import WantedImages
from computeapi.domain.errors import Unavailable
from computeapi.domain.notifications import Settings
from computeapi.ports import database as ports

T = TypeVar("T")

_LOCK = (
    sa.select(tables.locks.c.name)
    .where(tables.locks.c.name == sa.bindparam("lock_name"))
    .with_for_update()
)
_NEW_LOCK = sa.insert(tables.locks)


class _Repository(Generic[T]):
    """A repository of a transaction, made when it is first used.

    PERF: there are two dozen of them, and a request uses one or two.

    :param make: makes it for a session.
    """

    def __init__(self, make: Callable[[Session, Outbox | None], T]) -> None:
        self._make = make

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, transaction: "Transaction", owner: type) -> T:
        # The instance's own attribute goes before this descriptor, which has no __set__.
        made = self._make(transaction._session, transaction._outbox)
        vars(transaction)[self._name] = made
        return made


def _plain(kind: Callable[[Session], T]) -> _Repository[T]:
    """Return a repository that makes no notifications."""
    return _Repository(lambda session, outbox: kind(session))


class Transaction(ports.Transaction):
    """One unit of work: all of it is kept, or nothing.

    A transaction that takes several locks takes them in this order, to avoid deadlocks:
    :meth:`lock` (several by name), hosts (all of them by name, or one, and others only without
    waiting), servers (several by id), operations. Saving or changing a row locks it, too.
    """

    servers = _Repository(Servers)
    flavors = _plain(Flavors)
    keypairs = _plain(Keypairs)
    hosts = _plain(Hosts)
    migrations = _plain(Migrations)
    operations = _Repository(Operations)
    claims = _plain(Claims)
    console_tokens = _plain(ConsoleTokens)
    aggregates = _plain(Aggregates)
    services = _plain(Services)
    hypervisors = _plain(Hypervisors)
    wanted_images = _plain(WantedImages)
    unfinished_images = _plain(UnfinishedImages)
    quotas = _plain(Quotas)
    server_groups = _plain(ServerGroups)
    server_passwords = _plain(ServerPasswords)
    server_ports = _plain(ServerPorts)
    usage = _plain(Usage)
    shelved_images = _plain(ShelvedImages)
    block_devices = _plain(BlockDevices)
    notifications = _plain(Notifications)
    leases = _plain(Leases)

    def __init__(self, session: Session, outbox: Outbox | None = None) -> None:
        self._session = session
        self._outbox = outbox

    def now(self) -> datetime:
        """Return the database's clock."""
        return self._session.now()

    def lock(self, name: str) -> None:
        """Lock a name until the transaction ends; other transactions that lock it wait.

        SQLite lets one transaction write at a time anyway.

        :raises Invalid: when the name is too long.
        """
        check_row("locks", {"name": name})
        if self._session.dialect == "sqlite":
            return
        if self._session.execute(_LOCK, {"lock_name": name}).first() is not None:
            return
        try:
            with self._session.savepoint():
                self._session.execute(_NEW_LOCK, {"name": name})
        except IntegrityError:
            # Another process was faster, and has committed.
            self._session.execute(_LOCK, {"lock_name": name}).one()


class Database(ports.Database):
    """The database. Threads, green threads and forked processes may share it.

    :param connection: a SQLAlchemy URL.
    :param notified: how changes make notifications; None where they make none.
    """

    def __init__(
        self,
        connection: str,
        limits: engine.Limits | None = None,
        notified: Settings | None = None,
    ) -> None:
        limits = limits or engine.Limits()
        self._readers = engine.pooled(connection, limits)
        self._writers = engine.writer(self._readers)
        self._is_sqlite = self._readers.dialect.name == "sqlite"
        self._lock_timeout = limits.statement_timeout
        self._write_lock = threading.Lock()
        self._notified = notified

    def read(self) -> AbstractContextManager[Transaction]:
        """Open a view to read through; each statement sees all that was committed before it.

        :raises Unavailable: when the database does not answer.
        """
        return _Reading(self._readers, self._lock_timeout)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a unit of work: committed at the end of the block, rolled back when it raises.

        :raises Unavailable: when the database does not answer.
        """
        with self._writing():
            session = Session(self._writers, self._lock_timeout)
            try:
                session.begin()
                outbox = Outbox(session, self._notified) if self._notified else None
                yield Transaction(session, outbox)
                if outbox is not None:
                    outbox.flush()
                session.commit()
            except Exception:
                session.rollback()
                raise
            except BaseException:
                # A green thread was killed, perhaps half way through a statement.
                session.discard()
                raise
            finally:
                session.end()

    def close(self) -> None:
        """Close the connections that are not in use."""
        self._readers.dispose()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Queue the writers of this process, where only one can write anyway."""
        if not self._is_sqlite:
            yield
            return
        if not self._write_lock.acquire(timeout=self._lock_timeout):
            raise Unavailable("The database is busy.")
        try:
            yield
        finally:
            self._write_lock.release()


class _Reading:
    """A view to read through; a class, as a generator takes twice as long and every GET has one."""

    __slots__ = ("_lock_timeout", "_readers", "_session")

    def __init__(self, readers: Engine, lock_timeout: float) -> None:
        self._readers = readers
        self._lock_timeout = lock_timeout

    def __enter__(self) -> Transaction:
        self._session = Session(self._readers, self._lock_timeout)
        return Transaction(self._session)

    def __exit__(self, kind: type[BaseException] | None, *_details: object) -> None:
        if kind is None or issubclass(kind, Exception):
            self._session.end()
        else:
            # A green thread was killed, perhaps half way through a statement.
            self._session.discard()
