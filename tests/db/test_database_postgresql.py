"""Peculiarities of PostgreSQL: lost connections and deadlocks."""

import threading

import pytest
import sqlalchemy as sa

from computeapi.db import engine
from computeapi.db.database import Database
from computeapi.db.engine import Limits
from computeapi.domain.errors import Unavailable
from computeapi.domain.flavors import Flavor


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def lose_all(postgresql):
    """A function that makes the server drop all connections."""
    return lambda: postgresql.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )


def test_requests_after_a_restart_work(database, postgresql):
    with database.read() as a, database.read() as b, database.read() as c:
        for tx in (a, b, c):
            tx.now()
    postgresql.stop()
    with pytest.raises(Unavailable), database.read() as tx:
        tx.flavors.get("1")
    with pytest.raises(Unavailable), database.write():
        pass
    postgresql.start()
    for _ in range(4):
        with database.read() as tx:
            assert tx.flavors.get("1") is not None
    with database.write() as tx:
        tx.flavors.add(Flavor("a", "a", 1, 1, 1))


def test_a_reader_survives_a_lost_connection(database, lose_all):
    with database.read() as tx:
        assert tx.flavors.get("1") is not None
        lose_all()
        assert tx.flavors.get("1") is not None
        lose_all()
        assert tx.now() is not None


def test_a_writer_begins_on_a_new_connection(database, lose_all):
    with database.write() as tx:
        tx.now()
    lose_all()
    with database.write() as tx:
        tx.flavors.add(Flavor("a", "a", 1, 1, 1))
    with database.read() as tx:
        assert tx.flavors.get("a") is not None


def test_a_writer_never_goes_on_half_way(database, lose_all):
    """The writes before the loss are gone, so no write after it may be kept."""

    def write(*names: str | None) -> None:
        with database.write() as tx:
            for name in names:
                if name is None:
                    lose_all()
                else:
                    tx.flavors.add(Flavor(name, name, 1, 1, 1))

    for names in (("a", None, "b"), ("c", None), ("a", "b", None, "c")):
        with pytest.raises(Unavailable):
            write(*names)
    with database.read() as tx:
        assert [tx.flavors.get(i) for i in "abc"] == [None] * 3


def test_lost_connections_leave_their_places(url, lose_all):
    database = Database(url, Limits(2))
    for _ in range(5):
        with database.read() as a, database.read() as b:
            a.now()
            b.now()
        lose_all()
    with database.read() as a, database.read() as b:
        assert a.now() <= b.now()
    database.close()


def test_who_lock_each_other_out_are_told(database):
    """One of two goes on; the other's caller may try again."""
    barrier = threading.Barrier(2, timeout=10)
    outcomes = []

    def lock(first: str, second: str) -> None:
        try:
            with database.write() as tx:
                tx.lock(first)
                barrier.wait()
                tx.lock(second)
        except Unavailable:
            outcomes.append("unavailable")
        else:
            outcomes.append("done")

    with database.write() as tx:
        tx.lock("a")
        tx.lock("b")
    threads = [threading.Thread(target=lock, args=names) for names in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "unavailable"]


def test_a_writer_sees_what_the_one_before_committed(url, make_server):
    """Also where the site's default is another: counting under a lock would go wrong."""
    database = Database(f"{url}&options=-c%20default_transaction_isolation=serializable")
    with database.write() as tx:
        assert tx.servers.usage("project").instances == 0
        with database.write() as other:
            other.servers.add(make_server())
        assert tx.servers.usage("project").instances == 1
    database.close()


def test_text_is_compared_by_code_point(url):
    with engine.create(url).connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT table_name, collation_name FROM information_schema.columns "
                "WHERE table_schema = 'public' AND data_type IN ('character varying', 'text')"
            )
        )
        collations = {row[1] for row in rows if row[0] != "alembic_version"}
    assert collations == {"C"}
