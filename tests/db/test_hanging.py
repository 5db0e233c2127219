"""A database that hangs makes no caller wait for longer than the options say."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from computeapi.db.database import Database
from computeapi.db.engine import Limits
from computeapi.domain.errors import Unavailable
from computeapi.domain.flavors import Flavor
from tests.db.silence import Proxy

#: What is silent is given up a second after a statement's time: far below this, whatever the load.
SOON = 40.0
LIMITS = Limits(4, connect_timeout=2, statement_timeout=0.5)


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def proxy(url: str) -> Iterator[Proxy]:
    folder = sa.make_url(url).query["host"]
    proxy = Proxy(f"{folder}/.s.PGSQL.5432")
    yield proxy
    proxy.close()


@pytest.fixture
def proxied_url(url: str, proxy: Proxy) -> str:
    return f"postgresql+psycopg://test@127.0.0.1:{proxy.port}/{sa.make_url(url).database}"


@pytest.fixture
def proxied(proxied_url: str) -> Iterator[Database]:
    database = Database(proxied_url, LIMITS)
    yield database
    database.close()


def read(database: Database) -> None:
    with database.read() as tx:
        assert tx.flavors.get("1") is not None


def write(database: Database) -> None:
    with database.write() as tx:
        tx.lock("name")


def warm(database: Database, count: int = 4) -> None:
    """Open connections, and leave them idle."""
    views = [database.read() for _ in range(count)]
    for view in views:
        assert view.__enter__().flavors.get("1") is not None
    for view in views:
        view.__exit__(None)


@pytest.mark.parametrize("opened", ["read", "write"])
def test_a_statement_has_a_time_limit(url, opened):
    database = Database(url, LIMITS)
    begun = time.monotonic()
    with pytest.raises(Unavailable), getattr(database, opened)() as tx:
        tx._session.execute(sa.text("SELECT pg_sleep(120)"))
    assert time.monotonic() - begun < SOON
    read(database)
    write(database)
    database.close()


def test_a_lock_is_waited_for_as_long_as_a_statement_may_take(database, url):
    hasty = Database(url, LIMITS)
    with database.write() as tx:
        tx.lock("name")
        with pytest.raises(Unavailable):
            write(hasty)
    write(hasty)
    hasty.close()


@pytest.mark.parametrize("ask", [read, write])
def test_a_silent_server_is_given_up(proxy, proxied, ask):
    warm(proxied)
    proxy.fall_silent()
    begun = time.monotonic()
    for _ in range(2):  # on a connection that was open, and on a new one
        with pytest.raises(Unavailable, match="does not answer"):
            ask(proxied)
    assert time.monotonic() - begun < SOON


def test_the_pool_recovers_when_the_server_does(proxy, proxied):
    """The idle connections are as silent; each would cost a request its time."""
    warm(proxied)
    proxy.fall_silent()
    with pytest.raises(Unavailable):
        read(proxied)
    proxy.recover()
    for _ in range(4):
        read(proxied)
        write(proxied)
    warm(proxied)


def test_a_writer_that_fell_silent_kept_nothing(proxy, proxied, database):
    def fail() -> None:
        with proxied.write() as tx:
            tx.flavors.add(Flavor("a", "a", 1, 1, 1))
            proxy.fall_silent()

    with pytest.raises(Unavailable):
        fail()
    proxy.recover()
    with database.read() as tx:
        assert tx.flavors.get("a") is None
    read(proxied)


def test_a_stopped_server_is_given_up_and_serves_again(url, postgresql):
    """Its machine's kernel answers, so that TCP would notice nothing."""
    database = Database(url, LIMITS)
    warm(database, 2)
    main = postgresql._process.pid
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    stopped = [main, *map(int, children)]
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        for _ in range(2):
            with pytest.raises(Unavailable):
                read(database)
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)
    read(database)
    write(database)
    database.close()


GREEN = """
    import eventlet
    eventlet.monkey_patch()
    import os, sys, time
    from computeapi.db.database import Database
    from computeapi.db.engine import Limits
    from computeapi.domain.errors import Unavailable

    url, silent = sys.argv[1:]
    database = Database(url, Limits(2, 0, 1, 2, 0.5))
    beats, outcomes = [], []

    def read():
        try:
            with database.read() as tx:
                outcomes.append(tx.flavors.get("1").name)
        except Unavailable:
            outcomes.append("unavailable")

    def beat():
        while True:
            beats.append(time.monotonic())
            eventlet.sleep(0.01)

    read()
    print("connected", flush=True)
    while not os.path.exists(silent):
        eventlet.sleep(0.01)
    beating = eventlet.spawn(beat)
    for reading in [eventlet.spawn(read) for _ in range(4)]:
        reading.wait()
    beating.kill()
    assert outcomes == ["m1.tiny"] + ["unavailable"] * 4, outcomes
    # The others ran all the while: it took half a second at least.
    assert len(beats) >= 10, beats
    print("ok")
"""


def test_green_threads_run_while_one_waits_for_a_silent_server(proxy, proxied_url, tmp_path):
    silent = tmp_path / "silent"
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(GREEN)]
    with subprocess.Popen(
        [*command, proxied_url, str(silent)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        assert process.stdout.readline() == "connected\n"
        proxy.fall_silent()
        silent.touch()
        assert process.communicate(timeout=60)[0] == "ok\n"
        assert process.returncode == 0


def test_a_burst_waits_for_the_pool(url):
    """With far more requests at a time than connections, all are served."""
    database = Database(url, Limits(3))
    outcomes = []

    def work() -> None:
        for _ in range(5):
            with database.read() as tx:
                outcomes.append(tx.flavors.get("1").name)

    threads = [threading.Thread(target=work) for _ in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == ["m1.tiny"] * 300
    database.close()
