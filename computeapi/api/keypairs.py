"""Facts about keypairs: the changes that microversions made to them, and their query parameters.

API reference, "REST API Version History" and "Keypairs".
"""

from computeapi.api.paging import Params
from computeapi.api.parameters import Parameter, Query, first
from computeapi.api.versions import Version, since

TYPE = since(2, "Keypairs have a type, ssh or x509.")
STATUSES = since(2, "A created keypair answers 201, and a deleted one 204.")
USER_ID = since(
    10, "Administrators list, show, create and delete the keypairs of another user, by user_id."
)
STRICT_QUERY = since(75, "Keypairs refuse query parameters that they do not know.")

QUERY: Query[dict[str, str]] = Query(Parameter("user_id", first, USER_ID), strict=STRICT_QUERY)


def user_id(params: Params, version: Version) -> str | None:
    """Return the user whose keypairs the query asks for; None for the caller.

    :raises Invalid: when a parameter is not known; see :class:`Query`.
    """
    return QUERY.read(params, version, {}).get("user_id")
