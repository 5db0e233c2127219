"""Alembic's environment; :mod:`computeapi.db.migration` hands it an open transaction."""

from typing import Any, Literal

from alembic import context

from computeapi.db.tables import COMPOSITE, TagsType, metadata


def _rendered(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Say how a new revision spells a column's type; False: as usual."""
    if kind == "type" and isinstance(item, TagsType):
        return "LONG_TEXT"
    return "sa.JSON()" if kind == "type" and isinstance(item, COMPOSITE) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The transaction is begun and ended outside: SQLite's DDL is part of it only so.
    transactional_ddl=False,
    render_as_batch=True,
    render_item=_rendered,
)
context.run_migrations()
