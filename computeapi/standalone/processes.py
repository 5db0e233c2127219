"""Runs the services of a cloud: starts, watches, restarts and ends their processes."""

import contextlib
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from computeapi.parent_death import end_with
from computeapi.standalone.errors import CloudError

#: By default glibc keeps freed memory for each of many threads: mallopt(3), M_ARENA_MAX. And
#: eventlet, which most services import, loads a resolver of names of 7 MB; these services meet at
#: addresses.
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "EVENTLET_NO_GREENDNS": "yes"}
#: Returns whether a service answers.
Probe = Callable[[], bool]
#: Bytes of a log after which the next start begins a new one.
LOG_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep running.

    :ivar log: the file that its output is appended to.
    """

    name: str
    command: Sequence[str]
    log: Path


@dataclass(slots=True)
class RestartPolicy:
    """How often a service may be started again before it is given up.

    :ivar limit: restarts within ``window`` seconds.
    :ivar delay: seconds to wait before a restart.
    """

    limit: int = 5
    window: float = 120.0
    delay: float = 1.0
    _restarts: dict[str, deque[float]] = field(default_factory=dict)

    def allows(self, name: str, now: float) -> bool:
        """Return whether a service may be started again, and count it if so."""
        times = self._restarts.setdefault(name, deque())
        while times and now - times[0] > self.window:
            times.popleft()
        if len(times) >= self.limit:
            return False
        times.append(now)
        return True


class Supervisor:
    """The processes of a cloud. To be used from the main thread of a process that stays."""

    def __init__(self, say: Callable[[str], None], policy: RestartPolicy | None = None) -> None:
        """:param say: told in a sentence of every service that ended and was started again."""
        self._say = say
        self._policy = policy or RestartPolicy()
        self._running: dict[str, tuple[Service, subprocess.Popen[bytes]]] = {}
        self._jobs: list[subprocess.Popen[bytes]] = []
        self._later: list[tuple[Callable[[], bool], Service]] = []

    def start(self, service: Service) -> None:
        """Start a service."""
        self._running[service.name] = (service, _start(service))

    def start_after(self, condition: Callable[[], bool], service: Service) -> None:
        """Start a service once a condition holds; this is looked at while others are waited for.

        :param condition: is called again and again until it returns True.
        """
        self._later.append((condition, service))

    def _start_due(self) -> None:
        due = [later for later in self._later if later[0]()]
        self._later = [later for later in self._later if later not in due]
        for _, service in due:
            self.start(service)

    def begin(self, job: Service) -> Callable[[], None]:
        """Start a program that ends by itself; return a function that waits for that.

        :raises CloudError: from the wait, with the end of the log, when it failed.
        """
        process = _start(job)
        self._jobs.append(process)

        def wait() -> None:
            while process.poll() is None:
                self._start_due()
                time.sleep(0.05)
            if process.returncode:
                raise CloudError(f"{job.name} failed ({process.returncode}). {tail(job.log)}")

        return wait

    def process_id(self, name: str) -> int:
        """Return the process id of a service."""
        return self._running[name][1].pid

    def wait_ready(self, name: str, probe: Callable[[], bool], timeout: float) -> None:
        """Wait until a service answers.

        :param probe: says whether it does; asked again and again.
        :raises CloudError: with the end of the log, when the service ended or
            took more than ``timeout`` seconds.
        """
        self.wait_first({name: {name: probe}}, timeout)

    def wait_first(self, groups: Mapping[str, Mapping[str, Probe]], timeout: float) -> str:
        """Wait until all services of one of several groups answer; return that group's name.

        :param groups: the probes of each group's services, by their names. Each says whether its
            service answers, and is asked again and again until the service does, the first one of
            a group first.
        :raises CloudError: with the end of the log, when a service ended, or when no group was
            complete within ``timeout`` seconds.
        """
        deadline = time.monotonic() + timeout
        left = {group: dict(probes) for group, probes in groups.items()}
        while True:
            self._start_due()
            for group, probes in left.items():
                self._leave_out_ready(probes)
                if not probes:
                    return group
            missing = [name for probes in left.values() for name in probes]
            self._require_running(missing)
            if time.monotonic() > deadline:
                raise self._late(missing[0], timeout)
            time.sleep(0.1)

    def _leave_out_ready(self, probes: dict[str, Probe]) -> None:
        """Leave out the first services that answer, up to the first one that does not."""
        while (name := next(iter(probes), None)) in self._running and probes[name]():
            del probes[name]

    def _require_running(self, names: Sequence[str]) -> None:
        """:raises CloudError: when one of the services was started and has ended."""
        for service, process in (self._running[name] for name in names if name in self._running):
            if process.poll() is not None:
                ended = f"{service.name} ended with {process.returncode} instead of starting"
                raise CloudError(f"{ended}. {tail(service.log)}")

    def _late(self, name: str, timeout: float) -> CloudError:
        if name not in self._running:
            return CloudError(f"{name} could not start: the service that it needs is not ready.")
        log = self._running[name][0].log
        return CloudError(f"{name} gave no answer in {timeout:g} s. {tail(log)}")

    def watch(self) -> None:
        """Start the services again that ended.

        :raises CloudError: when a service ends so often that it is given up.
        """
        for name, (service, process) in list(self._running.items()):
            if process.poll() is None:
                continue
            if not self._policy.allows(name, time.monotonic()):
                raise CloudError(
                    f"{name} ended {self._policy.limit + 1} times within "
                    f"{self._policy.window:g} s and is given up. {tail(service.log)}"
                )
            self._say(f"{name} ended with {process.returncode}; it is started again.")
            time.sleep(self._policy.delay)
            self.start(service)

    def stop(self, timeout: float = 30.0) -> None:
        """End every service, those started last first; kill one that takes over ``timeout`` s."""
        for job in self._jobs:
            job.terminate()
            job.wait()
        deadline = time.monotonic() + timeout
        started = list(self._running.values())
        for _, process in reversed(started):
            process.terminate()
        for service, process in reversed(started):
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(f"{service.name} did not end in {timeout:g} s; it is killed.")
                process.kill()
                process.wait()
        self._running.clear()
        self._later.clear()


def tail(log: Path, lines: int = 15) -> str:
    """Return the end of a log, under its name."""
    with contextlib.suppress(FileNotFoundError):
        last = log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join([f"The end of {log}:", *(f"  {line}" for line in last)])
    return f"There is no {log}."


def _start(service: Service) -> subprocess.Popen[bytes]:
    with _open_log(service.log) as log:
        # A session of its own: Ctrl-C in the terminal is for us to pass on, in order.
        return subprocess.Popen(
            list(service.command),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_ENVIRONMENT | os.environ,
            start_new_session=True,
            # A supervisor that is killed takes its services along. A function here is unsafe beside
            # other threads, which this process does not have.
            preexec_fn=partial(end_with, os.getpid()),  # noqa: PLW1509
        )


def _open_log(log: Path) -> IO[bytes]:
    with contextlib.suppress(FileNotFoundError):
        if log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_name(log.name + ".1"))
    return open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
