"""Workers that die, hang and come back; messages and guests that get lost."""

import signal
import time

import pytest

SLOW = {"delay": 0.4}  # seconds a step; a boot has two


def test_kill_in_the_middle_of_boots(make_cloud, kill):
    cloud = make_cloud(fake=SLOW)
    accepted = []
    for moment in (0.05, 0.5, 0.9):
        worker = cloud.start_worker()
        accepted += cloud.create(2)
        time.sleep(moment)
        kill(worker)
    accepted += cloud.create(2)
    cloud.start_worker()
    cloud.wait_until(accepted, "active")
    assert set(cloud.hypervisor.guests()) == set(accepted)
    assert [cloud.boots(server_id) for server_id in accepted] == [1] * 8
    assert not any(cloud.unfinished(server_id) for server_id in accepted)


def test_kill_in_the_middle_of_a_stop_and_of_a_delete(make_cloud, kill, wait_for):
    cloud = make_cloud(fake=SLOW)
    worker = cloud.start_worker()
    stopped, deleted = accepted = cloud.create(2)
    cloud.wait_until(accepted, "active")
    cloud.servers.power.stop(cloud.caller, stopped)
    cloud.delete(deleted)
    wait_for(
        lambda: cloud.log().count("Began the stop") + cloud.log().count("Began the delete") == 2
    )
    kill(worker)
    cloud.start_worker()
    cloud.wait_until([stopped], "stopped")
    cloud.wait_until([deleted], "deleted")
    assert set(cloud.hypervisor.guests()) == {stopped}


def test_a_boot_that_kills_every_worker_ends_in_error(make_cloud, kill, wait_for):
    cloud = make_cloud(fake={"delay": 30}, worker={"max_attempts": 2})
    worker = cloud.start_worker()
    accepted = cloud.create()
    for attempt in (1, 2):
        wait_for(lambda n=attempt: f"attempt {n}" in cloud.log())
        kill(worker)
        worker = cloud.start_worker()
    cloud.wait_until(accepted, "error")
    fault = cloud.server(accepted[0]).fault
    assert fault.message.startswith("The create was given up: 2 times a worker began it")
    cloud.hypervisor.control(delay=0)
    cloud.delete(accepted[0])
    cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


def test_a_worker_told_to_stop_leaves_its_boot_to_the_next(make_cloud, wait_for):
    cloud = make_cloud(fake={"delay": 600}, worker={"shutdown_timeout": 600})
    worker = cloud.start_worker()
    accepted = cloud.create()
    wait_for(lambda: "Began the create" in cloud.log())
    worker.send_signal(signal.SIGTERM)
    # Long before the step of the boot would end.
    assert worker.wait(120) == 0
    assert [o.state for o in cloud.unfinished(accepted[0])] == ["queued"]
    cloud.hypervisor.control(delay=0)
    cloud.start_worker()
    cloud.wait_until(accepted, "active")
    assert cloud.boots(accepted[0]) == 1


def test_a_worker_that_slept_through_its_lease(make_cloud, wait_for):
    cloud = make_cloud(fake={"delay": 1}, worker={"lease": 1})
    worker = cloud.start_worker()
    accepted = cloud.create()
    wait_for(lambda: "Began the create" in cloud.log())
    cloud.stop(worker)
    time.sleep(1.5)
    worker.send_signal(signal.SIGCONT)
    cloud.wait_until(accepted, "active")
    assert "attempt 2" in cloud.log()
    assert cloud.boots(accepted[0]) == 1


def test_a_boot_longer_than_its_lease(make_cloud):
    # The lease is long enough to be renewed on a busy machine.
    cloud = make_cloud(fake={"delay": 5}, worker={"lease": 4})
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    assert "attempt 2" not in cloud.log()


def test_a_second_worker_is_refused(make_cloud):
    cloud = make_cloud()
    first = cloud.start_worker()
    second = cloud.run_worker()
    assert second.wait(120) == 1
    last = cloud.log().splitlines()[-1]
    assert last.startswith(f"computeapi-worker: Another worker (process {first.pid}) runs")
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")


def test_every_message_is_lost(make_cloud):
    cloud = make_cloud(worker={"poll_interval": 0.3})
    cloud.start_worker()
    sockets = list((cloud.folder / "messaging").iterdir())
    assert sockets
    for socket in sockets:
        socket.unlink()
    accepted = cloud.create(3)
    cloud.wait_until(accepted, "active")
    cloud.delete(accepted[0])
    cloud.wait_until(accepted[:1], "deleted")


def test_a_wake_up_beats_the_look_for_work(make_cloud):
    cloud = make_cloud(worker={"poll_interval": 600})
    cloud.start_worker()
    time.sleep(0.3)
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")


def test_delete_in_the_middle_of_a_boot(make_cloud, wait_for):
    cloud = make_cloud(fake={"delay": 600})
    cloud.start_worker()
    accepted = cloud.create()
    wait_for(lambda: "Began the create" in cloud.log())
    cloud.hypervisor.control(delay=0)
    cloud.delete(accepted[0])
    cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


def test_delete_while_the_worker_is_dead(make_cloud, kill):
    cloud = make_cloud()
    worker = cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    kill(worker)
    cloud.delete(accepted[0])
    assert cloud.states(accepted) == ["active/deleting"]
    cloud.start_worker()
    cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


def test_delete_while_the_host_is_down(make_cloud, kill, wait_for):
    cloud = make_cloud(fake=SLOW)
    worker = cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    accepted += cloud.create()
    wait_for(lambda: len(cloud.hypervisor.guests()) == 2)
    kill(worker)
    cloud.host_goes_down()
    for server_id in accepted:
        cloud.delete(server_id)
    assert cloud.states(accepted) == ["deleted", "deleted"]
    assert set(cloud.hypervisor.guests()) == set(accepted)
    cloud.start_worker()
    wait_for(lambda: cloud.hypervisor.guests() == {})
    assert cloud.states(accepted) == ["deleted", "deleted"]


def test_guests_that_change_by_themselves(make_cloud, wait_for):
    cloud = make_cloud(worker={"reconcile_interval": 600})
    cloud.start_worker()
    off, killed, gone = accepted = cloud.create(3)
    cloud.wait_until(accepted, "active")
    cloud.hypervisor.shut_down_inside(off)
    cloud.hypervisor.kill(killed)
    cloud.hypervisor.lose(gone)
    cloud.wait_until([off, killed], "stopped")
    cloud.wait_until([gone], "error")
    assert cloud.server(gone).fault.message == "The guest is gone from its host."
    cloud.servers.power.start(cloud.caller, off)
    cloud.wait_until([off], "active")
    assert cloud.boots(off) == 2


def test_guests_that_change_while_the_worker_is_dead(make_cloud, kill, wait_for):
    cloud = make_cloud()
    worker = cloud.start_worker()
    off, gone, on = accepted = cloud.create(3)
    cloud.wait_until(accepted, "active")
    cloud.servers.power.stop(cloud.caller, on)
    cloud.wait_until([on], "stopped")
    kill(worker)
    cloud.hypervisor.shut_down_inside(off)
    cloud.hypervisor.lose(gone)
    cloud.hypervisor.power_on(on)
    cloud.start_worker()
    cloud.wait_until([off], "stopped")
    cloud.wait_until([gone], "error")
    # Its record says "stopped" all along: only the guest tells that it was stopped again.
    wait_for(lambda: cloud.hypervisor.guest(on).power_state == 4)
    cloud.wait_until([on], "stopped")
    assert cloud.hypervisor.guest(on).power_state == 4


@pytest.mark.parametrize("action", ["spawn", "destroy"])
def test_a_hypervisor_that_fails(make_cloud, action):
    cloud = make_cloud(fake={"fail": action}, worker={"max_attempts": 1})
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active", "error")
    cloud.delete(accepted[0])
    cloud.wait_until(accepted, "deleted" if action == "spawn" else "error/deleting")
    if action == "destroy":
        assert cloud.server(accepted[0]).fault.message == (
            "The delete failed: the hypervisor could not do it. "
            "It is tried again until it succeeds."
        )
        cloud.hypervisor.control(fail=[])
        cloud.wait_until(accepted, "deleted")
    assert cloud.hypervisor.guests() == {}


def test_console_output(make_cloud):
    cloud = make_cloud()
    cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    assert "Hostname set to <demo>" in cloud.servers.console.console_output(
        cloud.caller, accepted[0], None
    )
