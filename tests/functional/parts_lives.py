"""The life of one server in a storm."""

import json
import random
import time
from queue import Empty
from typing import TYPE_CHECKING

from tests.functional.clouds import eventually
from tests.functional.parts_callers import PATIENCE

if TYPE_CHECKING:
    from tests.functional.parts_storm import PartsStorm


#: Seconds that some guests are given to boot.
BOOT = 60.0


class Life:
    """One server from its creation to its end."""

    def __init__(self, storm: "PartsStorm", number: int, stays: bool) -> None:
        self._storm = storm
        self._http = storm.http
        self._random = random.Random(f"{storm.seed}-{number}")
        self._name = f"storm-{storm.seed}-{number}"
        self._stays = stays
        self._ports: list[str] = []
        self._volumes: list[str] = []
        self.id = ""

    def live(self) -> None:
        self.id = self._create()
        if self._stays:
            self._storm.kept.append(self.id)
        elif self._random.random() < 0.15:
            time.sleep(self._random.uniform(0, 4))
            self._end()
            return
        status = self._storm.settle(self.id)
        self._storm.count(f"booted {status}")
        self._storm.note(self._name, self.id, status)
        if status == "ACTIVE":
            if self._random.random() < 0.4:
                self._await_boot()
            for _ in range(self._random.randint(1, 4)):
                self._act()
        if not self._stays:
            self._end()

    def _await_boot(self) -> None:
        """Wait a while for the guest to listen: one that boots lets go of nothing."""
        deadline = time.monotonic() + BOOT
        body = {"os-getConsoleOutput": {"length": 5}}
        while time.monotonic() < deadline:
            found = self._http.send("compute", "POST", f"/servers/{self.id}/action", body)
            if found is not None and "login:" in str(found[1].get("output")):
                self._storm.count("boot to the login")
                return
            time.sleep(2)

    def _create(self) -> str:
        network = self._random.choice(["auto", "uuid", "port", "two"])
        disk = self._random.choice(["image", "image", "volume", "data"])
        server = {"name": self._name, "flavorRef": self._storm._flavor}
        server["networks"] = self._networks(network)
        server |= self._disks(disk)
        while True:
            found = self._http.send("compute", "POST", "/servers", {"server": server})
            if found is not None and found[0] == 202:
                self._storm.count(f"create {network} {disk}")
                return found[1]["server"]["id"]
            if found is not None and found[0] < 500:
                raise AssertionError(f"create: {found}")
            # It may have been accepted.
            time.sleep(1)
            listed = self._http.ask("compute", f"/servers?name={self._name}")["servers"]
            if listed:
                self._storm.count(f"create {network} {disk}")
                self._storm.count("create without an answer")
                return listed[0]["id"]

    def _networks(self, kind):
        network = self._storm._network
        match kind:
            case "auto":
                return "auto"
            case "port":
                return [{"port": self._port()}]
            case "two":
                return [{"uuid": network}, {"uuid": network}]
            case _:
                return [{"uuid": network}]

    def _port(self) -> str:
        """Make a port as a user does."""
        name = f"{self._name}-{len(self._ports)}"
        body = {"port": {"network_id": self._storm._network, "name": name}}
        while True:
            found = self._http.send("network", "POST", "/v2.0/ports", body)
            if found is not None and found[0] == 201:
                self._ports.append(found[1]["port"]["id"])
                return self._ports[-1]
            time.sleep(1)
            there = self._http.ask("network", f"/v2.0/ports?name={name}")["ports"]
            if there:
                self._ports.append(there[0]["id"])
                return self._ports[-1]

    def _disks(self, kind):
        image = self._storm._image
        root = {"uuid": image, "source_type": "image", "boot_index": 0}
        root |= {"destination_type": "local", "delete_on_termination": True}
        if kind == "volume":
            root |= {"destination_type": "volume", "volume_size": 1}
            return {"block_device_mapping_v2": [root]}
        if kind == "data":
            data = {"source_type": "blank", "destination_type": "volume", "volume_size": 1}
            data |= {"boot_index": -1, "delete_on_termination": True}
            return {"imageRef": image, "block_device_mapping_v2": [root, data]}
        return {"imageRef": image}

    def _act(self) -> None:
        names = ["attach_volume", "attach_interface"]
        names += ["detach_volume"] * (3 if self._volumes else 0)
        names.append("detach_interface")
        name = self._random.choice(names)
        getattr(self, f"_{name}")()
        if self._random.random() < 0.8:
            self._storm.settle(self.id)

    def _do(self, what, method, path, body=None):
        found = self._http.send("compute", method, f"/servers/{self.id}{path}", body)
        status = found[0] if found else "no answer"
        self._storm.count(f"{what} {status}")
        self._storm.note(self._name, what, status, json.dumps(found[1])[:200] if found else "")
        return found

    def _attach_volume(self) -> None:
        try:
            volume = self._storm._free.get_nowait()
        except Empty:
            return
        self._volumes.append(volume)
        self._do("attach volume", "POST", "/os-volume_attachments",
                 {"volumeAttachment": {"volumeId": volume}})  # fmt: skip

    def _detach_volume(self) -> None:
        volume = self._random.choice(self._volumes)
        self._do("detach volume", "DELETE", f"/os-volume_attachments/{volume}")

    def _attach_interface(self) -> None:
        given = self._random.random() < 0.4
        wanted = {"port_id": self._port()} if given else {"net_id": self._storm._network}
        self._do("attach interface", "POST", "/os-interface", {"interfaceAttachment": wanted})

    def _detach_interface(self) -> None:
        found = self._http.ask("compute", f"/servers/{self.id}/os-interface")
        ports = [one["port_id"] for one in (found or {}).get("interfaceAttachments", ())]
        if len(ports) > 1:
            port = self._random.choice(ports)
            self._do("detach interface", "DELETE", f"/os-interface/{port}")

    def _end(self) -> None:
        while True:
            found = self._do("delete", "DELETE", "")
            if found is not None and found[0] in (204, 404):
                break
            time.sleep(1)
        assert self._storm.settle(self.id) == "DELETED"
        for volume in self._volumes:
            self._storm._free.put(volume)
        for port in self._ports:
            self._end_port(port)

    def _end_port(self, port: str) -> None:
        """Delete a port of the user's own, which the server has given back."""

        def is_free() -> bool:
            found = self._http.ask("network", f"/v2.0/ports/{port}")
            return found is not None and not found["port"]["device_id"]

        eventually(f"port {port} of {self.id} is free", is_free, within=PATIENCE)
        while True:
            found = self._http.send("network", "DELETE", f"/v2.0/ports/{port}")
            if found is not None and found[0] in (204, 404):
                return
            time.sleep(1)
