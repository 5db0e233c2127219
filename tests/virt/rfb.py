"""A viewer of screens: a client of RFB (RFC 6143) that knows raw encoding."""

import struct


class Viewer:
    """A client that has shaken hands.

    :param stream: a socket.
    """

    def __init__(self, stream):
        self._stream = stream
        assert self._read(12) == b"RFB 003.008\n"
        stream.sendall(b"RFB 003.008\n")
        kinds = self._read(self._read(1)[0])
        assert 1 in kinds, "no security"
        stream.sendall(b"\1")
        assert self._read(4) == b"\0\0\0\0"
        stream.sendall(b"\1")  # others may watch as well
        self.width, self.height = struct.unpack("!HH", self._read(4))
        self._bytes_a_pixel = self._read(16)[0] // 8
        self.name = self._read(struct.unpack("!I", self._read(4))[0]).decode()
        stream.sendall(struct.pack("!BxHi", 2, 1, 0))

    def _read(self, size):
        data = b""
        while len(data) < size:
            part = self._stream.recv(size - len(data))
            assert part, "the screen is gone"
            data += part
        return data

    def picture(self):
        """Ask for the whole screen; return its pixels."""
        whole = struct.pack("!BBHHHH", 3, 0, 0, 0, self.width, self.height)
        self._stream.sendall(whole)
        pixels = b""
        while len(pixels) < self.width * self.height * self._bytes_a_pixel:
            kind, count = struct.unpack("!BxH", self._read(4))
            assert kind == 0
            for _ in range(count):
                *_, width, height, encoding = struct.unpack("!HHHHi", self._read(12))
                assert encoding == 0
                pixels += self._read(width * height * self._bytes_a_pixel)
        return pixels

    def type(self, text):
        """Press and release a key for each character."""
        for char in text:
            for is_down in (1, 0):
                self._stream.sendall(struct.pack("!BBxxI", 4, is_down, ord(char)))
