"""The config drives of guests that earlier versions made: disks, and no CD-ROMs."""

import dataclasses

from computeapi.domain.servers import PowerState
from computeapi.virt.driver_rescue import RescueDisk
from tests.virt.test_driver_rescue import PLAIN, disks_of, nothing
from tests.virt.test_driver_volumes import volume, volumes_of

CDROM, DISK = ("ide", "cdrom"), ("virtio", "disk")


def drive_of(embed, spec):
    """Return the bus and the kind of a guest's config drive."""
    found = disks_of(embed, spec).values()
    return next((bus, kind) for file, bus, kind, _ in found if file.startswith("disk.config"))


def test_a_guest_with_an_older_config_drive_goes_on(embed):
    spec = embed.spec(config_drive={"a": b"b"})
    embed.driver.spawn(spec, nothing)
    try:
        assert drive_of(embed, spec) == CDROM
        make_older(embed, spec)
        spec = dataclasses.replace(spec, image_path=None)
        assert embed.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
        embed.driver.plug(spec.server_id, volume(embed))
        assert volumes_of(embed, spec) == {volume(embed).volume_id: "vdb"}
        embed.driver.reboot(spec.server_id, True, 0, nothing)
        assert drive_of(embed, spec) == DISK
        embed.driver.power_off(spec.server_id, 0, nothing)
        embed.driver.unplug(spec.server_id, volume(embed).volume_id, nothing)
        rescue = RescueDisk("token", embed.state / "boot.raw", "raw", PLAIN)
        guest = embed.driver.rescue(spec, rescue, 0, nothing)
        assert (guest.power_state, drive_of(embed, spec)) == (PowerState.RUNNING, CDROM)
        embed.driver.unrescue(spec, 0, nothing)
        assert drive_of(embed, spec) == CDROM
        # It is moved from its older definition, and gets the new one.
        make_older(embed, spec)
        embed.driver.park(spec.server_id, 0, nothing)
        embed.driver.rebuild(spec, "move", None, nothing)
        assert embed.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
        assert drive_of(embed, spec) == CDROM
    finally:
        embed.driver.destroy(spec.server_id)


def make_older(embed, spec):
    """Give a guest the config drive of an earlier version; it is off then."""
    embed.driver.power_off(spec.server_id, 0, nothing)
    before = embed.domain(spec.server_id).XMLDesc()
    start = before.rindex("<disk ", 0, before.index("disk.config"))
    end = before.index("</disk>", start)
    file = embed.state / "instances" / spec.server_id / "disk.config"
    older = (
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        f"<source file='{file}'/><target dev='vdd' bus='virtio'/><readonly/>"
    )
    embed.hypervisor.defineXML(before[:start] + older + before[end:])
    assert drive_of(embed, spec) == DISK
