"""Response bodies of the records of moves (API reference, "Migrations", "Server migrations")."""

from typing import Any

from computeapi.api import migrations as facts
from computeapi.api.links import Links
from computeapi.api.versions import Version
from computeapi.domain.migrations import Migration
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import ABSENT, Constant, Document, Field, Fields


def _links(migration: Migration, links: Links) -> Any:
    if not facts.is_linked(migration):
        return ABSENT
    collection = f"servers/{migration.server_id}/migrations"
    return link_views.resource(links, collection, str(migration.id))


_COMMON = (
    Field("id", "id"),
    Field("status", "status"),
    Field("source_compute", "source_host"),
    Field("source_node", "source_node"),
    Field("dest_compute", "target_host"),
    Field("dest_node", "target_node"),
    Field("dest_host", "target_ip"),
    Field("created_at", "created_at"),
    Field("uuid", "uuid", facts.UUID),
    Field("user_id", "user_id", facts.OWNER),
    Field("project_id", "project_id", facts.OWNER),
)
_ENTRY = Fields(
    *_COMMON,
    Field("instance_uuid", "server_id"),
    Field("old_instance_type_id", lambda m, _: facts.flavor_number(m.old_flavor_id)),
    Field("new_instance_type_id", lambda m, _: facts.flavor_number(m.new_flavor_id)),
    Field("updated_at", "updated_at"),
    Field("migration_type", "type", facts.TYPE),
    Field("links", _links, facts.TYPE),
)
_LIVE = Fields(
    *_COMMON,
    Field("server_uuid", "server_id"),
    Field("updated_at", lambda m, _: facts.changed_at(m)),
    *(Field(name, Constant(None)) for name in facts.PROGRESS),
)


def entry(migration: Migration, version: Version, links: Links) -> Document:
    """Return an entry of ``GET /os-migrations``."""
    return _ENTRY.document(migration, version, links)


def live(migration: Migration, version: Version) -> Document:
    """Return a live migration that goes on, as its server has it."""
    return _LIVE.document(migration, version)
