"""The networks of the network service, for clients that ask this service for them."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.ids import is_uuid
from computeapi.domain.networks import CloudNetwork
from computeapi.policies import networks as rules
from computeapi.ports.networks import Networks as CloudNetworks
from computeapi.ports.policy import Policy


class Networks:
    """List and show networks.

    The rules of this service guard them, and the network service decides what the caller may see.
    """

    def __init__(self, policy: Policy, networks: CloudNetworks) -> None:
        self._policy = policy
        self._networks = networks

    def list(self, context: Context) -> Sequence[CloudNetwork]:
        """Return the networks that the caller may know of.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        return self._networks.list(context)

    def get(self, context: Context, network_id: str) -> CloudNetwork:
        """Return a network.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.SHOW)
        return self._load(context, network_id)

    def list_for_project(self, context: Context) -> Sequence[CloudNetwork]:
        """Return the networks that the caller may know of, as ``os-tenant-networks``.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST_FOR_PROJECT)
        return self._networks.list(context)

    def get_for_project(self, context: Context, network_id: str) -> CloudNetwork:
        """Return a network, as ``os-tenant-networks``.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none that the caller may know of.
        """
        self._policy.authorize(context, rules.SHOW_FOR_PROJECT)
        return self._load(context, network_id)

    def _load(self, context: Context, network_id: str) -> CloudNetwork:
        if not is_uuid(network_id):
            raise NotFound("There is no such network: its id is a UUID.")
        return self._networks.get(context, network_id)
