"""The response body of limits (API reference, "Limits")."""

from computeapi.domain.quotas import Quotas, QuotaUsage


def absolute(quotas: Quotas, used: QuotaUsage) -> dict[str, int]:
    """Return the limits of a project.

    Those of networks are another service's, and here for old clients.
    """
    return {
        "maxImageMeta": quotas.metadata_items,
        "maxPersonality": quotas.injected_files,
        "maxPersonalitySize": quotas.injected_file_content_bytes,
        "maxSecurityGroupRules": quotas.security_group_rules,
        "maxSecurityGroups": quotas.security_groups,
        "maxServerGroupMembers": quotas.server_group_members,
        "maxServerGroups": quotas.server_groups,
        "maxServerMeta": quotas.metadata_items,
        "maxTotalCores": quotas.cores,
        "maxTotalFloatingIps": quotas.floating_ips,
        "maxTotalInstances": quotas.instances,
        "maxTotalKeypairs": quotas.key_pairs,
        "maxTotalRAMSize": quotas.ram,
        "totalCoresUsed": used.cores,
        "totalFloatingIpsUsed": 0,
        "totalInstancesUsed": used.instances,
        "totalRAMUsed": used.ram,
        "totalSecurityGroupsUsed": 0,
        "totalServerGroupsUsed": used.server_groups,
    }
