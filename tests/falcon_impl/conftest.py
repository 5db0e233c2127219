"""The Falcon application over services that only note what they are asked."""

from dataclasses import dataclass, field, fields
from types import SimpleNamespace
from typing import Any

import falcon
import pytest
from falcon import testing

from computeapi.domain.flavors import Flavor
from computeapi.domain.paging import Page
from computeapi.falcon_impl.app import create
from computeapi.service.servers import Servers

#: The nouns whose services need no answer of their own.
NOUNS = (
    "aggregates", "assisted_volume_snapshots", "baremetal_nodes", "extensions",
    "external_events", "extra_specs",
    "console_tokens", "hosts", "hypervisors", "images", "migrations", "compute_services",
    "networks", "security_groups", "floating_ips",
)  # fmt: skip
TINY = Flavor("1", "m1.tiny", 512, 1, 1)


@dataclass
class Service:
    """Notes how it is called, and answers as told.

    :ivar answer: what every method returns, or raises when it is an exception.
    """

    answer: Any = None
    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        def method(*args: Any) -> Any:
            self.calls.append((name, args))
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return method


class Themes(Service):
    """A service whose themes are the service itself."""

    def __getattr__(self, name: str) -> Any:
        if name in {theme.name for theme in fields(Servers)}:
            return self
        return super().__getattr__(name)


class Policy:
    def is_admin(self, context):
        return False

    def allows(self, context, rule, target=None):
        return False


@pytest.fixture
def services():
    """Stand-ins for ``bootstrap.CoreServices``."""
    return SimpleNamespace(
        conf=SimpleNamespace(api=SimpleNamespace(max_limit=1000, compute_link_prefix=None)),
        policy=Policy(),
        servers=Themes(),
        flavors=Service(Page([TINY], more=True)),
        keypairs=Service(),
        availability_zones=Service(),
        limits=Service(),
        quota_sets=Service(),
        quota_class_sets=Service(),
        server_groups=Service(),
        simple_tenant_usage=Service(),
        instance_usage_audit_log=Service(),
        **{noun: Service() for noun in NOUNS},
    )


@pytest.fixture
def app(services) -> falcon.App:
    return create(services)


@pytest.fixture
def client(app) -> testing.TestClient:
    return testing.TestClient(app)
