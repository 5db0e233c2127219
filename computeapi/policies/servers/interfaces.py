"""The rules of the network interfaces of servers."""

from computeapi.policies.roles import MEMBER, READER, operation

LIST = "os_compute_api:os-attach-interfaces:list"
SHOW = "os_compute_api:os-attach-interfaces:show"
CREATE = "os_compute_api:os-attach-interfaces:create"
DELETE = "os_compute_api:os-attach-interfaces:delete"

_ALL = "/servers/{server_id}/os-interface"
_ONE = "/servers/{server_id}/os-interface/{port_id}"

RULES = [
    operation(LIST, READER, "List the network interfaces of a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a network interface of a server", f"GET {_ONE}"),
    operation(CREATE, MEMBER, "Attach a network interface to a server", f"POST {_ALL}"),
    operation(DELETE, MEMBER, "Detach a network interface from a server", f"DELETE {_ONE}"),
]
