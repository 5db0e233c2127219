"""Time limits on PostgreSQL: the server's own, and the client's for a server that is silent."""

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import Engine

T = TypeVar("T")

_SETTINGS = (
    "SET statement_timeout = {statement};"
    "SET idle_in_transaction_session_timeout = {idle_in_transaction}"
)


class NoAnswer(psycopg.OperationalError):
    """The server has not answered within its own time limit and the grace beyond."""

    is_silence = True


class LimitedConnection(psycopg.Connection[Any]):
    """A connection that is closed when the server does not answer in time.

    The limits of TCP do not do: the kernel of a machine whose database hangs goes on
    acknowledging what it receives.

    :ivar answer_timeout: seconds to wait for an answer.
    """

    answer_timeout: float = 60.0

    def wait(self, gen: Generator[Any, Any, T], *arguments: Any, **options: Any) -> T:
        """Wait for an answer (psycopg, "Connection.wait").

        :raises NoAnswer: when it does not come; the connection is closed then.
        """
        try:
            return super().wait(_within(self.answer_timeout, gen), *arguments, **options)
        except NoAnswer:
            self.pgconn.finish()
            raise


def _within(seconds: float, steps: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
    """Take the steps of a protocol exchange; psycopg comes back every 0.1 s without an answer."""
    deadline = time.monotonic() + seconds
    try:
        awaited = next(steps)
        while True:
            ready = yield awaited
            if not ready and time.monotonic() >= deadline:
                raise NoAnswer(f"The server did not answer within {seconds:g} seconds")
            awaited = steps.send(ready)
    except StopIteration as end:
        result: T = end.value
        return result


def limit(engine: Engine, statement: float, grace: float, idle_in_transaction: float) -> None:
    """Limit the time that statements of an engine may take.

    :param statement: seconds for a statement, waiting for locks included.
    :param grace: seconds after these until a silent server is given up.
    :param idle_in_transaction: seconds that a transaction may wait for its client.
    """

    def connect(_dialect: object, _record: object, arguments: Any, options: Any) -> Any:
        connection = LimitedConnection.connect(*arguments, **options)
        connection.answer_timeout = statement + grace
        return connection

    def set_up(connection: Any, _record: object) -> None:
        connection.execute(
            _SETTINGS.format(
                statement=round(statement * 1000), idle_in_transaction=idle_in_transaction * 1000
            )
        )

    sa.event.listen(engine, "do_connect", connect)
    sa.event.listen(engine, "connect", set_up)
