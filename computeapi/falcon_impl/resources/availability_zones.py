"""``/os-availability-zone``."""

import falcon

from computeapi.api import availability_zones as contract
from computeapi.falcon_impl.declarations import answers, takes
from computeapi.falcon_impl.request import Request
from computeapi.falcon_impl.views import availability_zones as views
from computeapi.service import availability_zones


class AvailabilityZonesResource:
    """``/os-availability-zone`` and ``/os-availability-zone/detail``."""

    def __init__(self, service: availability_zones.AvailabilityZones) -> None:
        self._service = service

    @takes(query=contract.QUERY)
    @answers(200, views.ZONES)
    def on_get(self, req: Request, resp: falcon.Response) -> None:
        """List availability zones."""
        contract.QUERY.read(req.values, req.version, None)
        zones = self._service.list(req.context)
        resp.media = {"availabilityZoneInfo": [views.summary(zone) for zone in zones]}

    @takes(query=contract.QUERY)
    @answers(200, views.ZONE_DETAILS)
    def on_get_detail(self, req: Request, resp: falcon.Response) -> None:
        """List availability zones with their hosts."""
        contract.QUERY.read(req.values, req.version, None)
        zones = self._service.list(req.context, detailed=True)
        resp.media = {"availabilityZoneInfo": [views.detail(zone) for zone in zones]}
