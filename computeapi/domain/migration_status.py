"""The states of the record of a move, each under Nova's name for it."""

from enum import StrEnum


class MigrationStatus(StrEnum):
    """How far a move is (API reference, "Migrations")."""

    PREPARING = "preparing"
    RUNNING = "running"
    PRE_MIGRATING = "pre-migrating"
    MIGRATING = "migrating"
    POST_MIGRATING = "post-migrating"
    #: The server is on its new host, and waits to be confirmed or reverted.
    FINISHED = "finished"
    CONFIRMING = "confirming"
    CONFIRMED = "confirmed"
    REVERTING = "reverting"
    REVERTED = "reverted"
    #: The server is on its new host; its old host has not removed the old guest yet.
    DONE = "done"
    COMPLETED = "completed"
    #: The caller ended it before its end.
    CANCELLED = "cancelled"
    ERROR = "error"
