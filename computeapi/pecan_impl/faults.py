"""Errors of the core, of WSME, of Pecan and of our mistakes as faults."""

import logging
from typing import Any, NamedTuple

import wsme.types
from pecan import request
from webob.exc import HTTPException

from computeapi.api import faults, request_id
from computeapi.domain.errors import Error, Unavailable

LOG = logging.getLogger(__name__)

_MESSAGES = {404: faults.NOT_FOUND, 405: faults.NOT_ALLOWED}


class Failure(NamedTuple):
    """The answer to a request that failed."""

    code: int
    message: str
    headers: dict[str, str]


class Fault(wsme.types.UserType):
    """The JSON form of a failure."""

    basetype = object
    name = "fault"

    def tobasetype(self, value: Failure) -> dict[str, Any]:
        """Return the form (API reference, "Faults")."""
        return faults.fault(value.code, value.message)


FAULT = Fault()


def failure(error: Exception) -> Failure:
    """Return the answer for an error; an unexpected error goes to the log instead."""
    if isinstance(error, Unavailable):
        return Failure(error.code, error.message, {"Retry-After": str(error.retry_after)})
    if isinstance(error, Error):
        return Failure(error.code, error.message, {})
    if isinstance(error, HTTPException):
        code = error.status_int
        allow = error.headers.get("Allow")
        message = _MESSAGES.get(code, error.explanation)
        return Failure(code, message, {"Allow": allow} if allow else {})
    LOG.error(
        "%s %s failed (%s)",
        request.method,
        request.path,
        request.environ.get(request_id.ENVIRON_KEY, "-"),
        exc_info=error,
    )
    return Failure(500, faults.UNEXPECTED, {})


def refused(code: int, message: str) -> Failure:
    """Return the answer to a request that WSME refused, or failed on.

    WSME has logged an error that is not the caller's, and the text of that is for the log alone.
    """
    return Failure(code, message if code < 500 else faults.UNEXPECTED, {})
