"""Several processes that serve the same socket."""

import contextlib
import logging
import os
import signal
from collections.abc import Callable
from time import monotonic
from typing import NoReturn

from computeapi.parent_death import end_with

LOG = logging.getLogger(__name__)

_WATCHED = frozenset({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT})
#: Seconds before a process is started again: the first, and those of one that ends at once.
_MIN_PAUSE = 1.0
_MAX_PAUSE = 30.0
#: Seconds after which a process counts as one that works.
_SETTLED = 10.0


class Processes:
    """Several processes, forked from this one; one that dies is started again after a pause.

    They end with this process, however it ends.

    :param count: how many.
    :param work: the work of each; it returns when the service is stopped.
    :param on_stop: called in this process when the service is stopped.
    """

    def __init__(self, count: int, work: Callable[[], None], on_stop: Callable[[], None]) -> None:
        self._count = count
        self._work = work
        self._on_stop = on_stop
        self._children: dict[int, float] = {}
        self._is_stopping = False
        self._pause = _MIN_PAUSE
        self._start_at: float | None = None

    def run(self) -> None:
        """Start the processes and wait until they have ended."""
        # Waited for, not handled: eventlet replaces the functions that sleep or wait for children.
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        self._start_missing()
        while self._children or not self._is_stopping:
            if self._next_signal() in (signal.SIGTERM, signal.SIGINT):
                self._stop()
            self._reap()
            if self._start_at is not None and monotonic() >= self._start_at:
                self._start_missing()

    def _next_signal(self) -> int | None:
        if self._start_at is None:
            return signal.sigwait(_WATCHED)
        info = signal.sigtimedwait(_WATCHED, max(0.0, self._start_at - monotonic()))
        return info.si_signo if info else None

    def _stop(self) -> None:
        if not self._is_stopping:
            self._on_stop()
        self._is_stopping = True
        self._start_at = None
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)

    def _reap(self) -> None:
        """Take note of the processes that have ended."""
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG):
                started = self._children.pop(ended.si_pid, None)
                if started is not None and not self._is_stopping:
                    self._plan_restart(ended, monotonic() - started)

    def _plan_restart(self, ended: os.waitid_result, lived: float) -> None:
        is_settled = lived > _SETTLED
        self._pause = _MIN_PAUSE if is_settled else min(self._pause * 2, _MAX_PAUSE)
        self._start_at = monotonic() + self._pause
        reason = "signal" if ended.si_code in (os.CLD_KILLED, os.CLD_DUMPED) else "status"
        LOG.error(
            "Process %d ended with %s %d: another one starts in %g s",
            ended.si_pid,
            reason,
            ended.si_status,
            self._pause,
        )

    def _start_missing(self) -> None:
        self._start_at = None
        parent = os.getpid()
        while len(self._children) < self._count:
            pid = os.fork()
            if not pid:
                self._run_child(parent)
            self._children[pid] = monotonic()

    def _run_child(self, parent: int) -> NoReturn:
        code = 1
        try:
            end_with(parent)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
            self._work()
            code = 0
        except Exception:
            LOG.exception("This process failed")
        finally:
            logging.shutdown()
            os._exit(code)
