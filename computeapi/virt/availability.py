"""Check, without starting a guest, whether this machine can run the libvirt driver."""

import importlib.util
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from oslo_config import cfg

from computeapi.virt.driver import DriverError
from computeapi.virt.libvirt import embed

#: The path of Red Hat's QEMU, which is in no folder of PATH.
REDHAT_QEMU = "/usr/libexec/qemu-kvm"
MODULES = {"libvirt": "libvirt-python", "pycdlib": "pycdlib"}
#: Seconds that a connection may take.
TIMEOUT = 30


def unavailable_reason(conf: cfg.ConfigOpts) -> str | None:
    """Say in a sentence why ``[libvirt] uri`` cannot be used here, or None when it can."""
    for module, package in MODULES.items():
        if importlib.util.find_spec(module) is None:
            return (
                f"The Python package {package} is not installed: install computeapi[libvirt],"
                " which needs gcc, pkg-config and libvirt's headers (Debian: libvirt-dev)."
            )
    if not shutil.which("qemu-img"):
        return "qemu-img is not installed (Debian: qemu-utils)."
    root = embed.root_of(conf.libvirt.uri)
    if root is None:
        return _unopenable_reason(conf.libvirt.uri)
    emulator = f"qemu-system-{platform.machine()}"
    if not shutil.which(emulator) and not Path(REDHAT_QEMU).exists():
        return f"{emulator} is not installed (Debian: qemu-system-x86)."
    try:
        embed.check(root)
    except DriverError as error:
        return f"The state folder does not do: {error}."
    # A folder that is already open, by the worker, could not be opened again.
    with tempfile.TemporaryDirectory(prefix="embed") as trial:
        embed.prepare(Path(trial))
        return _unopenable_reason(embed.uri_of(Path(trial)))


def _unopenable_reason(uri: str) -> str | None:
    """Open a connection in a process of its own: the embedded driver never leaves its process."""
    command = [sys.executable, "-m", "computeapi.virt.libvirt.connection", uri]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"libvirt did not open {uri} within {TIMEOUT} s."
    if done.returncode == 0:
        return None
    reason = (done.stderr.strip() or f"status {done.returncode}").rpartition("\n")[2]
    return f"libvirt cannot open {uri}: {reason}.{_hint(reason)}"


def _hint(reason: str) -> str:
    if "Failed to parse user" in reason:
        return (
            " Run as root, libvirt wants that system user to exist, as the package"
            " libvirt-daemon-system makes it; an ordinary user needs nothing."
        )
    if "no connection driver" in reason or "libvirt_driver_qemu" in reason:
        return " Its QEMU driver is not installed (Debian: libvirt-daemon-driver-qemu)."
    return ""
