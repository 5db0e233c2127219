"""The query of a request to delete an assisted volume snapshot."""

import json

from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import Version, since
from computeapi.domain.errors import Invalid

STRICT_QUERY = since(75, "Requests to delete a volume's snapshot refuse unknown query parameters.")
QUERY: Query[dict[str, str]] = Query(Parameter("delete_info", last), strict=STRICT_QUERY)


def volume_id(params: Params, version: Version) -> str:
    """Return the id of the volume whose snapshot is to be deleted.

    :raises Invalid: when ``delete_info`` is missing or is not an object with a ``volume_id``.
    """
    text = QUERY.read(params, version, {}).get("delete_info", "")
    try:
        info = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("delete_info needs to be JSON.") from error
    if not isinstance(info, dict) or not isinstance(info.get("volume_id"), str):
        raise Invalid("delete_info needs a volume_id.")
    found: str = info["volume_id"]
    return found
