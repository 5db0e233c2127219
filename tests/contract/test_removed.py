"""Operations that Nova removed answer 410."""

import pytest

from computeapi.api.removed import PATHS

REMOVED = [(method, path) for path, methods in PATHS.items() for method in methods]


def ask(cloud, method, path, body=None, version="2.1"):
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": f"compute {version}",
    }
    response = cloud.request(method, f"/v2.1/{path}", body, headers)
    return response.status, response.json()


@pytest.mark.parametrize(("method", "path"), REMOVED)
def test_a_removed_operation_answers_410(cloud, method, path):
    body = {"x": None} if method in ("POST", "PUT") else None
    status, document = ask(cloud, method, path.replace("{", "").replace("}", ""), body)
    assert (status, document["computeFault"]["code"]) == (410, 410)


@pytest.mark.parametrize("version", ["2.1", "2.35", "2.36", "2.104"])
def test_a_method_that_leads_nowhere_answers_404(cloud, version):
    status, document = ask(cloud, "GET", "os-networks/add", version=version)
    assert (status, document["itemNotFound"]["code"]) == (404, 404)


@pytest.mark.parametrize("action", ["os-getRDPConsole", "resetNetwork"])
def test_a_removed_action_answers_410(cloud, action):
    status, _ = ask(cloud, "POST", "servers/any/action", {action: {"type": "rdp-html5"}})
    assert status == 410


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "os-cells"),
        ("POST", "os-fping"),
        ("PUT", "os-networks/add"),
        ("PUT", "os-networks"),
    ],
)
def test_another_method_is_not_allowed(cloud, method, path):
    assert ask(cloud, method, path, {} if method != "DELETE" else None)[0] == 405


def test_a_removed_operation_needs_a_token(cloud):
    assert cloud.request("GET", "/v2.1/os-agents", headers={}).status == 401
