"""The controllers of servers, put together of their themes."""

from wsme.api import Response

from computeapi.pecan_impl.controllers import removed
from computeapi.pecan_impl.controllers.servers import listing
from computeapi.pecan_impl.controllers.servers.addresses import AddressActions, AddressesController
from computeapi.pecan_impl.controllers.servers.administration import Administration
from computeapi.pecan_impl.controllers.servers.changing import Changing
from computeapi.pecan_impl.controllers.servers.console import Console, RemoteConsolesController
from computeapi.pecan_impl.controllers.servers.creation import Creation
from computeapi.pecan_impl.controllers.servers.deletion import Deletion, ForceDelete
from computeapi.pecan_impl.controllers.servers.diagnostics import DiagnosticsController
from computeapi.pecan_impl.controllers.servers.evacuating import Evacuating
from computeapi.pecan_impl.controllers.servers.instance_actions import InstanceActionsController
from computeapi.pecan_impl.controllers.servers.interfaces import InterfacesController
from computeapi.pecan_impl.controllers.servers.locking import Locking
from computeapi.pecan_impl.controllers.servers.metadata import MetadataController
from computeapi.pecan_impl.controllers.servers.migrating import Migrating
from computeapi.pecan_impl.controllers.servers.migrations import MigrationsController
from computeapi.pecan_impl.controllers.servers.moving import Moving
from computeapi.pecan_impl.controllers.servers.passwords import PasswordController
from computeapi.pecan_impl.controllers.servers.power import Power
from computeapi.pecan_impl.controllers.servers.rebuilding import Rebuilding
from computeapi.pecan_impl.controllers.servers.rescue import Rescue
from computeapi.pecan_impl.controllers.servers.security_groups import (
    SecurityGroupActions,
    SecurityGroupsController,
)
from computeapi.pecan_impl.controllers.servers.shares import SharesController
from computeapi.pecan_impl.controllers.servers.shelving import Shelving
from computeapi.pecan_impl.controllers.servers.snapshots import Snapshots
from computeapi.pecan_impl.controllers.servers.tags import TagsController
from computeapi.pecan_impl.controllers.servers.topology import TopologyController
from computeapi.pecan_impl.controllers.servers.volume_attachments import (
    VolumeAttachmentsController,
)
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.types.servers.action import Action


class ServerActionController(
    Power,
    Locking,
    Moving,
    Migrating,
    Evacuating,
    Shelving,
    Rebuilding,
    Rescue,
    ForceDelete,
    Administration,
    Console,
    SecurityGroupActions,
    AddressActions,
    Snapshots,
    removed.RemovedServerActions,
):
    """``/servers/{server_id}/action``."""

    @expose(None, body=Action, status_code=202)
    def post(self, action: Action) -> Response:
        """Carry out an action on the server."""
        return self.run(action)


class ServerController(listing.Showing, Changing, Deletion):
    """``/servers/{server_id}``."""

    segment = "server_id"

    children = {
        "action": ServerActionController,
        "ips": AddressesController,
        "metadata": MetadataController,
        "migrations": MigrationsController,
        "os-instance-actions": InstanceActionsController,
        "os-interface": InterfacesController,
        "os-volume_attachments": VolumeAttachmentsController,
        "shares": SharesController,
        "os-security-groups": SecurityGroupsController,
        "diagnostics": DiagnosticsController,
        "os-server-password": PasswordController,
        "tags": TagsController,
        "topology": TopologyController,
        "remote-consoles": RemoteConsolesController,
        **removed.controllers("servers/{server_id}/"),
    }


class ServersController(listing.Listing, Creation):
    """``/servers``."""

    children = {"detail": listing.ListingDetails}
    item = ServerController
