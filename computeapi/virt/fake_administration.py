"""The passwords, crash dumps and figures of the fake driver's guests."""

from computeapi.domain.addressing import mac_address
from computeapi.domain.servers import PowerState
from computeapi.domain.servers.diagnostics import Diagnostics, DiskFigures, NicFigures
from computeapi.virt.driver import NOT_RUNNING, DriverError
from computeapi.virt.fake_base import FakeBase
from computeapi.virt.fake_records import boot_messages


class FakeAdministration(FakeBase):
    """The methods of the port that administer guests."""

    def set_password(self, server_id: str, user: str, password: str) -> None:
        self._may_fail("set_password")
        record = self._running(server_id)
        self._records.write(record | {"passwords": record["passwords"] | {user: password}})

    def trigger_crash_dump(self, server_id: str) -> None:
        self._may_fail("trigger_crash_dump", server_id)
        record = self._running(server_id)
        panic = "Kernel panic - not syncing: NMI: Not continuing\n"
        self._records.append(server_id, panic + boot_messages(record["hostname"]))

    def diagnostics(self, server_id: str) -> Diagnostics:
        self._may_fail("diagnostics")
        record = self._running(server_id)
        if record["power_state"] != PowerState.RUNNING:
            raise DriverError(f"guest {server_id} is paused", NOT_RUNNING)
        size_kb = record["memory_mb"] * 1024
        return Diagnostics(
            hypervisor="fake",
            cpu_times=[0] * record["vcpus"],
            memory_kb=size_kb,
            memory_used_kb=size_kb,
            disks=[DiskFigures("vda", 0, 0, 0, 0, 0)],
            nics=[NicFigures(mac_address(server_id), *[0] * 8)],
        )
