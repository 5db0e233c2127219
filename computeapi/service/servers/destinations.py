"""The zone and the host that a request names for its servers."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.domain.servers import NewServer
from computeapi.policies.servers import creation as rules
from computeapi.ports.policy import Policy
from computeapi.service.servers.placement import Destination


def requested_destination(policy: Policy, context: Context, new: NewServer) -> Destination:
    """Return the zone and the host that a request names; hosts are for administrators.

    :raises Forbidden: when another caller names a host.
    :raises Invalid: when the request names hosts in two ways.
    """
    zone = new.availability_zone
    is_forced = zone is not None and ":" in zone
    if new.host is not None or new.hypervisor_hostname is not None:
        policy.authorize(context, rules.REQUESTED_DESTINATION)
        if is_forced:
            raise Invalid("host and hypervisor_hostname exclude a host in availability_zone.")
        return Destination(zone, new.host, new.hypervisor_hostname)
    if zone is None or not is_forced:
        return Destination(zone)
    policy.authorize(context, rules.FORCED_HOST)
    zone, host, *node = zone.split(":")
    if len(node) > 1:
        raise Invalid("Unable to parse availability_zone")
    return Destination(zone or None, host or (node[0] if node else None))
