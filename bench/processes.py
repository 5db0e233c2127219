"""The cores that the programs of the comparison run on, and the use that they make of them."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from testing import processes
from testing.processes import ProgramError


def cores() -> tuple[set[int], set[int]]:
    """Return the core for the variants, and those for everything that only helps.

    The variants take turns on one core, because two cores of a virtual machine have different
    neighbours. Where there is only one core, it is both.
    """
    measured, *others = sorted(os.sched_getaffinity(0), reverse=True)
    return {measured}, set(others) or {measured}


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Keep every core busy with a loop that runs only when nothing else wants to (sched(7), IDLE).

    A sleeping core of a virtual machine wakes up late, by a time that varies. With one
    connection, client and server sleep alternately, and this would be measured.

    :raises OSError: when a loop cannot be given that priority.
    """
    loop = processes.command(["sh", "-c", "while :; do :; done"])
    with contextlib.ExitStack() as stack:
        for core in os.sched_getaffinity(0):
            process = subprocess.Popen(loop)
            stack.callback(processes.stop, process)
            os.sched_setaffinity(process.pid, {core})
            os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
        yield


def resident_mb(pid: int) -> float:
    """Return the resident set of a process, MiB (proc(5), VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProgramError(f"Process {pid} has ended")
