"""``/os-baremetal-nodes``."""

import falcon

from computeapi.api.baremetal_nodes import SERVED
from computeapi.falcon_impl.actions import action
from computeapi.falcon_impl.declarations import refuses
from computeapi.falcon_impl.hooks import during
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.schemas.values import ANYTHING
from computeapi.service import baremetal_nodes


@during(SERVED)
class BaremetalNodesResource:
    """``/os-baremetal-nodes``."""

    def __init__(self, service: baremetal_nodes.BaremetalNodes) -> None:
        self._service = service

    @refuses(501)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """Refuse to list nodes."""
        self._service.list(req.context)

    @refuses()
    def on_post(self, req: Request, resp: falcon.Response) -> None:
        """Refuse to make a node."""
        self._service.change()


@during(SERVED)
class BaremetalNodeResource:
    """``/os-baremetal-nodes/{node_id}``."""

    def __init__(self, service: baremetal_nodes.BaremetalNodes) -> None:
        self._service = service

    @refuses(501)
    def on_get(self, req: Request, resp: falcon.Response, node_id: str) -> None:
        """Refuse to show a node."""
        self._service.get(req.context)

    @refuses()
    def on_delete(self, req: Request, resp: falcon.Response, node_id: str) -> None:
        """Refuse to delete a node."""
        self._service.change()


class BaremetalNodeActions:
    """``add_interface`` and ``remove_interface``."""

    def __init__(self, service: baremetal_nodes.BaremetalNodes) -> None:
        self._service = service

    @action("add_interface", ANYTHING, SERVED)
    @refuses()
    def add_interface(
        self, req: Request, resp: falcon.Response, parameters: object, node_id: str
    ) -> None:
        """Refuse to add an interface to a node."""
        self._service.change()

    @action("remove_interface", ANYTHING, SERVED)
    @refuses()
    def remove_interface(
        self, req: Request, resp: falcon.Response, parameters: object, node_id: str
    ) -> None:
        """Refuse to remove an interface from a node."""
        self._service.change()
