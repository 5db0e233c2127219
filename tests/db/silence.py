"""A way to PostgreSQL that can fall silent, as a hanging server or a broken network does."""

import contextlib
import socket
import threading


class Proxy:
    """Forwards TCP connections to PostgreSQL's Unix socket.

    :param target: the path of the socket.
    :ivar port: on 127.0.0.1.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._silent = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_silent(self) -> None:
        """Swallow what is sent from now on, in both directions; new connections hang, too."""
        self._silent.set()

    def recover(self) -> None:
        """Serve new connections again; those that were swallowed stay silent."""
        self._silent = threading.Event()

    def close(self) -> None:
        """Accept no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._target)
                for source, sink in ((client, server), (server, client)):
                    arguments = (source, sink, self._silent)
                    threading.Thread(target=_pump, args=arguments, daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket, silent: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if not silent.is_set():
                sink.sendall(data)
    # The other direction ends with this one, or PostgreSQL would keep the connection.
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
