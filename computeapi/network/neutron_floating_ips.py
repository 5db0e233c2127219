"""The floating IPs of Neutron, as the Compute API shows and changes them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NoAddressLeft, NotFound, QuotaExceeded
from computeapi.domain.floating_ips import FloatingIp
from computeapi.domain.ids import is_uuid
from computeapi.network.neutron_calls import NeutronCalls, Query
from computeapi.ports.floating_ips import FloatingIps

#: Ids in one query: a URL has a longest length.
_MOST_IDS = 50
_PATH = "/floatingips"
_EXTERNAL = ("router:external", "True")
Document = Mapping[str, Any]


class NeutronFloatingIps(FloatingIps):
    """Floating IPs are those of Neutron, read and changed with the caller's token.

    :param default_pool: the name or the id of the external network of floating IPs for which none
        is named; the only one when None.
    """

    def __init__(self, calls: NeutronCalls, default_pool: str | None) -> None:
        self._calls = calls
        self._default_pool = default_pool

    def pools(self, context: Context) -> Sequence[str]:
        found = self._calls.as_caller(context, "/networks", [_EXTERNAL])["networks"]
        return [network["name"] or network["id"] for network in found]

    def list(self, context: Context) -> Sequence[FloatingIp]:
        query = [("project_id", context.require_project())]
        try:
            found = self._calls.as_caller(context, _PATH, query)["floatingips"]
        except NotFound:
            # A Neutron without routers has no floating IPs.
            return []
        return self._described(context, found)

    def get(self, context: Context, floating_ip_id: str) -> FloatingIp:
        try:
            found = self._calls.as_caller(context, f"{_PATH}/{floating_ip_id}")["floatingip"]
        except NotFound as error:
            raise _missing(floating_ip_id) from error
        return self._described(context, [found])[0]

    def create(self, context: Context, pool: str | None) -> FloatingIp:
        network = self._pool(context, pool)
        new: dict[str, object] = {"floatingip": {"floating_network_id": network["id"]}}
        name = str(network["name"] or network["id"])
        try:
            made = self._calls.as_caller(context, _PATH, method="POST", body=new)["floatingip"]
        except NoAddressLeft as error:
            raise NotFound(f"Pool {name} has no floating IP left.") from error
        except QuotaExceeded as error:
            raise QuotaExceeded("The project has as many floating IPs as it may.") from error
        return FloatingIp(made["id"], made["floating_ip_address"], name)

    def delete(self, context: Context, floating_ip_id: str) -> None:
        try:
            self._calls.as_caller(context, f"{_PATH}/{floating_ip_id}", method="DELETE")
        except NotFound as error:
            raise _missing(floating_ip_id) from error

    def _pool(self, context: Context, named: str | None) -> Document:
        """Return the external network that a request names."""
        pool = named or self._default_pool
        query = [_EXTERNAL]
        if pool is not None:
            query.append(("id" if is_uuid(pool) else "name", pool))
        found = self._calls.as_caller(context, "/networks", query)["networks"]
        if not found:
            raise NotFound("Floating IP pool not found.")
        if len(found) > 1:
            raise Invalid("Several floating IP pools are possible: name one by its id.")
        return dict(found[0])

    def _described(self, context: Context, found: Sequence[Document]) -> Sequence[FloatingIp]:
        """Return floating IPs with the names of their pools and the ids of their servers."""
        pools = self._by_id(context, "networks", (one["floating_network_id"] for one in found))
        leading = [one["port_id"] for one in found if one["port_id"] and "port_details" not in one]
        ports = self._by_id(context, "ports", leading)
        return [_floating_ip(one, pools, ports) for one in found]

    def _by_id(self, context: Context, kind: str, ids: Iterable[str]) -> dict[str, Document]:
        """Return the networks, or the ports, that the caller may see, by their ids."""
        wanted = sorted(set(ids))
        found: dict[str, Document] = {}
        for start in range(0, len(wanted), _MOST_IDS):
            query: Query = [("id", one) for one in wanted[start : start + _MOST_IDS]]
            answer = self._calls.as_caller(context, f"/{kind}", query)[kind]
            found.update({str(one["id"]): one for one in answer})
        return found


def _floating_ip(
    one: Document, pools: Mapping[str, Document], ports: Mapping[str, Document]
) -> FloatingIp:
    network_id = one["floating_network_id"]
    port = one.get("port_details") or ports.get(one["port_id"]) or {}
    return FloatingIp(
        id=one["id"],
        address=one["floating_ip_address"],
        pool=pools.get(network_id, {}).get("name") or network_id,
        fixed_address=one["fixed_ip_address"],
        server_id=port.get("device_id") or None,
    )


def _missing(floating_ip_id: str) -> NotFound:
    return NotFound(f"Floating IP {floating_ip_id} could not be found.")
