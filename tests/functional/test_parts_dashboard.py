"""Horizon, used in a browser."""

from tests.functional.clouds import eventually
from tests.functional.dashboard import NAME, SNAPSHOT, opened


def test_server_is_launched_snapshotted_resized_and_its_console_opened(parts_cloud, tmp_path):
    cloud = parts_cloud
    images = cloud.connection().image
    with opened(cloud, tmp_path) as dashboard:
        dashboard.picture("overview")
        dashboard.show(
            "volumes", "networks", "network_topology", "routers", "security_groups",
            "floating_ips", "key_pairs", "server_groups", "instances",
        )  # fmt: skip
        # The form chooses the only network that there is by itself.
        dashboard.launch({"Source": cloud.settings["images"][0], "Flavor": "m1.nano"})
        dashboard.server("Active", "10.64.")
        dashboard.picture("launched")
        server = cloud.compute.find_server(NAME).id
        if cloud.is_real:
            dashboard.screen(server)
        dashboard.show(f"instances/{server}", "instances")
        dashboard.act("snapshot")
        dashboard.page.fill("#id_name", SNAPSHOT)
        dashboard.submit()
        snapshot = eventually("the snapshot", lambda: images.find_image(SNAPSHOT))
        eventually("its end", lambda: images.get_image(snapshot).status == "active")
        dashboard.show("instances")
        dashboard.act("resize", "Active")
        dashboard.choose("id_flavor", "m1.micro")
        dashboard.picture("resize")
        dashboard.submit()
        dashboard.server("Confirm or Revert Resize/Migrate")
        dashboard.picture("resized")
        dashboard.act("confirm")
        dashboard.server("Active", "m1.micro")
        dashboard.picture("confirmed")
