"""The header of a request, checked and in the form that the application is shown."""

from collections.abc import Sequence
from typing import NamedTuple

from computeapi.cmd.serving import framing, targets
from computeapi.cmd.serving.framing import Framing


class Header(NamedTuple):
    """The header of a request.

    :ivar request_line: and ``lines``, its fields: without their line ends.
    :ivar framing: how the body is delimited.
    """

    request_line: bytes
    lines: Sequence[bytes]
    framing: Framing


def read(request_line: bytes, lines: Sequence[bytes]) -> Header:
    """Check the header of a request, and return it in the form that the application is shown.

    :param request_line: and the lines after it: as they came, without their line ends.
    :raises Refused: when the header is malformed, leaves the end of the request in doubt, or does
        not name one target and one host.
    """
    delimited = framing.read_header(request_line, lines)
    return Header(*targets.normal(request_line, lines), delimited)
