"""Leads guests to the metadata service: ``python -m …parts.network.metadata_proxy STATE``.

It does what Neutron's OVN metadata agent does, in a tenth of the memory and without HAProxy: each
network with guests gets a namespace, connected by the network's own port for this purpose, in which
169.254.169.254 and fe80::a9fe:a9fe are listened on. OVN's database tells which server a request is
of, and the request goes on to the metadata service with the server's id, signed.
"""

import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import CloudNamespace, NamespaceError
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network import layout as names
from computeapi.standalone.parts.network import programs
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.parts.network.metadata_forwarding import Forwarding, Served
from computeapi.standalone.parts.network.metadata_link import MetadataLink
from computeapi.standalone.parts.network.metadata_ports import (
    Database,
    MetadataPort,
    NetworkPorts,
    Owner,
)
from computeapi.standalone.state import StateFolder

LOG = logging.getLogger(__name__)
#: The argument after which the process is in the user namespace.
_INSIDE = "inside"
#: Seconds after which what failed is tried again.
_RETRY = 5.0


class Proxy:
    """Serves the networks that have guests."""

    def __init__(self, state: StateFolder, namespace: CloudNamespace) -> None:
        self._layout = Layout(state)
        self._namespace = namespace
        found, settings = programs.provide(), state.load()
        self._vsctl = [found.path("ovs-vsctl"), "--timeout=20", f"--db={self._layout.ovsdb}"]
        self._database = Database(self._layout.ovsdb, found.schema("ovnnb"))
        self._url = settings.url("compute") + names.METADATA_PATH
        self._secret = settings.passwords[names.METADATA_SECRET]
        self._networks: Mapping[str, NetworkPorts] = {}
        self._served: dict[str, tuple[MetadataPort, Served]] = {}

    def run(self) -> None:
        """Follow OVN's database until the process ends."""
        pause: float | None = None
        is_ready = False
        while True:
            self._database.wait(pause)
            self._networks = self._database.networks()
            pause = None if self._follow() else _RETRY
            if not is_ready:
                _answer_probes(self._layout.metadata_ready)
                is_ready = True

    def _follow(self) -> bool:
        """Serve the networks that have guests, and no others; return whether that is so now."""
        wanted = {
            network_id: network.port
            for network_id, network in self._networks.items()
            if network.port and network.port.addresses and network.owners
        }
        is_done = True
        for network_id, (port, _) in list(self._served.items()):
            if wanted.get(network_id) != port:
                is_done &= self._try(self._end, network_id)
        for network_id, port in wanted.items():
            if network_id not in self._served:
                is_done &= self._try(self._begin, network_id, port)
        return is_done

    def _try(self, change: Callable[..., None], *arguments: object) -> bool:
        try:
            change(*arguments)
        except CloudError as error:
            LOG.warning("%s", error)
            return False
        return True

    def _begin(self, network_id: str, port: MetadataPort) -> None:
        link = MetadataLink(self._namespace, port, self._vsctl)
        app = Forwarding(lambda address: self._owner(network_id, address), self._url, self._secret)
        self._served[network_id] = port, Served(link, app)
        LOG.info("Network %s has the metadata service", network_id)

    def _end(self, network_id: str) -> None:
        _, served = self._served.pop(network_id)
        served.end()
        LOG.info("Network %s has no guests any more", network_id)

    def _owner(self, network_id: str, address: str) -> Owner | None:
        network = self._networks.get(network_id)
        return network.owners.get(address) if network else None


def _answer_probes(file: Path) -> None:
    """Listen on a Unix socket, by which the supervisor sees that this process is ready."""
    file.unlink(missing_ok=True)
    ready = socket.socket(socket.AF_UNIX)
    ready.bind(str(file))
    ready.listen()

    def accept() -> None:
        while True:
            ready.accept()[0].close()

    threading.Thread(target=accept, name="probes", daemon=True).start()


def main(folder: str, *more: str) -> None:
    """Enter the user namespace of the cloud's network, if it has one, and run the proxy.

    The process stays in the network of the host, where the metadata service is. Its threads enter
    network namespaces, and no thread can enter a user namespace without the others.

    :raises CloudError: when the cloud's network has no namespace.
    """
    state = StateFolder(Path(folder))
    try:
        namespace = cloud_namespace.load(Layout(state).namespace)
    except NamespaceError as error:
        raise CloudError(str(error)) from error
    if namespace.user and _INSIDE not in more:
        enter = ["nsenter", "-t", str(namespace.pid), "-U", "--preserve-credentials"]
        os.execvp(enter[0], [*enter, *sys.orig_argv, _INSIDE])
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    Proxy(state, namespace).run()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except CloudError as refused:
        sys.exit(str(refused))
