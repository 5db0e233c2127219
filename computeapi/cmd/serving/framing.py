"""The end of a request: the rules of RFC 9112, which both servers of the API apply.

Two programs that disagree about the end of a request let a caller smuggle a second one past the
first of them. So a request whose end is in doubt is refused, and the connection is closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from computeapi.filters.size_limit import (
    BAD_LENGTH,
    TWO_LENGTHS,
    UNKNOWN_CODING,
    Refused,
    parse_length,
)

#: Bytes of one line, and of all lines, of a header.
MAX_LINE = 8192
MAX_HEADER = 65536
MAX_FIELDS = 100

MALFORMED = "The request is malformed."
TIMEOUT = "The request took too long to arrive."
_TOO_LONG = "The request line is too long."
HEADER_TOO_LARGE = "The header of the request is too large."
_REPEATED = "The header field {} must be sent once only."
_VERSION = "This service speaks HTTP/1.0 and HTTP/1.1."

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_REQUEST_LINE = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Z]+ [\x21-\x7e]+ HTTP/(\d)\.(\d)")
FIELD = re.compile(rb"(" + TOKEN + rb"):([\t\x20-\x7e\x80-\xff]*)")
#: Stricter than RFC 9110, 5.5: no client pads a length with more than one space.
_LENGTH = re.compile(rb" ?([^ ]*)")
#: Control characters that end no line (RFC 9110, 5.5).
_CONTROLS = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ONCE = frozenset({b"content-length", b"transfer-encoding", b"host"})


@dataclass(frozen=True, slots=True)
class Framing:
    """How the body of a request is delimited.

    :ivar length: announced bytes; 0 when there is no body, or it is chunked.
    """

    length: int = 0
    is_chunked: bool = False


def replace_controls(line: bytes) -> bytes:
    """Return a header field with the byte 255 in the place of control characters in its value.

    Parsers disagree on them. The application answers them: a token with one is no token, and
    401. In a field that says where the request ends they stay, and are refused.
    """
    name, colon, value = line.partition(b":")
    if name.lower() in _ONCE or not _CONTROLS.search(value):
        return line
    return name + colon + _CONTROLS.sub(b"\xff", value)


def read_header(request_line: bytes, lines: Sequence[bytes]) -> Framing:
    """Check a request's header, and return how its body is delimited.

    :param request_line: and the lines after it: without their line ends.
    :raises Refused: when the header is malformed, or leaves the end of the request in doubt.
    """
    check_request_line(request_line)
    match = _REQUEST_LINE.fullmatch(request_line)
    if not match:
        raise Refused(400, MALFORMED)
    if match[1] != b"1":
        raise Refused(505, _VERSION)
    check_size(lines)
    once: dict[bytes, bytes] = {}
    for line in lines:
        field = FIELD.fullmatch(line)
        if not field:
            raise Refused(400, MALFORMED)
        name = field[1].lower()
        if name in _ONCE:
            if name in once:
                raise Refused(400, _REPEATED.format(field[1].decode()))
            once[name] = field[2]
    return _framing(once, is_first_version=match[2] == b"0")


def check_request_line(request_line: bytes) -> None:
    """Check the size of a request line.

    :raises Refused: when it is too long.
    """
    if len(request_line) > MAX_LINE:
        raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, _TOO_LONG)


def check_size(lines: Sequence[bytes]) -> None:
    """Check the size of the header fields that have arrived so far.

    :raises Refused: when they are too many, or one or all of them too long.
    """
    is_too_large = sum(map(len, lines)) > MAX_HEADER or len(lines) > MAX_FIELDS
    if is_too_large or any(len(line) > MAX_LINE for line in lines):
        raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, HEADER_TOO_LARGE)


def _framing(fields: dict[bytes, bytes], is_first_version: bool) -> Framing:
    coding = fields.get(b"transfer-encoding")
    announced = fields.get(b"content-length")
    if coding is None:
        return Framing() if announced is None else Framing(_length(announced))
    if announced is not None:
        raise Refused(400, TWO_LENGTHS)
    # RFC 9112, 6.1: it came with HTTP/1.1, so an intermediary may have misread the message.
    if is_first_version:
        raise Refused(400, MALFORMED)
    if coding.strip(b" \t").lower() != b"chunked":
        raise Refused(501, UNKNOWN_CODING)
    return Framing(is_chunked=True)


def _length(value: bytes) -> int:
    match = _LENGTH.fullmatch(value)
    if not match:
        raise Refused(400, BAD_LENGTH)
    return parse_length(match[1].decode("latin-1"))
