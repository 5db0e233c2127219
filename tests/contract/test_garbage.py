"""A request that was answered leaves nothing that only the garbage collector would find."""

import gc
from typing import Any

import pytest

NEW = {
    "server": {
        "name": "s",
        "imageRef": "11111111-1111-4111-8111-111111111111",
        "flavorRef": "42",
    }
}
REQUESTS = [
    ("GET", "/v2.1/", None, 200),
    ("GET", "/v2.1/servers?limit=20", None, 200),
    ("GET", "/v2.1/servers/{id}", None, 200),
    ("GET", "/v2.1/servers/none", None, 404),
    ("GET", "/v2.1/servers/detail?limit=many", None, 400),
    ("POST", "/v2.1/servers", NEW, 202),
    ("POST", "/v2.1/servers/{id}/action", {"os-start": None}, 409),
    ("PUT", "/v2.1/servers/{id}", {"server": {"name": "t"}}, 200),
]


@pytest.mark.parametrize(("method", "url", "body", "status"), REQUESTS)
def test_no_request_is_kept_by_a_cycle(
    cloud: Any, method: str, url: str, body: Any, status: int
) -> None:
    server_id = cloud.request("POST", "/v2.1/servers", NEW).json()["server"]["id"]
    url = url.format(id=server_id)
    cloud.request(method, url, body)  # the first one imports and remembers
    gc.collect()
    gc.disable()
    try:
        assert cloud.request(method, url, body).status == status
        assert gc.collect() == 0
    finally:
        gc.enable()
