"""Runs every compute command of the ``openstack`` client against both front ends."""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import yaml

from conformance import cloud, exercised
from testing import processes

FRONT_ENDS = ("falcon", "pecan")
_STEPS = Path(__file__).with_name("commands.yaml")
#: Seconds for an action that runs on, and between two looks at it.
_TIMEOUT = 60.0
_INTERVAL = 0.3


@dataclass(frozen=True)
class Step:
    """A command of the client; ``commands.yaml`` says what the fields are."""

    run: str
    admin: bool = False
    version: str | None = None
    keep: Mapping[str, str] = field(default_factory=dict)
    until: tuple[str, str] | None = None
    fails: str | None = None
    because: str = ""

    @property
    def command(self) -> str:
        """The longest compute command of the client with which this begins, or ""."""
        words = self.run.split()
        names = (" ".join(words[:length]) for length in range(len(words), 0, -1))
        return next((name for name in names if name in commands()), "")


@dataclass(frozen=True)
class Result:
    """The outcome of a step.

    :ivar error: the last line that the client wrote, "" when it exited with 0.
    :ivar is_explained: whether it exited with 0, or failed for the reason in ``commands.yaml``. A
        reason is not to outlive its failure.
    """

    step: Step
    error: str
    is_explained: bool

    def __str__(self) -> str:
        if not self.is_explained:
            return f"FAILED: {self.error or 'it exits with 0'}"
        return self.step.because if self.error else "0"


@cache
def commands() -> frozenset[str]:
    """Return the compute commands of the installed client."""
    points = entry_points(group="openstack.compute.v2")
    return frozenset(point.name.replace("_", " ") for point in points)


def steps() -> list[Step]:
    """Return the steps in their order."""
    return [_step(**entry) for entry in yaml.safe_load(_STEPS.read_text())]


def _step(until: Sequence[str] = (), **entry: Any) -> Step:
    admin = entry.pop("as", "member") == "admin"
    return Step(admin=admin, until=(until[0], until[1]) if until else None, **entry)


class Client:
    """The client in processes of its own.

    :param site: the cloud that it asks.
    """

    def __init__(self, site: cloud.Cloud) -> None:
        environment = processes.unmeasured() | {"OS_CLIENT_CONFIG_FILE": str(site.clouds_yaml)}
        self._process = subprocess.Popen(
            processes.command([sys.executable, "-W", "ignore", "-m", "conformance.clients.shell"]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=processes.ROOT,
            env=environment,
            text=True,
        )

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *error: object) -> None:
        processes.stop(self._process)

    def run(self, words: Sequence[str], admin: bool, version: str | None) -> dict[str, Any]:
        """Run a command; return its ``code``, ``out`` and ``err``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        options = ["--os-cloud", "computeapi-admin" if admin else "computeapi"]
        if version is not None:
            options += ["--os-compute-api-version", version]
        self._process.stdin.write(json.dumps([*options, *words]) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Run:
    """The steps on one cloud.

    :param values: the values that steps name in braces.
    """

    def __init__(self, client: Client, values: dict[str, str]) -> None:
        self._client = client
        self._values = values

    def results(self) -> Iterator[Result]:
        """Run the steps; yield what came of each."""
        for step in steps():
            yield self.result(step)

    def result(self, step: Step) -> Result:
        """Run a step."""
        run = re.sub(r"{(\w+)}", lambda name: self._values.get(name[1], name[1]), step.run)
        done = self._client.run(shlex.split(run), step.admin, step.version)
        error = _last_line(done["err"]) or _last_line(done["out"]) if done["code"] else ""
        if not error:
            for name, pattern in step.keep.items():
                found = re.search(pattern, done["out"])
                self._values[name] = next(filter(None, found.groups())) if found else name
            error = self._wait(*step.until) if step.until else ""
        if step.fails is None:
            return Result(step, error, not error)
        is_explained = bool(error and re.search(step.fails, done["err"]))
        return Result(step, error, is_explained)

    def _wait(self, server: str, status: str) -> str:
        """Wait until a server has a status; return "", or the reason why it never will."""
        deadline = time.monotonic() + _TIMEOUT
        while True:
            words = ["server", "show", "-f", "value", "-c", "status", server]
            seen = str(self._client.run(words, admin=False, version=None)["out"]).strip()
            if seen == status:
                return ""
            if seen == "ERROR" or time.monotonic() > deadline:
                return f"the server is {seen}, not {status}"
            time.sleep(_INTERVAL)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""


def _of(front_end: str, records: Path) -> list[Result]:
    """Return the results behind a front end."""
    with cloud.up(front_end, records / front_end) as site, Client(site) as client:
        values = {"image": site.settings["images"][0], "folder": str(site.path)}
        return list(Run(client, values).results())


def table(found: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """Yield the lines of a table: a command, and what came of it behind each front end."""
    for results in zip(*found.values(), strict=True):
        texts = [str(result) for result in results]
        by_front_end = map(": ".join, zip(found, texts, strict=True))
        outcome = texts[0] if len(set(texts)) == 1 else "; ".join(by_front_end)
        yield f"{results[0].step.run:70.70}  {outcome}"


def run(_cache: Path) -> int:
    """Run every command; return 1 when one failed without a reason, or was left out."""
    with exercised.recorded("client") as records:
        found = {front_end: _of(front_end, records) for front_end in FRONT_ENDS}
    print(*table(found), sep="\n")
    left_out = commands() - {step.command for step in steps()}
    if left_out:
        print(f"Not tried: {', '.join(sorted(left_out))}")
    failed = 0
    for front_end, results in found.items():
        passed = sum(result.is_explained and not result.error for result in results)
        explained = sum(result.is_explained for result in results) - passed
        failed += len(results) - passed - explained
        print(f"{front_end}: {len(results)} commands, {passed} exit with 0, {explained} cannot")
    return int(bool(failed or left_out))
