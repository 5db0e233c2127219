"""The page on two servers on a network, followed word by word."""

import re
import subprocess
from pathlib import Path

import pytest

from testing.processes import unmeasured
from tests.functional import openstack_client
from tests.functional.clouds import TIMEOUT

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "doc" / "source" / "user" / "two-servers.rst"


def commands():
    """Return the commands of the page."""
    return re.findall(r"(?m)^   \$ (.*)$", PAGE.read_text())


def test_two_servers_reach_each_other_and_a_volume_outlives_one(parts_cloud):
    if not parts_cloud.is_real:
        pytest.skip("guests cannot run here")
    environment = unmeasured() | {"HOME": str(parts_cloud.path.parent)}
    for name in ("OS_CLIENT_CONFIG_FILE", "OS_CLOUD"):
        environment.pop(name, None)
    with openstack_client.commands(2 * TIMEOUT) as function:
        done = subprocess.run(
            ["bash", "-ec", "\n".join([function, *commands()])],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=12 * TIMEOUT,
            check=False,
        )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    assert "3 packets received" in done.stdout
    assert "kept" in done.stdout
    assert "restored" in done.stdout
    network = parts_cloud.connection().network
    assert {found.name for found in network.networks()} == {"private", "public"}
