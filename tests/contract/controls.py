"""The tests' own means to change a cloud, as requests."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from computeapi.api.faults import WSGIApp

if TYPE_CHECKING:
    from tests.contract.clouds import Cloud


class Controls:
    """A WSGI filter with the test's own means, each a POST.

    ``/-/work`` carries out what is queued, ``/-/lose-host`` has the host die, ``/-/return-host``
    has it back with its worker,
    ``/-/add-host/NAME`` adds a host, and ``/-/fail/METHOD`` lets that method of the driver fail
    from now on.
    """

    def __init__(self, cloud: "Cloud", app: WSGIApp) -> None:
        self._cloud = cloud
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        """Answer a request."""
        top, _, rest = environ["PATH_INFO"].removeprefix("/").partition("/")
        if top != "-":
            return self._app(environ, start_response)
        means, _, argument = rest.partition("/")
        if means == "fail":
            self._cloud.driver.control(fail=[argument])
        elif means == "add-host":
            self._cloud.add_host(argument)
        else:
            {
                "work": self._cloud.work,
                "lose-host": self._cloud.lose_host,
                "return-host": self._cloud.return_host,
            }[means]()
        start_response("204 No Content", [])
        return []
