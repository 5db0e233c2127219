"""Resize servers, and confirm or revert that."""

from computeapi.domain import hardware
from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import Flavor
from computeapi.domain.hosts import Usage
from computeapi.domain.migrations import MigrationType
from computeapi.domain.quotas import check_servers
from computeapi.domain.servers import Server, Size, actions
from computeapi.domain.servers.actions import Action
from computeapi.policies.servers import moving as rules
from computeapi.ports.database import Transaction
from computeapi.service import flavors
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.targets import Wanted


class Moving:
    """Accept moves of servers to another size.

    :param may_stay: whether a resize may leave a server on its host.
    """

    def __init__(
        self, acceptance: Acceptance, moves: Moves, quotas: QuotaReader, may_stay: bool
    ) -> None:
        self._acceptance = acceptance
        self._moves = moves
        self._quotas = quotas
        self._may_stay = may_stay

    def resize(
        self, context: Context, server_id: str, flavor_ref: str, disk_config: str | None = None
    ) -> None:
        """Accept to give a server another flavor.

        Where no host has room, the server stays as it is, and its failed operation says why.

        :param disk_config: the new disk configuration; None leaves it as it is.
        :raises Invalid: when there is no such flavor, or the server cannot get it.
        :raises QuotaExceeded: when the project would use more than it may.
        :raises Conflict: when the server's state forbids it.
        """

        def check(tx: Transaction, server: Server) -> Wanted:
            new = Size.of(_flavor(tx, context, server, flavor_ref), image_gb=0)
            _check_disks(server, new)
            self._check_quotas(tx, server, new)
            kind = MigrationType.RESIZE
            return Wanted(kind, new, self._may_stay, disk_config=disk_config)

        self._moves.begin(context, server_id, actions.RESIZE, rules.RESIZE, check)

    def confirm(self, context: Context, server_id: str) -> None:
        """Accept to confirm a resize: the server keeps its new size.

        :raises Conflict: when the server's state forbids it.
        """
        self._end(context, server_id, actions.CONFIRM_RESIZE, rules.CONFIRM_RESIZE)

    def revert(self, context: Context, server_id: str) -> None:
        """Accept to revert a resize: the server gets its old size, host and disks again.

        :raises Conflict: when the server's state forbids it.
        """
        self._end(context, server_id, actions.REVERT_RESIZE, rules.REVERT_RESIZE)

    def _end(self, context: Context, server_id: str, action: Action, rule: str) -> None:
        with self._acceptance.db.write() as tx:
            server = self._moves.load(tx, context, server_id, action, rule)
            if server.move is None:
                raise Invalid("Instance has not been resized.")
            origin = server.move.source_host
            host = self._acceptance.queue(tx, context, server, action, target_host=origin)
        self._acceptance.rpc_client.cast(host)

    def _check_quotas(self, tx: Transaction, server: Server, new: Size) -> None:
        """Refuse a larger size that would take the project, or the user in it, over the quotas.

        :raises QuotaExceeded: naming each resource that does not suffice.
        """
        vcpus, memory_mb = new.vcpus - server.vcpus, new.memory_mb - server.memory_mb
        more = Usage(0, max(0, vcpus), max(0, memory_mb), 0)
        if more != Usage():
            limits = self._quotas.of_both(tx, server.project_id, server.user_id)
            for owner, quotas in zip((None, server.user_id), limits, strict=True):
                check_servers(quotas, tx.servers.usage(server.project_id, owner), more)


def _flavor(tx: Transaction, context: Context, server: Server, flavor_ref: str) -> Flavor:
    """Return the flavor that a server is to get.

    :raises Invalid: when the caller may not use it, the server has it already, or no guest can have
        the hardware that it asks for together with the server's image.
    """
    flavor = flavors.load_by_ref(tx, context, flavor_ref)
    if flavor.disabled:
        raise Invalid(f"Flavor {flavor.id} could not be found.")
    if flavor.id == server.flavor_id:
        raise Invalid("When resizing, instances must change flavor!")
    hardware.read(flavor.vcpus, flavor.memory_mb, flavor.extra_specs, server.image_properties)
    return flavor


def _check_disks(server: Server, new: Size) -> None:
    """Check that no disk gets smaller: its guest would lose data.

    The volume that a server boots from has a size of its own.

    :raises Invalid: when one does.
    """
    refused = "Server disk was unable to be resized because:"
    if new.disk_gb == 0 and not server.is_volume_backed:
        raise Invalid(f"{refused} Resize to zero disk flavor is not allowed.")
    shrinks = new.root_gb < server.root_gb and not server.is_volume_backed
    if shrinks or new.ephemeral_gb < server.ephemeral_gb:
        raise Invalid(f"{refused} a disk cannot become smaller.")
