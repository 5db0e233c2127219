"""Makes and ends the network namespace of a cloud.

It lies in a user namespace of its own, in which an ordinary user may do as root does. Root makes
one, too, where it can: libvirt takes from QEMU the capability to enter any other. The process that
holds the namespace outlives ``computeapi up``, as guests do.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import CloudNamespace, NamespaceError
from computeapi.standalone import image_packages
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.state import write_private

TUN = Path("/dev/net/tun")
#: Seconds that the namespace may take to be there, or to go.
TIMEOUT = 10.0
#: What the part does in a namespace.
_TRIAL = (
    "ip link add trial0 type veth peer name trial1 && "
    "nft 'add table ip trial; add chain ip trial c { type nat hook postrouting priority 100; }; "
    "add rule ip trial c masquerade'"
)
_NAMESPACES = (("--user", "--map-root-user", "--net"), ("--net",))


def unavailable_reason() -> str | None:
    """Return in one sentence why this user can make no namespace here, or None."""
    if not os.access(TUN, os.R_OK | os.W_OK):
        return (
            f"{TUN}, which the virtual switch needs, cannot be opened: in a container, pass the "
            f"device; on a host, load the module tun or, as root, chmod 666 {TUN}."
        )
    if reason := _trial()[1]:
        return (
            "No network namespace can be made here, for which a user needs user namespaces, and a "
            f"container CAP_SYS_ADMIN and CAP_NET_ADMIN ({reason})."
        )
    return None


def _trial() -> tuple[tuple[str, ...], str]:
    """Return the options of ``unshare`` that this user may use, and why there are none, if so."""
    environment = os.environ | {"PATH": image_packages.search_path(), "LC_ALL": "C"}
    reason = ""
    for options in _NAMESPACES if os.geteuid() == 0 else _NAMESPACES[:1]:
        command = ["unshare", *options, "sh", "-c", _TRIAL]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return options, ""
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:][0]
    return (), reason


def ensure(layout: Layout) -> CloudNamespace:
    """Return the namespace of a cloud; it is made first where it is missing.

    :raises CloudError: when it cannot be made.
    """
    try:
        return cloud_namespace.load(layout.namespace)
    except NamespaceError:
        return _make(layout)


def _make(layout: Layout) -> CloudNamespace:
    options, reason = _trial()
    if not options:
        raise CloudError(f"No network namespace can be made ({reason}).")
    sleep = shutil.which("sleep") or "sleep"
    holder = subprocess.Popen(
        ["unshare", *options, sleep, "infinity"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,
    )
    _await_program(holder, sleep)
    start = cloud_namespace.start_time(holder.pid) or 0
    namespace = CloudNamespace(holder.pid, start, "--user" in options)
    text = json.dumps({"pid": namespace.pid, "start": start, "user": namespace.user})
    write_private(layout.namespace, text + "\n")
    return namespace


def _await_program(process: subprocess.Popen[bytes], program: str) -> None:
    """Wait until a process runs a program, which it does in its new namespace."""
    deadline = time.monotonic() + TIMEOUT
    wanted = Path(program).resolve()
    while Path(f"/proc/{process.pid}/exe").resolve() != wanted:
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise CloudError("The process that holds the network namespace does not run.")
        time.sleep(0.01)


def run(namespace: CloudNamespace, command: Sequence[str]) -> str:
    """Run a program in a namespace and return its output.

    :raises CloudError: when it fails.
    """
    return image_packages.run(namespace.command(*command))


def end(layout: Layout) -> None:
    """End the namespace of a cloud, with all interfaces in it, where there is one.

    :raises CloudError: when it does not end.
    """
    try:
        namespace = cloud_namespace.load(layout.namespace)
    except NamespaceError:
        return
    holder = os.pidfd_open(namespace.pid)
    try:
        signal.pidfd_send_signal(holder, signal.SIGKILL)
        ended, _, _ = select.select([holder], [], [], TIMEOUT)
    finally:
        os.close(holder)
    if not ended:
        raise CloudError(f"Process {namespace.pid}, which holds the network namespace, stays.")
    layout.namespace.unlink()
    _await_gone(layout.host_interface)


def _await_gone(interface: str) -> None:
    """Wait until an interface of the host is gone: the kernel ends namespaces by and by.

    :raises CloudError: when it stays.
    """
    deadline = time.monotonic() + TIMEOUT
    while Path("/sys/class/net", interface).exists():
        if time.monotonic() > deadline:
            raise CloudError(f"The network interface {interface} stays.")
        time.sleep(0.05)
