"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Lead to this version."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Lead back to the version before."""
    ${downgrades if downgrades else "pass"}
