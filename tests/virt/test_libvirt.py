"""Features of libvirt's driver alone: disks, consoles, ports, the power button, others' guests."""

import socket
import time
from pathlib import Path

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError, DriverUnavailable, GuestNotFound
from computeapi.virt.instances import CONSOLE_LIMIT, CONSOLE_TAIL, InstanceFolder
from computeapi.virt.libvirt import forwarding, slirp

#: The UUID of the guest that test:///default begins with.
FOREIGN = "6695eb01-f6a4-8304-79aa-97f2502e193f"


def nothing():
    pass


@pytest.fixture
def guest(embed):
    """A running guest of QEMU that is up."""
    if embed.standing not in embed.driver.guests():
        spec = embed.spec()
        embed.driver.spawn(spec, nothing)
        embed.standing = spec.server_id
    guest = embed.driver.power_on(embed.standing)
    embed.wait_until_up(guest.server_id)
    return guest


def console_log(bench, server_id):
    return bench.state / "instances" / server_id / "console.log"


def test_the_console_has_what_the_guest_wrote(embed, guest):
    assert b"guest: up\r\n" in embed.driver.console_output(guest.server_id)


def test_a_press_before_the_guest_listens_is_pressed_again(embed, guest, monkeypatch):
    monkeypatch.setattr("computeapi.virt.libvirt.domains.PRESS_INTERVAL", 0.5)
    embed.driver.power_off(guest.server_id, 0, nothing)
    embed.driver.power_on(guest.server_id)
    embed.driver.power_off(guest.server_id, 20, nothing)
    assert embed.driver.console_output(guest.server_id).endswith(b"guest: off\r\n")


def test_a_deaf_guest_is_cut_off_in_time_and_the_checkpoint_called(embed):
    spec = embed.spec(image_path=embed.state / "deaf.raw")
    embed.driver.spawn(spec, nothing)
    calls = []
    began = time.monotonic()
    embed.driver.power_off(spec.server_id, 1, lambda: calls.append(1))
    assert 1 <= time.monotonic() - began < 10
    assert len(calls) >= 3
    assert embed.driver.guest(spec.server_id).power_state == PowerState.SHUTDOWN
    embed.driver.destroy(spec.server_id)


def test_a_port_leads_to_the_guest_and_is_the_same_after_a_restart(embed, guest):
    socket.create_connection(("127.0.0.1", guest.ssh_port), timeout=5).close()
    embed.driver.power_off(guest.server_id, 0, nothing)
    assert embed.driver.guest(guest.server_id).ssh_port is None
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", guest.ssh_port), timeout=5)
    assert embed.driver.power_on(guest.server_id).ssh_port == guest.ssh_port
    socket.create_connection(("127.0.0.1", guest.ssh_port), timeout=5).close()


def test_a_port_that_was_taken_meanwhile_is_replaced(embed, guest):
    embed.driver.power_off(guest.server_id, 0, nothing)
    with socket.create_server(("127.0.0.1", guest.ssh_port)):
        port = embed.driver.power_on(guest.server_id).ssh_port
    assert port != guest.ssh_port
    socket.create_connection(("127.0.0.1", port), timeout=5).close()


def test_a_port_that_a_dead_worker_did_not_make_is_made_by_the_next(embed, guest):
    libvirt_qemu = pytest.importorskip("libvirt_qemu")
    domain = embed.domain(guest.server_id)
    port = forwarding.NAMESPACE_PORT
    libvirt_qemu.qemuMonitorCommand(domain, f"hostfwd_remove tcp::{port}", 1)
    slirp.end(InstanceFolder(embed.state / "instances" / guest.server_id))
    embed.driver.close()
    embed.driver.open(embed.changes.put)
    assert embed.driver.guest(guest.server_id).ssh_port == guest.ssh_port
    socket.create_connection(("127.0.0.1", guest.ssh_port), timeout=5).close()


def test_a_guest_has_the_disks_it_was_promised(embed):
    spec = embed.spec(ephemeral_gb=1, swap_mb=8, config_drive={"openstack/latest/user_data": b"u"})
    embed.driver.spawn(spec, nothing)
    xml = embed.domain(spec.server_id).XMLDesc()
    for disk in ("disk", "disk.ephemeral", "disk.swap", "disk.config"):
        assert f"{spec.server_id}/{disk}'" in xml
    assert "<tb-cache unit='KiB'>32768</tb-cache>" in xml
    embed.driver.destroy(spec.server_id)


def test_a_guest_without_image_and_disk_runs(embed):
    spec = embed.spec(image_path=None, disk_gb=0)
    assert embed.driver.spawn(spec, nothing).power_state == PowerState.RUNNING
    embed.driver.destroy(spec.server_id)


def test_an_image_that_does_not_fit_is_refused_and_says_why(embed):
    image = embed.state / "large.raw"
    with image.open("wb") as file:
        file.truncate(3 * 1024**3 + 512)
    spec = embed.spec(image_path=image)
    with pytest.raises(DriverError, match="needs a disk of 4 GiB and the flavor has one of 1 GiB"):
        embed.driver.spawn(spec, nothing)
    embed.driver.destroy(spec.server_id)


def test_a_guest_that_does_not_start_can_be_spawned_again_and_destroyed(embed):
    # QEMU reads what libvirt does not: a disk that is no qcow2 fails the start, not the definition.
    spec = embed.spec()
    folder = embed.state / "instances" / spec.server_id
    folder.mkdir(parents=True)
    (folder / "disk").write_bytes(b"no disk")
    with pytest.raises(DriverError, match="spawn"):
        embed.driver.spawn(spec, nothing)
    assert embed.driver.guests()[spec.server_id].power_state == PowerState.SHUTDOWN
    (folder / "disk").unlink()
    assert embed.driver.spawn(spec, nothing).power_state == PowerState.RUNNING
    embed.driver.destroy(spec.server_id)
    assert embed.left_of(spec.server_id) == []


def test_a_console_log_is_kept_short_and_shown_in_part(embed, guest):
    log = console_log(embed, guest.server_id)
    with log.open("ab") as file:
        file.write(b"x" * CONSOLE_LIMIT + b"the end")
    embed.driver.guests()
    assert log.stat().st_size <= CONSOLE_TAIL
    output = embed.driver.console_output(guest.server_id)
    assert len(output) == CONSOLE_TAIL
    assert output.endswith(b"the end")
    embed.driver.power_off(guest.server_id, 20, nothing)
    assert embed.driver.console_output(guest.server_id).endswith(b"the endguest: off\r\n")


def test_other_peoples_guests_are_not_touched(test_bench):
    driver = test_bench.driver
    assert test_bench.hypervisor.lookupByUUIDString(FOREIGN).isActive()
    assert FOREIGN not in driver.guests()
    with pytest.raises(GuestNotFound):
        driver.power_off(FOREIGN, 0, nothing)
    driver.destroy(FOREIGN)
    assert test_bench.hypervisor.lookupByUUIDString(FOREIGN).isActive()


def test_a_driver_that_is_not_open_says_so(test_bench, make_driver):
    driver = make_driver("test", Path(test_bench.state))
    with pytest.raises(DriverError, match="not open"):
        driver.guests()


def test_a_daemon_that_is_away_may_be_back_later(tmp_path):
    connection = pytest.importorskip("computeapi.virt.libvirt.connection", exc_type=ImportError)
    daemon = connection.Connection(f"qemu+unix:///system?socket={tmp_path}/libvirt-sock")
    with pytest.raises(DriverUnavailable), connection.explained("open it"):
        daemon.open(lambda _server_id: None)
