"""Since 2.102 operations refuse query parameters that they do not know (API version history)."""

import pytest

from computeapi.api.versions import Version
from tests.operations import operations

STRICT = Version(2, 102)
#: Nova takes every query parameter here still.
LOOSE = {
    "/",
    "/v2",
    "/v2.1",
    "/versions/{}",
    "/os-quota-sets/{}/defaults",
    "/servers/{}/os-volume_attachments/{}",
    "/servers/{}/tags",
    "/servers/{}/tags/{}",
}
SHOWN = sorted(
    operation.path
    for operation, span in operations("falcon").items()
    if operation.method == "GET" and STRICT in span and operation.path not in LOOSE
)


def ask(cloud, path, version):
    headers = {"x-auth-token": "root:p1:admin", "openstack-api-version": f"compute {version}"}
    url = f"/v2.1{path.replace('{}', '1')}?surplus=1"
    return cloud.request("GET", url, None, headers)


@pytest.mark.parametrize("path", SHOWN)
def test_an_unknown_query_parameter_is_refused(cloud, path):
    response = ask(cloud, path, STRICT)
    assert response.status == 400
    assert "surplus" in response.json()["badRequest"]["message"]


@pytest.mark.parametrize("path", ["/servers/{}/tags", "/servers/{}/tags/{}"])
def test_tags_take_every_query_parameter(cloud, path):
    assert ask(cloud, path, STRICT).status == 404


@pytest.mark.parametrize("path", ["/servers/{}", "/servers/{}/ips", "/servers/{}/metadata"])
def test_a_server_takes_every_query_parameter_until_2_101(cloud, path):
    assert ask(cloud, path, "2.101").status == 404
