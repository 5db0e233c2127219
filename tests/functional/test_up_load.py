"""Keystone and Glance of ``computeapi up`` under many callers at a time."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.filterwarnings("ignore:::openstack")
THREADS = 8
ROUNDS = 4


@pytest.fixture(scope="module")
def administrator(fake_cloud):
    return fake_cloud.admin


def at_once(work):
    """Repeat the work in each of the threads; return the results."""
    with ThreadPoolExecutor(THREADS) as pool:
        runs = [pool.submit(work) for _ in range(THREADS * ROUNDS)]
        return [answer for run in runs for answer in run.result()]


def send(session, service, method, path, **body):
    """Return the answer, whatever it says; ask once only."""
    endpoint = {"service_type": service, "interface": "public"}
    options = {"raise_exc": False, "status_code_retries": 0, "connect_retries": 0}
    return session.request(path, method, endpoint_filter=endpoint, **options, **body)


@pytest.mark.parametrize("kind", ["project", "user"])
def test_identities_are_made_and_deleted_at_once(administrator, kind):
    session = administrator.session

    def work():
        body = {kind: {"name": uuid.uuid4().hex, "domain_id": "default"}}
        made = send(session, "identity", "POST", f"/{kind}s", json=body)
        url = f"/{kind}s/{made.json().get(kind, {}).get('id')}"
        changed = send(session, "identity", "PATCH", url, json={kind: {"description": "new"}})
        return (
            made.status_code,
            changed.status_code,
            *(send(session, "identity", method, url).status_code for method in ("GET", "DELETE")),
        )

    assert set(at_once(work)) == {200, 201, 204}


def test_images_are_made_and_deleted_at_once(administrator):
    session = administrator.session

    def work():
        body = {"name": "an-image", "disk_format": "raw", "container_format": "bare"}
        made = send(session, "image", "POST", "/v2/images", json=body)
        url = f"/v2/images/{made.json().get('id')}"
        octets = {"Content-Type": "application/octet-stream"}
        filled = send(session, "image", "PUT", f"{url}/file", data=b"x", headers=octets)
        deleted = send(session, "image", "DELETE", url)
        return made.status_code, filled.status_code, deleted.status_code

    assert set(at_once(work)) == {201, 204}
