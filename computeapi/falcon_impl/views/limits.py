"""The response body of limits (API reference, "Limits")."""

from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import Quotas


def absolute(quotas: Quotas, used: Usage) -> dict[str, int]:
    """Return the limits of a project.

    Those of networks (-1: no limit) are another service's, and here for old clients.
    """
    return {
        "maxImageMeta": quotas.metadata_items,
        "maxPersonality": quotas.injected_files,
        "maxPersonalitySize": quotas.injected_file_content_bytes,
        "maxSecurityGroupRules": -1,
        "maxSecurityGroups": -1,
        "maxServerGroupMembers": quotas.server_group_members,
        "maxServerGroups": quotas.server_groups,
        "maxServerMeta": quotas.metadata_items,
        "maxTotalCores": quotas.cores,
        "maxTotalFloatingIps": -1,
        "maxTotalInstances": quotas.instances,
        "maxTotalKeypairs": quotas.key_pairs,
        "maxTotalRAMSize": quotas.ram,
        "totalCoresUsed": used.vcpus,
        "totalFloatingIpsUsed": 0,
        "totalInstancesUsed": used.instances,
        "totalRAMUsed": used.memory_mb,
        "totalSecurityGroupsUsed": 0,
        "totalServerGroupsUsed": 0,
    }
