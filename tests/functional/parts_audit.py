"""Looks whether Compute, Neutron, Cinder, the switch, QEMU and the files of a cloud agree."""

import contextlib
import os
import re
import sqlite3
from pathlib import Path
from xml.etree import ElementTree as ET

from computeapi.virt.cloud_switch import CloudSwitch, tap_of
from tests.functional.plugged import vsctl

_STEADY = ("available", "in-use")


class Audit:
    """The findings of a look at a cloud in which nothing goes on.

    :param http: sends requests to its services.
    """

    def __init__(self, cloud, http) -> None:
        self._cloud = cloud
        self._http = http

    def look(self) -> list[str]:
        """Return a line for each disagreement."""
        self._found: list[str] = []
        servers = self._http.ask("compute", "/servers/detail")["servers"]
        self._servers = {server["id"]: server for server in servers}
        self._operations()
        self._ports()
        self._volumes()
        self._guests()
        self._use()
        return self._found

    def _agree(self, what: str, one, other) -> None:
        if one != other:
            only, lacks = set(one) - set(other), set(other) - set(one)
            self._found.append(f"{what}: too many {sorted(only)}, missing {sorted(lacks)}")

    def _rows(self, query: str) -> list[tuple]:
        path = self._cloud.path / "computeapi.sqlite"
        with contextlib.closing(sqlite3.connect(path, timeout=60)) as database:
            return database.execute(query).fetchall()

    def _operations(self) -> None:
        """Each operation has ended, and one that failed says why."""
        for row in self._rows(
            "SELECT server_id, action, state, message FROM operations WHERE finished_at IS NULL "
            "OR (state = 'failed' AND message IS NULL)"
        ):
            self._found.append(f"operation {row}")
        for server in self._servers.values():
            if server["status"] not in ("ACTIVE", "ERROR") or server["OS-EXT-STS:task_state"]:
                self._found.append(f"server {server['id']} is {server['status']}")
            if server["status"] == "ERROR" and not server.get("fault", {}).get("message"):
                self._found.append(f"server {server['id']} says not why it is in error")

    def _ports(self) -> None:
        """Ports are those of live servers, and bound; others belong to no server."""
        ports = self._http.ask("network", "/v2.0/ports", admin=True)["ports"]
        owned = [one for one in ports if one["device_owner"].startswith("compute:")]
        rows = self._rows("SELECT server_id, port_id FROM server_ports")
        self._agree("ports and rows", {(p["device_id"], p["id"]) for p in owned}, set(rows))
        strays = {p["device_id"] for p in owned} - set(self._servers)
        self._agree("ports of no server", strays, set())
        shown = {
            (server_id, one["port_id"])
            for server_id in self._servers
            for one in self._http.ask("compute", f"/servers/{server_id}/os-interface")[
                "interfaceAttachments"
            ]
        }
        self._agree("ports and interfaces", {(p["device_id"], p["id"]) for p in owned}, shown)
        for port in owned:
            server = self._servers.get(port["device_id"])
            if server and server["status"] == "ACTIVE" and port["status"] != "ACTIVE":
                self._found.append(f"port {port['id']} of {server['id']} is {port['status']}")
        self.taps = {}
        for port in owned:
            if self._servers.get(port["device_id"], {}).get("status") == "ACTIVE":
                self.taps.setdefault(port["device_id"], set()).add(tap_of(port["id"]))

    def _volumes(self) -> None:
        """Attachments are those of live servers; no volume is on its way."""
        volumes = self._http.ask("block-storage", "/volumes/detail?all_tenants=1", admin=True)
        attached = set()
        for volume in volumes["volumes"]:
            attached |= {(a["server_id"], volume["id"]) for a in volume["attachments"]}
            wanted = _STEADY[bool(volume["attachments"])]
            if volume["status"] != wanted:
                self._found.append(f"volume {volume['id']} is {volume['status']}, not {wanted}")
        path = "/attachments/detail?all_tenants=1"
        kept = self._http.ask("block-storage", path, admin=True)["attachments"]
        pairs = [(one["instance"], one["volume_id"]) for one in kept]
        if len(set(pairs)) < len(pairs) or {one["status"] for one in kept} - {"attached"}:
            shown = [(one["instance"], one["volume_id"], one["status"]) for one in kept]
            self._found.append(f"attachments {shown}")
        self._agree("volumes and attachments", attached, set(pairs))
        rows = self._rows("SELECT server_id, volume_id, state FROM block_devices")
        self._agree("volumes and rows", {(*one, "attached") for one in pairs}, set(rows))
        shown = {
            (server_id, one["volumeId"])
            for server_id in self._servers
            for one in self._http.ask("compute", f"/servers/{server_id}/os-volume_attachments")[
                "volumeAttachments"
            ]
        }
        self._agree("volumes and servers", set(pairs), shown)
        files = {
            path.name.removeprefix("volume-")
            for path in (self._cloud.path / "cinder" / "volumes").glob("volume-*")
        }
        self._agree("files of volumes", files, {volume["id"] for volume in volumes["volumes"]})
        self.disks = {}
        for server_id, volume_id in pairs:
            self.disks.setdefault(server_id, set()).add(volume_id)

    def _guests(self) -> None:
        """Guests run with their taps and volumes, and nothing else does."""
        active = {i for i, server in self._servers.items() if server["status"] == "ACTIVE"}
        folder = self._cloud.path / "instances"
        self._agree("folders", {p.name for p in folder.iterdir() if p.is_dir()}, active)
        definitions = (self._cloud.path / "libvirt" / "etc" / "qemu").glob("*.xml")
        defined = {ET.parse(path).findtext("uuid") for path in definitions}
        self._agree("definitions", defined, active)
        running = guests(self._cloud.path)
        self._agree("running guests", set(running), active)
        for server_id in active & set(running):
            taps, disks = held(running[server_id])
            self._agree(f"taps of guest {server_id}", taps, self.taps.get(server_id, set()))
            self._agree(f"volumes of guest {server_id}", disks, self.disks.get(server_id, set()))
        wanted = {tap for taps in self.taps.values() for tap in taps}
        in_switch = {
            n for n in vsctl(self._cloud, "list-ports", "br-int").split() if n[:3] == "tap"
        }
        # The metadata proxy has ports of the switch for itself.
        self._agree("taps of br-int", in_switch, wanted)
        self._agree("taps of the namespace", taps_of_namespace(self._cloud), wanted)

    def _use(self) -> None:
        """The use that is counted agrees with the servers."""
        limits = self._http.ask("compute", "/limits")["limits"]["absolute"]
        count = len(self._servers)
        if limits["totalInstancesUsed"] != count:
            self._found.append(f"{limits['totalInstancesUsed']} instances used, not {count}")
        claims = {row[0] for row in self._rows("SELECT server_id FROM claims")}
        placed = {i for i, s in self._servers.items() if s["OS-EXT-STS:vm_state"] != "deleted"}
        self._agree("claims", claims, placed)


def guests(path: Path) -> dict[str, int]:
    """Return the processes of QEMU of a cloud, by the ids of their servers."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            uuid = re.search(r"-uuid\0([0-9a-f-]{36})", command)
            if "qemu-system" in command and str(path) in command and uuid:
                found[uuid.group(1)] = int(entry.name)
    return found


def held(pid: int) -> tuple[set[str], set[str]]:
    """Return the taps and the volumes that a process has open."""
    taps, volumes = set(), set()
    for entry in Path(f"/proc/{pid}/fdinfo").iterdir():
        with contextlib.suppress(OSError):
            if tap := re.search(r"^iff:\s*(tap\S+)", entry.read_text(), re.MULTILINE):
                taps.add(tap.group(1))
            target = os.readlink(f"/proc/{pid}/fd/{entry.name}")
            if volume := re.search(r"/volume-([0-9a-f-]{36})$", target):
                volumes.add(volume.group(1))
    return taps, volumes


def taps_of_namespace(cloud) -> set[str]:
    """Return the taps in the network namespace of a cloud."""
    return CloudSwitch(cloud.path / "network" / "namespace.json", "", "").taps()
