"""Compute services."""

from wsme.types import StringType

from computeapi.api import services as contract
from computeapi.api import values
from computeapi.domain.services import COMPUTE
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.responses import EXACT_MOMENT, ResponseField, ResponseType
from computeapi.pecan_impl.types.values import BOOLEAN, choice, matching
from computeapi.service.services import ShownService

_TEXT = StringType(min_length=1, max_length=values.MAX_LENGTH)


class ServiceUpdate(RequestType):
    """The body of a request to change a service; until 2.52 it names the host and the program."""

    host = RequestField(matching(values.HOST_NAME), span=contract.UPDATE_BY_HOST, mandatory=True)
    binary = RequestField(_TEXT, span=contract.UPDATE_BY_HOST, mandatory=True)
    status = RequestField(choice(contract.STATUSES), span=contract.UUID)
    disabled_reason = RequestField(_TEXT)
    forced_down = RequestField(BOOLEAN, span=contract.FORCED_DOWN)


def status(enabled: bool) -> str:
    """Return the status of a host's service."""
    return "enabled" if enabled else "disabled"


def state(up: bool) -> str:
    """Return the state of a host's service."""
    return "up" if up else "down"


class Service(ResponseType):
    """A compute service."""

    binary = str
    disabled_reason = ResponseField(str, nullable=True)
    forced_down = ResponseField(bool, span=contract.FORCED_DOWN)
    host = str
    number = ResponseField(int, name="id", span=contract.NUMBER)
    state = str
    status = str
    updated_at = EXACT_MOMENT
    uuid = ResponseField(str, name="id", span=contract.UUID)
    zone = str

    @classmethod
    def of(cls, shown: ShownService) -> "Service":
        """Return all of a service."""
        service, host = shown.service, shown.service.host
        return cls(
            binary=COMPUTE,
            disabled_reason=service.disabled_reason,
            forced_down=host.forced_down,
            host=host.name,
            number=service.number,
            state=state(shown.up),
            status=status(host.enabled),
            updated_at=host.seen_at,
            uuid=service.uuid,
            zone=shown.zone,
        )


class ChangedService(ResponseType):
    """The answer to a change until 2.52: the host, the program, and the changed fields."""

    binary = str
    disabled_reason = ResponseField(str, optional=True)
    forced_down = ResponseField(bool, span=contract.FORCED_DOWN, optional=True)
    host = str
    status = ResponseField(str, optional=True)


class ChangedServiceDocument(ResponseType):
    """A compute service that was changed."""

    changed = ResponseField(ChangedService, "service", contract.UPDATE_BY_HOST)
    service = ResponseField(Service, span=contract.UUID)


class Services(ResponseType):
    """The list of compute services."""

    services = [Service]
