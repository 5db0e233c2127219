"""Programs that the comparison starts, and ends."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120.0  # seconds for a program to start


class ProgramError(Exception):
    """A program did not do what it was started for; the text holds the end of its log."""


def cores() -> tuple[set[int], set[int]]:
    """Return the core for what is measured, and those for what only helps.

    Two processes on two cores meet different neighbours, on a virtual machine above all: what is
    compared takes turns on one and the same. Where there is only one core, both are it.
    """
    measured, *others = sorted(os.sched_getaffinity(0), reverse=True)
    return {measured}, set(others) or {measured}


def command(words: Sequence[str | Path], ends_by: str = "TERM") -> list[str]:
    """Return a command whose process is signalled when ours dies, however it dies."""
    return ["setpriv", f"--pdeathsig={ends_by}", *map(str, words)]


@contextlib.contextmanager
def awake() -> Iterator[None]:
    """Keep every core busy with a loop that runs only when nothing else wants to (sched(7), IDLE).

    A core of a virtual machine that has gone to sleep takes its time to wake up, each time
    another: with one connection, client and server sleep in turn, and that would be measured.

    :raises OSError: when a loop cannot be given that priority.
    """
    loop = command(["sh", "-c", "while :; do :; done"])
    with contextlib.ExitStack() as stack:
        for core in os.sched_getaffinity(0):
            process = subprocess.Popen(loop)
            stack.callback(stop, process)
            os.sched_setaffinity(process.pid, {core})
            os.sched_setscheduler(process.pid, os.SCHED_IDLE, os.sched_param(0))
        yield


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program that imports from this checkout."""
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    plain = {k: v for k, v in os.environ.items() if k.lower() not in proxies}
    return {**plain, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **(more or {})}


class Child:
    """A Python program that is asked in lines of JSON and answers in lines of JSON.

    :param module: to run with ``python -m``.
    :param told: its one argument, as JSON.
    :param python: the interpreter; ours by default.
    :param log: the file that its standard error is appended to.
    :param on: the cores that it may use; those for what only helps, by default.

    See :meth:`hold` for how that is changed later.
    """

    def __init__(
        self, module: str, told: object, log: Path, python: Path | None = None,
        on: set[int] | None = None, **environ: str,
    ) -> None:  # fmt: skip
        self._log = log
        self.module = module
        self.started = time.perf_counter()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command([python or sys.executable, "-m", module, json.dumps(told)]),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment(environ),
                cwd=log.parent,
                text=True,
                bufsize=1,
            )
        os.sched_setaffinity(self._process.pid, on or cores()[1])

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def hold(self, on: set[int]) -> None:
        """Let all that it runs use these cores and no others."""
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            os.sched_setaffinity(int(task.name), on)

    def ask(self, question: object, patience: float = PATIENCE) -> Any:
        """Send a question and return the answer.

        :raises ProgramError: when there is none.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
        except BrokenPipeError as error:
            raise ProgramError(self._failure("ended")) from error
        return self.answer(patience)

    def answer(self, patience: float = PATIENCE) -> Any:
        """Return the next answer.

        :raises ProgramError: when the program ended, failed, or took too long.
        """
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], patience)[0]:
            raise ProgramError(self._failure(f"gave no answer in {patience:g} s"))
        line = self._process.stdout.readline()
        if not line:
            raise ProgramError(self._failure("ended"))
        answer = json.loads(line)
        if isinstance(answer, dict) and "error" in answer:
            raise ProgramError(self._failure(answer["error"]))
        return answer

    def stop(self) -> None:
        """End the program."""
        stop(self._process)

    def _failure(self, what: str) -> str:
        return f"{self.module} {what}.\n{tail(self._log)}"


def stop(process: subprocess.Popen[Any], by: int = signal.SIGTERM, patience: float = 20.0) -> None:
    """End a process: by a signal, or by SIGKILL when that does not help."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def tail(log: Path, lines: int = 20) -> str:
    """Return the end of a log."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def resident_mb(pid: int) -> float:
    """Return the resident set of a process, MiB (proc(5), VmRSS)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProgramError(f"Process {pid} has ended")


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process has had (proc(5), schedstat, in nanoseconds)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
