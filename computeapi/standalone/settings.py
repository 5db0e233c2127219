"""The settings that a cloud remembers between two starts."""

import secrets
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

#: The users with a generated password.
USERS = ("admin", "demo", "computeapi", "glance")


@dataclass(slots=True)
class Settings:
    """The settings that a cloud remembers.

    :ivar port: of the API; Keystone, Glance and the console proxy have the next ones.
    :ivar listen: the address that the services listen on.
    :ivar server: of the API, "eventlet" or "threads".
    :ivar driver: of the hypervisor, "libvirt" or "fake"; never changes.
    :ivar host: name of the host, kept because the machine's may change.
    :ivar images: names of the images uploaded so far.
    :ivar image_version: of the test image uploaded last; empty when unknown, or without one.
    :ivar registered: the names and URLs that the catalog holds, by type of service.
    :ivar boot: of the machine, since which guests may run; empty once they were shut down.
    :ivar parts: names of the parts that the user asked for.
    :ivar active: names of those that could start.
    :ivar part_ports: of the parts, as distances from ``port``.
    :ivar set_up: the version of what each part was set up with.
    """

    port: int = 8774
    listen: str = "127.0.0.1"
    front_end: str = "falcon"
    server: str = "eventlet"
    driver: str = ""
    host: str = field(default_factory=socket.gethostname)
    passwords: dict[str, str] = field(
        default_factory=lambda: {user: secrets.token_urlsafe(18) for user in USERS}
    )
    images: list[str] = field(default_factory=list)
    image_version: str = ""
    registered: dict[str, str] = field(default_factory=dict)
    boot: str = ""
    parts: list[str] = field(default_factory=list)
    active: list[str] = field(default_factory=list)
    part_ports: dict[str, int] = field(default_factory=dict)
    set_up: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The address that clients reach the services at."""
        if self.listen not in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            return self.listen
        return _own_address()

    def url(self, service: str) -> str:
        """Return the URL of a service by the name of its port, without a path."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{host}:{self.ports[service]}"

    @property
    def ports(self) -> dict[str, int]:
        """The port of each service."""
        services = ("compute", "identity", "image", "console")
        distances = {service: number for number, service in enumerate(services)} | self.part_ports
        return {service: self.port + distance for service, distance in distances.items()}

    def add_passwords(self, users: Iterable[str]) -> None:
        """Generate the passwords that are missing."""
        for user in users:
            self.passwords.setdefault(user, secrets.token_urlsafe(18))

    @property
    def endpoints(self) -> dict[str, str]:
        """The URL of each service in the catalog."""
        return {
            "compute": self.url("compute") + "/v2.1",
            "identity": self.url("identity") + "/v3",
            "image": self.url("image"),
        }


def current_boot() -> str:
    """Return the id of the machine's last boot: no guest outlives the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()


def _own_address() -> str:
    # Nothing is sent: connecting a datagram socket only chooses the address to send from.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return probe.getsockname()[0]
