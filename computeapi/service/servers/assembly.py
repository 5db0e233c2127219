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
from computeapi.service.servers.migrations import Migrations as ServerMigrations
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.moving import Moving
from computeapi.service.servers.new_images import NewImages
from computeapi.service.servers.new_volumes import NewVolumes
from computeapi.service.servers.passwords import Passwords
from computeapi.service.servers.placement import SchedulingOptions
from computeapi.service.servers.power import Power
from computeapi.service.servers.rebuilding import Rebuilding
from computeapi.service.servers.rescue import Rescue
from computeapi.service.servers.security_groups import SecurityGroups
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
    beside: CloudServices,
    quotas: QuotaReader,
) -> Servers:
    """Return the services of servers, each with its dependencies."""
    scheduling = _scheduling(conf)
    return Servers(
        listing=Listing(acceptance, policy, conf.api.host_down_after, beside.volumes.is_enabled),
        creation=Creation(acceptance.db, policy, beside, acceptance.caller, quotas, scheduling),
        changing=Changing(acceptance),
        deletion=_deletion(conf, acceptance, quotas),
        power=Power(acceptance),
        console=Console(acceptance, ConsoleUrls(conf.console.base_url, conf.console.token_ttl)),
        metadata=Metadata(acceptance, quotas),
        tags=Tags(acceptance),
        instance_actions=InstanceActions(acceptance, policy),
        security_groups=SecurityGroups(acceptance, beside.network),
        interfaces=Interfaces(acceptance, beside.network),
        addresses=Addresses(acceptance, beside.network),
        volume_attachments=VolumeAttachments(
            acceptance, policy, NewVolumes(acceptance, beside.volumes)
        ),
        shares=Shares(acceptance, beside.shares),
        locking=Locking(acceptance, policy),
        **_insides(acceptance),
        **_moves(conf, acceptance, policy, quotas),
        **_disks(conf, acceptance, policy, beside, quotas),
    )


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
    scheduling = _scheduling(conf)
    moves = Moves(acceptance, scheduling)
    return {
        "moving": Moving(acceptance, moves, quotas, conf.api.allow_resize_to_same_host),
        "migrating": Migrating(moves, policy),
        "evacuating": Evacuating(moves, scheduling),
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
    beside: CloudServices,
    quotas: QuotaReader,
) -> _DiskServices:
    """Put the services together that give servers other disks."""
    offloads_at_once = conf.worker.shelved_offload_time == 0
    scheduling, new_images = _scheduling(conf), NewImages(acceptance, beside)
    return {
        "snapshots": Snapshots(
            new_images, VolumeImages(acceptance, beside), beside.snapshots, quotas
        ),
        "shelving": Shelving(acceptance, policy, new_images, scheduling, offloads_at_once),
        "rescue": Rescue(acceptance, beside.images, scheduling),
        "rebuilding": Rebuilding(acceptance, policy, beside, quotas, scheduling),
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
        password_length=conf.api.password_length,
        shows_passwords=conf.api.enable_instance_password,
    )
