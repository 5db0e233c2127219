"""Corrects Horizon, and makes it work without Neutron in a cloud without the part ``network``.

Horizon loads this module by its setting ``customization_module``.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from openstack_dashboard.api import neutron, nova
from openstack_dashboard.utils import futurist_utils

#: Horizon's word for the network that Compute chooses.
AUTO = "__auto_allocate__"

_call = futurist_utils.call_functions_parallel
_create = nova.server_create


def call_functions_parallel(*functions: Callable[..., Any] | Sequence[Any]) -> tuple[Any, ...]:
    """Call functions in threads; unlike Horizon 27, accept an empty list of functions.

    It tries for each kind of resource of which Glance has no metadata definitions.
    """
    return _call(*functions) if functions else ()


def server_create(*arguments: Any, **options: Any) -> Any:
    """Create a server on the network that Compute chooses: from 2.37 on, a request names one."""
    return _create(*arguments, **{**options, "nics": [{"net-id": AUTO}]})


def none_of_neutron(request: Any, **options: Any) -> list[Any]:
    """Return no extensions, or no security groups: pages of servers ask Neutron for these."""
    return []


futurist_utils.call_functions_parallel = call_functions_parallel
if not settings.OPENSTACK_NEUTRON_NETWORK["enable_quotas"]:
    nova.server_create = server_create
    neutron.security_group_list = none_of_neutron
    neutron.list_extensions = none_of_neutron
