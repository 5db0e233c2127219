"""The report to the user: the services, their addresses, and the next commands."""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from computeapi.domain.servers import ServerDetails
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder, default_folder


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of text with their columns aligned."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(f"  {line}".rstrip() for line in padded)


@dataclass(frozen=True, slots=True)
class Row:
    """A service in the table.

    :ivar state: e.g. "process 42".
    """

    service: str
    where: str
    state: str


def places(settings: Settings) -> dict[str, str]:
    """Return where each service of the core is found."""
    return {
        "api": f"{settings.endpoints['compute']} ({settings.front_end})",
        "worker": f"host {settings.host} (driver {settings.driver})",
        "console": settings.url("console"),
        "keystone": settings.endpoints["identity"],
        "glance": settings.endpoints["image"],
    }


def services(state: StateFolder, rows: Sequence[Row]) -> str:
    """Return the table of the services and their addresses."""
    cells = [("SERVICE", "WHERE", "STATE", "LOG")]
    cells += [(r.service, r.where, r.state, str(state.logs / f"{r.service}.log")) for r in rows]
    return table(cells)


def known(server: ServerDetails) -> str:
    """Return the state of a server as the worker, which runs, reports it."""
    return server.vm_state + (f" ({server.task_state})" if server.task_state else "")


def last_known(server: ServerDetails) -> str:
    """Return the state of a server in which the worker left it."""
    return f"{known(server)} when last seen"


def shut_down(server: ServerDetails) -> str:
    """Return the state of a server whose guest cannot run: all were shut down."""
    return "stopped" if server.vm_state == "active" else known(server)


def servers(
    listed: Sequence[ServerDetails], state_of: Callable[[ServerDetails], str] = known
) -> str:
    """Return the table of the servers and of the ports that lead to their ssh.

    :param state_of: says in which state a server is.
    """
    if not listed:
        return "  No servers."
    rows = [("SERVER", "ID", "STATE", "SSH")]
    for server in listed:
        port = f"127.0.0.1:{server.ssh_port}" if server.ssh_port else "-"
        rows.append((server.name, server.id, state_of(server), port))
    return table(rows)


def commands(state: StateFolder, image: str, flavor: str, open_up: Sequence[str] = ()) -> str:
    """Return the commands to type next, in another shell.

    :param open_up: those that let this host reach the server ``demo``.
    """
    folder = Path(sys.executable).parent
    where = "" if state.path == default_folder() else f" --state-dir {state.path}"
    path = [] if _found(folder) else [f"export PATH={folder}:$PATH"]
    lines = [
        *path,
        f"export OS_CLIENT_CONFIG_FILE={state.clouds_yaml} OS_CLOUD=computeapi",
        f"openstack keypair create --private-key {state.keys}/demo demo",
        f"openstack server create --image {image} --flavor {flavor} --key-name demo --wait demo",
        *open_up,
        f"computeapi ssh{where} demo",
        "openstack console log show demo",
        "openstack server delete --wait demo",
    ]
    return "\n".join(f"  {line}" for line in lines)


def _found(folder: Path) -> bool:
    return all(
        shutil.which(program) == str(folder / program) for program in ("openstack", "computeapi")
    )
