"""The root of the tree of controllers, and the documents of the API's versions."""

from computeapi.api.versions import MAJOR_VERSIONS, V2, V21, MajorVersion, major_version
from computeapi.pecan_impl.controllers import openapi, removed
from computeapi.pecan_impl.controllers.aggregates import AggregatesController
from computeapi.pecan_impl.controllers.assisted_volume_snapshots import (
    AssistedVolumeSnapshotsController,
)
from computeapi.pecan_impl.controllers.availability_zones import AvailabilityZonesController
from computeapi.pecan_impl.controllers.baremetal_nodes import BaremetalNodesController
from computeapi.pecan_impl.controllers.console_tokens import ConsoleTokensController
from computeapi.pecan_impl.controllers.extensions import ExtensionsController
from computeapi.pecan_impl.controllers.external_events import ExternalEventsController
from computeapi.pecan_impl.controllers.flavors import FlavorsController
from computeapi.pecan_impl.controllers.floating_ips import (
    FloatingIpPoolsController,
    FloatingIpsController,
)
from computeapi.pecan_impl.controllers.hosts import HostsController
from computeapi.pecan_impl.controllers.hypervisors import HypervisorsController
from computeapi.pecan_impl.controllers.images import ImagesController
from computeapi.pecan_impl.controllers.instance_usage_audit_log import UsageAuditsController
from computeapi.pecan_impl.controllers.keypairs import KeypairsController
from computeapi.pecan_impl.controllers.limits import LimitsController
from computeapi.pecan_impl.controllers.migrations import MigrationsController
from computeapi.pecan_impl.controllers.networks import (
    NetworksController,
    ProjectNetworksController,
)
from computeapi.pecan_impl.controllers.quota_class_sets import QuotaClassSetsController
from computeapi.pecan_impl.controllers.quota_sets import QuotaSetsController
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.controllers.security_groups import (
    SecurityGroupRulesController,
    SecurityGroupsController,
)
from computeapi.pecan_impl.controllers.server_groups import ServerGroupsController
from computeapi.pecan_impl.controllers.servers import ServersController
from computeapi.pecan_impl.controllers.servers.volumes_boot import VolumesBootController
from computeapi.pecan_impl.controllers.services import ServicesController
from computeapi.pecan_impl.controllers.simple_tenant_usage import UsagesController
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.openapi import operations
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types import versions as types


def _version(version: MajorVersion) -> types.VersionDocument:
    return types.VersionDocument(version=types.Version.whole(version, current().links))


class LegacyVersionController(Resource):
    """``/v2``: the document of the API without microversions."""

    @expose(types.VersionDocument, anonymous=True)
    def get(self) -> types.VersionDocument:
        """Show the version."""
        return _version(V2)


class VersionByIdController(Resource):
    """``/v2.1/versions/{version_id}``."""

    segment = "version_id"

    @expose(types.VersionDocument)
    def get(self) -> types.VersionDocument:
        """Show a version."""
        return _version(major_version(self._ids[0]))


class VersionsController(Resource):
    """``/v2.1/versions``, which answers nothing itself."""

    item = VersionByIdController


class VersionController(Resource):
    """``/v2.1``: the version's document, and below it the API."""

    children = {
        "extensions": ExtensionsController,
        "flavors": FlavorsController,
        "images": ImagesController,
        "limits": LimitsController,
        "openapi.json": openapi.controller(lambda: operations(RootController)),
        "os-aggregates": AggregatesController,
        "os-assisted-volume-snapshots": AssistedVolumeSnapshotsController,
        "os-availability-zone": AvailabilityZonesController,
        "os-baremetal-nodes": BaremetalNodesController,
        "os-console-auth-tokens": ConsoleTokensController,
        "os-floating-ip-pools": FloatingIpPoolsController,
        "os-floating-ips": FloatingIpsController,
        "os-hosts": HostsController,
        "os-hypervisors": HypervisorsController,
        "os-migrations": MigrationsController,
        "os-instance_usage_audit_log": UsageAuditsController,
        "os-keypairs": KeypairsController,
        "os-networks": NetworksController,
        "os-quota-class-sets": QuotaClassSetsController,
        "os-quota-sets": QuotaSetsController,
        "os-security-group-rules": SecurityGroupRulesController,
        "os-security-groups": SecurityGroupsController,
        "os-server-external-events": ExternalEventsController,
        "os-server-groups": ServerGroupsController,
        "os-services": ServicesController,
        "os-simple-tenant-usage": UsagesController,
        "os-tenant-networks": ProjectNetworksController,
        "os-volumes_boot": VolumesBootController,
        "servers": ServersController,
        "versions": VersionsController,
        **removed.controllers(),
    }

    @expose(types.VersionDocument, anonymous=True)
    def get(self) -> types.VersionDocument:
        """Show the version."""
        return _version(V21)


class RootController(Resource):
    """``/``."""

    children = {V2.path: LegacyVersionController, V21.path: VersionController}

    @expose(types.Versions, anonymous=True)
    def get(self) -> types.Versions:
        """List versions."""
        links = current().links
        return types.Versions(
            versions=[types.VersionSummary.brief(v, links) for v in MAJOR_VERSIONS]
        )
