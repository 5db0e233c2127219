"""The changes that microversions made to aggregates, and the query of their list.

API reference, "Host aggregates" and "REST API Version History".
"""

from computeapi.api.parameters import Query
from computeapi.api.versions import since

UUID = since(41, "Aggregates show their uuid.")
IMAGES = since(81, "The hosts of an aggregate can be told to fetch images in advance.")
STRICT_QUERY = since(102, "Lists and documents of aggregates refuse unknown query parameters.")

QUERY: Query[None] = Query(strict=STRICT_QUERY)
