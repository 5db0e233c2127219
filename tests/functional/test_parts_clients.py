"""Clients that others wrote, with their defaults, in a cloud with every part."""

import subprocess
import sys
from pathlib import Path

import pytest

from testing.processes import unmeasured
from tests.functional.clouds import TIMEOUT

BIN = Path(sys.executable).parent
PLAYBOOK = Path(__file__).parent / "clients" / "ansible_parts.yaml"


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    return parts_cloud


@pytest.fixture(autouse=True)
def nothing_left(cloud):
    yield
    network = cloud.connection().network
    assert not list(network.ips())
    assert {found.name for found in network.networks()} == {"private", "public"}


def test_the_sdk_gives_a_server_a_floating_ip_by_itself(cloud):
    image = cloud.settings["images"][0]
    with cloud.connection() as connection:
        server = connection.create_server(
            "by-sdk", image=image, flavor="m1.nano", network="private", wait=True
        )
        kinds = [address["OS-EXT-IPS:type"] for address in server.addresses["private"]]
        assert sorted(kinds) == ["fixed", "floating"]
        assert connection.delete_server("by-sdk", wait=True, delete_ips=True)


def test_ansible_makes_a_site(cloud, tmp_path):
    # The collection reads openstack.version, which the SDK's later releases do not import.
    (tmp_path / "sitecustomize.py").write_text("import openstack.version\n")
    environment = {
        "ANSIBLE_HOME": str(tmp_path),
        "ANSIBLE_NOCOWS": "1",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "OS_CLIENT_CONFIG_FILE": str(cloud.path / "clouds.yaml"),
        "OS_CLOUD": "computeapi",
        "PYTHONPATH": str(tmp_path),
    }
    done = subprocess.run(
        [BIN / "ansible-playbook", "-i", "localhost,", PLAYBOOK],
        env=unmeasured() | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=5 * TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
