"""The root of the tree, and the documents that tell of the API's versions."""

from webob.exc import HTTPNotFound

from computeapi.api.links import VERSION_PATH
from computeapi.pecan_impl.controllers.availability_zones import AvailabilityZonesController
from computeapi.pecan_impl.controllers.flavors import FlavorsController
from computeapi.pecan_impl.controllers.keypairs import KeypairsController
from computeapi.pecan_impl.controllers.limits import LimitsController
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.servers import ServersController
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import versions as types


class VersionController(Resource):
    """``/v2.1``."""

    def __init__(self) -> None:
        self._children: dict[str, Resource] = {
            "flavors": FlavorsController(),
            "limits": LimitsController(),
            "os-availability-zone": AvailabilityZonesController(),
            "os-keypairs": KeypairsController(),
            "servers": ServersController(),
        }

    def _lookup(self, segment: str) -> Resource:
        if segment not in self._children:
            raise HTTPNotFound
        return self._children[segment]

    @expose(types.VersionDocument)
    def get(self) -> types.VersionDocument:
        """Show the version."""
        return types.VersionDocument(version=types.Version.whole(current().links))


class RootController(Resource):
    """``/``."""

    def __init__(self) -> None:
        self._version = VersionController()

    def _lookup(self, segment: str) -> Resource:
        if segment != VERSION_PATH:
            raise HTTPNotFound
        return self._version

    @expose(types.Versions)
    def get(self) -> types.Versions:
        """List the versions."""
        return types.Versions(versions=[types.Version.brief(current().links)])
