"""The rules in force: the defaults, with the changes of the operator's policy file."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from oslo_config import cfg
from oslo_policy import opts

from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden
from computeapi.policies import files, list_rules
from computeapi.ports.policy import Policy

LOG = logging.getLogger(__name__)

#: Seconds for which a decision holds, and within which a changed policy file takes effect.
LIFETIME = 2.0
_MAX_DECISIONS = 10_000


class Enforcer(Policy):
    """Decides by oslo.policy, and remembers for :data:`LIFETIME` seconds.

    A decision depends on the caller and the target alone, and callers ask the same again and
    again: oslo.policy takes some 200 µs for each, most of it to look whether its files changed.

    :param conf: with oslo.policy's own options (``[oslo_policy] policy_file`` and so on).
    :raises computeapi.policies.files.PolicyFileError: when a policy file cannot be used.
    """

    def __init__(self, conf: cfg.ConfigOpts) -> None:
        rules = list(list_rules())
        # oslo.policy takes a token without any scope for one of a project, and its older
        # releases can be told to ignore scopes: so they are compared here.
        self._scopes = {rule.name: frozenset(rule.scope_types or ()) for rule in rules}
        self._conf = conf
        self._defaults = rules
        opts.set_defaults(conf)  # which registers them
        self._files = self._loaded = files.signature(conf)
        self._enforcer = files.load(conf, rules)
        self._decisions: dict[tuple[object, ...], bool] = {}
        self._expires = 0.0

    def authorize(
        self, context: Context, rule: str, target: Mapping[str, Any] | None = None
    ) -> None:
        """Raise Forbidden unless the caller may do this.

        :param target: what the rule looks at; the caller's own project by default.
        :raises Forbidden: when the caller may not.
        """
        if not self.allows(context, rule, target):
            raise _forbidden(rule)

    def authorize_scope(self, context: Context, rule: str) -> None:
        """Raise Forbidden unless the rule admits tokens of this scope.

        For requests whose caller must not learn whether the resource exists.

        :raises Forbidden: when it does not.
        """
        if context.scope not in self._scopes[rule]:
            raise _forbidden(rule)

    def allows(self, context: Context, rule: str, target: Mapping[str, Any] | None = None) -> bool:
        """Return whether the caller may do this."""
        if target is None:
            target = {"project_id": context.project_id, "user_id": context.user_id}
        key = (rule, *_caller(context), *target.items())
        now = time.monotonic()
        if now >= self._expires or len(self._decisions) >= _MAX_DECISIONS:
            self._decisions.clear()
            self._expires = now + LIFETIME
            self._refresh()
        decision = self._decisions.get(key)
        if decision is None:
            decision = self._decisions[key] = self._decide(context, rule, target)
        return decision

    def is_admin(self, context: Context) -> bool:
        """Return whether the caller is an administrator (the rule ``context_is_admin``)."""
        return self.allows(context, "context_is_admin")

    def _refresh(self) -> None:
        """Take changed policy files; the rules in force stay where these cannot be used."""
        signature = files.signature(self._conf)
        if signature == self._files:
            return
        self._files = signature
        try:
            needed = [path for path, *_ in self._loaded]
            self._enforcer = files.load(self._conf, self._defaults, needed)
        except files.PolicyFileError as error:
            LOG.error("The policies stay as they were: %s", error)  # noqa: TRY400 - it says all
        else:
            self._loaded = signature
            LOG.info("The policies were read anew")

    def _decide(self, context: Context, rule: str, target: Mapping[str, Any]) -> bool:
        if context.scope not in self._scopes[rule]:
            return False
        # A rule compares texts, so that no project and no user would equal no owner.
        known = {name: value for name, value in target.items() if value is not None}
        return bool(self._enforcer.authorize(rule, known, _credentials(context)))


def _forbidden(rule: str) -> Forbidden:
    return Forbidden(f"Policy doesn't allow {rule} to be performed.")


def _caller(context: Context) -> tuple[object, ...]:
    """Return all that a rule can see of a caller."""
    return (
        context.user_id,
        context.project_id,
        context.roles,
        context.user_domain_id,
        context.project_domain_id,
        context.domain_id,
        context.system_scope,
    )


def _credentials(context: Context) -> dict[str, Any]:
    """Return the caller as oslo.policy takes it; no value is left out, as it would be "None"."""
    known = {
        "user_id": context.user_id,
        "project_id": context.project_id,
        "roles": list(context.roles),
        "user_domain_id": context.user_domain_id,
        "project_domain_id": context.project_domain_id,
        "domain_id": context.domain_id,
        "system_scope": context.system_scope,
    }
    return {name: value for name, value in known.items() if value is not None}
