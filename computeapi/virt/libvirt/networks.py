"""Connects guests: to the world, but not to their host.

Listeners on a host's loopback addresses trust that only the host's own processes reach them.
QEMU's user-mode network breaks that: a guest's 10.0.2.2 is the host's 127.0.0.1. So QEMU runs
in a network namespace of its own, where no program listens on 127.0.0.1, and slirp4netns connects
that namespace to the world.
"""

import logging
import subprocess
import threading
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import libvirt
from oslo_config import cfg

from computeapi.domain.servers import PowerState
from computeapi.ports.guest_requests import GuestRequests
from computeapi.virt.cloud_switch import CloudSwitch
from computeapi.virt.driver import DriverError, GuestSpec
from computeapi.virt.instances import InstanceFolder, Instances
from computeapi.virt.libvirt import (
    cards,
    domains,
    embed,
    forwarding,
    interfaces,
    metadata_socket,
    namespaces,
    slirp,
    taps,
)
from computeapi.virt.libvirt.connection import unsupported
from computeapi.virt.libvirt.interfaces import GuestNetwork, Reach
from computeapi.virt.libvirt.machine import Machine
from computeapi.virt.vifs import Vif

LOG = logging.getLogger(__name__)

#: What must be on a host for guests to reach the world but not the host.
REMEDY = (
    "Install slirp4netns and allow user namespaces, or set [libvirt] guests_reach_host = true to"
    " let guests reach everything, this host's loopback addresses included."
)
#: Seconds that the guests that run have to answer when the driver opens.
MEND_TIMEOUT = 5.0
#: How many threads may each start a process that listens for a guest.
_LISTENING = threading.Semaphore(4)


class Networks:
    """The networks of a host's guests.

    :param root: of the embedded driver; None with another one.
    """

    def __init__(self, conf: cfg.ConfigOpts, root: Path | None, instances: Instances) -> None:
        self._conf = conf
        self._root = root
        self._instances = instances
        self._network = GuestNetwork(Reach.HOST)
        self._unplugged = GuestNetwork(Reach.UNPLUGGED)
        #: Of guests whose networks Neutron has; None where there is no switch to plug them into.
        self._cloud: GuestNetwork | None = None
        options = conf.neutron
        self._switch: CloudSwitch | None = None
        if options.ovsdb and (root is not None or not options.namespace):
            namespace = Path(options.namespace) if options.namespace else None
            self._switch = CloudSwitch(namespace, options.ovsdb, options.ovs_vsctl)
        self._requests: GuestRequests | None = None
        #: The QEMUs in whose namespaces the metadata service listens, by their servers.
        self._listening: dict[str, int] = {}

    def answer(self, requests: GuestRequests | None) -> None:
        """Choose the answers to guests that are connected from now on; None for no answers."""
        self._requests = requests
        self._listening = {}

    @property
    def switch(self) -> CloudSwitch:
        """The switch of the cloud.

        :raises DriverError: when there is none.
        """
        if self._switch is None:
            raise _no_switch()
        return self._switch

    @property
    def has_switch(self) -> bool:
        """Whether guests can be connected to networks of Neutron."""
        return self._switch is not None

    @property
    def is_of_host(self) -> bool:
        """Whether the switch is in the network namespace of this process."""
        return self._cloud is not None and self._cloud.reach == Reach.SWITCH

    def of(self, spec: GuestSpec) -> GuestNetwork:
        """Return how a guest is connected that is made now.

        :raises DriverError: when it is to have network cards of another service's.
        """
        if spec.vifs is None:
            return self._network if spec.has_network else self._unplugged
        if self._cloud is None:
            if spec.vifs:
                raise _no_switch()
            return self._unplugged
        return replace(self._cloud, vifs=spec.vifs)

    def choose(self, machine: Machine) -> None:
        """Choose how guests are connected.

        :raises DriverError: when the files for it cannot be written, or a program is missing.
        """
        if machine.domain_type == "test":
            return
        self._unplugged = GuestNetwork(Reach.UNPLUGGED, machine.emulator)
        if self._switch is not None and not self._conf.neutron.namespace:
            self._switch.require()
            self._cloud = GuestNetwork(Reach.SWITCH, machine.emulator)
        elif self._switch is not None and self._root is not None:
            emulator = namespaces.write_wrapper(self._root, Path(machine.emulator))
            self._cloud = GuestNetwork(
                Reach.CLOUD, str(emulator), str(self._conf.neutron.namespace)
            )
        if self._conf.libvirt.guests_reach_host:
            self._network = GuestNetwork(Reach.HOST, machine.emulator)
            return
        reason = slirp.path_fault(self._instances) or namespaces.unavailable_reason(self._root)
        if reason or self._root is None:
            LOG.warning("Guests reach nothing, and only ssh leads to them: %s %s", reason, REMEDY)
            self._network = GuestNetwork(Reach.NOTHING, machine.emulator)
            return
        wrapper = namespaces.write_wrapper(self._root, Path(machine.emulator))
        self._network = GuestNetwork(Reach.WORLD, str(wrapper))

    def renew(self, connection: libvirt.virConnect, domain: libvirt.virDomain) -> None:
        """Bring the definition of a guest that is off up to date, before it starts."""
        folder = self._instances.folder(domain.UUIDString())
        if self._network.reach == Reach.WORLD:
            folder.create_lifeline()
        inactive = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
        if interfaces.reach_of(inactive) in (Reach.CLOUD, Reach.SWITCH):
            # A host that was restarted has no taps.
            self._plug(domain.UUIDString(), inactive)
            return
        if interfaces.reach_of(inactive) in (self._network.reach, Reach.UNPLUGGED):
            return
        definition = ET.fromstring(inactive)
        interfaces.put(definition, self._network, folder.lifeline)
        connection.defineXML(ET.tostring(definition, encoding="unicode"))

    def connect(self, domain: libvirt.virDomain) -> None:
        """Connect a running guest, and lead a port of the host to its port 22.

        :raises DriverError: when that cannot be.
        """
        definition = domain.XMLDesc()
        netdev = interfaces.netdev_of(definition)
        if netdev is None:
            return
        folder = self._instances.folder(domain.UUIDString())
        try:
            self._forward(domain, definition, netdev, folder)
        except (libvirt.libvirtError, DriverError) as error:
            # A guest may stop as soon as it runs; that is no failure to start it.
            no_monitor = isinstance(error, libvirt.libvirtError) and unsupported(error)
            if not no_monitor and domain.isActive():
                raise

    def disconnect(self, server_id: str) -> None:
        """Wait until nothing is left of a stopped guest's network.

        :raises DriverError: when something stays.
        """
        if self._listening.pop(server_id, 0) and self._requests is not None:
            self._requests.end(server_id)
        slirp.end(self._instances.folder(server_id))

    def _plug(self, server_id: str, definition: str) -> None:
        for vif in _vifs(definition):
            self.switch.plug(server_id, vif.port_id, vif.mac_address, vif.mtu)

    def unplug(self, domain: libvirt.virDomain) -> None:
        """Take the network cards of a guest that is off out of the switch of the cloud.

        :raises DriverError: when one stays.
        """
        inactive = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
        if self._switch is not None:
            for vif in _vifs(inactive):
                self._switch.unplug(vif.port_id)

    def mend(self, running: list[libvirt.virDomain]) -> None:
        """Connect guests that a worker started and did not live to connect.

        Each has a thread, so that one that hangs holds up no other: it is connected when its QEMU
        answers. Guests that an earlier version started are named: they reach the host until they
        are restarted.
        """
        threads = [
            threading.Thread(target=self._mend, args=(domain,), name="mend", daemon=True)
            for domain in running
        ]
        for thread in threads:
            thread.start()
        until = time.monotonic() + MEND_TIMEOUT
        for domain, thread in zip(running, threads, strict=True):
            thread.join(max(0.0, until - time.monotonic()))
            if thread.is_alive():
                LOG.warning("Guest %s does not answer yet", domain.UUIDString())

    def _mend(self, domain: libvirt.virDomain) -> None:
        server_id = domain.UUIDString()
        try:
            if domains.power_state(domain) != PowerState.RUNNING:
                return
            self.connect(domain)
            reach = interfaces.reach_of(domain.XMLDesc())
        except (libvirt.libvirtError, DriverError) as error:
            LOG.warning("Guest %s is not connected: %s", server_id, error)
            return
        if reach == Reach.HOST and self._network.reach != Reach.HOST:
            LOG.warning(
                "Guest %s was started by an earlier version, or with guests_reach_host, and"
                " reaches this host's loopback addresses until it is stopped and started.",
                server_id,
            )

    def _forward(
        self, domain: libvirt.virDomain, definition: str, netdev: str, folder: InstanceFolder
    ) -> None:
        def monitor(command: str) -> str:
            return domains.monitor(domain, command)

        if self._root and interfaces.reach_of(definition) == Reach.WORLD:
            pid = embed.process_of(self._root, domain.name())
            slirp.ensure(pid, folder)
            forwarding.ensure_through_namespace(monitor, netdev, folder)
            self._listen(domain.UUIDString(), pid)
        else:
            forwarding.ensure(monitor, netdev, folder)

    def _listen(self, server_id: str, pid: int) -> None:
        """Answer the requests of a guest. It has its config drive where that cannot be."""
        if self._requests is None or self._listening.get(server_id) == pid:
            return
        try:
            with _LISTENING:
                listener = metadata_socket.listen(pid)
            self._requests.serve(server_id, listener)
        except (OSError, subprocess.SubprocessError) as error:
            LOG.warning("Guest %s has no metadata service: %s", server_id, error)
        else:
            self._listening[server_id] = pid


def _vifs(definition: str) -> list[Vif]:
    """Return the network cards of a guest that are taps of a switch."""
    domain = ET.fromstring(definition)
    return [*cards.of(domain), *taps.of(domain)]


def _no_switch() -> DriverError:
    return DriverError("This host has no switch to connect guests to networks of Neutron.")
