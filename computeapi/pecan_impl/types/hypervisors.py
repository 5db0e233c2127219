"""Hypervisors."""

import json
from typing import Any, Self

from wsme.types import Unset, UserType

from computeapi.api import hypervisors as contract
from computeapi.api.openapi.schemas import Schema
from computeapi.api.versions import Version
from computeapi.domain.hypervisors import ShownHypervisor
from computeapi.domain.hypervisors import Statistics as DomainStatistics
from computeapi.pecan_impl.types.links import Link
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.services import state, status


class CpuInfo(UserType):
    """The processors of a host."""

    basetype = object
    name = "processors"

    def tobasetype(self, value: Any) -> Any:
        """Return the form of the processors."""
        return value

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "object", "additionalProperties": {}}


class CpuText(CpuInfo):
    """The processors of a host as JSON in a text."""

    def tobasetype(self, value: Any) -> str:
        """Return the form of the processors."""
        return json.dumps(value)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {"type": "string"}


class HypervisorService(ResponseType):
    """The compute service of a hypervisor's host."""

    disabled_reason = ResponseField(str, nullable=True)
    host = str
    number = ResponseField(int, name="id", span=contract.NUMBER)
    uuid = ResponseField(str, name="id", span=contract.UUID)


class HypervisorServer(ResponseType):
    """A server of a hypervisor."""

    name = str
    uuid = str


class HypervisorSummary(ResponseType):
    """An entry of the short list of hypervisors."""

    hypervisor_hostname = str
    number = ResponseField(int, name="id", span=contract.NUMBER)
    servers = ResponseField([HypervisorServer], optional=True)
    state = str
    status = str
    uuid = ResponseField(str, name="id", span=contract.UUID)

    @classmethod
    def brief(cls, shown: ShownHypervisor, version: Version) -> Self:
        """Return an entry of the short list; older versions leave out an empty list of servers."""
        servers: Any = Unset
        if shown.servers is not None and (shown.servers or version in contract.EMPTY_SERVERS):
            servers = [HypervisorServer(uuid=uuid, name=name) for uuid, name in shown.servers]
        hypervisor = shown.hypervisor
        return cls(
            hypervisor_hostname=hypervisor.name,
            number=hypervisor.number,
            servers=servers,
            state=state(shown.up),
            status=status(hypervisor.host.enabled),
            uuid=hypervisor.uuid,
        )


class HypervisorUptime(HypervisorSummary):
    """A hypervisor with its uptime."""

    uptime = ResponseField(str, nullable=True)

    @classmethod
    def with_uptime(cls, shown: ShownHypervisor, version: Version) -> Self:
        """Return a hypervisor with its uptime."""
        document = cls.brief(shown, version)
        document.add(uptime=shown.hypervisor.details.uptime)
        return document


class Hypervisor(HypervisorSummary):
    """All of a hypervisor."""

    cpu_info = ResponseField(CpuInfo(), span=contract.CPU_OBJECT)
    cpu_text = ResponseField(CpuText(), name="cpu_info", span=contract.CPU_TEXT)
    current_workload = ResponseField(int, span=contract.LOAD)
    disk_available_least = ResponseField(int, span=contract.LOAD, nullable=True)
    free_disk_gb = ResponseField(int, span=contract.LOAD)
    free_ram_mb = ResponseField(int, span=contract.LOAD)
    host_ip = ResponseField(str, nullable=True)
    hypervisor_type = str
    hypervisor_version = int
    local_gb = ResponseField(int, span=contract.LOAD)
    local_gb_used = ResponseField(int, span=contract.LOAD)
    memory_mb = ResponseField(int, span=contract.LOAD)
    memory_mb_used = ResponseField(int, span=contract.LOAD)
    running_vms = ResponseField(int, span=contract.LOAD)
    service = HypervisorService
    uptime = ResponseField(str, span=contract.UPTIME, nullable=True)
    vcpus = ResponseField(int, span=contract.LOAD)
    vcpus_used = ResponseField(int, span=contract.LOAD)

    @classmethod
    def whole(cls, shown: ShownHypervisor, version: Version) -> "Hypervisor":
        """Return all of a hypervisor."""
        document, details = cls.brief(shown, version), shown.hypervisor.details
        host, service = shown.hypervisor.host, shown.hypervisor.service
        cpu_info = details.cpu_info or {}
        document.add(
            cpu_info=cpu_info,
            cpu_text=cpu_info,
            host_ip=details.host_ip,
            hypervisor_type=host.hypervisor_type,
            hypervisor_version=host.hypervisor_version,
            service=HypervisorService(
                disabled_reason=service.disabled_reason,
                host=host.name,
                number=service.number,
                uuid=service.uuid,
            ),
            uptime=details.uptime if shown.up else None,
            **_load(host.vcpus, host.memory_mb, host.disk_gb, shown.load),
        )
        return document


def _load(vcpus: int, memory_mb: int, disk_gb: int, load: Any) -> dict[str, Any]:
    """Return the attributes that show how much is used, of how much."""
    used = load.used
    return {
        "current_workload": load.workload,
        "disk_available_least": None,
        "free_disk_gb": disk_gb - used.disk_gb,
        "free_ram_mb": memory_mb - used.memory_mb,
        "local_gb": disk_gb,
        "local_gb_used": used.disk_gb,
        "memory_mb": memory_mb,
        "memory_mb_used": used.memory_mb,
        "running_vms": used.instances,
        "vcpus": vcpus,
        "vcpus_used": used.vcpus,
    }


class HypervisorUptimeDocument(ResponseType):
    """A hypervisor with its uptime."""

    hypervisor = HypervisorUptime


class FoundHypervisors(ResponseType):
    """The hypervisors that a search found; they have no pages."""

    hypervisors = [HypervisorSummary]


class HypervisorSummaries(ResponseType):
    """A page of the short list of hypervisors."""

    hypervisors = [HypervisorSummary]
    hypervisors_links = ResponseField([Link], span=contract.PAGES, optional=True)


class HypervisorDocument(ResponseType):
    """A hypervisor."""

    hypervisor = Hypervisor


class Hypervisors(ResponseType):
    """A page of hypervisors."""

    hypervisors = [Hypervisor]
    hypervisors_links = ResponseField([Link], optional=True, span=contract.PAGES)


class Statistics(ResponseType):
    """The sums over all hypervisors."""

    count = int
    current_workload = int
    disk_available_least = ResponseField(int, nullable=True)
    free_disk_gb = int
    free_ram_mb = int
    local_gb = int
    local_gb_used = int
    memory_mb = int
    memory_mb_used = int
    running_vms = int
    vcpus = int
    vcpus_used = int


class StatisticsDocument(ResponseType):
    """The sums over all hypervisors."""

    hypervisor_statistics = Statistics

    @classmethod
    def of(cls, sums: DomainStatistics) -> "StatisticsDocument":
        """Return the document of the sums."""
        load = _load(sums.vcpus, sums.memory_mb, sums.disk_gb, sums.load)
        return cls(hypervisor_statistics=Statistics(count=sums.count, **load))
