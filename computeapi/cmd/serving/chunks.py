"""Takes the chunks of a request body apart (RFC 9112, 7.1), as they arrive."""

import re

from computeapi.cmd.serving.framing import FIELD, MAX_LINE, TOKEN, check_size
from computeapi.filters.size_limit import TOO_LARGE, Refused

_MALFORMED = "The request body is not made of well-formed chunks."
_EXTENSION = rb'[ \t]*;[ \t]*TOKEN(?:[ \t]*=[ \t]*(?:TOKEN|"[\t\x20!\x23-\x7e\x80-\xff]*"))?'
_CHUNK = re.compile(
    rb"([0-9A-Fa-f]{1,16})(?:" + _EXTENSION.replace(b"TOKEN", TOKEN) + rb")*[ \t]*\r\n"
)


class ChunkedBody:
    """A body that arrives in chunks.

    :param limit: bytes of the body.
    :ivar content: the bytes that have arrived so far.
    :ivar is_whole: whether the last chunk and the trailer have arrived.
    """

    def __init__(self, limit: int) -> None:
        self.content = bytearray()
        self.is_whole = False
        self._limit = limit
        self._missing = 0  # bytes of the present chunk and its line end
        self._line = b""
        self._is_in_trailer = False
        self._trailer: list[bytes] = []

    def feed(self, data: bytes) -> int:
        """Take in bytes that have arrived; return how many bytes of it belong to the body.

        :raises Refused: when the chunks are malformed or too large.
        """
        position = 0
        while position < len(data) and not self.is_whole:
            take = self._take_content if self._missing else self._take_line
            position += take(data, position)
        return position

    def _take_content(self, data: bytes, position: int) -> int:
        part = data[position : position + self._missing]
        self.content += part
        self._missing -= len(part)
        if not self._missing:
            if not self.content.endswith(b"\r\n"):
                raise Refused(400, _MALFORMED)
            del self.content[-2:]
        return len(part)

    def _take_line(self, data: bytes, position: int) -> int:
        end = data.find(b"\n", position) + 1
        part = data[position : end or None]
        self._line += part
        if len(self._line) > MAX_LINE:
            raise Refused(400, _MALFORMED)
        if end:
            line, self._line = self._line, b""
            if self._is_in_trailer:
                self._end_trailer_line(line)
            else:
                self._begin_chunk(line)
        return len(part)

    def _begin_chunk(self, line: bytes) -> None:
        match = _CHUNK.fullmatch(line)
        if not match:
            raise Refused(400, _MALFORMED)
        size = int(match[1], 16)
        if len(self.content) + size > self._limit:
            raise Refused(413, TOO_LARGE)
        self._is_in_trailer = size == 0
        self._missing = size + 2 if size else 0

    def _end_trailer_line(self, line: bytes) -> None:
        if line == b"\r\n":
            self.is_whole = True
            return
        if not FIELD.fullmatch(line.removesuffix(b"\r\n")):
            raise Refused(400, _MALFORMED)
        self._trailer.append(line)
        check_size(self._trailer)
