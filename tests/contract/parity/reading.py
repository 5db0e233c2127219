"""The requests that read, and those that are refused before anything is read."""

import itertools
from collections.abc import Iterator

from computeapi.api.history import BOUNDARIES
from computeapi.api.versions import MAX
from tests.contract.parity.steps import (
    ACTION,
    ADMIN,
    IMAGE,
    MEMBER,
    NEWEST,
    NOBODY,
    OTHER,
    READER,
    SERVERS,
    Step,
)


def everything_that_can_be_read() -> Iterator[Step]:
    """Yield every GET, at every microversion that changes one and for several callers."""
    paths = (
        SERVERS, f"{SERVERS}/detail", f"{SERVERS}/$web", f"{SERVERS}/$failed", "/v2.1/flavors",
        "/v2.1/flavors/detail", "/v2.1/flavors/disks", "/v2.1/os-keypairs",
        "/v2.1/os-keypairs/made", "/v2.1/limits", "/v2.1/os-availability-zone",
        "/v2.1/os-availability-zone/detail", "/", "/v2.1/", "/v2.1",
    )  # fmt: skip
    for path, version in itertools.product(paths, BOUNDARIES):
        yield Step("GET", path, version=str(version))
    for path, token in itertools.product(paths, (READER, OTHER, ADMIN, "nobody:p1:", "nonsense")):
        yield Step("GET", path, token=token, version="latest")


def lists() -> Iterator[Step]:
    """Yield lists with every kind of parameter, good and bad."""
    for query in f"""
        limit=1 limit=2&marker=$web limit=0 limit=-1 limit=x limit=9999999 limit= marker=nobody
        marker={NOBODY} marker= sort_key=display_name&sort_dir=asc
        sort_key=vm_state&sort_key=uuid&sort_dir=desc sort_key=nothing sort_dir=up sort_dir=asc
        sort_key=host sort_key=memory_mb sort_dir=asc&sort_dir=asc name=web name=%5B name=
        name=a&name=web status=ACTIVE status=error&status=build status=nothing status=DELETED
        flavor=42 flavor=none image={IMAGE} ip=10.0 ip6=10 reservation_id=r-1
        changes-since=2020-01-01T00:00:00Z changes-since=x
        changes-since=2030-01-01T00:00:05%2B00:00 all_tenants=1 all_tenants= all_tenants=x
        limit={"9" * 5000} name=semi;x&limit=1 name=100% minRam=1_0
        changes-since=0001-01-01T00:00:00%2B14:00
        deleted=true deleted=x host=host1 task_state=deleting uuid=$web launch_index=x unknown=1
        a=%00 limit=1&limit=2 limit=1&name=w%20%C3%A9%26%2B project_id=p2
        limit=1&name=.&sort_key=display_name&sort_key=uuid&sort_dir=asc&sort_dir=desc = && %zz
    """.split():
        for path, token in ((SERVERS, MEMBER), (f"{SERVERS}/detail", ADMIN)):
            yield Step("GET", f"{path}?{query}", token=token)
    for query in (
        "limit=2", "limit=2&marker=2", "marker=none", "limit=x", "sort_key=name", "sort_key=x",
        "sort_dir=desc", "is_public=none", "is_public=x", "is_public=false", "minRam=512",
        "minRam=x", "minDisk=80", "minDisk=x", "unknown=1",
    ):  # fmt: skip
        yield Step("GET", f"/v2.1/flavors?{query}")
        yield Step("GET", f"/v2.1/flavors/detail?{query}", token=ADMIN)
    for query in ("user_id=alice", "user_id=bob", "user_id=", "limit=1"):
        yield Step("GET", f"/v2.1/os-keypairs?{query}", version=NEWEST)
        yield Step("GET", f"/v2.1/os-keypairs?{query}", token=ADMIN, version="2.9")
    yield from (Step("GET", f"/v2.1/limits?tenant_id={p}", token=t) for p in ("p1", "p2", "")
                for t in (MEMBER, ADMIN))  # fmt: skip


def paths_and_methods() -> Iterator[Step]:
    """Yield requests for paths and methods that do not exist."""
    for url in f"""
        /v2.1/nonsense /nonsense /v3 /v2.1/servers/$web/nonsense /v2.1/servers/detail/x
        /v2.1/servers/ /v2.1/servers// //v2.1/servers /v2.1//servers /v2.1/servers/$web/
        /v2.1/servers.json /v2.1/servers/$web.json /v2.1/flavors/a%2Fb /v2.1/flavors/%C3%A4
        /v2.1/flavors/%FF /v2.1/os-keypairs/a%20b /v2.1/servers/%20 /v2.1/limits/
        /v2.1/os-availability-zone/detail/ /v2.1/os-availability-zone/x /v2 /v2.1/v2.1
        /v2.1/servers/{NOBODY}?server_id=$web /v2.1/servers/$web?limit=x
    """.split():
        yield Step("GET", url)
    yield Step("GET", "")
    for version, project in itertools.product(("v2", "v2.1"), ("", "/p1", "/p2", "/-")):
        for rest in (
            "",
            "/",
            "/servers",
            "/servers/$web",
            "/flavors?limit=1",
            "/limits",
            "/os-x",
            "/nonsense",
            "/os-keypairs/made",
            "//servers",
            "/servers/$web/action",
        ):
            url = f"/{version}{project}{rest}"
            yield from (Step(method, url, version=NEWEST) for method in ("GET", "HEAD", "PATCH"))
            yield Step("GET", url, token=ADMIN, version="2.999")
    for url in ("/", "/v2.1/", SERVERS, f"{SERVERS}/detail", f"{SERVERS}/$web", ACTION,
                "/v2.1/flavors", "/v2.1/flavors/1", "/v2.1/os-keypairs", "/v2.1/os-keypairs/made",
                "/v2.1/limits", "/v2.1/os-availability-zone", "/v2.1/os-aggregates",
                "/v2.1/os-aggregates/1", "/v2.1/os-aggregates/1/action", "/v2.1/os-services",
                "/v2.1/os-services/enable", "/v2.1/os-hypervisors", "/v2.1/os-hypervisors/1/uptime",
                "/v2.1/os-hosts/host1", "/v2.1/extensions", "/v2.1/os-server-external-events",
                "/v2.1/os-assisted-volume-snapshots", "/v2.1/os-cells/1"):  # fmt: skip
        for method in ("PATCH", "OPTIONS", "HEAD", "TRACE", "PURGE", "PUT", "DELETE", "POST"):
            if (method, url) not in (("DELETE", f"{SERVERS}/$web"), ("DELETE", "/v2.1/flavors/1"),
                                     ("DELETE", "/v2.1/os-keypairs/made")):  # fmt: skip
                yield Step(method, url, body={})


def headers_and_bodies() -> Iterator[Step]:
    """Yield requests in versions, types and shapes of all kinds."""
    for version in (str(MAX.next), "2.0", "2", "two", "2.01", "3.1", "latest", "", f"{MAX} ",
                    "LATEST"):  # fmt: skip
        yield Step("GET", SERVERS, version=version)
        yield Step("GET", "/", version=version)
        yield Step("GET", "/v2.1/nonsense", version=version)
        legacy = (("x-openstack-nova-api-version", version),)
        yield Step("GET", "/v2.1/limits", headers=legacy)
    for kind in ("application/xml", "text/plain", "", "application/json; charset=utf-8", "json",
                 "APPLICATION/json ; charset=UTF-8", "application/json; charset=latin-1",
                 "application/vnd.openstack.compute+json", "multipart/form-data; boundary=x",
                 "application/x-www-form-urlencoded"):  # fmt: skip
        headers = (("content-type", kind),)
        yield Step("POST", "/v2.1/os-keypairs", {"keypair": {}}, headers=headers)
        yield Step("POST", ACTION, {"os-fly": None}, headers=headers)
        yield Step("GET", SERVERS, headers=headers)
    for accept in ("application/xml", "text/html", "*/*", "nonsense", "application/json;q=0"):
        yield Step("GET", SERVERS, headers=(("accept", accept),))
        yield Step("GET", f"{SERVERS}/{NOBODY}", headers=(("accept", accept),))
    for body in (b"", b"{", b"[]", b"null", b"5", b'"x"', b"{}", b"\xff", b'{"a": NaN}', b"\x00",
                 b'{"a": 1e400}', b'{"server": {"name": "\\u0000"}}', b'{"a": "\\udc00"}',
                 b'{"os:scheduler_hints": %s}' % (b"[" * 101 + b"]" * 101),
                 b'\xef\xbb\xbf{"server": {}}', b'{"server": {}, "server": {}}', b"[" * 5000,
                 b" " * 200000, "ä".encode("utf-16")):  # fmt: skip
        for method, url in (("POST", SERVERS), ("PUT", f"{SERVERS}/$web"), ("POST", ACTION),
                            ("POST", "/v2.1/flavors"), ("POST", "/v2.1/os-keypairs")):  # fmt: skip
            yield Step(method, url, body, token=ADMIN)
