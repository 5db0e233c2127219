"""``computeapi-worker``: the worker of a host."""

import queue
import signal
import sys
from collections.abc import Sequence
from types import FrameType

from oslo_config import cfg

from computeapi import bootstrap, conf
from computeapi.cmd import arguments, log, refusal
from computeapi.domain.errors import Conflict, Error
from computeapi.metadata_api.guests import GuestServers
from computeapi.virt.driver import DriverError
from computeapi.worker.worker import Worker

_LOST = 0  # no signal has this number


def main(args: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; return the exit status.

    :param args: the command line, ``sys.argv[1:]`` by default.
    """
    try:
        options = conf.load(
            args=sys.argv[1:] if args is None else args,
            version=f"computeapi-worker {arguments.version()}",
        )
        log.setup(options)
        worker = bootstrap.worker(options, GuestServers)
    except (cfg.Error, ImportError, OSError, ValueError) as error:
        return refusal.refuse("computeapi-worker", error)
    try:
        return run(worker)
    except (Error, DriverError, OSError) as error:
        return refusal.refuse("computeapi-worker", error)


def run(worker: Worker) -> int:
    """Run a worker until a signal ends it.

    :raises Conflict: when another worker has its host.
    """
    # Unlike an Event, a handler that interrupts the waiting thread may put to it.
    signals: queue.SimpleQueue[int] = queue.SimpleQueue()

    def stop(number: int, _frame: FrameType | None) -> None:
        signals.put(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    worker.start(on_lost=lambda: signals.put(_LOST))
    ended_by = signals.get()
    worker.stop()
    if ended_by == _LOST:
        raise Conflict("Another worker has taken the host of this one.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
