"""The listening socket: bound before the application is loaded, opened when it is ready."""

import resource
import socket
from collections.abc import Mapping

#: Connections that wait to be accepted.
BACKLOG = 1024
#: Seconds without accepting after an error, such as too many open files.
PAUSE = 1.0
#: Seconds in which a client may read the answer to a request that it has not finished to send.
LINGER = 2.0
#: File descriptors of a process beside its connections: databases, messages, logs.
_OTHER_FILES = 256


def bind(host: str, port: int) -> socket.socket:
    """Bind a socket that refuses connections until it is made to listen.

    :param port: 0 for a free one.
    :raises OSError: when the address is in use, or not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Inherited by every connection: without it two writes for a large response
        # meet Nagle's algorithm and the peer's delayed acknowledgement, 40 ms each time.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.bind((host, port))
    except OSError:
        sock.close()
        raise
    return sock


def inherited(global_conf: Mapping[str, str], host: str, port: str) -> socket.socket:
    """Return the socket whose file descriptor is ``listen_fd``, or else a new one."""
    descriptor = global_conf.get("listen_fd")
    return socket.socket(fileno=int(descriptor)) if descriptor else bind(host, int(port))


def has_input(sock: socket.socket) -> bool:
    """Return whether bytes of a client wait to be read from a socket that does not block."""
    try:
        return bool(sock.recv(1, socket.MSG_PEEK))
    except OSError:
        return False


def name(sock: socket.socket) -> str:
    """Return the address of a socket, for the log."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def allow_files(connections: int) -> None:
    """Raise the process's limit of open files to the need of its connections, if allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + _OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return
    limit = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
