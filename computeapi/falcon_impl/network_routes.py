"""The routes of the resources of the network service."""

from collections.abc import Iterator

from computeapi import bootstrap
from computeapi.api.removed import PATHS
from computeapi.falcon_impl.resources import floating_ips, networks, removed, security_groups
from computeapi.falcon_impl.route import Parts, Route


def routes(services: bootstrap.CoreServices) -> Iterator[Route]:
    """Yield the routes of networks, security groups and floating IPs."""
    yield from _networks(services)
    yield from _security_groups(services)
    path, service = "/v2.1/os-floating-ips", services.floating_ips
    yield Route(path, floating_ips.FloatingIpsResource(service))
    yield Route(f"{path}/{{floating_ip_id}}", floating_ips.FloatingIpResource(service))
    yield Route("/v2.1/os-floating-ip-pools", floating_ips.FloatingIpPoolsResource(service))


def _networks(services: bootstrap.CoreServices) -> Iterator[Route]:
    service = services.networks
    served = {
        "os-networks": networks.NetworksResource(service),
        "os-networks/{network_id}": networks.NetworkResource(service),
        "os-tenant-networks": networks.ProjectNetworksResource(service),
        "os-tenant-networks/{network_id}": networks.ProjectNetworkResource(service),
    }
    for path, resource in served.items():
        yield Route(f"/v2.1/{path}", Parts(resource, removed.RemovedResource(PATHS[path])))


def _security_groups(services: bootstrap.CoreServices) -> Iterator[Route]:
    path, service = "/v2.1/os-security-groups", services.security_groups
    max_limit = services.conf.api.max_limit
    yield Route(path, security_groups.SecurityGroupsResource(service, max_limit))
    yield Route(f"{path}/{{group_id}}", security_groups.SecurityGroupResource(service))
    path = "/v2.1/os-security-group-rules"
    yield Route(path, security_groups.SecurityGroupRulesResource(service))
    yield Route(f"{path}/{{rule_id}}", security_groups.SecurityGroupRuleResource(service))
