"""The limits of a project, and the error of a request that exceeds them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.hosts import Usage

#: The most servers of one request, also where no quota says so: they are kept in one transaction.
MAX_SERVERS_PER_REQUEST = 1000
#: The quota class whose limits hold where a project has none of its own. Nova has no other use of
#: classes either.
DEFAULT_CLASS = "default"


@dataclass(frozen=True, slots=True)
class Quotas:
    """The most that a project (``key_pairs``: a user) may use; -1 is no limit.

    :ivar ram: MiB. :ivar injected_file_content_bytes: of one decoded file.
    :ivar floating_ips: of networks, as the last four: kept and shown for old clients, and another
        service's to enforce.
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
    floating_ips: int = -1
    fixed_ips: int = -1
    security_groups: int = -1
    security_group_rules: int = -1

    def overridden(self, limits: Mapping[str, int]) -> "Quotas":
        """Return these quotas with the limits that a class, a project or a user has of its own.

        :param limits: by resource; one that this version does not know is left out, as another
            version may have kept it.
        """
        return replace(self, **{name: limits[name] for name in RESOURCES if name in limits})


#: The resources that have a quota.
RESOURCES = tuple(field.name for field in fields(Quotas))
#: Those whose limits are options of the configuration.
CONFIGURABLE = RESOURCES[: RESOURCES.index("floating_ips")]


@dataclass(frozen=True, slots=True)
class QuotaUsage:
    """How much of the quotas a project uses, or one user in it.

    What a quota bounds within one request, server, group or user is not added up: its use is 0.

    :ivar ram: MiB.
    """

    instances: int = 0
    cores: int = 0
    ram: int = 0
    server_groups: int = 0

    @classmethod
    def of(cls, servers: Usage, server_groups: int) -> "QuotaUsage":
        """Return the use of servers and server groups."""
        return cls(servers.instances, servers.vcpus, servers.memory_mb, server_groups)

    def in_use(self, resource: str) -> int:
        """Return how much of a resource is used."""
        return getattr(self, resource, 0)


def check_limits(limits: Mapping[str, int], used: QuotaUsage, ceilings: Quotas | None) -> None:
    """Refuse limits below the use of a resource, and those of a user above their project's.

    :param limits: new ones, by resource.
    :param used: by the project or the user that they are for.
    :param ceilings: the project's quotas, when the limits are a user's.
    :raises Invalid: naming the resource.
    """
    for resource, limit in limits.items():
        in_use = used.in_use(resource)
        if 0 <= limit < in_use:
            raise Invalid(
                f"Quota limit {limit} for {resource} must be greater than or equal to already "
                f"used and reserved {in_use}."
            )
        ceiling = -1 if ceilings is None else getattr(ceilings, resource)
        if ceiling >= 0 and not 0 <= limit <= ceiling:
            raise Invalid(
                f"Quota limit {limit} for {resource} must be less than or equal to {ceiling}."
            )


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
