"""Both front ends with Neutron: how servers are created, shown and deleted that have ports."""

import pytest

from tests.contract.clouds import HOST

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cloud(network_cloud):
    return network_cloud


@pytest.fixture
def network_id(neutron):
    return neutron.network("private")


@pytest.fixture
def send(cloud):
    """Send a request as a member of project p1, or as others."""

    def send(method, path, body=None, minor=37, token="alice:p1:member,reader"):
        headers = {"x-auth-token": token, "openstack-api-version": f"compute 2.{minor}"}
        return cloud.request(method, f"/v2.1{path}", body, headers)

    return send


@pytest.fixture
def create(cloud, send):
    """Ask for a server with networks."""

    def create(networks=None, minor=37, token="alice:p1:member,reader", **fields):
        given = {} if networks is None else {"networks": networks}
        body = {"server": {**cloud.new["server"], **given, **fields}}
        return send("POST", "/servers", body, minor, token)

    return create


@pytest.fixture
def boot(cloud, create):
    """Create a server, and return its id when it is active."""

    def boot(networks="auto", minor=37, **fields):
        response = create(networks, minor, **fields)
        assert response.status == 202, response.body
        cloud.work()
        return response.json()["server"]["id"]

    return boot


def show(send, server_id):
    return send("GET", f"/servers/{server_id}").json()["server"]


def test_a_server_has_a_port_of_the_only_network(cloud, neutron, network_id, boot, send):
    for networks, minor in (("auto", 37), (None, 36), ([], 36), ([{"uuid": network_id}], 37)):
        server_id = boot(networks, minor)
        (port,) = [port for port in neutron.ports if port["device_id"] == server_id]
        (ip,) = port["fixed_ips"]
        shown = show(send, server_id)
        assert shown["status"] == "ACTIVE"
        assert shown["addresses"] == {
            "private": [
                {
                    "addr": ip["ip_address"],
                    "version": 4,
                    "OS-EXT-IPS:type": "fixed",
                    "OS-EXT-IPS-MAC:mac_addr": port["mac_address"],
                }
            ]
        }
        assert shown["security_groups"] == [{"name": "default"}]
        assert (port["binding:host_id"], port["device_owner"]) == (HOST, "compute:nova")
        assert port["dns_name"] == "s"
        assert send("DELETE", f"/servers/{server_id}").status == 204
        cloud.work()
        assert neutron.ports == []


def test_addresses_cost_no_request_to_neutron(neutron, network_id, boot, send):
    boot()
    neutron.asked.clear()
    (shown,) = send("GET", "/servers/detail").json()["servers"]
    assert list(shown["addresses"]) == ["private"]
    assert neutron.asked == []


def test_a_server_without_networks(neutron, network_id, boot, send):
    shown = show(send, boot("none"))
    assert (shown["addresses"], neutron.ports) == ({}, [])


def test_a_project_without_networks(neutron, boot, send):
    assert show(send, boot(None, 36))["addresses"] == {}
    assert neutron.kept["networks"] == {}
    assert list(show(send, boot("auto"))["addresses"]) == ["auto_allocated_network"]


def test_ports_and_addresses_that_are_given(cloud, neutron, network_id, boot, send):
    other, web = neutron.network("other", cidr="2001:db8::/120"), neutron.group("web")
    port_id = neutron.port(other)
    wanted = [{"port": port_id}, {"uuid": network_id, "fixed_ip": "192.0.2.77"}]
    server_id = boot(wanted, security_groups=[{"name": web}])
    shown = show(send, server_id)
    found = {name: [one["addr"] for one in given] for name, given in shown["addresses"].items()}
    assert found == {"other": ["2001:db8::1"], "private": ["192.0.2.77"]}
    assert [one["version"] for one in shown["addresses"]["other"]] == [6]
    assert shown["security_groups"] == [{"name": "web"}]
    made = next(port for port in neutron.ports if port["id"] != port_id)
    assert made["security_groups"] == [web]
    assert neutron.kept["ports"][port_id]["security_groups"] != [web]
    send("DELETE", f"/servers/{server_id}")
    cloud.work()
    (port,) = neutron.ports
    assert (port["id"], port["device_id"], port["binding:host_id"]) == (port_id, "", "")


@pytest.mark.parametrize("minor", [32, 42])
def test_a_network_has_a_tag(network_id, boot, cloud, minor):
    networks = [{"uuid": network_id, "tag": "in"}]
    server_id = boot(networks, minor)
    with cloud.db.read() as tx:
        assert [card["tag"] for card in tx.servers.get(server_id).interfaces] == ["in"]


def test_several_servers_have_ports_of_their_own(cloud, neutron, network_id, create):
    assert create("auto", min_count=3).status == 202
    cloud.work()
    assert len({port["device_id"] for port in neutron.ports}) == 3


def test_the_quota_of_ports(cloud, neutron, network_id, create):
    neutron.port_quota = 2
    refused = create("auto", min_count=3)
    assert refused.status == 403
    assert "Maximum number of ports exceeded" in refused.json()["forbidden"]["message"]
    assert create("auto", min_count=1, max_count=5).status == 202
    cloud.work()
    assert len(neutron.ports) == 2
    assert create("auto").status == 403


def test_requests_that_do_not_do(cloud, neutron, network_id, create):
    bare, used = neutron.network("bare", cidr=None), neutron.port(network_id, device_id="other")
    for networks, status in (
        ([{"uuid": UNKNOWN}], 400),
        ([{"port": UNKNOWN}], 400),
        ([{"uuid": bare}], 400),
        ([{"port": used}], 409),
        ("auto", 409),
        ([{"uuid": network_id, "fixed_ip": "192.0.2.1"}], 400),
    ):
        assert create(networks).status == status
    assert create(None, 36).status == 409
    assert create([{"uuid": network_id}], security_groups=[{"name": "web"}]).status == 400
    with cloud.db.read() as tx:
        assert tx.server_ports.abandoned() == []
    assert len(neutron.ports) == 1


def test_neutron_does_not_answer(neutron, network_id, create):
    neutron.status = 503
    assert create("auto").status == 503


def test_a_server_whose_host_is_down(cloud, neutron, network_id, boot, send):
    server_id = boot()
    cloud.lose_host()
    assert send("DELETE", f"/servers/{server_id}").status == 204
    assert len(neutron.ports) == 1
    cloud._workers[HOST].ports.release_abandoned()
    assert neutron.ports == []


def test_a_shelved_server_keeps_its_ports_on_no_host(cloud, neutron, network_id, boot, send):
    server_id = boot()
    before = show(send, server_id)["addresses"]
    send("POST", f"/servers/{server_id}/action", {"shelve": None})
    cloud.work()
    assert show(send, server_id)["status"] == "SHELVED_OFFLOADED"
    assert [port["binding:host_id"] for port in neutron.ports] == [""]
    send("POST", f"/servers/{server_id}/action", {"unshelve": None})
    cloud.work()
    assert show(send, server_id)["addresses"] == before
    assert [port["binding:host_id"] for port in neutron.ports] == [HOST]


def test_a_server_is_moved_with_its_ports(cloud, neutron, network_id, boot, send):
    server_id = boot()
    cloud.add_host("host2")
    admin = "root:p1:admin,member,reader"
    send("POST", f"/servers/{server_id}/action", {"migrate": None}, token=admin)
    cloud.work()
    assert show(send, server_id)["status"] == "VERIFY_RESIZE"
    assert [port["binding:host_id"] for port in neutron.ports] == ["host2"]
    send("POST", f"/servers/{server_id}/action", {"revertResize": None})
    cloud.work()
    assert show(send, server_id)["status"] == "ACTIVE"
    assert [port["binding:host_id"] for port in neutron.ports] == [HOST]


# The interfaces of a server that runs


@pytest.fixture
def eager(cloud, monkeypatch):
    """Make the worker work as soon as it is woken."""
    monkeypatch.setattr(cloud, "cast", lambda _host: cloud.work())


@pytest.fixture
def interfaces(boot):
    """The path of the interfaces of an active server that has none yet."""
    return f"/servers/{boot('none')}/os-interface"


def attach(send, path, minor=37, **wanted):
    return send("POST", path, {"interfaceAttachment": wanted}, minor)


def cards(cloud, path):
    """Return the ports of the network cards that the guest of a server has."""
    record = cloud.driver._records.read(path.split("/")[2])
    return [vif["port_id"] for vif in record["vifs"]]


@pytest.mark.parametrize(("minor", "shown"), [(49, {}), (70, {"tag": "public"})])
def test_an_interface_is_attached(
    cloud, neutron, network_id, eager, interfaces, send, minor, shown
):
    fixed_ips = [{"ip_address": "192.0.2.7"}]
    answer = attach(send, interfaces, minor, net_id=network_id, fixed_ips=fixed_ips, tag="public")
    assert answer.status == 200, answer.body
    (port,) = neutron.ports
    assert answer.json() == {
        "interfaceAttachment": {
            "fixed_ips": port["fixed_ips"],
            "mac_addr": port["mac_address"],
            "net_id": network_id,
            "port_id": port["id"],
            "port_state": "ACTIVE",
            **shown,
        }
    }
    assert port["fixed_ips"][0]["ip_address"] == "192.0.2.7"
    assert cards(cloud, interfaces) == [port["id"]]
    found = send("GET", interfaces, minor=minor).json()["interfaceAttachments"]
    assert found == [answer.json()["interfaceAttachment"]]
    assert send("GET", f"{interfaces}/{port['id']}", minor=minor).json() == answer.json()
    assert send("DELETE", f"{interfaces}/{port['id']}").status == 202
    assert (neutron.ports, cards(cloud, interfaces)) == ([], [])
    assert send("GET", interfaces).json() == {"interfaceAttachments": []}


def test_a_port_is_attached_and_left(cloud, neutron, network_id, eager, interfaces, send):
    first, second = neutron.port(network_id), neutron.port(network_id)
    for port_id in (first, second):
        assert attach(send, interfaces, port_id=port_id).status == 200
    assert cards(cloud, interfaces) == [first, second]
    assert attach(send, interfaces, port_id=first).status == 409
    send("DELETE", f"{interfaces}/{first}")
    assert neutron.kept["ports"][first]["device_id"] == ""
    server_id = interfaces.split("/")[2]
    shown = show(send, server_id)["addresses"]["private"]
    assert [one["addr"] for one in shown] == ["192.0.2.2"]
    assert send("DELETE", f"{interfaces}/{first}").status == 404


def test_the_only_network_is_attached(neutron, eager, interfaces, send):
    assert attach(send, interfaces).status == 400
    neutron.network("first")
    assert attach(send, interfaces).status == 200
    neutron.network("second")
    assert attach(send, interfaces).status == 400


def test_interfaces_that_do_not_do(cloud, neutron, network_id, eager, interfaces, send):
    bare = neutron.network("bare", cidr=None)
    hardware = neutron.port(network_id, **{"binding:vnic_type": "macvtap"})
    taken = neutron.kept["ports"][hardware]["fixed_ips"][0]["ip_address"]
    for wanted, status in (
        ({"net_id": UNKNOWN}, 404),
        ({"port_id": UNKNOWN}, 404),
        ({"net_id": bare}, 400),
        ({"net_id": network_id, "port_id": UNKNOWN}, 400),
        ({"port_id": hardware}, 400),
        ({"net_id": network_id, "fixed_ips": [{"ip_address": taken}]}, 409),
    ):
        assert attach(send, interfaces, **wanted).status == status
    neutron.remove("ports", hardware)
    neutron.port_quota = 0
    assert attach(send, interfaces, net_id=network_id).status == 403
    assert (neutron.ports, cards(cloud, interfaces)) == ([], [])
    assert send("GET", f"{interfaces}/{UNKNOWN}").status == 404


def test_an_interface_that_cannot_be_plugged(cloud, neutron, network_id, eager, interfaces, send):
    given = neutron.port(network_id)
    cloud.driver.control(fail=["plug_vif"])
    for wanted in ({"net_id": network_id}, {"port_id": given}):
        assert attach(send, interfaces, **wanted).status == 500
        assert [(p["id"], p["device_id"]) for p in neutron.ports] == [(given, "")]
    shown = show(send, interfaces.split("/")[2])
    assert (shown["status"], shown["addresses"]) == ("ACTIVE", {})


def test_the_errors_of_a_port_that_cannot_be_made(
    cloud, neutron, network_id, interfaces, send, monkeypatch
):
    """An error that the worker finds has its code in the answer to the request."""
    full = neutron.network("full", cidr="192.0.2.0/31")
    neutron.port(full), neutron.port(full)
    given = neutron.port(network_id)

    def work_after(change):
        monkeypatch.setattr(cloud, "cast", lambda _host: [change(), cloud.work()])

    def take():
        neutron.port(network_id, fixed_ips=[{"ip_address": "192.0.2.99"}])

    for wanted, change, status in (
        ({"net_id": full}, lambda: None, 400),
        ({"net_id": network_id, "fixed_ips": [{"ip_address": "192.0.2.99"}]}, take, 409),
        ({"net_id": network_id}, lambda: setattr(neutron, "port_quota", 0), 403),
        ({"port_id": given}, lambda: setattr(neutron, "vif_type", "hw_veb"), 500),
        ({"port_id": given}, lambda: setattr(neutron, "unbindable", {HOST}), 500),
        ({"port_id": given}, lambda: neutron.remove("ports", given), 404),
    ):
        work_after(change)
        assert attach(send, interfaces, **wanted).status == status, wanted
        neutron.port_quota = -1
        assert cards(cloud, interfaces) == []
        assert not any(port["device_id"] for port in neutron.ports)
    assert show(send, interfaces.split("/")[2])["status"] == "ACTIVE"


def test_an_older_server_keeps_the_network_of_its_own(cloud, neutron, network_id, boot, send):
    server_id = boot("none")
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id)
        server.interfaces = None
        tx.servers.save(server)
    path = f"/servers/{server_id}/os-interface"
    assert attach(send, path, net_id=network_id).status == 501
    assert send("GET", path).json() == {"interfaceAttachments": []}


# The addresses and the security groups of a server


def act(send, server_id, minor=37, **action):
    return send("POST", f"/servers/{server_id}/action", action, minor)


def look(cloud):
    """Make the worker look at the ports that have changed."""
    cloud._workers[HOST].ports.refresh_stale()


def addresses(send, server_id):
    shown = show(send, server_id)["addresses"]["private"]
    return [(one["addr"], one["OS-EXT-IPS:type"]) for one in shown]


def test_addresses_are_added_and_removed(cloud, neutron, network_id, boot, send):
    server_id = boot()
    neutron.floating("203.0.113.5")
    assert act(send, server_id, addFixedIp={"networkId": network_id}).status == 202
    assert act(send, server_id, addFloatingIp={"address": "203.0.113.5"}).status == 202
    look(cloud)
    fixed = [("192.0.2.1", "fixed"), ("203.0.113.5", "floating"), ("192.0.2.2", "fixed")]
    assert addresses(send, server_id) == fixed
    # Another server takes the floating IP, and gives it back.
    other = boot()
    for taking, giving in ((other, server_id), (server_id, other)):
        assert act(send, taking, addFloatingIp={"address": "203.0.113.5"}).status == 202
        look(cloud)
        assert "203.0.113.5" in dict(addresses(send, taking))
        assert "203.0.113.5" not in dict(addresses(send, giving))
    assert act(send, server_id, removeFloatingIp={"address": "203.0.113.5"}).status == 202
    assert act(send, server_id, removeFixedIp={"address": "192.0.2.1"}).status == 202
    look(cloud)
    assert addresses(send, server_id) == [("192.0.2.2", "fixed")]
    for action, status in (
        ({"addFixedIp": {"networkId": UNKNOWN}}, 404),
        ({"removeFixedIp": {"address": "192.0.2.1"}}, 400),
        ({"addFloatingIp": {"address": "203.0.113.9"}}, 404),
        ({"removeFloatingIp": {"address": "203.0.113.5"}}, 409),
    ):
        assert act(send, server_id, **action).status == status


def test_security_groups_are_added_and_removed(neutron, network_id, boot, send):
    server_id, web = boot(), neutron.group("web")
    assert act(send, server_id, addSecurityGroup={"name": "web"}).status == 202
    assert {group["name"] for group in show(send, server_id)["security_groups"]} == {
        "default",
        "web",
    }
    assert act(send, server_id, removeSecurityGroup={"name": "default"}).status == 202
    assert neutron.ports[0]["security_groups"] == [web]
    (found,) = send("GET", f"/servers/{server_id}/os-security-groups").json()["security_groups"]
    assert (found["id"], found["name"], found["tenant_id"]) == (web, "web", "p1")
    assert act(send, server_id, addSecurityGroup={"name": "unknown"}).status == 404


def test_networks_without_port_security(cloud, neutron, create, boot, send):
    network_id, web = neutron.network("open", port_security_enabled=False), neutron.group("web")
    closed = neutron.port(network_id, port_security_enabled=True)
    assert create([{"uuid": network_id}], security_groups=[{"name": "web"}]).status == 400
    assert show(send, boot([{"uuid": network_id}]))["security_groups"] == []
    server_id = boot([{"uuid": network_id}, {"port": closed}])
    before = [port["security_groups"] for port in neutron.ports]
    assert act(send, server_id, addSecurityGroup={"name": "web"}).status == 400
    assert [port["security_groups"] for port in neutron.ports] == before
    (other,) = [p["id"] for p in neutron.ports if p["device_id"] == server_id and p["id"] != closed]
    neutron.remove("ports", other)
    assert act(send, server_id, addSecurityGroup={"name": "web"}).status == 202
    assert web in neutron.kept["ports"][closed]["security_groups"]
    assert act(send, server_id, removeSecurityGroup={"name": "web"}).status == 202
    assert act(send, server_id, removeSecurityGroup={"name": "web"}).status == 404


def test_a_port_of_hardware(neutron, network_id, create):
    port_id = neutron.port(network_id, **{"binding:vnic_type": "direct"})
    refused = create([{"port": port_id}])
    assert refused.status == 400
    assert "vnic_type is direct" in refused.json()["badRequest"]["message"]


def test_floating_ips_that_cannot_lead_to_an_address(neutron, network_id, boot, send):
    server_id, public = boot(), neutron.network("public", cidr=None)
    for address in ("203.0.113.5", "203.0.113.6"):
        neutron.floating(address, network_id=public)
    assert act(send, server_id, addFloatingIp={"address": "203.0.113.5"}).status == 202
    assert act(send, server_id, addFloatingIp={"address": "203.0.113.6"}).status == 400
    assert act(send, boot("none"), addFloatingIp={"address": "203.0.113.9"}).status == 400


def tell_removed(send, server_id, port_id):
    event = {"name": "network-vif-deleted", "server_uuid": server_id, "tag": port_id}
    body = {"events": [event]}
    return send("POST", "/os-server-external-events", body, token="nova:service:admin,service")


@pytest.mark.parametrize("is_locked", [False, True])
def test_a_port_is_removed_while_its_server_is_busy(
    cloud, neutron, network_id, boot, send, is_locked
):
    server_id = boot()
    path, port_id = f"/servers/{server_id}", neutron.ports[0]["id"]
    if is_locked:
        act(send, server_id, lock=None)
    act(send, server_id, createImage={"name": "x"})
    neutron.remove("ports", port_id)
    assert tell_removed(send, server_id, port_id).status == 200
    look(cloud)
    cloud.work()
    assert cards(cloud, path) == [port_id]
    look(cloud)
    cloud.work()
    assert (cards(cloud, path), show(send, server_id)["addresses"]) == ([], {})
    assert show(send, server_id)["status"] == "ACTIVE"


def test_a_card_of_a_port_that_is_gone_can_be_detached(
    cloud, neutron, network_id, eager, boot, send
):
    server_id = boot()
    path, port_id = f"/servers/{server_id}", neutron.ports[0]["id"]
    neutron.remove("ports", port_id)
    cloud.driver.control(fail=["unplug_vif"])
    for _again in range(2):
        assert send("DELETE", f"{path}/os-interface/{port_id}").status == 202
        assert cards(cloud, path) == [port_id]
        cloud._workers[HOST].ports.refresh_all()
        cloud.work()
        assert send("GET", f"{path}/os-interface").json() == {"interfaceAttachments": []}
    assert attach(send, f"{path}/os-interface", net_id=network_id).status == 200
    added = neutron.ports[0]["id"]
    cloud.driver.control(fail=[])
    assert send("DELETE", f"{path}/os-interface/{port_id}").status == 202
    assert cards(cloud, path) == [added]
    assert send("DELETE", f"{path}/os-interface/{port_id}").status == 404


@pytest.mark.parametrize("is_given", [False, True])
def test_a_server_moves_and_comes_back_without_a_port_that_is_gone(
    cloud, neutron, network_id, boot, send, is_given
):
    given = neutron.port(network_id)
    server_id = boot([{"port": given}, {"uuid": network_id}])
    path, (kept, gone) = f"/servers/{server_id}", cards(cloud, f"/servers/{server_id}")
    kept, gone = (gone, kept) if is_given else (kept, gone)
    neutron.remove("ports", gone)
    act(send, server_id, shelve=None)
    cloud.work()
    act(send, server_id, unshelve=None)
    cloud.work()
    assert (show(send, server_id)["status"], cards(cloud, path)) == ("ACTIVE", [kept])
    look(cloud)
    cloud.work()
    with cloud.db.read() as tx:
        assert [port.port_id for port in tx.server_ports.of_server(server_id)] == [kept]
    assert send("DELETE", f"{path}/os-interface/{gone}").status == 404


def test_events_of_neutron(cloud, neutron, network_id, eager, boot, send):
    server_id = boot()
    (port,) = neutron.ports
    neutron.floating("203.0.113.5")
    (floating,) = neutron.kept["floatingips"].values()
    floating.update(port_id=port["id"], fixed_ip_address="192.0.2.1")

    def tell(name, tag=None):
        event = {"name": name, "server_uuid": server_id} | ({"tag": tag} if tag else {})
        body = {"events": [event]}
        return send("POST", "/os-server-external-events", body, token="nova:service:admin,service")

    assert tell("network-changed").status == 200
    look(cloud)
    assert addresses(send, server_id)[1] == ("203.0.113.5", "floating")
    neutron.remove("ports", port["id"])
    assert tell("network-vif-deleted", port["id"]).status == 200
    assert cards(cloud, f"/servers/{server_id}") == []
    assert show(send, server_id)["addresses"] == {}
