"""Prints the rules of Nova's policy, and which roles each admits: ``tests/unit/data``.

Run in a virtualenv that has ``nova``: ``python -m conformance.policies``. A line is a rule, the
scopes that it takes, the roles that it admits to resources of the caller's own user and project,
those that it admits to resources of others, and the requests that it guards.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

os.environ.setdefault("OS_NOVA_DISABLE_EVENTLET_PATCHING", "true")

from nova import policies
from oslo_config import cfg
from oslo_policy import policy

#: Role -> the roles in a token that was issued for it.
ROLES: Mapping[str, tuple[str, ...]] = {
    "unrelated": ("auditor",),
    "reader": ("reader",),
    "member": ("member", "reader"),
    "manager": ("manager", "member", "reader"),
    "admin": ("admin", "manager", "member", "reader"),
    "service": ("service",),
}
OWN = {"project_id": "own", "user_id": "own"}
OTHER = {"project_id": "other", "user_id": "other"}


def _admitted(enforcer: policy.Enforcer, rule: str, target: Mapping[str, str]) -> Iterator[str]:
    """Yield the roles that a rule admits to a resource."""
    for role, names in ROLES.items():
        caller: dict[str, Any] = {**OWN, "roles": list(names)}
        if enforcer.enforce(rule, dict(target), caller):
            yield role


def lines() -> Iterator[str]:
    """Yield the lines of the table, in the order of names."""
    rules = list(policies.list_rules())
    conf = cfg.ConfigOpts()
    conf([], default_config_files=[])
    enforcer = policy.Enforcer(conf)
    enforcer.register_defaults(rules)
    yield "\t".join(("rule", "scopes", "own", "other", "requests"))
    for rule in sorted(rules, key=lambda rule: rule.name):
        if hasattr(rule, "operations"):
            own, other = (" ".join(_admitted(enforcer, rule.name, t)) for t in (OWN, OTHER))
            requests = "; ".join(_requests(rule))
            yield "\t".join((rule.name, " ".join(rule.scope_types), own, other, requests))


def _requests(rule: Any) -> list[str]:
    return [f"{operation['method']} {operation['path']}" for operation in rule.operations]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in lines())
