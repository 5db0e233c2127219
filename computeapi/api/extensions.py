"""The parts of extensions that are the same for all of them (API reference, "Extensions")."""

from computeapi.api.parameters import Query
from computeapi.api.versions import since

STRICT_QUERY = since(102, "Lists and documents of extensions refuse unknown query parameters.")

QUERY: Query[None] = Query(strict=STRICT_QUERY)

NAMESPACE = "http://docs.openstack.org/compute/ext/fake_xml"
UPDATED = "2014-12-03T00:00:00Z"
