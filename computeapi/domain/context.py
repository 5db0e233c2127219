"""The caller of a request."""

from dataclasses import dataclass, field
from enum import StrEnum

from computeapi.domain.errors import Forbidden, Unauthenticated


class Scope(StrEnum):
    """The scope of a token (Identity API v3, "Authentication and token management")."""

    PROJECT = "project"
    DOMAIN = "domain"
    SYSTEM = "system"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Context:
    """The caller of one request, as the identity service vouched for them.

    :ivar project_id: None for a token without a project; it never stands for all projects.
    :ivar roles: role names, implied ones included.
    :ivar is_admin: whether the policy rule ``context_is_admin`` holds.
    :ivar token: the caller's token, to act in their name towards other services.
    :ivar domain_id: of a token that is scoped to a domain.
    :ivar system_scope: "all" for a token that is scoped to the system.
    """

    user_id: str | None
    project_id: str | None
    request_id: str
    roles: frozenset[str] = frozenset()
    is_admin: bool = False
    token: str | None = field(default=None, repr=False)
    user_domain_id: str | None = None
    project_domain_id: str | None = None
    system_scope: str | None = None
    domain_id: str | None = None

    @property
    def scope(self) -> Scope:
        """The scope of the caller's token."""
        if self.system_scope:
            return Scope.SYSTEM
        if self.domain_id:
            return Scope.DOMAIN
        return Scope.PROJECT if self.project_id else Scope.NONE

    def require_project(self) -> str:
        """Return the id of the caller's project.

        :raises Forbidden: when the caller's token has no project.
        """
        if not self.project_id:
            raise Forbidden("This needs a token that is scoped to a project.")
        return self.project_id

    def require_user(self) -> str:
        """Return the id of the caller.

        :raises Unauthenticated: when the identity service named no user.
        """
        if not self.user_id:
            raise Unauthenticated
        return self.user_id
