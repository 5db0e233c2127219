"""The rules of locking servers."""

from computeapi.policies.roles import ACTION, ADMIN, MEMBER, operation

LOCK = "os_compute_api:os-lock-server:lock"
UNLOCK = "os_compute_api:os-lock-server:unlock"
UNLOCK_OVERRIDE = f"{UNLOCK}:unlock_override"

RULES = [
    operation(LOCK, MEMBER, "Lock a server", f"{ACTION} (lock)"),
    operation(UNLOCK, MEMBER, "Unlock a server", f"{ACTION} (unlock)"),
    operation(
        UNLOCK_OVERRIDE, ADMIN, "Unlock a server that an administrator locked", f"{ACTION} (unlock)"
    ),
]
