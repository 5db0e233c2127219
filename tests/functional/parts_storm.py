"""A storm in a cloud with networks and volumes: servers come, change and go while processes die.

``python -m tests.functional.parts_storm --boots 300`` brings up a cloud of its own for it.
"""

import argparse
import contextlib
import os
import random
import signal
import sqlite3
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from tests.functional.clouds import Cloud, eventually, temporary_cloud
from tests.functional.parts_audit import Audit
from tests.functional.parts_callers import PATIENCE, Callers
from tests.functional.parts_lives import Life
from tests.functional.parts_victims import VICTIMS, pids


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
