"""The rules of the history of servers."""

from computeapi.policies.roles import ADMIN, READER, operation

LIST = "os_compute_api:os-instance-actions:list"
SHOW = "os_compute_api:os-instance-actions:show"
EVENTS = "os_compute_api:os-instance-actions:events"
EVENT_DETAILS = "os_compute_api:os-instance-actions:events:details"

_ALL = "/servers/{server_id}/os-instance-actions"
_ONE = "/servers/{server_id}/os-instance-actions/{request_id}"

RULES = [
    operation(LIST, READER, "List the actions on a server", f"GET {_ALL}"),
    operation(SHOW, READER, "Show an action on a server", f"GET {_ONE}"),
    operation(EVENTS, ADMIN, "See the events of an action, with tracebacks", f"GET {_ONE}"),
    operation(EVENT_DETAILS, ADMIN, "See the details of the events of an action", f"GET {_ONE}"),
]
