"""The errors of hypervisors."""


class DriverError(Exception):
    """The hypervisor could not do it.

    The message says why, for the log and for administrators: it may name paths and programs of the
    host, and quote the hypervisor.

    :param reason: what the owner of the server reads instead: a clause without anything of the
        host's own. By default that of the class.
    """

    reason = "the hypervisor could not do it"

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        if reason is not None:
            self.reason = reason


#: The reason of errors about guests that are off, see :class:`DriverError`.
NOT_RUNNING = "the guest is not running"


class DriverUnavailable(DriverError):
    """The hypervisor does not answer now; the same request may succeed later."""

    reason = "the hypervisor does not answer"


class GuestNotFound(DriverError):
    """The hypervisor knows no such guest."""

    reason = "the guest is gone from its host"
