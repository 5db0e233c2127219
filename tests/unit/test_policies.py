"""The default rules: the roles that each operation needs."""

import itertools

import pytest
from oslo_config import cfg

from computeapi.domain.context import Context, Scope
from computeapi.domain.errors import Forbidden, Unauthenticated
from computeapi.policies import list_rules
from computeapi.policies.enforcer import Enforcer

CALLERS = {
    "reader": Context("u1", "p1", "r", frozenset({"reader"})),
    "member": Context("u1", "p1", "r", frozenset({"member", "reader"})),
    "admin": Context("u9", "p9", "r", frozenset({"admin", "member", "reader"})),
    "stranger": Context("u2", "p2", "r", frozenset({"member", "reader"})),
    "nobody": Context("u1", "p1", "r", frozenset()),
    "service": Context("u8", "p8", "r", frozenset({"service"})),
}
EVERYBODY = set(CALLERS)
SERVERS = "os_compute_api:servers:"
#: rule -> who may do it to what belongs to user u1 and project p1
MAY = {
    f"{SERVERS}index": {"reader", "member", "admin"},
    f"{SERVERS}detail": {"reader", "member", "admin"},
    f"{SERVERS}show": {"reader", "member", "admin"},
    f"{SERVERS}show:host_status": {"admin"},
    f"{SERVERS}show:host_status:unknown-only": {"admin"},
    f"{SERVERS}show:flavor-extra-specs": {"reader", "member", "admin"},
    f"{SERVERS}index:get_all_tenants": {"admin"},
    f"{SERVERS}detail:get_all_tenants": {"admin"},
    f"{SERVERS}allow_all_filters": {"admin"},
    f"{SERVERS}create": {"member", "admin"},
    f"{SERVERS}create:forced_host": {"admin"},
    f"{SERVERS}create:trusted_certs": {"member", "admin"},
    f"{SERVERS}create:zero_disk_flavor": {"admin"},
    f"{SERVERS}update": {"member", "admin"},
    f"{SERVERS}delete": {"member", "admin"},
    f"{SERVERS}start": {"member", "admin"},
    f"{SERVERS}stop": {"member", "admin"},
    f"{SERVERS}reboot": {"member", "admin"},
    f"{SERVERS}resize": {"member", "admin"},
    f"{SERVERS}confirm_resize": {"member", "admin"},
    f"{SERVERS}revert_resize": {"member", "admin"},
    f"{SERVERS}create_image": {"member", "admin"},
    "os_compute_api:os-create-backup": {"member", "admin"},
    "os_compute_api:os-migrate-server:migrate": {"admin"},
    "os_compute_api:os-migrate-server:migrate:host": {"admin"},
    "os_compute_api:os-evacuate": {"admin"},
    "os_compute_api:os-migrate-server:migrate_live": {"admin"},
    "os_compute_api:os-migrate-server:migrate_live:host": {"admin"},
    f"{SERVERS}migrations:force_complete": {"admin"},
    f"{SERVERS}migrations:delete": {"admin"},
    "os_compute_api:os-migrations:index": {"admin"},
    "os_compute_api:os-migrations:index:all_projects": {"admin"},
    "os_compute_api:os-migrations:index:host": {"admin"},
    f"{SERVERS}migrations:index": {"admin"},
    f"{SERVERS}migrations:index:host": {"admin"},
    f"{SERVERS}migrations:show": {"admin"},
    "os_compute_api:os-shelve:shelve": {"member", "admin"},
    "os_compute_api:os-shelve:shelve_offload": {"admin"},
    "os_compute_api:os-shelve:unshelve": {"member", "admin"},
    "os_compute_api:os-shelve:unshelve_to_host": {"admin"},
    f"{SERVERS}rebuild": {"member", "admin"},
    "os_compute_api:os-rescue": {"member", "admin"},
    "os_compute_api:os-unrescue": {"member", "admin"},
    f"{SERVERS}rebuild:trusted_certs": {"member", "admin"},
    "os_compute_api:os-pause-server:pause": {"member", "admin"},
    "os_compute_api:os-pause-server:unpause": {"member", "admin"},
    "os_compute_api:os-suspend-server:suspend": {"member", "admin"},
    "os_compute_api:os-suspend-server:resume": {"member", "admin"},
    "os_compute_api:os-lock-server:lock": {"member", "admin"},
    "os_compute_api:os-lock-server:unlock": {"member", "admin"},
    "os_compute_api:os-lock-server:unlock:unlock_override": {"admin"},
    "os_compute_api:os-console-output": {"member", "admin"},
    "os_compute_api:os-remote-consoles": {"member", "admin"},
    "os_compute_api:os-console-auth-tokens": {"admin"},
    "os_compute_api:os-extended-server-attributes": {"admin"},
    "os_compute_api:os-flavor-manage:create": {"admin"},
    "os_compute_api:os-flavor-manage:delete": {"admin"},
    "os_compute_api:os-flavor-manage:update": {"admin"},
    "os_compute_api:os-flavor-access": {"admin"},
    "os_compute_api:os-flavor-access:add_tenant_access": {"admin"},
    "os_compute_api:os-flavor-access:remove_tenant_access": {"admin"},
    "os_compute_api:os-flavor-extra-specs:index": {"reader", "member", "admin"},
    "os_compute_api:os-flavor-extra-specs:show": {"reader", "member", "admin"},
    "os_compute_api:os-flavor-extra-specs:create": {"admin"},
    "os_compute_api:os-flavor-extra-specs:update": {"admin"},
    "os_compute_api:os-flavor-extra-specs:delete": {"admin"},
    "os_compute_api:os-keypairs:index": {"reader", "member", "admin", "nobody"},
    "os_compute_api:os-keypairs:create": {"reader", "member", "admin", "nobody"},
    "os_compute_api:os-keypairs:show": {"reader", "member", "admin", "nobody"},
    "os_compute_api:os-keypairs:delete": {"reader", "member", "admin", "nobody"},
    "os_compute_api:os-availability-zone:list": EVERYBODY,
    "os_compute_api:os-availability-zone:detail": {"admin"},
    "os_compute_api:server-metadata:index": {"reader", "member", "admin"},
    "os_compute_api:server-metadata:show": {"reader", "member", "admin"},
    "os_compute_api:server-metadata:create": {"member", "admin"},
    "os_compute_api:server-metadata:update_all": {"member", "admin"},
    "os_compute_api:server-metadata:update": {"member", "admin"},
    "os_compute_api:server-metadata:delete": {"member", "admin"},
    "os_compute_api:os-server-tags:index": {"reader", "member", "admin"},
    "os_compute_api:os-server-tags:show": {"reader", "member", "admin"},
    "os_compute_api:os-server-tags:update": {"member", "admin"},
    "os_compute_api:os-server-tags:update_all": {"member", "admin"},
    "os_compute_api:os-server-tags:delete": {"member", "admin"},
    "os_compute_api:os-server-tags:delete_all": {"member", "admin"},
    "os_compute_api:os-instance-actions:list": {"reader", "member", "admin"},
    "os_compute_api:os-instance-actions:show": {"reader", "member", "admin"},
    "os_compute_api:os-instance-actions:events": {"admin"},
    "os_compute_api:os-instance-actions:events:details": {"admin"},
    "compute:servers:create:requested_destination": {"admin"},
    "os_compute_api:ips:index": {"reader", "member", "admin"},
    "os_compute_api:ips:show": {"reader", "member", "admin"},
    "os_compute_api:os-deferred-delete:force": {"member", "admin"},
    "os_compute_api:os-deferred-delete:restore": {"member", "admin"},
    "os_compute_api:os-admin-actions:reset_state": {"admin"},
    "os_compute_api:os-admin-actions:inject_network_info": {"admin"},
    "os_compute_api:os-admin-password": {"member", "admin"},
    "os_compute_api:os-server-diagnostics": {"admin"},
    "compute:server:topology:index": {"reader", "member", "admin"},
    "os_compute_api:os-server-password:show": {"reader", "member", "admin"},
    "os_compute_api:os-server-password:clear": {"member", "admin"},
    f"{SERVERS}trigger_crash_dump": {"member", "admin"},
    "os_compute_api:os-attach-interfaces:list": {"reader", "member", "admin"},
    "os_compute_api:os-attach-interfaces:show": {"reader", "member", "admin"},
    "os_compute_api:os-attach-interfaces:create": {"member", "admin"},
    "os_compute_api:os-attach-interfaces:delete": {"member", "admin"},
    "os_compute_api:os-multinic:add": {"member", "admin"},
    "os_compute_api:os-multinic:remove": {"member", "admin"},
    "os_compute_api:os-floating-ips:add": {"member", "admin"},
    "os_compute_api:os-floating-ips:remove": {"member", "admin"},
    "os_compute_api:os-volumes-attachments:index": {"reader", "member", "admin"},
    "os_compute_api:os-volumes-attachments:show": {"reader", "member", "admin"},
    "os_compute_api:os-volumes-attachments:create": {"member", "admin"},
    "os_compute_api:os-volumes-attachments:update": {"member", "admin"},
    "os_compute_api:os-volumes-attachments:swap": {"service", "admin"},
    "os_compute_api:os-volumes-attachments:delete": {"member", "admin"},
    f"{SERVERS}create:attach_volume": {"member", "admin"},
    f"{SERVERS}create:attach_network": {"member", "admin"},
    "os_compute_api:os-server-shares:index": {"reader", "member", "admin"},
    "os_compute_api:os-server-shares:show": {"reader", "member", "admin"},
    "os_compute_api:os-server-shares:create": {"member", "admin"},
    "os_compute_api:os-server-shares:delete": {"member", "admin"},
    "os_compute_api:os-security-groups:get": {"reader", "member", "admin"},
    "os_compute_api:os-security-groups:show": {"reader", "member", "admin"},
    "os_compute_api:os-security-groups:create": {"member", "admin"},
    "os_compute_api:os-security-groups:update": {"member", "admin"},
    "os_compute_api:os-security-groups:delete": {"member", "admin"},
    "os_compute_api:os-security-groups:rule:create": {"member", "admin"},
    "os_compute_api:os-security-groups:rule:delete": {"member", "admin"},
    "os_compute_api:os-floating-ips:list": {"reader", "member", "admin"},
    "os_compute_api:os-floating-ips:show": {"reader", "member", "admin"},
    "os_compute_api:os-floating-ips:create": {"member", "admin"},
    "os_compute_api:os-floating-ips:delete": {"member", "admin"},
    "os_compute_api:os-floating-ip-pools": EVERYBODY,
    "os_compute_api:os-networks:list": {"reader", "member", "admin"},
    "os_compute_api:os-networks:show": {"reader", "member", "admin"},
    "os_compute_api:os-tenant-networks:list": {"reader", "member", "admin"},
    "os_compute_api:os-tenant-networks:show": {"reader", "member", "admin"},
    "os_compute_api:os-security-groups:list": {"reader", "member", "admin"},
    "os_compute_api:os-security-groups:add": {"member", "admin"},
    "os_compute_api:os-security-groups:remove": {"member", "admin"},
    "os_compute_api:limits": EVERYBODY,
    "os_compute_api:limits:other_project": {"admin"},
    "os_compute_api:os-quota-sets:show": {"reader", "member", "admin"},
    "os_compute_api:os-quota-sets:defaults": EVERYBODY,
    "os_compute_api:os-quota-sets:detail": {"reader", "member", "admin"},
    "os_compute_api:os-quota-sets:update": {"admin"},
    "os_compute_api:os-quota-sets:delete": {"admin"},
    "os_compute_api:os-quota-class-sets:show": {"admin"},
    "os_compute_api:os-quota-class-sets:update": {"admin"},
    "os_compute_api:os-simple-tenant-usage:show": {"reader", "member", "admin"},
    "os_compute_api:os-simple-tenant-usage:list": {"admin"},
    "os_compute_api:os-instance-usage-audit-log:list": {"admin"},
    "os_compute_api:os-instance-usage-audit-log:show": {"admin"},
    "os_compute_api:os-server-groups:index": {"reader", "member", "admin"},
    "os_compute_api:os-server-groups:index:all_projects": {"admin"},
    "os_compute_api:os-server-groups:create": {"member", "admin"},
    "os_compute_api:os-server-groups:show": {"reader", "member", "admin"},
    "os_compute_api:os-server-groups:delete": {"member", "admin"},
    **{
        f"os_compute_api:os-{noun}:{action}": {"admin"}
        for noun, actions in {
            "baremetal-nodes": "list show",
            "aggregates": "index show create update delete add_host remove_host set_metadata",
            "services": "list update delete",
            "hypervisors": "list list-detail statistics show uptime search servers",
            "hosts": "list show update reboot shutdown start",
        }.items()
        for action in actions.split()
    },
    "compute:aggregates:images": {"admin"},
    "os_compute_api:extensions": EVERYBODY,
    "os_compute_api:os-server-external-events:create": {"service", "admin"},
    "os_compute_api:os-assisted-volume-snapshots:create": {"service", "admin"},
    "os_compute_api:os-assisted-volume-snapshots:delete": {"service", "admin"},
}


ROLES = (
    frozenset(),
    frozenset({"reader"}),
    frozenset({"member", "reader"}),
    frozenset({"admin", "manager", "member", "reader"}),
    frozenset({"service"}),
)
#: Tokens without a project.
ELSEWHERE = {
    "domain": {"domain_id": "d1"},
    "system": {"system_scope": "all"},
    "none": {},
}


def make(*arguments):
    conf = cfg.ConfigOpts()
    conf(list(arguments), project="computeapi", default_config_files=[])
    return Enforcer(conf)


@pytest.fixture(scope="module")
def enforcer():
    return make()


@pytest.mark.parametrize("rule", MAY)
def test_who_may(enforcer, rule):
    target = {"project_id": "p1", "user_id": "u1"}
    assert {n for n, c in CALLERS.items() if enforcer.allows(c, rule, target)} == MAY[rule]


def test_every_operation_has_a_rule_here():
    operations = {rule.name for rule in list_rules() if getattr(rule, "operations", None)}
    assert operations == set(MAY)


def test_every_operation_is_documented():
    for rule in list_rules():
        assert rule.description
        for operation in getattr(rule, "operations", []):
            assert operation["method"] in ("GET", "POST", "PUT", "DELETE")
            assert operation["path"].startswith("/")


@pytest.mark.parametrize("scope", ELSEWHERE)
def test_a_token_without_a_project_may_do_nothing(enforcer, scope):
    targets = (None, {}, {"project_id": None}, {"project_id": "p1"}, {"project_id": "None"})
    for rule, roles, target in itertools.product(MAY, ROLES, targets):
        caller = Context("u1", None, "r", roles, **ELSEWHERE[scope])
        assert caller.scope == scope
        assert not enforcer.is_admin(caller)
        assert not enforcer.allows(caller, rule, target), (rule, roles, target)
        with pytest.raises(Forbidden, match=f"{rule} to be performed"):
            enforcer.authorize_scope(caller, rule)


def test_every_operation_takes_tokens_of_projects_alone():
    scopes = {rule.name: rule.scope_types for rule in list_rules() if hasattr(rule, "operations")}
    assert scopes == {name: ["project"] for name in MAY}


def test_a_decision_is_remembered_for_one_scope_alone(enforcer):
    roles = ROLES[-2]
    for _ in range(2):
        assert enforcer.is_admin(Context("u", "p", "r", roles))
        assert not enforcer.is_admin(Context("u", None, "r", roles, domain_id="p"))
        assert not enforcer.is_admin(Context("u", None, "r", roles, system_scope="all"))
        assert not enforcer.is_admin(Context("u", None, "r", roles))


def test_an_absent_user_owns_nothing(enforcer):
    caller = Context(None, "p1", "r", frozenset({"member", "reader"}))
    for target in ({"user_id": None}, {"user_id": "None"}, {}):
        assert not enforcer.allows(caller, "os_compute_api:os-keypairs:index", target)


def test_an_absent_project_or_user_is_no_id():
    caller = Context(None, None, "r")
    assert caller.scope is Scope.NONE
    with pytest.raises(Forbidden, match="scoped to a project"):
        caller.require_project()
    with pytest.raises(Unauthenticated):
        caller.require_user()
    assert Context("u", "", "r").scope is Scope.NONE
    assert CALLERS["member"].require_project() == "p1"
    assert CALLERS["member"].require_user() == "u1"


def test_without_a_target_it_is_the_callers_own(enforcer):
    assert enforcer.allows(CALLERS["stranger"], f"{SERVERS}create")
    assert not enforcer.allows(CALLERS["nobody"], f"{SERVERS}create")


def test_who_may_not_is_told_of_the_rule(enforcer):
    with pytest.raises(Forbidden, match=f"{SERVERS}create"):
        enforcer.authorize(CALLERS["reader"], f"{SERVERS}create")
    enforcer.authorize(CALLERS["member"], f"{SERVERS}create")


def test_who_is_an_administrator(enforcer):
    assert {name for name, c in CALLERS.items() if enforcer.is_admin(c)} == {"admin"}


def test_a_decision_is_remembered_for_one_caller_alone(enforcer):
    target = {"project_id": "p1"}
    assert enforcer.allows(CALLERS["member"], f"{SERVERS}delete", target)
    assert not enforcer.allows(CALLERS["stranger"], f"{SERVERS}delete", target)
    assert not enforcer.allows(CALLERS["member"], f"{SERVERS}delete", {"project_id": "p2"})
    assert enforcer.allows(CALLERS["member"], f"{SERVERS}delete", target)


def test_an_operators_file_changes_the_rules(tmp_path):
    rules, config = tmp_path / "policy.yaml", tmp_path / "computeapi.conf"
    rules.write_text(f'"{SERVERS}create": "role:admin"\n"context_is_admin": "role:boss"\n')
    config.write_text(f"[oslo_policy]\npolicy_file = {rules}\n")
    enforcer = make("--config-file", str(config))
    assert not enforcer.allows(CALLERS["member"], f"{SERVERS}create")
    assert not enforcer.is_admin(CALLERS["admin"])
    assert enforcer.is_admin(Context("u", "p", "r", frozenset({"boss"})))
