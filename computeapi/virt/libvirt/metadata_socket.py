"""Listens where a guest asks for its metadata: at 169.254.169.254 in the guest's network namespace.

A socket belongs to the namespace in which it is made, whoever has it. So a process enters the
namespace, makes the socket, sends it and ends: no thread can enter a user namespace without the
other threads of its process.

This file is also that process's program. It runs by its path and imports nothing of the package:
that keeps its start short.
"""

import os
import socket
import subprocess
import sys

#: "Metadata service" in Nova's guide for administrators.
ADDRESS, PORT = "169.254.169.254", 80
#: Seconds that the process may take.
_TIMEOUT = 20.0


def listen(pid: int) -> socket.socket:
    """Return a socket that listens in the network namespace of a process.

    :param pid: of the guest's QEMU.
    :raises OSError: when there can be none.
    """
    # As root a guest's user namespace maps no user, and root needs none to enter the other one.
    user = ["--user", "--preserve-credentials"] if os.getuid() else []
    enter = ["nsenter", f"--target={pid}", *user, "--net"]
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ended = subprocess.run(
            [*enter, sys.executable, "-I", "-S", __file__],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=_TIMEOUT,
            check=False,
        )
        if ended.returncode:
            raise OSError(ended.stderr.strip().rpartition("\n")[2])
        _, (descriptor,), _, _ = socket.recv_fds(ours, 1, 1)
    return socket.socket(fileno=descriptor)


def main() -> None:
    """Make the socket, and send it through standard input."""
    with socket.socket(fileno=0) as caller, socket.create_server((ADDRESS, PORT)) as made:
        socket.send_fds(caller, [b"."], [made.fileno()])


if __name__ == "__main__":
    main()
