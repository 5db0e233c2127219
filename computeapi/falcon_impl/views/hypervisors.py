"""Response bodies of hypervisors (API reference, "Hypervisors")."""

import json
from typing import Any

from computeapi.api import hypervisors as contract
from computeapi.api.versions import Version
from computeapi.domain.hypervisors import ShownHypervisor, Statistics
from computeapi.falcon_impl.views.fields import ABSENT, Constant, Document, Field, Fields
from computeapi.falcon_impl.views.services import state, status


def _cpu_text(shown: ShownHypervisor, view: Any) -> str:
    return json.dumps(shown.hypervisor.details.cpu_info or {})


def _cpu(shown: ShownHypervisor, view: Any) -> Any:
    return shown.hypervisor.details.cpu_info or {}


def _servers(shown: ShownHypervisor, version: Version) -> Any:
    """Return the servers; older microversions leave out an empty list."""
    if shown.servers is None or not (shown.servers or version in contract.EMPTY_SERVERS):
        return ABSENT
    return [{"uuid": server_id, "name": name} for server_id, name in shown.servers]


def _service(shown: ShownHypervisor, version: Version) -> Document:
    service = shown.hypervisor.service
    return {
        "id": service.uuid if version in contract.UUID else service.number,
        "host": service.host.name,
        "disabled_reason": service.disabled_reason,
    }


def _uptime(shown: ShownHypervisor, view: Any) -> str | None:
    return shown.hypervisor.details.uptime if shown.up else None


SUMMARY = Fields(
    Field("id", "hypervisor.number", contract.NUMBER),
    Field("id", "hypervisor.uuid", contract.UUID),
    Field("hypervisor_hostname", "hypervisor.name"),
    Field("state", lambda shown, view: state(shown.up)),
    Field("status", lambda shown, view: status(shown.hypervisor.host.enabled)),
    Field("servers", _servers),
)
DETAIL = Fields(
    *SUMMARY,
    Field("host_ip", "hypervisor.details.host_ip"),
    Field("hypervisor_type", "hypervisor.host.hypervisor_type"),
    Field("hypervisor_version", "hypervisor.host.hypervisor_version"),
    Field("service", _service),
    Field("cpu_info", _cpu_text, contract.CPU_TEXT),
    Field("cpu_info", _cpu, contract.CPU_OBJECT),
    Field("current_workload", "load.workload", contract.LOAD),
    Field("disk_available_least", Constant(None), contract.LOAD),
    Field("free_disk_gb", lambda s, v: _host(s).disk_gb - s.load.used.disk_gb, contract.LOAD),
    Field("free_ram_mb", lambda s, v: _host(s).memory_mb - s.load.used.memory_mb, contract.LOAD),
    Field("local_gb", "hypervisor.host.disk_gb", contract.LOAD),
    Field("local_gb_used", "load.used.disk_gb", contract.LOAD),
    Field("memory_mb", "hypervisor.host.memory_mb", contract.LOAD),
    Field("memory_mb_used", "load.used.memory_mb", contract.LOAD),
    Field("running_vms", "load.used.instances", contract.LOAD),
    Field("vcpus", "hypervisor.host.vcpus", contract.LOAD),
    Field("vcpus_used", "load.used.vcpus", contract.LOAD),
    Field("uptime", _uptime, contract.UPTIME),
)
UPTIME = Fields(*SUMMARY, Field("uptime", _uptime))


def _host(shown: ShownHypervisor) -> Any:
    return shown.hypervisor.host


def summary(shown: ShownHypervisor, version: Version) -> Document:
    """Return the document of a hypervisor in a list without details."""
    return SUMMARY.document(shown, version, version)


def detail(shown: ShownHypervisor, version: Version) -> Document:
    """Return the document of a hypervisor with all details."""
    return DETAIL.document(shown, version, version)


def uptime(shown: ShownHypervisor, version: Version) -> Document:
    """Return the document of a hypervisor with its uptime."""
    return UPTIME.document(shown, version, version)


def statistics(sums: Statistics) -> Document:
    """Return the document of the sums over all hypervisors."""
    used = sums.load.used
    return {
        "count": sums.count,
        "current_workload": sums.load.workload,
        "disk_available_least": None,
        "free_disk_gb": sums.disk_gb - used.disk_gb,
        "free_ram_mb": sums.memory_mb - used.memory_mb,
        "local_gb": sums.disk_gb,
        "local_gb_used": used.disk_gb,
        "memory_mb": sums.memory_mb,
        "memory_mb_used": used.memory_mb,
        "running_vms": used.instances,
        "vcpus": sums.vcpus,
        "vcpus_used": used.vcpus,
    }
