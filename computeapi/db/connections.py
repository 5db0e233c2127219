"""Connections kept open between requests.

SQLAlchemy's own pool resets a connection each time and makes a new ``Connection`` around it;
holding the ``Connection`` itself makes a read three times as fast.
"""

import os
import threading
import weakref

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from computeapi.db.engine import PATIENCE
from computeapi.db.faults import translated
from computeapi.domain.errors import Unavailable


class Connections:
    """Connections, each lent to one thread (or green thread) at a time.

    :param kept: how many stay open when nobody uses them.
    :param most: how many there are at a time; who wants one more waits.
    """

    def __init__(self, engine: Engine, kept: int, most: int) -> None:
        self.engine = engine
        self._kept = kept
        self._most = most
        self._idle: list[Connection] = []
        self._places = threading.BoundedSemaphore(most)
        _ALL.add(self)

    def take(self) -> Connection:
        """Borrow a connection; it is given back with :meth:`give` or :meth:`discard`.

        :raises Unavailable: when the database does not answer, or too many are in use.
        """
        if not self._places.acquire(timeout=PATIENCE):
            raise Unavailable("Too many requests use the database.")
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def give(self, connection: Connection) -> None:
        """Take a connection back to lend it again."""
        if len(self._idle) < self._kept:
            self._idle.append(connection)
            self._places.release()
        else:
            self.discard(connection)

    def discard(self, connection: Connection) -> None:
        """Take a connection back to close it."""
        try:
            close(connection)
        finally:
            self._places.release()

    def replace(self, connection: Connection) -> Connection:
        """Exchange a lost connection for a new one; the idle ones are as lost.

        :raises Unavailable: when the database does not answer; the lost one is discarded then.
        """
        close(connection)
        self.clear()
        return self._opened()

    def clear(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # another thread was faster
                return
            close(connection)

    def forget(self) -> None:
        """Begin anew in a process just forked: what there was belongs to the parent."""
        _INHERITED.extend(self._idle)
        self._idle = []
        self._places = threading.BoundedSemaphore(self._most)

    def _opened(self) -> Connection:
        """Open a connection; give the place up when that fails."""
        try:
            return self.engine.connect()
        except DBAPIError as error:
            self._places.release()
            raise translated(error) from error
        except BaseException:
            self._places.release()
            raise


def close(connection: Connection) -> None:
    """Close a connection, which may be broken."""
    connection.invalidate()
    connection.close()


def _before_fork() -> None:
    for connections in list(_ALL):
        connections.clear()


def _after_fork() -> None:
    for connections in list(_ALL):
        connections.forget()


_ALL: weakref.WeakSet[Connections] = weakref.WeakSet()
#: Never closed: that would end the parent's session, or lose its file locks.
_INHERITED: list[Connection] = []
os.register_at_fork(before=_before_fork, after_in_child=_after_fork)
