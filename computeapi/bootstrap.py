"""The only module that knows the concrete classes: it puts the core together."""

from dataclasses import dataclass, fields

from oslo_config import cfg

from computeapi import db, images, messaging, virt
from computeapi.db import schema
from computeapi.domain.hosts import Ratios
from computeapi.domain.quotas import Quotas
from computeapi.policies.enforcer import Enforcer
from computeapi.ports.database import Database
from computeapi.ports.images import ImageStore
from computeapi.ports.messaging import Caller
from computeapi.service.availability_zones import AvailabilityZones
from computeapi.service.flavors import Flavors
from computeapi.service.keypairs import Keypairs
from computeapi.service.limits import Limits
from computeapi.service.servers import Servers
from computeapi.service.servers_create import ServersCreate
from computeapi.service.servers_placement import Placing
from computeapi.virt.config_drive import build_files
from computeapi.worker.worker import Adapters, Worker


@dataclass(frozen=True, slots=True)
class Services:
    """The services that the front ends use: one for each noun."""

    conf: cfg.ConfigOpts
    policy: Enforcer
    servers: Servers
    flavors: Flavors
    keypairs: Keypairs
    availability_zones: AvailabilityZones
    limits: Limits


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
    quotas = Quotas(**{f.name: conf.quota[f.name] for f in fields(Quotas)})
    caller = caller or messaging.caller(conf)
    down_after = conf.api.host_down_after
    creation = ServersCreate(
        database,
        policy,
        image_store or images.load(conf),
        caller,
        quotas,
        Placing(
            ratios=Ratios(
                conf.api.cpu_allocation_ratio,
                conf.api.ram_allocation_ratio,
                conf.api.disk_allocation_ratio,
            ),
            default_zone=conf.availability_zone,
            host_down_after=down_after,
            password_length=conf.api.password_length,
        ),
    )
    return Services(
        conf=conf,
        policy=policy,
        servers=Servers(database, policy, caller, creation, down_after),
        flavors=Flavors(database, policy),
        keypairs=Keypairs(database, policy, quotas),
        availability_zones=AvailabilityZones(database, policy, down_after),
        limits=Limits(database, policy, quotas),
    )


def worker(conf: cfg.ConfigOpts) -> Worker:
    """Put the worker of this host together."""
    return Worker(
        conf,
        Adapters(
            db=_opened(conf),
            driver=virt.load(conf),
            images=images.load_cache(conf),
            config_drive=build_files,
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
