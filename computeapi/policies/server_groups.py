"""The rules of server groups."""

from computeapi.policies.roles import ADMIN, MEMBER, READER, operation

_GROUPS = "os_compute_api:os-server-groups:"
_ALL = "/os-server-groups"
_ONE = f"{_ALL}/{{server_group_id}}"

INDEX = f"{_GROUPS}index"
ALL_PROJECTS = f"{INDEX}:all_projects"
CREATE = f"{_GROUPS}create"
SHOW = f"{_GROUPS}show"
DELETE = f"{_GROUPS}delete"

RULES = [
    operation(CREATE, MEMBER, "Create a server group", f"POST {_ALL}"),
    operation(DELETE, MEMBER, "Delete a server group", f"DELETE {_ONE}"),
    operation(INDEX, READER, "List server groups", f"GET {_ALL}"),
    operation(ALL_PROJECTS, ADMIN, "List server groups of all projects", f"GET {_ALL}"),
    operation(SHOW, READER, "Show a server group", f"GET {_ONE}"),
]
