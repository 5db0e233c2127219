"""The root of the tree, and the documents that tell of the API's versions."""

from webob.exc import HTTPNotFound

from computeapi.api.versions import MAJOR_VERSIONS, V2, V21, MajorVersion
from computeapi.pecan_impl.controllers.availability_zones import AvailabilityZonesController
from computeapi.pecan_impl.controllers.flavors import FlavorsController
from computeapi.pecan_impl.controllers.keypairs import KeypairsController
from computeapi.pecan_impl.controllers.limits import LimitsController
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.servers import ServersController
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import versions as types


class VersionDocumentController(Resource):
    """A version's own document.

    :param version: which one.
    """

    def __init__(self, version: MajorVersion) -> None:
        self._version = version

    @expose(types.VersionDocument)
    def get(self) -> types.VersionDocument:
        """Show the version."""
        document = types.Version.whole(self._version, current().links)
        return types.VersionDocument(version=document)


class VersionController(VersionDocumentController):
    """``/v2.1``: the version's document, and below it all that the API has."""

    def __init__(self) -> None:
        super().__init__(V21)
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


class RootController(Resource):
    """``/``."""

    def __init__(self) -> None:
        self._versions = {V2.path: VersionDocumentController(V2), V21.path: VersionController()}

    def _lookup(self, segment: str) -> Resource:
        if segment not in self._versions:
            raise HTTPNotFound
        return self._versions[segment]

    @expose(types.Versions)
    def get(self) -> types.Versions:
        """List the versions."""
        links = current().links
        return types.Versions(versions=[types.Version.brief(v, links) for v in MAJOR_VERSIONS])
