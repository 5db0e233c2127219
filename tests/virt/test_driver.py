"""The promises of the port, held against every adapter."""

import uuid

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import DriverError, GuestNotFound


class Stop(Exception):
    """The exception of a checkpoint when a delete waits."""


def nothing():
    pass


def stop_at(count):
    """Return a checkpoint that raises at its count-th call."""
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == count:
            raise Stop

    return checkpoint


def test_a_host_has_something_to_give(bench):
    facts = bench.driver.facts()
    assert facts.hypervisor_hostname
    assert facts.hypervisor_type
    assert min(facts.hypervisor_version, facts.vcpus, facts.memory_mb, facts.disk_gb) > 0


def test_a_spawned_guest_runs_and_is_found(bench, spawned):
    guest = bench.driver.guest(spawned)
    assert guest.power_state == PowerState.RUNNING
    assert bench.driver.guests()[spawned] == guest
    [address] = guest.addresses["private"]
    assert address["addr"] == "10.0.2.15"
    assert address["version"] == 4
    assert address["type"] == "fixed"
    assert address["mac"].startswith("fa:16:3e:")


def test_a_guest_without_a_network_stays_without_one(bench):
    spec = bench.spec(has_network=False)
    assert bench.driver.spawn(spec, nothing).addresses == {}
    bench.driver.reboot(spec.server_id, True, 0, nothing)
    guest = bench.driver.guest(spec.server_id)
    assert (guest.addresses, guest.ssh_port) == ({}, None)
    assert guest.power_state == PowerState.RUNNING
    bench.driver.destroy(spec.server_id)
    assert spec.server_id not in bench.driver.guests()


def test_spawning_a_running_guest_changes_nothing(bench, spawned):
    before = bench.driver.guest(spawned)
    again = bench.spec(server_id=spawned, name=f"instance-{spawned}")
    assert bench.driver.spawn(again, nothing) == before


def test_power_goes_off_and_on_and_either_may_be_said_twice(bench, spawned):
    for _ in range(2):
        bench.driver.power_off(spawned, 0, nothing)
        assert bench.driver.guest(spawned).power_state == PowerState.SHUTDOWN
    for _ in range(2):
        assert bench.driver.power_on(spawned).power_state == PowerState.RUNNING


def test_a_guest_asked_to_shut_down_is_off_then(bench, spawned):
    bench.wait_until_up(spawned)
    bench.driver.power_off(spawned, 20, nothing)
    assert bench.driver.guest(spawned).power_state == PowerState.SHUTDOWN


@pytest.mark.parametrize("hard", [True, False])
def test_a_rebooted_guest_runs(bench, spawned, hard):
    bench.wait_until_up(spawned)
    assert bench.driver.reboot(spawned, hard, 20, nothing).power_state == PowerState.RUNNING


def test_rebooting_a_guest_that_is_off_starts_it(bench, spawned):
    bench.driver.power_off(spawned, 0, nothing)
    assert bench.driver.reboot(spawned, False, 20, nothing).power_state == PowerState.RUNNING


def test_a_paused_guest_goes_on_and_either_may_be_said_twice(bench, spawned):
    port = bench.driver.guest(spawned).ssh_port
    for _ in range(2):
        paused = bench.driver.pause(spawned)
        assert (paused.power_state, paused.ssh_port) == (PowerState.PAUSED, port)
        assert bench.driver.guest(spawned) == paused
    for _ in range(2):
        assert bench.driver.unpause(spawned).power_state == PowerState.RUNNING
    bench.wait_until_up(spawned)


def boots(bench, server_id):
    """Return how often a guest booted, as its console has it."""
    output = bench.driver.console_output(server_id)
    return output.count(b"guest: up") + output.count(b"Linux version")


@pytest.mark.parametrize("paused", [False, True])
def test_a_suspended_guest_goes_on_where_it_was(bench, spawned, paused):
    bench.wait_until_up(spawned)
    before = boots(bench, spawned)
    if paused:
        bench.driver.pause(spawned)
    for _ in range(2):
        bench.driver.suspend(spawned)
        assert bench.driver.guest(spawned).power_state == PowerState.SHUTDOWN
        assert not bench.find(spawned)
    for _ in range(2):
        assert bench.driver.resume(spawned).power_state == PowerState.RUNNING
    # It still listens for the power button, which it began to at its boot.
    bench.driver.power_off(spawned, 20, nothing)
    assert boots(bench, spawned) == before


def test_a_suspended_guest_without_power_begins_anew(bench, spawned):
    bench.wait_until_up(spawned)
    before = boots(bench, spawned)
    bench.driver.suspend(spawned)
    bench.driver.power_off(spawned, 0, nothing)
    bench.driver.power_on(spawned)
    bench.wait_until_up(spawned)
    assert boots(bench, spawned) == before + (bench.kind != "test")


def test_a_suspended_guest_can_be_destroyed(bench):
    spec = bench.spec()
    bench.driver.spawn(spec, nothing)
    bench.driver.suspend(spec.server_id)
    bench.driver.destroy(spec.server_id)
    assert bench.left_of(spec.server_id) == []


@pytest.mark.parametrize("verb", ["pause", "unpause", "suspend"])
def test_a_guest_that_is_off_is_not_paused_or_suspended(bench, spawned, verb):
    bench.driver.power_off(spawned, 0, nothing)
    with pytest.raises(DriverError, match="is not running"):
        getattr(bench.driver, verb)(spawned)
    assert bench.driver.guest(spawned).power_state == PowerState.SHUTDOWN


@pytest.mark.parametrize(
    "call",
    [
        lambda driver, server_id: driver.set_password(server_id, "root", "secret"),
        lambda driver, server_id: driver.trigger_crash_dump(server_id),
        lambda driver, server_id: driver.diagnostics(server_id),
    ],
    ids=["set_password", "trigger_crash_dump", "diagnostics"],
)
def test_a_guest_that_is_off_is_not_administered(bench, spawned, call):
    bench.driver.power_off(spawned, 0, nothing)
    with pytest.raises(DriverError, match="is not running"):
        call(bench.driver, spawned)


def test_a_running_guest_has_figures(bench, spawned):
    bench.wait_until_up(spawned)
    figures = bench.driver.diagnostics(spawned)
    assert figures.hypervisor == {"fake": "fake", "embed": "qemu", "test": "test"}[bench.kind]
    assert len(figures.cpu_times) == 1
    assert figures.memory_kb == 32 * 1024
    assert figures.disks[0].name
    [nic] = figures.nics
    [address] = bench.driver.guest(spawned).addresses["private"]
    assert nic.mac_address == address["mac"]
    if bench.kind == "embed":
        assert figures.cpu_times[0] > 0
        assert figures.disks[0].read_requests > 0
        assert figures.memory_used_kb > 0
    bench.driver.pause(spawned)
    with pytest.raises(DriverError, match="is paused"):
        bench.driver.diagnostics(spawned)


def test_a_guest_that_is_off_is_started_by_resume(bench, spawned):
    bench.driver.power_off(spawned, 0, nothing)
    assert bench.driver.resume(spawned).power_state == PowerState.RUNNING


def test_a_destroyed_guest_leaves_nothing(bench):
    spec = bench.spec(config_drive={"openstack/latest/meta_data.json": b'{"hostname": "h"}'})
    bench.driver.spawn(spec, nothing)
    assert bench.left_of(spec.server_id) or bench.kind == "test"
    for _ in range(2):
        bench.driver.destroy(spec.server_id)
        assert spec.server_id not in bench.driver.guests()
        assert bench.left_of(spec.server_id) == []
    with pytest.raises(GuestNotFound):
        bench.driver.guest(spec.server_id)


@pytest.mark.parametrize(
    "call",
    [
        lambda driver, server_id: driver.guest(server_id),
        lambda driver, server_id: driver.power_on(server_id),
        lambda driver, server_id: driver.power_off(server_id, 0, nothing),
        lambda driver, server_id: driver.reboot(server_id, True, 0, nothing),
        lambda driver, server_id: driver.pause(server_id),
        lambda driver, server_id: driver.unpause(server_id),
        lambda driver, server_id: driver.suspend(server_id),
        lambda driver, server_id: driver.resume(server_id),
        lambda driver, server_id: driver.console_output(server_id),
        lambda driver, server_id: driver.set_password(server_id, "root", "secret"),
        lambda driver, server_id: driver.trigger_crash_dump(server_id),
        lambda driver, server_id: driver.diagnostics(server_id),
    ],
    ids=[
        *("guest", "power_on", "power_off", "reboot"),
        *("pause", "unpause", "suspend", "resume", "console_output"),
        *("set_password", "trigger_crash_dump", "diagnostics"),
    ],
)
def test_no_guest_is_an_error_that_says_so(bench, call):
    with pytest.raises(GuestNotFound):
        call(bench.driver, str(uuid.uuid4()))


def test_a_spawn_that_a_checkpoint_stopped_can_be_destroyed(bench):
    spec = bench.spec()
    with pytest.raises(Stop):
        bench.driver.spawn(spec, stop_at(1))
    assert bench.driver.guests()[spec.server_id].power_state != PowerState.RUNNING
    assert bench.driver.guest(spec.server_id).power_state != PowerState.RUNNING
    bench.driver.destroy(spec.server_id)
    assert spec.server_id not in bench.driver.guests()
    assert bench.left_of(spec.server_id) == []


def test_a_spawn_that_a_checkpoint_stopped_can_be_finished(bench):
    spec = bench.spec()
    with pytest.raises(Stop):
        bench.driver.spawn(spec, stop_at(1))
    assert bench.driver.spawn(spec, nothing).power_state == PowerState.RUNNING
    bench.driver.power_off(spec.server_id, 0, nothing)
    bench.driver.destroy(spec.server_id)
    assert bench.left_of(spec.server_id) == []


def test_the_death_of_a_guest_is_told(bench, spawned):
    bench.settle()
    bench.kill(spawned)
    assert bench.was_told_of(spawned)
    assert bench.driver.guest(spawned).power_state == PowerState.SHUTDOWN
    assert bench.driver.power_on(spawned).power_state == PowerState.RUNNING


def test_a_console_is_bytes(bench, spawned):
    assert isinstance(bench.driver.console_output(spawned), bytes)


def test_a_closed_driver_leaves_its_guests_running_for_the_next(bench, spawned):
    bench.driver.close()
    bench.driver.open(bench.changes.put)
    assert bench.driver.guest(spawned).power_state == PowerState.RUNNING


def test_a_host_tells_of_its_processors_and_its_uptime(bench):
    facts = bench.driver.facts()
    assert facts.cpu_info.keys() >= {"arch", "features"}
    assert " up " in bench.driver.uptime()
    assert "load average" in bench.driver.uptime()
