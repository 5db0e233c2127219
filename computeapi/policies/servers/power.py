"""The rules of starting, stopping, rebooting, pausing and suspending servers."""

from computeapi.policies.roles import ACTION, MEMBER, operation

START = "os_compute_api:servers:start"
STOP = "os_compute_api:servers:stop"
REBOOT = "os_compute_api:servers:reboot"
PAUSE = "os_compute_api:os-pause-server:pause"
UNPAUSE = "os_compute_api:os-pause-server:unpause"
SUSPEND = "os_compute_api:os-suspend-server:suspend"
RESUME = "os_compute_api:os-suspend-server:resume"

RULES = [
    operation(START, MEMBER, "Start a server", f"{ACTION} (os-start)"),
    operation(STOP, MEMBER, "Stop a server", f"{ACTION} (os-stop)"),
    operation(REBOOT, MEMBER, "Reboot a server", f"{ACTION} (reboot)"),
    operation(PAUSE, MEMBER, "Pause a server", f"{ACTION} (pause)"),
    operation(UNPAUSE, MEMBER, "Unpause a server", f"{ACTION} (unpause)"),
    operation(SUSPEND, MEMBER, "Suspend a server", f"{ACTION} (suspend)"),
    operation(RESUME, MEMBER, "Resume a suspended server", f"{ACTION} (resume)"),
]
