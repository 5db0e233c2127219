"""The steps on one libvirt domain, for connections of every kind."""

import time
from collections.abc import Callable

import libvirt
import libvirt_qemu

from computeapi.domain.servers import PowerState
from computeapi.ports.checkpoint import Checkpoint
from computeapi.virt.driver import NOT_RUNNING, DriverError
from computeapi.virt.libvirt.power_button import PowerButton

#: A guest being shut down is on until it is off; an event tells when.
POWER_STATES = {
    libvirt.VIR_DOMAIN_NOSTATE: PowerState.NOSTATE,
    libvirt.VIR_DOMAIN_RUNNING: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_BLOCKED: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_PAUSED: PowerState.PAUSED,
    libvirt.VIR_DOMAIN_SHUTDOWN: PowerState.RUNNING,
    libvirt.VIR_DOMAIN_SHUTOFF: PowerState.SHUTDOWN,
    libvirt.VIR_DOMAIN_CRASHED: PowerState.CRASHED,
    libvirt.VIR_DOMAIN_PMSUSPENDED: PowerState.SUSPENDED,
}
#: Seconds between presses of the power button: one before the guest listens is lost.
PRESS_INTERVAL = 3.0
#: Seconds between looks at a guest that is shutting down.
LOOK_INTERVAL = 0.2


def power_state(domain: libvirt.virDomain) -> int:
    """Return a domain's state as a value of :class:`PowerState`."""
    return POWER_STATES.get(domain.state()[0], PowerState.NOSTATE)


def start(domain: libvirt.virDomain) -> None:
    """Make a domain run, from any state."""
    state = domain.state()[0]
    if state == libvirt.VIR_DOMAIN_SHUTDOWN:
        cut_power(domain)
    elif state == libvirt.VIR_DOMAIN_PAUSED:
        _unless_off(domain, domain.resume)
    if not domain.isActive():
        domain.create()


def pause(domain: libvirt.virDomain) -> None:
    """Stop a domain's processors.

    :raises DriverError: when the domain is off.
    """
    if domain.state()[0] != libvirt.VIR_DOMAIN_PAUSED:
        require_power(domain)
        domain.suspend()


def unpause(domain: libvirt.virDomain) -> None:
    """Resume a domain's processors.

    :raises DriverError: when the domain is off.
    """
    require_power(domain)
    if domain.state()[0] == libvirt.VIR_DOMAIN_PAUSED:
        domain.resume()


def suspend(domain: libvirt.virDomain) -> None:
    """Save a domain's memory and end the domain.

    libvirt (seen with 9.0) begins anew after a process that was killed while it saved: the
    domain runs on, and the memory that was half written is no saved memory.

    :raises DriverError: when the domain is off and no memory of it is saved.
    """
    if domain.isActive():
        domain.managedSave(libvirt.VIR_DOMAIN_SAVE_RUNNING)
    elif not domain.hasManagedSaveImage():
        require_power(domain)


def forget_memory(domain: libvirt.virDomain) -> None:
    """Throw a suspended domain's memory away."""
    if domain.hasManagedSaveImage():
        domain.managedSaveRemove()


def require_power(domain: libvirt.virDomain) -> None:
    """Raise DriverError when a domain is off."""
    if not domain.isActive():
        raise DriverError(f"guest {domain.UUIDString()} is not running", NOT_RUNNING)


def shut_down(domain: libvirt.virDomain, timeout: float, checkpoint: Checkpoint) -> None:
    """Press the power button now and then, and cut the power when the time is over.

    :raises DriverUnavailable: when a press still waits for an answer after that.
    """
    button = PowerButton(domain)
    now = press_at = time.monotonic()
    end = now + timeout
    while now < end and domain.isActive():
        if now >= press_at:
            button.press()
            press_at = now + PRESS_INTERVAL
        checkpoint()
        time.sleep(min(LOOK_INTERVAL, end - now))
        now = time.monotonic()
    cut_power(domain)
    # A press that came later would meet the guest that is started next.
    button.leave()


def cut_power(domain: libvirt.virDomain) -> None:
    """End a domain, if it runs."""
    if domain.isActive():
        _unless_off(domain, domain.destroy)


def _unless_off(domain: libvirt.virDomain, call: Callable[[], object]) -> None:
    """Call libvirt; an error counts only while the guest is on."""
    try:
        call()
    except libvirt.libvirtError:
        if domain.isActive():
            raise


def undefine(domain: libvirt.virDomain) -> None:
    """Make libvirt forget a domain and all it keeps of it."""
    try:
        domain.undefineFlags(
            libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
            | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
            | libvirt.VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA
            | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM
        )
    except libvirt.libvirtError as error:
        # A driver that knows none of these things refuses their flags.
        if error.get_error_code() != libvirt.VIR_ERR_INVALID_ARG:
            raise
        domain.undefine()


def monitor(domain: libvirt.virDomain, command: str) -> str:
    """Send a command to QEMU's human monitor, and return the answer.

    It marks the domain as tainted ("custom-monitor"), which only shows in libvirt's log.

    :raises libvirt.libvirtError: "not supported" when the connection leads to no QEMU.
    """
    flags = libvirt_qemu.VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP
    return libvirt_qemu.qemuMonitorCommand(domain, command, flags)
