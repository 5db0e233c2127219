"""The live migrations of a server."""

from datetime import datetime

from computeapi.api import migrations as facts
from computeapi.api.servers import changes
from computeapi.domain.migrations import Migration
from computeapi.pecan_impl.types.actions import OneOf
from computeapi.pecan_impl.types.requests import RequestField
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType
from computeapi.pecan_impl.types.values import NULL


class ServerMigration(ResponseType):
    """A live migration that goes on."""

    id = int
    uuid = ResponseField(str, span=facts.UUID)
    server_uuid = str
    status = str
    source_compute = ResponseField(str, nullable=True)
    source_node = ResponseField(str, nullable=True)
    dest_compute = ResponseField(str, nullable=True)
    dest_node = ResponseField(str, nullable=True)
    dest_host = ResponseField(str, nullable=True)
    memory_total_bytes = ResponseField(int, nullable=True)
    memory_processed_bytes = ResponseField(int, nullable=True)
    memory_remaining_bytes = ResponseField(int, nullable=True)
    disk_total_bytes = ResponseField(int, nullable=True)
    disk_processed_bytes = ResponseField(int, nullable=True)
    disk_remaining_bytes = ResponseField(int, nullable=True)
    user_id = ResponseField(str, span=facts.OWNER)
    project_id = ResponseField(str, span=facts.OWNER)
    created_at = datetime
    updated_at = ResponseField(datetime, nullable=True)

    @classmethod
    def of(cls, migration: Migration) -> "ServerMigration":
        """Return the document of a record."""
        return cls(
            id=migration.id,
            uuid=migration.uuid,
            server_uuid=migration.server_id,
            status=migration.status,
            source_compute=migration.source_host,
            source_node=migration.source_node,
            dest_compute=migration.target_host,
            dest_node=migration.target_node,
            dest_host=migration.target_ip,
            user_id=migration.user_id,
            project_id=migration.project_id,
            created_at=migration.created_at,
            updated_at=facts.changed_at(migration),
            **dict.fromkeys(facts.PROGRESS),
        )


class ServerMigrations(ResponseType):
    """The live migrations of a server."""

    migrations = [ServerMigration]


class ServerMigrationDocument(ResponseType):
    """A live migration of a server."""

    migration = ServerMigration


class ServerMigrationAction(OneOf):
    """An action on a live migration."""

    force_complete = RequestField(NULL, nullable=True, span=changes.FORCE_COMPLETE)
