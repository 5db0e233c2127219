"""Limits."""

from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import Quotas
from computeapi.pecan_impl.types.responses import ResponseType

#: A limit on things that this service does not have.
_UNLIMITED = -1


class AbsoluteLimits(ResponseType):
    """A project's quotas, and what it uses of them."""

    maxImageMeta = int
    maxPersonality = int
    maxPersonalitySize = int
    maxSecurityGroupRules = int
    maxSecurityGroups = int
    maxServerGroupMembers = int
    maxServerGroups = int
    maxServerMeta = int
    maxTotalCores = int
    maxTotalFloatingIps = int
    maxTotalInstances = int
    maxTotalKeypairs = int
    maxTotalRAMSize = int
    totalCoresUsed = int
    totalFloatingIpsUsed = int
    totalInstancesUsed = int
    totalRAMUsed = int
    totalSecurityGroupsUsed = int
    totalServerGroupsUsed = int


class Limits(ResponseType):
    """Limits of rate, of which there are none, and of use."""

    absolute = AbsoluteLimits
    rate = [str]


class LimitsDocument(ResponseType):
    """Limits."""

    limits = Limits

    @classmethod
    def of(cls, quotas: Quotas, used: Usage) -> "LimitsDocument":
        """Return the document of a project."""
        absolute = AbsoluteLimits(
            maxImageMeta=quotas.metadata_items,
            maxPersonality=quotas.injected_files,
            maxPersonalitySize=quotas.injected_file_content_bytes,
            maxSecurityGroupRules=_UNLIMITED,
            maxSecurityGroups=_UNLIMITED,
            maxServerGroupMembers=quotas.server_group_members,
            maxServerGroups=quotas.server_groups,
            maxServerMeta=quotas.metadata_items,
            maxTotalCores=quotas.cores,
            maxTotalFloatingIps=_UNLIMITED,
            maxTotalInstances=quotas.instances,
            maxTotalKeypairs=quotas.key_pairs,
            maxTotalRAMSize=quotas.ram,
            totalCoresUsed=used.vcpus,
            totalFloatingIpsUsed=0,
            totalInstancesUsed=used.instances,
            totalRAMUsed=used.memory_mb,
            totalSecurityGroupsUsed=0,
            totalServerGroupsUsed=0,
        )
        return cls(limits=Limits(absolute=absolute, rate=[]))
