"""Facts about quota sets: their resources, the changes to them, and their query parameters.

API reference, "REST API Version History" and "Quota sets".
"""

from collections.abc import Mapping

from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, first
from computeapi.api.versions import ALWAYS, Span, Version, since, until

NETWORKS = until(35, "Quota sets have no quotas of networks any more.")
INJECTED_FILES = until(56, "Quota sets have no quotas of injected files any more.")
STRICT_QUERY = since(75, "Quota sets refuse query parameters that they do not know.")

#: The resources of a quota set, each with the microversions that have it.
RESOURCES: Mapping[str, Span] = {
    "cores": ALWAYS,
    "fixed_ips": NETWORKS,
    "floating_ips": NETWORKS,
    "injected_file_content_bytes": INJECTED_FILES,
    "injected_file_path_bytes": INJECTED_FILES,
    "injected_files": INJECTED_FILES,
    "instances": ALWAYS,
    "key_pairs": ALWAYS,
    "metadata_items": ALWAYS,
    "ram": ALWAYS,
    "security_group_rules": NETWORKS,
    "security_groups": NETWORKS,
    "server_group_members": ALWAYS,
    "server_groups": ALWAYS,
}
QUERY: Query[dict[str, str]] = Query(Parameter("user_id", first), strict=STRICT_QUERY)


def user_id(params: Params, version: Version) -> str | None:
    """Return the user whose quotas the query asks for; None for the project's own.

    :raises Invalid: when a parameter is not known; see :class:`Query`.
    """
    return QUERY.read(params, version, {}).get("user_id") or None
