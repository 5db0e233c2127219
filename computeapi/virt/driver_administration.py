"""The part of the port between a worker and a hypervisor that administers guests."""

from typing import Protocol

from computeapi.domain.servers.diagnostics import Diagnostics


class AdministrationDriver(Protocol):
    """Passwords, crash dumps and figures of guests. Every method may raise ``DriverError``."""

    def set_password(self, server_id: str, user: str, password: str) -> None:
        """Set the password of a user of a running guest.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off, or has no agent that does it.
        """

    def trigger_crash_dump(self, server_id: str) -> None:
        """Send a guest an interrupt that cannot be masked (NMI).

        A system that is told to do so dumps its memory and starts anew.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is off, or the hypervisor cannot do it.
        """

    def diagnostics(self, server_id: str) -> Diagnostics:
        """Return the figures of a guest.

        :raises GuestNotFound: when there is none.
        :raises DriverError: when the guest is not running; one that is paused is not.
        """
