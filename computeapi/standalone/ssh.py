"""Logs in to a server of this machine."""

import os
import socket
import time
from collections.abc import Callable

from computeapi.ports import cloud_namespace
from computeapi.ports.cloud_namespace import NamespaceError
from computeapi.standalone import servers
from computeapi.standalone.errors import CloudError
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.state import StateFolder

#: Seconds that a guest may take from its start until its ssh server answers. An emulated guest
#: takes about ten on an idle machine.
ANSWER_TIMEOUT = 180.0
#: Seconds that the first attempt may take before the user reads that this waits.
FIRST_ATTEMPT = 1.0
#: Seconds that a further attempt may take, as a guest that is booting keeps a connection waiting,
#: and a busy one takes its time; and the seconds between two attempts.
ATTEMPT = 5.0
PAUSE = 0.5
#: Attempts that ssh itself makes, a second apart, where only ssh reaches the server.
ATTEMPTS_INSIDE = 30
LOOPBACK = "127.0.0.1"
#: Bytes that a server may send before it names its protocol: RFC 4253, section 4.2, lets it send
#: other lines first, and sets no limit.
LONGEST_GREETING = 64 * 1024


def command(
    state: StateFolder, destination: str, arguments: list[str], say: Callable[[str], None]
) -> list[str]:
    """Return the command that reaches a server by ssh, when the server is ready for it.

    :param destination: name or id of the server, with ``USER@`` before it for another than root.
    :param arguments: for ssh, options first.
    :param say: writes a line to the user.
    :raises CloudError: when there is no such server, or it has no port, or does not answer.
    """
    state.require()
    user, _, name = destination.rpartition("@")
    server = servers.one(servers.listed(state), name)
    key = state.keys / (server.key_name or "")
    host, port = servers.address_of(server)
    options: dict[str, object] = {
        "Port": port,
        "UserKnownHostsFile": state.known_hosts,
        "StrictHostKeyChecking": "accept-new",
        # A port serves one server today and another tomorrow, and a rebuilt server has new keys.
        "HostKeyAlias": servers.system(state, server.id),
        "LogLevel": "ERROR",
    }
    if key.is_file():
        # As the openstack client writes it, others may read it, and ssh refuses it.
        key.chmod(0o600)
        options["IdentityFile"] = key
    inside = host != LOOPBACK and os.geteuid() != 0
    if inside:
        # This process cannot check there whether the server is ready.
        options |= {"ConnectTimeout": int(ATTEMPT), "ConnectionAttempts": ATTEMPTS_INSIDE}
    else:
        wait_for_server(server.name, port, say, host)
    named = [part for option, value in options.items() for part in ("-o", f"{option}={value}")]
    made = ["ssh", *named, f"{user or 'root'}@{host}", *arguments]
    return _inside(state, made) if inside else made


def _inside(state: StateFolder, command: list[str]) -> list[str]:
    """Return the command that runs another in the cloud's network namespace.

    An ordinary user reaches floating IPs there only.

    :raises CloudError: when the namespace is not there.
    """
    try:
        return cloud_namespace.load(Layout(state).namespace).command(*command)
    except NamespaceError as error:
        raise CloudError(str(error)) from error


def wait_for_server(
    name: str, port: int, say: Callable[[str], None], host: str = "127.0.0.1"
) -> None:
    """Wait until an ssh server sends its greeting at a port.

    A guest is ACTIVE as soon as it runs; its ssh server answers when it has booted. Until then
    the port that leads to it accepts connections and closes them.

    :param name: the server's, for people.
    :raises CloudError: when no greeting arrives within :data:`ANSWER_TIMEOUT` seconds.
    """
    deadline = time.monotonic() + ANSWER_TIMEOUT
    reason = _unready_reason(host, port, FIRST_ATTEMPT)
    if reason is not None:
        say(f"Waiting until the ssh server of {name} answers (at most {ANSWER_TIMEOUT:g} s) ...")
    while reason is not None:
        if time.monotonic() > deadline:
            raise CloudError(
                f"The ssh server of {name} did not answer within {ANSWER_TIMEOUT:g} s ({reason}). "
                f"Its console may say why: openstack console log show {name}"
            )
        time.sleep(PAUSE)
        reason = _unready_reason(host, port, ATTEMPT)


def _unready_reason(host: str, port: int, timeout: float) -> str | None:
    """Return why no ssh server greets at a port now, or None when one does."""
    try:
        with socket.create_connection((host, port), timeout=timeout) as connection:
            return _greeting_fault(connection)
    except OSError as error:
        return str(error.strerror or error)


def _greeting_fault(connection: socket.socket) -> str | None:
    received = b""
    while len(received) < LONGEST_GREETING:
        part = connection.recv(4096)
        if not part:
            return "it closes connections"
        received += part
        if received.startswith(b"SSH-") or b"\nSSH-" in received:
            return None
    return "something else than an ssh server answers"
