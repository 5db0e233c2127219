"""Rescue servers: boot them from another disk, with their own one beside it."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid
from computeapi.domain.servers import Server, actions
from computeapi.domain.servers.rescue import (
    BUS_PROPERTY,
    DEVICE_PROPERTY,
    RescueDevice,
    rescue_device,
)
from computeapi.policies.servers import rescue as rules
from computeapi.ports.database import Transaction
from computeapi.ports.images import ImageStore
from computeapi.service.servers.acceptance import (
    Acceptance,
    boots_from_volume,
    require_unlocked,
)
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.creation_checks import check_password
from computeapi.service.servers.creation_parts import active_image


class Rescue:
    """Accept to rescue servers, and to end that."""

    def __init__(
        self, acceptance: Acceptance, images: ImageStore, passwords: AdminPasswords
    ) -> None:
        self._acceptance = acceptance
        self._images = images
        self._passwords = passwords

    def rescue(
        self,
        context: Context,
        server_id: str,
        image_ref: str | None = None,
        admin_password: str | None = None,
        of_volumes: bool = True,
    ) -> str | None:
        """Accept to boot a server from a rescue image, with its own disk beside it.

        :param image_ref: the id of the rescue image; None for the server's own image.
        :param admin_password: of the rescue system; None makes one up.
        :param of_volumes: whether the server may boot from a volume. Its disks keep their names
            then: the image has to ask for a device of its own.
        :returns: the password; None when passwords are not shown.
        :raises Invalid: when the image cannot be used, or not for a server that boots from a
            volume.
        :raises Conflict: when the server's state forbids it.
        :raises ImageUnreachable: when the image service does not answer.
        """
        check_password(admin_password)
        with self._acceptance.db.read() as tx:
            server = self._load(tx, context, server_id)
        if server.is_volume_backed and not (of_volumes and image_ref):
            raise boots_from_volume(server, actions.RESCUE)
        # The image service may be slow to answer: no row is locked meanwhile.
        image = active_image(self._images, context, image_ref or server.image_id or "")
        password = self._passwords.choose(admin_password)
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id, lock=True)
            device = rescue_device(image.properties, server.hardware)
            if server.is_volume_backed and not device.is_stable:
                raise Invalid(
                    f"Cannot 'rescue' instance {server.id}: it boots from a volume, and image "
                    f"{image.id} has no {DEVICE_PROPERTY} or {BUS_PROPERTY}."
                )
            server.rescue_image_id, server.admin_password = image.id, password
            params = _params(device)
            host = self._acceptance.queue(tx, context, server, actions.RESCUE, params)
        self._acceptance.rpc_client.cast(host)
        return self._passwords.shown(password)

    def unrescue(self, context: Context, server_id: str) -> None:
        """Accept to boot a rescued server from its own disk again.

        :raises Conflict: when the server is not rescued.
        """
        self._acceptance.accept(context, server_id, actions.UNRESCUE, rules.UNRESCUE)

    def _load(
        self, tx: Transaction, context: Context, server_id: str, lock: bool = False
    ) -> Server:
        """Load a server that the caller may rescue now."""
        server = self._acceptance.load(tx, context, server_id, rules.RESCUE, lock=lock)
        require_unlocked(context, server, actions.RESCUE)
        server.require_ready(actions.RESCUE)
        if server.launched_at is None:
            raise Conflict(f"Cannot 'rescue' instance {server.id} while it has never been launched")
        return server


def _params(device: RescueDevice) -> dict[str, object]:
    return {"is_stable": device.is_stable, "device": device.device, "bus": device.bus}
