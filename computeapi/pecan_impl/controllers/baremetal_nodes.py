"""Bare metal nodes."""

from wsme.api import Response

from computeapi.api.baremetal_nodes import SERVED
from computeapi.pecan_impl.controllers.actions import ActionResource, action
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.baremetal_nodes import BaremetalNodeAction


class BaremetalNodeActionController(ActionResource):
    """``/os-baremetal-nodes/{node_id}/action``; the type of the body has the microversions."""

    @expose(None, body=BaremetalNodeAction, status_code=200)
    def post(self, body: BaremetalNodeAction) -> Response:
        """Refuse an action on the node."""
        return self.run(body)

    @action(refuses=True)
    def add_interface(self, parameters: object) -> None:
        """Refuse to add an interface to a node."""
        current().services.baremetal_nodes.change()

    @action(refuses=True)
    def remove_interface(self, parameters: object) -> None:
        """Refuse to remove an interface from a node."""
        current().services.baremetal_nodes.change()


class BaremetalNodeController(Resource):
    """``/os-baremetal-nodes/{node_id}``."""

    segment = "node_id"

    span = SERVED
    children = {"action": BaremetalNodeActionController}

    @expose(None, successes=(), faults=frozenset({501}))
    def get(self) -> None:
        """Refuse to show a node."""
        request = current()
        request.services.baremetal_nodes.get(request.context)

    @expose(None, successes=())
    def delete(self) -> None:
        """Refuse to delete a node."""
        current().services.baremetal_nodes.change()


class BaremetalNodesController(Resource):
    """``/os-baremetal-nodes``."""

    span = SERVED
    item = BaremetalNodeController

    @expose(None, successes=(), faults=frozenset({501}))
    def get(self) -> None:
        """Refuse to list nodes."""
        request = current()
        request.services.baremetal_nodes.list(request.context)

    @expose(None, successes=())
    def post(self) -> None:
        """Refuse to make a node."""
        current().services.baremetal_nodes.change()
