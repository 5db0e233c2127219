"""Answers that a server gives by itself, without the application."""

from email.utils import formatdate
from typing import Any, NamedTuple

from computeapi.api import request_id
from computeapi.api.faults import respond
from computeapi.filters.size_limit import Refused


class Answer(NamedTuple):
    """An answer in the terms of WSGI."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


def answer(refused: Refused) -> Answer:
    """Return the fault, with a request id as every answer has one."""
    ours = request_id.generate()
    started: list[Any] = []
    body = respond(
        lambda *start: started.extend(start),
        refused.code,
        refused.message,
        [(name, ours) for name in request_id.HEADERS],
    )
    return Answer(started[0], started[1], b"".join(body))


def message(refused: Refused, has_body: bool = True) -> bytes:
    """Return the fault as it goes over the wire; the connection is closed after it.

    :param has_body: False for the answer to HEAD (RFC 9110, 9.3.2).
    """
    status, headers, body = answer(refused)
    fields = [*headers, ("Date", formatdate(usegmt=True)), ("Connection", "close")]
    lines = [f"HTTP/1.1 {status}", *(f"{name.title()}: {value}" for name, value in fields), "", ""]
    return "\r\n".join(lines).encode("latin-1") + (body if has_body else b"")
