"""The rules in force: the defaults, and what the operator's policy file changes of them."""

from collections.abc import Mapping
from typing import Any

from oslo_config import cfg
from oslo_policy import policy

from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden
from computeapi.policies import list_rules


class Enforcer:
    """Decides by oslo.policy.

    :param conf: with oslo.policy's own options (``[oslo_policy] policy_file`` and so on).
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        self._enforcer = policy.Enforcer(conf)
        self._enforcer.register_defaults(list_rules())
        self._enforcer.load_rules()

    def authorize(
        self, context: Context, rule: str, target: Mapping[str, Any] | None = None
    ) -> None:
        """Let pass who may.

        :param target: what the rule looks at; the caller's own project by default.
        :raises Forbidden: when the caller may not.
        """
        if not self.allows(context, rule, target):
            raise Forbidden(f"Policy doesn't allow {rule} to be performed.")

    def allows(self, context: Context, rule: str, target: Mapping[str, Any] | None = None) -> bool:
        """Tell whether the caller may."""
        if target is None:
            target = {"project_id": context.project_id, "user_id": context.user_id}
        return bool(self._enforcer.authorize(rule, target, _credentials(context)))

    def is_admin(self, context: Context) -> bool:
        """Tell whether the caller is an administrator (the rule ``context_is_admin``)."""
        return self.allows(context, "context_is_admin")


def _credentials(context: Context) -> dict[str, Any]:
    return {
        "user_id": context.user_id,
        "project_id": context.project_id,
        "roles": list(context.roles),
        "user_domain_id": context.user_domain_id,
        "project_domain_id": context.project_domain_id,
        "system_scope": context.system_scope,
    }
