"""Two workers with one host name: the second touches nothing."""

import shutil
import signal

import pytest

from computeapi.cmd import manage


@pytest.fixture
def cloud(make_cloud):
    return make_cloud(api={"host_down_after": 5})


@pytest.fixture
def folder(tmp_path_factory):
    """A folder beside that of the cloud, which is copied in some tests."""
    return tmp_path_factory.mktemp("second") / "state"


def refused(cloud, config):
    """Start a worker that ends by itself; return the sentence that it ends with."""
    worker = cloud.run_worker(config)
    assert worker.wait(30) == 1
    return cloud.log().splitlines()[-1]


def release(config):
    return manage.main(["--config-file", str(config), "host", "release", "h1"])


def test_a_worker_with_another_state_folder(cloud, kill, folder, capsys):
    first = cloud.start_worker()
    accepted = cloud.create(2)
    cloud.wait_until(accepted, "active")
    second = cloud.config_with(folder)
    assert "belongs to the worker of another state folder" in refused(cloud, second)
    assert release(second) == 1
    assert "Stop it first" in capsys.readouterr().err
    kill(first)
    cloud.host_goes_down()
    cloud.delete(accepted[0])
    assert "belongs to the worker of another state folder" in refused(cloud, second)
    assert cloud.states(accepted) == ["deleted", "active"]
    assert len(cloud.hypervisor.guests()) == 2
    cloud.start_worker()
    cloud.wait_until(cloud.create(), "active")


def test_a_state_folder_is_replaced_on_purpose(cloud, folder):
    first = cloud.start_worker()
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    second = cloud.config_with(folder)
    assert release(second) == 0
    cloud.start_worker(second)
    assert "belongs to the worker of another state folder" in refused(cloud, None)
    assert release(second) == 1


def test_a_worker_with_a_copy_of_the_state_folder(cloud, kill, folder, wait_for):
    first = cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    shutil.copytree(cloud.folder, folder, ignore=shutil.ignore_patterns("*.sqlite*", "messaging"))
    copy = cloud.config_with(folder)
    assert "runs with a copy of this state folder" in refused(cloud, copy)
    assert cloud.states(accepted) == ["active"]
    # The copy may follow the worker that died, and that one touches nothing when it wakes up.
    cloud.stop(first)
    cloud.host_goes_down()
    cloud.start_worker(copy)
    first.send_signal(signal.SIGCONT)
    assert first.wait(30) == 1
    assert "Another worker has taken the host of this one." in cloud.log()
    cloud.wait_until(cloud.create(), "active")
    assert cloud.states(accepted) == ["active"]


def test_a_state_folder_that_was_moved(cloud, kill, folder):
    first = cloud.start_worker()
    accepted = cloud.create()
    cloud.wait_until(accepted, "active")
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 0
    shutil.copytree(cloud.folder, folder, ignore=shutil.ignore_patterns("*.sqlite*", "messaging"))
    cloud.start_worker(cloud.config_with(folder))
    assert cloud.states(accepted) == ["active"]
