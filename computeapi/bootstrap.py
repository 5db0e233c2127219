"""Puts the core together, with the adapters that the configuration names."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypedDict

from oslo_config import cfg

from computeapi import db, images, messaging, network, virt, volumes
from computeapi.db import schema
from computeapi.domain.block_devices import BlockDevice
from computeapi.domain.hosts import HostSettings
from computeapi.domain.quotas import CONFIGURABLE, Quotas
from computeapi.policies.enforcer import Enforcer
from computeapi.ports.cloud_services import CloudServices
from computeapi.ports.database import Database
from computeapi.ports.guest_requests import GuestRequests
from computeapi.ports.images import ImageStore
from computeapi.ports.messaging import RPCClient
from computeapi.service.aggregates import Aggregates
from computeapi.service.assisted_volume_snapshots import AssistedVolumeSnapshots
from computeapi.service.availability_zones import AvailabilityZones
from computeapi.service.baremetal_nodes import BaremetalNodes
from computeapi.service.console_tokens import ConsoleAccess, ConsoleTokens
from computeapi.service.extensions import Extensions
from computeapi.service.external_events import ExternalEvents
from computeapi.service.extra_specs import ExtraSpecs
from computeapi.service.flavors import Flavors
from computeapi.service.floating_ips import FloatingIps
from computeapi.service.guest_metadata import GuestMetadata
from computeapi.service.hosts import Hosts
from computeapi.service.hypervisors import Hypervisors
from computeapi.service.images import Images
from computeapi.service.instance_usage_audit_log import InstanceUsageAuditLog
from computeapi.service.keypairs import Keypairs
from computeapi.service.limits import Limits
from computeapi.service.migrations import Migrations
from computeapi.service.networks import Networks
from computeapi.service.quota_class_sets import QuotaClassSets
from computeapi.service.quota_sets import QuotaSets
from computeapi.service.quotas import QuotaReader
from computeapi.service.security_groups import SecurityGroups
from computeapi.service.server_groups import ServerGroups
from computeapi.service.servers import Servers, assembly
from computeapi.service.servers.acceptance import Acceptance
from computeapi.service.services import Services
from computeapi.service.simple_tenant_usage import SimpleTenantUsage
from computeapi.shares import NoShares
from computeapi.virt.config_drive import build_files
from computeapi.worker.worker import Adapters, Worker


@dataclass(frozen=True, slots=True)
class CoreServices:
    """The services of the core that the front ends use: one for each noun."""

    conf: cfg.ConfigOpts
    policy: Enforcer
    servers: Servers
    flavors: Flavors
    extra_specs: ExtraSpecs
    keypairs: Keypairs
    images: Images
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
    compute_services: Services
    hypervisors: Hypervisors
    hosts: Hosts
    extensions: Extensions
    external_events: ExternalEvents
    assisted_volume_snapshots: AssistedVolumeSnapshots
    baremetal_nodes: BaremetalNodes
    networks: Networks
    security_groups: SecurityGroups
    floating_ips: FloatingIps


def services(
    conf: cfg.ConfigOpts,
    database: Database | None = None,
    image_store: ImageStore | None = None,
    rpc_client: RPCClient | None = None,
) -> CoreServices:
    """Put the core of the API together.

    :param database: used instead of the one that ``conf`` names; so are ``image_store`` and
        ``rpc_client``.
    """
    database = database or _opened(conf)
    policy = Enforcer(conf)
    quotas = QuotaReader(Quotas(**{name: conf.quota[name] for name in CONFIGURABLE}))
    cloud_services = _cloud_services(conf, image_store)
    acceptance = Acceptance(database, policy, rpc_client or messaging.rpc_client(conf))
    return CoreServices(
        conf=conf,
        policy=policy,
        servers=assembly.assemble(conf, acceptance, policy, cloud_services, quotas),
        flavors=Flavors(database, policy),
        extra_specs=ExtraSpecs(database, policy),
        keypairs=Keypairs(database, policy, quotas),
        images=Images(images.load_catalog(conf), database, quotas),
        **_quotas(database, policy, quotas),
        console_tokens=ConsoleTokens(database, policy),
        migrations=Migrations(database, policy),
        aggregates=Aggregates(database, policy, cloud_services.images, acceptance.rpc_client),
        **_hosts(conf, database, policy),
        extensions=Extensions(policy),
        external_events=ExternalEvents(acceptance, policy),
        assisted_volume_snapshots=AssistedVolumeSnapshots(acceptance, policy),
        baremetal_nodes=BaremetalNodes(policy),
        **_networks(conf, acceptance, policy),
    )


def _cloud_services(conf: cfg.ConfigOpts, image_store: ImageStore | None) -> CloudServices:
    """Return the services beside this one.

    :param image_store: used instead of the one that ``conf`` names.
    """
    store, snapshots = image_store or images.load(conf), images.load_snapshots(conf)
    return CloudServices(store, network.load(conf), volumes.load(conf), NoShares(), snapshots)


class _HostServices(TypedDict):
    """The services of the nouns that hosts appear as."""

    availability_zones: AvailabilityZones
    compute_services: Services
    hypervisors: Hypervisors
    hosts: Hosts


def _hosts(conf: cfg.ConfigOpts, database: Database, policy: Enforcer) -> _HostServices:
    """Put the services together that show hosts."""
    settings = HostSettings(conf.api.host_down_after, conf.default_availability_zone)
    return {
        "availability_zones": AvailabilityZones(database, policy, settings),
        "compute_services": Services(database, policy, settings),
        "hypervisors": Hypervisors(database, policy, settings.down_after),
        "hosts": Hosts(database, policy, settings),
    }


class _NetworkServices(TypedDict):
    """The services of the nouns that the network service has."""

    networks: Networks
    security_groups: SecurityGroups
    floating_ips: FloatingIps


def _networks(conf: cfg.ConfigOpts, acceptance: Acceptance, policy: Enforcer) -> _NetworkServices:
    """Put the services together that ask the network service."""
    addresses = network.load_floating_ips(conf)
    return {
        "networks": Networks(policy, network.load_networks(conf)),
        "security_groups": SecurityGroups(policy, network.load_security_groups(conf)),
        "floating_ips": FloatingIps(acceptance, policy, addresses),
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


def console_access(conf: cfg.ConfigOpts) -> ConsoleAccess:
    """Put together the core's part that the console proxy needs."""
    return ConsoleAccess(_opened(conf))


def guest_metadata(conf: cfg.ConfigOpts) -> GuestMetadata:
    """Put together the core's part that the metadata service needs.

    :raises OSError: when the file of the vendor data cannot be read.
    :raises ValueError: when it holds no JSON.
    """
    return GuestMetadata(_opened(conf), _vendor_data(conf), messaging.rpc_client(conf).call)


def _vendor_data(conf: cfg.ConfigOpts) -> Mapping[str, object]:
    """Return the operator's data for all guests.

    :raises OSError: when its file cannot be read.
    :raises ValueError: when the file holds no JSON.
    :raises cfg.Error: when the JSON is no object.
    """
    path = conf.metadata.vendordata_jsonfile_path
    if not path:
        return {}
    try:
        found = json.loads(Path(path).read_bytes())
    except ValueError as error:
        raise ValueError(f"[metadata] vendordata_jsonfile_path: {path}: {error}") from error
    if not isinstance(found, dict):
        raise cfg.Error(f"[metadata] vendordata_jsonfile_path: {path} holds no JSON object")
    return found


def worker(
    conf: cfg.ConfigOpts, answering: Callable[[GuestMetadata], GuestRequests] | None = None
) -> Worker:
    """Put the worker of this host together.

    :param answering: makes the answers to guests that ask the worker about their servers.
    """
    database, driver = _opened(conf), virt.load(conf)
    if answering is not None:
        ask = messaging.rpc_client(conf).call
        driver.answer(answering(GuestMetadata(database, _vendor_data(conf), ask)))
    drives = partial(
        build_files,
        vendor_data=_vendor_data(conf),
        volumes_of=partial(_volumes_of, database),
    )
    return Worker(
        conf,
        Adapters(
            db=database,
            driver=driver,
            images=images.load_cache(conf),
            config_drive=drives,
            transfers=images.load_transfers(conf),
            snapshots=images.load_snapshots(conf),
            listener=messaging.listener(conf),
            rpc_client=messaging.rpc_client(conf),
            volumes=volumes.load(conf),
            ports=network.load_ports(conf),
            notifier=messaging.notifier(conf),
        ),
    )


def _volumes_of(database: Database, server_id: str) -> Sequence[BlockDevice]:
    with database.read() as tx:
        return tx.block_devices.of_server(server_id)


def _opened(conf: cfg.ConfigOpts) -> db.Database:
    """Return the database of the configuration.

    :raises computeapi.db.schema.OutdatedTables: when it lacks tables of this version. A database
        that does not answer is no reason not to start: it may answer later.
    """
    schema.check(conf.database.connection)
    return db.connect(conf)
