"""The adapter for Cinder, against a stand-in that answers as Cinder does."""

import pytest
from oslo_config import cfg

from computeapi import conf as configuration
from computeapi import volumes as adapters
from computeapi.domain import errors
from computeapi.domain.context import Context
from computeapi.domain.volumes import Connector, NewVolume, Reservation

CONTEXT = Context(user_id="u", project_id="p", request_id="req-1", token="caller-token")
HERE = Connector("h1", "192.0.2.7", "/dev/vdb")


def load(**options):
    conf = configuration.load()
    for name, value in options.items():
        conf.set_override(name, value, group="volumes")
    return adapters.load(conf)


@pytest.fixture
def volumes(cinder):
    return load(**cinder.options())


@pytest.fixture
def volume_id(cinder):
    properties = {"min_ram": "64", "hw_disk_bus": "scsi"}
    return cinder.add(size=3, multiattach=True, volume_image_metadata=properties)


def test_a_cloud_without_volumes_needs_no_options():
    assert not load().is_enabled


@pytest.mark.parametrize("missing", ["endpoint", "auth_url"])
def test_cinder_needs_its_options(cinder, missing):
    with pytest.raises(cfg.RequiredOptError):
        load(**cinder.options() | {missing: None}).find("v1")


def test_a_volume_is_described(volumes, volume_id):
    volume = volumes.volume(CONTEXT, volume_id)
    assert (volume.id, volume.status, volume.size_gb) == (volume_id, "available", 3)
    assert (volume.is_multiattach, volume.is_bootable, volume.min_ram) == (True, True, 64)
    assert volume.image_properties["hw_disk_bus"] == "scsi"
    assert volumes.find(volume_id) == volume
    assert volumes.find("none") is None


def test_types_of_volumes_are_listed(cinder, volumes):
    types = {name for one in cinder.types.items() for name in one}
    assert set(volumes.types(CONTEXT)) == types
    assert len([one for one in cinder.requests if one[1] == "/v3/types"]) == 2
    assert not load().types(CONTEXT)


def test_an_attachment_is_reserved_connected_completed_and_ended(cinder, volumes, volume_id):
    made = volumes.reserve(CONTEXT, volume_id, "s1")
    assert volumes.attachments(volume_id, "s1") == [made]
    assert volumes.attachments(volume_id, "s2") == []
    connection = volumes.connect(made, HERE)
    assert connection["driver_volume_type"] == "nfs"
    assert connection["data"]["host"] == "h1"
    volumes.complete(made)
    assert cinder.attached(volume_id) == [("s1", "attached")]
    assert [one["device"] for one in cinder.attachments.values()] == ["/dev/vdb"]
    again = volumes.reserve_again(volume_id, "s1")
    assert set(volumes.attachments(volume_id, "s1")) == {made, again}
    for _ in range(2):
        volumes.release(made)
    volumes.release(again)
    assert cinder.status(volume_id) == "available"


def test_reserved_volumes_are_listed(cinder, volumes):
    ids = [cinder.add() for _ in range(4)]
    made = [volumes.reserve(CONTEXT, one, "s1") for one in ids]
    volumes.connect(made[0], HERE)
    expected = zip(made[1:], ids[1:], strict=True)
    assert volumes.reservations() == [Reservation(one, volume, "s1") for one, volume in expected]
    assert load().reservations() == []


def test_volumes_that_are_detaching_are_listed(cinder, volumes):
    found = [cinder.add(status=status) for status in ("in-use", "detaching")]
    assert volumes.detaching() == found[1:]
    assert load().detaching() == []


def test_a_volume_is_made_found_and_deleted(cinder, volumes):
    made = volumes.create(CONTEXT, NewVolume("d1", 2, volume_type="fast"))
    assert (cinder.volumes[made]["size"], cinder.volumes[made]["volume_type"]) == (2, "fast")
    assert (volumes.made_for("d1"), volumes.made_for("d2")) == ([made], [])
    for _ in range(2):
        volumes.delete(made)
    assert cinder.volumes == {}


def test_a_snapshot_is_taken_described_and_reported(cinder, volumes, volume_id):
    taken = volumes.create_snapshot(CONTEXT, volume_id, "snapshot of s")
    assert (taken.volume_id, taken.size_gb) == (volume_id, 3)
    volumes.report_snapshot(taken.id, "error", "90%")
    assert volumes.snapshot(CONTEXT, taken.id).status == "error"


def test_callers_and_services_are_told_apart(cinder, volumes, volume_id):
    volumes.volume(CONTEXT, volume_id)
    volumes.find(volume_id)
    assert [list(request[2:]) for request in cinder.requests] == [
        ["caller-token", "service-token"],
        ["service-token", "service-token"],
    ]


def test_a_caller_needs_a_token(volumes):
    with pytest.raises(errors.Forbidden):
        volumes.volume(Context("u", "p", "req-2"), "v1")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda v: v.volume(CONTEXT, "x"), "Volume x could not be found."),
        (lambda v: v.reserve(CONTEXT, "x", "s1"), "Volume x could not be found."),
        (lambda v: v.reserve_again("x", "s1"), "Volume x could not be found."),
        (lambda v: v.snapshot(CONTEXT, "x"), "Snapshot x could not be found."),
        (lambda v: v.create_snapshot(CONTEXT, "x", "n"), "Volume x could not be found."),
        (lambda v: v.report_snapshot("x", "error", ""), "Snapshot x could not be found."),
        (lambda v: v.connect("x", HERE), "Volume attachment x could not be found."),
        (lambda v: v.complete("x"), "Volume attachment x could not be found."),
    ],
)
@pytest.mark.parametrize("backend", ["cinder", "none"])
def test_a_thing_that_is_not_there(cinder, call, message, backend):
    found = load(**cinder.options() | {"backend": backend})
    with pytest.raises(errors.NotFound) as caught:
        call(found)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.Invalid),
        (401, errors.Forbidden),
        (403, errors.Forbidden),
        (409, errors.Conflict),
        (413, errors.QuotaExceeded),
        (418, errors.Error),
        (429, errors.VolumesUnreachable),
        (500, errors.VolumesUnreachable),
        (503, errors.VolumesUnreachable),
    ],
)
def test_an_answer_that_is_no_success(cinder, volumes, volume_id, status, error):
    cinder.behaviour = status
    with pytest.raises(error) as caught:
        volumes.reserve(CONTEXT, volume_id, "s1")
    assert type(caught.value) is error
    if status in (400, 403, 409, 413):
        assert caught.value.message == "It was told to."


@pytest.mark.parametrize("option", ["endpoint", "auth_url"])
def test_a_service_that_is_not_there(cinder, option):
    volumes = load(**cinder.options() | {option: "http://127.0.0.1:1/v3"})
    with pytest.raises(errors.VolumesUnreachable):
        volumes.find("v1")


def test_an_answer_that_makes_no_sense(cinder, volumes, volume_id):
    cinder.volumes[volume_id] = {"status": "available"}
    with pytest.raises(errors.VolumesUnreachable):
        volumes.volume(CONTEXT, volume_id)
