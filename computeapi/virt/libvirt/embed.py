"""libvirt's embedded driver: the folder that ``qemu:///embed?root=FOLDER`` names.

The driver runs in the process that opens it, with all its state below the folder, and
needs neither daemon nor privilege. One process at a time may have a folder open.
"""

import fcntl
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import probes

#: Without a daemon there is no virtlogd, so QEMU writes its logs itself.
SETTINGS = """\
# Written because it was missing; a changed one is kept.
stdio_handler = "file"
security_driver = "none"
"""
#: What root adds. As another user QEMU could not reach a state folder that only root may enter.
#: libvirt takes away the capabilities of such a QEMU and confines its system calls. Whoever
#: wants QEMU to run as a user of its own runs the worker as that user, or uses qemu:///system.
_AS_ROOT = """\
user = "root"
group = "root"
"""
_DEVICES = """\
# Those that libvirt gives a guest by itself, and that of the taps of a cloud's switch.
cgroup_device_acl = [
  "/dev/null", "/dev/full", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/ptmx",
  "/dev/kvm", "/dev/userfaultfd", "/dev/net/tun"
]
"""
ROOT_SETTINGS = _AS_ROOT + _DEVICES
#: What a container or a chroot adds where it has no mount namespaces to give. Elsewhere each
#: guest's QEMU sees a /dev of its own, which matters as root.
NO_NAMESPACES = """\
namespaces = []
"""
#: What versions that knew no switch wrote as root, and what takes its place.
_RENEWED = {
    SETTINGS + _AS_ROOT + more: SETTINGS + ROOT_SETTINGS + more for more in ("", NO_NAMESPACES)
}
#: The longest path of a Unix socket, less the name that libvirt gives a monitor's
#: ("domain-", an id, and 20 characters of the guest's name).
LONGEST = 107 - len("/lib/qemu/domain-999999-") - 20 - len("/monitor.sock")
#: The state that libvirt notes for a guest it is about to start: there is no process yet.
_UNBORN = re.compile(rb"<domstatus [^>]*\bpid='0'")
#: Roots that were prepared in this process, which is to say, probably opened.
_prepared: set[Path] = set()


def root_of(uri: str) -> Path | None:
    """Return the root folder, made absolute, or None when the URI names another driver."""
    parts = urlsplit(uri)
    root = parse_qs(parts.query).get("root")
    if parts.scheme != "qemu" or parts.path != "/embed" or not root:
        return None
    return Path(root[0]).absolute()


def uri_of(root: Path) -> str:
    """Return the URI of a root folder."""
    return f"qemu:///embed?root={quote(str(root))}"


def check(root: Path) -> None:
    """Raise DriverError when a root folder cannot do."""
    if len(os.fsencode(root)) > LONGEST:
        raise DriverError(
            f"{root} is too long a path for the sockets in it: {LONGEST} bytes are the most"
        )


def prepare(root: Path) -> None:
    """Make a root folder ready to be opened.

    :raises DriverError: when that cannot be.
    """
    check(root)
    settings = root / "etc" / "qemu.conf"
    try:
        settings.parent.mkdir(parents=True, exist_ok=True)
        if not settings.exists():
            settings.write_text(SETTINGS + (_root_settings() if os.geteuid() == 0 else ""))
        elif renewed := _RENEWED.get(settings.read_text(errors="replace")):
            settings.write_text(renewed)
        _clean_up(root)
    except OSError as error:
        raise DriverError(f"cannot write below {root}: {error.strerror}") from error


def _root_settings() -> str:
    """Return root's settings; a mount namespace is tried the way libvirt makes one."""
    probe = subprocess.run(
        ["unshare", "--mount", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    return ROOT_SETTINGS + ("" if probe.returncode == 0 else NO_NAMESPACES)


def _clean_up(root: Path) -> None:
    """Remove the remains of a killed process that had the root open, unless one has it open."""
    folder = root / "run" / "qemu"
    lock = folder / "driver.pid"
    # A process loses its lock on a file when it closes the file, even if opened another time.
    if root in _prepared:
        return
    _prepared.add(root)
    if not lock.exists():
        return
    with lock.open("rb+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        except BlockingIOError:
            # Another process has the root open, as libvirt is going to say.
            return
        probes.end(root)
        _forget_unborn(folder)


def _forget_unborn(folder: Path) -> None:
    """Remove libvirt's notes of guests whose start its process did not survive.

    libvirt (seen with 9.0) reads such a note as a start that goes on. Nobody ends it, and every
    call for the guest times out. No process of the guest is left: libvirt's child waits for its
    parent's word before it becomes QEMU.
    """
    for status in folder.glob("*.xml"):
        if _UNBORN.search(status.read_bytes()):
            status.with_suffix(".pid").unlink(missing_ok=True)
            status.unlink()
    for part in folder.glob("*.xml.new"):
        part.unlink()


def process_of(root: Path, name: str) -> int:
    """Return the process id of a running guest's QEMU, as libvirt noted it.

    :param name: of libvirt's domain.
    :raises DriverError: when there is none.
    """
    try:
        return int((root / "run" / "qemu" / f"{name}.pid").read_text())
    except (OSError, ValueError) as error:
        raise DriverError(f"libvirt has no process of guest {name}: {error}") from error


def remove_log(root: Path, name: str) -> None:
    """Remove the log of a guest's QEMU, which libvirt leaves behind."""
    (root / "log" / "qemu" / f"{name}.log").unlink(missing_ok=True)
