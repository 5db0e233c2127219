"""Devices that a running guest is asked to release: only the guest itself can let go of one."""

import time
from collections.abc import Callable
from typing import TypeVar
from xml.etree import ElementTree as ET

import libvirt

from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import DriverError

#: Seconds between two looks whether the guest has released the device.
LOOK_INTERVAL = 0.2
#: Seconds after which the guest is asked again: one that boots ignores the request.
ASK_INTERVAL = 5.0
#: Seconds for which the request is repeated.
UNPLUG_TIMEOUT = 60.0

Device = TypeVar("Device")


def wait_until_released(
    find: Callable[[], Device | None],
    ask: Callable[[Device], object],
    kept: DriverError,
    checkpoint: Checkpoint,
) -> None:
    """Ask a guest for a device until it has released it.

    :param find: returns the device; None when the guest has it no more.
    :param ask: asks for the device once.
    :param kept: the error for a guest that does not release it.
    :raises DriverError: that error.
    """
    now = ask_at = time.monotonic()
    end = now + UNPLUG_TIMEOUT
    while (device := find()) is not None:
        if now >= end:
            raise kept
        if now >= ask_at:
            ask(device)
            ask_at = now + ASK_INTERVAL
        checkpoint()
        time.sleep(LOOK_INTERVAL)
        now = time.monotonic()


def ask(domain: libvirt.virDomain, device: ET.Element) -> None:
    """Ask a running guest for a device that libvirt knows."""
    try:
        domain.detachDeviceFlags(
            ET.tostring(device, encoding="unicode"), libvirt.VIR_DOMAIN_AFFECT_LIVE
        )
    except libvirt.libvirtError as error:
        # It is being unplugged already, is gone by now, or the guest went off a moment ago.
        passing = (
            libvirt.VIR_ERR_DEVICE_MISSING,
            libvirt.VIR_ERR_OPERATION_FAILED,
            libvirt.VIR_ERR_OPERATION_INVALID,
        )
        pending = "in the process of unplug" in str(error)
        if error.get_error_code() not in passing and not pending and domain.isActive():
            raise
