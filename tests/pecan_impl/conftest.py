"""The Pecan application over services that only note what they are asked."""

import json
from collections.abc import Callable
from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import pytest
import webob

from computeapi.domain.paging import Page
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.pecan_impl import app as pecan_app
from computeapi.service.servers import Servers

#: The nouns whose services need no answer of their own.
NOUNS = (
    "aggregates", "assisted_volume_snapshots", "baremetal_nodes", "extensions",
    "external_events", "extra_specs",
    "hosts", "hypervisors", "migrations", "compute_services",
    "networks", "security_groups", "floating_ips",
)  # fmt: skip


class Policy:
    """A policy by which every caller may read, and no caller is an administrator."""

    def is_admin(self, context: Any) -> bool:
        return False

    def allows(self, context: Any, rule: str, target: Any = None) -> bool:
        return False


class Noun:
    """A service that notes each call, and answers or fails as it was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple]] = []
        self.answers: dict[str, Any] = {}

    def __getattr__(self, method: str) -> Callable:
        def call(context: Any, *args: Any) -> Any:
            self.calls.append((method, args))
            answer = self.answers.get(method)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


class Themes(Noun):
    """A service whose themes are the service itself."""

    def __getattr__(self, name: str) -> Any:
        if name in {theme.name for theme in fields(Servers)}:
            return self
        return super().__getattr__(name)


def make_services() -> SimpleNamespace:
    services = SimpleNamespace(
        conf=SimpleNamespace(api=SimpleNamespace(max_limit=1000, compute_link_prefix=None)),
        policy=Policy(),
        servers=Themes(),
        flavors=Noun(),
        keypairs=Noun(),
        availability_zones=Noun(),
        limits=Noun(),
        quota_sets=Noun(),
        quota_class_sets=Noun(),
        server_groups=Noun(),
        simple_tenant_usage=Noun(),
        instance_usage_audit_log=Noun(),
        **{noun: Noun() for noun in NOUNS},
    )
    services.limits.answers["get"] = (Quotas(), QuotaUsage())
    services.keypairs.answers["list"] = Page([], more=False)
    return services


@pytest.fixture
def services():
    return make_services()


@pytest.fixture
def new_services():
    """Make other services."""
    return make_services


@pytest.fixture
def ask(services):
    """Send a request: ``ask("GET", "/v2.1/servers")``."""
    app = pecan_app.create(services)

    def send(
        method: str, path: str, body: Any = None, headers: dict | None = None
    ) -> webob.Response:
        request = webob.Request.blank(path, method=method, headers=headers or {})
        if body is not None:
            request.body = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.headers.setdefault("Content-Type", "application/json")
        return request.get_response(app)

    return send
