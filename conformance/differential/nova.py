"""A whole Nova in one process that believes tokens: ``python -m conformance.differential.nova``.

It runs in a virtualenv of Nova with the packages of :data:`testing.nova.PACKAGES`. A token is
``USER:PROJECT:ROLE,ROLE``, as the filter ``noauth`` of this service takes it.
"""

from testing.nova import whole  # isort: skip

import unittest.mock
from collections.abc import Mapping
from typing import Any

from nova import context
from nova.tests.fixtures import policy


def caller(environ: Mapping[str, str], **options: Any) -> context.RequestContext:
    """Return the caller that a token names."""
    user, project, roles = environ["HTTP_X_AUTH_TOKEN"].split(":")
    names = roles.split(",")
    return context.RequestContext(user, project, is_admin="admin" in names, roles=names, **options)


class Guarded(whole.Whole):
    """The services with the policies and the validation of an installation."""

    def _setup_services(self) -> None:
        # The tests take what releases before 2023 allowed, too.
        self.flags(group="oslo_policy", enforce_new_defaults=True)
        self.useFixture(policy.RealPolicyFixture())
        self.flags(group="api", response_validation="ignore")
        super()._setup_services()


def main() -> None:
    """Run it."""
    with (
        unittest.mock.patch.object(whole, "caller", caller),
        unittest.mock.patch.object(whole, "Whole", Guarded),
    ):
        whole.main()


if __name__ == "__main__":
    main()
