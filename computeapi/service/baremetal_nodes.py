"""Bare metal nodes: the answers of a cloud without a bare metal service."""

from typing import NoReturn

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotSupported
from computeapi.policies import baremetal_nodes as rules
from computeapi.ports.policy import Policy


class BaremetalNodes:
    """Refuse every request about bare metal nodes."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def list(self, context: Context) -> NoReturn:
        """Refuse to list nodes.

        :raises Forbidden: when the caller may not list them.
        :raises NotSupported: when the caller may.
        """
        self._policy.authorize(context, rules.LIST)
        raise _no_service()

    def get(self, context: Context) -> NoReturn:
        """Refuse to show a node.

        :raises Forbidden: when the caller may not see it.
        :raises NotSupported: when the caller may.
        """
        self._policy.authorize(context, rules.SHOW)
        raise _no_service()

    def change(self) -> NoReturn:
        """Refuse to make, change or delete a node: the Compute API never did.

        :raises Invalid: always.
        """
        raise Invalid("Command not supported: use the bare metal service for it.")


def _no_service() -> NotSupported:
    return NotSupported("This cloud has no bare metal service.")
