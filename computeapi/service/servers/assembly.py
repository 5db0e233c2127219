"""Put the services of servers together."""

from typing import TypedDict

from oslo_config import cfg

from computeapi.domain.hosts import Ratios
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.policy import Policy
from computeapi.service.quotas import QuotaReader
from computeapi.service.servers import Servers
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.addresses import Addresses
from computeapi.service.servers.admin_passwords import AdminPasswords
from computeapi.service.servers.administration import Administration
from computeapi.service.servers.changing import Changing
from computeapi.service.servers.console import Console, ConsoleUrls
from computeapi.service.servers.creation import Creation
from computeapi.service.servers.deletion import Deletion
from computeapi.service.servers.diagnostics import Diagnostics
from computeapi.service.servers.evacuating import Evacuating
from computeapi.service.servers.instance_actions import InstanceActions
from computeapi.service.servers.interfaces import Interfaces
from computeapi.service.servers.listing import Listing
from computeapi.service.servers.locking import Locking
from computeapi.service.servers.metadata import Metadata
from computeapi.service.servers.migrating import Migrating
from computeapi.service.servers.migrations import ServerMigrations
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.moving import Moving
from computeapi.service.servers.new_images import NewImages
from computeapi.service.servers.new_volumes import NewVolumes
from computeapi.service.servers.passwords import Passwords
from computeapi.service.servers.placement import SchedulingOptions
from computeapi.service.servers.power import Power
from computeapi.service.servers.rebuilding import Rebuilding
from computeapi.service.servers.rescue import Rescue
from computeapi.service.servers.security_groups import ServerSecurityGroups
from computeapi.service.servers.shares import Shares
from computeapi.service.servers.shelving import Shelving
from computeapi.service.servers.snapshots import Snapshots
from computeapi.service.servers.tags import Tags
from computeapi.service.servers.topology import Topology
from computeapi.service.servers.volume_attachments import VolumeAttachments
from computeapi.service.servers.volume_images import VolumeImages


def assemble(
    conf: cfg.ConfigOpts,
    acceptance: Acceptance,
    policy: Policy,
    cloud_services: CloudServices,
    quotas: QuotaReader,
) -> Servers:
    """Return the services of servers, each with its dependencies."""
    network, volumes = cloud_services.network, cloud_services.volumes
    return Servers(
        listing=Listing(acceptance, policy, conf.api.host_down_after, volumes.is_enabled),
        creation=_creation(conf, acceptance, policy, cloud_services, quotas),
        changing=Changing(acceptance),
        deletion=_deletion(conf, acceptance, quotas),
        power=Power(acceptance),
        console=Console(acceptance, ConsoleUrls(conf.console.base_url, conf.console.token_ttl)),
        metadata=Metadata(acceptance, quotas),
        tags=Tags(acceptance),
        instance_actions=InstanceActions(acceptance, policy),
        security_groups=ServerSecurityGroups(acceptance, network),
        interfaces=Interfaces(acceptance, network),
        addresses=Addresses(acceptance, network),
        volume_attachments=VolumeAttachments(acceptance, policy, NewVolumes(acceptance, volumes)),
        shares=Shares(acceptance, cloud_services.shares),
        locking=Locking(acceptance, policy),
        **_insides(acceptance),
        **_moves(conf, acceptance, policy, quotas),
        **_disks(conf, acceptance, policy, cloud_services, quotas),
    )


def _creation(
    conf: cfg.ConfigOpts,
    acceptance: Acceptance,
    policy: Policy,
    cloud_services: CloudServices,
    quotas: QuotaReader,
) -> Creation:
    """Return the service that creates servers."""
    scheduling, passwords = _scheduling(conf), _admin_passwords(conf)
    return Creation(acceptance, policy, cloud_services, quotas, scheduling, passwords)


def _deletion(conf: cfg.ConfigOpts, acceptance: Acceptance, quotas: QuotaReader) -> Deletion:
    """Return the service that deletes servers."""
    defers = conf.reclaim_instance_interval > 0
    return Deletion(acceptance, quotas, defers, conf.api.host_down_after)


class _InsideServices(TypedDict):
    """The services that show and change the insides of guests."""

    administration: Administration
    diagnostics: Diagnostics
    topology: Topology
    passwords: Passwords


def _insides(acceptance: Acceptance) -> _InsideServices:
    """Put the services together that show and change the insides of guests."""
    return {
        "administration": Administration(acceptance),
        "diagnostics": Diagnostics(acceptance),
        "topology": Topology(acceptance),
        "passwords": Passwords(acceptance),
    }


class _MoveServices(TypedDict):
    """The services by which servers go to other hosts and sizes."""

    moving: Moving
    migrating: Migrating
    evacuating: Evacuating
    migrations: ServerMigrations


def _moves(
    conf: cfg.ConfigOpts, acceptance: Acceptance, policy: Policy, quotas: QuotaReader
) -> _MoveServices:
    """Put the services together by which servers go to other hosts and sizes."""
    moves = Moves(acceptance, _scheduling(conf))
    return {
        "moving": Moving(acceptance, moves, quotas, conf.api.allow_resize_to_same_host),
        "migrating": Migrating(moves, policy),
        "evacuating": Evacuating(moves, _admin_passwords(conf), conf.api.host_down_after),
        "migrations": ServerMigrations(acceptance, policy),
    }


class _DiskServices(TypedDict):
    """The services that make the disks of servers of images, and images of disks."""

    shelving: Shelving
    rebuilding: Rebuilding
    rescue: Rescue
    snapshots: Snapshots


def _disks(
    conf: cfg.ConfigOpts,
    acceptance: Acceptance,
    policy: Policy,
    cloud_services: CloudServices,
    quotas: QuotaReader,
) -> _DiskServices:
    """Put the services together that give servers other disks."""
    offloads_at_once = conf.worker.shelved_offload_time == 0
    scheduling, passwords = _scheduling(conf), _admin_passwords(conf)
    new_images = NewImages(acceptance, cloud_services)
    return {
        "snapshots": Snapshots(
            new_images, VolumeImages(acceptance, cloud_services), cloud_services.snapshots, quotas
        ),
        "shelving": Shelving(acceptance, policy, new_images, scheduling, offloads_at_once),
        "rescue": Rescue(acceptance, cloud_services.images, passwords),
        "rebuilding": Rebuilding(acceptance, policy, cloud_services, quotas, scheduling, passwords),
    }


def _scheduling(conf: cfg.ConfigOpts) -> SchedulingOptions:
    """Return how servers are placed."""
    return SchedulingOptions(
        ratios=Ratios(
            conf.api.cpu_allocation_ratio,
            conf.api.ram_allocation_ratio,
            conf.api.disk_allocation_ratio,
        ),
        default_zone=conf.default_availability_zone,
        host_down_after=conf.api.host_down_after,
    )


def _admin_passwords(conf: cfg.ConfigOpts) -> AdminPasswords:
    """Return the administrator passwords that servers get."""
    return AdminPasswords(conf.api.password_length, conf.api.enable_instance_password)
