"""The operations on a server as its history."""

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import OPERATION, operations
from computeapi.domain.errors import MarkerNotFound
from computeapi.domain.operations import HistoryRequest, Operation
from computeapi.domain.paging import Page
from computeapi.domain.servers import attaching

_C = operations.c
_OF_SERVER = sa.select(*OPERATION).where(_C.server_id == sa.bindparam("server"))
# A list of values ("NOT IN") is filled in at each execution, which prepared statements do without.
_IS_LISTED = sa.and_(True, *[_C.action != action.name for action in attaching.UNLISTED])
_NEWEST_FIRST = _OF_SERVER.where(_IS_LISTED).order_by(_C.id.desc())
_OF_REQUEST = Prepared(
    _NEWEST_FIRST.where(_C.request_id == sa.bindparam("request")).limit(sa.literal_column("1")),
    Operation,
)
_CHANGED_AT = sa.func.coalesce(_C.updated_at, _C.created_at)


def history(session: Session, server_id: str, page: HistoryRequest) -> Page[Operation]:
    """Return a page of all operations on a server, newest first.

    :raises MarkerNotFound: when no operation on the server has the marker's request id.
    """
    statement = _NEWEST_FIRST.limit(page.limit + 1)
    if page.marker is not None:
        marker = of_request(session, server_id, page.marker)
        if marker is None:
            raise MarkerNotFound(page.marker)
        statement = statement.where(_C.id < marker.id)
    if page.changed_since is not None:
        statement = statement.where(page.changed_since <= _CHANGED_AT)
    if page.changed_before is not None:
        statement = statement.where(page.changed_before >= _CHANGED_AT)
    rows = session.execute(statement, {"server": server_id}).all()
    found = [Operation(*row) for row in rows]
    return Page(found[: page.limit], more=len(found) > page.limit)


def of_request(session: Session, server_id: str, request_id: str) -> Operation | None:
    """Return the newest operation on a server that a request asked for, or None."""
    found = session.objects(_OF_REQUEST, {"server": server_id, "request": request_id})
    return found[0] if found else None
