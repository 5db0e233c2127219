"""Both front ends with a volume service: a volume comes in the place of another."""

import pytest

from tests.contract.volumes.attachments import (
    ATTACHED,
    OTHER_ID,
    TERMINATION,
    VOLUME_ID,
    act,
)


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
