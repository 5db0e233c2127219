"""The unit of work: all or nothing, each with a connection of its own."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from computeapi.db import engine
from computeapi.db.database import Database
from computeapi.db.engine import Limits
from computeapi.domain.errors import Conflict, Invalid, Unavailable
from computeapi.domain.flavors import Flavor, FlavorFilters
from computeapi.domain.paging import PageRequest


@pytest.fixture
def open_connections() -> list[int]:
    """How many connections were opened (first) and closed (second) since the test began."""
    counts = [0, 0]

    def opened(*_arguments) -> None:
        counts[0] += 1

    def closed(*_arguments) -> None:
        counts[1] += 1

    sa.event.listen(sa.Pool, "connect", opened)
    sa.event.listen(sa.Pool, "close", closed)
    yield counts
    sa.event.remove(sa.Pool, "connect", opened)
    sa.event.remove(sa.Pool, "close", closed)


def flavor(name: str) -> Flavor:
    return Flavor(name, name, 1, 1, 1)


def test_what_raises_keeps_nothing(database):
    def fail() -> None:
        with database.write() as tx:
            tx.flavors.add(flavor("a"))
            tx.flavors.delete("1")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.read() as tx:
        assert tx.flavors.get("a") is None
        assert tx.flavors.get("1") is not None


def test_others_see_what_is_committed_only(database):
    with database.write() as writer, database.read() as reader:
        writer.flavors.add(flavor("a"))
        assert writer.flavors.get("a") is not None
        assert reader.flavors.get("a") is None
    with database.read() as reader:
        assert reader.flavors.get("a") is not None


def test_a_reader_sees_what_is_committed_at_each_statement(database):
    with database.read() as reader:
        assert reader.flavors.get("a") is None
        with database.write() as writer:
            writer.flavors.add(flavor("a"))
        assert reader.flavors.get("a") is not None


def test_a_transaction_ends_with_its_block(database):
    with database.read() as tx:
        pass
    with pytest.raises(RuntimeError, match="has ended"):
        tx.flavors.get("1")


def test_a_failed_statement_is_not_committed_over_in_silence(database, make_server):
    """PostgreSQL would answer the COMMIT with a ROLLBACK and no error."""
    server = make_server()

    def go_on_regardless() -> None:
        with database.write() as tx:
            tx.servers.add(server)
            with pytest.raises(sa.exc.IntegrityError):
                tx.servers.add(server)

    with pytest.raises(RuntimeError):
        go_on_regardless()
    with database.read() as tx:
        assert tx.servers.get(server.id) is None


def test_a_database_goes_on_after_a_mistake(database):
    with database.read() as tx:
        for _ in range(2):
            with pytest.raises(Invalid):
                tx.servers.get("\ud800")
            assert tx.flavors.get("1") is not None


def test_the_clock_is_utc(database):
    with database.read() as tx:
        now = tx.now()
    assert now.tzinfo is None
    assert abs(datetime.now(UTC).replace(tzinfo=None) - now) < timedelta(seconds=5)


def test_the_clock_goes_on_within_a_transaction(database):
    with database.write() as tx:
        before = tx.now()
        time.sleep(0.002)
        assert tx.now() > before


def test_connections_are_reused(database, open_connections):
    for _ in range(10):
        with database.read() as tx:
            tx.flavors.get("1")
        with database.write() as tx:
            tx.flavors.get("1")
        with pytest.raises(Conflict), database.write() as tx:
            tx.flavors.add(flavor("1"))
    assert open_connections == [1, 0]
    database.close()
    assert open_connections == [1, 1]


def test_nobody_shares_a_connection_and_few_are_kept(url, open_connections):
    database = Database(url, Limits(2, 4))
    with database.read() as a, database.read() as b, database.read() as c, database.write() as d:
        for tx in (a, b, c, d):
            assert tx.flavors.get("1") is not None
        assert open_connections == [4, 0]
    assert open_connections == [4, 2]
    database.close()


def test_many_threads_get_by_with_the_most_connections(url, open_connections):
    database = Database(url, Limits(2, 1))
    outcomes = []

    def work() -> None:
        for _ in range(10):
            with database.read() as tx:
                outcomes.append(len(tx.flavors.list(FlavorFilters(), PageRequest(10)).items))

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [7] * 120
    # Those beyond what is kept come and go, and none is left behind.
    database.close()
    assert open_connections[0] == open_connections[1]


def test_who_waits_too_long_for_a_connection_is_told(url):
    database = Database(url, Limits(1, pool_timeout=0.05))
    with database.read(), pytest.raises(Unavailable), database.read():
        pass
    with database.read() as tx:
        assert tx.flavors.get("1") is not None
    database.close()


def test_writers_do_not_lose_each_others_changes(database, make_server):
    server = make_server(progress=0)
    with database.write() as tx:
        tx.servers.add(server)

    def work() -> None:
        for _ in range(10):
            with database.write() as tx:
                mine = tx.servers.get(server.id, lock=True)
                mine.progress += 1
                tx.servers.save(mine)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert tx.servers.get(server.id).progress == 60


@pytest.mark.parametrize("turn", ["first time", "again"])
def test_a_lock_makes_others_wait(database, turn):
    """Also for a name that has not been locked before."""
    if turn == "again":
        with database.write() as tx:
            tx.lock("project:p")
    order = []

    def wait() -> None:
        with database.write() as tx:
            tx.lock("project:p")
            order.append("second")

    thread = threading.Thread(target=wait)
    with database.write() as tx:
        tx.lock("project:p")
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_many_lock_a_new_name_at_once(database):
    barrier, held, problems = threading.Barrier(6), [], []

    def work() -> None:
        barrier.wait()
        for number in range(5):
            with database.write() as tx:
                tx.lock(f"user:{number}")
                held.append(number)
                if held.count(number) != 1:
                    problems.append(number)
                time.sleep(0.001)
                held.remove(number)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_database_that_is_not_there_is_unavailable(kind, tmp_path):
    url = {
        "sqlite": f"sqlite:///{tmp_path}/missing/computeapi.sqlite",
        "postgresql": f"postgresql+psycopg://test@/test?host={tmp_path}",
    }[kind]
    database = Database(url, Limits(1))
    for _ in range(3):  # a place in the pool must not get lost with each attempt
        with pytest.raises(Unavailable, match="not answer") as caught, database.read():
            pass
        with pytest.raises(Unavailable, match="not answer"), database.write():
            pass
    assert caught.value.code == 503


def test_a_database_in_memory_is_refused():
    with pytest.raises(ValueError, match="must be a file"):
        Database("sqlite://")


def test_the_driver_of_postgresql_need_not_be_named(postgresql_url):
    with engine.create(postgresql_url.replace("+psycopg", "")).connect() as connection:
        assert connection.dialect.driver == "psycopg"
