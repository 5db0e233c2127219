"""Internals of the service (tracebacks, paths, texts of the hypervisor) reach no member."""

import json
from datetime import datetime
from typing import Any

import pytest

from computeapi.domain.servers import Fault
from computeapi.messaging import question

SECRET = 'Traceback: File "/opt/computeapi/worker.py" on compute-17'
MEMBER, READER = "alice:p1:member,reader", "rita:p1:reader"
MANAGER, ADMIN = "mary:p1:manager,member,reader", "root:ops:admin,member,reader"
SERVICE = "nova:p1:service,member,reader"
CODES = (400, 403, 404, 409, 500, 503)


def boot(cloud: Any) -> str:
    """Boot a server and return its id."""
    server_id: str = cloud.boot().json()["server"]["id"]
    cloud.work()
    return server_id


def show(cloud: Any, token: str, method: str, path: str, body: Any = None) -> Any:
    response = cloud.request(method, f"/v2.1{path}", body, {"x-auth-token": token})
    assert response.status == 200
    document = response.json()
    return document["server"] if "server" in document else document["servers"][0]


@pytest.mark.parametrize("code", CODES)
def test_the_details_of_a_fault_are_for_administrators(cloud: Any, code: int) -> None:
    server_id = boot(cloud)
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.fail(Fault(code, "It failed.", datetime(2030, 1, 1), SECRET))
        tx.servers.save(server)
    one, rename = f"/servers/{server_id}", {"server": {"name": "t"}}
    for token in (MEMBER, READER, MANAGER, SERVICE, ADMIN):
        answers = [show(cloud, token, "GET", one)]
        if token == ADMIN:
            answers.append(show(cloud, token, "GET", "/servers/detail?all_tenants=1"))
        else:
            answers.append(show(cloud, token, "GET", "/servers/detail"))
        if token != READER:
            answers.append(show(cloud, token, "PUT", one, rename))
        for answer in answers:
            fault = answer["fault"]
            assert (fault["code"], fault["message"]) == (code, "It failed.")
            assert fault.get("details") == (SECRET if token == ADMIN else None)
            assert token == ADMIN or "Traceback" not in json.dumps(answer)


def test_what_the_hypervisor_says_is_for_administrators(cloud: Any) -> None:
    cloud.driver.control(fail=["spawn"])
    server_id = boot(cloud)
    fault = show(cloud, MEMBER, "GET", f"/servers/{server_id}")["fault"]
    assert sorted(fault) == ["code", "created", "message"]
    assert fault["message"] == "The create failed: the hypervisor could not do it."
    details = show(cloud, ADMIN, "GET", f"/servers/{server_id}")["fault"]["details"]
    assert "the fake driver was told to fail: spawn" in details


@pytest.mark.parametrize("token", [MEMBER, ADMIN])
def test_a_console_that_cannot_be_read(cloud: Any, token: str) -> None:
    server_id = boot(cloud)
    cloud.driver.control(fail=["console_output"])
    body = {"os-getConsoleOutput": {}}
    path = f"/v2.1/servers/{server_id}/action"
    response = cloud.request("POST", path, body, {"x-auth-token": token})
    message = f"The console of instance {server_id} cannot be read."
    assert response.status == 500
    assert response.json() == {"computeFault": {"code": 500, "message": message}}


def test_a_worker_that_does_not_answer_names_no_host(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_self: Any, host: str, _method: str, **_arguments: Any) -> None:
        raise question.silence(host)

    server_id = boot(cloud)
    monkeypatch.setattr(type(cloud), "call", silent)
    path = f"/v2.1/servers/{server_id}/action"
    response = cloud.request("POST", path, {"os-getConsoleOutput": {}})
    assert response.status == 503
    assert "host1" not in response.body.decode()
