"""The list of extensions, from the time when the API was made of extensions."""

from collections.abc import Sequence

from computeapi.domain.context import Context
from computeapi.domain.errors import NotFound
from computeapi.domain.extensions import EXTENSIONS, Extension
from computeapi.policies import extensions as rules
from computeapi.ports.policy import Policy


class Extensions:
    """List and show extensions; the list is the same in every installation."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def list(self, context: Context) -> Sequence[Extension]:
        """Return all extensions by alias.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.SHOW)
        return EXTENSIONS

    def get(self, context: Context, alias: str) -> Extension:
        """Return an extension.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none of that alias.
        """
        self._policy.authorize(context, rules.SHOW)
        for extension in EXTENSIONS:
            if extension.alias == alias:
                return extension
        raise NotFound("The extension could not be found.")
