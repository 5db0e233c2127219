"""Console tokens."""

from computeapi.domain.console_tokens import ConsoleToken, access_path
from computeapi.pecan_impl.types.responses import ResponseType


class Connection(ResponseType):
    """The place of a console."""

    host = str
    instance_uuid = str
    internal_access_path = str
    port = int

    @classmethod
    def of(cls, found: ConsoleToken, token: str) -> "Connection":
        """Return the place of the console that a token opens."""
        return cls(
            host=found.relay_host,
            instance_uuid=found.server_id,
            internal_access_path=access_path(token),
            port=found.relay_port,
        )


class ConnectionDocument(ResponseType):
    """The answer to a request for the place of a console."""

    console = Connection
