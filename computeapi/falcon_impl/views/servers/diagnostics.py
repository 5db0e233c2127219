"""The diagnostics of a server as a document."""

from dataclasses import asdict

from computeapi.api.servers import diagnostics as facts
from computeapi.domain.servers.diagnostics import DiskFigures
from computeapi.falcon_impl.views.fields import Document
from computeapi.service.servers.diagnostics import Report


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
