"""Work that coverage need not watch again."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unwatched() -> Iterator[None]:
    """Run a block of a test without coverage, which makes Python twice as slow.

    For what other tests, or the first round of this one, run with coverage. Threads that begin
    in the block are still watched.
    """
    watching = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(watching)
