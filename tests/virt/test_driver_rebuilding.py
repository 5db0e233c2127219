"""How guests get new disks, held against every adapter."""

import dataclasses
import uuid

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError

TOKEN = "a-rebuild"


def nothing():
    pass


@pytest.fixture
def spec(spawn_with_disks):
    """The spec of a guest that runs."""
    return spawn_with_disks()


@pytest.fixture
def other(bench, spec):
    """The spec of the same guest with another image and another config drive."""
    image = bench.state / "other.raw"
    image.write_bytes((bench.state / "boot.raw").read_bytes() + bytes(1024**2))
    drive = {"openstack/latest/meta_data.json": b'{"hostname": "other"}'}
    return dataclasses.replace(spec, image_path=image, config_drive=drive)


def replace(bench, spec, token=TOKEN, keep_ephemeral=False, timeout=0, checkpoint=nothing):
    return bench.driver.replace(spec, token, keep_ephemeral, timeout, checkpoint)


def test_a_guest_gets_new_disks_once_and_runs_again(bench, spec, other):
    before = bench.driver.guest(spec.server_id)
    for _ in range(2):
        guest = replace(bench, other)
        assert guest.power_state == PowerState.SHUTDOWN
        assert guest.addresses == before.addresses
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    bench.wait_until_up(spec.server_id)
    # One whose disks were made anew under this token already stays as it is.
    assert replace(bench, other).power_state == PowerState.RUNNING
    assert bench.driver.guest(spec.server_id).addresses == before.addresses
    assert replace(bench, spec, "another-rebuild").power_state == PowerState.SHUTDOWN


def test_a_guest_that_is_not_there_is_made(bench):
    spec = bench.spec()
    try:
        assert replace(bench, spec).power_state == PowerState.SHUTDOWN
        assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    finally:
        bench.driver.destroy(spec.server_id)


@pytest.fixture
def folder(embed, spec):
    return embed.state / "instances" / spec.server_id


@pytest.mark.parametrize("bench", ["embed"], indirect=True)
@pytest.mark.parametrize("keep_ephemeral", [True, False])
def test_what_the_user_wrote_is_gone(bench, spec, other, folder, keep_ephemeral):
    mark = b"a file written before"
    files = ("disk", "disk.ephemeral", "disk.swap", "console.log")
    port = bench.driver.guest(spec.server_id).ssh_port
    bench.driver.power_off(spec.server_id, 0, nothing)
    for name in files:
        with (folder / name).open("ab") as file:
            file.write(mark)
    replace(bench, other, keep_ephemeral=keep_ephemeral)
    left = [n for n in files if (folder / n).exists() and mark in (folder / n).read_bytes()[-64:]]
    assert left == (["disk.ephemeral"] if keep_ephemeral else [])
    assert b"other" in (folder / "disk.config").read_bytes()
    assert bench.driver.power_on(spec.server_id).ssh_port == port


class Dies(Exception):
    """The worker ends here."""


@pytest.mark.parametrize("bench", ["embed", "fake"], indirect=True)
def test_a_worker_that_dies_meanwhile_is_followed_by_another_one(bench, spec, other):
    moment = 0
    while True:
        moment += 1
        left = moment

        def checkpoint():
            nonlocal left
            left -= 1
            if left == 0:
                raise Dies

        token = str(uuid.uuid4())
        try:
            replace(bench, other, token, checkpoint=checkpoint)
        except (Dies, DriverError):
            assert replace(bench, other, token).power_state == PowerState.SHUTDOWN
            continue
        break
    assert bench.driver.power_on(spec.server_id).power_state == PowerState.RUNNING
    assert moment > (3 if bench.kind == "embed" else 0)
