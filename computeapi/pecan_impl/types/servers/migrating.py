"""Actions that move a server to another host."""

from computeapi.api.servers import changes
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, HOST


class Migrate(RequestType):
    """The parameters of a migration."""

    host = RequestField(HOST, nullable=True, default=None)


class MigratingActions(RequestType):
    """``migrate``."""

    migrate = RequestField(ANYTHING, span=changes.MIGRATED_ANYWHERE, nullable=True)
    migrate_to_host = RequestField(
        Migrate, name="migrate", span=changes.MIGRATED_TO_HOST, nullable=True
    )
