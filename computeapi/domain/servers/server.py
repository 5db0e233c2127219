"""A server."""

from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from computeapi.domain import hardware
from computeapi.domain.claims import Claim
from computeapi.domain.errors import Conflict
from computeapi.domain.hardware import Hardware
from computeapi.domain.hosts import Usage
from computeapi.domain.servers.actions import Action
from computeapi.domain.servers.details import Fault, ShownServer
from computeapi.domain.servers.local_disks import LocalDisks
from computeapi.domain.servers.moves import Move, Size
from computeapi.domain.servers.states import PowerState, VmState

#: The roles of those who lock servers.
LOCKED_BY_OWNER, LOCKED_BY_ADMIN = "owner", "admin"


@dataclass(slots=True)
class Server(ShownServer):
    """A virtual server, whole. Every field is a column of the table.

    :ivar image_gb: GiB counted for a root disk that is as large as its image (a flavor with
        ``disk`` 0), rounded up; otherwise 0.
    :ivar locked_by: "owner" or "admin".
    :ivar move: a resize that is not confirmed yet, or another move that has not ended.
    :ivar reserved_vcpus: and ``reserved_memory_mb`` (MiB): count beyond the server's own size
        against the quotas while it resizes, as it may become as large as the larger of both sizes.
    :ivar shelved_image_id: the image of the server's disk, from the acceptance to shelve the
        server until it is unshelved.
    :ivar shelved_at: the moment since which it is shelved.
    :ivar has_network: whether it has a network.
    :ivar rescue_image_id: the image that the server is, or is to be, rescued with.
    :ivar soft_deleted_at: when a caller last deleted the server, where deletes are deferred.
    :ivar vm_state_before_delete: the state that it had before.
    :ivar chosen_disks: the sizes of local disks that the request chose: ``ephemerals_gb``, a list
        of GiB, and ``swap_mb``; those of the flavor are left out.
    """

    public_key: str | None = None
    deleted: bool = False
    admin_password: str | None = None
    personality: list[dict[str, str]] = field(default_factory=list)
    image_gb: int = 0
    locked_by: str | None = None
    move: Move | None = None
    reserved_vcpus: int = 0
    reserved_memory_mb: int = 0
    shelved_image_id: str | None = None
    shelved_at: datetime | None = None
    has_network: bool = True
    rescue_image_id: str | None = None
    soft_deleted_at: datetime | None = None
    vm_state_before_delete: str | None = None
    chosen_disks: dict[str, object] | None = None

    @property
    def size(self) -> Size:
        """The size that the server has now."""
        return Size(
            self.flavor_id,
            self.vcpus,
            self.memory_mb,
            self.disk_gb,
            self.ephemeral_gb,
            self.swap_mb,
            self.image_gb,
            self.flavor_name,
            self.extra_specs,
        )

    @property
    def local_disks(self) -> LocalDisks:
        """The ephemeral disks and the swap disk."""
        return LocalDisks.of(self.ephemeral_gb, self.swap_mb, self.chosen_disks)

    @property
    def is_volume_backed(self) -> bool:
        """Whether the server boots from a volume: it has no root disk of its own."""
        return self.image_id is None

    @property
    def root_gb(self) -> int:
        """GiB that are counted for the root disk, and that it may have at most."""
        return self.disk_gb or self.image_gb

    @property
    def administrative_user(self) -> str:
        """The user of the guest whose password is the administrative one."""
        properties = self.image_properties
        is_windows = properties.get("os_type") == "windows"
        return properties.get("os_admin_user") or ("Administrator" if is_windows else "root")

    @property
    def image_ids(self) -> set[str]:
        """The images that the server's disks are made of."""
        return {found for found in (self.image_id, self.rescue_image_id) if found}

    @property
    def usage(self) -> Usage:
        """The resources of the server."""
        return self.size.usage

    @property
    def claims(self) -> list[Claim]:
        """The claims that the server has on hosts: on two, while it moves from one to the other."""
        if self.deleted or self.host is None:
            return []
        usages = self.move.usages if self.move else {self.host: self.usage}
        return [Claim.of(self.id, host, usage) for host, usage in sorted(usages.items())]

    @property
    def hardware(self) -> Hardware:
        """The hardware that the server's flavor and image ask for.

        :raises Invalid: when it cannot be had; see :func:`computeapi.domain.hardware.of_accepted`.
        """
        return hardware.of_accepted(
            self.vcpus, self.memory_mb, self.extra_specs, self.image_properties
        )

    def begin(self, action: Action) -> None:
        """Put the server into the task state of an action, if its state allows it.

        :raises Conflict: naming the state that forbids the action.
        """
        self.require_state(action)
        if action.task is not None:
            self.task_state = action.task

    def require_state(self, action: Action) -> None:
        """Raise Conflict when the server's state forbids an action.

        :raises Conflict: naming the state that forbids it.
        """
        refused = f"Cannot '{action.name}' instance {self.id} while it is in"
        if self.vm_state not in action.from_states:
            raise Conflict(f"{refused} vm_state {self.vm_state}")
        if action.from_tasks is not None and self.task_state not in action.from_tasks:
            raise Conflict(f"{refused} task_state {self.task_state}")

    def allows(self, action: Action) -> bool:
        """Return whether the server's state allows an action."""
        try:
            self.require_state(action)
        except Conflict:
            return False
        return True

    def require_host(self) -> str:
        """Return the host of the server.

        :raises Conflict: when it is on no host.
        """
        if self.host is None:
            raise Conflict(f"Instance {self.id} is not ready")
        return self.host

    def require_ready(self, action: Action) -> str:
        """Return the host of the server, if its state allows an action.

        :raises Conflict: when the state forbids the action, or the server is on no host.
        """
        if action.needs_host_first:
            self.require_host()
        self.require_state(action)
        return self.require_host()

    def begin_move(self, move: Move) -> None:
        """Note that the server is to be moved; both sizes count from now on."""
        self.move = move
        self._reserve(move)

    def arrive(self, move: Move, now: datetime) -> None:
        """Note that the server has its new size, which may be reverted."""
        self.host, self.availability_zone = move.target_host, move.target_zone
        self._take(move.new)
        self.move = replace(move, moved_at=now)
        self._reserve(move)

    def end_move(self) -> None:
        """Note that the server keeps its size and its host: one size counts from now on."""
        self.move, self.reserved_vcpus, self.reserved_memory_mb = None, 0, 0

    def go_back(self, move: Move) -> None:
        """Give the server the size and the host again that it had before a move."""
        self.host, self.availability_zone = move.source_host, move.source_zone
        self._take(move.old)
        self.end_move()

    def _take(self, size: Size) -> None:
        for part in fields(size):
            setattr(self, part.name, getattr(size, part.name))

    def _reserve(self, move: Move) -> None:
        self.reserved_vcpus = max(move.old.vcpus, move.new.vcpus) - self.vcpus
        self.reserved_memory_mb = max(move.old.memory_mb, move.new.memory_mb) - self.memory_mb

    def lock(self, by: str, reason: str | None = None) -> None:
        """Lock the server. An owner's lock does not replace one that there is.

        :param by: "owner" or "admin".
        """
        if not (self.locked and by == LOCKED_BY_OWNER):
            self.locked, self.locked_by, self.locked_reason = True, by, reason

    def unlock(self) -> None:
        """Lift the lock."""
        self.locked, self.locked_by, self.locked_reason = False, None, None

    def require_unlocked(self) -> None:
        """Raise Conflict when the server is locked.

        :raises Conflict: when it is.
        """
        if self.locked:
            raise Conflict(f"Instance {self.id} is locked")

    def require_pinnable(self, zone: object) -> None:
        """Raise Conflict when the server cannot be pinned to an availability zone.

        It can stay pinned as it is, be unpinned, and be pinned again to the zone that it is in.

        :param zone: the name of the zone; None unpins the server.
        :raises Conflict: when it cannot.
        """
        if zone is None or zone == self.pinned_zone:
            return
        if self.pinned_zone is not None:
            raise Conflict(f"Instance {self.id} is pinned to another availability zone: unpin it.")
        if zone != self.availability_zone:
            raise Conflict(f"Instance {self.id} is not in the availability zone to pin it to.")

    def settle(self, vm_state: str) -> None:
        """Put the server back into a state that it had before something failed."""
        self.vm_state, self.task_state = vm_state, None

    def fail(self, fault: Fault) -> None:
        """Put the server into ERROR."""
        self.forget_secrets()
        self.vm_state, self.task_state, self.fault = VmState.ERROR, None, fault

    def forget_secrets(self) -> None:
        """Forget the secrets of its creation: its guest has them by now, or never will."""
        self.admin_password, self.personality = None, []

    def mark_deleted(self, now: datetime) -> None:
        """Mark the server as deleted."""
        self.forget_secrets()
        self.vm_state, self.task_state = VmState.DELETED, None
        self.power_state, self.progress = PowerState.NOSTATE, 0
        self.terminated_at = self.updated_at = now
        self.deleted = True
