"""A server, as far as lists show it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a server is in ERROR.

    :ivar code: an HTTP status that classes the reason; 500 when it was ours.
    :ivar message: for the owner of the server; nothing of the host's own is in it.
    :ivar details: for administrators alone; a traceback, or empty.
    """

    code: int
    message: str
    created: datetime
    details: str = ""


@dataclass(slots=True)
class ServerBasics:
    """A virtual server, with the columns that documents show at every microversion.

    PERF: a list reads as many rows as its page has servers, and each column costs.

    All moments, here and elsewhere in the service, are naive and UTC.
    ``addresses`` maps a network's name to a list of ``{"addr", "version", "type", "mac"}``.
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
    image_id: str | None
    key_name: str | None
    metadata: dict[str, str]
    security_groups: list[str]
    addresses: dict[str, list[dict[str, object]]]
    access_ip_v4: str | None
    access_ip_v6: str | None
    config_drive: bool
    disk_config: str
    progress: int
    fault: Fault | None
    launched_at: datetime | None
    terminated_at: datetime | None
    locked: bool

    @property
    def instance_name(self) -> str:
        """The name the hypervisor knows the guest by."""
        return f"instance-{self.id}"


@dataclass(slots=True)
class ServerDetails(ServerBasics):
    """A virtual server, with the columns that lists with details show at any microversion.

    Sizes, ``flavor_name`` and ``extra_specs`` are copied from the flavor at creation, and
    ``image_properties`` from the image, as both may change or be deleted while servers of them
    live. ``ssh_port`` is the port on the host's loopback address that leads to the guest's port 22,
    or None. ``interfaces`` are the server's network cards, each
    ``{"port_id", "network_id", "mac_address", "mtu", "tag"}``; None where the hypervisor gives the
    guest a network of its own. The reports of the cloud show both.
    ``locked_reason`` is what the caller gave as the reason of a lock.
    ``trusted_certificates`` are the ids of certificates that a request named: none is verified.
    ``pinned_zone`` is the availability zone that the server may not leave: the one that the request
    named, until a change; ``scheduler_hints`` are the hints of the request.
    """

    vcpus: int
    memory_mb: int
    disk_gb: int
    ephemeral_gb: int
    swap_mb: int
    ssh_port: int | None
    reservation_id: str
    launch_index: int
    hostname: str
    user_data: str | None
    locked_reason: str | None = None
    flavor_name: str = ""
    extra_specs: dict[str, str] = field(default_factory=dict)
    image_properties: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    tags: list[str] = field(default_factory=list)
    pinned_zone: str | None = None
    scheduler_hints: dict[str, object] = field(default_factory=dict)
    trusted_certificates: list[str] | None = None
    interfaces: list[dict[str, object]] | None = None


@dataclass(slots=True)
class ShownServer(ServerDetails):
    """A virtual server, with the columns that the document of one server shows.

    ``server_group_id`` names its server group.
    """

    server_group_id: str | None = None


@dataclass(frozen=True, slots=True)
class ServerSummary:
    """As much of a server as a list without details shows; the fields are columns, too."""

    id: str
    name: str
