"""The parts of a cloud, each the real project, in one cloud without Neutron."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openstack.exceptions import NotFoundException

from tests.functional.clouds import TIMEOUT, eventually
from tests.functional.dashboard import NAME, opened


@pytest.fixture(scope="module")
def cloud(user_mode_cloud):
    return user_mode_cloud


@pytest.fixture(scope="module")
def connection(cloud):
    return cloud.connection()


@pytest.fixture(scope="module")
def public_key():
    key = Ed25519PrivateKey.generate().public_key()
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def test_status_shows_the_processes_of_the_parts(cloud):
    shown = cloud.command("status").stdout
    rows = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    for name in ("cinder", "heat", "horizon"):
        assert "answers" in rows[name]
        assert str(cloud.path / "log" / f"{name}.log") in rows[name]


def test_volumes_are_made_kept_and_grown(cloud, connection):
    cloud.openstack("volume", "create", "--size", "1", "first")
    volumes = connection.block_storage
    first = volumes.find_volume("first", ignore_missing=False)
    volumes.wait_for_status(first, "available", interval=0.5)
    assert list((cloud.path / "cinder" / "volumes").glob(f"*{first.id}*"))
    snapshot = connection.create_volume_snapshot(first.id, wait=True)
    copy = connection.create_volume(1, name="copy", snapshot_id=snapshot.id, wait=True)
    volumes.extend_volume(copy, 2)
    eventually("2 GB", lambda: volumes.get_volume(copy).status == "available")
    assert volumes.get_volume(copy).size == 2
    image = connection.create_volume(1, image=cloud.settings["images"][0], wait=True)
    assert image.is_bootable
    connection.delete_volume_snapshot(snapshot.id, wait=True)
    for volume in (first, copy, image):
        connection.delete_volume(volume.id, wait=True)
    assert not [p for p in (cloud.path / "cinder" / "volumes").iterdir() if p.is_file()]


def test_services_of_cinder_are_up(cloud):
    services = cloud.admin.block_storage.services()
    assert {s.binary: s.state for s in services} == {
        "cinder-scheduler": "up",
        "cinder-volume": "up",
    }


def template(cloud, public_key):
    """Return a template with a key pair, a server and a volume that is attached to it."""
    server = {
        "name": "stacked",
        "image": cloud.settings["images"][0],
        "flavor": "m1.nano",
        "key_name": {"get_resource": "key"},
        "metadata": {"label": {"get_param": "label"}},
        "networks": [{"allocate_network": "auto"}],
    }
    return json.dumps(
        {
            "heat_template_version": "2021-04-16",
            "parameters": {"label": {"type": "string", "default": "one"}},
            "resources": {
                "key": {
                    "type": "OS::Nova::KeyPair",
                    "properties": {"name": "stacked", "public_key": public_key},
                },
                "server": {"type": "OS::Nova::Server", "properties": server},
                "volume": {"type": "OS::Cinder::Volume", "properties": {"size": 1}},
                "attachment": {
                    "type": "OS::Cinder::VolumeAttachment",
                    "properties": {
                        "instance_uuid": {"get_resource": "server"},
                        "volume_id": {"get_resource": "volume"},
                    },
                },
            },
            "outputs": {"name": {"value": {"get_attr": ["server", "name"]}}},
        }
    )


def test_stack_is_created_updated_and_deleted(cloud, connection, public_key):
    heat, compute = connection.orchestration, connection.compute
    text = template(cloud, public_key)
    stack = heat.create_stack(name="stack", template=text)
    stack = heat.wait_for_status(stack, "CREATE_COMPLETE", ["CREATE_FAILED"], interval=0.5)
    assert "stack" in cloud.openstack("stack", "list")
    assert heat.get_stack(stack).outputs[0]["output_value"] == "stacked"
    server = compute.find_server("stacked")
    assert compute.get_server(server).metadata == {"label": "one"}
    assert [volume.status for volume in connection.block_storage.volumes()] == ["in-use"]
    stack = heat.get_stack(stack.id)
    heat.update_stack(stack, template=text, parameters={"label": "two"})
    heat.wait_for_status(stack, "UPDATE_COMPLETE", ["UPDATE_FAILED"], interval=0.5)
    assert compute.get_server(server).metadata == {"label": "two"}
    if cloud.is_real:
        # A guest that boots gives no disk back, and the stack would wait for that.
        log = cloud.console_log
        eventually("the guest", lambda: "login:" in log(server.id), within=3 * TIMEOUT)
    heat.delete_stack(stack)
    eventually("the end of the stack", lambda: ended(heat, stack))
    assert compute.find_server("stacked") is None
    assert compute.find_keypair("stacked") is None
    assert not list(connection.block_storage.volumes())


def ended(heat, stack):
    try:
        shown = heat.get_stack(stack.id)
    except NotFoundException:
        return True
    assert shown.status != "DELETE_FAILED", shown.status_reason
    return shown.status == "DELETE_COMPLETE"


def test_horizon_launches_a_server_without_neutron(cloud, tmp_path):
    with opened(cloud, tmp_path) as dashboard:
        dashboard.show("volumes", "instances")
        dashboard.launch({"Source": cloud.settings["images"][0], "Flavor": "m1.nano"})
        dashboard.server("Active")
        server = cloud.compute.find_server(NAME).id
        if cloud.is_real:
            dashboard.screen(server)
        dashboard.show(f"instances/{server}", "instances")
