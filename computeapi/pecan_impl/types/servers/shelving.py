"""Actions that shelve a server, remove it from its host, and unshelve it."""

from wsme.types import Unset

from computeapi.api.servers import changes
from computeapi.domain.servers.shelving import Unshelving
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, NAME, TEXT


class UnshelveInZone(RequestType):
    """The parameters of unshelving a server in a zone."""

    availability_zone = RequestField(NAME, mandatory=True)

    def wanted(self) -> Unshelving:
        """Return where the server is to go."""
        return Unshelving(zone=self.availability_zone, sets_zone=True)


class UnshelveOnHost(RequestType):
    """The parameters of unshelving a server in a zone, or on a host."""

    availability_zone = RequestField(TEXT, nullable=True)
    host = RequestField(TEXT)

    def wanted(self) -> Unshelving:
        """Return where the server is to go."""
        sets_zone = self.availability_zone is not Unset
        return Unshelving(
            zone=self.availability_zone if sets_zone else None,
            sets_zone=sets_zone,
            host=None if self.host is Unset else self.host,
        )


class ShelvingActions(RequestType):
    """``shelve``, ``shelveOffload`` and ``unshelve``."""

    shelve = RequestField(ANYTHING, nullable=True)
    shelve_offload = RequestField(ANYTHING, name="shelveOffload", nullable=True)
    unshelve = RequestField(ANYTHING, span=changes.UNSHELVE_WITHOUT_ZONE, nullable=True)
    unshelve_in_zone = RequestField(
        UnshelveInZone, "unshelve", changes.UNSHELVE_ZONE, nullable=True
    )
    unshelve_on_host = RequestField(
        UnshelveOnHost, "unshelve", changes.UNSHELVE_HOST, nullable=True
    )
