"""Connects the network namespace of a cloud: ``python -m …parts.network.uplink STATE``.

It makes the namespace, where missing, and the links in it, and then becomes slirp4netns, by which
guests reach other machines with no more rights than the user has. As root it also connects the
host, which then reaches floating IPs by a route.
"""

import contextlib
import hashlib
import ipaddress
import os
import shutil
import sys
from pathlib import Path

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import CloudNamespace, NamespaceError
from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network import layout as names
from computeapi.standalone.parts.network import namespace as namespaces
from computeapi.standalone.parts.network import programs
from computeapi.standalone.parts.network.layout import External, Layout
from computeapi.standalone.state import StateFolder, write_private

_RULES = """\
table ip cloud
delete table ip cloud
table ip cloud {{
  chain resolver {{
    type nat hook prerouting priority -100
    ip daddr {gateway} udp dport 53 dnat to {resolver}
    ip daddr {gateway} tcp dport 53 dnat to {resolver}
  }}
  chain out {{
    type nat hook postrouting priority 100
    oifname "{out}" masquerade
  }}
  # A machine in a cloud has that cloud's metadata service among these addresses.
  chain link_local {{
    type filter hook forward priority 0
    ip daddr {resolver} meta l4proto {{ tcp, udp }} th dport 53 accept
    ip daddr {{ 169.254.0.0/16, 224.0.0.0/4 }} drop
  }}
}}
"""


def main(folder: str) -> None:
    """Connect the namespace, and become slirp4netns."""
    layout = Layout(StateFolder(Path(folder)))
    layout.create()
    os.environ["PATH"] = image_packages.search_path()
    # Here, as this process is the first one of the part.
    programs.provide()
    namespace = namespaces.ensure(layout)
    external = choose_external(layout)
    connect(namespace, external, layout.run)
    if os.geteuid() == 0:
        connect_host(namespace, external, layout.host_interface)
    slirp = shutil.which("slirp4netns") or "slirp4netns"
    # The namespace keeps the MTU that Neutron gives its networks by default.
    options = ["--configure", "--mtu=1500", f"--cidr={names.OUT_CIDR}", "--disable-host-loopback"]
    os.execv(slirp, [slirp, *options, "--enable-sandbox", str(namespace.pid), names.OUT])


def is_connected(layout: Layout) -> bool:
    """Return whether the namespace exists and is connected."""
    try:
        namespace = cloud_namespace.load(layout.namespace)
        shown = namespaces.run(namespace, ["ip", "-o", "-4", "address", "show", "dev", names.OUT])
    except (CloudError, NamespaceError):
        return False
    return "inet" in shown


def choose_external(layout: Layout) -> External:
    """Return the external network of a cloud, chosen when it is asked for first.

    :raises CloudError: when the host has routes to all of them.
    """
    if not layout.external.exists():
        routes = image_packages.run(["ip", "-o", "-4", "route", "show", "table", "all"])
        network = free_network(str(layout.state.path), taken(routes))
        write_private(layout.external, f"{network}\n")
    return layout.load_external()


def taken(routes: str) -> list[ipaddress.IPv4Network]:
    """Return the networks that a list of routes, from ``ip``, leads to."""
    found = []
    for line in routes.splitlines():
        for word in line.split()[:2]:
            with contextlib.suppress(ValueError):
                found.append(ipaddress.IPv4Network(word))
    return found


def free_network(key: str, used: list[ipaddress.IPv4Network]) -> ipaddress.IPv4Network:
    """Return a network of the pool that overlaps with none in use.

    :param key: by which clouds that start at the same time choose different ones.
    :raises CloudError: when there is none.
    """
    networks: list[ipaddress.IPv4Network] = list(names.EXTERNAL_POOL.subnets(new_prefix=24))
    first = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) % len(networks)
    for network in networks[first:] + networks[:first]:
        if not any(network.overlaps(other) for other in used):
            return network
    raise CloudError(f"This host has routes to all of {names.EXTERNAL_POOL}.")


def connect(namespace: CloudNamespace, external: External, folder: Path) -> None:
    """Make, in the namespace, the gateway of the external network, and have it translate.

    :param folder: for the file of rules.
    :raises CloudError: when one of the programs fails.
    """
    # br-ex's own port would lose its address whenever ovs-vswitchd starts anew.
    gateway = names.GATEWAY
    if gateway not in _links(namespace):
        veth = ["type", "veth", "peer", "name", names.GATEWAY_PORT]
        namespaces.run(namespace, ["ip", "link", "add", gateway, *veth])
    # The userspace datapath does not complete checksums.
    namespaces.run(namespace, ["ethtool", "-K", gateway, "tx", "off"])
    address = f"{external.gateway}/{external.network.prefixlen}"
    for command in (
        ["link", "set", "lo", "up"],
        ["address", "replace", address, "dev", gateway],
        ["link", "set", gateway, "up"],
        ["link", "set", names.GATEWAY_PORT, "up"],
    ):
        namespaces.run(namespace, ["ip", *command])
    rules = folder / "rules.nft"
    write_private(
        rules, _RULES.format(gateway=external.gateway, resolver=names.RESOLVER, out=names.OUT)
    )
    namespaces.run(namespace, ["nft", "-f", str(rules)])
    # Routers ask for the host's address as if it were on the external network, which it is not.
    settings = ("ip_forward", f"conf/{gateway}/proxy_arp")
    for setting in settings:
        write = f"echo 1 > /proc/sys/net/ipv4/{setting}"
        namespaces.run(namespace, ["sh", "-c", write])


def connect_host(namespace: CloudNamespace, external: External, interface: str) -> None:
    """Connect the host with the namespace, and route the external network there.

    :param interface: the host's end of the link.
    :raises CloudError: when one of the programs fails.
    """
    inside, outside = external.link
    if not Path("/sys/class/net", interface).exists():
        peer = ["peer", "name", names.HOST, "netns", str(namespace.pid)]
        image_packages.run(["ip", "link", "add", interface, "type", "veth", *peer])
    namespaces.run(namespace, ["ip", "address", "replace", f"{inside}/30", "dev", names.HOST])
    namespaces.run(namespace, ["ip", "link", "set", names.HOST, "up"])
    for command in (
        ["address", "replace", f"{outside}/30", "dev", interface],
        ["link", "set", interface, "up"],
        ["route", "replace", str(external.network), "via", inside, "dev", interface],
    ):
        image_packages.run(["ip", *command])


def _links(namespace: CloudNamespace) -> list[str]:
    shown = namespaces.run(namespace, ["ip", "-o", "link", "show"])
    return [line.split(":")[1].strip().partition("@")[0] for line in shown.splitlines()]


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except CloudError as refused:
        sys.exit(str(refused))
