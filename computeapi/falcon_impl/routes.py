"""The routes of the API: each path with its resource, grouped by noun."""

from collections.abc import Iterator

from computeapi import bootstrap
from computeapi.api.removed import ABSENT, PATHS, SHARED
from computeapi.api.versions import MAJOR_VERSIONS
from computeapi.falcon_impl import network_routes, server_routes
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.resources import (
    aggregates,
    assisted_volume_snapshots,
    availability_zones,
    baremetal_nodes,
    console_tokens,
    extensions,
    external_events,
    extra_specs,
    flavor_access,
    flavors,
    hosts,
    hypervisors,
    images,
    instance_usage_audit_log,
    keypairs,
    limits,
    migrations,
    openapi,
    quota_class_sets,
    quota_sets,
    removed,
    server_groups,
    simple_tenant_usage,
    versions,
)
from computeapi.falcon_impl.resources import services as compute_services
from computeapi.falcon_impl.resources.servers import (
    addresses,
    administration,
    changing,
    console,
    creation,
    deletion,
    evacuating,
    listing,
    locking,
    migrating,
    moving,
    power,
    rebuilding,
    rescue,
    security_groups,
    shelving,
    snapshots,
    volumes_boot,
)
from computeapi.falcon_impl.resources.servers.viewing import Viewing
from computeapi.falcon_impl.route import Parts, Route


def routes(services: bootstrap.CoreServices) -> Iterator[Route]:
    """Yield every route of the API."""
    yield from _versions()
    yield Route("/v2.1/openapi.json", openapi.OpenAPIResource(lambda: routes(services)))
    yield from _servers(services)
    yield from _flavors(services)
    yield from _keypairs(services)
    yield from _images(services)
    yield from _availability_zones(services)
    token = console_tokens.ConsoleTokenResource(services.console_tokens)
    yield Route("/v2.1/os-console-auth-tokens/{console_token}", token)
    yield Route("/v2.1/limits", limits.LimitsResource(services.limits))
    max_limit = services.conf.api.max_limit
    yield Route(
        "/v2.1/os-migrations", migrations.MigrationsResource(services.migrations, max_limit)
    )
    yield from _aggregates(services)
    yield from _services(services)
    yield from _hypervisors(services)
    yield from _hosts(services)
    yield from _extensions(services)
    yield from _events(services)
    yield from _baremetal_nodes(services)
    yield from network_routes.routes(services)
    for path, methods in PATHS.items():
        if path not in SHARED:
            yield Route(f"/v2.1/{path}", removed.RemovedResource(methods, ABSENT.get(path, ())))
    yield from _quotas(services)
    yield from _server_groups(services)
    yield from _usage(services)


def _versions() -> Iterator[Route]:
    yield Route("/", versions.VersionsResource())
    for version in MAJOR_VERSIONS:
        yield Route(f"/{version.path}", versions.VersionResource(version))
    yield Route("/v2.1/versions/{version_id}", versions.VersionByIdResource())


def _servers(services: bootstrap.CoreServices) -> Iterator[Route]:
    themes = services.servers
    viewing = Viewing(themes.listing)
    lists = listing.ServersListResource(themes.listing, viewing, services.conf.api.max_limit)
    servers = Parts(lists, creation.ServersCreateResource(themes.creation))
    server = Parts(
        listing.ServerShowResource(themes.listing, viewing),
        changing.ServerUpdateResource(themes.changing, viewing),
        deletion.ServerDeleteResource(themes.deletion),
    )
    actions = _server_actions(services, viewing)
    yield Route("/v2.1/servers", servers)
    yield Route("/v2.1/servers/detail", lists, "detail")
    yield Route("/v2.1/servers/{server_id}", server)
    yield Route("/v2.1/servers/{server_id}/action", actions)
    yield from server_routes.below(services)
    yield Route("/v2.1/os-volumes_boot", volumes_boot.AliasResource(servers))
    yield Route("/v2.1/os-volumes_boot/detail", volumes_boot.AliasResource(lists, "detail"))
    yield Route("/v2.1/os-volumes_boot/{server_id}", volumes_boot.AliasResource(server))
    yield Route("/v2.1/os-volumes_boot/{server_id}/action", volumes_boot.AliasActions(actions))


def _server_actions(services: bootstrap.CoreServices, viewing: Viewing) -> Actions:
    themes = services.servers
    return Actions(
        power.PowerActions(themes.power),
        locking.LockingActions(themes.locking),
        moving.MovingActions(themes.moving),
        shelving.ShelvingActions(themes.shelving),
        migrating.MigratingActions(themes.migrating),
        rebuilding.RebuildingActions(themes.rebuilding, viewing),
        evacuating.EvacuatingActions(themes.evacuating),
        rescue.RescueActions(themes.rescue),
        deletion.DeletionActions(themes.deletion),
        administration.AdministrationActions(themes.administration),
        security_groups.ServerSecurityGroupActions(themes.security_groups),
        addresses.AddressActions(themes.addresses),
        snapshots.SnapshotActions(themes.snapshots),
        console.ConsoleActions(themes.console),
        removed.RemovedServerActions(),
    )


def _flavors(services: bootstrap.CoreServices) -> Iterator[Route]:
    service, specs = services.flavors, services.extra_specs
    lists = flavors.FlavorsResource(service, specs, services.conf.api.max_limit)
    flavor = "/v2.1/flavors/{flavor_id}"
    yield Route("/v2.1/flavors", lists)
    yield Route("/v2.1/flavors/detail", lists, "detail")
    yield Route(flavor, flavors.FlavorResource(service, specs))
    yield Route(f"{flavor}/action", Actions(flavor_access.FlavorAccessActions(service)))
    yield Route(f"{flavor}/os-flavor-access", flavor_access.FlavorAccessResource(service))
    yield Route(f"{flavor}/os-extra_specs", extra_specs.ExtraSpecsResource(specs))
    yield Route(f"{flavor}/os-extra_specs/{{name}}", extra_specs.ExtraSpecResource(specs))


def _keypairs(services: bootstrap.CoreServices) -> Iterator[Route]:
    yield Route(
        "/v2.1/os-keypairs",
        keypairs.KeypairsResource(services.keypairs, services.conf.api.max_limit),
    )
    yield Route("/v2.1/os-keypairs/{name}", keypairs.KeypairResource(services.keypairs))


def _images(services: bootstrap.CoreServices) -> Iterator[Route]:
    service, image = services.images, "/v2.1/images/{image_id}"
    lists = images.ImagesResource(service, services.conf.api.max_limit)
    yield Route("/v2.1/images", lists)
    yield Route("/v2.1/images/detail", lists, "detail")
    yield Route(image, images.ImageResource(service))
    yield Route(f"{image}/metadata", images.ImageMetadataResource(service))
    yield Route(f"{image}/metadata/{{key}}", images.ImageMetadataItemResource(service))


def _availability_zones(services: bootstrap.CoreServices) -> Iterator[Route]:
    zones = availability_zones.AvailabilityZonesResource(services.availability_zones)
    yield Route("/v2.1/os-availability-zone", zones)
    yield Route("/v2.1/os-availability-zone/detail", zones, "detail")


def _aggregates(services: bootstrap.CoreServices) -> Iterator[Route]:
    path, service = "/v2.1/os-aggregates", services.aggregates
    yield Route(path, aggregates.AggregatesResource(service))
    yield Route(f"{path}/{{aggregate_id}}", aggregates.AggregateResource(service))
    yield Route(f"{path}/{{aggregate_id}}/action", Actions(aggregates.AggregateActions(service)))
    yield Route(f"{path}/{{aggregate_id}}/images", aggregates.AggregateImagesResource(service))


def _services(services: bootstrap.CoreServices) -> Iterator[Route]:
    path, service = "/v2.1/os-services", services.compute_services
    yield Route(path, compute_services.ServicesResource(service))
    yield Route(f"{path}/{{service_id}}", compute_services.ServiceResource(service))


def _hypervisors(services: bootstrap.CoreServices) -> Iterator[Route]:
    path = "/v2.1/os-hypervisors"
    lists = hypervisors.HypervisorsResource(services.hypervisors, services.conf.api.max_limit)
    one = hypervisors.HypervisorResource(services.hypervisors)
    yield Route(path, lists)
    yield Route(f"{path}/detail", lists, "detail")
    yield Route(f"{path}/statistics", lists, "statistics")
    yield Route(f"{path}/{{hypervisor_id}}", one)
    for suffix in ("uptime", "search", "servers"):
        yield Route(f"{path}/{{hypervisor_id}}/{suffix}", one, suffix)


def _hosts(services: bootstrap.CoreServices) -> Iterator[Route]:
    host = hosts.HostResource(services.hosts)
    yield Route("/v2.1/os-hosts", hosts.HostsResource(services.hosts))
    yield Route("/v2.1/os-hosts/{host_name}", host)
    for suffix in ("reboot", "shutdown", "startup"):
        yield Route(f"/v2.1/os-hosts/{{host_name}}/{suffix}", host, suffix)


def _extensions(services: bootstrap.CoreServices) -> Iterator[Route]:
    yield Route("/v2.1/extensions", extensions.ExtensionsResource(services.extensions))
    yield Route("/v2.1/extensions/{alias}", extensions.ExtensionResource(services.extensions))


def _events(services: bootstrap.CoreServices) -> Iterator[Route]:
    events = external_events.ExternalEventsResource(services.external_events)
    yield Route("/v2.1/os-server-external-events", events)
    path, service = "/v2.1/os-assisted-volume-snapshots", services.assisted_volume_snapshots
    yield Route(path, assisted_volume_snapshots.AssistedVolumeSnapshotsResource(service))
    yield Route(
        f"{path}/{{snapshot_id}}", assisted_volume_snapshots.AssistedVolumeSnapshotResource(service)
    )


def _baremetal_nodes(services: bootstrap.CoreServices) -> Iterator[Route]:
    path, service = "/v2.1/os-baremetal-nodes", services.baremetal_nodes
    yield Route(path, baremetal_nodes.BaremetalNodesResource(service))
    yield Route(f"{path}/{{node_id}}", baremetal_nodes.BaremetalNodeResource(service))
    actions = Actions(baremetal_nodes.BaremetalNodeActions(service))
    yield Route(f"{path}/{{node_id}}/action", actions)


def _quotas(services: bootstrap.CoreServices) -> Iterator[Route]:
    quota_set = quota_sets.QuotaSetResource(services.quota_sets)
    path = "/v2.1/os-quota-sets/{project_id}"
    yield Route(path, quota_set)
    yield Route(f"{path}/defaults", quota_set, "defaults")
    yield Route(f"{path}/detail", quota_set, "detail")
    classes = quota_class_sets.QuotaClassSetResource(services.quota_class_sets)
    yield Route("/v2.1/os-quota-class-sets/{name}", classes)


def _server_groups(services: bootstrap.CoreServices) -> Iterator[Route]:
    groups = server_groups.ServerGroupsResource(services.server_groups, services.conf.api.max_limit)
    yield Route("/v2.1/os-server-groups", groups)
    one = server_groups.ServerGroupResource(services.server_groups)
    yield Route("/v2.1/os-server-groups/{group_id}", one)


def _usage(services: bootstrap.CoreServices) -> Iterator[Route]:
    service, max_limit = services.simple_tenant_usage, services.conf.api.max_limit
    yield Route(
        "/v2.1/os-simple-tenant-usage", simple_tenant_usage.UsagesResource(service, max_limit)
    )
    yield Route(
        "/v2.1/os-simple-tenant-usage/{project_id}",
        simple_tenant_usage.UsageResource(service, max_limit),
    )
    audits = services.instance_usage_audit_log
    yield Route(
        "/v2.1/os-instance_usage_audit_log", instance_usage_audit_log.UsageAuditsResource(audits)
    )
    yield Route(
        "/v2.1/os-instance_usage_audit_log/{before}",
        instance_usage_audit_log.UsageAuditResource(audits),
    )
