"""A cloud of two hosts whose API and workers are killed while all kinds of actions go on."""

import http.client
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from computeapi import conf
from computeapi.domain.operations import HistoryRequest, OperationState
from computeapi.domain.servers import PowerState, Server
from computeapi.images.folder_snapshots import FolderSnapshots
from computeapi.virt.fake import FakeDriver
from testing.processes import unmeasured
from tests.functional.api_process import FILTERS, PASTE

IMAGE_ID = "0c5a7f2e-6c1b-4c53-9d0e-2b4f6f4a1c11"
DIRTY = "a file written before"
FRONT_ENDS = ("falcon", "pecan")
#: Seconds until all that was accepted has ended, on a busy machine.
PATIENCE = 180.0
_RUNNING = frozenset({"active", "rescued", "resized"})
_HEADERS = {
    "x-auth-token": "u1:p1:admin,member,reader",
    "content-type": "application/json",
    "openstack-api-version": "compute 2.79",
}


@dataclass
class Plan:
    """The actions on a server, one after the other; the next one is sent when it has no task.

    :ivar actions: bodies of actions; None deletes the server.
    :ivar ends_as: the state that the last one leads to.
    :ivar keeps_disk: whether what its user wrote is there in the end.
    """

    actions: list[dict[str, Any] | None]
    ends_as: str = "active"
    keeps_disk: bool = True
    server_id: str = ""


@dataclass
class Storm:
    """The processes, and what is sent to them.

    :ivar seed: of the moments and the victims; a test names it when it fails.
    """

    cloud: Any
    second: Path
    seed: int
    plans: list[Plan] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._port = self.cloud.conf.api.port
        self._configs = {"h1": None, "h2": self.second}
        self._processes: dict[str, subprocess.Popen] = {}
        second = FakeDriver(conf.load([str(self.second)]))
        self.hypervisors = {"h1": self.cloud.hypervisor, "h2": second}
        self._connection: http.client.HTTPConnection | None = None

    # The processes

    def start(self, *names: str) -> None:
        """Start processes, and do not wait for them."""
        for name in names:
            if name == "api":
                self._processes[name] = self._start_api()
            else:
                self._processes[name] = self.cloud.run_worker(self._configs[name])

    def _start_api(self) -> subprocess.Popen:
        front_end = self._random.choice(FRONT_ENDS)
        text = PASTE.format(front_end=front_end, filters=FILTERS, server="eventlet", options="")
        (self.cloud.folder / "api-paste.ini").write_text(text)
        self._connection = None
        config = self.cloud.folder / "computeapi.conf"
        command = [sys.executable, "-m", "computeapi.cmd.api", "--config-file", str(config)]
        with (self.cloud.folder / "api.log").open("a") as log:
            process = subprocess.Popen(command, stderr=log, env=unmeasured())
        self.cloud._workers.append(process)
        return process

    def kill(self, name: str) -> None:
        """End a process as a power failure would."""
        process = self._processes[name]
        process.kill()
        process.wait(5)

    def kill_one(self, *names: str) -> None:
        """Kill one of several processes, and start it again."""
        victim = self._random.choice(names)
        self.kill(victim)
        self.start(victim)

    # The requests

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any] | None:
        """Return the status and the document of an answer; None when there is no answer."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            data = None if body is None else json.dumps(body)
            self._connection.request(method, f"/v2.1{path}", data, _HEADERS)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            # It was killed, and may have accepted the request or not.
            self._connection = None
            return None
        return answer.status, json.loads(content) if content else None

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return the document of an answer, which comes as soon as the API is there."""
        deadline = time.monotonic() + PATIENCE
        while (found := self.send(method, path, body)) is None:
            assert time.monotonic() < deadline, self.explain()
            time.sleep(0.05)
        assert found[0] == 200, found
        return found[1]

    def force_down(self, host: str, is_down: bool) -> None:
        """Declare a host to be down, or not any more, as an administrator does."""
        (service,) = self.ask("GET", f"/os-services?host={host}")["services"]
        self.ask("PUT", f"/os-services/{service['id']}", {"forced_down": is_down})

    def go_on(self) -> bool:
        """Send what can be sent now; return whether all plans have come to their end."""
        ended = [self._go_on(plan) for plan in self.plans]
        return all(ended)

    def _go_on(self, plan: Plan) -> bool:
        # The history says how many requests were accepted: not every answer has arrived.
        accepted = len(self.history(plan)) - 1
        server = self.cloud.server(plan.server_id)
        if self.cloud.unfinished(server.id) or not (server.deleted or server.task_state is None):
            return False
        if accepted == len(plan.actions):
            return True
        body = plan.actions[accepted]
        path = f"/servers/{server.id}"
        found = (
            self.send("DELETE", path) if body is None else self.send("POST", f"{path}/action", body)
        )
        # The server was idle, and no other caller sends anything: it is no conflict.
        assert found is None or found[0] in (200, 202, 204), (plan, found, server.vm_state)
        return False

    def history(self, plan: Plan) -> list[Any]:
        """Return the operations on a server, newest first."""
        with self.cloud.db.read() as tx:
            return list(tx.operations.history(plan.server_id, HistoryRequest(50)).items)

    def rage(self, kills: int, *names: str) -> None:
        """Carry the plans out, and kill processes at random moments meanwhile."""
        deadline = time.monotonic() + PATIENCE
        due = time.monotonic() + self._random.uniform(0.1, 0.5)
        while not self.go_on():
            assert time.monotonic() < deadline, self.explain()
            if kills and time.monotonic() >= due:
                self.kill_one(*names)
                kills -= 1
                due = time.monotonic() + self._random.uniform(0.2, 1.0)
            time.sleep(0.05)

    def explain(self) -> str:
        """Return how far the servers are, for a test that fails."""
        found = [(p.server_id, [(o.action, o.state, o.message) for o in self.history(p)])
                 for p in self.plans]  # fmt: skip
        return f"seed {self.seed}: {found}\n{self.cloud.log()[-4000:]}"

    # The end

    def mark(self, server: Server) -> None:
        """Write to the disk of a server, as its user does."""
        records = self.hypervisors[server.host]._records
        record = records.read(server.id)
        records.write(record | {"console": record["console"] + DIRTY})

    def check(self) -> None:
        """Check that nothing is lost, doubled, stuck or counted twice."""
        for plan in self.plans:
            self._check(plan)
        live = [s for s in map(self.cloud.server, self._ids()) if not s.deleted]
        guests = {
            (name, server_id)
            for name, hypervisor in self.hypervisors.items()
            for server_id in hypervisor.guests()
        }
        assert guests == {(s.host, s.id) for s in live if s.host}, self.explain()
        counted = [s for s in live if s.vm_state != "soft-delete"]
        with self.cloud.db.read() as tx:
            assert tx.servers.usage("p1").instances == len(counted)
            hosts = {name: usage.instances for name, usage in tx.hosts.usage().items()}
            assert hosts == {name: len([s for s in live if s.host == name]) for name in hosts}, (
                self.explain()
            )

    def _ids(self) -> Iterator[str]:
        return (plan.server_id for plan in self.plans)

    def _check(self, plan: Plan) -> None:
        server, history = self.cloud.server(plan.server_id), self.history(plan)
        why = self.explain()
        assert (server.vm_state, server.task_state) == (plan.ends_as, None), why
        assert {o.state for o in history} == {OperationState.DONE}, why
        assert len(history) == 1 + len(plan.actions), why
        with self.cloud.db.read() as tx:
            assert tx.claims.of_server(server.id) == server.claims, why
        if server.deleted or server.host is None:
            return
        record = self.hypervisors[server.host]._records.read(server.id)
        is_on = record["power_state"] == PowerState.RUNNING
        assert is_on is (server.vm_state in _RUNNING), why
        assert (DIRTY in record["console"]) is plan.keeps_disk, why

    def leftovers(self) -> list[str]:
        """Return what no server needs any more, and the workers have not removed yet."""
        folders = [self.cloud.folder / "images" / "transfers"]
        folders += [p / "instances" for p in (self.cloud.folder, self.second.with_suffix(""))]
        found = [str(p) for folder in folders if folder.exists() for p in folder.iterdir()]
        with self.cloud.db.read() as tx:
            unfinished = [image.image_id for image in tx.unfinished_images.all()]
            remains = [
                m.server_id for host in self._configs for m in tx.migrations.remains_on(host)
            ]
            return found + unfinished + remains + list(tx.shelved_images.unneeded())

    def images(self) -> list[str | None]:
        """Return the statuses of the images that were made of servers."""
        folder = self.cloud.folder / "images"
        names = {path.name.partition(".")[0] for path in folder.glob("*.json")}
        store = FolderSnapshots(folder)
        return [store.status(n) for n in names if n not in (IMAGE_ID, "demo")]
