"""The diagnostics of a server."""

from dataclasses import asdict

from computeapi.api.servers import diagnostics as facts
from computeapi.domain.servers import diagnostics as domain
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.service.servers.diagnostics import Report


class Cpu(ResponseType):
    """The figures of a processor."""

    id = int
    time = ResponseField(int, nullable=True)
    utilisation = ResponseField(int, nullable=True)


class Disk(ResponseType):
    """The figures of a disk."""

    errors_count = ResponseField(int, nullable=True)
    read_bytes = ResponseField(int, nullable=True)
    read_requests = ResponseField(int, nullable=True)
    write_bytes = ResponseField(int, nullable=True)
    write_requests = ResponseField(int, nullable=True)

    @classmethod
    def of(cls, disk: domain.DiskFigures) -> "Disk":
        """Return the figures of a disk."""
        return cls(
            errors_count=disk.errors,
            read_bytes=disk.read_bytes,
            read_requests=disk.read_requests,
            write_bytes=disk.write_bytes,
            write_requests=disk.write_requests,
        )


class Memory(ResponseType):
    """The memory of a server, in MiB."""

    maximum = ResponseField(int, nullable=True)
    used = ResponseField(int, nullable=True)


class Nic(ResponseType):
    """The figures of a network interface."""

    mac_address = ResponseField(str, nullable=True)
    rx_drop = ResponseField(int, nullable=True)
    rx_errors = ResponseField(int, nullable=True)
    rx_octets = ResponseField(int, nullable=True)
    rx_packets = ResponseField(int, nullable=True)
    rx_rate = ResponseField(int, nullable=True)
    tx_drop = ResponseField(int, nullable=True)
    tx_errors = ResponseField(int, nullable=True)
    tx_octets = ResponseField(int, nullable=True)
    tx_packets = ResponseField(int, nullable=True)
    tx_rate = ResponseField(int, nullable=True)


class Diagnostics(ResponseType):
    """The diagnostics of a server."""

    config_drive = bool
    cpu_details = [Cpu]
    disk_details = [Disk]
    driver = str
    hypervisor = ResponseField(str, nullable=True)
    hypervisor_os = str
    memory_details = Memory
    nic_details = [Nic]
    num_cpus = int
    num_disks = int
    num_nics = int
    state = str
    uptime = ResponseField(int, nullable=True)

    @classmethod
    def of(cls, report: Report) -> "Diagnostics":
        """Return the diagnostics of a server."""
        figures = report.figures
        times = enumerate(figures.cpu_times)
        return cls(
            config_drive=report.server.config_drive,
            cpu_details=[Cpu(id=number, time=time, utilisation=None) for number, time in times],
            disk_details=[Disk.of(disk) for disk in figures.disks],
            driver=facts.DRIVER,
            hypervisor=figures.hypervisor,
            hypervisor_os=facts.HYPERVISOR_OS,
            memory_details=Memory(
                maximum=facts.mebibytes(figures.memory_kb),
                used=facts.mebibytes(figures.memory_used_kb),
            ),
            nic_details=[Nic(**asdict(nic), rx_rate=None, tx_rate=None) for nic in figures.nics],
            num_cpus=len(figures.cpu_times),
            num_disks=len(figures.disks),
            num_nics=len(figures.nics),
            state=facts.STATE,
            uptime=report.uptime,
        )
