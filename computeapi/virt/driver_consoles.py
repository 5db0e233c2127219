"""The part of the port between a worker and a hypervisor that has the consoles of guests."""

import socket
from typing import Protocol

from computeapi.domain.console_tokens import ConsoleType


class ConsoleDriver(Protocol):
    """Consoles and their output. Every method may raise ``DriverError``."""

    def console_output(self, server_id: str) -> bytes:
        """Return the guest's output on its serial console, at most the last 100 KiB.

        :raises GuestNotFound: when there is none.
        """

    def console_types(self, server_id: str) -> frozenset[ConsoleType]:
        """Return the types of the consoles that a guest has while it runs.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off.
        """

    def connect_console(self, server_id: str, console_type: ConsoleType) -> socket.socket:
        """Connect to a console of a running guest.

        Several connections see one screen; a serial line has one connection at a time, and a
        second one waits until the first is closed.

        :return: a stream of RFB (RFC 6143) for a screen, of the line's bytes for a serial line.
        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off, or has no such console.
        """
