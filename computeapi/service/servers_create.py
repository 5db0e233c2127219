"""What a caller may do to get new servers: check, place, keep."""

import re
import secrets
import string
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.flavors import Flavor
from computeapi.domain.hosts import Host, Ratios, Usage, choose
from computeapi.domain.images import Image
from computeapi.domain.keypairs import Keypair
from computeapi.domain.operations import Operation, OperationState
from computeapi.domain.quotas import Quotas, check_servers, room
from computeapi.domain.servers import (
    CreatedServers,
    Fault,
    NewServer,
    PowerState,
    Server,
    TaskState,
    VmState,
)
from computeapi.ports.database import Database, Transaction
from computeapi.ports.images import ImageStore
from computeapi.ports.messaging import Caller
from computeapi.ports.policy import Policy
from computeapi.service.servers_checks import boot_image, check_image, check_request

_ADMIN_ONLY_ZONE = "os_compute_api:servers:create:forced_host"


@dataclass(frozen=True, slots=True)
class Placing:
    """How servers are placed.

    :ivar default_zone: the availability zone of a server that asks for none and finds no host.
    :ivar host_down_after: seconds without a sign of life after which a host counts as down.
    :ivar password_length: of the administrator passwords that are made up.
    """

    ratios: Ratios = field(default_factory=Ratios)
    default_zone: str = "nova"
    host_down_after: float = 60.0
    password_length: int = 12


class ServersCreate:
    """Create servers: the row, the claim on a host and the operation, or nothing."""

    def __init__(
        self,
        db: Database,
        policy: Policy,
        images: ImageStore,
        caller: Caller,
        quotas: Quotas,
        placing: Placing,
    ) -> None:
        self._db = db
        self._policy = policy
        self._images = images
        self._caller = caller
        self._quotas = quotas
        self._placing = placing

    def create(self, context: Context, new: NewServer) -> CreatedServers:
        """Accept to create ``new.min_count`` to ``new.max_count`` servers.

        A server for which no host has room is kept in ERROR with a fault that says so.

        :raises Invalid: when the request asks for what does not exist or does not fit.
        :raises Forbidden: when the caller may not, or would exceed a quota.
        :raises ImageUnreachable: when the image service does not answer.
        """
        self._policy.authorize(context, "os_compute_api:servers:create")
        zone, forced_host = self._zone(context, new.availability_zone)
        check_request(new, self._quotas)
        image = self._image(context, new)
        with self._db.write() as tx:
            flavor = self._flavor(tx, context, new.flavor_ref)
            check_image(image, flavor)
            keypair = self._keypair(tx, context, new.key_name)
            tx.lock(f"project:{context.project_id}")
            count = self._affordable(tx, context, new, flavor)
            created = self._keep(
                tx, context, new, (flavor, image, keypair), count, zone, forced_host
            )
        for host in {s.host for s in created.servers if s.host}:
            self._caller.cast(host)
        return created

    def _zone(self, context: Context, asked: str | None) -> tuple[str | None, str | None]:
        """Split ``zone:host``, which is for administrators."""
        if asked is None or ":" not in asked:
            return asked, None
        self._policy.authorize(context, _ADMIN_ONLY_ZONE)
        zone, host, *node = asked.split(":")
        if len(node) > 1:
            raise Invalid("Unable to parse availability_zone")
        return zone or None, host or (node[0] if node else None)

    def _image(self, context: Context, new: NewServer) -> Image:
        image_ref = boot_image(new)
        try:
            image = self._images.get(context, image_ref)
        except NotFound as error:
            raise Invalid("Can not find requested image") from error
        if image.status != "active":
            raise Invalid(f"Image {image.id} is not active.")
        return image

    @staticmethod
    def _flavor(tx: Transaction, context: Context, flavor_ref: str) -> Flavor:
        flavor_id = flavor_ref.rsplit("/", 1)[-1]
        flavor = tx.flavors.get(flavor_id)
        if flavor is None or not (flavor.is_public or context.is_admin):
            raise Invalid(f"Flavor {flavor_id} could not be found.")
        if flavor.disabled:
            raise Invalid(f"Flavor {flavor_id} is disabled.")
        return flavor

    @staticmethod
    def _keypair(tx: Transaction, context: Context, name: str | None) -> Keypair | None:
        if name is None:
            return None
        keypair = tx.keypairs.get(context.user_id or "", name)
        if keypair is None:
            raise Invalid("Invalid key_name provided.")
        return keypair

    def _affordable(self, tx: Transaction, context: Context, new: NewServer, flavor: Flavor) -> int:
        """Return how many servers the project's quotas allow, from the most asked to the least.

        :raises QuotaExceeded: when not even the least.
        """
        used = tx.servers.usage(context.project_id or "")
        check_servers(self._quotas, used, _usage(flavor, new.min_count))
        return min(new.max_count or new.min_count, room(self._quotas, used, _usage(flavor, 1)))

    def _keep(
        self,
        tx: Transaction,
        context: Context,
        new: NewServer,
        parts: tuple[Flavor, Image, Keypair | None],
        count: int,
        zone: str | None,
        forced_host: str | None,
    ) -> CreatedServers:
        hosts = self._candidates(tx, zone, forced_host)
        usage = dict(tx.hosts.usage())
        now = tx.now()
        reservation = "r-" + "".join(
            secrets.choice(string.ascii_lowercase + string.digits) for _ in range(8)
        )
        password = new.admin_password or make_password(self._placing.password_length)
        servers = []
        for index in range(count):
            wanted = _usage(parts[0], 1)
            host = choose(
                [(h, usage.get(h.name, Usage())) for h in hosts], wanted, self._placing.ratios
            )
            server = _server(context, new, parts, now, reservation, password, index, count)
            self._place(server, host, zone, now)
            if host is not None:
                usage[host.name] = _add(usage.get(host.name, Usage()), wanted)
            tx.servers.add(server)
            tx.operations.add(_operation(context, server, now))
            servers.append(server)
        return CreatedServers(servers, reservation, password)

    def _candidates(self, tx: Transaction, zone: str | None, forced_host: str | None) -> list[Host]:
        """Lock the hosts and return those a server may go to."""
        hosts = tx.hosts.list(lock=True)
        if zone is not None and not any(h.availability_zone == zone for h in hosts):
            raise Invalid("The requested availability zone is not available")
        if forced_host is not None and not any(h.name == forced_host for h in hosts):
            raise Invalid(f"Compute host {forced_host} could not be found.")
        now = tx.now()
        return [
            h
            for h in hosts
            if h.is_up(now, self._placing.host_down_after)
            and h.enabled
            and zone in (None, h.availability_zone)
            and forced_host in (None, h.name)
        ]

    def _place(self, server: Server, host: Host | None, zone: str | None, now: datetime) -> None:
        if host is not None:
            server.host, server.availability_zone = host.name, host.availability_zone
            return
        server.availability_zone = zone or self._placing.default_zone
        server.fail(
            Fault(500, "No valid host was found. There are not enough hosts available.", now)
        )


def make_password(length: int) -> str:
    """Make up an administrator password without characters that look alike."""
    symbols = "".join(set(string.ascii_letters + string.digits) - set("Il1O0o"))
    return "".join(secrets.choice(symbols) for _ in range(length))


def hostname(name: str, server_id: str) -> str:
    """Make a host name of a server's name: letters, digits, hyphens (RFC 1123, section 2.1)."""
    plain = re.sub(r"[ _.]", "-", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9-]+", "", plain).strip("-")[:63].strip("-")
    return plain or f"server-{server_id}"


def _usage(flavor: Flavor, count: int) -> Usage:
    disk = flavor.disk_gb + flavor.ephemeral_gb + -(-flavor.swap_mb // 1024)
    return Usage(count, flavor.vcpus * count, flavor.memory_mb * count, disk * count)


def _add(one: Usage, two: Usage) -> Usage:
    return Usage(
        one.instances + two.instances,
        one.vcpus + two.vcpus,
        one.memory_mb + two.memory_mb,
        one.disk_gb + two.disk_gb,
    )


def _server(
    context: Context,
    new: NewServer,
    parts: tuple[Flavor, Image, Keypair | None],
    now: datetime,
    reservation: str,
    password: str,
    index: int,
    count: int,
) -> Server:
    flavor, image, keypair = parts
    server_id = str(uuid.uuid4())
    name = new.name if count == 1 else f"{new.name}-{index + 1}"
    return Server(
        id=server_id,
        project_id=context.project_id or "",
        user_id=context.user_id or "",
        name=name,
        created_at=now,
        updated_at=now,
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
        image_id=image.id,
        key_name=keypair.name if keypair else None,
        public_key=keypair.public_key if keypair else None,
        metadata=new.metadata,
        security_groups=new.security_groups,
        addresses={},
        ssh_port=None,
        access_ip_v4=new.access_ip_v4,
        access_ip_v6=new.access_ip_v6,
        config_drive=new.config_drive,
        disk_config=new.disk_config,
        reservation_id=reservation,
        launch_index=index,
        hostname=hostname(name, server_id),
        progress=0,
        fault=None,
        launched_at=None,
        terminated_at=None,
        deleted=False,
        admin_password=password,
        personality=new.personality,
        user_data=new.user_data,
    )


def _operation(context: Context, server: Server, now: datetime) -> Operation:
    """Make the operation of a new server: done already, and failed, when it found no host."""
    placed = server.host is not None
    return Operation(
        id=None,
        server_id=server.id,
        project_id=server.project_id,
        user_id=server.user_id,
        request_id=context.request_id,
        host=server.host or "",
        action="create",
        state=OperationState.QUEUED if placed else OperationState.FAILED,
        created_at=now,
        finished_at=None if placed else now,
        message=server.fault.message if server.fault else None,
    )
