"""The table of locks."""

import sqlalchemy as sa

from computeapi.db.tables.columns import column, metadata, text

#: What :meth:`computeapi.db.database.Transaction.lock` locks.
locks = sa.Table("locks", metadata, column("name", text(300), primary_key=True))
