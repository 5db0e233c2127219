"""Reads requests from a connection for eventlet's WSGI server, whole and within their time."""

import contextlib
import logging
import socket
from io import BufferedReader, BytesIO
from typing import Any

import eventlet
from eventlet import greenio, wsgi

from computeapi.cmd.serving import framing, listening, refusals, request_header
from computeapi.cmd.serving.chunks import ChunkedBody
from computeapi.cmd.serving.limits import Phase, Watch
from computeapi.filters.size_limit import INCOMPLETE, TOO_LARGE, Refused

LOG = logging.getLogger(__name__)


class Protocol(wsgi.HttpProtocol):
    """A connection.

    eventlet's own begins a request as soon as there is a header, believes the first of two
    lengths, accepts every number that Python accepts, and has no time limits. Here the application
    is called when the request has arrived whole and well-formed.
    """

    # eventlet compares names as they are, and would add a second Content-Length to a
    # "content-length" of the application's.
    capitalize_response_headers = True
    raw_requestline: bytes
    rfile: Any
    path: str

    def setup(self) -> None:
        """Begin with a connection."""
        super().setup()
        self.watch = Watch(self.server.limits)
        self._body = b""
        self._is_refused = False
        self.server.connections.add(self)

    def finish(self) -> None:
        """End the connection."""
        self.server.connections.discard(self)
        if self._is_refused:
            self._linger()
        super().finish()

    def handle_one_request(self) -> None:
        """Read and answer a request."""
        super().handle_one_request()
        self.watch.enter(Phase.IDLE)
        if self.server.is_draining:
            self.close_connection = True

    def _read_request_line(self) -> bytes:
        try:
            if not self.rfile.peek(1):
                return b""
            self.watch.enter(Phase.HEADER)
            line: bytes = self.rfile.readline(framing.MAX_LINE + 3)
            # RFC 9112, 2.2: an empty line may precede the request.
            return self.rfile.readline(framing.MAX_LINE + 3) if line == b"\r\n" else line
        except OSError:
            return b""

    def parse_request(self) -> bool:
        """Read a request; return whether it is to be answered by the application."""
        stream = self.rfile.fp  # of eventlet's own, which counts the bytes of the header
        try:
            return self._parse(stream)
        except Refused as refused:
            self._refuse(refused)
        except OSError:
            self.close_connection = True
        return False

    def _parse(self, stream: Any) -> bool:
        request_line = _without_end(self.raw_requestline)
        framing.check_request_line(request_line)
        lines: list[bytes] = []
        while (line := _without_end(stream.readline(framing.MAX_LINE + 3))) != b"":
            lines.append(framing.replace_controls(line))
            framing.check_size(lines)
        header = request_header.read(request_line, lines)
        self.raw_requestline = header.request_line + b"\r\n"
        self.rfile = BytesIO(b"".join(line + b"\r\n" for line in (*header.lines, b"")))
        if not super().parse_request():
            return False
        self._body = self._read_body(stream, header.framing)
        self.watch.enter(Phase.ANSWER)
        if self.server.is_draining:
            self.close_connection = True
        return True

    def _read_body(self, stream: Any, delimited: framing.Framing) -> bytes:
        if not delimited.length and not delimited.is_chunked:
            return b""
        self.watch.enter(Phase.BODY)
        limit = self.server.limits.max_request_body_size
        is_waiting = self.headers.get("Expect", "").lower() == "100-continue"
        if is_waiting and self.request_version != "HTTP/1.0" and delimited.length <= limit:
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        return _read(stream, delimited, limit)

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environ, with the body as a stream that ends where the body does."""
        environ: dict[str, Any] = super().get_environ()
        environ["wsgi.input"] = BytesIO(self._body)
        environ["wsgi.input_terminated"] = True
        environ["eventlet.input"] = wsgi.Input(self.rfile, 0, self.connection)
        environ["CONTENT_LENGTH"] = str(len(self._body))
        environ["SERVER_PROTOCOL"] = self.request_version
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        if "Content-Type" not in self.headers:
            environ.pop("CONTENT_TYPE", None)  # eventlet says text/plain
        return environ

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer with an error that Python's own parser found."""
        self._refuse(Refused(int(code), message or framing.MALFORMED))

    def log_message(self, format: str, *args: Any) -> None:
        """Log in place of Python's own, which writes to standard error."""
        LOG.debug(format, *args)

    def expire(self) -> None:
        """End the connection, which has taken too long: the green thread that waits finds its end.

        Called from another green thread than the connection's.
        """
        if self.watch.awaits_request():
            with contextlib.suppress(OSError):
                self.connection.fd.send(refusals.message(Refused(408, framing.TIMEOUT)))
        greenio.shutdown_safe(self.connection)

    def drain(self) -> None:
        """End the connection after its current request, or now if it has no request."""
        if self.watch.is_between_requests() and not listening.has_input(self.connection.fd):
            greenio.shutdown_safe(self.connection)
        self.close_connection = True

    def _refuse(self, refused: Refused) -> None:
        self.close_connection = True
        self._is_refused = True
        has_body = not self.raw_requestline.startswith(b"HEAD ")
        with contextlib.suppress(OSError):
            self.wfile.write(refusals.message(refused, has_body))
            self.wfile.flush()

    def _linger(self) -> None:
        """Drain the input: unread input would reset the connection before the answer is read."""
        with contextlib.suppress(OSError), eventlet.Timeout(listening.LINGER, False):
            self.connection.shutdown(socket.SHUT_WR)
            while self.connection.recv(65536):
                pass


def _read(stream: BufferedReader, delimited: framing.Framing, limit: int) -> bytes:
    """Read a body as it is delimited.

    :raises Refused: when the body is too large, or does not arrive whole and well-formed.
    :raises OSError: when the connection is lost.
    """
    if delimited.length > limit:
        raise Refused(413, TOO_LARGE)
    if not delimited.is_chunked:
        body = stream.read(delimited.length)
        if len(body) < delimited.length:
            raise Refused(400, INCOMPLETE)
        return body
    chunks = ChunkedBody(limit)
    while not chunks.is_whole:
        arrived = stream.peek(1)
        if not arrived:
            raise Refused(400, INCOMPLETE)
        stream.read(chunks.feed(arrived))
    return bytes(chunks.content)


def _without_end(line: bytes) -> bytes:
    """Return a line of a header without its end.

    :raises Refused: when the client ended before the line did, or the end is not CR LF.
    """
    if line.endswith(b"\r\n"):
        return line[:-2]
    if len(line) > framing.MAX_LINE:
        return line  # to be refused for its length
    raise Refused(400, framing.MALFORMED if line.endswith(b"\n") else INCOMPLETE)
