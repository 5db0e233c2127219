"""The authorisation policy."""

from collections.abc import Mapping
from typing import Any, Protocol

from computeapi.domain.context import Context


class Policy(Protocol):
    """The authorisation policy."""

    def authorize(
        self, context: Context, rule: str, target: Mapping[str, Any] | None = None
    ) -> None:
        """Raise Forbidden unless the caller may do this.

        :param target: the object that the rule looks at; the caller's own project by default.
        :raises Forbidden: when the caller may not.
        """

    def authorize_scope(self, context: Context, rule: str) -> None:
        """Raise Forbidden unless the rule admits tokens of this scope.

        :raises Forbidden: when it does not.
        """

    def allows(self, context: Context, rule: str, target: Mapping[str, Any] | None = None) -> bool:
        """Return whether the caller may do this."""
