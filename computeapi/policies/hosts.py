"""The rules of hosts, which the API shows until 2.42."""

from computeapi.policies.roles import ADMIN, operation

_HOSTS = "os_compute_api:os-hosts:"
_ONE = "/os-hosts/{host_name}"

LIST = f"{_HOSTS}list"
SHOW = f"{_HOSTS}show"
UPDATE = f"{_HOSTS}update"
REBOOT = f"{_HOSTS}reboot"
SHUTDOWN = f"{_HOSTS}shutdown"
START = f"{_HOSTS}start"

RULES = [
    operation(LIST, ADMIN, "List hosts", "GET /os-hosts"),
    operation(SHOW, ADMIN, "Show a host", f"GET {_ONE}"),
    operation(UPDATE, ADMIN, "Change the state of a host", f"PUT {_ONE}"),
    operation(REBOOT, ADMIN, "Reboot a host", f"GET {_ONE}/reboot"),
    operation(SHUTDOWN, ADMIN, "Shut a host down", f"GET {_ONE}/shutdown"),
    operation(START, ADMIN, "Start a host", f"GET {_ONE}/startup"),
]
