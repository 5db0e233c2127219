"""The metadata of a guest's domain, by which others know its server.

Ceilometer's compute agent, for one, finds guests, their owners and their flavors by Nova's element
(Nova, "LibVirt driver domain metadata"). Our own element tells guests of this installation from
others on the same libvirt.
"""

from importlib.metadata import version
from xml.etree import ElementTree as ET

from computeapi.virt.descriptions import ServerDescription
from computeapi.virt.driver import GuestSpec
from computeapi.virt.libvirt.xml import add

NAMESPACE = "https://docs.openstack.org/computeapi/libvirt/1"
PREFIX = "computeapi"
OWNER = f"{{{NAMESPACE}}}server"
NOVA = "http://openstack.org/xmlns/libvirt/nova/1.1"

ET.register_namespace(PREFIX, NAMESPACE)
ET.register_namespace("nova", NOVA)


def put(root: ET.Element, spec: GuestSpec, owner: str) -> None:
    """Add the metadata of a guest.

    :param owner: names this installation.
    """
    metadata = add(root, "metadata")
    ET.SubElement(metadata, OWNER, id=spec.server_id, owner=owner)
    if spec.server is not None:
        _put_nova(metadata, spec, spec.server)


def owner_of(metadata: str) -> str | None:
    """Return the owner that a metadata element of ours names."""
    return ET.fromstring(metadata).get("owner")


def _put_nova(metadata: ET.Element, spec: GuestSpec, server: ServerDescription) -> None:
    instance = add(metadata, _nova("instance"))
    add(instance, _nova("package"), version=version("computeapi"))
    add(instance, _nova("name"), server.name)
    add(instance, _nova("creationTime"), server.created_at.strftime("%Y-%m-%d %H:%M:%S"))
    flavor = add(instance, _nova("flavor"), name=server.flavor_name, id=server.flavor_id)
    sizes = {
        "memory": spec.memory_mb,
        "disk": spec.disk_gb,
        "swap": spec.swap_mb,
        "ephemeral": spec.ephemeral_gb,
        "vcpus": spec.vcpus,
    }
    for name, size in sizes.items():
        add(flavor, _nova(name), str(size))
    specs = add(flavor, _nova("extraSpecs"))
    for name, value in server.extra_specs.items():
        add(specs, _nova("extraSpec"), value, name=name)
    owner = add(instance, _nova("owner"))
    # Names of users and projects are Keystone's to tell.
    add(owner, _nova("user"), server.user_id, uuid=server.user_id)
    add(owner, _nova("project"), server.project_id, uuid=server.project_id)
    if server.image_id:
        image = add(instance, _nova("image"), uuid=server.image_id)
        properties = add(image, _nova("properties"))
        for name, value in server.image_properties.items():
            add(properties, _nova("property"), value, name=name)
        add(instance, _nova("root"), type="image", uuid=server.image_id)


def _nova(tag: str) -> str:
    return f"{{{NOVA}}}{tag}"
