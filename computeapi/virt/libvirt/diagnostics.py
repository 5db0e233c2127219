"""The figures of a running domain."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.servers.diagnostics import Diagnostics, DiskFigures, NicFigures
from computeapi.virt.libvirt.connection import unsupported

#: libvirt's figures of an interface, in its order.
_NIC = ("octets", "packets", "errors", "drop")


def of(domain: libvirt.virDomain, mac_address: str) -> Diagnostics:
    """Return the figures of a running domain.

    :param mac_address: of its interface, which QEMU may have without libvirt's knowledge.
    """
    root = ET.fromstring(domain.XMLDesc())
    _, memory_kb, *_ = domain.info()
    statistics = _memory(domain)
    return Diagnostics(
        hypervisor=root.get("type", ""),
        cpu_times=[time for _number, _state, time, _cpu in domain.vcpus()[0]],
        memory_kb=memory_kb,
        memory_used_kb=statistics.get("rss"),
        disks=list(_disks(domain, root)),
        nics=[_nic(domain, root, mac_address)],
        memory_statistics=statistics,
    )


def _memory(domain: libvirt.virDomain) -> dict[str, int]:
    """Return libvirt's figures of a domain's memory, in KiB."""
    return {str(name): int(value) for name, value in domain.memoryStats().items()}


def _disks(domain: libvirt.virDomain, root: ET.Element) -> Iterator[DiskFigures]:
    for target in root.iterfind("devices/disk/target"):
        name = target.get("dev", "")
        read_requests, read_bytes, write_requests, write_bytes, errors = domain.blockStats(name)
        yield DiskFigures(
            name,
            read_bytes,
            read_requests,
            write_bytes,
            write_requests,
            None if errors < 0 else errors,
        )


def _nic(domain: libvirt.virDomain, root: ET.Element, mac_address: str) -> NicFigures:
    """Return the figures of a domain's interface; a user-mode network counts nothing."""
    target = root.find("devices/interface/target")
    if target is None:
        return NicFigures(mac_address)
    try:
        figures = domain.interfaceStats(target.get("dev", ""))
    except libvirt.libvirtError as error:
        if not unsupported(error):
            raise
        return NicFigures(mac_address)
    received, sent = figures[:4], figures[4:8]
    return NicFigures(
        mac_address,
        **{f"rx_{name}": value for name, value in zip(_NIC, received, strict=True)},
        **{f"tx_{name}": value for name, value in zip(_NIC, sent, strict=True)},
    )
