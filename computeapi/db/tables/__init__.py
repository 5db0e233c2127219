"""The tables, one file a noun. Each field of a domain object is a column of its table."""

from computeapi.db.tables.aggregates import aggregate_hosts, aggregates
from computeapi.db.tables.block_devices import BLOCK_DEVICE, block_devices
from computeapi.db.tables.claims import CLAIM, claims
from computeapi.db.tables.columns import COMPOSITE, JSON, MOMENT, TagsType, metadata
from computeapi.db.tables.console_tokens import CONSOLE_TOKEN, console_tokens
from computeapi.db.tables.flavors import FLAVOR, flavor_access, flavors
from computeapi.db.tables.hosts import DETAILS, HOST, USED, hosts
from computeapi.db.tables.keypairs import KEYPAIR, keypairs
from computeapi.db.tables.leases import leases
from computeapi.db.tables.locks import locks
from computeapi.db.tables.migrations import MIGRATION, migrations
from computeapi.db.tables.notifications import NOTIFICATION, notifications
from computeapi.db.tables.operations import OPERATION, operations
from computeapi.db.tables.quota_classes import quota_classes
from computeapi.db.tables.quota_sets import quota_sets
from computeapi.db.tables.server_groups import SERVER_GROUP, server_groups
from computeapi.db.tables.server_passwords import server_passwords
from computeapi.db.tables.server_ports import SERVER_PORT, server_ports
from computeapi.db.tables.servers import SERVER, servers
from computeapi.db.tables.shelved_images import shelved_images
from computeapi.db.tables.unfinished_images import UNFINISHED_IMAGE, unfinished_images
from computeapi.db.tables.usage_periods import USAGE_PERIOD, usage_periods
from computeapi.db.tables.wanted_images import wanted_images

__all__ = [
    "BLOCK_DEVICE",
    "CLAIM",
    "COMPOSITE",
    "CONSOLE_TOKEN",
    "DETAILS",
    "FLAVOR",
    "HOST",
    "JSON",
    "KEYPAIR",
    "MIGRATION",
    "MOMENT",
    "NOTIFICATION",
    "OPERATION",
    "SERVER",
    "SERVER_GROUP",
    "SERVER_PORT",
    "UNFINISHED_IMAGE",
    "USAGE_PERIOD",
    "USED",
    "TagsType",
    "aggregate_hosts",
    "aggregates",
    "block_devices",
    "claims",
    "console_tokens",
    "flavor_access",
    "flavors",
    "hosts",
    "keypairs",
    "leases",
    "locks",
    "metadata",
    "migrations",
    "notifications",
    "operations",
    "quota_classes",
    "quota_sets",
    "server_groups",
    "server_passwords",
    "server_ports",
    "servers",
    "shelved_images",
    "unfinished_images",
    "usage_periods",
    "wanted_images",
]
