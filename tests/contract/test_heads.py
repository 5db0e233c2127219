"""HEAD is answered wherever GET is, as GET is but for the body (RFC 9110, 9.3.2)."""

from typing import Any

import pytest

MEMBER, ADMIN, BAD = "alice:p1:member,reader", "root:ops:admin,member,reader", "nonsense"
#: In every answer another one.
REQUEST_IDS = ("x-compute-request-id", "x-openstack-request-id")
#: Paths with a token and the status of their GET.
PATHS = [
    ("/", BAD, 200),
    ("/v2.1/", BAD, 200),
    ("/v2", BAD, 200),
    ("/v2.1/servers", MEMBER, 200),
    ("/v2.1/servers?limit=x", MEMBER, 400),
    ("/v2.1/servers/detail", MEMBER, 200),
    ("/v2.1/servers/{id}", MEMBER, 200),
    ("/v2/p1/servers/{id}", MEMBER, 200),
    ("/v2.1/p2/servers/{id}", MEMBER, 400),
    ("/v2.1/servers/none", MEMBER, 404),
    ("/v2.1/servers/{id}/action", MEMBER, 405),
    ("/v2.1/flavors", MEMBER, 200),
    ("/v2.1/flavors/detail", MEMBER, 200),
    ("/v2.1/flavors/1", MEMBER, 200),
    ("/v2.1/os-keypairs", MEMBER, 200),
    ("/v2.1/os-keypairs/k", MEMBER, 200),
    ("/v2.1/limits", MEMBER, 200),
    ("/v2.1/os-availability-zone", MEMBER, 200),
    ("/v2.1/os-availability-zone/detail", ADMIN, 200),
    ("/v2.1/os-availability-zone/detail", MEMBER, 403),
    ("/v2.1/nonsense", MEMBER, 404),
    ("/v2.1/servers", BAD, 401),
]


@pytest.mark.parametrize(("path", "token", "status"), PATHS)
def test_head_is_get_without_the_body(cloud: Any, path: str, token: str, status: int) -> None:
    path = path.format(id=cloud.boot().json()["server"]["id"])
    cloud.request("POST", "/v2.1/os-keypairs", {"keypair": {"name": "k"}})
    got, head = (
        cloud.request(method, path, headers={"x-auth-token": token}) for method in ("GET", "HEAD")
    )
    assert head.body == b""
    assert got.body
    assert (head.status, got.status) == (status, status)
    told = [
        [header for header in answer.headers if header[0] not in REQUEST_IDS]
        for answer in (got, head)
    ]
    assert told[0] == told[1]
    assert head.header("content-length") in (None, str(len(got.body)))


def test_head_changes_nothing_where_get_is_not_answered(cloud: Any) -> None:
    path = f"/v2.1/servers/{cloud.boot().json()['server']['id']}/action"
    cloud.work()
    head = cloud.request("HEAD", path, {"os-stop": None})
    assert (head.status, head.header("allow"), head.body) == (405, "POST", b"")
