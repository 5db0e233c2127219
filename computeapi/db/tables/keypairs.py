"""The table of keypairs."""

import sqlalchemy as sa

from computeapi.db.tables.columns import MOMENT, NAME, SERIAL, WORD, column, mapped, metadata, text
from computeapi.domain.keypairs import Keypair

keypairs = sa.Table(
    "keypairs",
    metadata,
    column("id", SERIAL, primary_key=True, autoincrement=True),
    column("user_id", NAME),
    column("name", NAME),
    column("type", WORD),
    column("public_key", text()),
    column("fingerprint", NAME),
    column("created_at", MOMENT),
    sa.UniqueConstraint("user_id", "name"),
)

KEYPAIR = mapped(keypairs, Keypair)
