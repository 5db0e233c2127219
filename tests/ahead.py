"""The microversions that are served in part, and therefore not advertised yet.

The tests reach all of Nova's microversions in this process: an operation and a field are tested at
the version that brought them, whether or not that version is advertised. The processes that tests
start advertise what the product does.
"""

from computeapi.api import versions

NEWEST = versions.Version(2, 104)


def reach_every_version() -> None:
    """Let this process negotiate every microversion of Nova."""
    versions.MAX = NEWEST
    versions.V21 = versions.V21._replace(version=str(NEWEST))
    versions.MAJOR_VERSIONS = (versions.V2, versions.V21)
