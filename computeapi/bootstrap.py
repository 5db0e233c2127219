"""The only module that knows the concrete classes: it puts the core together."""

from dataclasses import dataclass
from typing import TypedDict

from oslo_config import cfg

from computeapi import db, images, messaging, virt
from computeapi.db import schema
from computeapi.domain.hosts import HostSettings, Ratios
from computeapi.domain.quotas import CONFIGURABLE, Quotas
from computeapi.network import UserModeNetwork
from computeapi.policies.enforcer import Enforcer
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Database
from computeapi.ports.images import ImageStore
from computeapi.ports.messaging import Caller
from computeapi.service.aggregates import Aggregates
from computeapi.service.assisted_volume_snapshots import AssistedVolumeSnapshots
from computeapi.service.availability_zones import AvailabilityZones
from computeapi.service.baremetal_nodes import BaremetalNodes
from computeapi.service.console_tokens import ConsoleAccess, ConsoleTokens
from computeapi.service.extensions import Extensions
from computeapi.service.external_events import ExternalEvents
from computeapi.service.extra_specs import ExtraSpecs
from computeapi.service.flavors import Flavors
from computeapi.service.hosts import Hosts
from computeapi.service.hypervisors import Hypervisors
from computeapi.service.instance_usage_audit_log import InstanceUsageAuditLog
from computeapi.service.keypairs import Keypairs
from computeapi.service.limits import Limits
from computeapi.service.migrations import Migrations
from computeapi.service.quota_class_sets import QuotaClassSets
from computeapi.service.quota_sets import QuotaSets
from computeapi.service.quotas import QuotaReader
from computeapi.service.server_groups import ServerGroups
from computeapi.service.servers import Servers
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.servers.addresses import Addresses
from computeapi.service.servers.administration import Administration
from computeapi.service.servers.changing import Changing
from computeapi.service.servers.console import Console, ConsoleUrls
from computeapi.service.servers.creation import Creation
from computeapi.service.servers.deletion import Deletion
from computeapi.service.servers.instance_actions import InstanceActions
from computeapi.service.servers.interfaces import Interfaces
from computeapi.service.servers.listing import Listing
from computeapi.service.servers.locking import Locking
from computeapi.service.servers.metadata import Metadata
from computeapi.service.servers.migrating import Migrating
from computeapi.service.servers.migrations import Migrations as ServerMigrations
from computeapi.service.servers.moves import Moves
from computeapi.service.servers.moving import Moving
from computeapi.service.servers.placement import SchedulingOptions
from computeapi.service.servers.power import Power
from computeapi.service.servers.rebuilding import Rebuilding
from computeapi.service.servers.security_groups import SecurityGroups
from computeapi.service.servers.shelving import Shelving
from computeapi.service.servers.tags import Tags
from computeapi.service.servers.volume_attachments import VolumeAttachments
from computeapi.service.services import Services as ComputeServices
from computeapi.service.simple_tenant_usage import SimpleTenantUsage
from computeapi.virt.config_drive import build_files
from computeapi.volumes import NoVolumes
from computeapi.worker.worker import Adapters, Worker


@dataclass(frozen=True, slots=True)
class Services:
    """The services that the front ends use: one for each noun."""

    conf: cfg.ConfigOpts
    policy: Enforcer
    servers: Servers
    flavors: Flavors
    extra_specs: ExtraSpecs
    keypairs: Keypairs
    availability_zones: AvailabilityZones
    limits: Limits
    quota_sets: QuotaSets
    quota_class_sets: QuotaClassSets
    server_groups: ServerGroups
    simple_tenant_usage: SimpleTenantUsage
    instance_usage_audit_log: InstanceUsageAuditLog
    console_tokens: ConsoleTokens
    migrations: Migrations
    aggregates: Aggregates
    services: ComputeServices
    hypervisors: Hypervisors
    hosts: Hosts
    extensions: Extensions
    external_events: ExternalEvents
    assisted_volume_snapshots: AssistedVolumeSnapshots
    baremetal_nodes: BaremetalNodes


def services(
    conf: cfg.ConfigOpts,
    database: Database | None = None,
    image_store: ImageStore | None = None,
    caller: Caller | None = None,
) -> Services:
    """Put the core of the API together.

    :param database: and the others: used instead of what ``conf`` names.
    """
    database = database or _opened(conf)
    policy = Enforcer(conf)
    quotas = QuotaReader(Quotas(**{name: conf.quota[name] for name in CONFIGURABLE}))
    caller = caller or messaging.caller(conf)
    store = image_store or images.load(conf)
    beside = CloudServices(store, UserModeNetwork(), NoVolumes())
    acceptance = Acceptance(database, policy, caller)
    return Services(
        conf=conf,
        policy=policy,
        servers=_servers(conf, acceptance, policy, beside, quotas),
        flavors=Flavors(database, policy),
        extra_specs=ExtraSpecs(database, policy),
        keypairs=Keypairs(database, policy, quotas),
        **_quotas(database, policy, quotas),
        console_tokens=ConsoleTokens(database, policy),
        migrations=Migrations(database, policy),
        aggregates=Aggregates(database, policy, store, caller),
        **_hosts(conf, database, policy),
        extensions=Extensions(policy),
        external_events=ExternalEvents(acceptance, policy),
        assisted_volume_snapshots=AssistedVolumeSnapshots(policy),
        baremetal_nodes=BaremetalNodes(policy),
    )


class _HostServices(TypedDict):
    """The services of the nouns that hosts appear as."""

    availability_zones: AvailabilityZones
    services: ComputeServices
    hypervisors: Hypervisors
    hosts: Hosts


def _hosts(conf: cfg.ConfigOpts, database: Database, policy: Enforcer) -> _HostServices:
    """Put the services together that show hosts."""
    settings = HostSettings(conf.api.host_down_after, conf.default_availability_zone)
    return {
        "availability_zones": AvailabilityZones(database, policy, settings),
        "services": ComputeServices(database, policy, settings),
        "hypervisors": Hypervisors(database, policy, settings.down_after),
        "hosts": Hosts(database, policy, settings),
    }


class _QuotaServices(TypedDict):
    """The services that bound and count the use of servers."""

    limits: Limits
    quota_sets: QuotaSets
    quota_class_sets: QuotaClassSets
    server_groups: ServerGroups
    simple_tenant_usage: SimpleTenantUsage
    instance_usage_audit_log: InstanceUsageAuditLog


def _quotas(database: Database, policy: Enforcer, quotas: QuotaReader) -> _QuotaServices:
    """Put the services together that bound and count the use of servers."""
    return {
        "limits": Limits(database, policy, quotas),
        "quota_sets": QuotaSets(database, policy, quotas),
        "quota_class_sets": QuotaClassSets(database, policy, quotas),
        "server_groups": ServerGroups(database, policy, quotas),
        "simple_tenant_usage": SimpleTenantUsage(database, policy),
        "instance_usage_audit_log": InstanceUsageAuditLog(database, policy),
    }


def _servers(
    conf: cfg.ConfigOpts,
    acceptance: Acceptance,
    policy: Enforcer,
    beside: CloudServices,
    quotas: QuotaReader,
) -> Servers:
    """Put the services of servers together."""
    scheduling = _scheduling(conf)
    moves = Moves(acceptance, scheduling)
    return Servers(
        listing=Listing(acceptance, policy, conf.api.host_down_after),
        creation=Creation(acceptance.db, policy, beside, acceptance.caller, quotas, scheduling),
        changing=Changing(acceptance),
        deletion=Deletion(acceptance, conf.api.host_down_after),
        power=Power(acceptance),
        console=Console(acceptance, ConsoleUrls(conf.console.base_url, conf.console.token_ttl)),
        metadata=Metadata(acceptance, quotas),
        tags=Tags(acceptance),
        instance_actions=InstanceActions(acceptance),
        administration=Administration(acceptance),
        security_groups=SecurityGroups(acceptance, beside.network),
        interfaces=Interfaces(acceptance, beside.network),
        addresses=Addresses(acceptance, beside.network),
        volume_attachments=VolumeAttachments(acceptance, policy, beside.volumes),
        locking=Locking(acceptance, policy),
        moving=Moving(acceptance, moves, quotas, conf.api.allow_resize_to_same_host),
        migrating=Migrating(moves, policy),
        migrations=ServerMigrations(acceptance, policy),
        **_disks(conf, acceptance, policy, beside, quotas),
    )


class _DiskServices(TypedDict):
    """The services that make the disks of servers of images, and images of disks."""

    shelving: Shelving
    rebuilding: Rebuilding


def _disks(
    conf: cfg.ConfigOpts,
    acceptance: Acceptance,
    policy: Enforcer,
    beside: CloudServices,
    quotas: QuotaReader,
) -> _DiskServices:
    """Put the services together that give servers other disks."""
    offloads_at_once = conf.worker.shelved_offload_time == 0
    store, scheduling = images.load_snapshots(conf), _scheduling(conf)
    return {
        "shelving": Shelving(acceptance, policy, store, scheduling, offloads_at_once),
        "rebuilding": Rebuilding(acceptance, policy, beside.images, quotas, scheduling),
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


def console_access(conf: cfg.ConfigOpts) -> ConsoleAccess:
    """Put together the core's part that the console proxy needs."""
    return ConsoleAccess(_opened(conf))


def worker(conf: cfg.ConfigOpts) -> Worker:
    """Put the worker of this host together."""
    return Worker(
        conf,
        Adapters(
            db=_opened(conf),
            driver=virt.load(conf),
            images=images.load_cache(conf),
            config_drive=build_files,
            transfers=images.load_transfers(conf),
            snapshots=images.load_snapshots(conf),
            listener=messaging.listener(conf),
            caller=messaging.caller(conf),
        ),
    )


def _opened(conf: cfg.ConfigOpts) -> db.Database:
    """Return the database of the configuration.

    :raises computeapi.db.schema.OutdatedTables: when it lacks tables of this version. A database
        that does not answer is no reason not to start: it may answer later.
    """
    schema.check(conf.database.connection)
    return db.connect(conf)
