"""Runs the discovery of Ceilometer's compute agent; runs in the virtualenv that has it.

``python -m conformance.ceilometer.discovery URI`` writes a JSON object by the ids of the servers
that the agent finds: the facts that it notes about each, and the numbers that it measures.
"""

import json
import sys
from typing import Any

from ceilometer import service
from ceilometer.compute import discovery
from ceilometer.compute.virt.libvirt import inspector

_MEASURED = ("cpu_number", "cpu_time", "memory_resident")


def main() -> None:
    """Find the servers, and measure them."""
    conf = service.prepare_service(argv=["discovery"], config_files=[])
    conf.set_override("libvirt_uri", sys.argv[1])
    conf.set_override("host", "host-1")
    meter = inspector.LibvirtInspector(conf)
    found = {}
    for server in discovery.InstanceDiscovery(conf).discover(None):
        found[server.id] = {"server": vars(server), "measured": _measured(meter, server)}
    print(json.dumps(found))


def _measured(meter: Any, server: Any) -> dict[str, object]:
    stats = meter.inspect_instance(server, None)
    disks = [disk.device for disk in meter.inspect_disk_info(server, None)]
    return {**{name: getattr(stats, name) for name in _MEASURED}, "disks": disks}


if __name__ == "__main__":
    main()
