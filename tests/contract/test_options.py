"""The changes of the contract by the operator's options."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FRONT_ENDS = ("falcon", "pecan")


def test_links_lead_to_where_the_api_is_mounted(cloud: Any) -> None:
    def ask(url: str) -> Any:
        return cloud.request("GET", url, script_name="/compute")

    base = "http://compute.example:8774/compute"
    created = cloud.boot("/compute")
    server_id = created.json()["server"]["id"]
    assert created.header("location") == f"{base}/v2.1/servers/{server_id}"
    server = ask(f"/v2.1/servers/{server_id}").json()["server"]
    assert server["links"] == [
        {"rel": "self", "href": f"{base}/v2.1/servers/{server_id}"},
        {"rel": "bookmark", "href": f"{base}/servers/{server_id}"},
    ]
    assert server["flavor"]["links"] == [{"rel": "bookmark", "href": f"{base}/flavors/42"}]
    cloud.boot("/compute")
    more = ask("/v2.1/servers/detail?limit=1").json()["servers_links"]
    assert more[0]["href"].startswith(f"{base}/v2.1/servers/detail?limit=1&marker=")
    assert ask("/").json()["versions"][1]["links"][0]["href"] == f"{base}/v2.1/"
    assert ask("/v2.1/").json()["version"]["links"][0]["href"] == f"{base}/v2.1/"


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_links_lead_to_the_proxy(new_cloud: Callable[..., Any], front_end: str) -> None:
    cloud = new_cloud(front_end, "compute_link_prefix = https://cloud.example/compute/")
    base = "https://cloud.example/compute"
    created = cloud.boot("/inside")
    assert created.header("location").startswith(f"{base}/v2.1/servers/")
    flavors = cloud.request("GET", "/v2.1/flavors?limit=1").json()
    assert flavors["flavors"][0]["links"][1]["href"] == f"{base}/flavors/1"
    assert flavors["flavors_links"][0]["href"] == f"{base}/v2.1/flavors?limit=1&marker=1"
    assert cloud.request("GET", "/v2.1/").json()["version"]["links"][0]["href"] == f"{base}/v2.1/"


@pytest.mark.parametrize("front_end", FRONT_ENDS)
@pytest.mark.parametrize("query", ["", "?limit=3", "?limit=1000"])
def test_no_page_is_larger_than_the_maximum(
    new_cloud: Callable[..., Any], front_end: str, query: str
) -> None:
    cloud = new_cloud(front_end, "max_limit = 2")
    for _ in range(5):
        cloud.boot()
    for noun, count in (("servers", 5), ("flavors", 8)):
        url, sizes, seen = f"/v2.1/{noun}{query}", [], set()
        while url:
            page = cloud.request("GET", url).json()
            sizes.append(len(page[noun]))
            seen |= {item["id"] for item in page[noun]}
            links = page.get(f"{noun}_links", [{"href": ""}])
            url = links[0]["href"].removeprefix("http://compute.example:8774")
        assert max(sizes) == 2
        assert sum(sizes) == len(seen) == count


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_passwords_are_as_long_as_they_are_told(
    new_cloud: Callable[..., Any], front_end: str
) -> None:
    cloud = new_cloud(front_end, "password_length = 30")
    created = cloud.boot().json()
    assert len(created["server"]["adminPass"]) == 30


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_rule_of_its_own_hides_the_extra_specs_of_the_flavors_of_servers(
    new_cloud: Callable[..., Any], front_end: str, tmp_path: Path
) -> None:
    rules = tmp_path / "policy.yaml"
    rules.write_text('"os_compute_api:servers:show:flavor-extra-specs": "role:admin"\n')
    cloud = new_cloud(front_end, f"[oslo_policy]\npolicy_file = {rules}")
    server = cloud.boot().json()["server"]["id"]
    shown = {}
    for role in ("member,reader", "admin"):
        headers = {"x-auth-token": f"alice:p1:{role}", "openstack-api-version": "compute 2.47"}
        one = cloud.request("GET", f"/v2.1/servers/{server}", headers=headers).json()["server"]
        [listed] = cloud.request("GET", "/v2.1/servers/detail", headers=headers).json()["servers"]
        shown[role] = ["extra_specs" in each["flavor"] for each in (one, listed)]
    assert shown == {"member,reader": [False, False], "admin": [True, True]}
