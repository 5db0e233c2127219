"""The servers that a caller may list, of those that they ask for."""

import dataclasses
from typing import Any

from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden, Invalid
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters, VmState
from computeapi.ports.policy import Policy

#: What everybody may filter by; the rest is for administrators, and silently left out for
#: others (API reference, "List Servers").
PUBLIC_FILTERS = frozenset({"reservation_id", "name", "image_id", "flavor_id", "addresses"})
#: What only administrators may sort by.
ADMIN_SORT_KEYS = frozenset({"host"})

_POLICY = "os_compute_api:servers:"


def allowed_filters(
    policy: Policy,
    context: Context,
    action: str,
    filters: ServerFilters,
    page: PageRequest,
    all_projects: bool,
) -> ServerFilters:
    """Return the filters as they count for a caller, with the projects that they may see.

    :param action: "index" or "detail".
    :param filters: as the caller asks; their ``project_id`` counts only with ``all_projects``, and
        None is then every project.
    :raises Forbidden: when the caller may not list so.
    :raises Invalid: when they may use all filters, and use one that there cannot be.
    """
    rule = _POLICY + action
    policy.authorize(context, rule)
    counts: dict[str, Any] = {}
    if not all_projects:
        counts["project_id"] = context.require_project()
    else:
        policy.authorize(context, f"{rule}:get_all_tenants")
        if filters.project_id is None:
            counts["project_id"] = ALL_PROJECTS
    if not policy.allows(context, f"{_POLICY}allow_all_filters"):
        counts |= _public(filters)
    elif filters.unfilterable:
        raise Invalid(f"Invalid filter field: {filters.unfilterable[0]}.")
    filters = dataclasses.replace(filters, **counts)
    if not context.is_admin:
        _refuse_for_administrators(filters, page)
    return filters


def _refuse_for_administrators(filters: ServerFilters, page: PageRequest) -> None:
    if any(key in ADMIN_SORT_KEYS for key, _ in page.sort):
        raise Forbidden("Only administrators can sort servers by host or node.")
    if filters.states and all(state == VmState.DELETED for state, _ in filters.states):
        raise Forbidden("Only administrators may list deleted instances.")


def _public(filters: ServerFilters) -> dict[str, Any]:
    """Leave what everybody may filter by; deleted servers show with changes-since alone."""
    return {
        "deleted": None if filters.changes_since else False,
        "task_states": None,
        "equals": {k: v for k, v in filters.equals.items() if k in PUBLIC_FILTERS},
        "matches": {k: v for k, v in filters.matches.items() if k in PUBLIC_FILTERS},
        "constants": (),
    }
