"""The query of a request to delete an assisted volume snapshot."""

import json

from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import Version, since
from computeapi.domain.assisted_volume_snapshots import FORMAT, AssistedDeletion
from computeapi.domain.errors import Invalid

STRICT_QUERY = since(75, "Requests to delete a volume's snapshot refuse unknown query parameters.")
QUERY: Query[dict[str, str]] = Query(Parameter("delete_info", last), strict=STRICT_QUERY)


def deletion(snapshot_id: str, params: Params, version: Version) -> AssistedDeletion:
    """Return the snapshot that a request wants to delete.

    :raises Invalid: when ``delete_info`` is missing or is not an object with a ``volume_id``.
    """
    text = QUERY.read(params, version, {}).get("delete_info", "")
    try:
        info = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("delete_info needs to be JSON.") from error
    if not isinstance(info, dict) or not isinstance(info.get("volume_id"), str):
        raise Invalid("delete_info needs a volume_id.")
    if info.get("type", FORMAT) != FORMAT:
        raise Invalid(f"delete_info needs the type {FORMAT}.")
    files = [info.get("file_to_merge"), info.get("merge_target_file")]
    if not all(file is None or isinstance(file, str) for file in files):
        raise Invalid("The files of delete_info need to be names.")
    return AssistedDeletion(info["volume_id"], snapshot_id, *files)
