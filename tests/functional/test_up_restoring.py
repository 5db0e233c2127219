"""A server that is deleted and restored by the real client, on a real guest.

Deletes are deferred by an API of its own, beside that of the cloud: other tests rely on deletes.
"""

import subprocess

import pytest
import yaml

from tests.functional.api_process import answers, free_port
from tests.functional.clouds import BIN, TIMEOUT, eventually, processes_of

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")

NAME = "deferring"


@pytest.fixture(scope="module")
def deferring(shared_cloud):
    """A function that runs the client against an API that defers deletes."""
    port, path = free_port(), shared_cloud.path
    conf = (path / "etc" / "computeapi.conf").read_text()
    for old, new in (
        ("[DEFAULT]\n", "[DEFAULT]\nreclaim_instance_interval = 3600\n"),
        (f"port = {shared_cloud.port}\n", f"port = {port}\n"),
    ):
        assert conf.count(old) == 1
        conf = conf.replace(old, new)
    file = path / "etc" / f"{NAME}.conf"
    file.write_text(conf)
    before = (path / "clouds.yaml").read_text()
    clouds = yaml.safe_load(before)["clouds"]
    url = f"http://127.0.0.1:{port}/v2.1"
    entry = clouds["computeapi"] | {"compute_endpoint_override": url}
    (path / "clouds.yaml").write_text(yaml.safe_dump({"clouds": clouds | {NAME: entry}}))
    with (path / "log" / f"{NAME}.log").open("w") as log:
        command = [BIN / "computeapi-api", "--config-file", str(file)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        eventually("an API", lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None
        yield lambda *words: shared_cloud.openstack("--os-cloud", NAME, *words)
    finally:
        (path / "clouds.yaml").write_text(before)
        process.terminate()
        process.wait(TIMEOUT)


def test_a_deleted_server_is_restored_with_its_disk(shared_cloud, deferring):
    cloud = shared_cloud
    with cloud.server("restored") as server:
        cloud.ssh("restored", "echo still here > /root/file; sync")
        deferring("server", "delete", "restored")
        cloud.until(server, "SOFT_DELETED")
        assert not processes_of(server)
        assert "restored" not in cloud.openstack("server", "list")
        deferring("server", "restore", server)
        cloud.until(server, "ACTIVE")
        assert cloud.ssh("restored", "cat /root/file") == "still here"
        deferring("server", "delete", "restored")
        cloud.until(server, "SOFT_DELETED")
        assert list(cloud.path.rglob(f"*{server}*"))
        deferring("server", "delete", "--force", server)
        eventually("its end", lambda: not list(cloud.path.rglob(f"*{server}*")))
