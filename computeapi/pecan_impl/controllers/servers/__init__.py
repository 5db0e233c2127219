"""The controllers of servers, put together of their themes."""

from wsme.api import Response

from computeapi.pecan_impl.controllers import removed
from computeapi.pecan_impl.controllers.servers import listing
from computeapi.pecan_impl.controllers.servers.addresses import (
    AddressActionController,
    AddressesController,
)
from computeapi.pecan_impl.controllers.servers.administration import AdministrationActionController
from computeapi.pecan_impl.controllers.servers.changing import ServerUpdateController
from computeapi.pecan_impl.controllers.servers.console import (
    ConsoleActionController,
    RemoteConsolesController,
)
from computeapi.pecan_impl.controllers.servers.creation import ServersCreateController
from computeapi.pecan_impl.controllers.servers.deletion import (
    DeletionActionController,
    ServerDeleteController,
)
from computeapi.pecan_impl.controllers.servers.diagnostics import DiagnosticsController
from computeapi.pecan_impl.controllers.servers.evacuating import EvacuatingActionController
from computeapi.pecan_impl.controllers.servers.instance_actions import InstanceActionsController
from computeapi.pecan_impl.controllers.servers.interfaces import InterfacesController
from computeapi.pecan_impl.controllers.servers.locking import LockingActionController
from computeapi.pecan_impl.controllers.servers.metadata import ServerMetadataController
from computeapi.pecan_impl.controllers.servers.migrating import MigratingActionController
from computeapi.pecan_impl.controllers.servers.migrations import ServerMigrationsController
from computeapi.pecan_impl.controllers.servers.moving import MovingActionController
from computeapi.pecan_impl.controllers.servers.passwords import ServerPasswordController
from computeapi.pecan_impl.controllers.servers.power import PowerActionController
from computeapi.pecan_impl.controllers.servers.rebuilding import RebuildingActionController
from computeapi.pecan_impl.controllers.servers.rescue import RescueActionController
from computeapi.pecan_impl.controllers.servers.security_groups import (
    SecurityGroupActionController,
    ServerSecurityGroupsController,
)
from computeapi.pecan_impl.controllers.servers.shares import SharesController
from computeapi.pecan_impl.controllers.servers.shelving import ShelvingActionController
from computeapi.pecan_impl.controllers.servers.snapshots import SnapshotActionController
from computeapi.pecan_impl.controllers.servers.tags import TagsController
from computeapi.pecan_impl.controllers.servers.topology import TopologyController
from computeapi.pecan_impl.controllers.servers.volume_attachments import (
    VolumeAttachmentsController,
)
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.types.servers.action import Action


class ServerActionController(
    PowerActionController,
    LockingActionController,
    MovingActionController,
    MigratingActionController,
    EvacuatingActionController,
    ShelvingActionController,
    RebuildingActionController,
    RescueActionController,
    DeletionActionController,
    AdministrationActionController,
    ConsoleActionController,
    SecurityGroupActionController,
    AddressActionController,
    SnapshotActionController,
    removed.RemovedServerActionController,
):
    """``/servers/{server_id}/action``."""

    @expose(None, body=Action, status_code=202)
    def post(self, action: Action) -> Response:
        """Carry out an action on the server."""
        return self.run(action)


class ServerController(
    listing.ServerShowController, ServerUpdateController, ServerDeleteController
):
    """``/servers/{server_id}``."""

    segment = "server_id"

    children = {
        "action": ServerActionController,
        "ips": AddressesController,
        "metadata": ServerMetadataController,
        "migrations": ServerMigrationsController,
        "os-instance-actions": InstanceActionsController,
        "os-interface": InterfacesController,
        "os-volume_attachments": VolumeAttachmentsController,
        "shares": SharesController,
        "os-security-groups": ServerSecurityGroupsController,
        "diagnostics": DiagnosticsController,
        "os-server-password": ServerPasswordController,
        "tags": TagsController,
        "topology": TopologyController,
        "remote-consoles": RemoteConsolesController,
        **removed.controllers("servers/{server_id}/"),
    }


class ServersController(listing.ServersListController, ServersCreateController):
    """``/servers``."""

    children = {"detail": listing.ServersDetailController}
    item = ServerController
