"""The rules of moving servers to another size."""

from computeapi.policies.roles import ACTION, MEMBER, operation

RESIZE = "os_compute_api:servers:resize"
CONFIRM_RESIZE = "os_compute_api:servers:confirm_resize"
REVERT_RESIZE = "os_compute_api:servers:revert_resize"

RULES = [
    operation(RESIZE, MEMBER, "Resize a server", f"{ACTION} (resize)"),
    operation(CONFIRM_RESIZE, MEMBER, "Confirm a resize", f"{ACTION} (confirmResize)"),
    operation(REVERT_RESIZE, MEMBER, "Revert a resize", f"{ACTION} (revertResize)"),
]
