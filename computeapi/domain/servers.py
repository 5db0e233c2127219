"""A server, and what may happen to it in which state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum

from computeapi.domain.errors import Conflict


class VmState(StrEnum):
    """What a server is, between operations (Nova's ``vm_state``)."""

    BUILDING = "building"
    ACTIVE = "active"
    STOPPED = "stopped"
    ERROR = "error"
    DELETED = "deleted"


class TaskState(StrEnum):
    """What is being done to a server (Nova's ``task_state``); None when nothing is."""

    SCHEDULING = "scheduling"
    SPAWNING = "spawning"
    POWERING_OFF = "powering-off"
    POWERING_ON = "powering-on"
    REBOOTING = "rebooting"
    REBOOTING_HARD = "rebooting_hard"
    DELETING = "deleting"


class PowerState:
    """What the hypervisor last said (API reference, ``OS-EXT-STS:power_state``)."""

    NOSTATE = 0
    RUNNING = 1
    PAUSED = 3
    SHUTDOWN = 4
    CRASHED = 6
    SUSPENDED = 7


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a server is in ERROR.

    :ivar code: an HTTP status that classes the reason; 500 when it was ours.
    :ivar details: for administrators; the caller sees it only from code 500 on.
    """

    code: int
    message: str
    created: datetime
    details: str = ""


@dataclass(slots=True)
class Server:
    """A virtual server. Every field is a column of the table.

    All moments, here and elsewhere in the service, are naive and UTC.
    Sizes are copied from the flavor at creation, as a flavor may be deleted
    while servers of it live. ``addresses`` maps a network's name to a list of
    ``{"addr", "version", "type", "mac"}``; ``ssh_port`` is the port on the
    host's loopback address that leads to the guest's port 22, or None.
    ``image_gb`` is the size counted for a root disk that is as large as its
    image (a flavor with ``disk`` 0), in GiB, rounded up; otherwise 0.
    """

    id: str
    project_id: str
    user_id: str
    name: str
    created_at: datetime
    updated_at: datetime | None
    vm_state: str
    task_state: str | None
    power_state: int
    host: str | None
    availability_zone: str | None
    flavor_id: str
    vcpus: int
    memory_mb: int
    disk_gb: int
    ephemeral_gb: int
    swap_mb: int
    image_id: str | None
    key_name: str | None
    public_key: str | None
    metadata: dict[str, str]
    security_groups: list[str]
    addresses: dict[str, list[dict[str, object]]]
    ssh_port: int | None
    access_ip_v4: str | None
    access_ip_v6: str | None
    config_drive: bool
    disk_config: str
    reservation_id: str
    launch_index: int
    hostname: str
    progress: int
    fault: Fault | None
    launched_at: datetime | None
    terminated_at: datetime | None
    deleted: bool
    admin_password: str | None
    personality: list[dict[str, str]]
    user_data: str | None
    image_gb: int = 0

    @property
    def root_gb(self) -> int:
        """GiB that are counted for the root disk, and that it may have at most."""
        return self.disk_gb or self.image_gb

    @property
    def instance_name(self) -> str:
        """The name the hypervisor knows the guest by."""
        return f"instance-{self.id}"

    def fail(self, fault: Fault) -> None:
        """Put the server into ERROR."""
        self.forget_secrets()
        self.vm_state, self.task_state, self.fault = VmState.ERROR, None, fault

    def forget_secrets(self) -> None:
        """Forget what only its creation needed to know: its guest has it by now, or never will."""
        self.admin_password, self.personality = None, []

    def mark_deleted(self, now: datetime) -> None:
        """Put the server out of the living."""
        self.forget_secrets()
        self.vm_state, self.task_state = VmState.DELETED, None
        self.power_state, self.progress = PowerState.NOSTATE, 0
        self.terminated_at = self.updated_at = now
        self.deleted = True


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """As much of a server as a list without details shows; the fields are columns, too."""

    id: str
    name: str


@dataclass(slots=True)
class NewServer:
    """What a caller asks for when creating servers (API reference, "Create Server").

    :ivar user_data: base64, as it came.
    :ivar personality: files to inject, ``{"path", "contents"}`` with base64 contents.
    :ivar networks: ``{"uuid", "port", "fixed_ip"}`` each; None when nothing was said.
    :ivar block_devices: ``block_device_mapping_v2`` and the older
        ``block_device_mapping``, as they came.
    """

    name: str
    flavor_ref: str
    image_ref: str | None = None
    key_name: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    user_data: str | None = None
    config_drive: bool = False
    admin_password: str | None = None
    availability_zone: str | None = None
    min_count: int = 1
    max_count: int | None = None
    return_reservation_id: bool = False
    access_ip_v4: str | None = None
    access_ip_v6: str | None = None
    disk_config: str = "MANUAL"
    security_groups: list[str] = field(default_factory=lambda: ["default"])
    personality: list[dict[str, str]] = field(default_factory=list)
    networks: list[dict[str, str]] | None = None
    block_devices: list[dict[str, object]] = field(default_factory=list)
    scheduler_hints: dict[str, object] = field(default_factory=dict)


class AllProjects(Enum):
    """The type of :data:`ALL_PROJECTS`."""

    ALL_PROJECTS = "all projects"


#: Names every project in a query. It has to be given: no other value, and no missing one, does so.
ALL_PROJECTS = AllProjects.ALL_PROJECTS


@dataclass(frozen=True, slots=True)
class ServerFilters:
    """The servers that a list shows. A field other than the project may be absent, and then
    leaves out no server.

    :ivar project_id: one project, or :data:`ALL_PROJECTS`; None names no project, so that no
        server matches.
    :ivar deleted: True for deleted ones only, False for live ones only, None for both.
    :ivar states: a ``vm_state`` with the task states it may have (None: any); one must hold.
    :ivar task_states: one of these must hold.
    :ivar changes_since: changed (created, deleted) at or after this moment.
    :ivar equals: names of fields of :class:`Server` to the values allowed.
    :ivar matches: names of fields of :class:`Server` (text ones, and ``addresses``) to a
        regular expression that is searched in them.
    """

    project_id: str | AllProjects | None
    deleted: bool | None = False
    states: Sequence[tuple[str, frozenset[str | None] | None]] | None = None
    task_states: frozenset[str] | None = None
    changes_since: datetime | None = None
    equals: Mapping[str, Sequence[object]] = field(default_factory=dict)
    matches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreatedServers:
    """What came of a request to create servers."""

    servers: Sequence[Server]
    reservation_id: str
    admin_password: str


_READY = frozenset({None})

#: action -> {vm_state: the task states it may start from (None: any)}
TRANSITIONS: Mapping[str, Mapping[str, frozenset[str | None] | None]] = {
    "start": {VmState.STOPPED: _READY},
    "stop": {VmState.ACTIVE: _READY, VmState.ERROR: _READY},
    "reboot soft": {VmState.ACTIVE: _READY},
    "reboot hard": {
        state: frozenset({None, TaskState.REBOOTING, TaskState.REBOOTING_HARD})
        for state in (VmState.ACTIVE, VmState.STOPPED, VmState.ERROR)
    },
    "delete": {state: None for state in VmState if state != VmState.DELETED},
}

#: action -> the task state that accepting it sets
TASKS: Mapping[str, TaskState] = {
    "create": TaskState.SCHEDULING,
    "start": TaskState.POWERING_ON,
    "stop": TaskState.POWERING_OFF,
    "reboot soft": TaskState.REBOOTING,
    "reboot hard": TaskState.REBOOTING_HARD,
    "delete": TaskState.DELETING,
}


def begin(server: Server, action: str, name: str | None = None) -> None:
    """Put a server into the task state of an action, if its state allows it.

    :param action: a key of :data:`TRANSITIONS`.
    :param name: what to call the action in the error; the action by default.
    :raises Conflict: naming the state that forbids the action.
    """
    allowed = TRANSITIONS[action]
    name = name or action.split(maxsplit=1)[0]
    if server.vm_state not in allowed:
        raise Conflict(
            f"Cannot '{name}' instance {server.id} while it is in vm_state {server.vm_state}"
        )
    tasks = allowed[VmState(server.vm_state)]
    if tasks is not None and server.task_state not in tasks:
        raise Conflict(
            f"Cannot '{name}' instance {server.id} while it is in task_state {server.task_state}"
        )
    server.task_state = TASKS[action]
