"""A request to rebuild a server, and the facts of its image that a failed one brings back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from computeapi.domain.images import Image
from computeapi.domain.servers.server import Server


@dataclass(slots=True)
class Rebuild:
    """A request to rebuild a server (API reference, "Rebuild Server").

    :ivar changes: fields of :class:`Server` that are plainly set: ``name``, ``description``,
        ``metadata``, ``access_ip_v4``, ``access_ip_v6``, ``disk_config``, ``hostname``,
        ``user_data``, ``key_name`` and ``trusted_certificates``. The others stay as they are.
    :ivar personality: files to inject, ``{"path", "contents"}`` with base64 contents.
    :ivar preserve_ephemeral: whether the ephemeral disk stays.
    """

    image_ref: str
    changes: dict[str, Any] = field(default_factory=dict)
    admin_password: str | None = None
    personality: list[dict[str, str]] = field(default_factory=list)
    preserve_ephemeral: bool = False

    @property
    def metadata(self) -> dict[str, str]:
        """The metadata in the request."""
        return self.changes.get("metadata") or {}

    @property
    def trusted_certificates(self) -> list[str] | None:
        """The ids of certificates in the request."""
        return self.changes.get("trusted_certificates")

    @property
    def user_data(self) -> str | None:
        """The user data in the request: base64, as it came."""
        return self.changes.get("user_data")


@dataclass(frozen=True, slots=True)
class RebuiltServer:
    """The result of a request to rebuild a server.

    :ivar admin_password: None when passwords are not shown.
    """

    server: Server
    admin_password: str | None


def image_facts(server: Server) -> dict[str, object]:
    """Return the facts that a server keeps of its image, for :func:`set_image_facts`."""
    return {name: getattr(server, name) for name in ("image_id", "image_gb", "image_properties")}


def set_image_facts(server: Server, facts: Mapping[str, Any]) -> None:
    """Give a server the image that it had before."""
    server.image_id = facts["image_id"]
    server.image_gb = facts["image_gb"]
    server.image_properties = facts["image_properties"]


def set_image(server: Server, image: Image, image_gb: int) -> None:
    """Give a server another image; one that boots from a volume shows none.

    :param image_gb: GiB to count for a root disk that is as large as the image, or 0.
    """
    if not server.is_volume_backed:
        server.image_id = image.id
    server.image_gb = image_gb
    server.image_properties = image.properties
