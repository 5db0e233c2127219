"""The networks, ports and security groups that a request for servers names, as Neutron has them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound, QuotaExceeded
from computeapi.domain.networks import DEFAULT_GROUP
from computeapi.domain.server_ports import NetworkPlan, NewPort
from computeapi.domain.servers.creation import NO_NETWORK
from computeapi.network.neutron_calls import NeutronCalls, Query
from computeapi.network.neutron_checks import (
    ATTACHING,
    CREATING,
    Refusals,
    check_count,
    check_network,
    check_port,
    is_secured,
)
from computeapi.ports.network import NetworkRequest

_PORTS_EXCEEDED = "Maximum number of ports exceeded"
Document = Mapping[str, Any]


class Planner:
    """Determines how the servers of a request are connected."""

    def __init__(self, calls: NeutronCalls) -> None:
        self._calls = calls

    def plan(self, context: Context, request: NetworkRequest) -> NetworkPlan:
        """Return how the servers of a request are connected; nothing is made.

        :raises Invalid: when something does not exist or does not fit.
        :raises Forbidden: when the project may not have so many ports, or not in that network.
        :raises Conflict: when a port is in use, or there are several networks to choose from.
        """
        groups = self.groups(context, request.security_groups)
        names = [str(group["name"]) for group in groups] or list(request.security_groups)
        if request.networks == NO_NETWORK:
            return NetworkPlan([], [])
        ids = tuple(str(group["id"]) for group in groups)
        if isinstance(request.networks, list) and request.networks:
            check_count(request)
            ports = self._named(context, request.networks, ids, CREATING)
        else:
            is_auto = request.networks == "auto"
            ports = self._only(context, ids, CREATING, is_auto=is_auto)
        if ids:
            self._check_security(ports)
        elif ports and not any(port.port_id or port.is_secured for port in ports):
            names = []
        return NetworkPlan(ports, names, self._max_servers(context, ports, request))

    def port(self, context: Context, wanted: Mapping[str, str]) -> NewPort:
        """Return the port that a server is to be attached to.

        :raises Invalid: when there is no network, or several, to choose from, or one does not fit.
        :raises Forbidden: when the project may not have another port, or not in that network.
        :raises NotFound: when there is no such network or port.
        :raises Conflict: when the port, or the address, is in use.
        """
        if not wanted.get("port") and not wanted.get("uuid"):
            found = self._only(context, (), ATTACHING, is_auto=False)
            if not found:
                raise Invalid("The project has no network to attach the server to.")
            new = replace(found[0], tag=wanted.get("tag"))
        else:
            (new,) = self._named(context, [wanted], (), ATTACHING)
        if new.port_id is None:
            self._max_servers(context, [new], NetworkRequest(None, [], 1, 1))
        return new

    def groups(self, context: Context, wanted: Sequence[str]) -> list[Document]:
        """Return security groups of a project; none for its default group alone.

        :param wanted: names or ids.
        :raises Invalid: when there is no such group.
        :raises Conflict: when several have a name.
        """
        if list(wanted) == [DEFAULT_GROUP]:
            return []
        query = [("fields", "id"), ("fields", "name"), ("project_id", context.require_project())]
        known = self._calls.as_caller(context, "/security-groups", query)["security_groups"]
        found: dict[str, Document] = {}
        for name in wanted:
            group = _group(known, name, context.require_project())
            found[str(group["id"])] = group
        return list(found.values())

    def _named(
        self,
        context: Context,
        wanted: Sequence[Mapping[str, str]],
        groups: tuple[str, ...],
        refusals: Refusals,
    ) -> list[NewPort]:
        """Return the ports for networks and ports that a request names."""
        if not all(one.get("uuid") or one.get("port") for one in wanted):
            raise Invalid("Bad network format: missing 'uuid'")
        ids = {one["uuid"] for one in wanted if not one.get("port")}
        networks = self._networks(context, ids, refusals.missing)
        ports: list[NewPort] = []
        for one in wanted:
            port_id = one.get("port")
            if port_id and any(other.port_id == port_id for other in ports):
                raise Conflict(f"Port {port_id} is still in use.")
            if port_id:
                ports.append(self._given(context, one, refusals.missing))
            else:
                network = networks[one["uuid"]]
                self._check_free(network, one.get("fixed_ip"), refusals.taken)
                tag, address = one.get("tag"), one.get("fixed_ip")
                secured = is_secured(network)
                ports.append(NewPort(str(network["id"]), None, address, tag, groups, secured))
        return ports

    def _networks(
        self, context: Context, ids: Iterable[str], missing: type[Error]
    ) -> dict[str, Document]:
        """Return networks that the caller may use, by their ids."""
        wanted = sorted(ids)
        if not wanted:
            return {}
        query = [("id", one) for one in wanted]
        found = self._calls.as_caller(context, "/networks", query)["networks"]
        networks = {str(network["id"]): network for network in found}
        for one in wanted:
            if one not in networks:
                raise missing(f"Network {one} could not be found.")
            check_network(context, networks[one])
        return networks

    def _given(self, context: Context, wanted: Mapping[str, str], missing: type[Error]) -> NewPort:
        """Return a port that a request names."""
        port_id = wanted["port"]
        if wanted.get("fixed_ip"):
            raise Invalid(
                f"Specified Fixed IP '{wanted['fixed_ip']}' cannot be used with port '{port_id}': "
                "the two cannot be specified together."
            )
        try:
            port = self._calls.as_caller(context, f"/ports/{port_id}")["port"]
        except NotFound as error:
            raise missing(f"Port {port_id} could not be found.") from error
        check_port(context, port)
        return NewPort(str(port["network_id"]), port_id, None, wanted.get("tag"))

    def _only(
        self, context: Context, groups: tuple[str, ...], refusals: Refusals, is_auto: bool
    ) -> list[NewPort]:
        """Return a port of the network that a project has; no port when it has none.

        :param is_auto: whether one is made when the project has none ("Auto Allocated
            Topologies" of the Networking API).
        """
        project_id = context.require_project()
        own = [("project_id", project_id), ("shared", "False"), ("admin_state_up", "True")]
        networks = self._calls.as_caller(context, "/networks", own)["networks"]
        shared = [("shared", "True"), ("admin_state_up", "True")]
        networks += self._calls.as_caller(context, "/networks", shared)["networks"]
        usable = {n["id"]: n for n in networks if n.get("shared") or not n.get("router:external")}
        if len(usable) > 1:
            raise refusals.ambiguous(
                "Multiple possible networks found, use a Network ID to be more specific."
            )
        if not usable:
            return [NewPort(self._allocated(context), None, None, None, groups)] if is_auto else []
        ((network_id, network),) = usable.items()
        check_network(context, network)
        return [NewPort(str(network_id), None, None, None, groups, is_secured(network))]

    def _allocated(self, context: Context) -> str:
        """Return the network that Neutron makes for a project."""
        path = f"/auto-allocated-topology/{context.require_project()}"
        try:
            found = self._calls.as_caller(context, path)["auto_allocated_topology"]
        except (Invalid, NotFound, Conflict) as error:
            raise Invalid(f"Unable to automatically allocate a network: {error.message}") from error
        return str(found["id"])

    def _check_security(self, ports: Sequence[NewPort]) -> None:
        """Check that ports can be in security groups.

        :raises Invalid: when a network is without port security ("Port Security" of the Networking
            API): its ports are in no security group.
        """
        wanted: Query = [("id", one) for one in sorted({port.network_id for port in ports})]
        if not wanted:
            return
        fields = [("fields", "id"), ("fields", "port_security_enabled")]
        for network in self._calls.get("/networks", [*wanted, *fields])["networks"]:
            if not is_secured(network):
                raise Invalid(
                    f"Security groups cannot be applied: network {network['id']} is without port "
                    "security."
                )

    def _check_free(self, network: Document, address: str | None, taken: type[Error]) -> None:
        """Check that an address is free, as far as that can be known now.

        :param taken: the error when a port has it.
        """
        if address is None:
            return
        query = [
            ("network_id", str(network["id"])),
            ("fixed_ips", f"ip_address={address}"),
            ("fields", "device_id"),
        ]
        for port in self._calls.get("/ports", query)["ports"]:
            raise taken(
                f"Fixed IP address {address} is already in use on instance {port['device_id']}."
            )

    def _max_servers(
        self, context: Context, ports: Sequence[NewPort], request: NetworkRequest
    ) -> int | None:
        """Return for how many servers the project may get ports.

        :raises QuotaExceeded: when these are too few.
        """
        new = sum(port.port_id is None for port in ports)
        if not new:
            return None
        path = f"/quotas/{context.require_project()}/details.json"
        quota = self._calls.get(path)["quota"]["port"]
        if int(quota["limit"]) < 0:
            return None
        used = int(quota["used"]) + int(quota.get("reserved") or 0)
        count = max(0, int(quota["limit"]) - used) // new
        if count < request.min_count:
            raise QuotaExceeded(_PORTS_EXCEEDED)
        return count


def _group(known: Sequence[Document], wanted: str, project_id: str) -> Document:
    """Return a security group by its name or its id."""
    by_name = [group for group in known if group["name"] == wanted]
    by_id = [group for group in known if group["id"] == wanted]
    if len(by_name) > 1 and not by_id:
        raise Conflict(
            f"Multiple security groups found matching '{wanted}'. Use an ID to be more specific."
        )
    for group in by_id or by_name:
        return group
    raise Invalid(f"Security group {wanted} not found for project {project_id}.")
