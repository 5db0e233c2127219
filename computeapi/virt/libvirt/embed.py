"""libvirt's embedded driver: the folder that ``qemu:///embed?root=FOLDER`` names.

The driver runs in the process that opens it, with all its state below the folder, and
needs neither daemon nor privilege. One process at a time may have a folder open.
"""

import os
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from computeapi.virt.driver import DriverError

#: Without a daemon there is no virtlogd, so QEMU writes its logs itself.
SETTINGS = """\
# Written because it was missing; a changed one is kept.
stdio_handler = "file"
security_driver = "none"
"""
#: What root adds. As another user QEMU could not reach a state folder that only root may enter.
#: libvirt takes away the capabilities of such a QEMU and confines its system calls. Whoever
#: wants QEMU to run as a user of its own runs the worker as that user, or uses qemu:///system.
ROOT_SETTINGS = """\
user = "root"
group = "root"
"""
#: The longest path of a Unix socket, less the name that libvirt gives a monitor's
#: ("domain-", an id, and 20 characters of the guest's name).
LONGEST = 107 - len("/lib/qemu/domain-999999-") - 20 - len("/monitor.sock")


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
            settings.write_text(SETTINGS + (ROOT_SETTINGS if os.geteuid() == 0 else ""))
    except OSError as error:
        raise DriverError(f"cannot write {settings}: {error.strerror}") from error


def remove_log(root: Path, name: str) -> None:
    """Remove the log of a guest's QEMU, which libvirt leaves behind."""
    (root / "log" / "qemu" / f"{name}.log").unlink(missing_ok=True)
