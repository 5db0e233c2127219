"""Actions that administer servers."""

from typing import Any

import falcon

from computeapi.api.servers import changes
from computeapi.api.servers.status import RESET_STATES
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.servers import administration as schemas
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service.servers import administration


class AdministrationActions:
    """``os-resetState``, ``injectNetworkInfo``, ``changePassword``, ``trigger_crash_dump``."""

    def __init__(self, service: administration.Administration) -> None:
        self._service = service

    @action("os-resetState", schemas.RESET_STATE)
    def reset_state(
        self, req: Request, resp: falcon.Response, parameters: dict[str, Any], server_id: str
    ) -> None:
        """Reset the state of a server."""
        self._service.reset_state(req.context, server_id, RESET_STATES[parameters["state"]])

    @action("injectNetworkInfo", ANYTHING)
    def inject_network_info(
        self, req: Request, resp: falcon.Response, parameters: Any, server_id: str
    ) -> None:
        """Inject the network information into a server."""
        self._service.inject_network_info(req.context, server_id)

    @action("changePassword", schemas.CHANGE_PASSWORD)
    def change_password(
        self, req: Request, resp: falcon.Response, parameters: dict[str, str], server_id: str
    ) -> None:
        """Change the administrative password of a server."""
        self._service.change_password(req.context, server_id, parameters["adminPass"])

    @action("trigger_crash_dump", schemas.CRASH_DUMP, changes.CRASH_DUMP)
    def trigger_crash_dump(
        self, req: Request, resp: falcon.Response, parameters: None, server_id: str
    ) -> None:
        """Trigger a crash dump in a server."""
        self._service.trigger_crash_dump(req.context, server_id)
