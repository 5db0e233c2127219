"""The consoles of the fake driver's guests.

A screen paints a column for each key that is pressed, and a serial line echoes the bytes that are
sent to it, and writes them into the guest's console output. Each ends with its guest.
"""

import select
import socket
import struct
import threading
from collections.abc import Callable
from enum import IntEnum

#: Pixels.
WIDTH, HEIGHT, COLUMN = 64, 48, 4
#: 32 bits a pixel, little endian, true colour: RFC 6143, section 7.4. noVNC asks for the same.
_PIXEL_FORMAT = struct.pack("!4B3H3B3x", 32, 24, 0, 1, 255, 255, 255, 0, 8, 16)
#: Seconds between looks whether the guest still runs.
_LOOK_INTERVAL = 0.1


class Message(IntEnum):
    """The messages of a client: RFC 6143, section 7.5."""

    SET_PIXEL_FORMAT = 0
    SET_ENCODINGS = 2
    UPDATE_REQUEST = 3
    KEY = 4
    POINTER = 5
    CUT_TEXT = 6


class _Gone(Exception):
    """The client or the guest is gone."""


def screen(name: str, is_running: Callable[[], bool]) -> socket.socket:
    """Return a connection to a new screen.

    :param name: of the desktop. :param is_running: returns whether the guest runs.
    """
    return _started(lambda stream: _Screen(stream, name).run(), is_running)


def serial_line(echo: Callable[[bytes], None], is_running: Callable[[], bool]) -> socket.socket:
    """Return a connection to a new serial line.

    :param echo: is given the bytes that the client sent. :param is_running: as of a screen.
    """

    def run(stream: "_Stream") -> None:
        while True:
            sent = stream.receive()
            echo(sent)
            stream.send(sent)

    return _started(run, is_running)


class _Stream:
    """The guest's end of a connection."""

    def __init__(self, end: socket.socket, is_running: Callable[[], bool]) -> None:
        self._end = end
        self._is_running = is_running
        self._buffer = b""

    def send(self, data: bytes) -> None:
        self._end.sendall(data)

    def receive(self) -> bytes:
        """Return the bytes that come next."""
        while self._is_running():
            readable, _, _ = select.select([self._end], [], [], _LOOK_INTERVAL)
            if readable:
                if data := self._end.recv(65536):
                    return data
                break
        raise _Gone

    def read(self, size: int) -> bytes:
        """Return as many bytes as asked for."""
        while len(self._buffer) < size:
            self._buffer += self.receive()
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data


class _Screen:
    """A server of RFB 3.8 (RFC 6143) without security, with raw encoding only."""

    def __init__(self, stream: _Stream, name: str) -> None:
        self._stream = stream
        self._name = name.encode()
        self._columns: list[bytes] = []
        self._shown = -1
        self._is_awaited = False

    def run(self) -> None:
        self._greet()
        while True:
            (message,) = self._stream.read(1)
            self._take(message)
            if self._is_awaited and self._shown != len(self._columns):
                self._show()

    def _greet(self) -> None:
        self._stream.send(b"RFB 003.008\n")
        self._stream.read(12)
        self._stream.send(bytes([1, 1]))
        self._stream.read(1)
        self._stream.send(struct.pack("!I", 0))
        self._stream.read(1)
        size = struct.pack("!HH", WIDTH, HEIGHT)
        self._stream.send(size + _PIXEL_FORMAT + struct.pack("!I", len(self._name)) + self._name)

    def _take(self, message: int) -> None:
        """Take a message of the client."""
        match message:
            case Message.SET_PIXEL_FORMAT:
                self._stream.read(19)
            case Message.POINTER:
                self._stream.read(5)
            case Message.SET_ENCODINGS:
                (count,) = struct.unpack("!xH", self._stream.read(3))
                self._stream.read(4 * count)
            case Message.UPDATE_REQUEST:
                is_incremental = self._stream.read(9)[0]
                self._is_awaited = True
                self._shown = self._shown if is_incremental else -1
            case Message.KEY:
                is_down, key = struct.unpack("!B2xI", self._stream.read(7))
                if is_down:
                    self._columns.append(_colour(key))
            case Message.CUT_TEXT:
                (length,) = struct.unpack("!3xI", self._stream.read(7))
                self._stream.read(length)
            case _:
                raise _Gone

    def _show(self) -> None:
        last = self._columns[-(WIDTH // COLUMN) :]
        row = b"".join(colour * COLUMN for colour in last).ljust(WIDTH * 4, b"\0")
        update = struct.pack("!BxHHHHHi", 0, 1, 0, 0, WIDTH, HEIGHT, 0)
        self._stream.send(update + row * HEIGHT)
        self._shown, self._is_awaited = len(self._columns), False


def _colour(key: int) -> bytes:
    """Return a bright colour that tells keys apart."""
    return bytes([0x80 | key * 37 & 0x7F, 0xFF, 0x80 | key * 11 & 0x7F, 0])


def _started(run: Callable[[_Stream], None], is_running: Callable[[], bool]) -> socket.socket:
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with ours:
            try:
                run(_Stream(ours, is_running))
            except (_Gone, OSError):
                # The connection ends with either end.
                return

    threading.Thread(target=serve, name="fake-console", daemon=True).start()
    return theirs
