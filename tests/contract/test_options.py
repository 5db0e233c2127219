"""What the operator's options change of the contract."""

from collections.abc import Callable
from typing import Any

import pytest

FRONT_ENDS = ("falcon", "pecan")
NEW = {
    "server": {
        "name": "s",
        "imageRef": "11111111-1111-4111-8111-111111111111",
        "flavorRef": "42",
    }
}


def test_links_lead_to_where_the_api_is_mounted(cloud: Any) -> None:
    def ask(method: str, url: str, body: Any = None) -> Any:
        return cloud.request(method, url, body, script_name="/compute")

    base = "http://compute.example:8774/compute"
    created = ask("POST", "/v2.1/servers", NEW)
    server_id = created.json()["server"]["id"]
    assert created.header("location") == f"{base}/v2.1/servers/{server_id}"
    server = ask("GET", f"/v2.1/servers/{server_id}").json()["server"]
    assert server["links"] == [
        {"rel": "self", "href": f"{base}/v2.1/servers/{server_id}"},
        {"rel": "bookmark", "href": f"{base}/servers/{server_id}"},
    ]
    assert server["flavor"]["links"] == [{"rel": "bookmark", "href": f"{base}/flavors/42"}]
    ask("POST", "/v2.1/servers", NEW)
    more = ask("GET", "/v2.1/servers/detail?limit=1").json()["servers_links"]
    assert more[0]["href"].startswith(f"{base}/v2.1/servers/detail?limit=1&marker=")
    assert ask("GET", "/").json()["versions"][0]["links"][0]["href"] == f"{base}/v2.1/"
    assert ask("GET", "/v2.1/").json()["version"]["links"][0]["href"] == f"{base}/v2.1/"


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_links_lead_to_the_proxy(new_cloud: Callable[..., Any], front_end: str) -> None:
    cloud = new_cloud(front_end, "compute_link_prefix = https://cloud.example/compute/")
    base = "https://cloud.example/compute"
    created = cloud.request("POST", "/v2.1/servers", NEW, script_name="/inside")
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
        cloud.request("POST", "/v2.1/servers", NEW)
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
    created = cloud.request("POST", "/v2.1/servers", NEW).json()
    assert len(created["server"]["adminPass"]) == 30
