"""Facts about usage audits: the changes to them, and the moment in their path.

API reference, "REST API Version History" and "Server usage audit log".
"""

from contextlib import suppress
from datetime import datetime

from computeapi.api.parameters import Query
from computeapi.api.versions import since
from computeapi.domain.errors import Invalid

STRICT_QUERY = since(102, "Usage audits refuse query parameters.")

QUERY: Query[dict[str, str]] = Query(strict=STRICT_QUERY)
#: The status of an audit: use is kept as it changes, so that each host is always done.
ALL_DONE = "ALL hosts done. 0 errors."
HOST_DONE = "DONE"

_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")


def before(text: str) -> datetime:
    """Return the moment in the path of an audit.

    :raises Invalid: when it is none.
    """
    for form in _FORMATS:
        with suppress(ValueError):
            return datetime.strptime(text, form)
    raise Invalid(f"Invalid timestamp for date {text[:255]}")


def message(servers: int) -> str:
    """Return the sentence of the audit of one host."""
    return f"Instance usage audit: {servers} instances."
