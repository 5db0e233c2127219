"""The floating IPs of a network service, for clients that ask this one for them.

A method may ask another service over HTTP: call none within a transaction.
"""

from collections.abc import Sequence
from typing import Protocol

from computeapi.domain.context import Context
from computeapi.domain.floating_ips import FloatingIp


class FloatingIps(Protocol):
    """The floating IPs of a cloud. The network service decides whether a call is allowed."""

    def pools(self, context: Context) -> Sequence[str]:
        """Return the names of the external networks that floating IPs are of."""

    def list(self, context: Context) -> Sequence[FloatingIp]:
        """Return the floating IPs of the caller's project."""

    def get(self, context: Context, floating_ip_id: str) -> FloatingIp:
        """Return a floating IP.

        :raises NotFound: when there is none that the caller may know of.
        """

    def create(self, context: Context, pool: str | None) -> FloatingIp:
        """Make a floating IP of the caller's project.

        :param pool: the name or the id of an external network; the usual one when None.
        :raises NotFound: when there is no such pool, or it has no address left.
        :raises Invalid: when several pools have the name.
        :raises QuotaExceeded: when the project has too many.
        """

    def delete(self, context: Context, floating_ip_id: str) -> None:
        """Delete a floating IP, wherever it leads.

        :raises NotFound: when there is none that the caller may know of.
        """
