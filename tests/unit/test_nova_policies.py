"""The default rules are Nova's: the same names, requests, scopes and roles."""

import itertools
from typing import Any

import pytest

from computeapi.domain.context import Context
from computeapi.policies import list_rules
from computeapi.policies.enforcer import Enforcer
from tests.policies import nova, plain
from tests.unit.test_policies import make

RULES = [rule for rule in list_rules() if hasattr(rule, "operations")]
#: Role -> the roles in a token that was issued for it, with those that it implies.
ROLES = {
    "unrelated": {"auditor"},
    "reader": {"reader"},
    "member": {"member", "reader"},
    "manager": {"manager", "member", "reader"},
    "admin": {"admin", "manager", "member", "reader"},
    "service": {"service"},
}
SCOPES: dict[str, dict[str, Any]] = {
    "project": {"project_id": "p1"},
    "domain": {"project_id": None, "domain_id": "d1"},
    "system": {"project_id": None, "system_scope": "all"},
    "none": {"project_id": None},
}
OWN = {"project_id": "p1", "user_id": "u1"}
OTHER = {"project_id": "p2", "user_id": "u2"}
#: Rule -> the requests that are ours alone in its documentation: of microversions before 2.53.
OURS = {
    "os_compute_api:os-services:update": {
        f"PUT /os-services/{change}"
        for change in ("disable", "disable-log-reason", "enable", "force-down")
    },
}
#: Requests that Nova's documentation names and that this service does not have yet.
ABSENT = {"POST /servers/{}/action (rebuild)"}


@pytest.fixture(scope="module")
def enforcer() -> Enforcer:
    return make()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_admits_the_callers_that_novas_admits(enforcer: Enforcer, rule: Any) -> None:
    expected = nova()[rule.name]
    wrong = [
        (scope, role, is_own)
        for (scope, told), (role, names), is_own in itertools.product(
            SCOPES.items(), ROLES.items(), (True, False)
        )
        if enforcer.allows(
            Context(user_id="u1", request_id="r", roles=frozenset(names), **told),
            rule.name,
            OWN if is_own else OTHER,
        )
        is not expected.admits(scope, role, is_own)
    ]
    assert wrong == []
    assert set(rule.scope_types) == expected.scopes


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_guards_the_requests_that_novas_guards(rule: Any) -> None:
    ours = {plain(f"{one['method']} {one['path']}") for one in rule.operations}
    assert ours - OURS.get(rule.name, set()) == nova()[rule.name].requests - (ABSENT - ours)
