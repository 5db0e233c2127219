"""The snapshots of attached volumes that a volume service asks for."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.policies import assisted_volume_snapshots as rules
from computeapi.ports.policy import Policy


class AssistedVolumeSnapshots:
    """Refuse snapshots of attached volumes: no hypervisor of this service takes them.

    The volume service takes those of volumes that are not attached by itself.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def create(self, context: Context, volume_id: str) -> None:
        """Refuse to take a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: always.
        """
        self._policy.authorize(context, rules.CREATE)
        raise _refused(volume_id)

    def delete(self, context: Context, volume_id: str) -> None:
        """Refuse to delete a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: always.
        """
        self._policy.authorize(context, rules.DELETE)
        raise _refused(volume_id)


def _refused(volume_id: str) -> Invalid:
    return Invalid(
        f"No snapshot of volume {volume_id} can be taken or deleted while it is attached."
    )
