"""The snapshots of attached volumes that a volume service asks for."""

from collections.abc import Mapping

from computeapi.domain.assisted_volume_snapshots import AssistedDeletion, AssistedSnapshot
from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid
from computeapi.domain.servers import attaching
from computeapi.domain.servers.action import Action
from computeapi.policies import assisted_volume_snapshots as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance


class AssistedVolumeSnapshots:
    """Accept snapshots of volumes whose files a guest has open.

    A worker takes a snapshot, or deletes it, and reports to the volume service. As in Nova, each
    refusal is a 400.
    """

    def __init__(self, acceptance: Acceptance, policy: Policy) -> None:
        self._acceptance = acceptance
        self._policy = policy

    def create(self, context: Context, wanted: AssistedSnapshot) -> AssistedSnapshot:
        """Begin to take a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when one server alone does not have the volume, or its state forbids it.
        """
        self._policy.authorize(context, rules.CREATE)
        params = {"snapshot": wanted.snapshot_id, "file": wanted.new_file}
        self._accept(context, wanted.volume_id, attaching.SNAPSHOT_VOLUME, params)
        return wanted

    def delete(self, context: Context, wanted: AssistedDeletion) -> None:
        """Begin to delete a snapshot.

        :raises Forbidden: when the caller may not.
        :raises Invalid: when one server alone does not have the volume, or its state forbids it.
        """
        self._policy.authorize(context, rules.DELETE)
        params = {"snapshot": wanted.snapshot_id, "top": wanted.top, "base": wanted.base}
        self._accept(context, wanted.volume_id, attaching.MERGE_VOLUME, params)

    def _accept(
        self, context: Context, volume_id: str, action: Action, params: Mapping[str, str | None]
    ) -> None:
        with self._acceptance.db.write() as tx:
            device = _attached(tx, volume_id)
            server = tx.servers.get(device.server_id, lock=True)
            if server is None or server.host is None:
                raise Invalid(f"The server that has volume {volume_id} is on no host.")
            try:
                given: dict[str, object] = {"device": device.id, **params}
                host = self._acceptance.queue(tx, context, server, action, given)
            except Conflict as error:
                raise Invalid(error.message) from error
        self._acceptance.rpc_client.cast(host)


def _attached(tx: Transaction, volume_id: str) -> BlockDevice:
    """Return the block device that is a volume.

    :raises Invalid: when there is none, or more than one.
    """
    found = [
        device
        for device in tx.block_devices.of_volume(volume_id)
        if device.state != DeviceState.RESERVING
    ]
    if not found:
        raise Invalid(f"Volume {volume_id} is not attached to a server.")
    if len(found) > 1:
        raise Invalid(f"Volume {volume_id} is attached to several servers.")
    return found[0]
