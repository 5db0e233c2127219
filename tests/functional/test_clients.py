"""Clients that others wrote, with their defaults, against both front ends of one cloud.

The openstack client is tried by test_up.py.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from libcloud.compute.providers import get_driver
from libcloud.compute.types import NodeState, Provider
from novaclient import client as novaclient

from testing.processes import unmeasured
from tests.functional.clouds import TIMEOUT, eventually

pytestmark = pytest.mark.filterwarnings("ignore:::openstack")
IMAGE, FLAVOR = "computeapi-test", "m1.nano"
BIN = Path(sys.executable).parent
FOLDER = Path(__file__).parent / "clients"


@pytest.fixture
def cloud(either_cloud):
    return either_cloud


@pytest.fixture
def auth(cloud):
    """The member's login in clouds.yaml."""
    clouds = yaml.safe_load((cloud.path / "clouds.yaml").read_text())["clouds"]
    return clouds["computeapi"]["auth"]


@pytest.fixture(autouse=True)
def nothing_left(cloud):
    yield
    assert not list(cloud.compute.servers()), "a client left a server behind"


def run(command, **environment):
    """Run a program that must succeed; return what it wrote."""
    done = subprocess.run(
        list(map(str, command)), env=unmeasured() | environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=3 * TIMEOUT, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"
    return done.stdout


def test_sdk(cloud):
    with cloud.connection() as connection:
        server = connection.create_server("by-sdk", image=IMAGE, flavor=FLAVOR, wait=True)
        assert server.status == "ACTIVE"
        assert server.addresses
        assert [s.name for s in connection.list_servers()] == ["by-sdk"]
        assert connection.delete_server("by-sdk", wait=True)


def test_novaclient(cloud):
    with cloud.connection() as connection:
        nova = novaclient.Client("2.36", session=connection.session)
        flavor = next(f for f in nova.flavors.list() if f.name == FLAVOR)
        image = connection.image.find_image(IMAGE)
        server = nova.servers.create("by-novaclient", image.id, flavor, meta={"made": "here"})
        eventually("ACTIVE", lambda: nova.servers.get(server.id).status == "ACTIVE")
        server = nova.servers.find(name="by-novaclient")
        assert server.metadata == {"made": "here"}
        assert server.networks
        server.stop()
        eventually("SHUTOFF", lambda: nova.servers.get(server.id).status == "SHUTOFF")
        server.start()
        eventually("ACTIVE", lambda: nova.servers.get(server.id).status == "ACTIVE")
        server.delete()
        eventually("its end", lambda: not nova.servers.list())


def test_libcloud(auth):
    driver = get_driver(Provider.OPENSTACK)(
        auth["username"],
        auth["password"],
        ex_force_auth_url=auth["auth_url"].removesuffix("/v3"),
        ex_force_auth_version="3.x_password",
        ex_tenant_name=auth["project_name"],
        ex_domain_name="Default",
        ex_force_service_region="RegionOne",
        api_version="2.2",
    )
    size = next(s for s in driver.list_sizes() if s.name == FLAVOR)
    image = next(i for i in driver.list_images() if i.name == IMAGE)
    node = driver.create_node(name="by-libcloud", size=size, image=image)
    eventually("running", lambda: driver.ex_get_node_details(node.id).state == NodeState.RUNNING)
    assert [n.name for n in driver.list_nodes()] == ["by-libcloud"]
    assert driver.destroy_node(node)
    eventually("its end", lambda: not driver.list_nodes())


def test_ansible(cloud, tmp_path):
    # The collection reads openstack.version, which the SDK's later releases do not import.
    (tmp_path / "sitecustomize.py").write_text("import openstack.version\n")
    run(
        [BIN / "ansible-playbook", "-i", "localhost,", FOLDER / "ansible.yaml"],
        ANSIBLE_HOME=str(tmp_path),
        ANSIBLE_NOCOWS="1",
        ANSIBLE_PYTHON_INTERPRETER=sys.executable,
        OS_CLIENT_CONFIG_FILE=str(cloud.path / "clouds.yaml"),
        OS_CLOUD="computeapi",
        PYTHONPATH=str(tmp_path),
    )


def test_node(auth):
    node = shutil.which("node") or pytest.skip("Node.js is not installed")
    said = run([node, FOLDER / "node.mjs"], CLOUD=json.dumps({**auth, "image": IMAGE}))
    assert said.split() == ["202", "ACTIVE", "204", "404"]
