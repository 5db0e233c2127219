"""Deaths in a cloud with networks and volumes: all of its services agree in the end."""

import os
import random
import signal
import sqlite3
import subprocess
from contextlib import closing

import pytest
from keystoneauth1.exceptions import ClientException

from computeapi.standalone.parts.network import programs
from tests.functional.clouds import eventually, require_parts
from tests.functional.parts_storm import PartsStorm, pids
from tests.functional.test_up_network import bound_port


@pytest.fixture(scope="module")
def cloud(user_mode_cloud):
    """Provide the cloud that came up without Neutron, with it."""
    if not user_mode_cloud.is_real:
        pytest.skip("guests cannot run here")
    require_parts(user_mode_cloud, "network")
    user_mode_cloud.up("pecan", "--with", "network")
    return user_mode_cloud


def in_ovn(cloud, *command):
    """Run ovn-nbctl, and return its output."""
    database = f"--db=unix:{cloud.path / 'network' / 'run' / 'db.sock'}"
    program = [programs.expected().path("ovn-nbctl"), "--timeout=20", database, *command]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout


def leave_half_done(cloud, port):
    """Make a port as a Neutron leaves it that dies before it tells OVN."""
    file = cloud.path / "network" / "neutron" / "neutron.sqlite"
    with closing(sqlite3.connect(file, timeout=60)) as database, database:
        database.execute(
            "UPDATE ovn_revision_numbers SET revision_number = -1 WHERE resource_uuid = ?",
            [port.id],
        )
        # Neutron leaves those that are younger than a minute to the request that makes them.
        database.execute(
            "UPDATE standardattributes SET created_at = '2020-01-01 00:00:00.000000' "
            "WHERE id = (SELECT standard_attr_id FROM ports WHERE id = ?)",
            [port.id],
        )
    in_ovn(cloud, "lsp-del", port.id)


def ring(cloud):
    """Return the processes of Neutron that share the events of OVN."""
    file = cloud.path / "network" / "neutron" / "neutron.sqlite"
    with closing(sqlite3.connect(file, timeout=60)) as database:
        return database.execute("SELECT node_uuid FROM ovn_hash_ring").fetchall()


def test_a_neutron_that_was_killed_repairs_ovn_and_forgets_its_predecessor(cloud):
    with bound_port(cloud, "half-done") as port:
        before = ring(cloud)
        leave_half_done(cloud, port)
        (killed,) = pids(cloud, "neutron")
        os.kill(killed, signal.SIGKILL)
        eventually("the port in OVN", lambda: port.id in in_ovn(cloud, "show"), within=300)
        eventually("one process", lambda: len(ring(cloud)) == 1 and ring(cloud) != before)


def in_cinder(cloud, statement, *values):
    """Change Cinder's database."""
    file = cloud.path / "cinder" / "cinder.sqlite"
    with closing(sqlite3.connect(file, timeout=60)) as database, database:
        database.execute(statement, values)


def test_a_cinder_that_was_killed_ends_the_requests_that_it_had_not_begun(cloud):
    storage = cloud.connection().block_storage
    created, deleted = (storage.create_volume(size=1) for _ in range(2))
    for volume in (created, deleted):
        storage.wait_for_status(volume, "available", interval=0.5)
    (killed,) = pids(cloud, "cinder")
    os.kill(killed, signal.SIGKILL)
    # As they are before a service is told, and before it is noted where the file is.
    creating = "UPDATE volumes SET status = 'creating', provider_location = NULL WHERE id = ?"
    in_cinder(cloud, creating, created.id)
    in_cinder(cloud, "UPDATE volumes SET status = 'deleting' WHERE id = ?", deleted.id)
    eventually("Cinder again", lambda: set(pids(cloud, "cinder")) - {killed})

    def states():
        try:
            return {volume.id: volume.status for volume in storage.volumes()}
        except ClientException:
            return None

    eventually("their ends", lambda: states() == {created.id: "error"}, states, within=300)
    storage.delete_volume(created)
    eventually("no volume", lambda: states() == {})
    files = (cloud.path / "cinder" / "volumes").iterdir()
    assert not [file for file in files if created.id in file.name or deleted.id in file.name]


def test_all_agree_after_a_storm(cloud):
    storm = PartsStorm(cloud, random.randrange(10**6))
    storm.prepare(3)
    try:
        storm.run(boots=8, kills=1, gap=4.0)
        assert storm.calm() == [], storm.explain()
    finally:
        storm.clear()
    assert storm.calm() == [], storm.explain()
