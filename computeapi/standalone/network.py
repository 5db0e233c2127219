"""Asks whether ports are free, and whether services answer."""

import contextlib
import ipaddress
import socket
from collections.abc import Mapping

import requests

from computeapi.standalone.errors import CloudError
from computeapi.standalone.settings import Settings

#: The highest port that there is.
LAST_PORT = 65535
_USES = {
    "compute": "the API",
    "identity": "Keystone",
    "image": "Glance",
    "console": "the console proxy",
}


def check_ports(settings: Settings, uses: Mapping[str, str]) -> None:
    """See that the services can have their ports.

    :param uses: of the ports of parts, by their names.
    :raises CloudError: when one is taken, or the address is not this machine's.
    """
    first, last = settings.port, max(settings.ports.values())
    if last > LAST_PORT:
        raise CloudError(
            f"--port {first} is too high: {first} to {last} are needed, "
            f"and {LAST_PORT} is the last."
        )
    _check_address(settings.listen)
    family = socket.AF_INET6 if ":" in settings.listen else socket.AF_INET
    for service, port in settings.ports.items():
        with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            # As the services do: a port whose last connection just ended is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.listen, port))
            except OSError as error:
                use = _USES.get(service) or uses[service]
                raise CloudError(
                    f"Port {port} of {settings.listen}, for {use}, cannot be had "
                    f"({error.strerror}): choose others with --port N; N to N+{last - first} "
                    "are needed."
                ) from error


def _check_address(listen: str) -> None:
    if not listen:
        # Every address, for a socket.
        raise CloudError("--listen is empty: give an address of this machine.")
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        try:
            probe.bind((listen, 0))
        except OSError as error:
            raise CloudError(
                f"--listen {listen} cannot be used ({error.strerror}): give an address of this "
                "machine."
            ) from error


def is_loopback(address: str) -> bool:
    """Return whether an address is this machine's alone."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def answers(url: str) -> bool:
    """Return whether a GET of the URL succeeds (or offers choices, as lists of versions do)."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=5, allow_redirects=False).status_code in (200, 300)
        except requests.RequestException:
            return False
