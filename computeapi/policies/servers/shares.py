"""The rules of the shares that are attached to servers."""

from computeapi.policies.roles import MEMBER, READER, operation

INDEX = "os_compute_api:os-server-shares:index"
SHOW = "os_compute_api:os-server-shares:show"
CREATE = "os_compute_api:os-server-shares:create"
DELETE = "os_compute_api:os-server-shares:delete"

_ALL = "/servers/{server_id}/shares"
_ONE = "/servers/{server_id}/shares/{share_id}"

RULES = [
    operation(INDEX, READER, "List the shares of a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a share of a server", f"GET {_ONE}"),
    operation(CREATE, MEMBER, "Attach a share to a server", f"POST {_ALL}"),
    operation(DELETE, MEMBER, "Detach a share from a server", f"DELETE {_ONE}"),
]
