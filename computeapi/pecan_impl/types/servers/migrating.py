"""Actions that move a server to another host."""

from typing import Any

from computeapi.api.openapi.schemas import Schema
from computeapi.api.servers import changes
from computeapi.pecan_impl.types.requests import RequestField, RequestType
from computeapi.pecan_impl.types.values import ANYTHING, BOOLEAN, HOST, Boolean


class Migrate(RequestType):
    """The parameters of a migration."""

    host = RequestField(HOST, nullable=True, default=None)


class BooleanOrAuto(Boolean):
    """True, false, a word for one of them, or "auto"."""

    name = "boolean or auto"

    def frombasetype(self, value: Any) -> Any:
        """Convert the value that came."""
        return value if value == "auto" else super().frombasetype(value)

    @property
    def schema(self) -> Schema:
        """The schema of a value."""
        return {**super().schema, "enum": [*super().schema["enum"], "auto"]}


class MigrateLive(RequestType):
    """The parameters of a live migration."""

    host = RequestField(HOST, mandatory=True, nullable=True)
    block_migration = RequestField(BOOLEAN, span=changes.DISK_OVER_COMMIT, mandatory=True)
    block_migration_or_auto = RequestField(
        BooleanOrAuto(),
        name="block_migration",
        span=changes.BLOCK_MIGRATION_AUTO,
        mandatory=True,
    )
    disk_over_commit = RequestField(BOOLEAN, span=changes.DISK_OVER_COMMIT, mandatory=True)
    force = RequestField(BOOLEAN, span=changes.FORCED_LIVE_MIGRATION, default=False)


class MigratingActions(RequestType):
    """``migrate`` and ``os-migrateLive``."""

    migrate = RequestField(ANYTHING, span=changes.MIGRATED_ANYWHERE, nullable=True)
    migrate_to_host = RequestField(
        Migrate, name="migrate", span=changes.MIGRATED_TO_HOST, nullable=True
    )
    migrate_live = RequestField(MigrateLive, name="os-migrateLive")
