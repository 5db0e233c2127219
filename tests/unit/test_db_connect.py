"""Default numbers of connections fit into what PostgreSQL accepts."""

import pytest

from computeapi import conf as configuration
from computeapi import db
from computeapi.db.engine import Limits

#: PostgreSQL's default, less what it keeps for administrators, less room for some workers.
ENOUGH = 80


def load(tmp_path, database="", api=""):
    path = tmp_path / "computeapi.conf"
    path.write_text(f"[DEFAULT]\nstate_path = {tmp_path}\n[database]\n{database}\n[api]\n{api}\n")
    return configuration.load([str(path)])


def most(conf):
    """How many connections a process of this configuration has at most."""
    pool = db.connect(conf)._readers.pool
    return pool.size() + pool._max_overflow


@pytest.mark.parametrize("processes", [1, 2, 3, 4, 6, 8, 16, 60])
def test_api_processes_and_a_worker_do_not_exhaust_postgresql(tmp_path, processes):
    each = most(load(tmp_path, api=f"processes = {processes}"))
    assert each >= 1
    assert processes * each + each <= ENOUGH


def test_two_services_of_two_processes_fit(tmp_path):
    assert 2 * 2 * most(load(tmp_path, api="processes = 2")) <= ENOUGH


def test_a_number_that_is_set_is_kept(tmp_path):
    conf = load(tmp_path, "pool_size = 40\nmax_overflow = 2", "processes = 8")
    assert most(conf) == 42


def test_the_options_are_the_limits(tmp_path):
    conf = load(tmp_path, "pool_timeout = 1\nconnect_timeout = 3\nstatement_timeout = 2")
    database = db.connect(conf)
    assert database._readers.pool.timeout() == 1
    assert database._lock_timeout == 2
    assert db.connect(load(tmp_path))._lock_timeout == Limits().statement_timeout


def test_front_ends_of_one_process_share_connections(tmp_path):
    first = db.connect(load(tmp_path))
    assert db.connect(load(tmp_path)) is first
    assert db.connect(load(tmp_path, "pool_size = 1")) is not first
