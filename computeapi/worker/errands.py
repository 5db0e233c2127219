"""Threads that look for something to do: now and then, and when they are woken."""

import logging
import threading

from computeapi.domain.errors import Unavailable

LOG = logging.getLogger(__name__)


class Errand:
    """A thread that calls :meth:`look` at once, after each interval, and when it is woken.

    :param name: of the thread.
    :param interval: seconds between two looks.
    :param is_urgent: whether it looks at once: the services that it asks may be starting, too.
    """

    def __init__(self, name: str, interval: float, is_urgent: bool = True) -> None:
        self._name = name
        self._interval = interval
        self._is_urgent = is_urgent
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._told = ""

    def look(self) -> None:
        """Look for work, and do it."""
        raise NotImplementedError

    def start(self) -> None:
        """Begin, with a look at once."""
        self._thread.start()

    def stop(self, patience: float) -> None:
        """End; an errand under way ends at its next checkpoint.

        :param patience: seconds to wait for that.
        """
        self._stopped.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(timeout=patience)

    def wake(self) -> None:
        """Look soon. Returns at once."""
        self._woken.set()

    def _run(self) -> None:
        if not self._is_urgent:
            self._woken.wait(self._interval)
        while not self._stopped.is_set():
            self._woken.clear()
            try:
                self.look()
                self._told = ""
            except Unavailable as error:
                self._tell(str(error))
            except Exception:
                LOG.exception("The %s failed; the next look may succeed", self._name)
            self._woken.wait(self._interval)

    def _tell(self, reason: str) -> None:
        """Log that another service does not answer, once while it does not."""
        if reason != self._told:
            LOG.warning("The %s has to wait: %s", self._name, reason)
            self._told = reason
