import pytest

from computeapi.virt.fake_records import Records
from tests.unit.worker.deaths import Points, watch_answers
from tests.unit.worker.volumes.volume_site import VolumeSite


@pytest.fixture
def points(db, monkeypatch) -> Points:
    """The points at which a process may die: before each change, and after the service's answers.

    A process that dies when Cinder has answered does not know the answer.
    """
    points = Points()
    db.before_write = points.pass_one
    for name in ("write", "remove"):
        monkeypatch.setattr(Records, name, points.watch(getattr(Records, name)))
    watch_answers(points, monkeypatch)
    return points


@pytest.fixture
def site(db, images, tmp_path, cinder, make_server) -> VolumeSite:
    return VolumeSite(db, images, tmp_path, cinder, make_server)
