"""A request for new servers, and its result."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from computeapi.domain.servers.server import Server


@dataclass(slots=True)
class NewServer:
    """A request to create servers (API reference, "Create Server").

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
    networks: list[dict[str, str]] | None = None
    block_devices: list[dict[str, object]] = field(default_factory=list)
    scheduler_hints: dict[str, object] = field(default_factory=dict)

    def hint(self, name: str) -> tuple[str, ...]:
        """Return the values of a scheduler hint, which may be one text or a list of texts."""
        value = self.scheduler_hints.get(name)
        if not value:
            return ()
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


@dataclass(frozen=True, slots=True)
class CreatedServers:
    """The result of a request to create servers."""

    servers: Sequence[Server]
    reservation_id: str
    admin_password: str
