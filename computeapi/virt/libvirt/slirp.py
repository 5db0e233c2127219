"""Connects a guest's network namespace to the world by slirp4netns.

slirp4netns makes a network interface in the namespace and sends what the guest's QEMU sends
there on from the host, as its user, with ordinary sockets. It refuses to connect to the host's
loopback addresses. It asks the host's resolver for the guest.

A process of slirp4netns belongs to a guest, outlives the worker as QEMU does, and ends when
QEMU ends: it watches a FIFO that QEMU holds open (see :mod:`computeapi.virt.libvirt.emulator`).
"""

import json
import logging
import os
import select
import signal
import socket
import struct
import subprocess
import threading
import time
import uuid
from typing import Any

from computeapi.virt.driver import DriverError
from computeapi.virt.instances import InstanceFolder, Instances

LOG = logging.getLogger(__name__)

PROGRAM = "slirp4netns"
#: Link-local addresses collide with no network that a guest may want to reach.
CIDR = "169.254.77.0/24"
INTERFACE = "tap0"
#: Bytes of a Unix socket's path: unix(7).
LONGEST_PATH = 107
#: Seconds that slirp4netns may take to start and to answer.
TIMEOUT = 20.0
#: Seconds that it has to end when it is asked to, and when it is killed.
END_TIMEOUT = 10.0
#: Seconds between attempts to connect to slirp4netns while others do.
LOOK_INTERVAL = 0.02


def path_fault(instances: Instances) -> str | None:
    """Return in a sentence why guests' sockets cannot be in a folder, or None when they can."""
    path = os.fsencode(instances.folder(str(uuid.UUID(int=0))).network_socket)
    excess = len(path) - LONGEST_PATH
    if excess <= 0:
        return None
    return f"{instances.path} is too long a path for the sockets in it, by {excess} bytes."


def ensure(pid: int, folder: InstanceFolder) -> None:
    """Connect the network namespace of a process, unless it is connected already.

    :param pid: of the guest's QEMU. :param folder: the guest's.
    :raises DriverError: when slirp4netns is missing or fails.
    """
    if _process(folder) is not None:
        return
    try:
        folder.network_socket.unlink(missing_ok=True)
        # The FIFO is opened before slirp4netns looks for QEMU: should QEMU end in between,
        # slirp4netns finds no namespace; should it end later, the FIFO tells.
        lifeline = os.open(folder.lifeline, os.O_RDONLY | os.O_NONBLOCK)
        try:
            _start(pid, folder, lifeline)
        finally:
            os.close(lifeline)
    except OSError as error:
        raise DriverError(f"cannot start {PROGRAM}: {error}") from error


def end(folder: InstanceFolder) -> None:
    """End the slirp4netns of a guest, if there is one, and wait until it is gone.

    Its ports are free then. One that hangs is killed.

    :raises DriverError: when it does not end.
    """
    pid = _process(folder)
    if pid is None:
        return
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        ended = any(_ends_by(process, number) for number in (signal.SIGTERM, signal.SIGKILL))
    except ProcessLookupError:
        return
    finally:
        os.close(process)
    if not ended:
        raise DriverError(f"{PROGRAM} (process {pid}) did not end in {2 * END_TIMEOUT:g} s")


def _ends_by(process: int, number: signal.Signals) -> bool:
    """Send a signal to a process, given by its descriptor; return whether it ended in time."""
    signal.pidfd_send_signal(process, number)
    return bool(select.select([process], [], [], END_TIMEOUT)[0])


def forwarded_port(folder: InstanceFolder) -> int | None:
    """Return the port of the host that leads into the namespace, or None."""
    answer = _ask(folder, "list_hostfwd")
    # Its manual shows the entries below "return"; 1.2.0 answers without.
    entries = answer.get("return", answer)["entries"]
    return int(entries[0]["host_port"]) if entries else None


def forward(folder: InstanceFolder, host_port: int, port: int) -> str | None:
    """Forward a port of the host's 127.0.0.1 to a port in the namespace.

    :return: why slirp4netns did not, or None when it did.
    """
    arguments = {
        "proto": "tcp",
        "host_addr": "127.0.0.1",
        "host_port": host_port,
        "guest_port": port,
    }
    answer = _ask(folder, "add_hostfwd", **arguments)
    return str(answer["error"].get("desc")) if "error" in answer else None


def _start(pid: int, folder: InstanceFolder, lifeline: int) -> None:
    """Start slirp4netns, and wait until the interface is there."""
    ready, writer = os.pipe()
    command = [
        *(PROGRAM, "--configure", "--mtu=65520", f"--cidr={CIDR}"),
        *("--disable-host-loopback", "--enable-sandbox"),
        *(f"--exit-fd={lifeline}", f"--ready-fd={writer}"),
        *(f"--api-socket={folder.network_socket}", str(pid), INTERFACE),
    ]
    with open(ready, "rb", buffering=0) as reader:
        try:
            process = _spawn(command, folder, (lifeline, writer))
        finally:
            os.close(writer)
        readable, _, _ = select.select([reader], [], [], TIMEOUT)
        if readable and reader.read(1):
            return
    process.kill()
    reason = folder.network_log.read_text(errors="replace").strip().rpartition("\n")[2]
    raise DriverError(f"{PROGRAM} does not start: {reason}")


def _spawn(
    command: list[str], folder: InstanceFolder, descriptors: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    with folder.network_log.open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=descriptors,
            cwd="/",
            start_new_session=True,
        )
    # It stays the worker's child for as long as the worker lives, which is to reap it.
    threading.Thread(target=process.wait, name=PROGRAM, daemon=True).start()
    return process


def _connect(folder: InstanceFolder) -> socket.socket:
    """Connect to slirp4netns, which takes one connection at a time."""
    deadline = time.monotonic() + TIMEOUT
    while True:
        client = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        client.settimeout(TIMEOUT)
        try:
            client.connect(str(folder.network_socket))
            return client
        except BlockingIOError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_INTERVAL)
        except OSError:
            client.close()
            raise


def _process(folder: InstanceFolder) -> int | None:
    """Return the process that listens on a guest's socket, or None."""
    try:
        with _connect(folder) as client:
            credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
    except OSError as error:
        raise DriverError(f"{PROGRAM} does not answer: {error}") from error
    (pid,) = struct.unpack_from("i", credentials)
    return int(pid)


def _ask(folder: InstanceFolder, command: str, **arguments: object) -> dict[str, Any]:
    """Send a command to slirp4netns, and return its answer: see slirp4netns(1)."""
    request = {"execute": command, "arguments": arguments}
    try:
        with _connect(folder) as client:
            client.sendall(json.dumps(request).encode())
            client.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: client.recv(4096), b""))
        return dict(json.loads(answer))
    except (OSError, ValueError) as error:
        raise DriverError(f"{PROGRAM} does not answer: {error}") from error
