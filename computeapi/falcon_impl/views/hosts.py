"""Response bodies of hosts (API reference, "Hosts")."""

from typing import Any

from computeapi.domain.hosts import Usage
from computeapi.service.hosts import HostResources


def summary(name: str, zone: str) -> dict[str, Any]:
    """Return the document of a host in a list."""
    return {"host_name": name, "service": "compute", "zone": zone}


def detail(resources: HostResources) -> list[dict[str, Any]]:
    """Return the resources of a host: in all, used, promised, and used by each project."""
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
