"""The response body of limits (API reference, "Limits")."""

from typing import NamedTuple

from computeapi.api import limits as contract
from computeapi.api.versions import Version
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields


class ProjectLimits(NamedTuple):
    """The quotas of a project, and how much of them it uses."""

    quotas: Quotas
    used: QuotaUsage


#: The limits of networks are another service's, and here for old clients.
ABSOLUTE = Fields(
    Field("maxImageMeta", "quotas.metadata_items", contract.IMAGE_METADATA),
    Field("maxPersonality", "quotas.injected_files", contract.INJECTED_FILES),
    Field("maxPersonalitySize", "quotas.injected_file_content_bytes", contract.INJECTED_FILES),
    Field("maxSecurityGroupRules", "quotas.security_group_rules", contract.NETWORKS),
    Field("maxSecurityGroups", "quotas.security_groups", contract.NETWORKS),
    Field("maxServerGroupMembers", "quotas.server_group_members"),
    Field("maxServerGroups", "quotas.server_groups"),
    Field("maxServerMeta", "quotas.metadata_items"),
    Field("maxTotalCores", "quotas.cores"),
    Field("maxTotalFloatingIps", "quotas.floating_ips", contract.NETWORKS),
    Field("maxTotalInstances", "quotas.instances"),
    Field("maxTotalKeypairs", "quotas.key_pairs"),
    Field("maxTotalRAMSize", "quotas.ram"),
    Field("totalCoresUsed", "used.cores"),
    Field("totalFloatingIpsUsed", Constant(0), contract.NETWORKS),
    Field("totalInstancesUsed", "used.instances"),
    Field("totalRAMUsed", "used.ram"),
    Field("totalSecurityGroupsUsed", Constant(0), contract.NETWORKS),
    Field("totalServerGroupsUsed", "used.server_groups"),
)


def absolute(quotas: Quotas, used: QuotaUsage, version: Version) -> Document:
    """Return the limits of a project."""
    return ABSOLUTE.document(ProjectLimits(quotas, used), version)
