"""The networks of Neutron, as the Compute API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.networks import CloudNetwork
from computeapi.network.neutron_calls import NeutronCalls
from computeapi.ports.networks import Networks

_FIELDS = [("fields", "id"), ("fields", "name")]


class NeutronNetworks(Networks):
    """Networks are those of Neutron, read with the caller's token."""

    def __init__(self, calls: NeutronCalls) -> None:
        self._calls = calls

    def list(self, context: Context) -> Sequence[CloudNetwork]:
        found = self._calls.as_caller(context, "/networks", _FIELDS)["networks"]
        return [_network(one) for one in found]

    def get(self, context: Context, network_id: str) -> CloudNetwork:
        try:
            found = self._calls.as_caller(context, f"/networks/{network_id}", _FIELDS)
        except NotFound as error:
            raise NotFound(f"Network {network_id} could not be found.") from error
        return _network(found["network"])


def _network(one: Mapping[str, Any]) -> CloudNetwork:
    return CloudNetwork(one["id"], one["name"])
