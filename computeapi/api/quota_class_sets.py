"""Facts about quota classes: their resources, the changes to them, and their query parameters.

API reference, "REST API Version History" and "Quota class sets".
"""

from collections.abc import Mapping

from computeapi.api.parameters import Query
from computeapi.api.quota_sets import RESOURCES as OF_QUOTA_SETS
from computeapi.api.versions import ALWAYS, Span, since, until

NETWORKS = until(49)
SERVER_GROUPS = since(
    50, "Quota classes show the quotas of server groups, and have none of networks any more."
)
INJECTED_FILES = until(56, "Quota classes have no quotas of injected files any more.")
STRICT_QUERY = since(102, "Quota classes refuse query parameters.")

_FIXED = frozenset({"cores", "instances", "key_pairs", "metadata_items", "ram"})


def _span(resource: str) -> Span:
    if resource.startswith("server_group"):
        return SERVER_GROUPS
    if resource.startswith("injected_file"):
        return INJECTED_FILES
    return ALWAYS if resource in _FIXED else NETWORKS


#: The resources of a response, each with the microversions that have it.
RESOURCES: Mapping[str, Span] = {name: _span(name) for name in OF_QUOTA_SETS}
#: Those of a request: it may have the quotas of server groups before they are shown.
REQUEST_RESOURCES: Mapping[str, Span] = {
    name: ALWAYS if span is SERVER_GROUPS else span for name, span in RESOURCES.items()
}
QUERY: Query[dict[str, str]] = Query(strict=STRICT_QUERY)
