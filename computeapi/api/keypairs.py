"""Facts about keypairs: the changes that microversions made to them, and their query parameters.

API reference, "REST API Version History" and "Keypairs".
"""

from dataclasses import dataclass

from computeapi.api import paging
from computeapi.api.paging import Params
from computeapi.api.parameters import COUNT, Parameter, Query, first, last
from computeapi.api.versions import Version, since, until
from computeapi.domain.paging import PageRequest

TYPE = since(2, "Keypairs have a type, ssh or x509.")
OLD_STATUSES = until(1)
STATUSES = since(2, "A created keypair answers 201, and a deleted one 204.")
USER_ID = since(
    10, "Administrators list, show, create and delete the keypairs of another user, by user_id."
)
PAGES = since(35, "Lists of keypairs have pages.")
STRICT_QUERY = since(75, "Keypairs refuse query parameters that they do not know.")
GENERATED = until(91)
IMPORTED = since(92, "Keypairs are imported alone; their names may have @ and dots.")

QUERY: Query[dict[str, str]] = Query(Parameter("user_id", first, USER_ID), strict=STRICT_QUERY)
LIST: Query[dict[str, str]] = Query(
    Parameter("user_id", first, USER_ID),
    Parameter("limit", last, PAGES, schema=COUNT),
    Parameter("marker", last, PAGES),
    strict=STRICT_QUERY,
)


@dataclass(frozen=True, slots=True)
class KeypairListRequest:
    """The query of a list of keypairs.

    :ivar user_id: the user whose keypairs it is about; None for the caller.
    :ivar page: the page; None for all keypairs.
    """

    user_id: str | None
    page: PageRequest | None


def list_request(params: Params, max_limit: int, version: Version) -> KeypairListRequest:
    """Read the query of ``GET /os-keypairs``.

    :param max_limit: the most keypairs of a page.
    :raises Invalid: when a parameter makes no sense.
    """
    query = LIST.read(params, version, {})
    owner = query.get("user_id")
    if version not in PAGES:
        return KeypairListRequest(owner, None)
    limit = paging.integer(params, "limit")
    limit = max_limit if limit is None else min(limit, max_limit)
    return KeypairListRequest(owner, PageRequest(limit, query.get("marker")))


def user_id(params: Params, version: Version) -> str | None:
    """Return the user whose keypairs the query asks for; None for the caller.

    :raises Invalid: when a parameter is not known; see :class:`Query`.
    """
    return QUERY.read(params, version, {}).get("user_id")
