"""The guests of a worker that ask it about their servers: those on the user-mode network."""

import socket
from collections.abc import Mapping
from typing import Any

from computeapi.metadata_api.app import MetadataApp
from computeapi.metadata_api.loop import Loop
from computeapi.service.guest_metadata import GuestMetadata

#: Threads that answer each guest.
_THREADS = 1


class GuestServers:
    """Answers each guest at its own socket, which says whose request it is."""

    def __init__(self, guests: GuestMetadata) -> None:
        self._guests = guests
        self._loops: dict[str, Loop] = {}

    def serve(self, server_id: str, sock: socket.socket) -> None:
        """Answer the requests of a server's guest.

        :param sock: it listens, and takes the place of the one that the server had.
        """
        self.end(server_id)

        def identify(_environ: Mapping[str, Any]) -> tuple[str, None]:
            return server_id, None

        self._loops[server_id] = Loop(MetadataApp(self._guests, identify), sock, _THREADS)

    def end(self, server_id: str) -> None:
        """Close the socket of a server, if it has one."""
        if loop := self._loops.pop(server_id, None):
            loop.end()
