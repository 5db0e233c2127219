"""Starting, watching and ending processes."""

import os
import signal
import subprocess
import sys
import time

import pytest

from computeapi.standalone.errors import CloudError
from computeapi.standalone.processes import RestartPolicy, Service, Supervisor, tail


@pytest.fixture
def said():
    return []


@pytest.fixture
def supervisor(said):
    made = Supervisor(said.append, RestartPolicy(limit=2, window=60, delay=0))
    yield made
    made.stop(timeout=5)


def service(tmp_path, script, name="service"):
    return Service(name, ["/bin/sh", "-c", script], tmp_path / f"{name}.log")


def gone(process_id):
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return True
    return False


def eventually(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def watch_until(supervisor, condition):
    def step():
        supervisor.watch()
        return condition()

    eventually(step)


def test_policy_allows_so_many_restarts_within_the_window():
    policy = RestartPolicy(limit=2, window=10)
    assert [policy.allows("a", now) for now in (0, 1, 2)] == [True, True, False]
    assert policy.allows("b", 2), "each service has its own count"
    assert policy.allows("a", 10.5), "the first restart is forgotten by now"
    assert not policy.allows("a", 10.6)


def test_output_goes_to_a_log_of_the_owner(supervisor, tmp_path):
    supervisor.start(service(tmp_path, "echo out; echo err >&2; sleep 60"))
    log = tmp_path / "service.log"
    eventually(lambda: log.exists() and log.read_text() == "out\nerr\n")
    assert log.stat().st_mode & 0o777 == 0o600


def test_services_spare_memory(supervisor, tmp_path, monkeypatch):
    monkeypatch.setenv("KEPT", "kept")
    shown = "$MALLOC_ARENA_MAX $EVENTLET_NO_GREENDNS $KEPT"
    supervisor.start(service(tmp_path, f"echo {shown}; sleep 60"))
    log = tmp_path / "service.log"
    eventually(lambda: log.exists() and log.read_text() == "2 yes kept\n")


@pytest.mark.parametrize(
    ("module", "unused"),
    [("parts.dashboard", "sqlalchemy"), ("glance", "alembic")],
)
def test_services_import_no_large_libraries_that_they_do_not_use(module, unused):
    script = f"import sys, computeapi.standalone.{module}; sys.exit({unused!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], check=False)
    assert done.returncode == 0


def test_crashed_service_is_started_again(supervisor, said, tmp_path):
    supervisor.start(service(tmp_path, "sleep 60"))
    first = supervisor.process_id("service")
    os.kill(first, signal.SIGKILL)
    watch_until(supervisor, lambda: supervisor.process_id("service") != first)
    assert said == ["service ended with -9; it is started again."]
    os.kill(supervisor.process_id("service"), 0)


def test_service_that_keeps_crashing_is_given_up(supervisor, said, tmp_path):
    supervisor.start(service(tmp_path, "echo why it ended; exit 7"))
    with pytest.raises(CloudError, match=r"(?s)given up.*why it ended"):
        watch_until(supervisor, lambda: False)
    assert len(said) == 2


def test_waits_until_ready(supervisor, tmp_path):
    flag = tmp_path / "flag"
    supervisor.start(service(tmp_path, f"sleep 0.2; touch {flag}; sleep 60"))
    supervisor.wait_ready("service", flag.exists, timeout=10)
    assert flag.exists()


def test_failure_to_start_shows_the_log(supervisor, tmp_path):
    supervisor.start(service(tmp_path, "echo port is taken; exit 3"))
    with pytest.raises(CloudError, match=r"(?s)ended with 3.*service.log.*port is taken"):
        supervisor.wait_ready("service", lambda: False, timeout=10)


def test_service_that_never_answers_is_not_waited_for_without_end(supervisor, tmp_path):
    supervisor.start(service(tmp_path, "sleep 60"))
    with pytest.raises(CloudError, match=r"no answer in 0\.3 s"):
        supervisor.wait_ready("service", lambda: False, timeout=0.3)


def test_stop_ends_all_and_kills_the_stubborn(supervisor, said, tmp_path):
    ready = tmp_path / "ready"
    supervisor.start(service(tmp_path, "sleep 60", "willing"))
    stubborn = f"trap '' TERM; touch {ready}; while :; do sleep 0.1; done"
    supervisor.start(service(tmp_path, stubborn, "stubborn"))
    ids = [supervisor.process_id(n) for n in ("willing", "stubborn")]
    eventually(ready.exists)
    supervisor.stop(timeout=0.5)
    assert all(gone(i) for i in ids)
    assert said == ["stubborn did not end in 0.5 s; it is killed."]


def test_job_that_fails_shows_its_log(supervisor, tmp_path):
    done = supervisor.begin(service(tmp_path, "echo fine", "good"))
    done()
    failed = supervisor.begin(service(tmp_path, "echo disk full; exit 1", "bad"))
    with pytest.raises(CloudError, match=r"(?s)bad failed .1..*disk full"):
        failed()


def test_services_end_with_a_killed_supervisor(tmp_path):
    script = (
        "import sys, time; from pathlib import Path;"
        "from computeapi.standalone.processes import Service, Supervisor;"
        "s = Supervisor(print);"
        f"s.start(Service('x', ['sleep', '60'], Path({str(tmp_path / 'x.log')!r})));"
        "print(s.process_id('x'), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    eventually(lambda: gone(child) or _is_zombie(child))


def test_preparations_end_with_their_service(tmp_path):
    script = (
        "import os, time; from pathlib import Path;"
        "from computeapi.standalone.serving import prepare_once;"
        "prepare = lambda: (print(os.getpid(), flush=True), time.sleep(600));"
        f"prepare_once(Path({str(tmp_path / 'ready')!r}), '1', prepare)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as service:
        child = int(service.stdout.readline())
        service.kill()
    eventually(lambda: gone(child) or _is_zombie(child))


def _is_zombie(process_id):
    # In a container nobody may collect the orphan.
    with open(f"/proc/{process_id}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] == "Z"


def test_tail_is_the_end_of_the_log(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {n}\n" for n in range(100)))
    assert tail(log, lines=2) == f"The end of {log}:\n  line 98\n  line 99"
    assert tail(tmp_path / "none.log") == f"There is no {tmp_path / 'none.log'}."


def test_service_starts_once_the_one_before_it_is_ready(supervisor, tmp_path):
    flag = tmp_path / "flag"
    supervisor.start(service(tmp_path, "sleep 60", "first"))
    supervisor.start_after(flag.exists, service(tmp_path, "echo begun; sleep 60", "second"))
    supervisor.wait_ready("first", lambda: True, 60)
    second = tmp_path / "second.log"
    assert not second.exists()
    supervisor.begin(service(tmp_path, f"touch {flag}", "job"))()
    supervisor.wait_ready("second", lambda: "begun" in second.read_text(), 60)


def test_service_whose_condition_never_holds_is_named(supervisor, tmp_path):
    supervisor.start_after(lambda: False, service(tmp_path, "sleep 60", "second"))
    with pytest.raises(CloudError, match="second could not start"):
        supervisor.wait_ready("second", lambda: True, 0.1)


def test_the_group_that_is_ready_first_is_returned_whichever_others_are_not(supervisor, tmp_path):
    flag = tmp_path / "flag"
    supervisor.start(service(tmp_path, "sleep 60", "slow"))
    supervisor.start(service(tmp_path, f"touch {flag}; sleep 60", "one"))
    supervisor.start_after(flag.exists, service(tmp_path, "sleep 60", "two"))
    started = supervisor.process_id
    groups = {
        "slow": {"slow": lambda: False},
        "quick": {"one": flag.exists, "two": lambda: started("two") > 0},
    }
    assert supervisor.wait_first(groups, 60) == "quick"


def test_a_ready_service_is_not_asked_again(supervisor, tmp_path):
    asked = []
    supervisor.start(service(tmp_path, "sleep 60", "one"))
    supervisor.start(service(tmp_path, "sleep 60", "two"))

    def answers(name):
        asked.append(name)
        return name == "one" or len(asked) > 3

    probes = {name: lambda name=name: answers(name) for name in ("one", "two")}
    assert supervisor.wait_first({"group": probes}, 60) == "group"
    assert asked == ["one", "two", "two", "two"]


def test_a_service_that_ended_is_told_of_while_another_group_is_waited_for(supervisor, tmp_path):
    supervisor.start(service(tmp_path, "sleep 60", "slow"))
    supervisor.start(service(tmp_path, "echo no room; exit 4", "broken"))
    groups = {"slow": {"slow": lambda: False}, "broken": {"broken": lambda: False}}
    with pytest.raises(CloudError, match=r"(?s)broken ended with 4.*no room"):
        supervisor.wait_first(groups, 60)
