"""``/os-volumes_boot``: an alias of ``/servers`` and of some paths below it."""

from wsme.api import Response

from computeapi.api.servers.changes import VOLUMES_BOOT
from computeapi.pecan_impl.controllers import servers
from computeapi.pecan_impl.controllers.servers.listing import ServersDetailController
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.servers.volumes_boot import AliasAction


class ServerActionAliasController(servers.ServerActionController):
    """``/os-volumes_boot/{server_id}/action``; the type of the body has the microversions."""

    @expose(None, body=AliasAction, status_code=202)
    def post(self, action: OneOf) -> Response:
        """Carry out an action on the server."""
        return self.run(action)


class ServerAliasController(servers.ServerController):
    """``/os-volumes_boot/{server_id}``."""

    segment = "server_id"

    span = VOLUMES_BOOT
    children = {"action": ServerActionAliasController}


class ServersDetailAliasController(ServersDetailController):
    """``/os-volumes_boot/detail``."""

    span = VOLUMES_BOOT


class VolumesBootController(servers.ServersController):
    """``/os-volumes_boot``."""

    span = VOLUMES_BOOT
    children = {"detail": ServersDetailAliasController}
    item = ServerAliasController
