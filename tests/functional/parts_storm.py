"""A storm in a cloud with networks and volumes: servers come, change and go while processes die.

``python -m tests.functional.parts_storm --boots 300`` brings up a cloud of its own for it.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from keystoneauth1.exceptions import ClientException

from tests.functional.clouds import Cloud, eventually, processes_of, temporary_cloud
from tests.functional.parts_audit import Audit

#: Seconds until a process is there again, and until all that was accepted has ended.
PATIENCE = 420.0
#: Seconds that some guests are given to boot.
BOOT = 60.0
#: The processes that are killed, each by words of its command line.
VICTIMS = {
    "api": "computeapi.cmd.api",
    "worker": "computeapi.cmd.worker",
    "neutron": "parts.network.serve",
    "cinder": "parts.volume.serve",
    "ovs-vswitchd": "/ovs-vswitchd",
    "ovn-controller": "/ovn-controller",
}
_VERSIONS = {"compute": "compute 2.93", "block-storage": "volume 3.44"}


class Callers:
    """Sends requests as the user ``demo``; the services may be dead."""

    def __init__(self, cloud: Cloud) -> None:
        self._session = cloud.connection().session
        self._admin = cloud.admin.session
        self.counted: Counter = Counter()

    def send(self, service, method, path, body=None, admin=False):
        """Return the status and the document of an answer; None when there is no answer."""
        headers = {"OpenStack-API-Version": _VERSIONS.get(service, "")}
        try:
            answer = (self._admin if admin else self._session).request(
                path,
                method,
                json=body,
                headers=headers,
                endpoint_filter={"service_type": service, "interface": "public"},
                raise_exc=False,
                timeout=180,
            )
        except ClientException:
            return None
        try:
            return answer.status_code, answer.json() if answer.content else {}
        except ValueError:
            return answer.status_code, {}

    def ask(self, service, path, admin=False):
        """Return the document of an answer, which comes as soon as the service is there."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = self.send(service, "GET", path, admin=admin)
            if found is not None and found[0] < 500 and found[0] != 401:
                return found[1] if found[0] == 200 else None
            assert time.monotonic() < deadline, (service, path, found)
            time.sleep(1)


@dataclass
class PartsStorm:
    """The servers of a storm, and the deaths.

    :ivar seed: of the moments, the victims and the actions; a test names it when it fails.
    :ivar said: lines on what happened.
    """

    cloud: Cloud
    seed: int
    at_once: int = 3
    counts: Counter = field(default_factory=Counter)
    said: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._http = Callers(self.cloud)
        self.audit = Audit(self.cloud, self._http)
        self._lock = threading.Lock()
        self._begun = 0
        self._image = self.cloud.admin.image.find_image(self.cloud.settings["images"][0]).id
        (self._flavor,) = [
            flavor["id"]
            for flavor in self._http.ask("compute", "/flavors")["flavors"]
            if flavor["name"] == "m1.nano"
        ]
        networks = self._http.ask("network", "/v2.0/networks")["networks"]
        (self._network,) = [one["id"] for one in networks if one["name"] == "private"]
        self.volumes: list[str] = []
        self.kept: list[str] = []

    def note(self, *words) -> None:
        line = " ".join([time.strftime("%H:%M:%S"), *map(str, words)])
        self.said.append(line)
        if os.environ.get("STORM_SAYS"):
            print(line, flush=True)

    # The whole

    def prepare(self, volumes: int = 4) -> None:
        """Make the volumes that servers get and lose; those of another storm are used again."""
        for number in range(volumes):
            self.volumes.append(self._shared(f"shared-{number}"))
        self._free = SimpleQueue()
        for volume in self.volumes:
            eventually("a volume", lambda one=volume: self.volume_status(one) == "available")
            self._free.put(volume)

    def _shared(self, name: str) -> str:
        listed = self._http.ask("block-storage", f"/volumes?name={name}")["volumes"]
        if listed:
            return listed[0]["id"]
        found = self._http.send(
            "block-storage", "POST", "/volumes", {"volume": {"size": 1, "name": name}}
        )
        assert found is not None
        assert found[0] == 202, found
        return found[1]["volume"]["id"]

    def run(self, boots: int, kills: int, gap: float, kept: int = 2) -> None:
        """Carry out lives of servers at the same time, and kill processes meanwhile.

        :param boots: how many lives. :param kills: of each process.
        :param gap: seconds before a kill, at most; it also waits for its share of the lives.
        :param kept: servers that stay in the end.
        """
        numbers: SimpleQueue = SimpleQueue()
        for number in range(boots):
            numbers.put(number)
        threads = [
            threading.Thread(target=self._lives, args=(numbers, boots - kept), daemon=True)
            for _ in range(self.at_once)
        ]
        for thread in threads:
            thread.start()
        victims = [name for name in VICTIMS for _ in range(kills)]
        self._random.shuffle(victims)
        self._rage(victims, boots / max(1, len(victims)), gap, threads)
        for thread in threads:
            while thread.is_alive():
                thread.join(1)
                self._require_up()
        assert not self.faults, self.explain()

    def _lives(self, numbers: SimpleQueue, last: int) -> None:
        while True:
            try:
                number = numbers.get_nowait()
            except Empty:
                return
            self._begun = max(self._begun, number)
            try:
                Life(self, number, number >= last).live()
            except Exception as error:
                self.note("life", number, "FAILED", repr(error))
                self.faults.append((number, repr(error)))

    def _rage(self, victims: list[str], share: float, gap: float, threads: list) -> None:
        """Kill the victims, one after the other, spread over the lives.

        :param share: how many lives there are for each of them.
        """
        recent: list[tuple[float, str]] = []
        for number in range(len(victims)):
            pause_until = time.monotonic() + self._random.uniform(0.2, 1.0) * gap
            while any(thread.is_alive() for thread in threads) and (
                time.monotonic() < pause_until or self._begun < number * share
            ):
                self._require_up()
                time.sleep(0.1)
            if not any(thread.is_alive() for thread in threads):
                return
            now = time.monotonic()
            recent = [(at, name) for at, name in recent if now - at < 120]
            # The supervisor gives up a service that ends more often.
            allowed = [v for v in victims if [n for _, n in recent].count(v) < 4]
            if allowed:
                victims.remove(allowed[0])
                recent.append((now, allowed[0]))
                self.kill(allowed[0])

    def _require_up(self) -> None:
        process = self.cloud.process
        assert process is None or process.poll() is None, self.cloud.said()[-3000:]

    def kill(self, name: str) -> None:
        """Kill a process, and wait until another one is there."""
        killed = pids(self.cloud, name)
        if not killed:
            return
        for pid in killed:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.counts[f"kill {name}"] += 1
        self.note("killed", name, killed)
        eventually(
            f"{name} again", lambda: set(pids(self.cloud, name)) - set(killed), within=60, pause=0.2
        )

    # What lives use

    @property
    def http(self) -> Callers:
        return self._http

    def volume_status(self, volume_id: str) -> str:
        found = self._http.ask("block-storage", f"/volumes/{volume_id}")
        return found["volume"]["status"] if found else "deleted"

    def unfinished(self, server_id: str) -> int:
        """Return how many operations on a server have not ended."""
        query = "SELECT count(*) FROM operations WHERE server_id = ? AND finished_at IS NULL"
        with contextlib.closing(self.database()) as database:
            return database.execute(query, [server_id]).fetchone()[0]

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.cloud.path / "computeapi.sqlite", timeout=60)

    def settle(self, server_id: str) -> str:
        """Wait until nothing goes on with a server; return its status."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = self._http.ask("compute", f"/servers/{server_id}")
            if found is None:
                return "DELETED"
            server = found["server"]
            idle = server["OS-EXT-STS:task_state"] is None and not self.unfinished(server_id)
            if idle and server["status"] != "BUILD":
                return server["status"]
            assert time.monotonic() < deadline, f"{server_id} is stuck: {server}"
            time.sleep(0.5)

    def count(self, what: str) -> None:
        with self._lock:
            self.counts[what] += 1

    # The end

    def calm(self, within: float = PATIENCE) -> list[str]:
        """Wait until an audit finds nothing; return the findings of the last one."""
        # A request whose API died: workers wait ten minutes for it to go on.
        with contextlib.closing(self.database()) as database, database:
            database.execute("UPDATE block_devices SET created_at = '2020-01-01' "
                             "WHERE state = 'reserving'")  # fmt: skip
        deadline = time.monotonic() + within
        while (found := self.audit.look()) and time.monotonic() < deadline:
            time.sleep(5)
        return found

    def outcomes(self) -> list[tuple]:
        """Return how operations ended: action, state, message, number."""
        query = (
            "SELECT action, state, coalesce(message, ''), count(*) FROM operations "
            "GROUP BY 1, 2, 3 ORDER BY 1, 2"
        )
        with contextlib.closing(self.database()) as database:
            return database.execute(query).fetchall()

    def clear(self) -> None:
        """Delete the servers, ports and volumes of the storm that are left."""
        for server_id in self.kept:
            self._until_gone("compute", f"/servers/{server_id}")
        ports = self._http.ask("network", "/v2.0/ports")["ports"]
        for port in ports:
            if port["name"].startswith(f"storm-{self.seed}-"):
                self._until_gone("network", f"/v2.0/ports/{port['id']}")
        for volume in self.volumes:
            self._until_gone("block-storage", f"/volumes/{volume}")

    def _until_gone(self, service: str, path: str) -> None:
        def is_gone() -> bool:
            found = self._http.send(service, "DELETE", path)
            return found is not None and found[0] == 404

        eventually(f"the end of {path}", is_gone, within=PATIENCE, pause=1)

    def explain(self) -> str:
        """Return how the storm went, for a test that fails."""
        return f"seed {self.seed}: {self.said}\n{self.outcomes()}\n{self.faults}"


def pids(cloud: Cloud, name: str) -> list[int]:
    """Return the processes of one of the victims."""
    found = set(processes_of(VICTIMS[name])) & set(processes_of(str(cloud.path)))
    return sorted(pid for pid in found if _is_program(pid, name))


def _is_program(pid: int, name: str) -> bool:
    """Return whether a process is the program itself, not one that becomes it or starts it."""
    try:
        if name.startswith("ov"):
            return Path(f"/proc/{pid}/comm").read_text().strip() == name
        return "python" in Path(f"/proc/{pid}/exe").resolve().name
    except OSError:
        return False


class Life:
    """One server from its creation to its end."""

    def __init__(self, storm: PartsStorm, number: int, stays: bool) -> None:
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


def main() -> None:
    """Bring a cloud up, and run a storm in it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--boots", type=int, default=300)
    parser.add_argument("--kills", type=int, default=12, help="of each process")
    parser.add_argument("--gap", type=float, default=12.0, help="seconds between two kills")
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    os.environ["STORM_SAYS"] = "1"
    with temporary_cloud(is_measured=False) as cloud:
        cloud.up("falcon", "--with", "network,volume")
        made = PartsStorm(cloud, options.seed, options.at_once)
        made.prepare()
        made.run(options.boots, options.kills, options.gap)
        print(made.calm())
        made.clear()
        print(made.calm())
        for line in [*sorted(made.counts.items()), *made.outcomes()]:
            print(line)


if __name__ == "__main__":
    main()
