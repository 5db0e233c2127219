"""The rules of starting, stopping and rebooting servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

START = "os_compute_api:servers:start"
STOP = "os_compute_api:servers:stop"
REBOOT = "os_compute_api:servers:reboot"

RULES = [
    operation(START, MEMBER, "Start a server", f"{ACTION} (os-start)"),
    operation(STOP, MEMBER, "Stop a server", f"{ACTION} (os-stop)"),
    operation(REBOOT, MEMBER, "Reboot a server", f"{ACTION} (reboot)"),
]
