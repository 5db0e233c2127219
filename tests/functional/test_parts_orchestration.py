"""A stack of a real Heat with all that a template of a small site has."""

import json

import pytest
from openstack.exceptions import NotFoundException

from tests.functional.clouds import eventually

RED = "192.168.55.0/24"


@pytest.fixture(scope="module")
def cloud(parts_cloud):
    return parts_cloud


@pytest.fixture(scope="module")
def connection(cloud):
    return cloud.connection()


def resource(kind, **properties):
    return {"type": f"OS::{kind}", "properties": properties}


def of(name, attribute=None):
    """Return a reference to a resource, or to an attribute of it."""
    return {"get_attr": [name, attribute]} if attribute else {"get_resource": name}


def template(image, key):
    """Return a template of a network, a server at a port of it, a volume and a floating IP."""
    ssh = {"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}
    port = resource(
        "Neutron::Port",
        network=of("net"),
        fixed_ips=[{"subnet": of("subnet")}],
        security_groups=[of("group")],
    )
    interface = resource("Neutron::RouterInterface", router=of("router"), subnet=of("subnet"))
    floating = resource("Neutron::FloatingIP", floating_network="public", port_id=of("port"))
    server = resource(
        "Nova::Server",
        name="stacked",
        image=image,
        flavor="m1.nano",
        key_name=key,
        networks=[{"port": of("port")}],
        metadata={"label": {"get_param": "label"}},
    )
    size, label = {"get_param": "size"}, {"get_param": "label"}
    volume = resource("Cinder::Volume", size=size, name=label)
    attached = resource(
        "Cinder::VolumeAttachment", instance_uuid=of("server"), volume_id=of("volume")
    )
    gateway = {"network": "public"}
    resources = {
        "net": resource("Neutron::Net", name="red"),
        "subnet": resource("Neutron::Subnet", network=of("net"), cidr=RED),
        "router": resource("Neutron::Router", external_gateway_info=gateway),
        "interface": interface,
        "group": resource("Neutron::SecurityGroup", name="red", rules=[ssh]),
        "port": port,
        "server": server,
        "volume": volume,
        "attachment": attached,
        "floating": {**floating, "depends_on": "interface"},
    }
    parameters = {
        "label": {"type": "string", "default": "one"},
        "size": {"type": "number", "default": 1},
    }
    outputs = {
        "address": {"value": of("floating", "floating_ip_address")},
        "networks": {"value": of("server", "addresses")},
    }
    return json.dumps(
        {
            "heat_template_version": "2021-04-16",
            "parameters": parameters,
            "resources": resources,
            "outputs": outputs,
        }
    )


def ended(heat, stack):
    try:
        shown = heat.get_stack(stack.id)
    except NotFoundException:
        return True
    assert shown.status != "DELETE_FAILED", shown.status_reason
    return shown.status == "DELETE_COMPLETE"


def test_a_site_is_created_updated_and_deleted(cloud, connection):
    heat, compute, network = connection.orchestration, connection.compute, connection.network
    ports = {port.id for port in network.ports()}
    groups = {group.id for group in network.security_groups()}
    text = template(cloud.settings["images"][0], cloud.key_name())
    stack = heat.create_stack(name="site", template=text)
    stack = heat.wait_for_status(stack, "CREATE_COMPLETE", ["CREATE_FAILED"], interval=1, wait=300)
    outputs = {o["output_key"]: o["output_value"] for o in heat.get_stack(stack).outputs}
    server = compute.get_server(compute.find_server("stacked", ignore_missing=False))
    eventually(
        "the floating IP",
        lambda: outputs["address"] in str(compute.get_server(server).addresses["red"]),
    )
    assert server.metadata == {"label": "one"}
    (attached,) = server.attached_volumes
    if cloud.is_real:
        # From the host by the floating IP, over the router, to the port, through the group's rule.
        assert cloud.ssh("stacked", "cat /sys/block/vdb/serial") == attached["id"][:20]
    stack = heat.get_stack(stack.id)
    heat.update_stack(stack, template=text, parameters={"label": "two", "size": 2})
    heat.wait_for_status(stack, "UPDATE_COMPLETE", ["UPDATE_FAILED"], interval=1, wait=300)
    assert compute.get_server(server).metadata == {"label": "two"}
    volume = connection.block_storage.get_volume(attached["id"])
    assert (volume.name, volume.size, volume.status) == ("two", 2, "in-use")
    if cloud.is_real:
        # Sectors of 512 bytes.
        assert cloud.ssh("stacked", "cat /sys/block/vdb/size") == str(4 * 2**20)
    heat.delete_stack(stack)
    eventually("the end of the stack", lambda: ended(heat, stack), within=300)
    assert compute.find_server("stacked") is None
    assert network.find_network("red") is None
    assert not list(connection.block_storage.volumes())
    assert not list(network.ips())
    eventually("the end of its ports", lambda: {port.id for port in network.ports()} == ports)
    assert {group.id for group in network.security_groups()} == groups
