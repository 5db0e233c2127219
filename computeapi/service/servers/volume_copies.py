"""Volumes that take the place of one that is attached: copies, made as the volume service moves it.

A guest goes on with a copy of its data. Nova swaps volumes for the volume service alone, too.
"""

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid, NotFound
from computeapi.domain.volumes import Volume
from computeapi.ports.volumes import CallersVolumes

_AVAILABLE = "available"


def migrating(
    volumes: CallersVolumes, context: Context, old_id: str, new_id: str
) -> tuple[Volume, Volume]:
    """Return a volume that the volume service moves, and the volume that is to be its copy.

    :raises NotFound: when there is no such volume.
    :raises Conflict: when the volume service does not move it.
    :raises Invalid: when there is no volume for the copy.
    """
    old = volumes.volume(context, old_id)
    if not old.is_migrating:
        raise Conflict(f"Volume {old_id} is not migrating: only the volume service swaps volumes.")
    try:
        return old, volumes.volume(context, new_id)
    except NotFound as error:
        raise Invalid(str(error)) from error


def require_available(volume: Volume) -> None:
    """Raise Invalid unless a server can be given a volume.

    :raises Invalid: naming the state that forbids it.
    """
    if volume.status != _AVAILABLE:
        raise Invalid(
            f"Invalid volume: volume '{volume.id}' status must be '{_AVAILABLE}'. Currently in "
            f"'{volume.status}'."
        )


def require_readable(volume: Volume) -> None:
    """Raise Invalid when no guest here can read a volume.

    :raises Invalid: when it is encrypted.
    """
    if volume.is_encrypted:
        raise Invalid(f"Invalid volume: volume '{volume.id}' is encrypted: no host can use it.")


def require_copy(old: Volume, new: Volume) -> None:
    """Raise Invalid when a volume cannot take the data and the place of another one.

    :raises Invalid: when it is too small, or in use; and when several servers have the other one,
        whose guests would go on with different data.
    """
    require_readable(new)
    require_available(new)
    if new.size_gb < old.size_gb:
        raise Invalid(f"Volume {new.id} must be at least as large as volume {old.id}.")
    if len(set(old.server_ids)) > 1:
        raise Invalid(f"Invalid volume: several servers have volume {old.id}.")
