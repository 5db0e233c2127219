"""The request context, made of the identity that the filters in front found out."""

import dataclasses
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from computeapi.api import request_id
from computeapi.domain import log_context
from computeapi.domain.context import Context
from computeapi.domain.errors import Unauthenticated

#: The headers in which auth_token judges the token of the caller, and that of a service between.
_STATUS, _SERVICE_STATUS = "HTTP_X_IDENTITY_STATUS", "HTTP_X_SERVICE_IDENTITY_STATUS"
_INVALID = "Invalid"


class _Policy(Protocol):
    def is_admin(self, context: Context) -> bool: ...


def from_environ(environ: Mapping[str, Any], policy: _Policy) -> Context:
    """Make the context of a request out of the identity headers.

    :param environ: a WSGI environ that passed a filter which strips identity headers
        that a caller sent and sets the true ones (``auth_token`` or ``noauth``).
    :raises Unauthenticated: when ``auth_token`` found a token invalid and left the decision to
        the application (its option ``delay_auth_decision``).
    """
    if _INVALID in (environ.get(_STATUS), environ.get(_SERVICE_STATUS)):
        raise Unauthenticated
    info = environ.get("keystone.token_info") or {}
    system = info.get("token", {}).get("system") or {}
    context = Context(
        user_id=environ.get("HTTP_X_USER_ID") or None,
        project_id=environ.get("HTTP_X_PROJECT_ID") or None,
        request_id=environ.get(request_id.ENVIRON_KEY) or request_id.generate(),
        roles=_roles(environ.get("HTTP_X_ROLES") or ""),
        token=_token(environ),
        user_domain_id=environ.get("HTTP_X_USER_DOMAIN_ID"),
        project_domain_id=environ.get("HTTP_X_PROJECT_DOMAIN_ID"),
        # auth_token does not strip a scope header that a caller sends; the token itself tells.
        system_scope="all" if system.get("all") else None,
        domain_id=environ.get("HTTP_X_DOMAIN_ID") or None,
    )
    log_context.identify(context.user_id, context.project_id)
    return dataclasses.replace(context, is_admin=True) if policy.is_admin(context) else context


def _token(environ: Mapping[str, Any]) -> str | None:
    """Return the token that auth_token took: of the one header or the other, without spaces."""
    token = environ.get("HTTP_X_AUTH_TOKEN") or environ.get("HTTP_X_STORAGE_TOKEN")
    return token.strip() if token else None


@lru_cache(maxsize=1024)
def _roles(header: str) -> frozenset[str]:
    return frozenset(role for role in header.split(",") if role)
