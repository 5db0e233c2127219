"""Declarations of responders: their requests and their answers.

The description of the API is made of them, see :mod:`computeapi.falcon_impl.openapi`. They cost a
request nothing, as they only mark a method.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from computeapi.api.parameters import Query
from computeapi.api.versions import ALWAYS, Span
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.validation import Body

T = TypeVar("T", bound=Callable[..., Any])
_MARK = "declaration"


class Success(NamedTuple):
    """An answer to a request that succeeds.

    :ivar schema: of the body, with spans; None where there is no body.
    :ivar span: the microversions at which the responder answers so.
    """

    status: int
    schema: Schema | None
    span: Span


class Declaration(NamedTuple):
    """The declaration of a responder.

    :ivar body: the schema that the body is checked against; None where no body is read.
    :ivar query: its query parameters; None where it reads none.
    :ivar faults: the statuses of errors that not every operation has.
    """

    successes: tuple[Success, ...] = ()
    body: Body | None = None
    query: Query[Any] | None = None
    faults: frozenset[int] = frozenset()
    #: Whether every request is answered with one of the faults.
    refuses: bool = False


def answers(status: int, schema: Schema | None = None, span: Span = ALWAYS) -> Callable[[T], T]:
    """Declare an answer of a responder to a request that succeeds.

    :param schema: of the body, with spans; None where there is no body.
    :param span: the microversions at which the responder answers so.
    """

    def declare(method: T) -> T:
        before = declared(method)
        successes = (Success(status, schema, span), *before.successes)
        return _declare(method, before._replace(successes=successes))

    return declare


def takes(body: Body | None = None, query: Query[Any] | None = None) -> Callable[[T], T]:
    """Declare the body and the query that a responder reads."""

    def declare(method: T) -> T:
        return _declare(method, declared(method)._replace(body=body, query=query))

    return declare


def fails(*statuses: int) -> Callable[[T], T]:
    """Declare errors of a responder that not every operation has."""

    def declare(method: T) -> T:
        return _declare(method, declared(method)._replace(faults=frozenset(statuses)))

    return declare


def refuses(*statuses: int) -> Callable[[T], T]:
    """Declare that a responder answers every request with an error, one of these."""

    def declare(method: T) -> T:
        before = declared(method)
        return _declare(method, before._replace(faults=frozenset(statuses), refuses=True))

    return declare


def declared(method: object) -> Declaration:
    """Return the declaration of a responder."""
    declaration: Declaration = getattr(method, _MARK, Declaration())
    return declaration


def _declare(method: T, declaration: Declaration) -> T:
    setattr(method, _MARK, declaration)
    return method
