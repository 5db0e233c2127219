"""Python programs that answer questions on their standard input."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testing import processes
from testing.processes import ProgramError

TIMEOUT = 300.0  # seconds for a program to answer


class Child:
    """A Python program that reads lines of JSON and answers each with a line of JSON.

    :param module: to run with ``python -m``.
    :param spec: its one argument, as JSON.
    :param log: the file that its standard error is appended to.
    :param python: the interpreter; ours by default.
    :param on: the cores that it may use; by default all.
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
        if on:
            os.sched_setaffinity(self._process.pid, on)

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


class Answers:
    """The answers of a program that a :class:`Child` runs; it prints all else to standard error."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)

    def send(self, answer: object) -> None:
        """Send an answer."""
        self._out.write(json.dumps(answer) + "\n")
        self._out.flush()

    def serve(self, answer: Callable[[Any], object]) -> None:
        """Answer questions until there are no more.

        :param answer: returns the answer to a question; the program goes on when it raises.
        """
        for line in sys.stdin:
            try:
                self.send(answer(json.loads(line)))
            except Exception as error:  # the other side must learn of any
                self.send({"error": f"{type(error).__name__}: {error}"})


def specification() -> Any:
    """Return the one argument of a program that a :class:`Child` runs, and take it away."""
    spec = json.loads(sys.argv[1])
    del sys.argv[1:]
    return spec
