"""The processes of a cloud with networks and volumes that a storm kills."""

from pathlib import Path

from tests.functional.clouds import Cloud, processes_of

#: The processes that are killed, each by words of its command line.
VICTIMS = {
    "api": "computeapi.cmd.api",
    "worker": "computeapi.cmd.worker",
    "neutron": "parts.network.serve",
    "cinder": "parts.volume.serve",
    "ovs-vswitchd": "/ovs-vswitchd",
    "ovn-controller": "/ovn-controller",
}


def pids(cloud: Cloud, name: str) -> list[int]:
    """Return the processes of one of the victims."""
    found = set(processes_of(VICTIMS[name])) & set(processes_of(str(cloud.path)))
    return sorted(pid for pid in found if _is_program(pid, name))


def _is_program(pid: int, name: str) -> bool:
    """Return whether a process is the program itself, not one that becomes it or starts it."""
    try:
        if name.startswith("ov"):
            return Path(f"/proc/{pid}/comm").read_text().strip() == name
        return "python" in Path(f"/proc/{pid}/exe").resolve().name
    except OSError:
        return False
