"""Resizes between the workers of two hosts, of which one or the other dies in the middle."""

from pathlib import Path

import pytest

from computeapi import conf
from computeapi.domain.flavors import Flavor
from computeapi.domain.hosts import Usage
from computeapi.domain.servers import PowerState
from computeapi.virt.fake import FakeDriver

OLD, NEW = Usage(1, 1, 64, 1), Usage(1, 2, 128, 2)


class Pair:
    """A cloud of two hosts, which share nothing but the database and the image service."""

    def __init__(self, make_cloud, tmp_path: Path) -> None:
        self.cloud = make_cloud(
            fake={"delay": 0.4},
            api={"allow_resize_to_same_host": False},
            images={"folder": tmp_path / "images"},
        )
        state_path = tmp_path / "second"
        second = self.cloud.config_with(state_path)
        second.write_text(second.read_text().replace("host = h1\n", "host = h2\n"))
        self._configs = {"h1": None, "h2": second}
        self.hypervisors = {
            "h1": self.cloud.hypervisor,
            "h2": FakeDriver(conf.load([str(second)])),
        }
        self._store = tmp_path / "images" / "transfers"
        self._folders = [tmp_path / "instances", state_path / "instances"]
        with self.cloud.db.write() as tx:
            tx.flavors.add(Flavor("big", "big", 128, 2, 2))
        self._workers = {"h1": self.cloud.start_worker()}
        (self.server_id,) = self.cloud.create()
        self.cloud.wait_until([self.server_id], "active")
        self._workers["h2"] = self.cloud.start_worker(second)

    def restart(self, host: str, kill) -> None:
        """Kill the worker of a host, and start the next one."""
        kill(self._workers[host])
        self._workers[host] = self.cloud.start_worker(self._configs[host])

    def await_end_of(self, stage: str, wait_for) -> None:
        wait_for(lambda: f"ended its stage {stage}" in self.cloud.log(), explain=self.cloud.log)

    def check(self, host: str | None, size: Usage, wait_for) -> None:
        """Check that there is one guest, where it should be, and nothing else of the server."""
        guests = {
            name: guest.power_state
            for name, hypervisor in self.hypervisors.items()
            for guest in hypervisor.guests().values()
        }
        assert guests == ({host: PowerState.RUNNING} if host else {})
        with self.cloud.db.read() as tx:
            assert tx.hosts.usage() == ({host: size} if host else {})
        # Each worker removes what it left when it looks after its host.
        wait_for(lambda: not self.leftovers(), explain=lambda: str(self.leftovers()))

    def leftovers(self) -> list[Path]:
        """Return the files that carried the disks from one host to the other."""
        folders = [self._store, *self._folders]
        return [path for folder in folders if folder.exists() for path in folder.iterdir()]


@pytest.fixture
def pair(make_cloud, tmp_path):
    return Pair(make_cloud, tmp_path)


@pytest.mark.parametrize(("ended", "victim"), [("prepare", "h1"), ("pack", "h2")])
def test_a_worker_that_dies_in_the_middle_of_a_resize(pair, kill, wait_for, ended, victim):
    """The source dies while it packs, or the target while it unpacks."""
    cloud, server_id = pair.cloud, pair.server_id
    cloud.servers.moving.resize(cloud.caller, server_id, "big")
    pair.await_end_of(ended, wait_for)
    pair.restart(victim, kill)
    cloud.wait_until([server_id], "resized")
    assert cloud.server(server_id).host == "h2"
    with cloud.db.read() as tx:
        assert tx.hosts.usage() == {"h1": OLD, "h2": NEW}
    cloud.servers.moving.confirm(cloud.caller, server_id)
    cloud.wait_until([server_id], "active")
    pair.check("h2", NEW, wait_for)


@pytest.mark.parametrize(("ended", "victim"), [("pack", "h2"), ("discard", "h1")])
def test_a_worker_that_dies_in_the_middle_of_a_revert(pair, kill, wait_for, ended, victim):
    """The target dies while it discards its guest, or the source while it puts its own back."""
    cloud, server_id = pair.cloud, pair.server_id
    cloud.servers.moving.resize(cloud.caller, server_id, "big")
    cloud.wait_until([server_id], "resized")
    cloud.servers.moving.revert(cloud.caller, server_id)
    pair.await_end_of(ended, wait_for)
    pair.restart(victim, kill)
    cloud.wait_until([server_id], "active")
    assert (cloud.server(server_id).host, cloud.server(server_id).flavor_id) == ("h1", "tiny")
    pair.check("h1", OLD, wait_for)


def test_a_resize_whose_target_fails_and_whose_source_dies(pair, kill, wait_for):
    cloud, server_id = pair.cloud, pair.server_id
    pair.hypervisors["h2"].control(fail=["rebuild"])
    cloud.servers.moving.resize(cloud.caller, server_id, "big")
    pair.await_end_of("clear", wait_for)
    pair.restart("h1", kill)
    cloud.wait_until([server_id], "active")
    assert cloud.server(server_id).fault is None
    pair.check("h1", OLD, wait_for)


def test_a_delete_in_the_middle_of_a_resize(pair, kill, wait_for):
    cloud, server_id = pair.cloud, pair.server_id
    cloud.servers.moving.resize(cloud.caller, server_id, "big")
    pair.await_end_of("pack", wait_for)
    cloud.servers.deletion.delete(cloud.caller, server_id)
    pair.restart("h2", kill)
    cloud.wait_until([server_id], "deleted")
    pair.check(None, OLD, wait_for)


def test_a_delete_does_not_wait_for_a_target_that_is_down(pair, kill, wait_for):
    cloud, server_id = pair.cloud, pair.server_id
    kill(pair._workers["h2"])
    cloud.servers.moving.resize(cloud.caller, server_id, "big")
    with cloud.db.write() as tx:
        host = tx.hosts.get("h2")
        host.seen_at = host.started_at.replace(year=2000)
        tx.hosts.report(host)
    cloud.servers.deletion.delete(cloud.caller, server_id)
    cloud.wait_until([server_id], "deleted")
    pair.check(None, OLD, wait_for)
