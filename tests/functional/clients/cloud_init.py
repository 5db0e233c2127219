"""Prints what cloud-init understands of the metadata service, or of a config drive.

``python cloud_init.py service URL MAC`` or ``python cloud_init.py drive FOLDER MAC``
"""

import json
import sys
import tempfile
from pathlib import Path

from cloudinit import helpers, util
from cloudinit.net import netplan, network_state
from cloudinit.sources import DataSourceConfigDrive, DataSourceOpenStack
from cloudinit.sources.helpers import openstack


def source(kind: str, place: str, work: str):
    """Return the data source after it has read all."""
    for name in ("cloud", "run"):
        (Path(work) / name).mkdir()
    paths = helpers.Paths({"cloud_dir": f"{work}/cloud", "run_dir": f"{work}/run"})
    if kind == "service":
        # On a machine whose vendor is "OpenStack Foundation" it takes the service by itself.
        DataSourceOpenStack.detect_openstack = lambda *_, **__: True
        options = {"metadata_urls": [place], "timeout": 5, "retries": 0, "max_wait": 20}
        found = DataSourceOpenStack.DataSourceOpenStack(
            {"datasource_list": ["OpenStack"], "datasource": {"OpenStack": options}}, None, paths
        )
    else:
        found = DataSourceConfigDrive.DataSourceConfigDrive({}, None, paths)
        found.seed_dir = place
    assert found.get_data(), f"no data at {place}"
    return found


def main() -> None:
    kind, place, mac = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        found = source(kind, place, work)
        network = openstack.convert_net_json(found.network_json, known_macs={mac: "ens3"})
        state = network_state.parse_net_config_data(network)
        parts = found.get_userdata().walk()
        user_data = [part for part in parts if not part.is_multipart()]
        understood = {
            "id": found.get_instance_id(),
            "hostname": util.get_hostname_fqdn({}, found)[0],
            "keys": found.get_public_ssh_keys(),
            "zone": found.availability_zone,
            "meta": found.metadata.get("meta"),
            "vendor_data": util.load_yaml(found.get_vendordata_raw() or "null", allowed=object),
            "user_data": {
                part.get_filename(): part.get_payload(decode=True).decode() for part in user_data
            },
            "netplan": util.load_yaml(netplan.Renderer()._render_content(state)),
        }
        print(json.dumps(understood))


if __name__ == "__main__":
    main()
