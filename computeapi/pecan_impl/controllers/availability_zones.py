"""Availability zones."""

from collections.abc import Sequence

from computeapi.api import availability_zones as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.availability_zones import Zone, Zones, ZoneSummaries, ZoneSummary
from computeapi.service.availability_zones import AvailabilityZone


def _zones(detailed: bool) -> Sequence[AvailabilityZone]:
    request = current()
    contract.QUERY.read(request.values, request.version, None)
    return request.services.availability_zones.list(request.context, detailed)


class AvailabilityZonesDetailController(Resource):
    """``/os-availability-zone/detail``."""

    @expose(Zones, query=contract.QUERY)
    def get(self) -> Zones:
        """List availability zones with their hosts."""
        return Zones(availabilityZoneInfo=[Zone.of(zone) for zone in _zones(detailed=True)])


class AvailabilityZonesController(Resource):
    """``/os-availability-zone``."""

    children = {"detail": AvailabilityZonesDetailController}

    @expose(ZoneSummaries, query=contract.QUERY)
    def get(self) -> ZoneSummaries:
        """List availability zones."""
        zones = [ZoneSummary.of(zone) for zone in _zones(detailed=False)]
        return ZoneSummaries(availabilityZoneInfo=zones)
