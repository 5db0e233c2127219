"""Nova's API as its release makes it, but for Neutron: nothing is asked over the network."""

import importlib
import os
import sys
from typing import Any

_GROUP = {"id": "8a6f3c1e-0d57-4b92-a9c4-2f1e6d7b5a30", "name": "default"}


class Neutron:
    """Answers at once the questions of a list of servers: the security groups of the ports."""

    def list_ports(self, **query: Any) -> dict[str, Any]:
        """Return a port a server."""
        asked = query.get("device_id", [])
        servers = asked if isinstance(asked, list) else [asked]
        ports = [{"id": s, "device_id": s, "security_groups": [_GROUP["id"]]} for s in servers]
        return {"ports": ports}

    def list_security_groups(self, **query: Any) -> dict[str, Any]:
        """Return the one group there is."""
        return {"security_groups": [_GROUP]}


def load(folder: str) -> Any:
    """Return the WSGI application.

    :param folder: of nova.conf and api-paste.ini.
    """
    # Nova reads the command line.
    sys.argv = ["nova-api"]
    os.environ["OS_NOVA_CONFIG_DIR"] = folder
    application = importlib.import_module("nova.wsgi.osapi_compute").application
    neutron = Neutron()
    network: Any = importlib.import_module("nova.network.neutron")
    network.get_client = lambda context, admin=False: neutron
    return application
