"""The rule of events that other services send."""

from computeapi.policies.roles import SERVICE, operation

CREATE = "os_compute_api:os-server-external-events:create"

RULES = [operation(CREATE, SERVICE, "Report events of servers", "POST /os-server-external-events")]
