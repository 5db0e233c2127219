"""Views and actions of administrators on a real guest."""

import pytest
from openstack.exceptions import ConflictException

from tests.functional.clouds import eventually

# The client warns of what it calls itself.
pytestmark = pytest.mark.filterwarnings("ignore:::openstack")


def test_figures_passwords_and_interrupts_of_a_guest(shared_cloud):
    cloud, compute = shared_cloud, shared_cloud.admin.compute
    with cloud.server("administered") as server:
        assert cloud.ssh("administered", "echo up") == "up"

        figures = compute.get(f"/servers/{server}/diagnostics", microversion="2.48").json()
        assert figures["state"] == "running"
        assert figures["cpu_details"][0]["time"] > 0
        assert figures["disk_details"][0]["read_requests"] > 0
        assert figures["memory_details"]["maximum"] == 128

        with pytest.raises(ConflictException, match="hw_qemu_guest_agent"):
            compute.change_server_password(server, "secret")

        compute.trigger_server_crash_dump(server)
        eventually("the interrupt", lambda: "NMI" in console(compute, server))
        assert cloud.ssh("administered", "echo still up") == "still up"

        cloud.compute.stop_server(server)
        cloud.until(server, "SHUTOFF")
        answer = compute.get(f"/servers/{server}/diagnostics", microversion="2.48")
        assert answer.status_code == 409


def console(compute, server):
    return compute.get_server_console_output(server)["output"]
