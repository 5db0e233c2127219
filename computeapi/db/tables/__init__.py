"""The tables, one file a noun. Each field of a domain object is a column of its table."""

from computeapi.db.tables.claims import CLAIM, claims
from computeapi.db.tables.columns import COMPOSITE, JSON, MOMENT, metadata
from computeapi.db.tables.console_tokens import CONSOLE_TOKEN, console_tokens
from computeapi.db.tables.flavors import FLAVOR, flavors
from computeapi.db.tables.hosts import HOST, USED, hosts
from computeapi.db.tables.keypairs import KEYPAIR, keypairs
from computeapi.db.tables.locks import locks
from computeapi.db.tables.operations import OPERATION, operations
from computeapi.db.tables.servers import SERVER, servers

__all__ = [
    "CLAIM", "COMPOSITE", "CONSOLE_TOKEN", "FLAVOR", "HOST", "JSON", "KEYPAIR", "MOMENT",
    "OPERATION", "SERVER", "USED", "claims", "console_tokens", "flavors", "hosts", "keypairs",
    "locks", "metadata", "operations", "servers",
]  # fmt: skip
