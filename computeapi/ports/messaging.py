"""The messages between the API and the workers: wake-ups and questions."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
Method = Callable[..., JSON]


class RPCClient(Protocol):
    """The API's side. Safe to share between threads, real or green."""

    def cast(self, host: str) -> None:
        """Wake a host's worker; several wake-ups may become one.

        Returns at once and never raises: a worker that misses it finds its work
        by looking.
        """

    def call(self, host: str, method: str, /, **arguments: JSON) -> JSON:
        """Ask a host's worker and wait for the answer.

        :param method: a name from the mapping that the worker gave to its listener.
        :raises computeapi.domain.errors.Unavailable: when there is no worker, or no
            answer within ``[messaging] call_timeout``.
        :raises computeapi.domain.errors.Error: what the method raised, with its class
            and message.
        """


class Listener(Protocol):
    """A worker's side. Runs in real threads of its own."""

    def start(self, host: str, on_wake: Callable[[], None], methods: Mapping[str, Method]) -> None:
        """Begin to listen, and return.

        :param host: the name callers address.
        :param on_wake: called for each wake-up; it must return soon.
        :param methods: what may be asked. Each is called with keyword arguments, from
            several threads at once, and returns JSON; a domain error it raises reaches
            the caller.
        """

    def stop(self) -> None:
        """Stop listening. Answers under way may be lost."""
