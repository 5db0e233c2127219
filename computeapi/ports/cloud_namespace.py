"""The network namespace of a cloud, in which its virtual switch runs: how to find and enter it.

A process holds the namespace. A file says which process that is:
``{"pid": 4711, "start": 123456, "user": true}``. ``start`` is the time at which the process
started, in clock ticks since boot (proc_pid_stat(5)), which tells it from a later process that
has the same number. ``user`` says whether the namespace belongs to a user namespace that was made
with it.
"""

import json
from dataclasses import dataclass
from pathlib import Path

_START_FIELD = 22


class NamespaceError(Exception):
    """The namespace is not there."""


@dataclass(frozen=True, slots=True)
class CloudNamespace:
    """A namespace that exists.

    :ivar pid: of the process that holds it. :ivar start: when that process started.
    :ivar user: whether it belongs to a user namespace.
    """

    pid: int
    start: int
    user: bool

    def command(self, *program: str) -> list[str]:
        """Return the command that runs a program in the namespace; it has the program's pid."""
        enter = ["-U", "--preserve-credentials"] if self.user else []
        return ["nsenter", "-t", str(self.pid), *enter, "-n", *program]

    @property
    def path(self) -> Path:
        """The network namespace, for setns(2)."""
        return Path(f"/proc/{self.pid}/ns/net")


def load(file: Path) -> CloudNamespace:
    """Return the namespace that a file describes.

    :raises NamespaceError: when there is no such file, or the process in it has ended.
    """
    try:
        namespace = CloudNamespace(**json.loads(file.read_text()))
    except FileNotFoundError:
        raise NamespaceError(f"There is no network namespace: {file} is missing.") from None
    except (OSError, TypeError, ValueError) as error:
        raise NamespaceError(f"{file} cannot be read: {error}.") from error
    if start_time(namespace.pid) != namespace.start:
        raise NamespaceError(f"Process {namespace.pid}, which held the network namespace, ended.")
    return namespace


def start_time(pid: int) -> int | None:
    """Return when a process started, in clock ticks since boot; None when there is no such one."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The name of the program, in brackets, may hold spaces and brackets itself.
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else int(fields[_START_FIELD - 3])
