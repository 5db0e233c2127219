"""Facts of this machine that do not depend on the hypervisor."""

import os
import socket
from datetime import datetime
from pathlib import Path

_UPTIME = Path("/proc/uptime")
#: An address that is on no network (RFC 5737): a route to it is the default route.
_ELSEWHERE = ("192.0.2.1", 9)


def uptime() -> str | None:
    """Return the time since this machine started and its load, in the form of ``uptime``.

    None where the machine does not tell.
    """
    try:
        seconds = float(_UPTIME.read_text().split()[0])
        loads = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    except (OSError, ValueError, IndexError):
        return None
    days, rest = divmod(int(seconds), 86400)
    hours, minutes = divmod(rest // 60, 60)
    since = f"{days} day{'s'[: days != 1]}, " if days else ""
    return f"{datetime.now():%H:%M:%S} up {since}{hours:2}:{minutes:02}, load average: {loads}"


def address() -> str | None:
    """Return the address of this machine on its default route; nothing is sent.

    None when there is no route.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_ELSEWHERE)
        except OSError:
            return None
        found: str = probe.getsockname()[0]
        return found
