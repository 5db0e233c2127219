"""The creation of servers: check the request, place the servers, keep them."""

import secrets
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from computeapi.domain import hardware, names
from computeapi.domain.context import Context
from computeapi.domain.errors import Forbidden, Invalid
from computeapi.domain.flavors import Flavor
from computeapi.domain.host_rules import HostRules
from computeapi.domain.hosts import Usage
from computeapi.domain.images import image_gb
from computeapi.domain.keypairs import Keypair
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.servers import (
    CreatedServers,
    NewServer,
    PowerState,
    Server,
    TaskState,
    VmState,
    actions,
)
from computeapi.policies.servers import creation as rules
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Transaction
from computeapi.ports.policy import Policy
from computeapi.service import flavors
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.creation_checks import check_image, check_request
from computeapi.service.servers.creation_devices import Boot, CreationDevices
from computeapi.service.servers.creation_limits import Allowance, allowance
from computeapi.service.servers.creation_networks import keep_ports, plan_networks
from computeapi.service.servers.creation_parts import own_keypair
from computeapi.service.servers.destinations import requested_destination
from computeapi.service.servers.placement import (
    CountedPlacement,
    NotPlaced,
    Placement,
    RankedPlacement,
    SchedulingOptions,
)
from computeapi.service.servers.requested_disks import chosen_disks


@dataclass(frozen=True, slots=True)
class _Parts:
    """The resources that new servers are made of.

    :ivar image_gb: GiB to count for a root disk that is as large as the image; 0 when the
        flavor says how large it is.
    """

    flavor: Flavor
    boot: Boot
    keypair: Keypair | None
    image_gb: int
    chosen_disks: dict[str, object] | None

    @property
    def usage(self) -> Usage:
        """How much one server takes."""
        flavor = self.flavor
        root_gb = flavor.disk_gb or self.image_gb
        return Usage.of(
            flavor.vcpus, flavor.memory_mb, root_gb, flavor.ephemeral_gb, flavor.swap_mb
        )


@dataclass(frozen=True, slots=True)
class _Batch:
    """Facts that the servers of one request share."""

    count: int
    group_id: str | None
    reservation_id: str
    admin_password: str
    shown_password: str | None
    now: datetime


class Creation:
    """Create servers: the row, the claim on a host and the operation, or nothing."""

    def __init__(
        self,
        acceptance: Acceptance,
        policy: Policy,
        cloud_services: CloudServices,
        quotas: QuotaReader,
        scheduling: SchedulingOptions,
        passwords: AdminPasswords,
    ) -> None:
        self._acceptance = acceptance
        self._policy = policy
        self._cloud_services = cloud_services
        self._quotas = quotas
        self._scheduling = scheduling
        self._passwords = passwords
        self._devices = CreationDevices(
            acceptance.db, cloud_services.volumes, cloud_services.images
        )

    def create(self, context: Context, new: NewServer) -> CreatedServers:
        """Accept to create ``new.min_count`` to ``new.max_count`` servers.

        A server for which no host has room is kept in ERROR with a fault that says so.

        :raises Invalid: when the request asks for what does not exist or does not fit.
        :raises Forbidden: when the caller may not, or would exceed a quota.
        :raises ImageUnreachable: when the image service does not answer.
        """
        context.require_project()
        self._policy.authorize(context, rules.CREATE)
        destination = requested_destination(self._policy, context, new)
        if new.trusted_certificates:
            self._policy.authorize(context, rules.TRUSTED_CERTIFICATES)
        check_request(new)
        if new.block_devices:
            self._policy.authorize(context, rules.ATTACH_VOLUME)
        if new.networks:
            self._policy.authorize(context, rules.ATTACH_NETWORK)
        plan_networks(self._cloud_services.network, context, new)
        boot = self._devices.plan(context, new)
        try:
            created = self._accept(context, new, boot, partial(RankedPlacement, destination))
        except NotPlaced:
            # Only a count of all hosts shows that no host has room, and why.
            created = self._accept(context, new, boot, partial(CountedPlacement, destination))
        if boot.volumes:
            self._devices.make(context, created.servers)
        for host in {s.host for s in created.servers if s.host}:
            self._acceptance.rpc_client.cast(host)
        return created

    def _accept(
        self,
        context: Context,
        new: NewServer,
        boot: Boot,
        place: Callable[[Transaction, SchedulingOptions, HostRules], Placement],
    ) -> CreatedServers:
        with self._acceptance.db.write() as tx:
            parts = self._parts(tx, context, new, boot)
            allowed = allowance(tx, context, new, parts.usage, self._quotas)
            placement = place(tx, self._scheduling, allowed.rules)
            batch = self._batch(new, allowed, placement.now)
            return _keep(tx, context, new, parts, batch, placement)

    def _batch(self, new: NewServer, allowed: Allowance, now: datetime) -> _Batch:
        password = self._passwords.choose(new.admin_password)
        group_id = allowed.group.id if allowed.group else None
        shown = self._passwords.shown(password)
        return _Batch(allowed.count, group_id, _reservation_id(), password, shown, now)

    def _parts(self, tx: Transaction, context: Context, new: NewServer, boot: Boot) -> _Parts:
        """Look up the flavor, image and other parts of the servers.

        :raises Invalid: when something does not exist, the image does not fit the flavor, or no
            guest can have the hardware that both ask for.
        :raises Forbidden: when the flavor does not say how large the root disk is, and the caller
            may not use such flavors.
        """
        flavor, image = self._flavor(tx, context, new.flavor_ref), boot.image
        is_free = boot.is_volume or flavor.disk_gb > 0
        if not (is_free or self._policy.allows(context, rules.ZERO_DISK_FLAVOR)):
            raise Forbidden("Only volume-backed servers are allowed for flavors with zero disk.")
        check_image(image, flavor)
        wanted = hardware.read(flavor.vcpus, flavor.memory_mb, flavor.extra_specs, image.properties)
        keypair = own_keypair(tx, context, new.key_name)
        counted = 0 if boot.is_volume else image_gb(image, flavor)
        return _Parts(flavor, boot, keypair, counted, chosen_disks(new, flavor, wanted))

    @staticmethod
    def _flavor(tx: Transaction, context: Context, flavor_ref: str) -> Flavor:
        flavor = flavors.load_by_ref(tx, context, flavor_ref)
        if flavor.disabled:
            raise Invalid(f"Flavor {flavor.id} is disabled.")
        return flavor


def _keep(
    tx: Transaction,
    context: Context,
    new: NewServer,
    parts: _Parts,
    batch: _Batch,
    placement: Placement,
) -> CreatedServers:
    """Keep the servers and their operations."""
    servers = []
    for index in range(batch.count):
        server = _server(context, new, parts, batch, index)
        placement.place(server)
        tx.servers.add(server)
        keep_ports(tx, server, new)
        tx.operations.add(_operation(context, server))
        if server.host is not None:
            CreationDevices.keep(tx, server, parts.boot)
        servers.append(server)
    placement.note()
    return CreatedServers(servers, batch.reservation_id, batch.shown_password)


def _reservation_id() -> str:
    symbols = string.ascii_lowercase + string.digits
    return "r-" + "".join(secrets.choice(symbols) for _ in range(8))


def _server(context: Context, new: NewServer, parts: _Parts, batch: _Batch, index: int) -> Server:
    flavor, server_id, number = parts.flavor, str(uuid.uuid4()), index + 1
    return Server(
        id=server_id,
        project_id=context.require_project(),
        user_id=context.require_user(),
        name=names.server_name(new.name, number, batch.count),
        created_at=batch.now,
        updated_at=batch.now,
        vm_state=VmState.BUILDING,
        task_state=TaskState.SCHEDULING,
        power_state=PowerState.NOSTATE,
        host=None,
        availability_zone=None,
        flavor_id=flavor.id,
        vcpus=flavor.vcpus,
        memory_mb=flavor.memory_mb,
        disk_gb=flavor.disk_gb,
        ephemeral_gb=flavor.ephemeral_gb,
        swap_mb=flavor.swap_mb,
        image_id=parts.boot.image.id or None,
        key_name=parts.keypair.name if parts.keypair else None,
        public_key=parts.keypair.public_key if parts.keypair else None,
        metadata=new.metadata,
        security_groups=new.security_groups,
        addresses={},
        ssh_port=None,
        access_ip_v4=new.access_ip_v4,
        access_ip_v6=new.access_ip_v6,
        config_drive=new.config_drive,
        disk_config=new.disk_config,
        reservation_id=batch.reservation_id,
        launch_index=index,
        hostname=new.hostname_of(server_id, number, batch.count),
        progress=0,
        fault=None,
        launched_at=None,
        terminated_at=None,
        locked=False,
        deleted=False,
        admin_password=batch.admin_password,
        personality=new.personality,
        user_data=new.user_data,
        image_gb=parts.image_gb,
        chosen_disks=parts.chosen_disks,
        flavor_name=flavor.name,
        extra_specs=flavor.extra_specs,
        image_properties=parts.boot.image.properties,
        description=new.description,
        tags=list(dict.fromkeys(new.tags)),
        server_group_id=batch.group_id,
        pinned_zone=(new.availability_zone or "").partition(":")[0] or None,
        scheduler_hints=new.scheduler_hints,
        has_network=new.has_network,
        interfaces=None if new.ports is None else [],
        trusted_certificates=new.trusted_certificates,
    )


def _operation(context: Context, server: Server) -> Operation:
    """Make the operation of a new server: done already, and failed, when it found no host."""
    placed = server.host is not None
    return Operation.of(
        actions.CREATE,
        server,
        server.user_id,
        context.request_id,
        state=OperationState.QUEUED if placed else OperationState.FAILED,
        created_at=server.created_at,
        finished_at=None if placed else server.created_at,
        message=server.fault.message if server.fault else None,
    )
