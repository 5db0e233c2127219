"""Deaths of another service, such as Cinder, at every request of a scenario."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from computeapi.domain.errors import Unavailable
from computeapi.peer import Peer

#: A request is lost; it is done in part, and the answer is lost; or it is done, and the answer is
#: lost.
BEFORE, AMID, AFTER = "before", "amid", "after"
#: The service lives, but the request is given up, and is done when all else has ended.
LATE = "late"


class ServiceDeaths:
    """A service that dies once at a request, and is there again when it is asked next.

    :param error: the class of the error when it does not answer.
    :param lasting: the ends of the paths of POST requests that may be done late.
    :param in_part: a service does requests in part within its context.
    :ivar fatal: the number of the request; None for none. Only those that may be done late count
        where they are.
    :ivar died: whether it has died.
    """

    def __init__(
        self,
        moment: str,
        error: type[Unavailable],
        lasting: tuple[str, ...],
        in_part: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        self._moment = moment
        self._error = error
        self._lasting = lasting
        self._in_part = in_part
        self._send = Peer.send
        self.begin(None)

    def begin(self, fatal: int | None) -> None:
        """Count requests from now on."""
        self.asked, self.fatal, self.died = 0, fatal, False
        self._left: list[Callable[[], object]] = []

    def die_at_requests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put this between the service and all that ask it."""

        def send(peer, sender, method, path, **named):
            return self._ask(method, path, lambda: self._send(peer, sender, method, path, **named))

        monkeypatch.setattr(Peer, "send", send)

    def carry_out_late(self) -> None:
        """Do the request that was given up."""
        while self._left:
            self._left.pop()()

    def every_request(self, play: Callable[[int], None], least: int = 3) -> None:
        """Play a scenario once for each of its requests, at which the service dies.

        :param least: it has as many requests as these, or more, when all count.
        """
        number = 0
        while True:
            self.begin(None)
            number += 1
            play(number)
            if not self.died:
                break
        assert number > (0 if self._moment == LATE else least)

    def _ask(self, method: str, path: str, send: Callable[[], object]) -> object:
        if self._moment == LATE and not (method == "POST" and path.endswith(self._lasting)):
            return send()
        self.asked += 1
        if self.asked != self.fatal:
            return send()
        self.died = True
        if self._moment == LATE:
            self._left.append(send)
        elif self._moment == AFTER:
            send()
        elif self._moment == AMID:
            with self._in_part():
                send()
        raise self._error("The service does not answer.")
