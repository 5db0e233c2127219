"""The operations on aggregates."""

import uuid
from collections.abc import Callable, Mapping, Sequence

from computeapi.domain import names
from computeapi.domain.aggregates import (
    ZONE_KEY,
    Aggregate,
    AggregateChange,
    changed_metadata,
    zones,
)
from computeapi.domain.context import Context
from computeapi.domain.errors import Conflict, Error, Invalid, NotFound
from computeapi.policies import aggregates as rules
from computeapi.ports.database import Database, Transaction
from computeapi.ports.images import ImageStore
from computeapi.ports.messaging import RPCClient
from computeapi.ports.policy import Policy

_Change = Callable[[Transaction, Aggregate], None]


class Aggregates:
    """List, show, create, change and delete aggregates.

    The zone of each host is derived from the aggregates that it is in. A host is in one zone at
    most, and a host with servers stays in its zone: users chose it for their servers.
    """

    def __init__(
        self, db: Database, policy: Policy, images: ImageStore, rpc_client: RPCClient
    ) -> None:
        self._db = db
        self._policy = policy
        self._images = images
        self._rpc_client = rpc_client

    def list(self, context: Context) -> Sequence[Aggregate]:
        """Return all aggregates by id.

        :raises Forbidden: when the caller may not.
        """
        self._policy.authorize(context, rules.LIST)
        with self._db.read() as tx:
            return tx.aggregates.list()

    def get(self, context: Context, aggregate_id: int) -> Aggregate:
        """Return an aggregate.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        """
        self._policy.authorize(context, rules.SHOW)
        with self._db.read() as tx:
            return _found(tx, aggregate_id)

    def create(self, context: Context, name: str, availability_zone: str | None) -> Aggregate:
        """Make an aggregate without hosts.

        :raises Forbidden: when the caller may not.
        :raises Conflict: when another one has its name.
        """
        self._policy.authorize(context, rules.CREATE)
        metadata = {ZONE_KEY: availability_zone} if availability_zone else {}
        with self._db.write() as tx:
            aggregate = Aggregate(None, str(uuid.uuid4()), name, metadata, tx.now())
            tx.aggregates.add(aggregate)
        return aggregate

    def update(self, context: Context, aggregate_id: int, change: AggregateChange) -> Aggregate:
        """Give an aggregate another name or zone.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        :raises Conflict: when another one has its name.
        :raises Invalid: when a host would be in two zones, or has servers and would change zones.
        """
        self._policy.authorize(context, rules.UPDATE)

        def rename(tx: Transaction, aggregate: Aggregate) -> None:
            aggregate.name = change.name or aggregate.name
            if change.removes_zone or change.availability_zone is not None:
                zone = {ZONE_KEY: change.availability_zone}
                aggregate.metadata = changed_metadata(aggregate.metadata, zone)
            tx.aggregates.save(aggregate)

        return self._changed(aggregate_id, rename, Invalid)

    def set_metadata(
        self, context: Context, aggregate_id: int, metadata: Mapping[str, str | None]
    ) -> Aggregate:
        """Change the metadata of an aggregate.

        :param metadata: new values; None removes a key.
        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such aggregate.
        :raises Invalid: when a host would be in two zones, or has servers and would change zones.
        """
        self._policy.authorize(context, rules.SET_METADATA)

        def merge(tx: Transaction, aggregate: Aggregate) -> None:
            if metadata.get(ZONE_KEY) == "":
                raise Invalid("The name of an availability zone cannot be empty.")
            names.check_length(ZONE_KEY, metadata.get(ZONE_KEY))
            aggregate.metadata = changed_metadata(aggregate.metadata, metadata)
            tx.aggregates.save(aggregate)

        return self._changed(aggregate_id, merge, Invalid)

    def delete(self, context: Context, aggregate_id: int) -> None:
        """Remove an aggregate.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is none.
        :raises Invalid: when hosts are in it.
        """
        self._policy.authorize(context, rules.DELETE)
        with self._db.write() as tx:
            tx.lock("aggregates")
            if _found(tx, aggregate_id).hosts:
                raise Invalid(f"Aggregate {aggregate_id} still has hosts.")
            tx.aggregates.delete(aggregate_id)

    def add_host(self, context: Context, aggregate_id: int, host: str) -> Aggregate:
        """Add a host to an aggregate.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such aggregate or host.
        :raises Conflict: when it is in the aggregate already, would be in two zones, or has servers
            and would change its zone.
        """
        self._policy.authorize(context, rules.ADD_HOST)

        def add(tx: Transaction, aggregate: Aggregate) -> None:
            if tx.hosts.get(host) is None:
                raise NotFound(f"Compute host {host} could not be found.")
            if host in aggregate.hosts:
                raise Conflict(f"Aggregate {aggregate_id} already has host {host}.")
            tx.aggregates.add_host(aggregate_id, host)

        return self._changed(aggregate_id, add, Conflict)

    def remove_host(self, context: Context, aggregate_id: int, host: str) -> Aggregate:
        """Remove a host from an aggregate.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such aggregate, or it does not have the host.
        :raises Conflict: when the host has servers and would change its zone.
        """
        self._policy.authorize(context, rules.REMOVE_HOST)

        def remove(tx: Transaction, aggregate: Aggregate) -> None:
            if host not in aggregate.hosts:
                raise NotFound(f"Host {host} is not in aggregate {aggregate_id}.")
            tx.aggregates.remove_host(aggregate_id, host)

        return self._changed(aggregate_id, remove, Conflict)

    def cache_images(self, context: Context, aggregate_id: int, image_ids: Sequence[str]) -> None:
        """Accept to fetch images into the caches of the hosts of an aggregate.

        :raises Forbidden: when the caller may not.
        :raises NotFound: when there is no such aggregate.
        :raises Invalid: when an image is named twice, or does not exist.
        :raises ImageUnreachable: when the image service does not answer.
        """
        self._policy.authorize(context, rules.CACHE_IMAGES)
        if len(set(image_ids)) < len(image_ids):
            raise Invalid("An image is named more than once.")
        for image_id in image_ids:
            try:
                self._images.get(context, image_id)
            except NotFound as error:
                raise Invalid(f"Image {image_id} could not be found.") from error
        with self._db.write() as tx:
            tx.lock("wanted_images")
            hosts = _found(tx, aggregate_id).hosts
            for host in hosts:
                for image_id in image_ids:
                    tx.wanted_images.add(host, image_id)
        for host in hosts:
            self._rpc_client.cast(host)

    def _changed(self, aggregate_id: int, change: _Change, refusal: type[Error]) -> Aggregate:
        """Change an aggregate, and keep the zones that its hosts get by that.

        :param refusal: raised when the zones of hosts forbid the change; the API has another code
            for it by operation.
        """
        with self._db.write() as tx:
            tx.lock("aggregates")
            before = zones(tx.aggregates.list())
            aggregate = _found(tx, aggregate_id)
            aggregate.updated_at = tx.now()
            change(tx, aggregate)
            tx.aggregates.save(aggregate)
            after = zones(tx.aggregates.list())
            for host in sorted(before.keys() | after.keys()):
                if before.get(host) != after.get(host):
                    _move(tx, host, after.get(host, set()), refusal)
            return _found(tx, aggregate_id)


def _move(tx: Transaction, host: str, found: set[str], refusal: type[Error]) -> None:
    """Keep the new zone of a host."""
    if len(found) > 1:
        raise refusal(f"Host {host} would be in more than one availability zone.")
    zone = next(iter(found), None)
    # The lock keeps servers from being placed on the host meanwhile.
    kept = tx.hosts.lock(host)
    if kept is None or kept.availability_zone == zone:
        return
    if tx.hosts.usage_of(host).instances:
        raise refusal(f"Host {host} has servers, which would change their availability zone.")
    tx.hosts.set_zone(host, zone)


def _found(tx: Transaction, aggregate_id: int) -> Aggregate:
    aggregate = tx.aggregates.get(aggregate_id)
    if aggregate is None:
        raise NotFound(f"Aggregate {aggregate_id} could not be found.")
    return aggregate
