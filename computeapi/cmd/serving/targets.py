"""The target of a request and its host: the rules of RFC 9112, 3.2, which both servers apply.

A request reaches the application in one form, whichever the client sent: a path, one field Host,
and one field Connection.
"""

import re
from collections.abc import Sequence

from computeapi.cmd.serving.framing import MALFORMED
from computeapi.filters.size_limit import Refused

MALFORMED_HOST = "The request needs one valid Host header."

_ORIGIN_FORM = re.compile(rb"/[\x21\x22\x24-\x7e]*")
_ABSOLUTE_FORM = re.compile(rb"(?i:https?)://([^/?#]*)([/?][\x21\x22\x24-\x7e]*)?")
#: RFC 3986, 3.2.2 and 3.2.3: a name, an IPv4 address or an IPv6 address, and a port.
_HOST = re.compile(rb"([\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(:\d*)?", re.ASCII)


def normal(request_line: bytes, lines: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """Return a request's line and its header fields in the form that the application is shown.

    :param request_line: of HTTP/1.0 or HTTP/1.1. :param lines: well-formed fields.
    :raises Refused: when the target has no form that a server is asked by, or the host is missing
        or malformed.
    """
    method, target, version = request_line.split(b" ")
    fields = [(line.partition(b":")[0].lower(), line) for line in lines]
    path, host = _parted(method, target)
    if host is None:
        _check_host([line for name, line in fields if name == b"host"], version)
    else:
        # RFC 9112, 3.2.2: the target's host counts, and the field does not.
        fields = [field for field in fields if field[0] != b"host"]
        fields.append((b"host", b"Host: " + host))
    kept = [line for name, line in fields if name != b"connection"]
    return b" ".join((method, path, version)), [*kept, *_connection(fields)]


def _parted(method: bytes, target: bytes) -> tuple[bytes, bytes | None]:
    """Return the path with its query, and the host if the target has one.

    :raises Refused: when the target is malformed.
    """
    if _ORIGIN_FORM.fullmatch(target):
        return target, None
    if target == b"*" and method == b"OPTIONS":
        return b"/", None
    match = _ABSOLUTE_FORM.fullmatch(target)
    if not match or not match[1] or not _HOST.fullmatch(match[1]):
        raise Refused(400, MALFORMED)
    rest = match[2] or b"/"
    return rest if rest.startswith(b"/") else b"/" + rest, match[1]


def _check_host(lines: Sequence[bytes], version: bytes) -> None:
    """Check the Host fields of a request.

    :raises Refused: when it has more than one, or a malformed one, or none in HTTP/1.1.
    """
    if not lines and version == b"HTTP/1.0":
        return
    hosts = [line.partition(b":")[2].strip(b" \t") for line in lines]
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
        raise Refused(400, MALFORMED_HOST)


def _connection(fields: Sequence[tuple[bytes, bytes]]) -> list[bytes]:
    """Return the fields Connection: one that says "close" alone where an option is "close".

    Servers compare the whole field, which may be a list and be repeated (RFC 9110, 7.6.1).
    """
    lines = [line for name, line in fields if name == b"connection"]
    options = b",".join(line.partition(b":")[2] for line in lines).lower().split(b",")
    is_last = b"close" in (option.strip(b" \t") for option in options)
    return [b"Connection: close"] if is_last else lines
