"""Response bodies of the records of moves (API reference, "Migrations", "Server migrations")."""

from typing import Any

from computeapi.api import migrations as facts
from computeapi.api.links import Links
from computeapi.api.versions import Version
from computeapi.domain.migrations import Migration
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views import links as link_views
from computeapi.falcon_impl.views.fields import ABSENT, Constant, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import (
    INTEGER,
    LINKS,
    MOMENT,
    TEXT,
    entity,
    nullable,
    page,
)


def _links(migration: Migration, links: Links) -> Any:
    if not facts.is_linked(migration):
        return ABSENT
    collection = f"servers/{migration.server_id}/migrations"
    return link_views.resource(links, collection, str(migration.id))


_COMMON = (
    Field("id", "id", INTEGER),
    Field("status", "status", TEXT),
    Field("source_compute", "source_host", nullable(TEXT)),
    Field("source_node", "source_node", nullable(TEXT)),
    Field("dest_compute", "target_host", nullable(TEXT)),
    Field("dest_node", "target_node", nullable(TEXT)),
    Field("dest_host", "target_ip", nullable(TEXT)),
    Field("created_at", "created_at", MOMENT),
    Field("uuid", "uuid", TEXT, facts.UUID),
    Field("user_id", "user_id", TEXT, facts.OWNER),
    Field("project_id", "project_id", TEXT, facts.OWNER),
)
_ENTRY = Fields(
    *_COMMON,
    Field("instance_uuid", "server_id", TEXT),
    Field(
        "old_instance_type_id", lambda m, _: facts.flavor_number(m.old_flavor_id), nullable(INTEGER)
    ),
    Field(
        "new_instance_type_id", lambda m, _: facts.flavor_number(m.new_flavor_id), nullable(INTEGER)
    ),
    Field("updated_at", "updated_at", nullable(MOMENT)),
    Field("migration_type", "type", TEXT, facts.TYPE),
    Field("links", _links, LINKS, facts.TYPE, optional=True),
)
_LIVE = Fields(
    *_COMMON,
    Field("server_uuid", "server_id", TEXT),
    Field("updated_at", lambda m, _: facts.changed_at(m), nullable(MOMENT)),
    *(Field(name, Constant(None), nullable(INTEGER)) for name in facts.PROGRESS),
)

ENTRIES = page("migrations", _ENTRY.schema, span=facts.UUID)
LIVE = entity({"migration": _LIVE.schema})
LIVES = entity({"migrations": array(_LIVE.schema)})


def entry(migration: Migration, version: Version, links: Links) -> Document:
    """Return an entry of ``GET /os-migrations``."""
    return _ENTRY.document(migration, version, links)


def live(migration: Migration, version: Version) -> Document:
    """Return a live migration that goes on, as its server has it."""
    return _LIVE.document(migration, version)
