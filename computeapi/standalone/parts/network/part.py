"""The part ``network`` as the cloud sees it: its files, processes and set-up."""

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from computeapi.standalone import config
from computeapi.standalone.identity import Administrator, Endpoint, Grant
from computeapi.standalone.parts.network import layout as names
from computeapi.standalone.parts.network import namespace, programs, switch, topology, uplink
from computeapi.standalone.parts.network.layout import Layout
from computeapi.standalone.parts.part import Part, Process, packaged_file, python_process
from computeapi.standalone.settings import Settings
from computeapi.standalone.state import StateFolder

USER = "neutron"
_MODULE = "computeapi.standalone.parts.network"

_CONF = """\
[DEFAULT]
use_stderr = true
host = {host}
core_plugin = ml2
service_plugins = ovn-router,port_forwarding,qos,trunk
auth_strategy = keystone
# There are no agents, and no broker.
transport_url = fake:///
rpc_workers = 0
rpc_state_report_workers = 0
dhcp_agent_notification = false
state_path = {home}
api_paste_config = {paste}
dns_domain = {domain}.
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true

[database]
connection = sqlite:///{database}

[oslo_concurrency]
lock_path = {home}/lock

[oslo_messaging_notifications]
driver = noop

[ml2]
type_drivers = local,flat,geneve
# There is one host: networks need no tunnels, and have the full MTU.
project_network_types = local
mechanism_drivers = ovn
extension_drivers = port_security,dns_domain_ports,qos

[ml2_type_geneve]
vni_ranges = 1:1000
max_header_size = 38

[ml2_type_flat]
flat_networks = {physical_network}

[securitygroup]
enable_security_group = true

[ovn]
ovn_nb_connection = {ovsdb}
ovn_sb_connection = {ovsdb}
ovn_metadata_enabled = true
enable_distributed_floating_ip = false
dns_servers = {resolver}
"""

_METADATA = """
[metadata]
metadata_proxy_shared_secret = {secret}
"""


class NetworkPart(Part):
    """Neutron's API, OVN and Open vSwitch."""

    name = "network"
    project = "Neutron"
    package = "neutron"
    ports = {"network": "Neutron"}
    endpoints = (Endpoint("network", "neutron", "network"),)
    # It tells Compute of ports that were plugged, and of addresses that changed.
    grants = (Grant(USER, "service", ("service", "admin")),)
    open_up = (
        "openstack security group rule create --protocol tcp --dst-port 22 default",
        "ADDRESS=$(openstack floating ip create -f value -c floating_ip_address "
        f"{topology.PUBLIC})",
        "openstack server add floating ip demo $ADDRESS",
    )
    api_app = "with_metadata"
    secrets = (names.METADATA_SECRET,)
    set_up_version = 1

    def unavailable_reason(self, state: StateFolder, settings: Settings) -> str | None:
        """Return in one sentence why the part cannot run here and the remedy, or None."""
        return (
            super().unavailable_reason(state, settings)
            or programs.unavailable_reason()
            or namespace.unavailable_reason()
        )

    def files(self, state: StateFolder, settings: Settings) -> Mapping[Path, str]:
        """Return neutron.conf.

        :raises CloudError: when Neutron lacks a file, or no external network is free.
        """
        layout = Layout(state)
        layout.create()
        text = _CONF.format(
            host=settings.host,
            home=layout.neutron,
            paste=packaged_file(self.package, "etc/neutron/api-paste.ini"),
            domain=topology.DOMAIN,
            database=layout.database,
            physical_network=switch.PHYSICAL_NETWORK,
            ovsdb=layout.ovsdb,
            resolver=uplink.choose_external(layout).gateway,
        )
        text += config.client(settings, "nova", USER, endpoint_type="internal")
        return {layout.conf: text + config.auth_token(settings, USER, "network")}

    def processes(self, state: StateFolder, settings: Settings) -> Sequence[Process]:
        """Return the uplink of the namespace, the programs of the switch, and Neutron."""
        layout = Layout(state)
        bridge = layout.run / "br-int.mgmt"
        url = settings.url("network")
        ready = layout.metadata_ready

        def of_switch(name: str, program: str, is_ready: Callable[[], bool]) -> Process:
            command = [sys.executable, "-m", f"{_MODULE}.switch", program, str(state.path)]
            return Process(name, command, str(layout.run), is_ready)

        # The library of OVSDB warns of eventlet, which it does without.
        proxy = [sys.executable, "-W", "ignore", "-m", f"{_MODULE}.metadata_proxy", str(state.path)]
        way_out = [sys.executable, "-m", f"{_MODULE}.uplink", str(state.path)]
        guard = of_switch("ovs-guard", "guard", lambda: _is_served(bridge))
        return [
            Process("slirp4netns", way_out, _range(layout), lambda: uplink.is_connected(layout)),
            of_switch("ovsdb-server", "ovsdb", lambda: _is_served(layout.run / "db.sock")),
            of_switch(
                "ovs-vswitchd", "vswitchd", lambda: _is_served(layout.switch_run / bridge.name)
            ),
            *([guard] if switch.datapath_type() == "netdev" else []),
            of_switch("ovn-northd", "northd", lambda: _is_served(layout.run / "northd.ctl")),
            of_switch("ovn-controller", "controller", lambda: _controls(layout.run)),
            Process("metadata-proxy", proxy, names.METADATA_ADDRESS, lambda: _is_served(ready)),
            # It takes longest to start, and waits for the switch's database only at the end.
            replace(
                python_process("neutron", f"{_MODULE}.serve", state, url, url + "/"),
                starts_at_once=True,
            ),
        ]

    def compute_sections(self, state: StateFolder, settings: Settings) -> str:
        """Return the sections by which the core uses Neutron, and serves metadata."""
        layout = Layout(state)
        neutron = config.other_service(
            settings,
            "neutron",
            settings.url("network"),
            namespace=layout.namespace,
            ovsdb=layout.ovsdb,
            ovs_vsctl=programs.expected().path("ovs-vsctl"),
        )
        return neutron + _METADATA.format(secret=settings.passwords[names.METADATA_SECRET])

    def set_up(self, admin: Administrator, state: StateFolder, settings: Settings) -> None:
        """Make the networks ``public`` and ``private`` and the router between them."""
        layout = Layout(state)
        topology.Topology(admin, settings.url("network")).make(layout.load_external())

    def hints(self, state: StateFolder, settings: Settings) -> Sequence[str]:
        """Return a sentence on floating IPs."""
        external = Layout(state).load_external().network
        if os.geteuid() == 0:
            return (f"This host reaches floating IPs, of {external}, at their addresses.",)
        return (
            f"Floating IPs, of {external}, are reached inside the cloud's network namespace, since "
            "an ordinary user started the cloud.",
        )

    def down(self, state: StateFolder) -> None:
        """End the namespace with all interfaces in it."""
        namespace.end(Layout(state))


def _range(layout: Layout) -> str:
    return str(layout.load_external().network) if layout.external.exists() else "-"


def _is_served(socket_file: Path) -> bool:
    """Return whether a process listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(socket_file)) == 0


def _controls(folder: Path) -> bool:
    return any(_is_served(file) for file in folder.glob("ovn-controller.*.ctl"))
