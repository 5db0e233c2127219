"""The files of the part ``network`` in the state folder, and its addresses."""

import hashlib
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from computeapi.standalone.state import StateFolder

#: Names of network interfaces in the namespace: the way out by slirp4netns, the way to the host,
#: and the two ends of the link by which the external bridge reaches the namespace's own routing.
OUT, HOST, GATEWAY, GATEWAY_PORT = "out0", "host0", "extg", "extp"
#: slirp4netns' own network, which collides with none that a guest may want to reach, and its
#: resolver in that network.
OUT_CIDR = "169.254.77.0/24"
RESOLVER = "169.254.77.3"
#: Where guests find the metadata service.
METADATA_ADDRESS = "169.254.169.254"
#: The path of the metadata service at the API, and the name of the secret that its proxy shares.
METADATA_PATH, METADATA_SECRET = "/metadata", "metadata-proxy"
#: The external network of a cloud is one of the 256 networks with 24 bits of this one.
EXTERNAL_POOL = ipaddress.IPv4Network("172.24.0.0/16")


@dataclass(frozen=True, slots=True)
class External:
    """The external network of a cloud: floating IPs, routers, the gateway, the host's end."""

    network: ipaddress.IPv4Network

    @property
    def gateway(self) -> str:
        """The address of the namespace, to which routers send."""
        return str(self.network[1])

    @property
    def pool(self) -> tuple[str, str]:
        """The first and the last address for floating IPs and routers."""
        return str(self.network[2]), str(self.network[247])

    @property
    def link(self) -> tuple[str, str]:
        """The namespace's and the host's address on the link between them (a /30)."""
        return str(self.network[253]), str(self.network[254])


class Layout:
    """The files of the part."""

    def __init__(self, state: StateFolder) -> None:
        """:param state: the folder of the cloud."""
        self.home = state.path / "network"
        self.state = state

    def create(self) -> None:
        """Make the folders, where missing."""
        for folder in (self.run, self.switch_run, self.databases, self.neutron):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def namespace(self) -> Path:
        """The file that says which process holds the namespace."""
        return self.home / "namespace.json"

    @property
    def external(self) -> Path:
        """The file that holds the external network, chosen once."""
        return self.home / "external"

    @property
    def run(self) -> Path:
        """Sockets of OVSDB and OVN."""
        return self.home / "run"

    @property
    def switch_run(self) -> Path:
        """Sockets of ovs-vswitchd."""
        return self.run / "switch"

    @property
    def ovsdb(self) -> str:
        """The remote of the OVSDB server, as its clients take it."""
        return f"unix:{self.run}/db.sock"

    @property
    def metadata_ready(self) -> Path:
        """The socket that is listened on once guests are led to the metadata service."""
        return self.run / "metadata.ready"

    @property
    def databases(self) -> Path:
        """Databases of OVS and OVN."""
        return self.home / "db"

    @property
    def conf(self) -> Path:
        """Neutron's configuration."""
        return self.state.etc / "neutron.conf"

    @property
    def database(self) -> Path:
        """Neutron's SQLite file."""
        return self.neutron / "neutron.sqlite"

    @property
    def neutron(self) -> Path:
        """Neutron's database and locks."""
        return self.home / "neutron"

    @property
    def host_interface(self) -> str:
        """The host's end of the link into the namespace; no other cloud's has this name."""
        return f"ca{hashlib.sha256(str(self.state.path).encode()).hexdigest()[:10]}"

    def load_external(self) -> External:
        """Return the external network of this cloud."""
        return External(ipaddress.IPv4Network(self.external.read_text().strip()))
