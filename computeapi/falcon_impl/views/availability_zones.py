"""Response bodies of availability zones (API reference, "Availability zones")."""

from typing import Any

from computeapi.domain.hosts import Host
from computeapi.falcon_impl.schemas.spans import Schema
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.moments import microseconds
from computeapi.falcon_impl.views.schemas import BOOL, EXACT_MOMENT, TEXT, entity, mapping, nullable
from computeapi.service.availability_zones import AvailabilityZone

#: The API's name of the one service that runs on a host.
_SERVICE = "nova-compute"

_STATE = entity({"available": BOOL})
_SERVICE_STATE = entity({"active": BOOL, "available": BOOL, "updated_at": EXACT_MOMENT})
_HOSTS = mapping(mapping(_SERVICE_STATE))


def _zones(hosts: Schema) -> Schema:
    zone = entity({"zoneName": TEXT, "zoneState": _STATE, "hosts": hosts})
    return entity({"availabilityZoneInfo": array(zone)})


ZONES, ZONE_DETAILS = _zones({"type": "null"}), _zones(nullable(_HOSTS))


def summary(zone: AvailabilityZone) -> dict[str, Any]:
    """Return the fields of a zone that everybody may see."""
    return {"zoneName": zone.name, "zoneState": {"available": zone.available}, "hosts": None}


def detail(zone: AvailabilityZone) -> dict[str, Any]:
    """Return a zone with its enabled hosts; one that is not available shows none."""
    document = summary(zone)
    if zone.available:
        document["hosts"] = {
            host.name: {_SERVICE: _service(host, is_up)}
            for host, is_up in zone.hosts
            if host.enabled
        }
    return document


def _service(host: Host, is_up: bool) -> dict[str, Any]:
    return {"active": True, "available": is_up, "updated_at": microseconds(host.seen_at)}
