"""Limits."""

from computeapi.api import limits as changes
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.pecan_impl.types.responses import ResponseField, ResponseType


class AbsoluteLimits(ResponseType):
    """A project's quotas, and its use of them."""

    maxImageMeta = ResponseField(int, span=changes.IMAGE_METADATA)
    maxPersonality = ResponseField(int, span=changes.INJECTED_FILES)
    maxPersonalitySize = ResponseField(int, span=changes.INJECTED_FILES)
    maxSecurityGroupRules = ResponseField(int, span=changes.NETWORKS)
    maxSecurityGroups = ResponseField(int, span=changes.NETWORKS)
    maxServerGroupMembers = int
    maxServerGroups = int
    maxServerMeta = int
    maxTotalCores = int
    maxTotalFloatingIps = ResponseField(int, span=changes.NETWORKS)
    maxTotalInstances = int
    maxTotalKeypairs = int
    maxTotalRAMSize = int
    totalCoresUsed = int
    totalFloatingIpsUsed = ResponseField(int, span=changes.NETWORKS)
    totalInstancesUsed = int
    totalRAMUsed = int
    totalSecurityGroupsUsed = ResponseField(int, span=changes.NETWORKS)
    totalServerGroupsUsed = int


class Limits(ResponseType):
    """Limits of rate, which there are none of, and of use."""

    absolute = AbsoluteLimits
    rate = [str]


class LimitsDocument(ResponseType):
    """Limits."""

    limits = Limits

    @classmethod
    def of(cls, quotas: Quotas, used: QuotaUsage) -> "LimitsDocument":
        """Return the document of a project."""
        absolute = AbsoluteLimits(
            maxImageMeta=quotas.metadata_items,
            maxPersonality=quotas.injected_files,
            maxPersonalitySize=quotas.injected_file_content_bytes,
            maxSecurityGroupRules=quotas.security_group_rules,
            maxSecurityGroups=quotas.security_groups,
            maxServerGroupMembers=quotas.server_group_members,
            maxServerGroups=quotas.server_groups,
            maxServerMeta=quotas.metadata_items,
            maxTotalCores=quotas.cores,
            maxTotalFloatingIps=quotas.floating_ips,
            maxTotalInstances=quotas.instances,
            maxTotalKeypairs=quotas.key_pairs,
            maxTotalRAMSize=quotas.ram,
            totalCoresUsed=used.cores,
            totalFloatingIpsUsed=0,
            totalInstancesUsed=used.instances,
            totalRAMUsed=used.ram,
            totalSecurityGroupsUsed=0,
            totalServerGroupsUsed=used.server_groups,
        )
        return cls(limits=Limits(absolute=absolute, rate=[]))
