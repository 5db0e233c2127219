"""The default rules of oslo.policy, each with the methods and paths that it guards."""

from collections.abc import Iterator
from itertools import chain

from oslo_policy import policy

from computeapi.policies import (
    aggregates,
    assisted_volume_snapshots,
    availability_zones,
    baremetal_nodes,
    console_tokens,
    extensions,
    external_events,
    flavors,
    floating_ips,
    hosts,
    hypervisors,
    instance_usage_audit_log,
    keypairs,
    limits,
    migrations,
    networks,
    quota_class_sets,
    quota_sets,
    roles,
    security_groups,
    server_groups,
    servers,
    services,
    simple_tenant_usage,
)

_MODULES = (
    roles,
    servers,
    migrations,
    flavors,
    keypairs,
    availability_zones,
    limits,
    quota_sets,
    quota_class_sets,
    server_groups,
    simple_tenant_usage,
    instance_usage_audit_log,
    aggregates,
    services,
    hypervisors,
    hosts,
    extensions,
    external_events,
    assisted_volume_snapshots,
    console_tokens,
    baremetal_nodes,
    networks,
    security_groups,
    floating_ips,
)


def list_rules() -> Iterator[policy.RuleDefault]:
    """Return every default, also for oslopolicy-sample-generator."""
    return chain.from_iterable(module.RULES for module in _MODULES)
