"""The guests of a libvirt connection: how they are found, defined, started and removed."""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

import libvirt
from oslo_config import cfg

from computeapi.domain import addressing
from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt import config_drive, disks, volume_disks
from computeapi.virt.driver import Guest, GuestNotFound, GuestSpec
from computeapi.virt.instances import Instances
from computeapi.virt.libvirt import (
    consoles,
    definition,
    domains,
    embed,
    interfaces,
    metadata,
    places,
)
from computeapi.virt.libvirt.connection import Connection
from computeapi.virt.libvirt.interfaces import Reach
from computeapi.virt.libvirt.machine import Machine
from computeapi.virt.libvirt.networks import Networks


class Guests:
    """The parts of the driver that its themes share.

    Guests of ours are told from others on the same connection by an element in their metadata that
    names this installation's state folder. What belongs to a guest is in
    ``<state_path>/instances/<server id>``.
    """

    _machine: Machine

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._conf = conf
        self._root = embed.root_of(conf.libvirt.uri)
        self._uri = embed.uri_of(self._root) if self._root else conf.libvirt.uri
        self._connection = Connection(self._uri)
        self._instances = Instances(conf.state_path)
        self._networks = Networks(conf, self._root, self._instances)
        self._owner = str(self._instances.path)

    def _domains(self) -> list[libvirt.virDomain]:
        return [domain for domain in self._connection.get().listAllDomains() if self._owns(domain)]

    def _owns(self, domain: libvirt.virDomain) -> bool:
        try:
            kind = libvirt.VIR_DOMAIN_METADATA_ELEMENT
            return metadata.owner_of(domain.metadata(kind, metadata.NAMESPACE)) == self._owner
        except libvirt.libvirtError as error:
            none = (libvirt.VIR_ERR_NO_DOMAIN_METADATA, libvirt.VIR_ERR_NO_DOMAIN)
            if error.get_error_code() in none:
                return False
            raise

    def _find(self, server_id: str) -> libvirt.virDomain | None:
        try:
            domain = self._connection.get().lookupByUUIDString(server_id)
        except libvirt.libvirtError as error:
            if error.get_error_code() == libvirt.VIR_ERR_NO_DOMAIN:
                return None
            raise
        return domain if self._owns(domain) else None

    def _existing(self, server_id: str) -> libvirt.virDomain:
        domain = self._find(server_id)
        if domain is None:
            raise not_found(server_id)
        return domain

    def _guest(self, domain: libvirt.virDomain) -> Guest:
        server_id = domain.UUIDString()
        power_state = domains.power_state(domain)
        running = power_state in (PowerState.RUNNING, PowerState.PAUSED)
        reach = interfaces.reach_of(domain.XMLDesc())
        # The addresses of ports of Neutron are known where the ports are.
        is_unplugged = reach in (Reach.UNPLUGGED, Reach.CLOUD, Reach.SWITCH)
        return Guest(
            server_id,
            power_state,
            {} if is_unplugged else addressing.addresses(server_id),
            self._instances.folder(server_id).ssh_port() if running else None,
        )

    def _start(self, domain: libvirt.virDomain) -> Guest:
        if not domain.isActive():
            self._networks.renew(self._connection.get(), domain)
            folder = self._instances.folder(domain.UUIDString())
            consoles.renew(self._connection.get(), domain, folder)
        domains.start(domain)
        self._networks.connect(domain)
        return self._guest(domain)

    def _define(self, spec: GuestSpec, checkpoint: Checkpoint) -> libvirt.virDomain:
        """Make the disks of a guest that are missing, and define the guest."""
        folder = self._instances.folder(spec.server_id)
        folder.create()
        files = spec.config_drive
        if files is not None and config_drive.names_devices(files):
            # libvirt chooses the places of the devices, the same ones each time: it is told of them
            # before the drive is written that names them.
            domain = self._define_with(spec, disks.planned(folder.path, spec))
            root = ET.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
            known = places.of_definition(root)
            spec = replace(spec, config_drive=config_drive.placed(files, known))
        made = disks.make(folder.path, spec, checkpoint)
        domain = self._define_with(spec, made)
        checkpoint()
        return domain

    def _define_with(self, spec: GuestSpec, made: Sequence[disks.Disk]) -> libvirt.virDomain:
        """Define a guest with disks that are made, and with its volumes.

        This replaces the definition that there is.
        """
        made = [*made, *volume_disks.attached(spec.volumes, made, spec.hardware)]
        folder, network = self._instances.folder(spec.server_id), self._networks.of(spec)
        xml = definition.of_guest(spec, self._machine, network, made, folder)
        return self._connection.get().defineXML(xml)

    def _shut_down(self, domain: libvirt.virDomain, timeout: float, checkpoint: Checkpoint) -> None:
        domains.shut_down(domain, timeout, checkpoint)
        domains.forget_memory(domain)
        self._networks.disconnect(domain.UUIDString())

    def _undefine(self, domain: libvirt.virDomain) -> None:
        """End a guest, and make libvirt forget it."""
        domains.cut_power(domain)
        # The log goes before the definition, without which nobody would look for it.
        if self._root:
            embed.remove_log(self._root, domain.name())
        domains.forget_memory(domain)
        self._networks.unplug(domain)
        domains.undefine(domain)


def not_found(server_id: str) -> GuestNotFound:
    return GuestNotFound(f"there is no guest {server_id} on this host")
