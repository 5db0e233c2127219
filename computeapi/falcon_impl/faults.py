"""Errors of every kind as the faults that the API promises."""

import logging
from typing import Any

import falcon

from computeapi.api import request_id
from computeapi.api.faults import (
    NOT_ALLOWED,
    NOT_FOUND,
    NOT_JSON,
    UNEXPECTED,
    fault,
)
from computeapi.domain.errors import Error, Unavailable

LOG = logging.getLogger(__name__)

#: Falcon's errors -> what a caller reads; else the sentence is Falcon's own.
_MESSAGES = (
    (falcon.HTTPNotFound, NOT_FOUND),
    (falcon.HTTPMethodNotAllowed, NOT_ALLOWED),
    ((falcon.MediaNotFoundError, falcon.MediaMalformedError), NOT_JSON),
)


def serialize(req: falcon.Request, resp: falcon.Response, error: falcon.HTTPError) -> None:
    """Write the body of one of Falcon's own errors; Falcon does status and headers."""
    message = next((text for kind, text in _MESSAGES if isinstance(error, kind)), None)
    resp.media = fault(error.status_code, message or error.description or error.title or "")


def refused(
    req: falcon.Request, resp: falcon.Response, error: Error, params: dict[str, Any]
) -> None:
    """Answer with an error that the caller is meant to read."""
    resp.status = error.code
    resp.media = fault(error.code, error.message)
    if isinstance(error, Unavailable):
        resp.set_header("Retry-After", str(error.retry_after))


def unexpected(
    req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]
) -> None:
    """Answer with an error that is ours: the caller gets a request id, the log gets the rest."""
    LOG.error(
        "%s %s failed (%s)",
        req.method,
        req.path,
        req.env.get(request_id.ENVIRON_KEY, "-"),
        exc_info=error,
    )
    resp.status = falcon.HTTP_500
    resp.media = fault(500, UNEXPECTED)
