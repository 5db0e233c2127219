"""Programs that are started here, and end with the program that started them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class ProgramError(Exception):
    """A program failed; the text holds the end of its log."""


def command(words: Sequence[str | Path], ends_by: str = "TERM") -> list[str]:
    """Return a command whose process gets a signal when ours dies, however it dies."""
    return ["setpriv", f"--pdeathsig={ends_by}", *map(str, words)]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a program that imports from this checkout, without proxies."""
    proxies = ("http_proxy", "https_proxy", "all_proxy")
    plain = {k: v for k, v in os.environ.items() if k.lower() not in proxies}
    return {**plain, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **(more or {})}


def unmeasured() -> dict[str, str]:
    """Return this process's environment without coverage.

    For clients and scripts: coverage doubles the time of every Python program, and other tests
    measure the code of the project that runs in these.
    """
    return {name: text for name, text in os.environ.items() if not name.startswith("COVERAGE_")}


def wait_until(
    answers: Callable[[], bool], process: subprocess.Popen[Any], log: Path, timeout: float = 300.0
) -> None:
    """Return when a program answers.

    :param timeout: seconds.
    :raises ProgramError: when it ends first, or takes too long.
    """
    deadline = time.monotonic() + timeout
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ProgramError(f"{process.args!r} does not start.\n{tail(log)}")
        time.sleep(0.05)


def stop(process: subprocess.Popen[Any], by: int = signal.SIGTERM, timeout: float = 20.0) -> None:
    """End a process: by a signal, and by SIGKILL when that does not help."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(timeout)
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
