"""The shape of an error: ``{NAME: {"code": …, "message": …}}`` (API reference, "Faults")."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    429: "overLimit",
    501: "notImplemented",
    503: "serviceUnavailable",
}

#: All that a caller learns of an error that is ours; the rest is in the log, by request id.
UNEXPECTED = "Unexpected API Error. The request id identifies it in the service's log."
NOT_FOUND = "The resource could not be found."
NOT_ALLOWED = "The method is not allowed for this resource."
NOT_JSON = "Malformed request body: it must be a JSON object."
NOT_ONE_ACTION = "Invalid request body: it must have one key, which names the action."
NOT_JSON_TYPE = "Unsupported Content-Type: a request body must be application/json."

WSGIApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def fault(code: int, message: str) -> dict[str, dict[str, Any]]:
    """Return the body of an error."""
    return {NAMES.get(code, "computeFault"): {"code": code, "message": message}}


def respond(
    start_response: Callable[..., Any],
    code: int,
    message: str,
    headers: Iterable[tuple[str, str]] = (),
) -> list[bytes]:
    """Answer a WSGI request with an error, for the filters in front of the API."""
    body = json.dumps(fault(code, message)).encode()
    start_response(
        f"{code} {HTTPStatus(code).phrase}",
        [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers],
    )
    return [body]
