"""The diagnostics of a server as a document."""

from dataclasses import asdict

from computeapi.api.servers import diagnostics as facts
from computeapi.domain.servers.diagnostics import DiskFigures
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Document
from computeapi.falcon_impl.views.schemas import BOOL, INTEGER, TEXT, entity, mapping, nullable
from computeapi.service.servers.diagnostics import Report

_FIGURE = nullable(INTEGER)
_CPU = entity({"id": INTEGER, "time": _FIGURE, "utilisation": _FIGURE})
_DISK = entity(
    {
        "errors_count": _FIGURE,
        "read_bytes": _FIGURE,
        "read_requests": _FIGURE,
        "write_bytes": _FIGURE,
        "write_requests": _FIGURE,
    }
)
_NIC = entity(
    {
        "mac_address": nullable(TEXT),
        "rx_drop": _FIGURE,
        "rx_errors": _FIGURE,
        "rx_octets": _FIGURE,
        "rx_packets": _FIGURE,
        "rx_rate": _FIGURE,
        "tx_drop": _FIGURE,
        "tx_errors": _FIGURE,
        "tx_octets": _FIGURE,
        "tx_packets": _FIGURE,
        "tx_rate": _FIGURE,
    }
)
DIAGNOSTICS = entity(
    {
        "config_drive": BOOL,
        "cpu_details": array(_CPU),
        "disk_details": array(_DISK),
        "driver": TEXT,
        "hypervisor": nullable(TEXT),
        "hypervisor_os": TEXT,
        "memory_details": entity({"maximum": _FIGURE, "used": _FIGURE}),
        "nic_details": array(_NIC),
        "num_cpus": INTEGER,
        "num_disks": INTEGER,
        "num_nics": INTEGER,
        "state": TEXT,
        "uptime": _FIGURE,
    }
)
#: As the hypervisor names its figures.
FIGURES = mapping(INTEGER)


def diagnostics(report: Report) -> Document:
    """Return the diagnostics of a server."""
    figures = report.figures
    return {
        "config_drive": report.server.config_drive,
        "cpu_details": [
            {"id": number, "time": time, "utilisation": None}
            for number, time in enumerate(figures.cpu_times)
        ],
        "disk_details": [_disk(disk) for disk in figures.disks],
        "driver": facts.DRIVER,
        "hypervisor": figures.hypervisor,
        "hypervisor_os": facts.HYPERVISOR_OS,
        "memory_details": {
            "maximum": facts.mebibytes(figures.memory_kb),
            "used": facts.mebibytes(figures.memory_used_kb),
        },
        "nic_details": [{**asdict(nic), "rx_rate": None, "tx_rate": None} for nic in figures.nics],
        "num_cpus": len(figures.cpu_times),
        "num_disks": len(figures.disks),
        "num_nics": len(figures.nics),
        "state": facts.STATE,
        "uptime": report.uptime,
    }


def _disk(disk: DiskFigures) -> Document:
    return {
        "errors_count": disk.errors,
        "read_bytes": disk.read_bytes,
        "read_requests": disk.read_requests,
        "write_bytes": disk.write_bytes,
        "write_requests": disk.write_requests,
    }
