"""The changes that microversions made to console tokens, in the order of Nova's history.

API reference, "REST API Version History".
"""

from computeapi.api.parameters import Query
from computeapi.api.versions import since

EVERY_TYPE = since(
    31, "Administrators show where the console of a token is, whatever the console's type."
)
STRICT_QUERY = since(99, "Showing a console token takes no query parameters.")
#: Before 2.31 only RDP consoles were shown, and there are none.
NOT_SHOWN = "Consoles of this type are shown from microversion 2.31 on."

QUERY: Query[None] = Query(strict=STRICT_QUERY)
