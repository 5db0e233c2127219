"""Operations that were removed from the API: each answers 410."""

from collections.abc import Iterable

import falcon

from computeapi.api.openapi.operations import GONE
from computeapi.api.servers import changes
from computeapi.domain.errors import Gone
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import refuses
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import ANYTHING


@refuses(GONE)
def _gone(req: Request, resp: falcon.Response, **path: str) -> None:
    """Answer that the operation was removed.

    :raises Gone: always.
    """
    raise Gone


class RemovedResource:
    """The operations of a path that were removed.

    :param methods: those that it had.
    :param absent: the methods that answer as a path that leads nowhere.
    """

    def __init__(self, methods: Iterable[str], absent: Iterable[str] = ()) -> None:
        for method in methods:
            setattr(self, f"on_{method.lower()}", _gone)
        self.absent = tuple(absent)


class RemovedServerActions:
    """The actions of a server that were removed."""

    @action("os-getRDPConsole", ANYTHING, changes.CONSOLE_ACTIONS)
    @refuses(GONE)
    def get_rdp_console(
        self, req: Request, resp: falcon.Response, parameters: object, server_id: str
    ) -> None:
        """Refuse a console of a hypervisor that Nova no longer has."""
        raise Gone

    @action("resetNetwork", ANYTHING)
    @refuses(GONE)
    def reset_network(
        self, req: Request, resp: falcon.Response, parameters: object, server_id: str
    ) -> None:
        """Refuse to reset the networks of a server."""
        raise Gone
