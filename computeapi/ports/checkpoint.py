"""The check between the steps of a long operation."""

from collections.abc import Callable

#: Returns when the operation may go on; raises when it must stop there.
Checkpoint = Callable[[], None]
