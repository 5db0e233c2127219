"""How guests move, held against every adapter: set aside, packed, made anew and put back."""

import dataclasses
import uuid

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError, GuestNotFound

TOKEN = "a-move"


def nothing():
    pass


@pytest.fixture
def spec(spawn):
    """The spec of a guest that runs."""
    return spawn(config_drive={"openstack/latest/meta_data.json": b'{"hostname": "h"}'})


@pytest.fixture
def larger(spec):
    """The spec of the same guest when it moves: larger, and without its image."""
    return dataclasses.replace(
        spec, memory_mb=spec.memory_mb * 2, vcpus=2, disk_gb=2, ephemeral_gb=1, image_path=None
    )


def test_a_guest_that_is_set_aside_is_off_and_counts(bench, spec):
    for _ in range(2):
        bench.driver.park(spec.server_id, 0, nothing)
        assert bench.driver.guests()[spec.server_id].power_state == PowerState.NOSTATE
        assert not bench.find(spec.server_id)
    with pytest.raises(GuestNotFound):
        bench.driver.power_on(spec.server_id)


def test_a_guest_is_made_anew_beside_the_one_that_is_set_aside(bench, spec, larger):
    bench.driver.park(spec.server_id, 0, nothing)
    for _ in range(2):
        guest = bench.driver.rebuild(larger, TOKEN, None, nothing)
        assert guest.power_state != PowerState.RUNNING
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)
    bench.driver.forget_parked(spec.server_id)
    bench.driver.forget_parked(spec.server_id)
    assert bench.driver.guest(spec.server_id).power_state == PowerState.RUNNING
    # It does not come back.
    bench.driver.discard(spec.server_id, TOKEN)
    with pytest.raises(GuestNotFound):
        bench.driver.unpark(spec, TOKEN, nothing)


def test_the_guest_that_is_set_aside_comes_back(bench, spec, larger):
    bench.driver.park(spec.server_id, 0, nothing)
    bench.driver.rebuild(larger, TOKEN, None, nothing)
    bench.driver.power_on(spec.server_id)
    for _ in range(2):
        assert bench.driver.unpark(spec, TOKEN, nothing).power_state != PowerState.RUNNING
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)


def test_a_guest_that_was_never_set_aside_stays_as_it_is(bench, spec):
    assert bench.driver.unpark(spec, TOKEN, nothing).power_state == PowerState.RUNNING


def test_a_guest_is_made_of_a_package(bench, spec, larger, tmp_path):
    package = tmp_path / "package"
    bench.driver.park(spec.server_id, 0, nothing)
    bench.driver.pack(spec.server_id, package, nothing)
    bench.driver.forget_parked(spec.server_id)
    for _ in range(2):
        bench.driver.rebuild(larger, TOKEN, lambda: package, nothing)
    # It needs no other file: neither the package nor the image.
    package.unlink()
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)


def test_only_the_guest_of_a_move_is_discarded(bench, spec, larger):
    bench.driver.discard(spec.server_id, TOKEN)
    assert bench.driver.guest(spec.server_id).power_state == PowerState.RUNNING
    bench.driver.park(spec.server_id, 0, nothing)
    bench.driver.rebuild(larger, TOKEN, None, nothing)
    bench.driver.discard(spec.server_id, "another-move")
    assert bench.driver.guest(spec.server_id).power_state == PowerState.SHUTDOWN
    for _ in range(2):
        bench.driver.discard(spec.server_id, TOKEN)
        assert bench.driver.guest(spec.server_id).power_state == PowerState.NOSTATE


def test_a_guest_of_another_kind_is_not_taken_for_the_one_of_a_move(bench, spec, larger):
    with pytest.raises(DriverError, match="already"):
        bench.driver.rebuild(larger, TOKEN, None, nothing)
    assert bench.driver.guest(spec.server_id).power_state == PowerState.RUNNING


@pytest.mark.parametrize(
    "call",
    [
        lambda driver, spec, path: driver.park(spec.server_id, 0, nothing),
        lambda driver, spec, path: driver.pack(spec.server_id, path, nothing),
        lambda driver, spec, path: driver.rebuild(spec, TOKEN, None, nothing),
        lambda driver, spec, path: driver.unpark(spec, TOKEN, nothing),
    ],
    ids=["park", "pack", "rebuild", "unpark"],
)
def test_no_guest_is_an_error_that_says_so(bench, call, tmp_path):
    spec = bench.spec(server_id=str(uuid.uuid4()))
    with pytest.raises(GuestNotFound):
        call(bench.driver, spec, tmp_path / "package")


def test_the_disks_of_a_moved_guest_are_as_large_as_its_flavor(embed, tmp_path):
    spec = embed.spec(ephemeral_gb=1, swap_mb=1)
    embed.driver.spawn(spec, nothing)
    embed.driver.park(spec.server_id, 0, nothing)
    package = tmp_path / "package"
    embed.driver.pack(spec.server_id, package, nothing)
    larger = dataclasses.replace(
        spec, memory_mb=128, disk_gb=3, ephemeral_gb=2, swap_mb=2, image_path=None
    )
    for given in (None, lambda: package):
        embed.driver.rebuild(larger, TOKEN, given, nothing)
        folder = embed.driver._instances.folder(spec.server_id).path
        definition = embed.domain(spec.server_id).XMLDesc()
        assert "<memory unit='KiB'>131072</memory>" in definition
        assert (folder / "disk.ephemeral").stat().st_size == 2 << 30
        assert (folder / "disk.swap").stat().st_size == 2 << 20
        header = (folder / "disk").read_bytes()[24:32]
        assert int.from_bytes(header, "big") == 3 << 30
        embed.driver.discard(spec.server_id, TOKEN)
    embed.driver.destroy(spec.server_id)
    assert embed.left_of(spec.server_id) == []


def test_a_guest_is_released_and_made_of_its_disks_again(bench, spec):
    """Moves between hosts that share the disks: one host forgets a guest, the other adopts it."""
    plain = dataclasses.replace(spec, image_path=None)
    for _ in range(2):
        bench.driver.release(spec.server_id)
        assert bench.driver.has_disks(spec.server_id)
        assert not bench.find(spec.server_id)
    for _ in range(2):
        guest = bench.driver.adopt(plain, nothing)
        assert guest.power_state != PowerState.RUNNING
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)


def test_no_guest_is_made_of_disks_that_there_are_not(bench):
    spec = dataclasses.replace(bench.spec(), server_id=str(uuid.uuid4()), image_path=None)
    assert not bench.driver.has_disks(spec.server_id)
    bench.driver.release(spec.server_id)
    with pytest.raises(GuestNotFound):
        bench.driver.adopt(spec, nothing)
