"""The power button of a guest, which can be pressed while QEMU does not answer."""

import threading

import libvirt

from computeapi.virt.driver import DriverUnavailable

#: Seconds for a press to end after the guest has ended.
LEAVE_TIMEOUT = 20.0


class PowerButton:
    """Presses the power button of a domain (ACPI), each time in a thread.

    libvirt's call returns when QEMU has answered, and never where QEMU hangs.
    """

    def __init__(self, domain: libvirt.virDomain) -> None:
        self._domain = domain
        self._thread: threading.Thread | None = None
        self._error: libvirt.libvirtError | None = None

    def press(self) -> None:
        """Press the button, unless the last press still waits for QEMU.

        :raises libvirt.libvirtError: when the last press failed, and the domain is still active.
        """
        if self._thread is not None and self._thread.is_alive():
            return
        if self._error is not None and self._domain.isActive():
            raise self._error
        name = f"power-button-{self._domain.ID()}"
        self._thread = threading.Thread(target=self._press, name=name, daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Wait for the end of the last press, after the end of the guest.

        :raises DriverUnavailable: when it does not end.
        """
        if self._thread is not None:
            self._thread.join(LEAVE_TIMEOUT)
            if self._thread.is_alive():
                server_id = self._domain.UUIDString()
                raise DriverUnavailable(f"the shutdown of guest {server_id} does not end")

    def _press(self) -> None:
        try:
            self._domain.shutdown()
        except libvirt.libvirtError as error:
            # libvirt waited for the end of another call, which hangs.
            if error.get_error_code() != libvirt.VIR_ERR_OPERATION_TIMEOUT:
                self._error = error
