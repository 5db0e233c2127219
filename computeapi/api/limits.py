"""Facts about limits: the changes to them, and their query parameters.

API reference, "REST API Version History" and "Limits".
"""

from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import Version, since, until

NETWORKS = until(35, "Limits have none of networks any more.")
IMAGE_METADATA = until(38, "Limits have no maxImageMeta any more.")
INJECTED_FILES = until(56, "Limits have none of injected files any more.")
STRICT_QUERY = since(75, "Limits refuse query parameters that they do not know.")

QUERY: Query[dict[str, str]] = Query(Parameter("tenant_id", last), strict=STRICT_QUERY)


def project_id(params: Params, version: Version) -> str | None:
    """Return the project whose limits the query asks for; None for the caller's own.

    :raises Invalid: when a parameter is not known; see :class:`Query`.
    """
    return QUERY.read(params, version, {}).get("tenant_id")
