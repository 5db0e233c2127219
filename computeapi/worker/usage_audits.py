"""Reports the servers that a host had in a period that is over: ``compute.instance.exists``."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from computeapi.domain.notifications import Settings, changes, payload
from computeapi.domain.usage import AuditPeriod
from computeapi.ports.database import Database, Transaction

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Audits:
    """How the use of servers is reported.

    :ivar settings: of the notifications.
    """

    period: AuditPeriod
    settings: Settings


class UsageAudits:
    """Write a notification about each server that a host had in the last period.

    They are written in one transaction with the mark that the period is reported.

    :param host: this worker's host.
    :param may_look: return whether the host is still this worker's.
    """

    def __init__(
        self, db: Database, host: str, audits: Audits, may_look: Callable[[], bool]
    ) -> None:
        self._db = db
        self._host = host
        self._audits = audits
        self._may_look = may_look
        # A lease's name has 32 characters at most, and a host's more.
        self._name = f"audit-{hashlib.sha256(host.encode()).hexdigest()[:20]}"
        self._reported: tuple[datetime, datetime] | None = None

    def look(self) -> None:
        """Report the last period, unless it is reported."""
        if self._audits.period == AuditPeriod.NONE or not self._may_look():
            return
        with self._db.read() as tx:
            period = self._audits.period.last(tx.now())
        if period is None or period == self._reported:
            return
        with self._db.write() as tx:
            if tx.leases.mark(self._name, f"{period[0]} {period[1]}"):
                self._report(tx, *period)
        self._reported = period

    def _report(self, tx: Transaction, beginning: datetime, ending: datetime) -> None:
        settings, fields = self._audits.settings, payload.of_audit(beginning, ending)
        servers = tx.usage.on_host(self._host, beginning, ending)
        made = [
            changes.made(settings, "exists", server, None, fields, tx.now()) for server in servers
        ]
        if made:
            tx.notifications.add(*made)
        LOG.info("Reported the use of %s servers until %s", len(servers), ending)
