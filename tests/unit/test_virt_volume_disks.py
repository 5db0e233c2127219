"""The connections that a volume service describes, as disks of guests."""

import pytest

from computeapi.virt.driver import DriverError
from computeapi.virt.volume_disks import Mounts, disk_of, volume_disk


def disk(**data):
    """Return the disk of a volume that is connected in some way."""
    found = {"export": "localhost:/volumes", "name": "volume-1", "format": "qcow2", **data}
    connection = {"driver_volume_type": "nfs", "data": found}
    return disk_of(volume_disk("1", "/dev/vdb", connection, Mounts([])))


@pytest.mark.parametrize(("mode", "read_only"), [("ro", True), ("rw", False), (None, False)])
def test_a_guest_may_write_what_the_volume_service_lets_it_write(mode, read_only):
    assert disk(access_mode=mode).read_only is read_only


@pytest.mark.parametrize(
    ("specs", "limits"),
    [
        (None, ()),
        ({}, ()),
        ({"total_iops_sec": "500"}, (("total_iops_sec", 500),)),
        (
            {"read_bytes_sec": 10, "write_bytes_sec_max": 20, "size_iops_sec": 4096},
            (("read_bytes_sec", 10), ("write_bytes_sec_max", 20), ("size_iops_sec", 4096)),
        ),
    ],
)
def test_a_volume_has_the_limits_of_its_type(specs, limits):
    assert disk(qos_specs=specs).limits == limits


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"encrypted": True}, "encrypted"),
        ({"access_mode": "append"}, "this kind"),
        ({"qos_specs": {"vendor:burst": "1"}}, "limits"),
        ({"qos_specs": {"total_iops_sec": "many"}}, "limits"),
        ({"qos_specs": "many"}, "limits"),
        ({"format": "vmdk"}, "this kind"),
    ],
)
def test_a_volume_that_a_guest_cannot_have_as_it_should_is_refused(data, reason):
    with pytest.raises(DriverError) as caught:
        disk(**data)
    assert reason in caught.value.reason
