"""The limits of a server: the number of connections, and the time of each phase of a request."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, auto
from time import monotonic
from typing import Any

from computeapi.filters.size_limit import DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Limits:
    """The options of ``[server:main]``, the same for every server.

    :ivar max_connections: that one process has at a time; others wait to be accepted.
    :ivar header_timeout: seconds for the whole header of a request, and for a new connection to
        send its first byte.
    :ivar body_timeout: seconds for the whole body of a request.
    :ivar idle_timeout: seconds that a connection is kept between two requests.
    :ivar request_timeout: seconds from the first byte of a request to the last of its answer.
    :ivar grace_timeout: seconds for requests under way when the service is told to stop.
    :ivar max_request_body_size: bytes.
    :ivar threads: requests that one process answers at a time; of the server ``threads`` only.
    """

    max_connections: int = 1000
    header_timeout: float = 10.0
    body_timeout: float = 30.0
    idle_timeout: float = 60.0
    request_timeout: float = 120.0
    grace_timeout: float = 20.0
    max_request_body_size: int = DEFAULT_LIMIT
    threads: int = 8

    @classmethod
    def from_options(cls, shared: Mapping[str, str], own: Mapping[str, str]) -> "Limits":
        """Return the limits that a paste.deploy file sets.

        :param shared: of ``[DEFAULT]``; only ``max_request_body_size`` counts, which the
            filter ``size_limit`` reads as well.
        :param own: of the server's section.
        :raises ValueError: when an option is unknown, or its value is no positive number.
        """
        kinds = {field.name: type(field.default) for field in fields(cls)}
        unknown = sorted(own.keys() - kinds.keys())
        if unknown:
            raise ValueError(f"[server:main] has an unknown option: {', '.join(unknown)}")
        size = "max_request_body_size"
        chosen = {size: shared[size], **own} if size in shared else own
        return cls(**{name: _positive(kinds[name], name, text) for name, text in chosen.items()})


def _positive(kind: type, name: str, text: str) -> Any:
    try:
        value: float = kind(text)
    except ValueError:
        value = 0
    if not 0 < value < math.inf:
        raise ValueError(f"[server:main] {name} must be a positive number, not '{text}'")
    return value


class Phase(Enum):
    """The stage that a connection has reached in its current request."""

    CONNECTED = auto()  # has sent nothing yet
    HEADER = auto()
    BODY = auto()
    ANSWER = auto()
    IDLE = auto()  # between two requests


class Watch:
    """Measures how long a connection stays in a phase, and how long a request takes."""

    __slots__ = ("_began", "_limits", "_request_timeout", "_since", "phase")

    def __init__(self, limits: Limits) -> None:
        self.phase = Phase.CONNECTED
        self._since = self._began = monotonic()
        self._request_timeout = limits.request_timeout
        self._limits = {
            Phase.CONNECTED: limits.header_timeout,
            Phase.HEADER: limits.header_timeout,
            Phase.BODY: limits.body_timeout,
            Phase.ANSWER: limits.request_timeout,
            Phase.IDLE: limits.idle_timeout,
        }

    def enter(self, phase: Phase) -> None:
        """Begin a phase; a request begins with its header."""
        self._since = monotonic()
        if phase is Phase.HEADER:
            self._began = self._since
        self.phase = phase

    def is_late(self, now: float) -> bool:
        """Return whether the connection has taken longer than it may.

        :param now: of the monotonic clock.
        """
        if now - self._since > self._limits[self.phase]:
            return True
        return self.phase is not Phase.IDLE and now - self._began > self._request_timeout

    def awaits_request(self) -> bool:
        """Return whether a request has begun to arrive and has not arrived whole."""
        return self.phase in (Phase.HEADER, Phase.BODY)

    def is_between_requests(self) -> bool:
        """Return whether no byte of a request has arrived."""
        return self.phase in (Phase.CONNECTED, Phase.IDLE)
