"""The services that are compared: each front end over the core, and a real Nova."""

import http.client
import json
import time
from pathlib import Path
from typing import Any, Protocol

from testing import nova
from tests.contract.clouds import IMAGES, Cloud

#: Seconds until a server has ended what it does, and between two looks at it.
_TIMEOUT = 300.0
_INTERVAL = 0.05
_ADMIN = "root:p1:admin,member,reader"


class Side(Protocol):
    """A service that answers requests.

    :ivar names: what stands for the names in braces of a request.
    """

    names: dict[str, str]

    def request(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """Return the status and the body of an answer; the body is None when it is empty."""
        ...

    def settle(self) -> None:
        """Wait until no server is about to change."""
        ...


class Ours:
    """A front end over the core, with a fake driver, in this process."""

    def __init__(self, front_end: str, folder: Path) -> None:
        self._cloud = Cloud(front_end, folder)
        self.names = {"image": next(iter(IMAGES)), "host": "host1", "node": "node1"}

    def request(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        if method != "GET":
            # A host that was not heard of for a minute is down.
            self._cloud.return_host()
        answer = self._cloud.request(method, path, body, headers)
        return answer.status, json.loads(answer.body) if answer.body else None

    def settle(self) -> None:
        self._cloud.work()

    def close(self) -> None:
        """Close the database."""
        self._cloud.db.close()


class Real:
    """A real Nova, in a process of its own."""

    def __init__(self, python: Path, folder: Path) -> None:
        log = folder / "nova.log"
        self._child, answer = nova.start(python, log, "conformance.differential.nova")
        self._connection = http.client.HTTPConnection("127.0.0.1", answer["port"], timeout=60)
        url = "/v2.1/os-hypervisors/detail"
        _, found = self.request("GET", url, None, {"x-auth-token": _ADMIN})
        [node] = found["hypervisors"]
        self.names = {
            "image": answer["image"],
            "host": node["service"]["host"],
            "node": node["hypervisor_hostname"],
        }

    def request(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body)
        sent = headers | {"content-type": "application/json"}
        self._connection.request(method, path, data, sent)
        answer = self._connection.getresponse()
        content = answer.read()
        is_json = "json" in (answer.getheader("content-type") or "")
        return answer.status, json.loads(content) if content and is_json else None

    def settle(self) -> None:
        deadline = time.monotonic() + _TIMEOUT
        headers = {"x-auth-token": _ADMIN, "openstack-api-version": "compute 2.1"}
        while True:
            url = "/v2.1/servers/detail?all_tenants=1"
            _, found = self.request("GET", url, None, headers)
            busy = [
                server
                for server in found["servers"]
                if server["OS-EXT-STS:task_state"] is not None or server["status"] == "DELETED"
            ]
            if not busy:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"{busy[0]['id']} is {busy[0]['OS-EXT-STS:task_state']}")
            time.sleep(_INTERVAL)

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._child.stop()
