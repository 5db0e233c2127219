"""Reads requests from a connection for waitress, whole and within their time."""

import contextlib
import socket
from http import HTTPStatus
from io import BytesIO
from time import monotonic
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest

from computeapi.api.faults import UNEXPECTED
from computeapi.cmd.serving import framing, listening, refusals, request_header
from computeapi.cmd.serving.chunks import ChunkedBody
from computeapi.cmd.serving.limits import Phase, Watch
from computeapi.filters.size_limit import INCOMPLETE, TOO_LARGE, Refused

_MESSAGES = {
    400: framing.MALFORMED,
    413: TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: framing.HEADER_TOO_LARGE,
    500: UNEXPECTED,
}


class _Receiver:
    """A chunked body, in the place of waitress's own, which takes some malformed ones."""

    error = None

    def __init__(self, request: "_Parser") -> None:
        self._request = request
        self._chunks = ChunkedBody(request.adj.limits.max_request_body_size)
        self._file = BytesIO()

    @property
    def completed(self) -> bool:
        return self._chunks.is_whole

    def __len__(self) -> int:
        return len(self._chunks.content)

    def received(self, data: bytes) -> int:
        try:
            return self._chunks.feed(data)
        except Refused as refused:
            self._request.refuse(refused)
            return len(data)

    def getfile(self) -> BytesIO:
        self._file = BytesIO(self._chunks.content)
        return self._file

    def getbuf(self) -> BytesIO:
        return self._file


class _Parser(HTTPRequestParser):
    """waitress's parser, behind the rules that all servers of ours share.

    :ivar refused: the reason to refuse the request by those rules, if there is one.
    """

    path = ""
    first_line = b""
    refused: Refused | None = None

    def parse_header(self, header_plus: bytes) -> None:
        request_line, *fields = header_plus.rstrip(b"\r\n").split(b"\r\n")
        lines = list(map(framing.replace_controls, fields))
        self.first_line = request_line
        try:
            header = request_header.read(request_line, lines)
            if header.framing.length > self.adj.limits.max_request_body_size:
                raise Refused(413, TOO_LARGE)
        except Refused as refused:
            self.refuse(refused)
            raise ParsingError(refused.message) from refused
        super().parse_header(b"\r\n".join([header.request_line, *header.lines, b"", b""]))
        if self.chunked:
            self.body_rcv = _Receiver(self)

    def refuse(self, refused: Refused) -> None:
        """Make this a request that is answered with a fault."""
        self.refused = refused
        self.error = BadRequest(refused.message)
        self.completed = True


class _Task(WSGITask):
    """The answer of the application."""

    def build_response_header(self) -> bytes:
        if self.channel.server.is_draining:
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header

    def set_close_on_finish(self) -> None:
        # waitress ends a connection after an answer without a length; a 204 needs no length.
        if self.has_body or not self._is_kept():
            super().set_close_on_finish()

    def _is_kept(self) -> bool:
        connection = self.request.headers.get("CONNECTION", "").lower()
        is_wanted = self.version == "1.1" and connection != "close"
        return is_wanted and not self.channel.server.is_draining


class _Refusal(ErrorTask):
    """The answer to a request that the application is not shown."""

    def execute(self) -> None:
        code = self.request.error.code
        refused = self.request.refused or Refused(code, _MESSAGES.get(code, framing.MALFORMED))
        self.status, headers, body = refusals.answer(refused)
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        # waitress answers a request that it could not read as one of HTTP/1.0.
        self.version = "1.1"
        self.write(b"" if self.request.first_line.startswith(b"HEAD ") else body)


class Channel(HTTPChannel):
    """A connection.

    waitress's own has one time limit, for silence, and forgets a client that has ended its half
    of the connection.
    """

    task_class = _Task
    error_task_class = _Refusal
    parser_class = _Parser
    request: Any = None

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        self.watch = Watch(server.limits)
        self._is_half_closed = False
        self._is_refused = False
        self._lingers_until: float | None = None
        super().__init__(server, sock, addr, adj, map=map)

    def readable(self) -> bool:
        """Return whether to read from the connection."""
        if self._lingers_until is not None:
            return True
        return not self._is_half_closed and bool(super().readable())

    def handle_read(self) -> None:
        """Read bytes that have arrived."""
        try:
            data = self.socket.recv(self.adj.recv_bytes)
        except BlockingIOError:
            return
        except OSError:
            self.handle_close()
            return
        if self._lingers_until is not None:
            if not data:
                self.handle_close()
        elif data:
            self.received(data)
        else:
            self._end_of_input()

    def received(self, data: bytes) -> bool:
        """Take in bytes that have arrived."""
        if not self.watch.awaits_request():
            self.watch.enter(Phase.HEADER)
        result = bool(super().received(data))
        # A thread may have answered a whole request by now.
        if self.request is None or self.requests:
            self.watch.enter(Phase.ANSWER)
        elif self.request.headers_finished and self.watch.phase is Phase.HEADER:
            self.watch.enter(Phase.BODY)
        return result

    def _end_of_input(self) -> None:
        self._is_half_closed = True
        with self.requests_lock:
            is_over = not self.requests and self.request is None
            if is_over:
                self.close_when_flushed = True
        if not is_over and self.request is not None:
            self._refuse(Refused(400, INCOMPLETE))

    def _refuse(self, refused: Refused) -> None:
        """Answer a request that has not arrived whole."""
        with self.requests_lock:
            request = self.request or self.parser_class(self.adj)
            request.refuse(refused)
            self.request = None
            self.requests.append(request)
            self.watch.enter(Phase.ANSWER)
            if len(self.requests) == 1:
                self.server.add_task(self)

    def service(self) -> None:
        """Answer a request, in a thread of its own."""
        self._is_refused = self._is_refused or self.requests[0].error is not None
        super().service()
        with self.requests_lock:
            if self._is_half_closed and not self.requests:
                self.close_when_flushed = True
        self.server.pull_trigger()

    def handle_write(self) -> None:
        """Write bytes that wait to be written."""
        if self._is_refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not self.total_outbufs_len:
                self._linger()
        else:
            super().handle_write()

    def _linger(self) -> None:
        """Drain the input: unread input would reset the connection before the answer is read."""
        self.close_when_flushed = False
        self._lingers_until = monotonic() + listening.LINGER
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def check(self, now: float) -> None:
        """End the connection if it has taken too long."""
        if self._lingers_until is not None:
            if now > self._lingers_until:
                self.handle_close()
            return
        if self.watch.phase is Phase.ANSWER and self._is_answered():
            # The next request may have begun to arrive with the one before.
            self.watch.enter(Phase.IDLE if self.request is None else Phase.HEADER)
        if self.watch.is_late(now):
            if self.watch.awaits_request():
                self._refuse(Refused(408, framing.TIMEOUT))
            else:
                self.handle_close()

    def drain(self) -> None:
        """End the connection after its current request, or now if it has no request."""
        if self._is_idle() and not listening.has_input(self.socket):
            self.handle_close()

    def _is_idle(self) -> bool:
        if self.watch.is_between_requests():
            return True
        is_over = self.watch.phase is Phase.ANSWER and self.request is None
        return is_over and self._is_answered()

    def _is_answered(self) -> bool:
        return not self.requests and not self.total_outbufs_len
