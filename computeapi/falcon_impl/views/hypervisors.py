"""Response bodies of hypervisors (API reference, "Hypervisors")."""

import json
from typing import Any

from computeapi.api import hypervisors as contract
from computeapi.api.versions import Version
from computeapi.domain.hypervisors import ShownHypervisor, Statistics
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import ABSENT, Constant, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import (
    ANY,
    INTEGER,
    TEXT,
    constantly,
    entity,
    mapping,
    nullable,
    page,
)
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


_SERVERS = array(entity({"uuid": TEXT, "name": TEXT}))
_SERVICE = entity(
    {
        "id": (constantly(INTEGER, contract.NUMBER), constantly(TEXT, contract.UUID)),
        "host": TEXT,
        "disabled_reason": nullable(TEXT),
    }
)
SUMMARY = Fields(
    Field("id", "hypervisor.number", INTEGER, contract.NUMBER),
    Field("id", "hypervisor.uuid", TEXT, contract.UUID),
    Field("hypervisor_hostname", "hypervisor.name", TEXT),
    Field("state", lambda shown, view: state(shown.up), TEXT),
    Field("status", lambda shown, view: status(shown.hypervisor.host.enabled), TEXT),
    Field("servers", _servers, _SERVERS, optional=True),
)
DETAIL = Fields(
    *SUMMARY,
    Field("host_ip", "hypervisor.details.host_ip", nullable(TEXT)),
    Field("hypervisor_type", "hypervisor.host.hypervisor_type", TEXT),
    Field("hypervisor_version", "hypervisor.host.hypervisor_version", INTEGER),
    Field("service", _service, _SERVICE),
    Field("cpu_info", _cpu_text, TEXT, contract.CPU_TEXT),
    Field("cpu_info", _cpu, mapping(ANY), contract.CPU_OBJECT),
    Field("current_workload", "load.workload", INTEGER, contract.LOAD),
    Field("disk_available_least", Constant(None), nullable(INTEGER), contract.LOAD),
    Field(
        "free_disk_gb", lambda s, v: _host(s).disk_gb - s.load.used.disk_gb, INTEGER, contract.LOAD
    ),
    Field(
        "free_ram_mb",
        lambda s, v: _host(s).memory_mb - s.load.used.memory_mb,
        INTEGER,
        contract.LOAD,
    ),
    Field("local_gb", "hypervisor.host.disk_gb", INTEGER, contract.LOAD),
    Field("local_gb_used", "load.used.disk_gb", INTEGER, contract.LOAD),
    Field("memory_mb", "hypervisor.host.memory_mb", INTEGER, contract.LOAD),
    Field("memory_mb_used", "load.used.memory_mb", INTEGER, contract.LOAD),
    Field("running_vms", "load.used.instances", INTEGER, contract.LOAD),
    Field("vcpus", "hypervisor.host.vcpus", INTEGER, contract.LOAD),
    Field("vcpus_used", "load.used.vcpus", INTEGER, contract.LOAD),
    Field("uptime", _uptime, nullable(TEXT), contract.UPTIME),
)
UPTIME = Fields(*SUMMARY, Field("uptime", _uptime, nullable(TEXT)))

HYPERVISORS, HYPERVISOR_DETAILS = (
    page("hypervisors", table.schema, span=contract.PAGES) for table in (SUMMARY, DETAIL)
)
#: A search has no pages.
FOUND = entity({"hypervisors": array(SUMMARY.schema)})
HYPERVISOR, HYPERVISOR_UPTIME = (entity({"hypervisor": table.schema}) for table in (DETAIL, UPTIME))
STATISTICS = entity(
    {
        "hypervisor_statistics": entity(
            {
                "count": INTEGER,
                "current_workload": INTEGER,
                "disk_available_least": nullable(INTEGER),
                "free_disk_gb": INTEGER,
                "free_ram_mb": INTEGER,
                "local_gb": INTEGER,
                "local_gb_used": INTEGER,
                "memory_mb": INTEGER,
                "memory_mb_used": INTEGER,
                "running_vms": INTEGER,
                "vcpus": INTEGER,
                "vcpus_used": INTEGER,
            }
        )
    }
)


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
