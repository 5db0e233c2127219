"""Leases as rows."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from computeapi.db.limits import check_row
from computeapi.db.session import Session
from computeapi.db.tables import leases
from computeapi.ports.leases import LeaseRepository

_IS_NAMED = leases.c.name == sa.bindparam("lease_name")
_IS_OWN = leases.c.owner == sa.bindparam("lease_owner")
_FIND = sa.select(leases.c.name).where(_IS_NAMED)
_ADD = sa.insert(leases)
_TAKE = (
    sa.update(leases)
    .where(_IS_NAMED, sa.or_(_IS_OWN, leases.c.held_until <= sa.bindparam("moment")))
    .values(owner=sa.bindparam("lease_owner"), held_until=sa.bindparam("until"))
)
_MARK = (
    sa.update(leases)
    .where(_IS_NAMED, leases.c.owner != sa.bindparam("lease_owner"))
    .values(owner=sa.bindparam("lease_owner"), held_until=sa.bindparam("until"))
)
_GIVE_UP = sa.delete(leases).where(_IS_NAMED, _IS_OWN)


class Leases(LeaseRepository):
    """The repository of leases."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def take(self, name: str, owner: str, seconds: float) -> bool:
        """Take a lease, or prolong it; return False when another owner holds it.

        :param seconds: how long it lasts, by the database's clock.
        :raises Invalid: when a name is too long.
        """
        check_row("leases", {"name": name, "owner": owner})
        now = self._session.now()
        until = now + timedelta(seconds=seconds)
        parameters = {"lease_name": name, "lease_owner": owner, "moment": now, "until": until}
        if self._session.execute(_TAKE, parameters).rowcount == 1:
            return True
        return self._is_added(name, owner, until)

    def _is_added(self, name: str, owner: str, until: datetime) -> bool:
        """Add a row; return False when there is one of the name."""
        if self._session.execute(_FIND, {"lease_name": name}).first() is not None:
            return False
        try:
            with self._session.savepoint():
                self._session.execute(_ADD, {"name": name, "owner": owner, "held_until": until})
        except IntegrityError:
            # Another process has inserted it first.
            return False
        return True

    def mark(self, name: str, word: str) -> bool:
        """Put a word in the place of the last one under a name; return False when it is the same.

        :raises Invalid: when one of them is too long.
        """
        check_row("leases", {"name": name, "owner": word})
        now = self._session.now()
        parameters = {"lease_name": name, "lease_owner": word, "until": now}
        if self._session.execute(_MARK, parameters).rowcount == 1:
            return True
        return self._is_added(name, word, now)

    def give_up(self, name: str, owner: str) -> None:
        """End a lease that the owner may hold."""
        self._session.execute(_GIVE_UP, {"lease_name": name, "lease_owner": owner})
