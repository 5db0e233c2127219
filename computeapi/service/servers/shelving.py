"""Shelve servers, take them off their hosts, and unshelve them."""

from collections.abc import Callable

from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Invalid
from computeapi.domain.host_rules import HostRules
from computeapi.domain.servers import Server, VmState, actions
from computeapi.domain.servers.shelving import IMAGE_SUFFIX, NOWHERE, Unshelving
from computeapi.domain.servers.snapshots import NewSnapshot
from computeapi.policies.servers import shelving as rules
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service.servers.acceptance import Acceptance, require_unlocked
from computeapi.service.servers.host_rules import lock_group, rules_of_move
from computeapi.service.servers.new_images import ImageAction, NewImages
from computeapi.service.servers.placement import (
    CountedPlacement,
    Destination,
    NotPlaced,
    NoValidHost,
    Placement,
    RankedPlacement,
    SchedulingOptions,
    put,
)

#: Makes the placement of a server.
Kind = Callable[[Destination, Transaction, SchedulingOptions, HostRules], Placement]


class Shelving:
    """Accept to move servers into images, and back onto hosts.

    :param offloads_at_once: whether a server leaves its host as soon as its image has its disk.
    """

    def __init__(
        self,
        acceptance: Acceptance,
        policy: Policy,
        new_images: NewImages,
        options: SchedulingOptions,
        offloads_at_once: bool,
    ) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._new_images = new_images
        self._options = options
        self._offloads_at_once = offloads_at_once

    def shelve(self, context: Context, server_id: str) -> None:
        """Accept to shut a server down and to keep its disk in an image.

        A server that boots from a volume has its disk there, and leaves its host at once.

        :raises Conflict: when its state or its lock forbids it.
        :raises ImageUnreachable: when the image service does not answer.
        """

        def keep(tx: Transaction, server: Server, image_id: str) -> None:
            server.shelved_image_id = image_id
            tx.shelved_images.add(image_id, server.id)

        def offload(_server: Server, _wanted: NewSnapshot) -> str:
            params: dict[str, object] = {"offload": True}
            self._acceptance.accept(context, server_id, actions.SHELVE, rules.SHELVE, params)
            return ""

        params = {"offload": self._offloads_at_once}
        action = ImageAction(actions.SHELVE, rules.SHELVE, params, keep, offload)
        self._new_images.make(context, server_id, action, _shelved)

    def offload(self, context: Context, server_id: str) -> None:
        """Accept to remove the guest of a shelved server from its host.

        :raises Conflict: when the server's state or its lock forbids it.
        """
        self._acceptance.accept(context, server_id, actions.SHELVE_OFFLOAD, rules.SHELVE_OFFLOAD)

    def unshelve(self, context: Context, server_id: str, wanted: Unshelving = NOWHERE) -> None:
        """Accept to start a shelved server, on a host that is chosen as for a new one.

        A server that is on its host still stays there. Where no host has room, the server stays as
        it is, and its failed operation says why.

        :param wanted: the place that it is to go to.
        :raises Forbidden: when the caller may not do this, or may not name a host.
        :raises Invalid: when there is no such availability zone or host.
        :raises Conflict: when the server's state or its lock forbids it, it is on its host still
            and cannot go to a place of choice, or the host is in another zone.
        """
        try:
            host = self._unshelve(context, server_id, wanted, RankedPlacement)
        except NotPlaced:
            # Only a count of all hosts shows that none has room, and why not.
            host = self._unshelve(context, server_id, wanted, CountedPlacement)
        if host is not None:
            self._acceptance.rpc_client.cast(host)

    def _unshelve(
        self, context: Context, server_id: str, wanted: Unshelving, kind: Kind
    ) -> str | None:
        """Keep the operation; return its host, or None when it failed."""
        action = actions.UNSHELVE
        with self._acceptance.db.write() as tx:
            server = self._load(tx, context, server_id)
            self._check(tx, context, server, wanted)
            if wanted.sets_zone:
                server.pinned_zone = wanted.zone
            if server.vm_state == VmState.SHELVED_OFFLOADED:
                try:
                    self._place(tx, context, server, wanted.host, kind)
                # What the request names is there: it is the server's own zone that is not.
                except (NoValidHost, Invalid) as error:
                    self._acceptance.keep_failure(tx, context, server, action, error.message)
                    return None
            return self._acceptance.queue(tx, context, server, action)

    def _load(self, tx: Transaction, context: Context, server_id: str) -> Server:
        server = self._acceptance.load(tx, context, server_id, rules.UNSHELVE)
        # A request that locks servers locks their group before.
        lock_group(tx, server)
        server = self._acceptance.load(tx, context, server_id, rules.UNSHELVE, lock=True)
        require_unlocked(context, server, actions.UNSHELVE)
        server.require_state(actions.UNSHELVE)
        return server

    def _check(self, tx: Transaction, context: Context, server: Server, wanted: Unshelving) -> None:
        """Check the place that a request names (API reference, "Unshelve Server")."""
        if wanted == NOWHERE:
            return
        if wanted.host is not None:
            owner = {"project_id": server.project_id, "user_id": server.user_id}
            self._policy.authorize(context, rules.UNSHELVE_TO_HOST, owner)
        if server.vm_state != VmState.SHELVED_OFFLOADED:
            raise Conflict(
                f"Instance {server.id} is {server.vm_state} and on its host still: it can be "
                "unshelved to another place when it is offloaded."
            )
        zones = {host.name: host.zone(self._options.default_zone) for host in tx.hosts.list()}
        if wanted.zone is not None and wanted.zone not in zones.values():
            raise Invalid("The requested availability zone is not available")
        if wanted.host is None:
            return
        if wanted.host not in zones:
            raise Invalid(f"Compute host {wanted.host} could not be found.")
        zone = wanted.zone if wanted.sets_zone else server.pinned_zone
        if zone not in (None, zones[wanted.host]):
            raise Conflict(f"Host {wanted.host} is not in the availability zone {zone}.")

    def _place(
        self, tx: Transaction, context: Context, server: Server, host: str | None, kind: Kind
    ) -> None:
        """Put a server on a host, and claim its resources there.

        :raises NotPlaced: when all hosts have to be counted.
        :raises NoValidHost: when none takes it.
        :raises Invalid: when the zone that it is pinned to is not there any more.
        """
        allowed = rules_of_move(tx, context, server)
        placement = kind(Destination(server.pinned_zone, host), tx, self._options, allowed)
        put(server, placement.find(server), self._options)
        placement.note()
        tx.claims.keep(server.id, server.claims)


def _shelved(_tx: Transaction, server: Server) -> NewSnapshot:
    """Return the image that has the disk of a shelved server."""
    return NewSnapshot(f"{server.name}{IMAGE_SUFFIX}")
