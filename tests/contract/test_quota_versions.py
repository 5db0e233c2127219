"""Quotas, server groups and usage at the microversions that change them, advertised or not."""

from typing import Any

import pytest

ADMIN = {"x-auth-token": "root:ops:admin,member,reader"}
MEMBER = {"x-auth-token": "alice:ops:member,reader"}
ALWAYS = {"cores", "instances", "key_pairs", "metadata_items", "ram"}
GROUPS = {"server_groups", "server_group_members"}
FILES = {"injected_files", "injected_file_content_bytes", "injected_file_path_bytes"}
NETWORKS = {"fixed_ips", "floating_ips", "security_groups", "security_group_rules"}


@pytest.fixture
def send(cloud: Any) -> Any:
    """A function that sends a request at a microversion, and returns its status and document."""

    def send(minor: int, request: str, body: Any = None, caller: Any = ADMIN) -> tuple[int, Any]:
        method, url = request.split(" ", 1)
        headers = {**caller, "openstack-api-version": f"compute 2.{minor}"}
        response = cloud.request(method, f"/v2.1{url}", body, headers)
        return response.status, response.json() if response.body else None

    return send


@pytest.mark.parametrize(
    ("minor", "resources"),
    [
        (35, ALWAYS | GROUPS | FILES | NETWORKS),
        (36, ALWAYS | GROUPS | FILES),
        (56, ALWAYS | GROUPS | FILES),
        (57, ALWAYS | GROUPS),
        (104, ALWAYS | GROUPS),
    ],
)
def test_the_resources_of_a_quota_set(send: Any, minor: int, resources: set[str]) -> None:
    for path in ("", "/defaults", "/detail"):
        status, document = send(minor, f"GET /os-quota-sets/p1{path}")
        assert status == 200
        assert document["quota_set"].keys() == resources | {"id"}
    status, document = send(minor, "PUT /os-quota-sets/p1", {"quota_set": {"cores": 1}})
    assert document["quota_set"].keys() == resources
    for resource in ALWAYS | GROUPS | FILES | NETWORKS:
        body = {"quota_set": {resource: 50, "force": True}}
        status, _ = send(minor, "PUT /os-quota-sets/p1", body)
        assert status == (200 if resource in resources else 400), resource


@pytest.mark.parametrize(
    ("minor", "resources"),
    [
        (49, ALWAYS | FILES | NETWORKS),
        (50, ALWAYS | GROUPS | FILES),
        (56, ALWAYS | GROUPS | FILES),
        (57, ALWAYS | GROUPS),
    ],
)
def test_the_resources_of_a_quota_class(send: Any, minor: int, resources: set[str]) -> None:
    status, document = send(minor, "GET /os-quota-class-sets/other")
    assert status == 200
    assert document["quota_class_set"].keys() == resources | {"id"}
    for resource in ALWAYS | GROUPS | FILES | NETWORKS:
        body = {"quota_class_set": {resource: 50}}
        status, document = send(minor, "PUT /os-quota-class-sets/other", body)
        assert status == (200 if resource in resources | GROUPS else 400), resource
        if status == 200:
            assert document["quota_class_set"].keys() == resources


@pytest.mark.parametrize(
    ("minor", "gone"),
    [
        (35, set()),
        (36, {"maxSecurityGroups", "maxTotalFloatingIps", "totalSecurityGroupsUsed"}),
        (38, {"maxSecurityGroups"}),
        (39, {"maxImageMeta"}),
        (57, {"maxImageMeta", "maxPersonality", "maxPersonalitySize"}),
    ],
)
def test_the_limits(send: Any, minor: int, gone: set[str]) -> None:
    _, document = send(minor, "GET /limits", caller=MEMBER)
    absolute = document["limits"]["absolute"]
    assert not absolute.keys() & gone
    assert len(absolute) == {35: 19, 36: 14, 38: 14, 39: 13, 57: 11}[minor]


@pytest.mark.parametrize(
    ("minor", "keys"),
    [
        (12, {"policies", "metadata"}),
        (13, {"policies", "metadata", "project_id", "user_id"}),
        (63, {"policies", "metadata", "project_id", "user_id"}),
        (64, {"policy", "rules", "project_id", "user_id"}),
    ],
)
def test_the_document_of_a_server_group(send: Any, minor: int, keys: set[str]) -> None:
    group = {"name": "g", "policies": ["affinity"]} if minor < 64 else {
        "name": "g", "policy": "affinity", "rules": {}}  # fmt: skip
    status, created = send(minor, "POST /os-server-groups", {"server_group": group}, MEMBER)
    assert status == 200
    assert created["server_group"].keys() == keys | {"id", "name", "members"}
    _, shown = send(minor, f"GET /os-server-groups/{created['server_group']['id']}", None, MEMBER)
    assert shown == created
    assert send(minor, "GET /os-server-groups", None, MEMBER)[1]["server_groups"] == [
        created["server_group"]
    ]


@pytest.mark.parametrize(
    ("minor", "group", "status"),
    [
        (14, {"policies": ["soft-affinity"]}, 400),
        (15, {"policies": ["soft-affinity"]}, 200),
        (63, {"policies": ["soft-anti-affinity"]}, 200),
        (63, {"policy": "affinity"}, 400),
        (64, {"policies": ["affinity"]}, 400),
        (64, {"policy": "soft-anti-affinity"}, 200),
        (64, {"policy": ["affinity"]}, 400),
        (64, {"policy": "anti-affinity", "rules": {"max_server_per_host": "3"}}, 200),
        (64, {"policy": "anti-affinity", "rules": {"max_server_per_host": 0}}, 400),
        (64, {"policy": "anti-affinity", "rules": {"other": 1}}, 400),
        (64, {"policy": "affinity", "rules": {"max_server_per_host": 3}}, 400),
        (64, {"policy": "legacy"}, 400),
        (64, {}, 400),
    ],
)
def test_the_policies_of_a_server_group(send: Any, minor: int, group: Any, status: int) -> None:
    body = {"server_group": {"name": "g", **group}}
    assert send(minor, "POST /os-server-groups", body, MEMBER)[0] == status


def test_a_group_of_a_later_version_at_older_ones(send: Any) -> None:
    rules = {"max_server_per_host": 2}
    apart = {"name": "g", "policy": "anti-affinity", "rules": rules}
    _, created = send(64, "POST /os-server-groups", {"server_group": apart}, MEMBER)
    assert created["server_group"]["rules"] == rules
    soft = {"name": "g", "policy": "soft-affinity"}
    send(64, "POST /os-server-groups", {"server_group": soft}, MEMBER)
    shown = [
        [group["policies"] for group in send(minor, "GET /os-server-groups", None, MEMBER)[1][
            "server_groups"]]
        for minor in (14, 15)
    ]  # fmt: skip
    assert shown == [[["anti-affinity"], ["soft-affinity"]]] * 2


def test_a_server_shows_its_group(send: Any, cloud: Any) -> None:
    _, created = send(64, "POST /os-server-groups", {
        "server_group": {"name": "g", "policy": "affinity"}}, MEMBER)  # fmt: skip
    group_id = created["server_group"]["id"]
    body = {**cloud.new, "os:scheduler_hints": {"group": group_id}}
    ids = []
    for one in (body, cloud.new):
        _, created = send(10, "POST /servers", one, MEMBER)
        ids.append(created["server"]["id"])
    for server_id, expected in zip(ids, ([group_id], []), strict=True):
        path = f"/servers/{server_id}"
        assert "server_groups" not in send(70, f"GET {path}", None, MEMBER)[1]["server"]
        assert send(71, f"GET {path}", None, MEMBER)[1]["server"]["server_groups"] == expected
        _, changed = send(71, f"PUT {path}", {"server": {"name": "t"}}, MEMBER)
        assert changed["server"]["server_groups"] == expected
    _, listed = send(71, "GET /servers/detail", None, MEMBER)
    assert all("server_groups" not in server for server in listed["servers"])


def test_usage_comes_in_pages(send: Any, cloud: Any) -> None:
    for _ in range(3):
        send(10, "POST /servers", cloud.new, MEMBER)
    cloud.work()
    window = "start=2024-01-01T00:00:00&end=2099-01-01T00:00:00"
    path, seen = f"/os-simple-tenant-usage?detailed=1&limit=2&{window}", []
    for links in (1, 0):
        _, page = send(40, f"GET {path}")
        seen.append([s["instance_id"] for s in page["tenant_usages"][0]["server_usages"]])
        found = page.get("tenant_usages_links", [])
        assert [link["rel"] for link in found] == ["next"] * links
        path = found[0]["href"].partition("/v2.1")[2] if found else ""
    assert [len(ids) for ids in seen] == [2, 1]
    assert len({*seen[0], *seen[1]}) == 3
    _, page = send(40, f"GET /os-simple-tenant-usage/ops?limit=1&marker={seen[0][0]}&{window}")
    assert [s["instance_id"] for s in page["tenant_usage"]["server_usages"]] == seen[0][1:]
    assert "/os-simple-tenant-usage/ops?" in page["tenant_usage_links"][0]["href"]
    for request in ("?marker=none", "/ops?marker=none", "?limit=x", "/other?marker=" + seen[0][0]):
        assert send(40, f"GET /os-simple-tenant-usage{request}")[0] == 400, request


@pytest.mark.parametrize(
    ("first", "request_"),
    [
        (75, "GET /os-quota-sets/p1"),
        (75, "GET /os-quota-sets/p1/detail"),
        (75, "DELETE /os-quota-sets/p1"),
        (75, "GET /os-server-groups"),
        (75, "GET /os-simple-tenant-usage"),
        (75, "GET /os-simple-tenant-usage/p1"),
        (75, "GET /limits"),
        (102, "GET /os-quota-class-sets/default"),
        (102, "GET /os-instance_usage_audit_log"),
        (102, "GET /os-instance_usage_audit_log/2026-01-01%2000:00:00"),
    ],
)
def test_unknown_parameters_are_refused_later(send: Any, first: int, request_: str) -> None:
    assert send(first - 1, f"{request_}?unknown=1")[0] in (200, 202)
    assert send(first, f"{request_}?unknown=1")[0] == 400
    assert send(first, request_)[0] in (200, 202)
