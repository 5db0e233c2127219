"""The ephemeral and swap disks of requests for servers, within the sizes of a flavor."""

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import Flavor
from computeapi.domain.hardware import Hardware
from computeapi.domain.servers import NewServer
from computeapi.domain.servers.local_disks import LocalDisks
from computeapi.service.servers.requested_disks import chosen_disks

FLAVOR = Flavor("1", "f", 64, 1, 1, ephemeral_gb=3, swap_mb=128)
SMALL = Flavor("2", "g", 64, 1, 1)


def blank(size=None, **more):
    sized = {} if size is None else {"volume_size": size}
    return {"source_type": "blank", "destination_type": "local", "boot_index": -1} | sized | more


def swap(size=None, **more):
    return blank(size, guest_format="swap", **more)


def choose(*entries, flavor=FLAVOR, legacy=False):
    new = NewServer("s", "1", "i", block_devices=list(entries), has_legacy_devices=legacy)
    chosen = chosen_disks(new, flavor, Hardware())
    return LocalDisks.of(flavor.ephemeral_gb, flavor.swap_mb, chosen)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ((3,), 128)),
        ([blank(1)], ((1,), 128)),
        ([blank()], ((3,), 128)),
        ([blank(2, guest_format="ext4", boot_index=None, device_type="disk")], ((2,), 128)),
        ([swap(64)], ((3,), 64)),
        ([swap(disk_bus="virtio"), blank(1)], ((1,), 128)),
        ([blank(1, no_device=True)], ((3,), 128)),
    ],
)
def test_disks_are_within_the_sizes_of_the_flavor(entries, expected):
    found = choose(*entries)
    assert (found.ephemerals_gb, found.swap_mb) == expected


def test_there_are_two_ephemeral_disks_where_there_is_no_swap():
    flavor = Flavor("3", "h", 64, 1, 1, ephemeral_gb=3)
    found = choose(blank(1), blank(2), flavor=flavor)
    assert (found.ephemerals_gb, found.swap_mb, found.places) == ((1, 2), 0, 3)


@pytest.mark.parametrize("name", ["ephemeral0", "ephemeral10", "swap"])
def test_the_older_form_names_the_kind_of_disk(name):
    entry = {"virtual_name": name, "device_name": "/dev/vdb"}
    assert choose(entry, legacy=True) == choose()
    # A flavor without such disks has none.
    assert choose(entry, flavor=SMALL, legacy=True) == LocalDisks()


@pytest.mark.parametrize(
    "entries",
    [
        [blank(4)],
        [blank(2), blank(2)],
        [blank(), blank()],
        [blank(1), blank(1)],
        [swap(129)],
        [swap(1), swap(1)],
        [blank(1, guest_format="xfs")],
        [blank(1, boot_index=0)],
        [blank(1, boot_index=1)],
        [blank(1, tag="t")],
        [blank(1, uuid="u")],
        [blank(1, volume_type="fast")],
        [blank(1, disk_bus="ide")],
        [blank(1, device_type="cdrom")],
    ],
)
def test_disks_that_servers_cannot_have(entries):
    with pytest.raises(Invalid):
        choose(*entries)


@pytest.mark.parametrize(("swap_mb", "expected"), [(0, 0), (32, 32), (256, 64)])
def test_a_resized_server_has_no_more_swap_than_its_flavor(swap_mb, expected):
    assert LocalDisks.of(3, swap_mb, {"swap_mb": 64}).swap_mb == expected
