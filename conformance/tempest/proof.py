"""Runs Tempest's tests of the compute API, and explains those that fail."""

import configparser
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from conformance import cloud, exercised
from testing import processes

FRONT_ENDS = ("falcon", "pecan")
_KNOWN = Path(__file__).with_name("known.yaml")
_FEATURES = Path(__file__).with_name("features.yaml")
#: The flavors that `computeapi up` makes.
_FLAVORS = ("42", "84")


@dataclass(frozen=True)
class Outcome:
    """The outcome of a test.

    :ivar outcome: "passed", "failed" or "skipped".
    :ivar reason: the traceback of a failure, or why the test was skipped.
    """

    test: str
    outcome: str
    reason: str

    @property
    def summary(self) -> str:
        """The last line of the reason."""
        lines = [line for line in self.reason.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""


@dataclass(frozen=True)
class Known:
    """A failure that is expected.

    :ivar test: a pattern of the names of tests.
    :ivar error: a pattern of their errors.
    :ivar because: the reason.
    """

    test: str
    error: str
    because: str

    def explains(self, outcome: Outcome) -> bool:
        """Return whether a failure is the one expected."""
        is_named = re.search(self.test, outcome.test)
        return bool(is_named and re.search(self.error, outcome.reason, re.DOTALL))


def known() -> list[Known]:
    """Return the failures that are expected."""
    return [Known(**entry) for entry in yaml.safe_load(_KNOWN.read_text()) or ()]


def reason(outcome: Outcome, expected: list[Known]) -> str | None:
    """Return the reason why a test failed, or None when it should not have."""
    return next((entry.because for entry in expected if entry.explains(outcome)), None)


def configuration(site: cloud.Cloud, images: tuple[str, str], folder: Path) -> str:
    """Return tempest.conf for a cloud.

    :param images: the ids of two images.
    :param folder: for the locks and the log of Tempest.
    """
    config = configparser.RawConfigParser()
    config.read_dict(yaml.safe_load(_FEATURES.read_text()))
    config.read_dict(
        {
            "DEFAULT": {"log_file": str(folder / "tempest.log")},
            "oslo_concurrency": {"lock_path": str(folder / "locks")},
            "auth": {"admin_password": site.admin["password"]},
            "identity": {"uri_v3": site.admin["auth_url"]},
            "compute": {
                "image_ref": images[0],
                "image_ref_alt": images[1],
                "flavor_ref": _FLAVORS[0],
                "flavor_ref_alt": _FLAVORS[1],
            },
        }
    )
    path = folder / "tempest.conf"
    with path.open("w") as out:
        config.write(out)
    return str(path)


def _images(site: cloud.Cloud) -> tuple[str, str]:
    """Return the id of the image of a cloud, and that of another one, which is made."""
    found = OpenStackConfig(config_files=[str(site.clouds_yaml)]).get_one("computeapi-admin")
    with Connection(config=found) as connection:
        [name] = site.settings["images"]
        first = connection.image.find_image(name, ignore_missing=False)
        second = connection.image.create_image(
            name=f"{name}-other", data=bytes(512), disk_format="raw", container_format="bare",
            visibility="public", wait=True,
        )  # fmt: skip
        return first.id, second.id


def outcomes(python: str, front_end: str, records: Path, pattern: str = "") -> Iterator[Outcome]:
    """Run the tests behind a front end; yield the outcome of each.

    :param python: of the virtualenv that has Tempest.
    :param records: a file for the requests that the API gets.
    :param pattern: of the names of tests.
    """
    with cloud.up(front_end, records) as site:
        config = configuration(site, _images(site), site.path)
        runner = [python, "-W", "ignore", "-m", "conformance.tempest.runner", config, pattern]
        with (site.path / "tempest.err").open("w") as errors:
            process = subprocess.Popen(
                processes.command(["nice", *runner]), cwd=processes.ROOT, text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                env=processes.environment(),
            )  # fmt: skip
        assert process.stdout is not None
        try:
            for line in process.stdout:
                entry: Mapping[str, Any] = json.loads(line)
                yield Outcome(**entry)
        finally:
            processes.stop(process)


def counted(front_end: str, found: Iterable[Outcome]) -> Counter[str]:
    """Print the outcome of each test as it comes; return how many there were of each kind.

    A failure that a reason explains is "explained". A reason that explains nothing is "stale".
    """
    expected = known()
    counts = Counter[str]()
    used = set()
    for outcome in found:
        why = reason(outcome, expected) if outcome.outcome == "failed" else None
        kind = "explained" if why else outcome.outcome
        said = "" if kind == "passed" else why or outcome.summary
        print(f"{front_end} {kind:9} {outcome.test}  {said}", flush=True)
        counts[kind] += 1
        used.add(why)
    for entry in expected:
        if entry.because not in used:
            print(f"{front_end} stale     {entry.test}  {entry.because}", flush=True)
            counts["stale"] += 1
    return counts


def run(python: str) -> int:
    """Run Tempest against both front ends, at the same time.

    :param python: of the virtualenv that has Tempest.
    :returns: 0, or 1 when a test failed without a reason, or a reason explains nothing.
    """

    def one(front_end: str, records: Path) -> Counter[str]:
        return counted(front_end, outcomes(python, front_end, records / front_end))

    with exercised.recorded("Tempest") as records, ThreadPoolExecutor(len(FRONT_ENDS)) as pool:
        runs = {name: pool.submit(one, name, records) for name in FRONT_ENDS}
        found = {name: run.result() for name, run in runs.items()}
    for name, counts in found.items():
        print(f"{name}: {', '.join(f'{count} {kind}' for kind, count in sorted(counts.items()))}")
    return int(any(counts["failed"] or counts["stale"] for counts in found.values()))
