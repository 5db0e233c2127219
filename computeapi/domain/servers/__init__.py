"""Servers: their fields, their states, and the actions on them."""

from computeapi.domain.servers.creation import CreatedServers, NewServer
from computeapi.domain.servers.details import (
    Fault,
    ServerBasics,
    ServerDetails,
    ServerSummary,
    ShownServer,
)
from computeapi.domain.servers.filters import ALL_PROJECTS, AllProjects, ServerFilters, TagFilter
from computeapi.domain.servers.moves import Move, Size
from computeapi.domain.servers.rebuilding import Rebuild, RebuiltServer
from computeapi.domain.servers.server import LOCKED_BY_ADMIN, LOCKED_BY_OWNER, Server
from computeapi.domain.servers.states import PowerState, TaskState, VmState

__all__ = [
    "ALL_PROJECTS",
    "LOCKED_BY_ADMIN",
    "LOCKED_BY_OWNER",
    "AllProjects",
    "CreatedServers",
    "Fault",
    "Move",
    "NewServer",
    "PowerState",
    "Rebuild",
    "RebuiltServer",
    "Server",
    "ServerBasics",
    "ServerDetails",
    "ServerFilters",
    "ServerSummary",
    "ShownServer",
    "Size",
    "TagFilter",
    "TaskState",
    "VmState",
]
