"""The errors of the service, each with a message and the code that the Compute API gives it.

Every class carries ``code``, the HTTP status of the fault a caller sees (API
reference, "Faults"): the front ends need no table of their own.
"""


class Error(Exception):
    """Base of every error that a caller is meant to read.

    :param message: the sentence the caller sees.
    """

    code = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Error):
    """The request is well formed but asks for something that cannot be."""

    code = 400


class MarkerNotFound(Invalid):
    """The marker of a page names nothing that the caller could have seen."""

    def __init__(self, marker: str) -> None:
        super().__init__(f"marker [{marker}] not found")


class Unauthenticated(Error):
    """The identity service did not vouch for a caller."""

    code = 401

    def __init__(self, message: str = "The request you have made requires authentication.") -> None:
        super().__init__(message)


class Forbidden(Error):
    """The caller may not do this."""

    code = 403


class QuotaExceeded(Forbidden):
    """The project would use more than it is allowed to."""


class NotFound(Error):
    """There is no such thing, or the caller may not know that there is."""

    code = 404


class Conflict(Error):
    """The request does not fit the state that the thing is in."""

    code = 409


class Gone(Error):
    """The operation was part of the API, and was removed in all versions."""

    code = 410

    def __init__(self, message: str = "This operation was removed from the API.") -> None:
        super().__init__(message)


class NotSupported(Error):
    """The hypervisors of this service cannot do this."""

    code = 501


class Unavailable(Error):
    """Something that this service leans on does not answer.

    :param message: the sentence the caller sees.
    :param retry_after: seconds after which it makes sense to ask again.
    """

    code = 503

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ImageUnreachable(Unavailable):
    """The image service does not answer, or its answer makes no sense."""


class VolumesUnreachable(Unavailable):
    """The volume service does not answer, or its answer makes no sense."""


class NetworkUnreachable(Unavailable):
    """The network service does not answer, or its answer makes no sense."""


class NoAddressLeft(Invalid):
    """A network has no address that a port could have."""


_KINDS: tuple[type[Error], ...] = (Invalid, Forbidden, NotFound, Conflict)


def error_of(code: int, message: str) -> Error:
    """Return the error that has a code; the base of all errors for any other code."""
    kind = next((kind for kind in _KINDS if kind.code == code), Error)
    return kind(message)


class LeaseLost(Exception):
    """Another worker holds the operation now: stop, and write nothing."""


class Superseded(Exception):
    """A delete waits for this server: the running operation stops here."""
