"""The rules of the metadata of servers."""

from computeapi.policies.roles import MEMBER, READER, operation

INDEX = "os_compute_api:server-metadata:index"
SHOW = "os_compute_api:server-metadata:show"
CREATE = "os_compute_api:server-metadata:create"
UPDATE_ALL = "os_compute_api:server-metadata:update_all"
UPDATE = "os_compute_api:server-metadata:update"
DELETE = "os_compute_api:server-metadata:delete"

_ALL = "/servers/{server_id}/metadata"
_ITEM = "/servers/{server_id}/metadata/{key}"

RULES = [
    operation(INDEX, READER, "List the metadata of a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a metadata item of a server", f"GET {_ITEM}"),
    operation(CREATE, MEMBER, "Add metadata items to a server", f"POST {_ALL}"),
    operation(UPDATE_ALL, MEMBER, "Replace the metadata of a server", f"PUT {_ALL}"),
    operation(UPDATE, MEMBER, "Set a metadata item of a server", f"PUT {_ITEM}"),
    operation(DELETE, MEMBER, "Delete a metadata item of a server", f"DELETE {_ITEM}"),
]
