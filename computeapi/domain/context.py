"""Who asks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """The caller of one request, as the identity service vouched for them.

    :ivar roles: role names, implied ones included.
    :ivar is_admin: whether the policy rule ``context_is_admin`` holds.
    :ivar token: the caller's token, to act in their name towards other services.
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
