"""Both front ends with a network service that they show to clients of before microversion 2.36."""

import pytest

UNKNOWN = "00000000-0000-4000-8000-000000000000"
ADMIN = "root:p1:admin,member,reader"


@pytest.fixture
def cloud(network_cloud):
    return network_cloud


@pytest.fixture
def send(cloud):
    """Send a request as a member of project p1, or as others."""

    def send(method, path, body=None, minor=35, token="alice:p1:member,reader"):
        headers = {"x-auth-token": token, "openstack-api-version": f"compute 2.{minor}"}
        return cloud.request(method, f"/v2.1{path}", body, headers)

    return send


@pytest.fixture
def public(neutron):
    """The id of an external network of two addresses."""
    return neutron.network("public", cidr="203.0.113.0/30", **{"router:external": True})


def group(name="web", **more):
    return {"security_group": {"name": name, "description": "servers of pages", **more}}


def rule(parent_id, **more):
    return {"security_group_rule": {"parent_group_id": parent_id, **more}}


def add_rule(send, parent_id, **more):
    return send("POST", "/os-security-group-rules", rule(parent_id, **more))


# Security groups


def test_a_security_group_is_made_changed_and_deleted(neutron, send):
    # As Nova, other fields are left out.
    made = send("POST", "/os-security-groups", {**group(color="red"), "more": 1})
    assert made.status == 200
    document = made.json()["security_group"]
    path = f"/os-security-groups/{document['id']}"
    assert document == {
        "id": document["id"],
        "name": "web",
        "description": "servers of pages",
        "tenant_id": "p1",
        "rules": [],
    }
    assert send("GET", path).json() == made.json()
    changed = send("PUT", path, group("www")).json()["security_group"]
    assert changed == {**document, "name": "www"}
    assert neutron.kept["security-groups"][document["id"]]["name"] == "www"
    deleted = send("DELETE", path)
    assert (deleted.status, deleted.body) == (202, b"")
    assert send("GET", path).status == 404
    assert neutron.kept["security-groups"] == {}


def test_security_groups_are_listed(neutron, send):
    for name, project in (("b", "p1"), ("a", "p1"), ("c", "p2")):
        neutron.group(name, project)

    def names(query="", **options):
        found = send("GET", f"/os-security-groups{query}", **options).json()["security_groups"]
        return [one["name"] for one in found]

    assert names() == ["a", "b"]
    assert names("?limit=1") == ["a"]
    assert names("?limit=0&offset=1&color=blue") == ["b"]
    # The parameter is left out for those who are no administrators.
    assert names("?all_tenants=1") == ["a", "b"]
    assert names(token=ADMIN) == ["a", "b"]
    assert send("GET", "/os-security-groups?limit=-1").status == 400
    assert send("GET", "/os-security-groups?offset=x").status == 400


def test_rules_are_shown_with_what_they_let_in(neutron, send):
    web, lb = neutron.group("web"), neutron.group("lb")
    hidden = neutron.group("hidden", "p2")
    tcp = neutron.rule(web, protocol="tcp", remote_group_id=lb)
    icmp = neutron.rule(web, protocol="icmp", port_range_min=8, remote_ip_prefix="192.0.2.0/24")
    every = neutron.rule(web, ethertype="IPv6")
    neutron.rule(web, remote_group_id=hidden)
    neutron.rule(web, remote_address_group_id=UNKNOWN)

    def shown(rule_id, protocol, first, last, source=None, cidr=None):
        return {
            "id": rule_id,
            "parent_group_id": web,
            "ip_protocol": protocol,
            "from_port": first,
            "to_port": last,
            "group": {"name": source, "tenant_id": "p1"} if source else {},
            "ip_range": {"cidr": cidr} if cidr else {},
        }

    found = send("GET", f"/os-security-groups/{web}").json()["security_group"]["rules"]
    assert found == [
        shown(tcp, "tcp", 1, 65535, source="lb"),
        shown(icmp, "icmp", 8, None, cidr="192.0.2.0/24"),
        shown(every, None, None, None, cidr="::/0"),
    ]


def test_a_server_shows_the_rules_of_its_groups(cloud, neutron, send):
    network_id, web = neutron.network("private"), neutron.group("web")
    neutron.rule(web, protocol="tcp", port_range_min=80, port_range_max=80)
    wanted = {"networks": [{"uuid": network_id}], "security_groups": [{"name": "web"}]}
    created = send("POST", "/servers", {"server": {**cloud.new["server"], **wanted}})
    cloud.work()
    path = f"/servers/{created.json()['server']['id']}/os-security-groups"
    (found,) = send("GET", path, minor=104).json()["security_groups"]
    assert [(one["from_port"], one["ip_range"]) for one in found["rules"]] == [
        (80, {"cidr": "0.0.0.0/0"})
    ]
    in_use = send("DELETE", f"/os-security-groups/{web}")
    assert (in_use.status, "in use" in in_use.json()["badRequest"]["message"]) == (400, True)


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (
            {"ip_protocol": "tcp", "from_port": 80, "to_port": "81", "cidr": "2001:db8::/32"},
            ("tcp", 80, 81, "2001:db8::/32", "IPv6"),
        ),
        (
            {"ip_protocol": "ICMP", "from_port": -1, "to_port": -1, "cidr": None},
            ("icmp", None, None, "0.0.0.0/0", "IPv4"),
        ),
        (
            {"ip_protocol": "udp", "from_port": 53, "to_port": 53, "cidr": "10.0.0.0%2F8", "x": 1},
            ("udp", 53, 53, "10.0.0.0/8", "IPv4"),
        ),
        ({"group_id": "lb", "ip_protocol": "tcp"}, ("tcp", 1, 65535, None, "IPv4")),
        ({"group_id": "lb", "ip_protocol": "icmp"}, ("icmp", None, None, None, "IPv4")),
        (
            {"group_id": "lb", "ip_protocol": None, "from_port": None, "to_port": None},
            (None, None, None, None, "IPv4"),
        ),
    ],
)
def test_a_rule_is_made_and_deleted(neutron, send, wanted, kept):
    web, lb = neutron.group("web"), neutron.group("lb")
    wanted = {**wanted, **({"group_id": lb} if "group_id" in wanted else {})}
    made = add_rule(send, web, **wanted)
    assert made.status == 200, made.body
    shown = made.json()["security_group_rule"]
    assert [shown] == send("GET", f"/os-security-groups/{web}").json()["security_group"]["rules"]
    assert shown["group"] == ({"name": "lb", "tenant_id": "p1"} if "group_id" in wanted else {})
    found = neutron.kept["security-group-rules"][shown["id"]]
    names = ("protocol", "port_range_min", "port_range_max", "remote_ip_prefix", "ethertype")
    assert tuple(found[name] for name in names) == kept
    # Old clients send a rule that there is already.
    assert add_rule(send, web, **wanted).status == 400
    path = f"/os-security-group-rules/{shown['id']}"
    assert (send("DELETE", path).status, send("DELETE", path).status) == (202, 404)
    assert shown["id"] not in neutron.kept["security-group-rules"]


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"ip_protocol": "tcp"},
        {"ip_protocol": "tcp", "from_port": 80},
        {"from_port": 80, "to_port": 80},
        {"ip_protocol": "gre", "from_port": 1, "to_port": 1},
        {"ip_protocol": 6, "from_port": 1, "to_port": 1},
        {"ip_protocol": "tcp", "from_port": 0, "to_port": 80},
        {"ip_protocol": "tcp", "from_port": 81, "to_port": 80},
        {"ip_protocol": "udp", "from_port": 1, "to_port": 65536},
        {"ip_protocol": "tcp", "from_port": "http", "to_port": "http"},
        {"ip_protocol": "tcp", "from_port": True, "to_port": True},
        {"ip_protocol": "icmp", "from_port": 256, "to_port": -1},
        *(
            {"ip_protocol": "tcp", "from_port": 80, "to_port": 80, "cidr": cidr}
            for cidr in ("10.0.0.1", "10.0.0.0/33", "10.0.0.0/0", "::/129", "web", 1, ["::/0"])
        ),
        # Nova would let in everything.
        {"group_id": "lb", "ip_protocol": "tcp", "from_port": 80},
        {"group_id": "lb", "from_port": 80, "to_port": 80},
        {"group_id": "lb", "ip_protocol": "gre"},
    ],
    ids=str,
)
def test_rules_that_make_no_sense(neutron, send, wanted):
    web, lb = neutron.group("web"), neutron.group("lb")
    wanted = {**wanted, **({"group_id": lb} if "group_id" in wanted else {})}
    before = len(neutron.kept["security-group-rules"])
    assert add_rule(send, web, **wanted).status == 400
    assert len(neutron.kept["security-group-rules"]) == before


def test_bodies_of_security_groups_that_do_not_do(neutron, send):
    path = f"/os-security-groups/{neutron.group('web')}"
    long = "a" * 256
    for body in (
        {},
        {"security_group": {"name": "a"}},
        group(1),
        group(long),
        group(None),
        group(description=long),
        group(description=None),
        {"security_group": []},
    ):
        assert send("POST", "/os-security-groups", body).status == 400, body
        assert send("PUT", path, body).status == 400, body
    assert send("POST", "/os-security-groups", group("", description="")).status == 200
    rules = "/os-security-group-rules"
    for body in ({}, rule("web"), rule(None), rule(UNKNOWN, group_id="lb")):
        assert send("POST", rules, body).status == 400, body


def test_security_groups_that_there_are_not(neutron, send):
    theirs, web = neutron.group("theirs", "p2"), neutron.group("web")
    http = {"ip_protocol": "tcp", "from_port": 80, "to_port": 80}
    foreign = neutron.rule(theirs, "p2")
    for group_id in (UNKNOWN, theirs):
        path = f"/os-security-groups/{group_id}"
        for method, body in (("GET", None), ("PUT", group()), ("DELETE", None)):
            assert send(method, path, body).status == 404, (method, path)
        assert add_rule(send, group_id, **http).status == 404
        assert add_rule(send, web, group_id=group_id).status == 404
    for method in ("GET", "DELETE"):
        assert send(method, "/os-security-groups/web").status == 400
    assert send("PUT", "/os-security-groups/..", group()).status == 400
    for rule_id, status in ((UNKNOWN, 404), (foreign, 404), ("1", 400)):
        assert send("DELETE", f"/os-security-group-rules/{rule_id}").status == status
    assert foreign in neutron.kept["security-group-rules"]


def test_the_security_group_default_stays(neutron, send):
    path = f"/os-security-groups/{neutron.group('default')}"
    assert send("PUT", path, group("other")).status == 400
    assert send("DELETE", path).status == 400


def test_the_quotas_of_security_groups_and_rules(neutron, send):
    web = neutron.group("web")
    neutron.quotas = {"security-groups": 1, "security-group-rules": 1}
    for refused in (
        send("POST", "/os-security-groups", group()),
        add_rule(send, web, ip_protocol="tcp", from_port=80, to_port=80),
    ):
        assert refused.status == 403
        assert "as it may" in refused.json()["forbidden"]["message"]


# Floating IPs


def test_a_floating_ip_is_made_used_and_deleted(cloud, neutron, public, send):
    neutron.network("private")
    made = send("POST", "/os-floating-ips", {"pool": "public", "color": "blue"})
    assert made.status == 200
    floating = made.json()["floating_ip"]
    free = {"ip": "203.0.113.1", "pool": "public", "fixed_ip": None, "instance_id": None}
    assert floating == {"id": floating["id"], **free}
    private = next(n["id"] for n in neutron.kept["networks"].values() if n["name"] == "private")
    wanted = {**cloud.new["server"], "networks": [{"uuid": private}]}
    server_id = send("POST", "/servers", {"server": wanted}).json()["server"]["id"]
    cloud.work()
    action = {"addFloatingIp": {"address": "203.0.113.1"}}
    assert send("POST", f"/servers/{server_id}/action", action).status == 202
    path = f"/os-floating-ips/{floating['id']}"
    shown = send("GET", path).json()["floating_ip"]
    assert shown == {**floating, "fixed_ip": "192.0.2.1", "instance_id": server_id}
    assert send("GET", "/os-floating-ips").json() == {"floating_ips": [shown]}
    # A newer Neutron shows the server's port in the floating IP.
    neutron.kept["floatingips"][floating["id"]]["port_details"] = {"device_id": server_id}
    assert send("GET", path).json() == {"floating_ip": shown}
    assert (send("DELETE", path).status, send("GET", path).status) == (202, 404)
    with cloud.db.read() as tx:
        assert tx.server_ports.stale_on(tx.servers.get(server_id).host) == [server_id]
    assert neutron.kept["floatingips"] == {}


@pytest.mark.parametrize(
    "body", [None, b"null", {}, {"pool": None}, {"pool": "public"}, {"pool": 0}]
)
def test_the_pool_of_a_floating_ip(neutron, public, send, body):
    body = {"pool": public} if body == {"pool": 0} else body
    made = send("POST", "/os-floating-ips", body)
    assert (made.status, made.json()["floating_ip"]["pool"]) == (200, "public")


def test_floating_ips_that_cannot_be_had(neutron, public, send):
    for body in ({"pool": 1}, [], {"pool": {}}):
        assert send("POST", "/os-floating-ips", body).status == 400, body
    for pool in ("unknown", UNKNOWN):
        assert send("POST", "/os-floating-ips", {"pool": pool}).status == 404
    neutron.quotas = {"floatingips": 0}
    assert send("POST", "/os-floating-ips", {}).status == 403
    neutron.quotas = {}
    for status in (200, 200, 404):
        assert send("POST", "/os-floating-ips", {}).status == status
    neutron.network("public", **{"router:external": True})
    for body in ({}, {"pool": "public"}):
        assert send("POST", "/os-floating-ips", body).status == 400


def test_floating_ips_that_there_are_not(neutron, public, send):
    theirs = neutron.floating("203.0.113.9", project="p2", network_id=public)
    for floating_ip_id in (UNKNOWN, theirs, "..", "203.0.113.9"):
        for method in ("GET", "DELETE"):
            assert send(method, f"/os-floating-ips/{floating_ip_id}").status == 404
    assert send("GET", "/os-floating-ips").json() == {"floating_ips": []}
    assert theirs in neutron.kept["floatingips"]


def test_a_pool_that_the_caller_cannot_see_is_shown_by_its_id(neutron, send):
    floating_ip_id = neutron.floating("203.0.113.9")
    network_id = neutron.kept["floatingips"][floating_ip_id]["floating_network_id"]
    shown = send("GET", f"/os-floating-ips/{floating_ip_id}").json()["floating_ip"]
    assert shown["pool"] == network_id


def test_the_pools_of_floating_ips(neutron, public, send):
    neutron.network("private")
    nameless = neutron.network("", **{"router:external": True})
    found = send("GET", "/os-floating-ip-pools").json()
    assert found == {"floating_ip_pools": [{"name": "public"}, {"name": nameless}]}


# Networks


def test_networks_are_listed_and_shown(neutron, send):
    network_id = neutron.network("private")
    neutron.network("theirs", project="p2")
    (listed,) = send("GET", "/os-networks").json()["networks"]
    assert (listed.pop("id"), listed.pop("label")) == (network_id, "private")
    assert set(listed.values()) == {None}
    assert sorted(listed) == [
        "broadcast", "cidr", "cidr_v6", "dns1", "dns2", "gateway", "gateway_v6", "netmask",
        "netmask_v6",
    ]  # fmt: skip
    shown = send("GET", f"/os-networks/{network_id}").json()["network"]
    assert shown == {**listed, "id": network_id, "label": "private"}
    more = send("GET", f"/os-networks/{network_id}", token=ADMIN).json()["network"]
    assert (len(more), set(more.values())) == (32, {None, network_id, "private"})
    project = {"id": network_id, "label": "private", "cidr": "None"}
    assert send("GET", "/os-tenant-networks").json() == {"networks": [project]}
    assert send("GET", f"/os-tenant-networks/{network_id}").json() == {"network": project}


@pytest.mark.parametrize("path", ["/os-networks", "/os-tenant-networks"])
def test_networks_that_there_are_not(neutron, send, path):
    theirs = neutron.network("theirs", project="p2")
    for network_id in (UNKNOWN, theirs, "..", "private", "add"):
        assert send("GET", f"{path}/{network_id}").status == 404
    neutron.status = 503
    assert send("GET", path).status == 503


@pytest.mark.parametrize(
    "path",
    [
        "/os-security-groups",
        f"/os-security-groups/{UNKNOWN}",
        "/os-floating-ips",
        f"/os-floating-ips/{UNKNOWN}",
        "/os-floating-ip-pools",
        "/os-networks",
        "/os-tenant-networks",
    ],
)
def test_after_2_35_clients_ask_the_network_service(neutron, send, path):
    neutron.asked.clear()
    assert send("GET", path, minor=36).status == 404
    assert neutron.asked == []
