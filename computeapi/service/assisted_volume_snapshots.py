"""The snapshots of attached volumes that a volume service asks for."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.policies import assisted_volume_snapshots as rules
from computeapi.ports.policy import Policy


class AssistedVolumeSnapshots:
    """Refuse snapshots of volumes: no volume is attached to any server of this service."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def create(self, context: Context, volume_id: str) -> None:
        """Refuse to take a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: always: the volume is not attached.
        """
        self._policy.authorize(context, rules.CREATE)
        raise _not_attached(volume_id)

    def delete(self, context: Context, volume_id: str) -> None:
        """Refuse to delete a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: always: the volume is not attached.
        """
        self._policy.authorize(context, rules.DELETE)
        raise _not_attached(volume_id)


def _not_attached(volume_id: str) -> Invalid:
    return Invalid(f"Volume {volume_id} is not attached to any server.")
