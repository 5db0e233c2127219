"""The driver for libvirt: QEMU guests, with KVM or without, by default without any daemon.

What a connection cannot do is found out by asking it (``test:///default`` has no monitor,
for one): libvirt answers "not supported", and the guest goes without.
"""

import contextlib
import logging
import os
import socket
from collections.abc import Callable

import libvirt

from computeapi.domain.console_tokens import ConsoleType
from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.guest_requests import GuestRequests
from computeapi.virt import disks, host_facts
from computeapi.virt.driver import (
    Driver,
    DriverError,
    Guest,
    GuestNotFound,
    GuestSpec,
    HostFacts,
)
from computeapi.virt.libvirt import consoles, domains, embed, machine
from computeapi.virt.libvirt.administration import Administration
from computeapi.virt.libvirt.capabilities import cpu_info
from computeapi.virt.libvirt.connection import explained, unsupported
from computeapi.virt.libvirt.devices import Devices
from computeapi.virt.libvirt.guests import not_found
from computeapi.virt.libvirt.moving import Moving
from computeapi.virt.libvirt.rebuilding import Rebuilding
from computeapi.virt.libvirt.rescue import Rescue
from computeapi.virt.libvirt.snapshots import Snapshots
from computeapi.virt.libvirt.vifs import Vifs
from computeapi.virt.libvirt.volume_snapshots import VolumeSnapshots
from computeapi.virt.libvirt.volumes import Volumes

LOG = logging.getLogger(__name__)


class LibvirtDriver(
    Administration,
    Moving,
    Snapshots,
    Rebuilding,
    Rescue,
    Volumes,
    VolumeSnapshots,
    Vifs,
    Devices,
    Driver,
):
    """Guests of a libvirt connection (``[libvirt] uri``).

    Ours are told from others on the same connection by an element in their metadata that
    names this installation's state folder. What belongs to a guest is in
    ``<state_path>/instances/<server id>``.
    """

    def answer(self, requests: GuestRequests | None) -> None:
        self._networks.answer(requests)

    def open(self, on_change: Callable[[str], None]) -> None:
        self._instances.create()
        if self._root:
            embed.prepare(self._root)

        def tell(server_id: str) -> None:
            if self._instances.folder(server_id).exists():
                on_change(server_id)

        with explained(f"open {self._uri}"):
            self._connection.open(tell)
            capabilities = self._connection.get().getCapabilities()
            self._machine = machine.choose(self._conf, capabilities, self._owner)
            self._networks.choose(self._machine)
            self._networks.mend(self._domains())

    @explained("close the connection")
    def close(self) -> None:
        self._connection.close()

    @explained("describe the host")
    def facts(self) -> HostFacts:
        connection = self._connection.get()
        disk = os.statvfs(self._instances.path)
        return HostFacts(
            hypervisor_hostname=connection.getHostname(),
            hypervisor_type=connection.getType(),
            hypervisor_version=connection.getVersion(),
            vcpus=connection.getInfo()[2],
            memory_mb=_memory_mb(connection),
            disk_gb=disk.f_blocks * disk.f_frsize // disks.GIB,
            host_ip=self._conf.my_ip or host_facts.address(),
            cpu_info=cpu_info(connection.getCapabilities()),
        )

    def uptime(self) -> str | None:
        return host_facts.uptime()

    @explained("list the guests")
    def guests(self) -> dict[str, Guest]:
        found = {
            server_id: Guest(server_id, PowerState.NOSTATE)
            for server_id in self._instances.parked_ids()
        }
        for server_id in self._instances.ids():
            found[server_id] = Guest(server_id, PowerState.NOSTATE)
            self._trim_console(server_id)
        for domain in self._domains():
            # A domain may be destroyed between the list and this look.
            with contextlib.suppress(GuestNotFound), explained("look at a guest"):
                found[domain.UUIDString()] = self._guest(domain)
        return found

    @explained("look at the guest")
    def guest(self, server_id: str) -> Guest:
        domain = self._find(server_id)
        if domain:
            return self._guest(domain)
        folders = (self._instances.folder(server_id), self._instances.parked(server_id))
        if any(folder.exists() for folder in folders):
            return Guest(server_id, PowerState.NOSTATE)
        raise not_found(server_id)

    @explained("spawn the guest")
    def spawn(self, spec: GuestSpec, checkpoint: Checkpoint) -> Guest:
        domain = self._find(spec.server_id)
        if domain is None or not domain.isActive():
            domain = self._define(spec, checkpoint)
        return self._start(domain)

    @explained("start the guest")
    def power_on(self, server_id: str) -> Guest:
        return self._start(self._existing(server_id))

    @explained("shut the guest down")
    def power_off(self, server_id: str, timeout: float, checkpoint: Checkpoint) -> None:
        self._shut_down(self._existing(server_id), timeout, checkpoint)

    @explained("cut the power of the guest")
    def cut_power(self, server_id: str) -> None:
        domain = self._find(server_id)
        if domain:
            domains.cut_power(domain)

    @explained("restart the guest")
    def reboot(self, server_id: str, hard: bool, timeout: float, checkpoint: Checkpoint) -> Guest:
        self.power_off(server_id, 0 if hard else timeout, checkpoint)
        checkpoint()
        return self.power_on(server_id)

    @explained("pause the guest")
    def pause(self, server_id: str) -> Guest:
        domain = self._existing(server_id)
        domains.pause(domain)
        return self._guest(domain)

    @explained("unpause the guest")
    def unpause(self, server_id: str) -> Guest:
        domain = self._existing(server_id)
        domains.unpause(domain)
        return self._guest(domain)

    @explained("suspend the guest")
    def suspend(self, server_id: str) -> None:
        domains.suspend(self._existing(server_id))
        self._networks.disconnect(server_id)

    @explained("resume the guest")
    def resume(self, server_id: str) -> Guest:
        return self._start(self._existing(server_id))

    @explained("destroy the guest")
    def destroy(self, server_id: str) -> None:
        domain = self._find(server_id)
        if domain:
            self._undefine(domain)
        self._networks.disconnect(server_id)
        self._instances.folder(server_id).remove()
        self._instances.parked(server_id).remove()

    @explained("read the console")
    def console_output(self, server_id: str) -> bytes:
        self._existing(server_id)
        return self._instances.folder(server_id).console_output()

    @explained("look at the consoles")
    def console_types(self, server_id: str) -> frozenset[ConsoleType]:
        return consoles.types(self._existing(server_id))

    @explained("connect to the console")
    def connect_console(self, server_id: str, console_type: ConsoleType) -> socket.socket:
        folder = self._instances.folder(server_id)
        return consoles.connect(self._existing(server_id), console_type, folder)

    def _trim_console(self, server_id: str) -> None:
        """Look after a log, which is done when the guests are listed: every now and then."""
        try:
            self._instances.folder(server_id).trim_console()
        except DriverError as error:
            LOG.warning("%s", error)


def _memory_mb(connection: libvirt.virConnect) -> int:
    """Return the host's memory. The NUMA nodes, which getInfo() adds up, may leave some out."""
    try:
        statistics = connection.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)
    except libvirt.libvirtError as error:
        if not unsupported(error):
            raise
        return connection.getInfo()[1]
    return statistics["total"] // 1024
