"""The programs of the comparison, and the cores that they run on."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from testing import processes
from testing.processes import ProgramError

TIMEOUT = 300.0  # seconds for a program to answer


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


class Child:
    """A Python program that reads lines of JSON and answers each with a line of JSON.

    :param module: to run with ``python -m``.
    :param spec: its one argument, as JSON.
    :param log: the file that its standard error is appended to.
    :param python: the interpreter; ours by default.
    :param on: the cores that it may use; by default those for everything that only helps.
    """

    def __init__(
        self, module: str, spec: object, log: Path, python: Path | None = None,
        on: set[int] | None = None, **environ: str,
    ) -> None:  # fmt: skip
        self._log = log
        self._module = module
        self.started = time.perf_counter()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                processes.command([python or sys.executable, "-m", module, json.dumps(spec)]),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                env=processes.environment(environ), cwd=log.parent, text=True, bufsize=1,
            )  # fmt: skip
        os.sched_setaffinity(self._process.pid, on or cores()[1])

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def hold(self, on: set[int]) -> None:
        """Restrict the program, and all of its threads, to some cores."""
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # a thread may just have ended
                os.sched_setaffinity(int(task.name), on)

    def ask(self, question: object, timeout: float = TIMEOUT) -> Any:
        """Send a question and return the answer.

        :raises ProgramError: when there is none.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
        except BrokenPipeError as error:
            raise self._failure("ended") from error
        return self.answer(timeout)

    def answer(self, timeout: float = TIMEOUT) -> Any:
        """Return the next answer.

        :raises ProgramError: when the program ended, failed, or took too long.
        """
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], timeout)[0]:
            raise self._failure(f"gave no answer in {timeout:g} s")
        line = self._process.stdout.readline()
        if not line:
            raise self._failure("ended")
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            raise self._failure(answer["error"])
        return answer

    def stop(self) -> None:
        """End the program."""
        processes.stop(self._process)

    def _failure(self, reason: str) -> ProgramError:
        return ProgramError(f"{self._module} {reason}.\n{processes.tail(self._log)}")


def resident_mb(pid: int) -> float:
    """Return the resident set of a process, MiB (proc(5), VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProgramError(f"Process {pid} has ended")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process so far (proc(5), schedstat, in nanoseconds)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
