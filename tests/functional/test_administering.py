"""Views and actions of administrators on a real guest."""

import shlex
from contextlib import contextmanager

import pytest
from openstack.exceptions import ConflictException

from tests.functional.clouds import eventually

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


def test_figures_passwords_and_interrupts_of_a_guest(shared_cloud):
    cloud, compute = shared_cloud, shared_cloud.admin.compute
    with agents(cloud), cloud.server("administered") as server:
        assert cloud.ssh("administered", "echo up") == "up"

        figures = compute.get(f"/servers/{server}/diagnostics", microversion="2.48").json()
        assert figures["state"] == "running"
        assert figures["cpu_details"][0]["time"] > 0
        assert figures["disk_details"][0]["read_requests"] > 0
        assert figures["memory_details"]["maximum"] == 128

        for password in ("s3cret", "grün: a'b $x", "last:"):
            compute.change_server_password(server, password)
            assert opens(cloud, "administered", password)
        cloud.ssh("administered", "killall qemu-ga")
        with pytest.raises(ConflictException, match="QEMU guest agent"):
            compute.change_server_password(server, "other")
        assert opens(cloud, "administered", "last:")

        compute.trigger_server_crash_dump(server)
        eventually("the interrupt", lambda: "NMI" in console(compute, server))
        assert cloud.ssh("administered", "echo still up") == "still up"

        cloud.compute.stop_server(server)
        cloud.until(server, "SHUTOFF")
        answer = compute.get(f"/servers/{server}/diagnostics", microversion="2.48")
        assert answer.status_code == 409


def console(compute, server):
    return compute.get_server_console_output(server)["output"]


@contextmanager
def agents(cloud):
    """Give guests a channel to their QEMU guest agent, for the length of the block."""
    images = cloud.admin.image
    image = images.find_image(cloud.settings["images"][0], ignore_missing=False)
    images.update_image(image, hw_qemu_guest_agent="yes")
    try:
        yield
    finally:
        images.update_image(image, hw_qemu_guest_agent="no")


def opens(cloud, name, password):
    """Return whether a password is that of root in a guest."""
    kept = cloud.ssh(name, "head -n 1 /etc/shadow").split(":")[1]
    _, method, salt, _ = kept.split("$")
    method = {"1": "md5", "5": "sha256", "6": "sha512"}[method]
    command = f"mkpasswd -m {method} -S {shlex.quote(salt)} {shlex.quote(password)}"
    return cloud.ssh(name, command) == kept
