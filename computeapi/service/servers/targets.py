"""The host that a server moves to, and the reason when there is none."""

import uuid
from dataclasses import dataclass

from computeapi.domain.host_rules import HostRules
from computeapi.domain.hosts import Host, Usage, choose, no_valid_host, shortages
from computeapi.domain.migrations import MigrationType
from computeapi.domain.servers import Move, Server, Size
from computeapi.ports.database import Transaction
from computeapi.service.servers.placement import (
    NotPlaced,
    NoValidHost,
    SchedulingOptions,
    unready,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The kind of a move, the hosts to choose from, and the size that the server is to have.

    :ivar may_stay: whether the server's own host may be chosen.
    :ivar host: the name of the only host that may be chosen; None for every host.
    :ivar is_forced: whether the host gets the server even if it has no room, or rules exclude it.
    :ivar vm_state: the state that the server is to have after the move; None for that of before.
    :ivar disk_config: the new disk configuration of the server; None leaves it as it is.
    """

    kind: MigrationType
    size: Size
    may_stay: bool = False
    host: str | None = None
    disk_config: str | None = None
    is_forced: bool = False
    vm_state: str | None = None


class Targets:
    """Chooses the host of a server that moves, in one transaction.

    The server stays in the availability zone that it is pinned to. It stays on its host where that
    is allowed and there is room: nothing needs to be carried then.

    :param rules: the hosts that the server's group and its scheduler hints allow and prefer.
    """

    def __init__(
        self,
        tx: Transaction,
        server: Server,
        wanted: Wanted,
        options: SchedulingOptions,
        rules: HostRules | None = None,
    ) -> None:
        self._tx = tx
        self._server = server
        self._wanted = wanted
        self._new = wanted.size
        self._options = options
        self._rules = rules or HostRules()
        self._now = tx.now()
        #: Hosts that have not removed a guest yet that the server had there.
        self._spoiled = {one.source_host for one in tx.migrations.remains(server.id)}
        self._own = {claim.host: claim.usage for claim in tx.claims.of_server(server.id)}

    def ranked(self) -> Move:
        """Rank the hosts by their noted usage, then lock the best one and count its servers.

        :raises NotPlaced: when none of those that are tried has room: all have to be counted.
        """
        ranked = {host.name: (host, used) for host, used in self._tx.hosts.with_usage()}
        candidates = {name: found for name, found in ranked.items() if self._allows(found[0])}
        own = candidates.pop(self._server.host or "", None)
        best = own[0] if own else None
        holds_one = False
        while best is not None or (best := self._best(candidates)) is not None:
            candidates.pop(best.name, None)
            # Who waits while it holds a host might wait for another one that waits for that host.
            host = self._tx.hosts.lock(best.name, wait=not holds_one)
            holds_one = holds_one or host is not None
            if host is not None and self._fits(host, self._tx.hosts.usage_of(host.name)):
                return self._move_to(host)
            best = None
        raise NotPlaced

    def counted(self) -> Move:
        """Count the servers of all hosts, which stay locked until the transaction ends.

        :raises NoValidHost: when none of them has room; it says why.
        """
        fitting, reasons = {}, []
        hosts = self._tx.hosts.list(lock=True)
        usage = self._tx.hosts.usage()
        for host in filter(self._is_allowed, hosts):
            used = usage.get(host.name, Usage())
            reason = self._refusal(host) or self._lacks(host, used)
            if reason:
                reasons.append(reason)
            else:
                fitting[host.name] = (host, used)
        stay = fitting.get(self._server.host or "")
        target = stay[0] if stay else self._best(fitting)
        if target is None:
            raise NoValidHost(no_valid_host(reasons, self._new.usage))
        return self._move_to(target)

    def _best(self, candidates: dict[str, tuple[Host, Usage]]) -> Host | None:
        if self._wanted.is_forced:
            return next((host for host, _ in candidates.values()), None)
        preference = self._rules.preference
        return choose(candidates.values(), self._new.usage, self._options.ratios, preference)

    def _is_allowed(self, host: Host) -> bool:
        if host.name == self._server.host:
            return self._wanted.may_stay
        if self._wanted.host not in (None, host.name) or host.name in self._spoiled:
            return False
        zone = self._server.pinned_zone
        return zone in (None, host.zone(self._options.default_zone))

    def _allows(self, host: Host) -> bool:
        return self._is_allowed(host) and not self._refusal(host)

    def _fits(self, host: Host, used: Usage) -> bool:
        return not self._refusal(host) and not self._lacks(host, used)

    def _refusal(self, host: Host) -> tuple[str, ...]:
        """Return the state or the rule for which a host is not chosen; empty when it may be."""
        refusal = None if self._wanted.is_forced else self._rules.refusal(host.name)
        return unready(host, self._now, self._options) or ((refusal,) if refusal else ())

    def _lacks(self, host: Host, used: Usage) -> tuple[str, ...]:
        """Return the resources that a host lacks beside the claims of all other servers."""
        if self._wanted.is_forced:
            return ()
        others = used - self._own.get(host.name, Usage())
        wanted = self._move_to(host).usages[host.name]
        return shortages(host, others, wanted, self._options.ratios)

    def _move_to(self, host: Host) -> Move:
        server = self._server
        return Move(
            token=str(uuid.uuid4()),
            source_host=server.host or "",
            source_zone=server.availability_zone,
            target_host=host.name,
            target_zone=host.zone(self._options.default_zone),
            old=server.size,
            new=self._new,
            vm_state=self._wanted.vm_state or server.vm_state,
        )
