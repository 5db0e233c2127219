"""Applications, and where they are mounted."""

import pytest
import webob
from paste import deploy

from computeapi.db import migration
from computeapi.domain.flavors import Flavor
from computeapi.domain.keypairs import Keypair
from computeapi.domain.paging import Page
from computeapi.pecan_impl import app as pecan_app

FLAVOR = Flavor("1", "tiny", 512, 1, 1)


def test_two_applications_do_not_mix(new_services):
    services = [new_services() for _ in range(3)]
    apps = [pecan_app.create(one) for one in services]
    for number in (0, 2, 1, 0):
        response = webob.Request.blank(f"/v2.1/flavors/{number}", method="DELETE")
        assert response.get_response(apps[number]).status_int == 202
    asked = [[args for _, args in one.flavors.calls] for one in services]
    assert asked == [[("0",), ("0",)], [("1",)], [("2",)]]


@pytest.mark.parametrize("mount", ["", "/pecan", "/a/b"])
def test_links_tell_of_the_mount_point(services, mount):
    services.flavors.answers["list"] = Page([FLAVOR], more=True)
    request = webob.Request.blank("/v2.1/flavors?limit=1&x=a%20b&marker=0", base_url=None)
    request.script_name = mount
    response = request.get_response(pecan_app.create(services))
    base = f"http://localhost{mount}"
    assert response.json == {
        "flavors": [
            {
                "id": "1",
                "name": "tiny",
                "links": [
                    {"rel": "self", "href": f"{base}/v2.1/flavors/1"},
                    {"rel": "bookmark", "href": f"{base}/flavors/1"},
                ],
            }
        ],
        "flavors_links": [{"rel": "next", "href": f"{base}/v2.1/flavors?limit=1&x=a+b&marker=1"}],
    }


@pytest.mark.parametrize("path", ["/", ""])
def test_root_of_a_mount_point_needs_no_slash(services, path):
    request = webob.Request.blank("/")
    request.script_name, request.path_info = "/pecan", path
    response = request.get_response(pecan_app.create(services))
    assert response.json["versions"][1]["links"][0]["href"] == "http://localhost/pecan/v2.1/"


def test_slash_at_the_end_neither_redirects_nor_loses_the_body(ask, services):
    response = ask("POST", "/v2.1/servers/A/action/", {"os-stop": None})
    assert response.status_int == 202
    assert services.servers.calls == [("stop", ("A",))]


def test_fields_of_the_future_are_left_out(ask, services):
    keypair = Keypair(1, "u", "k", "ssh", "key", "print", None)
    services.keypairs.answers["list"] = Page([keypair], more=False)
    for version, shown in (("2.1", False), ("2.2", True), ("2.1", False), ("latest", True)):
        response = ask(
            "GET", "/v2.1/os-keypairs", headers={"OpenStack-API-Version": f"compute {version}"}
        )
        assert ("type" in response.json["keypairs"][0]["keypair"]) is shown


def test_paste_makes_one_of_a_configuration_file(tmp_path):
    migration.upgrade(f"sqlite:///{tmp_path}/computeapi.sqlite")
    config = tmp_path / "computeapi.conf"
    config.write_text(
        f"[DEFAULT]\nstate_path = {tmp_path}\n"
        "[images]\nbackend = folder\n[api]\ncompute_link_prefix = https://cloud.example/nova\n"
    )
    paste = tmp_path / "paste.ini"
    paste.write_text(f"[app:main]\npaste.app_factory = {pecan_app.__name__}:app_factory\n")
    app = deploy.loadapp(f"config:{paste}", global_conf={"config_file": str(config)})
    response = webob.Request.blank("/v2.1").get_response(app)
    assert response.json["version"]["links"][0]["href"] == "https://cloud.example/nova/v2.1/"
