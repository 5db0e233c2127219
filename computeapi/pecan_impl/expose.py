"""How a method of a controller becomes an operation of the API."""

import functools
import inspect
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol, TypedDict, Unpack, cast

import pecan
from wsme.api import Response
from wsmeext.pecan import wsexpose

from computeapi.api.parameters import Query
from computeapi.api.versions import ALWAYS, Span
from computeapi.pecan_impl import faults

Method = Callable[..., Any]


class Success(NamedTuple):
    """An answer to a request that succeeds.

    :ivar datatype: the type of the result; None for an empty body.
    :ivar span: the microversions at which the operation answers so.
    """

    status: int
    datatype: Any = None
    span: Span = ALWAYS


class Declaration(NamedTuple):
    """The declaration of an operation, of which the description of the API is made.

    :ivar body: the type of the document; None where none is read.
    :ivar optional_body: whether the document may be null, or missing.
    :ivar query: its query parameters; None where it reads none.
    :ivar faults: the statuses of errors that not every operation has.
    :ivar anonymous: whether it needs no token.
    """

    successes: tuple[Success, ...]
    body: Any = None
    optional_body: bool = False
    query: Query[Any] | None = None
    faults: frozenset[int] = frozenset()
    anonymous: bool = False


class Operation(Protocol):
    """A method of a controller that is an operation, with the attributes that hooks read.

    :ivar span: the microversions at which the operation is there.
    :ivar takes_body: whether the operation reads a document.
    :ivar refuses_body: whether a document in the body is an error.
    """

    span: Span
    takes_body: bool
    refuses_body: bool
    declaration: Declaration

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Answer a request."""


class _Declared(TypedDict, total=False):
    """The fields of a :class:`Declaration` that WSME does not know."""

    successes: tuple[Success, ...]
    optional_body: bool
    query: Query[Any]
    faults: frozenset[int]
    anonymous: bool


def expose(
    *types: Any,
    span: Span = ALWAYS,
    refuses_body: bool = False,
    body: Any = None,
    status_code: int = 200,
    **declared: Unpack[_Declared],
) -> Callable[[Method], Method]:
    """Expose a method with typed arguments and a typed result, in JSON.

    :param types: the type of the result, or None for an empty body.
    :param span: the microversions at which the operation is there; at others it is a 404.
    :param refuses_body: whether a document in the body is an error; by default an operation
        without ``body`` ignores it.
    :param body: the type of the document that it reads; None where it reads none.
    :param status_code: of an answer to a request that succeeds.
    :param declared: further fields of its :class:`Declaration`; ``successes`` where the operation
        succeeds in several ways, or in none.
    """
    declared.setdefault("successes", (Success(status_code, types[0] if types else None),))
    declaration = Declaration(body=body, **declared)
    exposed = wsexpose(*types, rest_content_types=("json",), body=body, status_code=status_code)

    def decorate(method: Method) -> Method:
        operation = cast(Operation, exposed(_failing_typed(method)))
        operation.span = span
        operation.takes_body = body is not None
        operation.refuses_body = refuses_body
        operation.declaration = declaration
        return operation

    return decorate


def keep_200() -> None:
    """Answer 200 although there is no body.

    Pecan turns such an answer into a 204, but for a body that a generator makes.
    """
    pecan.response.app_iter = (chunk for chunk in (b"",))
    pecan.response.content_length = 0


def _failing_typed(method: Method) -> Method:
    """Make a method's errors typed results.

    WSME swallows every exception, shows its text whatever it is, and takes the status from any
    attribute ``code`` it happens to have.
    """

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:
            failure = faults.failure(error)
            pecan.response.headers.update(failure.headers)
            return Response(failure, status_code=failure.code, return_type=faults.FAULT)

    # WSME and Pecan find out about arguments with getfullargspec, which does not unwrap.
    vars(call)["__signature__"] = inspect.signature(method)
    return call
