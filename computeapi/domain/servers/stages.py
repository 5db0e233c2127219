"""The stages that operations on servers have, and the ends that they come to."""

from dataclasses import dataclass
from enum import StrEnum

from computeapi.domain.migration_status import MigrationStatus


class Outcome(StrEnum):
    """The state of a server after an operation on it has failed for good."""

    ERROR = "error"
    #: It has the ``vm_state`` again that it had when the operation was accepted.
    UNCHANGED = "unchanged"
    #: The state that the stages gave it which undo the operation.
    UNDONE = "undone"
    #: The state that it has by then: the operation was accepted while another one changed it.
    KEPT = "kept"


class On(StrEnum):
    """The host on which a stage of an operation runs."""

    #: That of the server when the operation was accepted.
    SOURCE = "source"
    #: The other host of the operation: in most cases the one that the server is to go to.
    TARGET = "target"
    #: The one that the server has when the stage begins: it may have moved since the acceptance.
    PRESENT = "present"
    #: One after the other, every host that the server has a claim on; first the other host of the
    #: operation, if it has one.
    EACH = "each"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of an operation that runs on one host, under a lease of its own.

    :ivar migration_status: the status of the record of the move while the stage waits or runs.
    """

    name: str
    on: On = On.SOURCE
    migration_status: MigrationStatus | None = None
