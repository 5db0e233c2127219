"""Response bodies of the use of servers (API reference, "Usage reports")."""

from computeapi.api import simple_tenant_usage as contract
from computeapi.domain.usage import ProjectUsage, ServerUsage, UsageWindow
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import (
    EXACT_MOMENT,
    INTEGER,
    LINKS,
    NUMBER,
    TEXT,
    at_times,
    entity,
    nullable,
    page,
)

_SERVER = entity(
    {
        "instance_id": TEXT,
        "name": TEXT,
        "tenant_id": TEXT,
        "state": TEXT,
        "flavor": TEXT,
        "vcpus": INTEGER,
        "memory_mb": INTEGER,
        "local_gb": INTEGER,
        "hours": NUMBER,
        "uptime": INTEGER,
        "started_at": EXACT_MOMENT,
        "ended_at": nullable(EXACT_MOMENT),
    }
)
_PROJECT = {
    "tenant_id": TEXT,
    "start": EXACT_MOMENT,
    "stop": EXACT_MOMENT,
    "total_hours": NUMBER,
    "total_vcpus_usage": NUMBER,
    "total_memory_mb_usage": NUMBER,
    "total_local_gb_usage": NUMBER,
}
_LISTED = entity({**_PROJECT, "server_usages": at_times(array(_SERVER))})
USAGES = page("tenant_usages", _LISTED, span=contract.PAGING)
#: A project without servers in the window is an empty object.
_SHOWN = entity(
    {name: at_times(schema) for name, schema in _PROJECT.items()}
    | {"server_usages": at_times(array(_SERVER))}
)
USAGE = entity({"tenant_usage": _SHOWN, "tenant_usage_links": at_times(LINKS, contract.PAGING)})


def project(usage: ProjectUsage, detailed: bool) -> Document:
    """Return the document of the use of a project.

    :param detailed: whether it has that of each server.
    """
    document = {
        "tenant_id": usage.project_id,
        "start": microseconds(usage.window.start),
        "stop": microseconds(usage.window.stop),
        "total_hours": usage.hours,
        "total_vcpus_usage": usage.vcpu_hours,
        "total_memory_mb_usage": usage.memory_mb_hours,
        "total_local_gb_usage": usage.disk_gb_hours,
    }
    if detailed:
        document["server_usages"] = [server(one, usage.window) for one in usage.servers]
    return document


def server(usage: ServerUsage, window: UsageWindow) -> Document:
    """Return the document of the use of a server, with the size it has now or had in the end."""
    latest = usage.latest
    return {
        "instance_id": usage.server_id,
        "name": usage.name,
        "tenant_id": usage.project_id,
        "state": usage.state,
        "flavor": latest.flavor_name,
        "vcpus": latest.vcpus,
        "memory_mb": latest.memory_mb,
        "local_gb": latest.disk_gb,
        "hours": usage.hours(window),
        "uptime": usage.uptime(window.now),
        "started_at": microseconds(usage.started_at),
        "ended_at": microseconds(usage.ended_at) if usage.ended_at else None,
    }
