"""The records of moves."""

from datetime import datetime

from wsme.types import Unset

from computeapi.api import migrations as facts
from computeapi.api.links import Links
from computeapi.domain.migrations import Migration as DomainMigration
from computeapi.pecan_impl.types.links import Link, resource_links
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class Migration(ResponseType):
    """An entry of the list of moves."""

    id = int
    uuid = ResponseField(str, span=facts.UUID)
    instance_uuid = str
    status = str
    migration_type = ResponseField(str, span=facts.TYPE)
    source_compute = ResponseField(str, nullable=True)
    source_node = ResponseField(str, nullable=True)
    dest_compute = ResponseField(str, nullable=True)
    dest_node = ResponseField(str, nullable=True)
    dest_host = ResponseField(str, nullable=True)
    old_instance_type_id = ResponseField(int, nullable=True)
    new_instance_type_id = ResponseField(int, nullable=True)
    user_id = ResponseField(str, span=facts.OWNER)
    project_id = ResponseField(str, span=facts.OWNER)
    created_at = datetime
    updated_at = ResponseField(datetime, nullable=True)
    links = ResponseField([Link], span=facts.TYPE, optional=True)

    @classmethod
    def of(cls, migration: DomainMigration, links: Links) -> "Migration":
        """Return the entry of a record."""
        collection = f"servers/{migration.server_id}/migrations"
        linked = resource_links(links, collection, str(migration.id))
        return cls(
            id=migration.id,
            uuid=migration.uuid,
            instance_uuid=migration.server_id,
            status=migration.status,
            migration_type=migration.type,
            source_compute=migration.source_host,
            source_node=migration.source_node,
            dest_compute=migration.target_host,
            dest_node=migration.target_node,
            dest_host=migration.target_ip,
            old_instance_type_id=facts.flavor_number(migration.old_flavor_id),
            new_instance_type_id=facts.flavor_number(migration.new_flavor_id),
            user_id=migration.user_id,
            project_id=migration.project_id,
            created_at=migration.created_at,
            updated_at=migration.updated_at,
            links=linked if facts.is_linked(migration) else Unset,
        )


class Migrations(ResponseType):
    """A page of the list of moves."""

    migrations = [Migration]
    migrations_links = ResponseField([Link], optional=True, span=facts.UUID)
