"""The limits of a project, and the error of a request that exceeds them."""

from dataclasses import dataclass

from computeapi.domain.errors import QuotaExceeded
from computeapi.domain.hosts import Usage

#: The most servers of one request, also where no quota says so: they are kept in one transaction.
MAX_SERVERS_PER_REQUEST = 1000


@dataclass(frozen=True, slots=True)
class Quotas:
    """The most that a project (``key_pairs``: a user) may use; -1 is no limit.

    :ivar ram: MiB. :ivar injected_file_content_bytes: of one decoded file.
    """

    instances: int = 10
    cores: int = 20
    ram: int = 51200
    metadata_items: int = 128
    injected_files: int = 5
    injected_file_content_bytes: int = 10240
    injected_file_path_bytes: int = 255
    key_pairs: int = 100
    server_groups: int = 10
    server_group_members: int = 10


def remaining(quotas: Quotas, used: Usage, each: Usage) -> int:
    """Return how many more servers of a size fit into the quotas, and into one request.

    :param each: the use of one server.
    """
    fitting = [
        (limit - in_use) // demand
        for _, limit, in_use, demand in _resources(quotas, used, each)
        if limit >= 0 and demand > 0
    ]
    return min([MAX_SERVERS_PER_REQUEST, *fitting])


def check_servers(quotas: Quotas, used: Usage, requested: Usage) -> None:
    """Refuse new servers that would take a project over its quotas.

    :raises QuotaExceeded: naming each resource that does not suffice.
    """
    if requested.instances > MAX_SERVERS_PER_REQUEST:
        raise QuotaExceeded(
            f"At most {MAX_SERVERS_PER_REQUEST} servers can be created by one request"
        )
    over = [r for r in _resources(quotas, used, requested) if r[3] and 0 <= r[1] < r[2] + r[3]]
    if over:
        raise QuotaExceeded(
            "Quota exceeded for {}: Requested {}, but already used {} of {} {}".format(
                ", ".join(r[0] for r in over),
                ", ".join(str(r[3]) for r in over),
                ", ".join(str(r[2]) for r in over),
                ", ".join(str(r[1]) for r in over),
                ", ".join(r[0] for r in over),
            )
        )


def _resources(
    quotas: Quotas, used: Usage, requested: Usage
) -> tuple[tuple[str, int, int, int], ...]:
    """Return each resource's name, limit, use and demand."""
    return (
        ("instances", quotas.instances, used.instances, requested.instances),
        ("cores", quotas.cores, used.vcpus, requested.vcpus),
        ("ram", quotas.ram, used.memory_mb, requested.memory_mb),
    )
