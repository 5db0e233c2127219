"""Rebuild servers: make their disks anew, from the same image or another one."""

from computeapi.domain import hardware
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid
from computeapi.domain.hosts import no_valid_host, shortages
from computeapi.domain.images import GIB, Image, image_gb
from computeapi.domain.servers import Rebuild, RebuiltServer, Server, actions
from computeapi.domain.servers.rebuilding import image_facts, set_image
from computeapi.domain.volumes import Volume
from computeapi.policies.servers import rebuilding as rules
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import (
    Acceptance,
    require_unlocked,
)
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.creation_checks import check_contents, check_image, check_quotas
from computeapi.service.servers.creation_parts import active_image, own_keypair
from computeapi.service.servers.placement import SchedulingOptions


class Rebuilding:
    """Accept rebuilds of servers. Ids, addresses, sizes, host and quotas stay as they are."""

    def __init__(
        self,
        acceptance: Acceptance,
        policy: Policy,
        cloud_services: CloudServices,
        quotas: QuotaReader,
        scheduling: SchedulingOptions,
        passwords: AdminPasswords,
    ) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._images = cloud_services.images
        self._volumes = cloud_services.volumes
        self._quotas = quotas
        self._scheduling = scheduling
        self._passwords = passwords

    def rebuild(
        self, context: Context, server_id: str, wanted: Rebuild, reimages: bool = False
    ) -> RebuiltServer:
        """Accept to make a server's disks anew.

        A server that was shut down stays so.

        :param reimages: whether the volume that a server boots from is made anew of the image;
            otherwise it stays, and the image has to be the one that it was made of.
        :raises Invalid: when the request asks for what does not exist or does not fit.
        :raises QuotaExceeded: when metadata or injected files are too many or too large.
        :raises Conflict: when the server's state, its lock or its host forbids it.
        :raises ImageUnreachable: when the image service does not answer.
        """
        with self._acceptance.db.read() as tx:
            root = self._root(tx, self._load(tx, context, server_id, wanted))
        check_contents(wanted)
        # The other services may be slow to answer: no row is locked meanwhile.
        image = active_image(self._images, context, wanted.image_ref)
        if root is None or reimages:
            _require_data(image)
        if root is not None:
            _check_volume(self._volumes.volume(context, root), image, reimages)
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id, wanted, lock=True)
            password = self._passwords.choose(wanted.admin_password)
            before = image_facts(server)
            counted = self._image_gb(tx, server, image)
            params: dict[str, object] = {
                "before": before,
                "image_gb": counted,
                "preserve_ephemeral": wanted.preserve_ephemeral,
                "reimage": image.id if reimages and root else None,
            }
            # It shrinks when the disk is made anew: until then, the old one is there.
            set_image(server, image, max(counted, server.image_gb))
            self._change(tx, context, server, wanted)
            server.admin_password, server.personality = password, wanted.personality
            host = self._acceptance.queue(tx, context, server, actions.REBUILD, params)
        self._acceptance.rpc_client.cast(host)
        return RebuiltServer(server, self._passwords.shown(password))

    def _load(
        self,
        tx: Transaction,
        context: Context,
        server_id: str,
        wanted: Rebuild,
        lock: bool = False,
    ) -> Server:
        """Load a server that the caller may rebuild now."""
        server = self._acceptance.load(tx, context, server_id, rules.REBUILD, lock=lock)
        if wanted.trusted_certificates:
            owner = {"project_id": server.project_id, "user_id": server.user_id}
            self._policy.authorize(context, rules.TRUSTED_CERTIFICATES, owner)
        require_unlocked(context, server, actions.REBUILD)
        server.require_ready(actions.REBUILD)
        if server.launched_at is None:
            raise Conflict(
                f"Cannot 'rebuild' instance {server.id} while it has never been launched"
            )
        return server

    @staticmethod
    def _root(tx: Transaction, server: Server) -> str | None:
        """Return the id of the volume that a server boots from, or None."""
        if not server.is_volume_backed:
            return None
        devices = tx.block_devices.of_server(server.id)
        return next((device.volume_id for device in devices if device.is_root), None)

    def _image_gb(self, tx: Transaction, server: Server, image: Image) -> int:
        """Return the GiB to count for a root disk that is as large as its image.

        :raises Invalid: when the image does not fit the server.
        :raises Conflict: when the server's host has no room for the disk.
        """
        hardware.read(server.vcpus, server.memory_mb, server.extra_specs, image.properties)
        if server.is_volume_backed:
            return 0
        check_image(image, server)
        counted = image_gb(image, server)
        if counted > server.image_gb:
            self._grow(tx, server, counted)
        return counted

    def _grow(self, tx: Transaction, server: Server, counted: int) -> None:
        """Claim room on the server's host for a larger root disk."""
        host = tx.hosts.lock(server.require_host())
        before = server.usage
        others = tx.hosts.usage_of(server.host or "") - before
        server.image_gb = counted
        lacking = shortages(host, others, server.usage, self._scheduling.ratios) if host else ()
        if lacking:
            raise Conflict(no_valid_host([lacking], server.usage))
        tx.claims.keep(server.id, server.claims)
        tx.hosts.note_usage(server.host or "", others + server.usage)

    def _change(self, tx: Transaction, context: Context, server: Server, wanted: Rebuild) -> None:
        """Make the changes that the request asks for beside the image.

        :raises Invalid: when the caller has no such keypair.
        :raises QuotaExceeded: when metadata or injected files are too many or too large.
        """
        check_quotas(wanted, self._quotas.of_user(tx, server.project_id, server.user_id))
        if "key_name" in wanted.changes:
            keypair = own_keypair(tx, context, wanted.changes["key_name"])
            server.public_key = keypair.public_key if keypair else None
        for field, value in wanted.changes.items():
            setattr(server, field, value)


def _require_data(image: Image) -> None:
    """Raise Invalid when an image has no data, as one that is made of snapshots of volumes.

    :raises Invalid: when it has none.
    """
    if image.size == 0:
        raise Invalid(f"Image {image.id} has no data that a disk could be made of.")


def _check_volume(volume: Volume, image: Image, reimages: bool) -> None:
    """Raise Invalid when a server that boots from a volume cannot be rebuilt from an image.

    :raises Invalid: when it cannot.
    """
    if not reimages and volume.image_properties.get("image_id") != image.id:
        raise Invalid("Unable to rebuild with a different image for a volume-backed server.")
    if volume.size_gb * GIB < max(image.min_disk * GIB, image.disk_bytes):
        raise Invalid(
            f"Volume {volume.id} of {volume.size_gb} GiB is smaller than image {image.id} needs."
        )
