"""The changes that microversions made to servers, in the order of Nova's history.

API reference, "REST API Version History".
"""

from computeapi.api.versions import since

EXTENDED_ATTRIBUTES = since(
    3,
    "Servers show their host name, kernel, RAM disk, launch index, reservation, root device and "
    "user data to administrators.",
)
IP6_FILTER = since(5, "Lists of servers take the filter ip6.")
LOCKED = since(9, "Servers show whether they are locked.")
STRICT_QUERY = since(75, "Lists of servers refuse query parameters that they do not know.")
