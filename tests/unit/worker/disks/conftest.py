import itertools
import uuid

import pytest

from computeapi.domain.servers import PowerState
from computeapi.virt.driver import GuestSpec
from computeapi.virt.fake_records import Records
from tests.unit.worker.deaths import Points
from tests.unit.worker.disks.site import DIRTY, Site


@pytest.fixture
def points(db, monkeypatch) -> Points:
    points = Points()
    db.before_write = points.pass_one
    for name in ("write", "remove"):
        monkeypatch.setattr(Records, name, points.watch(getattr(Records, name)))
    return points


@pytest.fixture
def site(db, images, tmp_path) -> Site:
    return Site(db, images, tmp_path)


@pytest.fixture
def prepare(points, site, make_server):
    """A function that makes a server with a guest, without a death."""
    numbers = itertools.count(1)

    def prepare(state="active", **fields) -> str:
        server_id = str(uuid.UUID(int=next(numbers)))
        power_state = PowerState.SHUTDOWN if state == "stopped" else PowerState.RUNNING
        with points.calm():
            make_server(server_id, vm_state=state, power_state=power_state, **fields)
            name, ephemeral_gb = f"instance-{server_id}", fields.get("ephemeral_gb", 0)
            site.driver.spawn(GuestSpec(server_id, name, 1, 512, 1, ephemeral_gb), lambda: None)
            record = site.record(server_id)
            site.driver._records.write(record | {"console": record["console"] + DIRTY})
            if state == "stopped":
                site.driver.power_off(server_id, 0, lambda: None)
        return server_id

    return prepare
