"""The default rules of oslo.policy, each with the methods and paths that it guards."""

from collections.abc import Iterator
from itertools import chain

from oslo_policy import policy

from computeapi.policies import availability_zones, flavors, keypairs, limits, roles, servers


def list_rules() -> Iterator[policy.RuleDefault]:
    """Return every default, also for oslopolicy-sample-generator."""
    modules = (roles, servers, flavors, keypairs, availability_zones, limits)
    return chain.from_iterable(module.RULES for module in modules)
