"""The changes that microversions made to availability zones."""

from computeapi.api.parameters import Query
from computeapi.api.versions import since

STRICT_QUERY = since(102, "Lists of availability zones refuse unknown query parameters.")

QUERY: Query[None] = Query(strict=STRICT_QUERY)
