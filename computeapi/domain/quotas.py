"""The limits of a project, and the error of a request that exceeds them."""

from dataclasses import dataclass

from computeapi.domain.errors import QuotaExceeded
from computeapi.domain.hosts import Usage

#: The most servers of one request, also where no quota says so: they are kept in one transaction.
MOST = 1000


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


def room(quotas: Quotas, used: Usage, each: Usage) -> int:
    """Return how many more servers of a size fit into the quotas; :data:`MOST` at most."""
    rooms = [
        (limit - taken) // wanted
        for _, limit, taken, wanted in _resources(quotas, used, each)
        if limit >= 0 and wanted > 0
    ]
    return min([MOST, *rooms])


def check_servers(quotas: Quotas, used: Usage, wanted: Usage) -> None:
    """Refuse new servers that would take a project over its quotas.

    :raises QuotaExceeded: naming each resource that does not suffice.
    """
    if wanted.instances > MOST:
        raise QuotaExceeded(f"At most {MOST} servers can be created by one request")
    over = [r for r in _resources(quotas, used, wanted) if 0 <= r[1] < r[2] + r[3]]
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


def _resources(quotas: Quotas, used: Usage, wanted: Usage) -> tuple[tuple[str, int, int, int], ...]:
    """Return each resource's name, limit, use and demand."""
    return (
        ("instances", quotas.instances, used.instances, wanted.instances),
        ("cores", quotas.cores, used.vcpus, wanted.vcpus),
        ("ram", quotas.ram, used.memory_mb, wanted.memory_mb),
    )
