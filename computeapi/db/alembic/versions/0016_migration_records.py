"""Moves of servers have records."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MOMENT = sa.DateTime().with_variant(sa.dialects.mysql.DATETIME(fsp=6), "mysql", "mariadb")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def text(length: int) -> sa.types.TypeEngine[str]:
    """Return a text type that every database compares by code point."""
    return (
        sa.String(length)
        .with_variant(sa.String(length, "C"), "postgresql")
        .with_variant(sa.String(length, "utf8mb4_bin"), "mysql", "mariadb")
    )


def upgrade() -> None:
    """Add their table. Moves that are under way get no record."""
    op.create_table(
        "migrations",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("uuid", text(36), nullable=False),
        sa.Column("server_id", text(36), nullable=False),
        sa.Column("user_id", text(255), nullable=False),
        sa.Column("project_id", text(255), nullable=False),
        sa.Column("type", text(32), nullable=False),
        sa.Column("status", text(32), nullable=False),
        sa.Column("source_host", text(255), nullable=True),
        sa.Column("source_node", text(255), nullable=True),
        sa.Column("target_host", text(255), nullable=True),
        sa.Column("target_node", text(255), nullable=True),
        sa.Column("target_ip", text(255), nullable=True),
        sa.Column("old_flavor_id", text(255), nullable=False),
        sa.Column("new_flavor_id", text(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_migrations_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_migrations_server", "migrations", ["server_id", "id"])
    op.add_column("operations", sa.Column("migration_uuid", text(36), nullable=True))


def downgrade() -> None:
    """Remove it."""
    op.drop_column("operations", "migration_uuid")
    op.drop_table("migrations")
