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


def routes(services: bootstrap.Services) -> Iterator[Route]:
    """Yield every route of the API."""
    yield from _versions()
    yield Route("/v2.1/openapi.json", openapi.OpenAPI(lambda: routes(services)))
    yield from _servers(services)
    yield from _flavors(services)
    yield from _keypairs(services)
    yield from _images(services)
    yield from _availability_zones(services)
    token = console_tokens.ConsoleToken(services.console_tokens)
    yield Route("/v2.1/os-console-auth-tokens/{console_token}", token)
    yield Route("/v2.1/limits", limits.Limits(services.limits))
    max_limit = services.conf.api.max_limit
    yield Route("/v2.1/os-migrations", migrations.Migrations(services.migrations, max_limit))
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
            yield Route(f"/v2.1/{path}", removed.Removed(methods, ABSENT.get(path, ())))
    yield from _quotas(services)
    yield from _server_groups(services)
    yield from _usage(services)


def _versions() -> Iterator[Route]:
    yield Route("/", versions.Versions())
    for version in MAJOR_VERSIONS:
        yield Route(f"/{version.path}", versions.Version(version))
    yield Route("/v2.1/versions/{version_id}", versions.VersionById())


def _servers(services: bootstrap.Services) -> Iterator[Route]:
    themes = services.servers
    viewing = Viewing(themes.listing)
    lists = listing.Servers(themes.listing, viewing, services.conf.api.max_limit)
    servers = Parts(lists, creation.Servers(themes.creation))
    server = Parts(
        listing.Server(themes.listing, viewing),
        changing.Server(themes.changing, viewing),
        deletion.Server(themes.deletion),
    )
    actions = _server_actions(services, viewing)
    yield Route("/v2.1/servers", servers)
    yield Route("/v2.1/servers/detail", lists, "detail")
    yield Route("/v2.1/servers/{server_id}", server)
    yield Route("/v2.1/servers/{server_id}/action", actions)
    yield from server_routes.below(services)
    yield Route("/v2.1/os-volumes_boot", volumes_boot.Alias(servers))
    yield Route("/v2.1/os-volumes_boot/detail", volumes_boot.Alias(lists, "detail"))
    yield Route("/v2.1/os-volumes_boot/{server_id}", volumes_boot.Alias(server))
    yield Route("/v2.1/os-volumes_boot/{server_id}/action", volumes_boot.AliasActions(actions))


def _server_actions(services: bootstrap.Services, viewing: Viewing) -> Actions:
    themes = services.servers
    return Actions(
        power.Power(themes.power),
        locking.Locking(themes.locking),
        moving.Moving(themes.moving),
        shelving.Shelving(themes.shelving),
        migrating.Migrating(themes.migrating),
        rebuilding.Rebuilding(themes.rebuilding, viewing),
        evacuating.Evacuating(themes.evacuating),
        rescue.Rescue(themes.rescue),
        deletion.ForceDelete(themes.deletion),
        administration.Administration(themes.administration),
        security_groups.SecurityGroupActions(themes.security_groups),
        addresses.AddressActions(themes.addresses),
        snapshots.Snapshots(themes.snapshots),
        console.Console(themes.console),
        removed.RemovedServerActions(),
    )


def _flavors(services: bootstrap.Services) -> Iterator[Route]:
    service, specs = services.flavors, services.extra_specs
    lists = flavors.Flavors(service, specs, services.conf.api.max_limit)
    flavor = "/v2.1/flavors/{flavor_id}"
    yield Route("/v2.1/flavors", lists)
    yield Route("/v2.1/flavors/detail", lists, "detail")
    yield Route(flavor, flavors.Flavor(service, specs))
    yield Route(f"{flavor}/action", Actions(flavor_access.AccessActions(service)))
    yield Route(f"{flavor}/os-flavor-access", flavor_access.FlavorAccess(service))
    yield Route(f"{flavor}/os-extra_specs", extra_specs.ExtraSpecs(specs))
    yield Route(f"{flavor}/os-extra_specs/{{name}}", extra_specs.ExtraSpec(specs))


def _keypairs(services: bootstrap.Services) -> Iterator[Route]:
    yield Route(
        "/v2.1/os-keypairs", keypairs.Keypairs(services.keypairs, services.conf.api.max_limit)
    )
    yield Route("/v2.1/os-keypairs/{name}", keypairs.Keypair(services.keypairs))


def _images(services: bootstrap.Services) -> Iterator[Route]:
    service, image = services.images, "/v2.1/images/{image_id}"
    lists = images.Images(service, services.conf.api.max_limit)
    yield Route("/v2.1/images", lists)
    yield Route("/v2.1/images/detail", lists, "detail")
    yield Route(image, images.Image(service))
    yield Route(f"{image}/metadata", images.Metadata(service))
    yield Route(f"{image}/metadata/{{key}}", images.MetadataItem(service))


def _availability_zones(services: bootstrap.Services) -> Iterator[Route]:
    zones = availability_zones.AvailabilityZones(services.availability_zones)
    yield Route("/v2.1/os-availability-zone", zones)
    yield Route("/v2.1/os-availability-zone/detail", zones, "detail")


def _aggregates(services: bootstrap.Services) -> Iterator[Route]:
    path, service = "/v2.1/os-aggregates", services.aggregates
    yield Route(path, aggregates.Aggregates(service))
    yield Route(f"{path}/{{aggregate_id}}", aggregates.Aggregate(service))
    yield Route(f"{path}/{{aggregate_id}}/action", Actions(aggregates.AggregateActions(service)))
    yield Route(f"{path}/{{aggregate_id}}/images", aggregates.AggregateImages(service))


def _services(services: bootstrap.Services) -> Iterator[Route]:
    yield Route("/v2.1/os-services", compute_services.Services(services.services))
    yield Route("/v2.1/os-services/{service_id}", compute_services.Service(services.services))


def _hypervisors(services: bootstrap.Services) -> Iterator[Route]:
    path = "/v2.1/os-hypervisors"
    lists = hypervisors.Hypervisors(services.hypervisors, services.conf.api.max_limit)
    one = hypervisors.Hypervisor(services.hypervisors)
    yield Route(path, lists)
    yield Route(f"{path}/detail", lists, "detail")
    yield Route(f"{path}/statistics", lists, "statistics")
    yield Route(f"{path}/{{hypervisor_id}}", one)
    for suffix in ("uptime", "search", "servers"):
        yield Route(f"{path}/{{hypervisor_id}}/{suffix}", one, suffix)


def _hosts(services: bootstrap.Services) -> Iterator[Route]:
    host = hosts.Host(services.hosts)
    yield Route("/v2.1/os-hosts", hosts.Hosts(services.hosts))
    yield Route("/v2.1/os-hosts/{host_name}", host)
    for suffix in ("reboot", "shutdown", "startup"):
        yield Route(f"/v2.1/os-hosts/{{host_name}}/{suffix}", host, suffix)


def _extensions(services: bootstrap.Services) -> Iterator[Route]:
    yield Route("/v2.1/extensions", extensions.Extensions(services.extensions))
    yield Route("/v2.1/extensions/{alias}", extensions.Extension(services.extensions))


def _events(services: bootstrap.Services) -> Iterator[Route]:
    events = external_events.ExternalEvents(services.external_events)
    yield Route("/v2.1/os-server-external-events", events)
    path, service = "/v2.1/os-assisted-volume-snapshots", services.assisted_volume_snapshots
    yield Route(path, assisted_volume_snapshots.Snapshots(service))
    yield Route(f"{path}/{{snapshot_id}}", assisted_volume_snapshots.Snapshot(service))


def _baremetal_nodes(services: bootstrap.Services) -> Iterator[Route]:
    path, service = "/v2.1/os-baremetal-nodes", services.baremetal_nodes
    yield Route(path, baremetal_nodes.BaremetalNodes(service))
    yield Route(f"{path}/{{node_id}}", baremetal_nodes.BaremetalNode(service))
    actions = Actions(baremetal_nodes.BaremetalNodeActions(service))
    yield Route(f"{path}/{{node_id}}/action", actions)


def _quotas(services: bootstrap.Services) -> Iterator[Route]:
    quota_set = quota_sets.QuotaSet(services.quota_sets)
    path = "/v2.1/os-quota-sets/{project_id}"
    yield Route(path, quota_set)
    yield Route(f"{path}/defaults", quota_set, "defaults")
    yield Route(f"{path}/detail", quota_set, "detail")
    classes = quota_class_sets.QuotaClassSet(services.quota_class_sets)
    yield Route("/v2.1/os-quota-class-sets/{name}", classes)


def _server_groups(services: bootstrap.Services) -> Iterator[Route]:
    groups = server_groups.ServerGroups(services.server_groups, services.conf.api.max_limit)
    yield Route("/v2.1/os-server-groups", groups)
    one = server_groups.ServerGroup(services.server_groups)
    yield Route("/v2.1/os-server-groups/{group_id}", one)


def _usage(services: bootstrap.Services) -> Iterator[Route]:
    service, max_limit = services.simple_tenant_usage, services.conf.api.max_limit
    yield Route("/v2.1/os-simple-tenant-usage", simple_tenant_usage.Usages(service, max_limit))
    yield Route(
        "/v2.1/os-simple-tenant-usage/{project_id}", simple_tenant_usage.Usage(service, max_limit)
    )
    audits = services.instance_usage_audit_log
    yield Route("/v2.1/os-instance_usage_audit_log", instance_usage_audit_log.UsageAudits(audits))
    yield Route(
        "/v2.1/os-instance_usage_audit_log/{before}", instance_usage_audit_log.UsageAudit(audits)
    )
