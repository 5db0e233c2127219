"""The floating IPs of the network service, for clients that ask this service for them."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.floating_ips import FloatingIp
from computeapi.domain.ids import is_uuid
from computeapi.policies import floating_ips as rules
from computeapi.ports.floating_ips import FloatingIps as Addresses
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.ports import note_change


class FloatingIps:
    """List, show, create and delete floating IPs.

    The rules of this service guard them, and the network service decides what the caller may do.
    """

    def __init__(self, acceptance: Acceptance, policy: Policy, addresses: Addresses) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._addresses = addresses

    def pools(self, context: Context) -> Sequence[str]:
        """Return the names of the pools.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.POOLS)
        return self._addresses.pools(context)

    def list(self, context: Context) -> Sequence[FloatingIp]:
        """Return the floating IPs of the caller's project.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        return self._addresses.list(context)

    def get(self, context: Context, floating_ip_id: str) -> FloatingIp:
        """Return a floating IP.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.SHOW)
        return self._load(context, floating_ip_id)

    def create(self, context: Context, pool: str | None) -> FloatingIp:
        """Make a floating IP of the caller's project.

        :param pool: the name or the id of a pool; the usual one when None.
        :raises Forbidden: when the caller may not, or the project has too many.
        :raises NotFound: when there is no such pool, or it has no address left.
        :raises Invalid: when several pools have the name.
        """
        self._policy.authorize(context, rules.CREATE)
        return self._addresses.create(context, pool)

    def delete(self, context: Context, floating_ip_id: str) -> None:
        """Delete a floating IP; a server that it leads to shows it no longer.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.DELETE)
        found = self._load(context, floating_ip_id)
        self._addresses.delete(context, floating_ip_id)
        if found.server_id is None:
            return
        with self._acceptance.db.read() as tx:
            server = tx.servers.get(found.server_id)
        if server is not None:
            note_change(self._acceptance, server)

    def _load(self, context: Context, floating_ip_id: str) -> FloatingIp:
        if not is_uuid(floating_ip_id):
            raise NotFound("There is no such floating IP: its id is a UUID.")
        return self._addresses.get(context, floating_ip_id)
