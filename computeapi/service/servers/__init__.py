"""The operations on servers, by theme."""

from dataclasses import dataclass

from computeapi.service.servers.addresses import Addresses
from computeapi.service.servers.administration import Administration
from computeapi.service.servers.changing import Changing
from computeapi.service.servers.console import Console
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
from computeapi.service.servers.moving import Moving
from computeapi.service.servers.passwords import Passwords
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


@dataclass(frozen=True, slots=True)
class Servers:
    """The services of servers: one for each theme."""

    listing: Listing
    creation: Creation
    changing: Changing
    deletion: Deletion
    power: Power
    locking: Locking
    moving: Moving
    migrating: Migrating
    evacuating: Evacuating
    migrations: ServerMigrations
    shelving: Shelving
    rebuilding: Rebuilding
    rescue: Rescue
    console: Console
    metadata: Metadata
    tags: Tags
    instance_actions: InstanceActions
    administration: Administration
    security_groups: ServerSecurityGroups
    interfaces: Interfaces
    addresses: Addresses
    volume_attachments: VolumeAttachments
    snapshots: Snapshots
    shares: Shares
    diagnostics: Diagnostics
    topology: Topology
    passwords: Passwords
