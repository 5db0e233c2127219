"""The machine that every guest of a host gets, chosen from libvirt's capabilities."""

import logging
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from oslo_config import cfg

from computeapi.virt import acceleration
from computeapi.virt.driver import DriverError

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that every guest of a host gets.

    :ivar domain_type: of libvirt: "kvm", "qemu" or "test".
    :ivar arch: e.g. "x86_64".
    :ivar owner: names this installation, in the metadata of its guests.
    :ivar emulator: the path of QEMU; empty when libvirt names none.
    :ivar tb_cache_mb: MiB for the code that TCG generates.
    :ivar machine_types: the machines that QEMU has, by name; empty when libvirt names none.
    """

    domain_type: str
    arch: str
    owner: str
    emulator: str = ""
    cpu_model: str | None = None
    tb_cache_mb: int = 32
    machine_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """Fully virtualised guests that a host can run, as libvirt's capabilities have it."""

    arch: str
    emulator: str
    domain_types: frozenset[str]
    machine_types: frozenset[str]


def choose(conf: cfg.ConfigOpts, capabilities: str, owner: str) -> Machine:
    """Choose how guests run.

    :param capabilities: as ``virConnectGetCapabilities`` returns them.
    :raises DriverError: when the host cannot run what ``[libvirt] virt_type`` asks for.
    """
    offer = _offer(capabilities)
    domain_type = conf.libvirt.virt_type
    if domain_type == "auto":
        domain_type = _best(offer)
    elif domain_type not in offer.domain_types:
        raise DriverError(f"libvirt does not offer virt_type {domain_type} on this host")
    return Machine(
        domain_type=domain_type,
        arch=offer.arch,
        owner=owner,
        emulator=offer.emulator,
        cpu_model=conf.libvirt.cpu_model,
        tb_cache_mb=conf.libvirt.tb_cache_mb,
        machine_types=offer.machine_types,
    )


def _offer(capabilities: str) -> Offer:
    """Read the capabilities; the host's own architecture is preferred."""
    root = ET.fromstring(capabilities)
    own = root.findtext("host/cpu/arch")
    guests = [guest for guest in root.findall("guest") if guest.findtext("os_type") == "hvm"]
    arches = [arch for guest in guests for arch in guest.findall("arch")]
    if not arches:
        raise DriverError("libvirt finds no QEMU on this host")
    arch = next((arch for arch in arches if arch.get("name") == own), arches[0])
    types = frozenset(domain.get("type", "") for domain in arch.findall("domain"))
    machines = frozenset(machine.text or "" for machine in arch.findall("machine"))
    return Offer(arch.get("name", ""), arch.findtext("emulator", ""), types, machines)


def _best(offer: Offer) -> str:
    """Return "kvm" when it works, else the slower thing that the host offers."""
    if "kvm" in offer.domain_types:
        reason: str | None = "this host has no /dev/kvm"
        if Path("/dev/kvm").exists():
            reason = acceleration.unavailable_reason(offer.emulator, "kvm")
        if reason is None:
            return "kvm"
        LOG.warning("guests are emulated (TCG), as KVM is of no use here: %s", reason)
    slower = sorted(offer.domain_types - {"kvm"})
    return "qemu" if "qemu" in slower else slower[0]
