"""From the request for a server to the running server, and from its deletion to its end.

With a worker and the fake driver, which does nothing: what is measured is the service's own
part. One client, one server at a time.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from bench import scenarios, site
from bench.lab import Lab
from bench.load import percentile
from bench.plan import Plan
from bench.processes import cores
from bench.scenarios import Request, Where
from bench.site import Site
from computeapi.db import migration
from testing import nova, processes
from testing.processes import ProgramError

#: Turns of which Nova has one.
_SELDOM = 5
_POLL = 0.002  # seconds
_TIMEOUT = 30.0  # seconds


@dataclass(slots=True)
class Cloud:
    """A service that boots.

    :ivar seconds: each server's, by scenario, of the present round.
    """

    variant: str
    port: int
    where: Where
    seconds: dict[str, list[float]] = field(default_factory=dict)


def measure(place: Lab) -> None:
    """Boot and delete servers in turn on every cloud."""
    with ExitStack() as stack:
        clouds = [_own(place, name, stack) for name in ("falcon", "pecan")
                  if name in place.plan.variants]  # fmt: skip
        if "nova" in place.plan.variants and not place.plan.quick:
            clouds.append(_nova(place, stack))
        for number in range(place.plan.rounds + 1):
            place.say(f"Boot and delete, round {number} of {place.plan.rounds}")
            for cloud in clouds:
                cloud.seconds = {"boot": [], "delete": []}
            for turn in range(_turns(place.plan) if number else 2):
                for cloud in clouds:
                    # Nova takes more than a second for each.
                    if cloud.variant != "nova" or turn % _SELDOM == 0:
                        _one(cloud)
            for cloud in clouds if number else ():
                _keep(place, cloud)


def _turns(plan: Plan) -> int:
    """Return how many servers a round boots."""
    return 5 if plan.quick else 30


def _keep(place: Lab, cloud: Cloud) -> None:
    for scenario, seconds in cloud.seconds.items():
        ordered = sorted(seconds)
        what = {"variant": cloud.variant, "database": "sqlite", "auth": "none",
                "scenario": scenario}  # fmt: skip
        measured = {
            "p50_ms": median(ordered) * 1e3,
            "p99_ms": percentile(ordered, 0.99) * 1e3,
        }
        place.results.sample(what, [measured], section="boot", connections=1)


def _own(place: Lab, variant: str, stack: ExitStack) -> Cloud:
    """Start a front end and a worker over an empty database."""
    plain = Site(variant, "sqlite", "none", f"sqlite:///{place.folder}/boot-{variant}.sqlite")
    measured = site.write(replace(plain, database="boot"), place.folder)
    migration.upgrade(measured.url)
    config = Path(str(measured.config_file))
    text = config.read_text().replace("host_down_after = 2000000000", "host_down_after = 60")
    config.write_text(f"{text}[worker]\ndriver = fake\n")
    worker = _worker(config, place.folder / f"worker-{variant}.log")
    stack.callback(processes.stop, worker)
    [(child, port)] = place.servers([measured]).values()
    stack.callback(child.stop)
    return Cloud(variant, port, place.where(measured))


def _worker(config: Path, log: Path) -> subprocess.Popen[bytes]:
    words: list[str | Path] = [
        sys.executable,
        "-m",
        "computeapi.cmd.worker",
        "--config-file",
        config,
    ]
    with log.open("ab") as out:
        process = subprocess.Popen(
            processes.command(words), stdout=out, stderr=out, env=processes.environment()
        )
    # On the core of its API, as Nova has both in one process.
    os.sched_setaffinity(process.pid, cores()[0])
    return process


def _nova(place: Lab, stack: ExitStack) -> Cloud:
    place.nova.install(place.say)
    log = place.folder / "nova-whole.log"
    child, answer = nova.start(place.nova.python, log, on=cores()[0])
    stack.callback(child.stop)
    return Cloud("nova", answer["port"], Where("bench", "bench", image=answer["image"]))


def _one(cloud: Cloud) -> None:
    """Boot a server and delete it again."""
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port, timeout=_TIMEOUT)
    try:
        began = time.perf_counter()
        document = _send(connection, scenarios.boot(cloud.where))
        show = cloud.where.request(f"/v2.1/servers/{document['server']['id']}")
        show = replace(show, headers=cloud.where.headers(cloud.where.booting_token))
        _wait(connection, show, "ACTIVE")
        cloud.seconds["boot"].append(time.perf_counter() - began)
        began = time.perf_counter()
        _send(connection, scenarios.delete(cloud.where, document["server"]["id"]))
        _wait(connection, show, None)
        cloud.seconds["delete"].append(time.perf_counter() - began)
    finally:
        connection.close()


def _wait(connection: http.client.HTTPConnection, show: Request, wanted: str | None) -> None:
    """Poll until the server has a status; None waits until it is gone."""
    deadline = time.monotonic() + _TIMEOUT
    while time.monotonic() < deadline:
        connection.request("GET", show.path, headers=dict(show.headers))
        answer = connection.getresponse()
        text = answer.read()
        status = json.loads(text)["server"]["status"] if answer.status == 200 else None
        if status == wanted and answer.status in (200, 404):
            return
        if status == "ERROR":
            raise ProgramError(f"{show.path}: {text.decode()}")
        time.sleep(_POLL)
    raise ProgramError(f"{show.path} is not {wanted or 'gone'} within {_TIMEOUT:g} s")


def _send(connection: http.client.HTTPConnection, request: Request) -> dict[str, dict[str, str]]:
    connection.request(request.method, request.path, request.body.encode(), dict(request.headers))
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != request.status:
        raise ProgramError(f"{request.method} {request.path}: {answer.status} {text.decode()}")
    found: dict[str, dict[str, str]] = json.loads(text) if text else {}
    return found
