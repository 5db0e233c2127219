"""Response bodies of hosts (API reference, "Hosts")."""

from typing import Any

from computeapi.domain.hosts import Usage
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, entity
from computeapi.service.hosts import HostResources

HOSTS = entity({"hosts": array(entity({"host_name": TEXT, "service": TEXT, "zone": TEXT}))})
_RESOURCE = entity(
    {"host": TEXT, "project": TEXT, "cpu": INTEGER, "memory_mb": INTEGER, "disk_gb": INTEGER}
)
HOST = entity({"host": array(entity({"resource": _RESOURCE}))})


def summary(name: str, zone: str) -> dict[str, Any]:
    """Return the document of a host in a list."""
    return {"host_name": name, "service": "compute", "zone": zone}


def detail(resources: HostResources) -> list[dict[str, Any]]:
    """Return the resources of a host: in all, used, used at most, and used by each project.

    Nothing is promised beyond the use, so that the second and the third are the same.
    """
    host = resources.host
    total = Usage(0, host.vcpus, host.memory_mb, host.disk_gb)
    lines = [("(total)", total), ("(used_now)", resources.used), ("(used_max)", resources.used)]
    return [
        {
            "resource": {
                "host": host.name,
                "project": project,
                "cpu": usage.vcpus,
                "memory_mb": usage.memory_mb,
                "disk_gb": usage.disk_gb,
            }
        }
        for project, usage in [*lines, *resources.by_project]
    ]
