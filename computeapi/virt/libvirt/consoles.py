"""The consoles of a guest: their devices in its domain XML, and connections to them.

No console listens on the network. libvirt hands QEMU a connection to the screen, so the screen
needs no address at all. The serial line is a Unix socket in the guest's folder; QEMU writes what
the guest says into the log whether or not a client is connected.
"""

import socket
from xml.etree import ElementTree as ET

import libvirt

from computeapi.domain.console_tokens import ConsoleType
from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder
from computeapi.virt.libvirt import domains
from computeapi.virt.libvirt.slirp import LONGEST_PATH

#: Seconds that QEMU may take to accept a connection.
TIMEOUT = 5.0


def put(devices: ET.Element, folder: InstanceFolder) -> None:
    """Give a domain the devices of its consoles, in place of those that it has."""
    for tag in ("serial", "console", "graphics"):
        for element in devices.findall(tag):
            devices.remove(element)
    if _socket_fits(folder):
        serial = ET.SubElement(devices, "serial", type="unix")
        ET.SubElement(serial, "source", mode="bind", path=str(folder.serial_socket))
        ET.SubElement(serial, "log", file=str(folder.console_log), append="on")
    else:
        serial = ET.SubElement(devices, "serial", type="file")
        ET.SubElement(serial, "source", path=str(folder.console_log), append="on")
    graphics = ET.SubElement(devices, "graphics", type="vnc")
    ET.SubElement(graphics, "listen", type="none")


def renew(
    connection: libvirt.virConnect, domain: libvirt.virDomain, folder: InstanceFolder
) -> None:
    """Give a guest that is off consoles, if an earlier version defined it without."""
    definition = ET.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
    devices = definition.find("devices")
    if devices is None or devices.find("graphics") is not None:
        return
    put(devices, folder)
    connection.defineXML(ET.tostring(definition, encoding="unicode"))


def types(domain: libvirt.virDomain) -> frozenset[ConsoleType]:
    """Return the types of the consoles that a running domain has.

    :raises DriverError: when the domain is off.
    """
    domains.require_power(domain)
    devices = ET.fromstring(domain.XMLDesc())
    found = {
        ConsoleType.NOVNC: devices.find("devices/graphics[@type='vnc']"),
        ConsoleType.SERIAL: devices.find("devices/serial[@type='unix']"),
    }
    return frozenset(each for each, element in found.items() if element is not None)


def connect(
    domain: libvirt.virDomain, console_type: ConsoleType, folder: InstanceFolder
) -> socket.socket:
    """Connect to a console of a running domain.

    :raises DriverError: when the domain is off, or has no such console.
    """
    if console_type not in types(domain):
        raise DriverError(f"guest {domain.UUIDString()} has no console of type {console_type}")
    if console_type == ConsoleType.NOVNC:
        return socket.socket(fileno=domain.openGraphicsFD(0, 0))
    return _connected(folder)


def _connected(folder: InstanceFolder) -> socket.socket:
    client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    client.settimeout(TIMEOUT)
    try:
        client.connect(str(folder.serial_socket))
    except OSError as error:
        client.close()
        raise DriverError(f"cannot connect to {folder.serial_socket}: {error}") from error
    client.settimeout(None)
    return client


def _socket_fits(folder: InstanceFolder) -> bool:
    return len(str(folder.serial_socket).encode()) <= LONGEST_PATH
