"""A request for new servers, and its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from computeapi.domain import names, scheduler_hints
from computeapi.domain.server_ports import NewPort
from computeapi.domain.servers.server import Server

#: The word that stands for no networks in a request.
NO_NETWORK = "none"


@dataclass(slots=True)
class NewServer:
    """A request to create servers (API reference, "Create Server").

    :ivar user_data: base64, as it came.
    :ivar personality: files to inject, ``{"path", "contents"}`` with base64 contents.
    :ivar networks: ``{"uuid", "port", "fixed_ip", "tag"}`` each, or "auto" or "none"; None when
        the request names no networks.
    :ivar host: the host that an administrator names; ``hypervisor_hostname`` names it otherwise.
    :ivar trusted_certificates: ids of the certificates that have to have signed the image.
    :ivar block_devices: ``block_device_mapping_v2`` or the older
        ``block_device_mapping``, as they came; ``has_legacy_devices`` stands for the older one.
    :ivar ports: of each server, once they are planned; None where the hypervisor gives each guest
        a network of its own.
    """

    name: str
    flavor_ref: str
    image_ref: str | None = None
    key_name: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    description: str | None = None
    tags: list[str] = field(default_factory=list)
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
    networks: list[dict[str, str]] | str | None = None
    hostname: str | None = None
    host: str | None = None
    hypervisor_hostname: str | None = None
    trusted_certificates: list[str] | None = None
    block_devices: list[dict[str, object]] = field(default_factory=list)
    has_legacy_devices: bool = False
    scheduler_hints: dict[str, object] = field(default_factory=dict)
    ports: Sequence[NewPort] | None = None

    @property
    def has_network(self) -> bool:
        """Whether the servers are connected to a network."""
        return self.networks != NO_NETWORK and (self.ports is None or len(self.ports) > 0)

    def hint(self, name: str) -> tuple[str, ...]:
        """Return the values of a scheduler hint, which may be one text or a list of texts."""
        return scheduler_hints.values(self.scheduler_hints, name)

    def hostname_of(self, server_id: str, number: int, count: int) -> str:
        """Return the host name of one of the servers that the request makes.

        :param number: the server's, from 1 to ``count``.
        """
        if self.hostname is None:
            return names.hostname(self.name, server_id, number, count)
        return names.server_name(self.hostname, number, count)


@dataclass(frozen=True, slots=True)
class CreatedServers:
    """The result of a request to create servers.

    :ivar admin_password: None when passwords are not shown.
    """

    servers: Sequence[Server]
    reservation_id: str
    admin_password: str | None
