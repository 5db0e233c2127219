"""The processors of a host, read from libvirt's capabilities."""

from xml.etree import ElementTree as ET


def cpu_info(capabilities: str) -> dict[str, object]:
    """Return the processors of a host as the API shows them.

    See the API reference, "Show Hypervisor Details", and libvirt's "Driver capabilities XML".

    :param capabilities: as ``virConnectGetCapabilities`` returns them.
    """
    host = ET.fromstring(capabilities).find("host")
    cpu = None if host is None else host.find("cpu")
    if host is None or cpu is None:
        return {}
    info: dict[str, object] = {}
    for name in ("arch", "model", "vendor"):
        text = cpu.findtext(name)
        if text:
            info[name] = text
    features = {feature.get("name", "") for feature in cpu.findall("feature")}
    info["features"] = sorted(features)
    topology = cpu.find("topology")
    if topology is not None:
        cells = len(host.findall("topology/cells/cell")) or 1
        info["topology"] = {"cells": cells} | {
            name: int(topology.get(name, "1")) for name in ("sockets", "cores", "threads")
        }
    return info
