"""The microversions that have hosts (API reference, "Hosts")."""

from computeapi.api.parameters import Parameter, Query, last
from computeapi.api.versions import until

HOSTS = until(42, "Hosts are no longer shown: services and hypervisors are.")
#: The query of the list.
QUERY: Query[dict[str, str]] = Query(Parameter("zone", last))
#: The states in a request to change a host.
STATES = tuple(form(word) for word in ("enable", "disable") for form in (str, str.title, str.upper))
