"""Availability zones."""

from computeapi.api import availability_zones as contract
from computeapi.pecan_impl.controllers.resource import Resource
from computeapi.pecan_impl.expose import expose
from computeapi.pecan_impl.request import current
from computeapi.pecan_impl.types.availability_zones import Zone, Zones


def _zones(detailed: bool) -> Zones:
    request = current()
    contract.QUERY.read(request.values, request.version, None)
    zones = request.services.availability_zones.list(request.caller, detailed)
    return Zones(availabilityZoneInfo=[Zone.of(zone, detailed) for zone in zones])


class AvailabilityZonesDetailController(Resource):
    """``/os-availability-zone/detail``."""

    @expose(Zones)
    def get(self) -> Zones:
        """List zones with their hosts."""
        return _zones(detailed=True)


class AvailabilityZonesController(Resource):
    """``/os-availability-zone``."""

    children = {"detail": AvailabilityZonesDetailController}

    @expose(Zones)
    def get(self) -> Zones:
        """List zones."""
        return _zones(detailed=False)
