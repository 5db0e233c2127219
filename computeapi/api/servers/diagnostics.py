"""Facts of the diagnostics of servers (API reference, "Show Server Diagnostics")."""

from computeapi.domain.servers.diagnostics import Diagnostics

#: The names by which clients know the driver and the system of every host here.
DRIVER, HYPERVISOR_OS = "libvirt", "linux"
#: A server whose figures are shown is running.
STATE = "running"


def as_kept(figures: Diagnostics) -> dict[str, int]:
    """Return the figures as they were shown until 2.47: by the hypervisor's names."""
    shown = {f"cpu{number}_time": time for number, time in enumerate(figures.cpu_times)}
    shown["memory"] = figures.memory_kb
    for disk in figures.disks:
        shown[f"{disk.name}_read"] = disk.read_bytes
        shown[f"{disk.name}_read_req"] = disk.read_requests
        shown[f"{disk.name}_write"] = disk.write_bytes
        shown[f"{disk.name}_write_req"] = disk.write_requests
        shown[f"{disk.name}_errors"] = -1 if disk.errors is None else disk.errors
    for number, nic in enumerate(figures.nics):
        for way in ("rx", "tx"):
            for suffix, name in (("", "octets"), ("_packets", "packets"), ("_errors", "errors")):
                value = getattr(nic, f"{way}_{name}")
                if value is not None:
                    shown[f"vnet{number}_{way}{suffix}"] = value
    for name, value in figures.memory_statistics.items():
        shown[f"memory-{name}"] = value
    return shown


def mebibytes(kibibytes: int | None) -> int | None:
    """Return a size of memory as it is shown since 2.48, in MiB."""
    return None if kibibytes is None else kibibytes // 1024
