"""The passwords and crash dumps of the fake driver's guests."""

from computeapi.virt.fake_base import FakeBase
from computeapi.virt.fake_records import boot_messages


class FakeAdministration(FakeBase):
    """The methods of the port that administer guests."""

    def set_password(self, server_id: str, user: str, password: str) -> None:
        self._may_fail("set_password")
        record = self._running(server_id)
        self._records.write(record | {"passwords": record["passwords"] | {user: password}})

    def trigger_crash_dump(self, server_id: str) -> None:
        self._may_fail("trigger_crash_dump")
        record = self._running(server_id)
        panic = "Kernel panic - not syncing: NMI: Not continuing\n"
        self._records.append(server_id, panic + boot_messages(record["hostname"]))
