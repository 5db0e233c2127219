"""Claims on hosts as rows."""

from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from computeapi.db.prepared import Prepared
from computeapi.db.session import Session
from computeapi.db.tables import CLAIM, claims
from computeapi.domain.claims import Claim
from computeapi.ports.claims import ClaimRepository

_IS_SERVER = claims.c.server_id == sa.bindparam("server")
_IS_HOST = claims.c.host == sa.bindparam("host_name")
_OF_SERVER = Prepared(sa.select(*CLAIM).where(_IS_SERVER).order_by(claims.c.host), Claim)
_ADD = sa.insert(claims)
_CHANGE = (
    sa.update(claims)
    .where(_IS_SERVER, _IS_HOST)
    .values({c.name: sa.bindparam(c.name) for c in CLAIM if not c.primary_key})
)
_REMOVE = sa.delete(claims).where(_IS_SERVER, _IS_HOST)
_REMOVE_ALL = sa.delete(claims).where(_IS_SERVER)


class Claims(ClaimRepository):
    """The repository of claims."""

    __slots__ = ("_session",)

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_server(self, server_id: str) -> Sequence[Claim]:
        """Return a server's claims, by host."""
        return self._session.objects(_OF_SERVER, {"server": server_id})

    def keep(self, server_id: str, kept: Sequence[Claim]) -> None:
        """Make these the claims of a server, and remove all others that it has."""
        hosts = {claim.host for claim in kept}
        for old in self.of_server(server_id):
            if old.host not in hosts:
                self.remove(server_id, old.host)
        for claim in kept:
            self.put(claim)

    def put(self, claim: Claim) -> None:
        """Keep a server's claim on a host, in place of the one it may have there."""
        row = asdict(claim)
        sizes = {name: row[name] for name in ("vcpus", "memory_mb", "disk_gb")}
        names = {"server": claim.server_id, "host_name": claim.host}
        if self._session.execute(_CHANGE, names | sizes).rowcount == 0:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Keep the claim of a server that has none on that host."""
        self._session.execute(_ADD, asdict(claim))

    def remove(self, server_id: str, host: str) -> None:
        """Remove a server's claim on a host, if it has one."""
        self._session.execute(_REMOVE, {"server": server_id, "host_name": host})

    def remove_all(self, server_id: str) -> None:
        """Remove a server's claims."""
        self._session.execute(_REMOVE_ALL, {"server": server_id})
