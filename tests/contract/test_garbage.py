"""A request that was answered leaves nothing that only the garbage collector would find."""

import gc
from types import SimpleNamespace
from typing import Any

import pytest

from computeapi.policies import enforcer

REQUESTS = [
    ("GET", "/v2.1/", None, 200),
    ("GET", "/v2.1/servers?limit=20", None, 200),
    ("GET", "/v2.1/servers/{id}", None, 200),
    ("GET", "/v2.1/servers/none", None, 404),
    ("GET", "/v2.1/servers/detail?limit=many", None, 400),
    ("POST", "/v2.1/servers", "new", 202),
    ("POST", "/v2.1/servers/{id}/action", {"os-start": None}, 409),
    ("PUT", "/v2.1/servers/{id}", {"server": {"name": "t"}}, 200),
]


@pytest.mark.parametrize(("method", "url", "body", "status"), REQUESTS)
def test_no_request_is_kept_by_a_cycle(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, method: str, url: str, body: Any, status: int
) -> None:
    # oslo.policy, asked anew whenever decisions expire, leaves a cycle (in literal_eval).
    monkeypatch.setattr(enforcer, "time", SimpleNamespace(monotonic=lambda: 0.0))
    url = url.format(id=cloud.boot().json()["server"]["id"])
    body = cloud.new if body == "new" else body
    cloud.request(method, url, body)  # the first one imports and remembers
    gc.collect()
    gc.disable()
    try:
        assert cloud.request(method, url, body).status == status
        assert gc.collect() == 0
    finally:
        gc.enable()
