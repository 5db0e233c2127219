"""The rules of volume snapshots that the compute service takes part in."""

from computeapi.policies.roles import SERVICE, operation

_SNAPSHOTS = "os_compute_api:os-assisted-volume-snapshots:"

CREATE = f"{_SNAPSHOTS}create"
DELETE = f"{_SNAPSHOTS}delete"

RULES = [
    operation(
        CREATE,
        SERVICE,
        "Take a snapshot of an attached volume",
        "POST /os-assisted-volume-snapshots",
    ),
    operation(
        DELETE,
        SERVICE,
        "Delete a snapshot of an attached volume",
        "DELETE /os-assisted-volume-snapshots/{snapshot_id}",
    ),
]
