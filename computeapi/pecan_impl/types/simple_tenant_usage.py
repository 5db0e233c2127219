"""The use of servers."""

from wsme.types import Unset

from computeapi.api import simple_tenant_usage as changes
from computeapi.domain import usage as domain
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType


class ServerUsage(ResponseType):
    """The use of a server, with the size it has now or had in the end."""

    ended_at = ResponseField(EXACT_MOMENT, nullable=True)
    flavor = str
    hours = float
    instance_id = str
    local_gb = int
    memory_mb = int
    name = str
    started_at = EXACT_MOMENT
    state = str
    tenant_id = str
    uptime = int
    vcpus = int

    @classmethod
    def of(cls, usage: domain.ServerUsage, window: domain.UsageWindow) -> "ServerUsage":
        """Return the use of a server within a window."""
        latest = usage.latest
        return cls(
            ended_at=usage.ended_at,
            flavor=latest.flavor_name,
            hours=usage.hours(window),
            instance_id=usage.server_id,
            local_gb=latest.disk_gb,
            memory_mb=latest.memory_mb,
            name=usage.name,
            started_at=usage.started_at,
            state=usage.state,
            tenant_id=usage.project_id,
            uptime=usage.uptime(window.now),
            vcpus=latest.vcpus,
        )


class ProjectUsage(ResponseType):
    """The use of the servers of a project."""

    server_usages = ResponseField([ServerUsage], optional=True)
    start = EXACT_MOMENT
    stop = EXACT_MOMENT
    tenant_id = str
    total_hours = float
    total_local_gb_usage = float
    total_memory_mb_usage = float
    total_vcpus_usage = float

    @classmethod
    def of(cls, usage: domain.ProjectUsage, detailed: bool) -> "ProjectUsage":
        """Return the use of a project.

        :param detailed: whether it has that of each server.
        """
        window = usage.window
        servers = [ServerUsage.of(one, window) for one in usage.servers] if detailed else Unset
        return cls(
            server_usages=servers,
            start=window.start,
            stop=window.stop,
            tenant_id=usage.project_id,
            total_hours=usage.hours,
            total_local_gb_usage=usage.disk_gb_hours,
            total_memory_mb_usage=usage.memory_mb_hours,
            total_vcpus_usage=usage.vcpu_hours,
        )


class ShownUsage(ResponseType):
    """The use of one project; without servers in the window it is an empty object."""

    server_usages = ResponseField([ServerUsage], optional=True)
    start = ResponseField(EXACT_MOMENT, optional=True)
    stop = ResponseField(EXACT_MOMENT, optional=True)
    tenant_id = ResponseField(str, optional=True)
    total_hours = ResponseField(float, optional=True)
    total_local_gb_usage = ResponseField(float, optional=True)
    total_memory_mb_usage = ResponseField(float, optional=True)
    total_vcpus_usage = ResponseField(float, optional=True)

    @classmethod
    def of(cls, usage: domain.ProjectUsage) -> "ShownUsage":
        """Return the use of a project, with that of each server."""
        return cls(**vars(ProjectUsage.of(usage, detailed=True)))


class Usages(ResponseType):
    """The use of servers by project."""

    tenant_usages = [ProjectUsage]
    tenant_usages_links = ResponseField([Link], span=changes.PAGING, optional=True)


class UsageDocument(ResponseType):
    """The use of one project."""

    tenant_usage = ShownUsage
    tenant_usage_links = ResponseField([Link], span=changes.PAGING, optional=True)
