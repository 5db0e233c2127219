"""Paths: trailing slashes, mount points, methods."""

import pytest


@pytest.mark.parametrize("path", ["/v2.1/flavors", "/v2.1/flavors/", "/v2.1/flavors/detail/"])
def test_a_trailing_slash_changes_nothing(client, path):
    assert client.simulate_get(path).status_code == 200


def test_detail_is_no_id(client, services):
    client.simulate_get("/v2.1/flavors/detail")
    client.simulate_get("/v2.1/flavors/details")
    assert [name for name, _ in services.flavors.calls] == ["list", "get"]


@pytest.mark.parametrize("path", ["", "/"])
def test_links_lead_below_the_mount_point(client, path):
    response = client.simulate_get(path or "/", root_path="/falcon", host="compute.test", port=8774)
    links = [version["links"][0]["href"] for version in response.json["versions"]]
    base = "http://compute.test:8774/falcon"
    assert links == [f"{base}/v2/", f"{base}/v2.1/"]
    response = client.simulate_get(
        "/v2.1/flavors?limit=1", root_path="/falcon", host="compute.test", port=8774
    )
    assert [link["href"] for link in response.json["flavors"][0]["links"]] == [
        f"{base}/v2.1/flavors/1",
        f"{base}/flavors/1",
    ]
    assert response.json["flavors_links"] == [
        {"rel": "next", "href": f"{base}/v2.1/flavors?limit=1&marker=1"}
    ]


@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "HEAD", "DELETE"])
def test_a_method_without_responder_is_405(client, method):
    response = client.simulate_request(method, "/v2.1/flavors")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST"
    if method != "HEAD":
        assert response.json["badMethod"]["code"] == 405
