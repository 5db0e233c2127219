"""The port between a driver and the service that answers requests of its guests."""

import socket
from typing import Protocol


class GuestRequests(Protocol):
    """Answers the requests of guests, each at a socket that no other guest reaches."""

    def serve(self, server_id: str, sock: socket.socket) -> None:
        """Answer the requests of a server's guest.

        :param sock: it listens, and takes the place of the one that the server had.
        """

    def end(self, server_id: str) -> None:
        """Close the socket of a server, if it has one."""
