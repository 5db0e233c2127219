"""The virtual switch of a cloud or of a host, as guests are plugged into it.

A guest's network card is a tap. That of a small cloud is in the cloud's network namespace, which
belongs to the user of this process, so that QEMU opens it there without privilege; that of a host's
own switch is in the namespace of this process. The switch learns by the ids at the tap which port
of Neutron it is. See the reference of Open vSwitch's "Interface" table (external_ids) and
ovn-controller(8).
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import NamespaceError
from computeapi.virt.driver import DriverError, DriverUnavailable

BRIDGE = "br-int"
#: Seconds that a program may take: the machine may be busy.
TIMEOUT = 30
#: How a program ends whose option --timeout was exceeded; a shell says so in its own way.
_ALARMS = (-signal.SIGALRM, 128 + signal.SIGALRM)
#: Characters of a port's id in the name of its tap, as Nova names it.
_ID_LENGTH = 11
_SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def tap_of(port_id: str) -> str:
    """Return the name of a port's tap."""
    return f"tap{port_id[:_ID_LENGTH]}"


class CloudSwitch:
    """The switch.

    :param namespace: the file that says where the namespace is; None for that of this process.
    :param ovsdb: the remote of its database, e.g. "unix:/path".
    :param vsctl: the path of ovs-vsctl.
    """

    def __init__(self, namespace: Path | None, ovsdb: str, vsctl: str) -> None:
        self._namespace = namespace
        self._ovsdb = ovsdb
        self._vsctl = vsctl

    def require(self) -> None:
        """Check that the program is there that configures the switch.

        :raises DriverError: when it is missing.
        """
        if shutil.which(self._vsctl, path=_SEARCH_PATH) is None:
            raise DriverError(
                f"{self._vsctl} is missing, which connects guests to networks of Neutron: install "
                "it (openvswitch-switch), or leave [neutron] ovsdb out"
            )

    def plug(self, server_id: str, port_id: str, mac_address: str, mtu: int) -> str:
        """Make a port's tap, where missing, join it to the switch and return its name.

        :param mtu: in bytes.
        :raises DriverUnavailable: when the switch does not answer now.
        :raises DriverError: when that cannot be.
        """
        tap = tap_of(port_id)
        if tap not in self.taps():
            self._inside("ip", "tuntap", "add", "dev", tap, "mode", "tap", *self._owner())
        self._inside("ip", "link", "set", tap, "mtu", str(mtu), "up")
        ids = {
            "iface-id": port_id,
            "iface-status": "active",
            "attached-mac": mac_address,
            "vm-uuid": server_id,
        }
        external = [f"external_ids:{key}={value}" for key, value in ids.items()]
        add = ["--may-exist", "add-port", BRIDGE, tap]
        self._configure(*add, "--", "set", "Interface", tap, *external)
        return tap

    def unplug(self, port_id: str) -> None:
        """Remove a port's tap from the switch, and the tap. A missing tap is no error.

        :raises DriverError: when it stays.
        """
        tap = tap_of(port_id)
        self._configure("--if-exists", "del-port", BRIDGE, tap)
        if tap in self.taps():
            self._inside("ip", "link", "delete", tap)

    def taps(self) -> set[str]:
        """Return the names of the taps of guests.

        :raises DriverError: when the namespace is not there.
        """
        shown = self._inside("ip", "-o", "link", "show", "type", "tun")
        names = {line.split(":")[1].strip() for line in shown.splitlines()}
        return {name for name in names if name.startswith("tap")}

    def _configure(self, *command: str) -> None:
        # The server of the database may be starting again.
        options = [f"--timeout={TIMEOUT}", "--retry", f"--db={self._ovsdb}", "--no-wait"]
        _run([self._vsctl, *options, *command])

    def _owner(self) -> Sequence[str]:
        """Return the options that say which user may open a tap."""
        namespace = self._load()
        if namespace is None:
            # libvirt opens it, as root.
            return ()
        # The namespace's root is the user of this process.
        return "user", "0" if namespace.user else str(os.getuid())

    def _load(self) -> cloud_namespace.CloudNamespace | None:
        if self._namespace is None:
            return None
        try:
            return cloud_namespace.load(self._namespace)
        except NamespaceError as error:
            raise DriverError(str(error)) from error

    def _inside(self, *command: str) -> str:
        namespace = self._load()
        return _run(command if namespace is None else namespace.command(*command))


def _late(command: Sequence[str]) -> DriverUnavailable:
    return DriverUnavailable(f"{Path(command[0]).name} did not end in {TIMEOUT} s")


def _run(command: Sequence[str]) -> str:
    environment = os.environ | {"PATH": _SEARCH_PATH, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT + 5,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _late(command) from error
    except OSError as error:
        raise DriverError(f"{Path(command[0]).name} failed: {error}") from error
    if done.returncode in _ALARMS:
        raise _late(command)
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-300:]
        raise DriverError(f"{' '.join(command[-3:])} failed ({done.returncode}): {said}")
    return done.stdout
