"""The rules of the tags of servers."""

from computeapi.policies.roles import MEMBER, READER, operation

INDEX = "os_compute_api:os-server-tags:index"
SHOW = "os_compute_api:os-server-tags:show"
UPDATE = "os_compute_api:os-server-tags:update"
UPDATE_ALL = "os_compute_api:os-server-tags:update_all"
DELETE = "os_compute_api:os-server-tags:delete"
DELETE_ALL = "os_compute_api:os-server-tags:delete_all"

_ALL = "/servers/{server_id}/tags"
_TAG = "/servers/{server_id}/tags/{tag}"

RULES = [
    operation(INDEX, READER, "List the tags of a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Check that a server has a tag", f"GET {_TAG}"),
    operation(UPDATE, MEMBER, "Add a tag to a server", f"PUT {_TAG}"),
    operation(UPDATE_ALL, MEMBER, "Replace the tags of a server", f"PUT {_ALL}"),
    operation(DELETE, MEMBER, "Delete a tag of a server", f"DELETE {_TAG}"),
    operation(DELETE_ALL, MEMBER, "Delete the tags of a server", f"DELETE {_ALL}"),
]
