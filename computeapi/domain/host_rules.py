"""The hosts that a request's server group and scheduler hints leave to choose from."""

from collections import Counter
from collections.abc import Mapping

from computeapi.domain.hosts import BY_GROUP, BY_HINTS
from computeapi.domain.server_groups import GroupPolicy, ServerGroup


class HostRules:
    """Decides which hosts may get the servers of one request.

    :param group: the server group of the servers.
    :param members: by host, how many servers of the group have a claim on it.
    :param same_host: hosts of which a server must get one; None for every host.
    :param different_host: hosts of which a server must get none.
    """

    def __init__(
        self,
        group: ServerGroup | None = None,
        members: Mapping[str, int] | None = None,
        same_host: frozenset[str] | None = None,
        different_host: frozenset[str] = frozenset(),
    ) -> None:
        self._policy = None if group is None else group.policy
        self._most = (group.max_server_per_host if group else None) or 1
        self._members = Counter(members or {})
        self._same_host = same_host
        self._different_host = different_host

    def refusal(self, host: str) -> str | None:
        """Return the reason for which a host gets no server, or None when it may get one.

        :returns: one of :data:`computeapi.domain.hosts.EXCLUDING`.
        """
        if host in self._different_host:
            return BY_HINTS
        if self._same_host is not None and host not in self._same_host:
            return BY_HINTS
        return None if self._is_in_group(host) else BY_GROUP

    def _is_in_group(self, host: str) -> bool:
        if self._policy == GroupPolicy.AFFINITY:
            return not self._members or host in self._members
        if self._policy == GroupPolicy.ANTI_AFFINITY:
            return self._members[host] < self._most
        return True

    def preference(self, host: str) -> int:
        """Return how much rather than others a host is to get a server; more is better."""
        if self._policy == GroupPolicy.SOFT_AFFINITY:
            return self._members[host]
        if self._policy == GroupPolicy.SOFT_ANTI_AFFINITY:
            return -self._members[host]
        return 0

    def note(self, host: str) -> None:
        """Note that a server of the group got a host: it counts for the ones that follow."""
        if self._policy is not None:
            self._members[host] += 1
