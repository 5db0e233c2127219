"""Availability zones."""

from wsme.types import DictType

from computeapi.domain.hosts import Host
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType
from computeapi.pecan_impl.types.values import NULL
from computeapi.service.availability_zones import AvailabilityZone

#: What the API calls the service that runs on a host.
_SERVICE = "nova-compute"


class ServiceState(ResponseType):
    """The state of a host's service.

    ``active`` is the operator's setting, ``available`` whether the service reports in time.
    """

    active = bool
    available = bool
    updated_at = EXACT_MOMENT

    @classmethod
    def of(cls, host: Host, is_up: bool) -> "ServiceState":
        """Return the state of a host's service."""
        return cls(active=host.enabled, available=is_up, updated_at=host.seen_at)


class ZoneState(ResponseType):
    """Whether a zone can be used."""

    available = bool


class ZoneSummary(ResponseType):
    """A zone, without its hosts."""

    hosts = NULL
    zoneName = str
    zoneState = ZoneState

    @classmethod
    def of(cls, zone: AvailabilityZone) -> "ZoneSummary":
        """Return a zone."""
        state = ZoneState(available=zone.available)
        return cls(hosts=None, zoneName=zone.name, zoneState=state)


class Zone(ResponseType):
    """A zone with its enabled hosts; one that is not available shows none."""

    hosts = ResponseField({str: DictType(str, ServiceState)}, nullable=True)
    zoneName = str
    zoneState = ZoneState

    @classmethod
    def of(cls, zone: AvailabilityZone) -> "Zone":
        """Return a zone."""
        hosts = None
        if zone.available:
            enabled = [(host, is_up) for host, is_up in zone.hosts if host.enabled]
            hosts = {h.name: {_SERVICE: ServiceState.of(h, is_up)} for h, is_up in enabled}
        return cls(hosts=hosts, zoneName=zone.name, zoneState=ZoneState(available=zone.available))


class ZoneSummaries(ResponseType):
    """The list of zones."""

    availabilityZoneInfo = [ZoneSummary]


class Zones(ResponseType):
    """The list of zones with their hosts."""

    availabilityZoneInfo = [Zone]
