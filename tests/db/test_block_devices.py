"""The repository of block devices, on every database."""

from dataclasses import replace
from datetime import timedelta

import pytest

from computeapi.domain.block_devices import BlockDevice, DeviceState
from computeapi.domain.errors import Invalid


def device(number: int, now, server_id: str = "s1", **fields) -> BlockDevice:
    return BlockDevice(f"d{number}", server_id, now, DeviceState.ATTACHED, **fields)


def test_block_devices_are_kept_in_order(database):
    with database.write() as tx:
        now = tx.now()
        first = device(2, now - timedelta(seconds=1), volume_id="v1", connection={"data": {}})
        second, other = device(1, now, volume_id="v2"), device(3, now, "s2", volume_id="v1")
        for one in (second, other, first):
            tx.block_devices.add(one)
    with database.read() as tx:
        assert tx.block_devices.of_server("s1") == [first, second]
        assert tx.block_devices.of_servers(["s1", "s2", "s3"]) == {
            "s1": [first, second],
            "s2": [other],
        }
        assert tx.block_devices.of_servers([]) == {}
        assert tx.block_devices.of_volume("v1") == [first, other]
        assert tx.block_devices.get("d1") == second
    changed = replace(second, state=DeviceState.DETACHING, host="h1", message="no")
    with database.write() as tx:
        tx.block_devices.save(changed)
        tx.block_devices.save(replace(second, id="gone"))
        tx.block_devices.remove("d2")
        tx.block_devices.remove("gone")
    with database.read() as tx:
        assert tx.block_devices.of_server("s1") == [changed]
        assert tx.block_devices.get("gone") is None


def test_a_text_that_is_too_long_is_refused(database):
    with database.write() as tx, pytest.raises(Invalid):
        tx.block_devices.add(device(1, tx.now(), device="x" * 256))


@pytest.mark.parametrize(
    ("state", "age", "server", "expected"),
    [
        ("attached", 0, "here", False),
        ("attached", 0, "deleted", True),
        ("attached", 0, "unknown", True),
        ("attaching", 100, "here", False),
        ("detaching", 0, "here", False),
        ("detaching", 0, "hostless", True),
        ("reserving", 0, "here", False),
        ("reserving", 0, "deleted", False),
        ("reserving", 100, "here", True),
        ("reserving", 100, "deleted", True),
    ],
)
def test_those_that_no_server_needs(database, make_server, state, age, server, expected):
    with database.write() as tx:
        now = tx.now()
        if server != "unknown":
            deleted = server == "deleted"
            kept = make_server(
                id="s1", deleted=deleted, host=None if server == "hostless" else "h1"
            )
            tx.servers.add(kept)
        tx.block_devices.add(
            replace(device(1, now - timedelta(seconds=age), volume_id="v1"), state=state)
        )
    with database.read() as tx:
        found = tx.block_devices.unneeded(now - timedelta(seconds=60))
        assert [one.id for one in found] == (["d1"] if expected else [])
