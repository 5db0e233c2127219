"""Hosts, until 2.42."""

from computeapi.api import hosts as contract
from computeapi.domain.hosts import Usage
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import ResponseType
from computeapi.pecan_impl.types.values import choice
from computeapi.service.hosts import HostResources

_STATE = choice(contract.STATES)


class HostUpdate(RequestType):
    """The body of a request to change the state of a host."""

    _least = 1

    status = RequestField(_STATE)
    maintenance_mode = RequestField(_STATE)


class Host(ResponseType):
    """A host in a list."""

    host_name = str
    service = str
    zone = str


class Hosts(ResponseType):
    """The list of hosts."""

    hosts = [Host]


class HostResource(ResponseType):
    """The resources of a host that a project uses, or a sum."""

    cpu = int
    disk_gb = int
    host = str
    memory_mb = int
    project = str


class HostResourceDocument(ResponseType):
    """The resources of a host that a project uses, or a sum."""

    resource = HostResource


class HostDocument(ResponseType):
    """A host: its resources in all, used, promised, and used by each project."""

    host = [HostResourceDocument]

    @classmethod
    def of(cls, resources: HostResources) -> "HostDocument":
        """Return the document of a host."""
        host = resources.host
        total = Usage(0, host.vcpus, host.memory_mb, host.disk_gb)
        sums = [("(total)", total), ("(used_now)", resources.used), ("(used_max)", resources.used)]
        return cls(
            host=[
                HostResourceDocument(
                    resource=HostResource(
                        cpu=usage.vcpus,
                        disk_gb=usage.disk_gb,
                        host=host.name,
                        memory_mb=usage.memory_mb,
                        project=project,
                    )
                )
                for project, usage in [*sums, *resources.by_project]
            ]
        )
