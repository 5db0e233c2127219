"""The volumes of new servers, as requests name them."""

IMAGE = "11111111-1111-4111-8111-111111111111"
VOLUME_ID = "11111111-0000-4000-8000-000000000000"
ATTACHED = "os-extended-volumes:volumes_attached"


def from_volume(cinder, **fields):
    cinder.add(VOLUME_ID)
    return {"source_type": "volume", "destination_type": "volume", "uuid": VOLUME_ID} | fields


def from_snapshot(cinder, **fields):
    cinder.add(VOLUME_ID, size=2)
    snapshot_id = cinder.add_snapshot(VOLUME_ID)
    return {"source_type": "snapshot", "destination_type": "volume", "uuid": snapshot_id} | fields


def from_image(cinder, **fields):
    given = {"source_type": "image", "destination_type": "volume", "uuid": IMAGE, "volume_size": 3}
    return given | fields


def blank(cinder, **fields):
    return {"source_type": "blank", "destination_type": "volume", "volume_size": 4} | fields


def guest_of(cloud, server_id):
    """Return the record of the guest of a server, on the one host that has one."""
    (found,) = [
        worker.driver._records.read(server_id)
        for worker in cloud._workers.values()
        if server_id in worker.driver.guests()
    ]
    return found
