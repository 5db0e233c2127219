"""Threads, green threads and forked processes, each in a process of its own."""

import subprocess
import sys
import textwrap

import pytest

GREEN = """
    import eventlet
    eventlet.monkey_patch()
    import sys, time
    from computeapi.db.database import Database
    from computeapi.db.engine import Limits
    from computeapi.domain.flavors import Flavor, FlavorFilters
    from computeapi.domain.paging import PageRequest

    database = Database(sys.argv[1], Limits(2, 6))
    seen = []

    def read(number):
        for _ in range(5):
            with database.read() as tx:
                assert tx.flavors.get("1").name == "m1.tiny"
                eventlet.sleep(0)
                assert tx.flavors.get(str(1 + number % 5)).id == str(1 + number % 5)

    def write(number):
        with database.write() as tx:
            tx.lock("turn")
            tx.flavors.add(Flavor(f"f{number}", f"f{number}", 1, 1, 1))
            seen.append(number)
            eventlet.sleep(0.002)  # others run meanwhile, and want to write
            assert seen[-1] == number

    def die(number):
        try:
            with eventlet.Timeout(0.05), database.write() as tx:
                tx.flavors.add(Flavor(f"d{number}", f"d{number}", 1, 1, 1))
                eventlet.sleep(10)
        except eventlet.Timeout:
            pass

    threads = [eventlet.spawn(read, n) for n in range(40)]
    threads += [eventlet.spawn(write, n) for n in range(20)]
    threads += [eventlet.spawn(die, n) for n in range(3)]
    for thread in threads:
        thread.wait()
    with database.read() as tx:
        ids = {f.id for f in tx.flavors.list(FlavorFilters(), PageRequest(100)).items}
    assert {i for i in ids if i[0] == "f"} == {f"f{n}" for n in range(20)}, ids
    assert not {i for i in ids if i[0] == "d"}, ids
    print("ok")
"""

WAIT = """
    import eventlet
    eventlet.monkey_patch()
    import sys, time
    from computeapi.db.database import Database

    one, two = Database(sys.argv[1]), Database(sys.argv[1])
    beats = []

    def beat():
        while True:
            beats.append(time.monotonic())
            eventlet.sleep(0.01)

    def hold():
        with one.write() as tx:
            tx.lock("turn")
            eventlet.sleep(0.3)

    beating = eventlet.spawn(beat)
    holder = eventlet.spawn(hold)
    eventlet.sleep(0.05)
    with two.write() as tx:
        tx.lock("turn")
    beating.kill()
    holder.wait()
    # The others ran while this one waited, the holder among them.
    assert max(b - a for a, b in zip(beats, beats[1:])) < 0.2, beats
    assert beats[-1] - beats[0] > 0.25
    print("ok")
"""

FORK = """
    import os, sys
    from computeapi.db.database import Database
    from computeapi.db.engine import Limits
    from computeapi.domain.flavors import Flavor

    database = Database(sys.argv[1], Limits(3))
    with database.read() as a, database.read() as b:
        a.now(), b.now()
    with database.write() as tx:
        tx.now()
    children = []
    for number in range(3):
        child = os.fork()
        if child == 0:
            for turn in range(10):
                with database.read() as tx:
                    assert tx.flavors.get("1").name == "m1.tiny"
                with database.write() as tx:
                    name = f"{number}-{turn}"
                    tx.flavors.add(Flavor(name, name, 1, 1, 1))
            database.close()
            sys.exit(0)
        children.append(child)
    for turn in range(10):
        with database.read() as tx:
            assert tx.flavors.get("1").name == "m1.tiny"
        with database.write() as tx:
            tx.flavors.add(Flavor(f"p-{turn}", f"p-{turn}", 1, 1, 1))
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    with database.read() as tx:
        names = [f"{n}-{t}" for n in ("0", "1", "2", "p") for t in range(10)]
        assert all(tx.flavors.get(name) for name in names)
    print("ok")
"""

FORK_IN_USE = """
    import os, sys
    from computeapi.db.database import Database
    from computeapi.domain.flavors import Flavor

    database = Database(sys.argv[1])
    with database.write() as mine:
        mine.flavors.add(Flavor("mine", "mine", 1, 1, 1))
        child = os.fork()
        if child == 0:
            with database.read() as tx:
                assert tx.flavors.get("mine") is None
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert mine.flavors.get("mine") is not None
    with database.read() as tx:
        assert tx.flavors.get("mine") is not None
    print("ok")
"""


@pytest.mark.parametrize("program", [GREEN, WAIT, FORK, FORK_IN_USE])
def test_processes(url, program):
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", textwrap.dedent(program), url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
