"""Reads the body of a request whole, before anything acts on the request."""

import logging
from collections.abc import Callable, Iterable
from io import BufferedReader, BytesIO
from typing import Any

from computeapi.api.faults import WSGIApp, respond

LOG = logging.getLogger(__name__)

TOO_LARGE = "Request is too large."
BAD_LENGTH = "Content-Length must be one number of decimal digits."
TWO_LENGTHS = "Content-Length and Transfer-Encoding must not be sent together."
UNKNOWN_CODING = "The only Transfer-Encoding that this service reads is chunked."
INCOMPLETE = "The request did not arrive whole."

#: Bytes of a body, where the paste.deploy file sets no other limit.
DEFAULT_LIMIT = 114688
#: A length of more digits is too large for any limit, and slow to convert.
_MAX_DIGITS = 18


class Refused(Exception):
    """A body that is not handed on.

    :ivar code: status of the answer.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def parse_length(text: str) -> int:
    """Return the number of bytes that a Content-Length announces (RFC 9110, 8.6).

    :raises Refused: when it is anything but decimal digits, or has too many of them.
    """
    if not (text.isascii() and text.isdigit()):
        raise Refused(400, BAD_LENGTH)
    digits = text.lstrip("0")
    if len(digits) > _MAX_DIGITS:
        raise Refused(413, TOO_LARGE)
    return int(digits or "0")


class SizeLimit:
    """A WSGI filter that hands on whole bodies up to a limit, with their length.

    It answers 413 to a body above the limit, 400 to one that does not arrive whole or whose
    length is no number, and 501 to one in an unknown coding. A fault that a server hides from an
    application (two equal headers, say) is the server's to refuse: see
    :mod:`computeapi.cmd.serving.framing`.

    :param limit: bytes.
    """

    def __init__(self, app: WSGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        try:
            body = self._read(environ)
        except Refused as refused:
            return respond(start_response, refused.code, refused.message)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = BytesIO(body)
        return self._app(environ, start_response)

    def _read(self, environ: dict[str, Any]) -> bytes:
        """Return the body.

        :raises Refused: when it is too large, incomplete, or of unknown length.
        """
        coding = environ.pop("HTTP_TRANSFER_ENCODING", "")
        announced = environ.get("CONTENT_LENGTH") or ""
        if coding:
            if announced:
                raise Refused(400, TWO_LENGTHS)
            if coding.strip(" \t").lower() != "chunked" or not _is_decoded(environ):
                raise Refused(501, UNKNOWN_CODING)
            return self._receive(environ, self._limit + 1)
        length = parse_length(announced) if announced else 0
        if length > self._limit:
            raise Refused(413, TOO_LARGE)
        body = self._receive(environ, length)
        if len(body) < length:
            raise Refused(400, INCOMPLETE)
        return body

    def _receive(self, environ: dict[str, Any], limit: int) -> bytes:
        """Read until the end of the body, or until there are ``limit`` bytes.

        :raises Refused: when the connection ends too early, or the body is above the limit.
        """
        body = bytearray()
        try:
            while len(body) < limit and (part := environ["wsgi.input"].read(limit - len(body))):
                body += part
        except Exception as error:  # each server raises its own
            LOG.info("A request body did not arrive whole: %r", error)
            raise Refused(400, INCOMPLETE) from error
        if len(body) > self._limit:
            raise Refused(413, TOO_LARGE)
        return bytes(body)


def _is_decoded(environ: dict[str, Any]) -> bool:
    """Return whether the server takes the chunks of a body apart.

    PEP 3333 does not ask for it. A server that does so says so, and one that does not, as
    wsgiref, hands on the stream of the connection, whose end never comes.
    """
    if environ.get("wsgi.input_terminated"):
        return True
    return not isinstance(environ["wsgi.input"], BufferedReader)


def filter_factory(
    global_conf: dict[str, str], max_request_body_size: str = "", **local_conf: str
) -> Callable[[WSGIApp], SizeLimit]:
    """Make the filter for paste.deploy.

    :param max_request_body_size: bytes; here or in ``[DEFAULT]``, which the server reads as well.
    """
    limit = int(max_request_body_size or global_conf.get("max_request_body_size") or DEFAULT_LIMIT)
    return lambda app: SizeLimit(app, limit)
