"""Servers keep the certificates that their request named."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the column. No request could name certificates before."""
    column = sa.Column("trusted_certificates", sa.JSON(none_as_null=True), nullable=True)
    op.add_column("servers", column)


def downgrade() -> None:
    """Remove it."""
    op.drop_column("servers", "trusted_certificates")
