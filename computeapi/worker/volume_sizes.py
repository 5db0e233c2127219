"""The sizes of volumes in guests: the volume service makes a volume larger while a guest has it.

It says so once. A file that QEMU has open is made larger by QEMU alone.
"""

import logging

from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.errors import Error, Unavailable
from computeapi.domain.images import GIB
from computeapi.virt.driver import Driver, DriverError
from computeapi.worker.block_device_files import BlockDeviceFiles

LOG = logging.getLogger(__name__)


def show_size(driver: Driver, devices: BlockDeviceFiles, device: BlockDevice) -> None:
    """Show a guest the size of a volume that it has, if that is another one than before.

    :raises Error: when the volume service does not say the size.
    :raises DriverError: when the guest cannot be shown it.
    """
    size_gb = devices.size(device)
    if size_gb != device.volume_size:
        driver.extend(device.server_id, device.volume_id or "", size_gb * GIB)
        devices.note_size(device, size_gb)


def show_sizes(driver: Driver, devices: BlockDeviceFiles, server_id: str) -> None:
    """Show a guest that was just started the sizes of its volumes; errors are logged.

    A volume that grew while nothing could be done about it is as large as it should be then.
    """
    for device in devices.of_server(server_id):
        if not device.is_with_guest:
            continue
        try:
            show_size(driver, devices, device)
        except Unavailable as error:
            LOG.warning("The sizes of the volumes of %s stay unknown: %s", server_id, error)
            return
        except (Error, DriverError) as error:
            LOG.warning("Volume %s keeps its size for now: %s", device.volume_id, error)
