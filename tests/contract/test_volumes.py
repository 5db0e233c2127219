"""Both front ends with a volume service: volumes are attached to servers, and detached."""

import pytest

VOLUME_ID, OTHER_ID = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "12")
TAG, TERMINATION = {"tag": "data"}, {"delete_on_termination": True}
ATTACHED = "os-extended-volumes:volumes_attached"


@pytest.fixture
def cloud(volume_cloud):
    return volume_cloud


@pytest.fixture
def volumes(cinder, cloud):
    """The volume service, with two volumes."""
    for volume_id in (VOLUME_ID, OTHER_ID):
        cinder.add(volume_id)
    return cinder


@pytest.fixture
def server_id(cloud):
    """The id of an active server."""
    found = cloud.boot().json()["server"]["id"]
    cloud.work()
    return found


@pytest.fixture
def send(cloud, server_id):
    """Send a request about the volumes of the server."""

    def send(method, path="", minor=1, attachment=None, roles="member,reader"):
        headers = {
            "x-auth-token": f"alice:p1:{roles}",
            "openstack-api-version": f"compute 2.{minor}",
        }
        body = attachment and {"volumeAttachment": attachment}
        url = f"/v2.1/servers/{server_id}/os-volume_attachments{path}"
        return cloud.request(method, url, body, headers)

    return send


@pytest.fixture
def show(cloud, server_id):
    """Return the server's document."""

    def show(minor=1):
        headers = {
            "x-auth-token": "alice:p1:member,reader",
            "openstack-api-version": f"compute 2.{minor}",
        }
        return cloud.request("GET", f"/v2.1/servers/{server_id}", headers=headers).json()["server"]

    return show


@pytest.fixture
def plugged(cloud, server_id):
    """Return the volumes that the server's guest has."""
    return lambda: cloud.driver._records.read(server_id)["volumes"]


@pytest.fixture
def attached(cloud, send, volumes):
    """Attach a volume, and return its path."""
    assert send("POST", minor=79, attachment={"volumeId": VOLUME_ID, "tag": "data"}).status == 200
    cloud.work()
    return f"/{VOLUME_ID}"


@pytest.mark.parametrize(
    ("minor", "asked", "shown"),
    [
        (1, {}, {"id": VOLUME_ID}),
        (69, TAG, {"id": VOLUME_ID}),
        (70, TAG, {"id": VOLUME_ID} | TAG),
        (79, TAG | TERMINATION, {"id": VOLUME_ID} | TAG | TERMINATION),
        (89, TAG | TERMINATION, TAG | TERMINATION),
        (101, TAG | TERMINATION, TAG | TERMINATION),
    ],
)
def test_a_volume_is_attached_and_shown(
    cloud, send, volumes, server_id, plugged, minor, asked, shown
):
    always = {"device": "/dev/vdc", "serverId": server_id, "volumeId": VOLUME_ID}
    response = send("POST", "", minor, {"volumeId": VOLUME_ID, "device": "/dev/vdc"} | asked)
    if minor == 101:
        assert (response.status, response.body) == (202, b"")
    else:
        assert response.status == 200
        answered = always | {"id": VOLUME_ID} | shown
        assert response.json() == {"volumeAttachment": answered}
    cloud.work()
    assert plugged() == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    (one,) = send("GET", "", minor).json()["volumeAttachments"]
    assert send("GET", f"/{VOLUME_ID}", minor).json() == {"volumeAttachment": one}
    if minor >= 89:
        assert one.pop("attachment_id") in volumes.attachments
        assert len(one.pop("bdm_uuid")) == 36
    assert one == always | shown
    assert send("GET", f"/{OTHER_ID}", minor).status == 404


def test_every_request_names_the_caller_and_this_service(cloud, send, volumes, attached):
    assert {service for *_, service in volumes.requests} == {"service-token"}
    callers = [(method, path) for method, path, token, _ in volumes.requests if "alice" in token]
    assert callers == [("GET", f"/v3/volumes/{VOLUME_ID}"), ("POST", "/v3/attachments")]


def test_the_volume_service_knows_the_name_of_the_disk(cloud, send, volumes, attached, plugged):
    """Heat grows an attached volume so: it detaches it, and attaches it with the name it had."""
    (found,) = volumes.answer("GET", f"/v3/volumes/{VOLUME_ID}", {}, None)[1]["volume"][
        "attachments"
    ]
    assert found["device"] == "/dev/vdb"
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert send("GET", attached).status == 404
    volumes.volumes[VOLUME_ID]["size"] = 2
    again = {"volumeId": VOLUME_ID, "device": found["device"]}
    assert send("POST", attachment=again).json()["volumeAttachment"]["device"] == "/dev/vdb"
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([VOLUME_ID], "in-use")


@pytest.mark.parametrize(
    ("minor", "shown"),
    [(2, {"id": VOLUME_ID}), (3, {"id": VOLUME_ID, "delete_on_termination": False})],
)
def test_servers_show_their_volumes(cloud, attached, show, minor, shown):
    assert show(minor)[ATTACHED] == [shown]
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": f"compute 2.{minor}",
    }
    listed = cloud.request("GET", "/v2.1/servers/detail", headers=headers).json()["servers"]
    assert [server[ATTACHED] for server in listed] == [[shown]]


def test_a_list_has_pages(cloud, send, volumes):
    for volume_id in (VOLUME_ID, OTHER_ID):
        send("POST", "", 1, {"volumeId": volume_id})
    every = send("GET").json()["volumeAttachments"]
    assert [(one["volumeId"], one["device"]) for one in every] == [
        (VOLUME_ID, "/dev/vdb"),
        (OTHER_ID, "/dev/vdc"),
    ]
    ids = [one["volumeId"] for one in send("GET", "?limit=1").json()["volumeAttachments"]]
    assert ids == [VOLUME_ID]
    ids = [one["volumeId"] for one in send("GET", "?offset=1").json()["volumeAttachments"]]
    assert ids == [OTHER_ID]


def test_a_volume_is_detached_and_goes_to_another_server(
    cloud, send, volumes, attached, plugged, show
):
    response = send("DELETE", attached)
    assert (response.status, response.body) == (202, b"")
    # It is attached until the guest has let go of it.
    assert len(send("GET").json()["volumeAttachments"]) == 1
    assert volumes.status(VOLUME_ID) == "detaching"
    assert send("DELETE", attached).status == 400
    cloud.work()
    assert (plugged(), volumes.attached(VOLUME_ID), show()[ATTACHED]) == ([], [], [])
    assert volumes.status(VOLUME_ID) == "available"
    assert send("DELETE", attached).status == 404
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 200


@pytest.mark.parametrize(
    ("fields", "minor", "status"),
    [
        ({"status": "error"}, 101, 400),
        ({"encrypted": True}, 101, 400),
        ({"status": "in-use"}, 60, 400),
        ({"status": "in-use", "multiattach": True}, 59, 400),
        ({"status": "available", "multiattach": True}, 59, 400),
        ({"status": "in-use", "multiattach": True}, 60, 200),
    ],
)
def test_the_state_of_a_volume_forbids_it(send, volumes, fields, minor, status):
    volumes.volumes[VOLUME_ID] |= fields
    assert send("POST", "", minor, {"volumeId": VOLUME_ID}).status == status
    assert len(send("GET").json()["volumeAttachments"]) == (status == 200)


def test_a_volume_is_attached_once(cloud, send, volumes, attached):
    for _ in range(2):
        volumes.volumes[VOLUME_ID] |= {"status": "available"}
        response = send("POST", "", 60, {"volumeId": VOLUME_ID})
        assert (response.status, len(volumes.attached(VOLUME_ID))) == (400, 1)


def test_a_volume_that_is_not_there(send, volumes):
    missing = "33333333-0000-4000-8000-000000000000"
    response = send("POST", "", 1, {"volumeId": missing})
    assert response.status == 404
    assert response.json()["itemNotFound"]["message"] == f"Volume {missing} could not be found."


@pytest.mark.parametrize("at", ["/v3/volumes", "/v3/attachments"])
def test_a_volume_service_that_does_not_answer(cloud, send, volumes, at):
    def before(_method, path):
        volumes.behaviour = 503 if path.startswith(at) else None

    volumes.before = before
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 503
    volumes.before, volumes.behaviour = lambda method, path: None, None
    # What it may have reserved is released.
    cloud.return_host()
    assert volumes.attached(VOLUME_ID) == []


def test_a_server_has_so_many_disks(cloud, send, volumes):
    for number in range(25):
        volume_id = volumes.add()
        assert send("POST", "", 1, {"volumeId": volume_id}).status == 200, number
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 403


@pytest.mark.parametrize("failing", ["plug", "connect"])
def test_a_volume_that_cannot_be_attached_is_released(
    cloud, send, volumes, server_id, show, failing
):
    def before(method, _path):
        volumes.behaviour = 400 if failing == "connect" and method == "PUT" else None

    volumes.before = before
    cloud.driver.control(fail=[failing])
    assert send("POST", "", 1, {"volumeId": VOLUME_ID}).status == 200
    cloud.work()
    assert send("GET").json()["volumeAttachments"] == []
    assert (volumes.attached(VOLUME_ID), volumes.status(VOLUME_ID)) == ([], "available")
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("ACTIVE", None)
    url = f"/v2.1/servers/{server_id}/os-instance-actions"
    names = [one["action"] for one in cloud.request("GET", url).json()["instanceActions"]]
    assert names[0] == "attach_volume"


def test_a_volume_that_cannot_be_detached_stays(cloud, send, volumes, attached, plugged):
    cloud.driver.control(fail=["unplug"])
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([VOLUME_ID], "in-use")
    cloud.driver.control(fail=[])
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([], "available")


@pytest.mark.parametrize(("state", "status"), [("retyping", 400), ("detaching", 202)])
def test_the_volume_service_has_a_say_in_a_detach(
    cloud, send, volumes, attached, plugged, state, status
):
    """A volume that is "detaching" was so because a request has died."""
    volumes.volumes[VOLUME_ID]["status"] = state
    assert send("DELETE", attached).status == status
    cloud.work()
    assert plugged() == ([VOLUME_ID] if status == 400 else [])
    assert len(volumes.attached(VOLUME_ID)) == len(plugged())


def test_a_detach_that_is_not_accepted_is_taken_back(cloud, send, volumes, attached, server_id):
    def lock(_method, path):
        if path.endswith("/action"):
            volumes.before = lambda method, path: None
            cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"lock": None})

    volumes.before = lock
    assert send("DELETE", attached).status == 409
    assert volumes.status(VOLUME_ID) == "in-use"


@pytest.mark.parametrize("minor", [1, 85])
def test_the_volume_service_puts_the_copy_of_a_volume_in_its_place(
    cloud, send, volumes, attached, plugged, minor
):
    copy = volumes.migrate(VOLUME_ID, OTHER_ID)
    response = send("PUT", attached, minor, {"volumeId": copy}, roles="admin,member,service")
    assert (response.status, response.body) == (202, b"")
    cloud.work()
    assert plugged() == [VOLUME_ID]
    # The copy has the id of the volume now.
    assert (volumes.status(VOLUME_ID), volumes.status(copy)) == ("in-use", "deleted")
    assert volumes.volumes[VOLUME_ID]["moved"] == 1
    (shown,) = send("GET", "", 70).json()["volumeAttachments"]
    assert (shown["volumeId"], shown["device"], shown["tag"]) == (VOLUME_ID, "/dev/vdb", "data")


@pytest.mark.parametrize("status", [None, "", "success", "error"])
@pytest.mark.parametrize("minor", [1, 85])
@pytest.mark.parametrize("other", [OTHER_ID, "33333333-0000-4000-8000-000000000000"])
def test_only_a_volume_that_is_migrating_is_swapped(
    cloud, send, volumes, attached, plugged, minor, status, other
):
    volumes.volumes[VOLUME_ID]["migration_status"] = status
    response = send("PUT", attached, minor, {"volumeId": other}, roles="admin,member,service")
    assert response.status == 409
    cloud.work()
    assert (plugged(), volumes.status(VOLUME_ID)) == ([VOLUME_ID], "in-use")
    assert volumes.attached(OTHER_ID) == []


@pytest.mark.parametrize(
    ("minor", "is_known", "status"), [(84, True, 400), (84, False, 404), (85, True, 404)]
)
def test_a_volume_that_is_not_attached_is_not_swapped(
    send, volumes, server_id, minor, is_known, status
):
    if is_known:
        volumes.migrate(VOLUME_ID, OTHER_ID)
    path = VOLUME_ID if is_known else "33333333-0000-4000-8000-000000000000"
    response = send("PUT", f"/{path}", minor, {"volumeId": OTHER_ID}, roles="admin,service")
    assert response.status == status
    assert volumes.attachments == {}


def test_members_choose_whether_a_volume_is_deleted(
    cloud, send, volumes, attached, server_id, show
):
    same = {"volumeId": VOLUME_ID, "id": VOLUME_ID, "serverId": server_id, "tag": "data"}
    assert send("PUT", attached, 85, same | TERMINATION).status == 202
    assert show(3)[ATTACHED] == [{"id": VOLUME_ID, "delete_on_termination": True}]


def test_the_copy_takes_over_whether_it_is_deleted(cloud, send, volumes, attached, show):
    volumes.migrate(VOLUME_ID, OTHER_ID)
    change = {"volumeId": OTHER_ID} | TERMINATION
    assert send("PUT", attached, 85, change, roles="admin,member,service").status == 202
    assert show(3)[ATTACHED][0] == {"id": VOLUME_ID, "delete_on_termination": False}
    cloud.work()
    assert show(3)[ATTACHED] == [{"id": VOLUME_ID, "delete_on_termination": True}]


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("missing", 400),
        ("in-use", 400),
        ("small", 400),
        ("encrypted", 400),
        ("shared", 400),
        ("lock", 409),
        ("suspend", 409),
        ("member", 403),
        ("silent", 503),
        ("swap", 202),
    ],
)
def test_a_swap_that_is_refused_or_fails_changes_nothing(
    cloud, send, volumes, attached, server_id, show, why, status
):
    roles = {"lock": "member,service", "member": why}.get(why, "admin,member,service")
    other = volumes.migrate(VOLUME_ID, OTHER_ID)
    if why == "missing":
        del volumes.volumes[other]
    elif why == "in-use":
        volumes.volumes[other]["status"] = why
    elif why == "encrypted":
        volumes.volumes[other]["encrypted"] = True
    elif why == "small":
        volumes.volumes[VOLUME_ID]["size"] = 2
    elif why == "shared":
        one = next(iter(volumes.attachments.values()))
        volumes.attachments["other"] = one | {"id": "other", "instance": OTHER_ID}
    elif why in ("lock", "suspend"):
        act(cloud, server_id, {why: None})
    elif why == "silent":
        volumes.before = lambda method, _path: setattr(
            volumes, "behaviour", 503 if method == "POST" else None
        )
    cloud.driver.control(fail=[why])
    change = {"volumeId": other} | TERMINATION
    assert send("PUT", attached, 85, change, roles=roles).status == status
    cloud.work()
    assert show(3)[ATTACHED][0] == {"id": VOLUME_ID, "delete_on_termination": False}


@pytest.mark.parametrize(
    "other", [{"tag": "other"}, {"device": "/dev/vdz"}, {"serverId": OTHER_ID}, {"id": OTHER_ID}]
)
def test_nothing_else_of_an_attachment_changes(send, attached, show, other):
    change = {"volumeId": VOLUME_ID} | TERMINATION | other
    assert send("PUT", attached, 85, change).status == 400
    assert show(3)[ATTACHED] == [{"id": VOLUME_ID, "delete_on_termination": False}]


def test_a_lock_keeps_the_volumes_of_a_server(cloud, send, attached, server_id):
    cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"lock": None})
    assert send("DELETE", attached).status == 409
    assert send("POST", "", 1, {"volumeId": OTHER_ID}).status == 409
    assert len(send("GET").json()["volumeAttachments"]) == 1


@pytest.mark.parametrize("vm_state", ["shelved", "shelved_offloaded"])
def test_a_shelved_server_takes_and_gives_volumes_since_2_20(
    cloud, send, volumes, attached, server_id, vm_state
):
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.vm_state = vm_state
        server.host = None if vm_state == "shelved_offloaded" else server.host
        tx.servers.save(server)
    assert send("POST", "", 19, {"volumeId": OTHER_ID}).status == 409
    assert send("DELETE", attached, 19).status == 409
    assert send("POST", "", 20, {"volumeId": OTHER_ID}).status == 200
    assert send("DELETE", attached, 20).status == 202
    cloud.work()
    ids = [one["volumeId"] for one in send("GET").json()["volumeAttachments"]]
    assert ids == [OTHER_ID]
    assert (volumes.status(VOLUME_ID), len(volumes.attached(OTHER_ID))) == ("available", 1)


@pytest.mark.parametrize(("vm_state", "status"), [("shelved", 200), ("shelved_offloaded", 400)])
def test_a_server_without_a_host_takes_no_volume_that_several_servers_may_have(
    cloud, send, volumes, server_id, vm_state, status
):
    volumes.volumes[OTHER_ID] |= {"multiattach": True, "format": "raw"}
    with cloud.db.write() as tx:
        server = tx.servers.get(server_id, lock=True)
        server.vm_state = vm_state
        server.host = None if vm_state == "shelved_offloaded" else server.host
        tx.servers.save(server)
    assert send("POST", "", 60, {"volumeId": OTHER_ID}).status == status
    cloud.work()
    assert len(volumes.attached(OTHER_ID)) == (status == 200)
    assert len(send("GET").json()["volumeAttachments"]) == (status == 200)


@pytest.mark.parametrize("path", ["worker", "api"])
@pytest.mark.parametrize("delete", [True, False])
def test_a_delete_releases_the_volumes(cloud, send, volumes, attached, server_id, path, delete):
    change = {"volumeId": VOLUME_ID, "delete_on_termination": delete}
    assert send("PUT", attached, 85, change).status == 202
    if path == "api":
        cloud.lose_host()
    assert cloud.request("DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    if path == "api":
        cloud.return_host()
    assert volumes.attachments == {}
    assert volumes.status(VOLUME_ID) == ("deleted" if delete else "available")


def test_a_volume_service_that_is_down_delays_no_delete(cloud, volumes, attached, server_id):
    volumes.behaviour = 503
    assert cloud.request("DELETE", f"/v2.1/servers/{server_id}").status == 204
    cloud.work()
    assert cloud.request("GET", f"/v2.1/servers/{server_id}").status == 404
    assert len(volumes.attached(VOLUME_ID)) == 1
    volumes.behaviour = None
    cloud.return_host()
    assert (volumes.attached(VOLUME_ID), volumes.status(VOLUME_ID)) == ([], "available")


def size_of(cloud, server_id):
    """Return the size of the volume in the guest, GiB."""
    return cloud.driver._records.read(server_id)["sizes"].get(VOLUME_ID, 0) >> 30


def grow(cloud, volumes, server_id, volume_id=VOLUME_ID):
    """Make a volume larger, and report it as Cinder does."""
    volumes.volumes[volume_id]["size"] = 2
    event = {"name": "volume-extended", "server_uuid": server_id, "tag": volume_id}
    service = {
        "x-auth-token": "cinder:services:admin,service",
        "openstack-api-version": "compute 2.51",
    }
    answer = cloud.request("POST", "/v2.1/os-server-external-events", {"events": [event]}, service)
    assert (answer.status, answer.json()["events"][0]["code"]) == (200, 200)


@pytest.mark.parametrize("state", ["lock", "os-stop", "pause", "suspend", "rescue"])
def test_a_guest_sees_that_a_volume_has_grown_in_every_state(
    cloud, volumes, attached, server_id, state
):
    act(cloud, server_id, {state: None})
    grow(cloud, volumes, server_id, OTHER_ID)
    cloud.work()
    assert size_of(cloud, server_id) == 1
    grow(cloud, volumes, server_id)
    cloud.work()
    assert size_of(cloud, server_id) == 2


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ({"createImage": {"name": "x"}}, "ACTIVE"),
        ({"reboot": {"type": "SOFT"}}, "ACTIVE"),
        ({"os-stop": None}, "SHUTOFF"),
        ({"suspend": None}, "SUSPENDED"),
        ({"resize": {"flavorRef": "1"}}, "VERIFY_RESIZE"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_guest_sees_that_a_volume_has_grown_whatever_its_server_is_doing(
    cloud, volumes, attached, server_id, show, action, status, is_first
):
    if is_first:
        grow(cloud, volumes, server_id)
    answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action)
    assert answer.status == 202, answer.body
    task = show()["OS-EXT-STS:task_state"]
    if not is_first:
        grow(cloud, volumes, server_id)
    assert show()["OS-EXT-STS:task_state"] == task is not None
    cloud.work()
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == (status, None)
    assert size_of(cloud, server_id) == 2


def test_a_server_without_a_host_gets_a_guest_that_sees_that_a_volume_has_grown(
    cloud, volumes, attached, server_id
):
    act(cloud, server_id, {"shelve": None})
    volumes.volumes[VOLUME_ID]["size"] = 2
    act(cloud, server_id, {"unshelve": None})
    assert size_of(cloud, server_id) == 2


def test_a_volume_that_cannot_grow_keeps_a_server_from_nothing(
    cloud, volumes, attached, server_id, send, show
):
    cloud.driver.control(fail=["extend"])
    grow(cloud, volumes, server_id)
    cloud.work()
    assert (
        cloud.request("POST", f"/v2.1/servers/{server_id}/action", {"os-stop": None}).status == 202
    )
    cloud.work()
    server = show()
    assert (server["status"], server["OS-EXT-STS:task_state"]) == ("SHUTOFF", None)
    assert size_of(cloud, server_id) == 1
    cloud.driver.control(fail=[])
    act(cloud, server_id, {"os-start": None})
    assert size_of(cloud, server_id) == 2
    assert send("DELETE", attached).status == 202
    cloud.work()
    assert send("GET").json()["volumeAttachments"] == []


def act(cloud, server_id, action, minor=1):
    """Ask for an action as an administrator, and let the workers carry it out."""
    headers = {
        "x-auth-token": "alice:p1:admin,member,reader",
        "openstack-api-version": f"compute 2.{minor}",
    }
    answer = cloud.request("POST", f"/v2.1/servers/{server_id}/action", action, headers)
    assert answer.status in (200, 202, 204), answer.body
    cloud.work()


def host_of(cloud, server_id):
    with cloud.db.read() as tx:
        return tx.servers.get(server_id).host


def volumes_on(cloud, server_id, host):
    """Return the volumes of the guest of a server on a host."""
    return cloud._workers[host].driver._records.read(server_id)["volumes"]


@pytest.mark.parametrize(
    "actions",
    [
        [{"reboot": {"type": "HARD"}}],
        [{"os-stop": None}, {"os-start": None}],
        [{"rebuild": {"imageRef": "11111111-1111-4111-8111-111111111111"}}],
        [{"rescue": None}],
        [{"rescue": None}, {"unrescue": None}],
        [{"resize": {"flavorRef": "1"}}],
        [{"resize": {"flavorRef": "1"}}, {"confirmResize": None}],
        [{"resize": {"flavorRef": "1"}}, {"revertResize": None}],
        [{"shelve": None}, {"unshelve": None}],
    ],
    ids=lambda actions: "-".join(next(iter(action)) for action in actions),
)
def test_a_server_keeps_its_volumes(cloud, volumes, attached, server_id, actions):
    for action in actions:
        act(cloud, server_id, action)
    host = host_of(cloud, server_id)
    assert volumes_on(cloud, server_id, host) == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]


@pytest.mark.parametrize("back", [False, True])
def test_a_server_that_goes_to_another_host_takes_its_volumes_along(
    cloud, send, volumes, attached, server_id, back
):
    (before,) = volumes.attachments
    cloud.add_host("host2")
    act(cloud, server_id, {"migrate": None})
    assert host_of(cloud, server_id) == "host2"
    assert volumes_on(cloud, server_id, "host2") == [VOLUME_ID]
    act(cloud, server_id, {"revertResize" if back else "confirmResize": None})
    host = "host1" if back else "host2"
    assert host_of(cloud, server_id) == host
    assert volumes_on(cloud, server_id, host) == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    (attachment,) = volumes.attachments.values()
    assert attachment["id"] != before
    assert attachment["connection_info"]["data"]["host"] == host
    (shown,) = send("GET", minor=89).json()["volumeAttachments"]
    assert shown["attachment_id"] == attachment["id"]


def test_a_server_of_a_dead_host_takes_its_volumes_along(cloud, volumes, attached, server_id):
    cloud.lose_host()
    cloud.add_host("host2")
    act(cloud, server_id, {"evacuate": {}}, minor=95)
    assert host_of(cloud, server_id) == "host2"
    act(cloud, server_id, {"os-start": None})
    assert volumes_on(cloud, server_id, "host2") == [VOLUME_ID]
    assert volumes.attached(VOLUME_ID) == [(server_id, "attached")]
    assert [a["connection_info"]["data"]["host"] for a in volumes.attachments.values()] == ["host2"]


@pytest.mark.parametrize("kind", ["raw", "qcow2"])
def test_two_servers_have_a_volume_if_it_is_raw(cloud, send, volumes, server_id, kind):
    """Two guests would spoil a qcow2 file."""
    volumes.volumes[VOLUME_ID] |= {"multiattach": True, "format": kind}
    other = cloud.boot().json()["server"]["id"]
    cloud.work()
    url = f"/v2.1/servers/{other}/os-volume_attachments"
    headers = {
        "x-auth-token": "alice:p1:member,reader",
        "openstack-api-version": "compute 2.60",
    }
    body = {"volumeAttachment": {"volumeId": VOLUME_ID}}
    assert send("POST", "", 60, {"volumeId": VOLUME_ID}).status == 200
    cloud.work()
    assert cloud.request("POST", url, body, headers).status == 200
    cloud.work()
    servers = {server_id, other} if kind == "raw" else set()
    assert set(volumes.attached(VOLUME_ID)) == {(one, "attached") for one in servers}
    guests = [cloud.driver._records.read(one)["volumes"] for one in (server_id, other)]
    assert guests == [[VOLUME_ID] if servers else []] * 2
