"""The response body of limits (API reference, "Limits")."""

from typing import NamedTuple

from computeapi.api import limits as contract
from computeapi.api.versions import Version
from computeapi.domain.quotas import Quotas, QuotaUsage
from computeapi.falcon_impl.schemas.values import array
from computeapi.falcon_impl.views.fields import Constant, Document, Field, Fields
from computeapi.falcon_impl.views.schemas import INTEGER, TEXT, entity


class ProjectLimits(NamedTuple):
    """The quotas of a project, and how much of them it uses."""

    quotas: Quotas
    used: QuotaUsage


#: The limits of networks are another service's, and here for old clients.
ABSOLUTE = Fields(
    Field("maxImageMeta", "quotas.metadata_items", INTEGER, contract.IMAGE_METADATA),
    Field("maxPersonality", "quotas.injected_files", INTEGER, contract.INJECTED_FILES),
    Field(
        "maxPersonalitySize", "quotas.injected_file_content_bytes", INTEGER, contract.INJECTED_FILES
    ),
    Field("maxSecurityGroupRules", "quotas.security_group_rules", INTEGER, contract.NETWORKS),
    Field("maxSecurityGroups", "quotas.security_groups", INTEGER, contract.NETWORKS),
    Field("maxServerGroupMembers", "quotas.server_group_members", INTEGER),
    Field("maxServerGroups", "quotas.server_groups", INTEGER),
    Field("maxServerMeta", "quotas.metadata_items", INTEGER),
    Field("maxTotalCores", "quotas.cores", INTEGER),
    Field("maxTotalFloatingIps", "quotas.floating_ips", INTEGER, contract.NETWORKS),
    Field("maxTotalInstances", "quotas.instances", INTEGER),
    Field("maxTotalKeypairs", "quotas.key_pairs", INTEGER),
    Field("maxTotalRAMSize", "quotas.ram", INTEGER),
    Field("totalCoresUsed", "used.cores", INTEGER),
    Field("totalFloatingIpsUsed", Constant(0), INTEGER, contract.NETWORKS),
    Field("totalInstancesUsed", "used.instances", INTEGER),
    Field("totalRAMUsed", "used.ram", INTEGER),
    Field("totalSecurityGroupsUsed", Constant(0), INTEGER, contract.NETWORKS),
    Field("totalServerGroupsUsed", "used.server_groups", INTEGER),
)

LIMITS = entity({"limits": entity({"rate": array(TEXT), "absolute": ABSOLUTE.schema})})


def absolute(quotas: Quotas, used: QuotaUsage, version: Version) -> Document:
    """Return the limits of a project."""
    return ABSOLUTE.document(ProjectLimits(quotas, used), version)
