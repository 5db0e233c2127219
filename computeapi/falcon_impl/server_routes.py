"""The routes of the paths below a server."""

from collections.abc import Iterator

from computeapi import bootstrap
from computeapi.falcon_impl.actions import Actions
from computeapi.falcon_impl.resources.servers import (
    addresses,
    console,
    diagnostics,
    instance_actions,
    interfaces,
    metadata,
    passwords,
    security_groups,
    shares,
    tags,
    topology,
    volume_attachments,
)
from computeapi.falcon_impl.resources.servers import migrations as server_migrations
from computeapi.falcon_impl.route import Route

_SERVER = "/v2.1/servers/{server_id}"


def below(services: bootstrap.CoreServices) -> Iterator[Route]:
    """Yield the routes below ``/servers/{server_id}``."""
    themes, server = services.servers, _SERVER
    yield Route(f"{server}/ips", addresses.AddressesResource(themes.listing))
    yield Route(f"{server}/ips/{{network}}", addresses.NetworkAddressesResource(themes.listing))
    yield Route(f"{server}/metadata", metadata.ServerMetadataResource(themes.metadata))
    yield Route(f"{server}/metadata/{{key}}", metadata.ServerMetadataItemResource(themes.metadata))
    yield Route(f"{server}/tags", tags.TagsResource(themes.tags))
    yield Route(f"{server}/tags/{{tag}}", tags.TagResource(themes.tags))
    moves = server_migrations.ServerMigrationsResource(themes.migrations)
    yield Route(f"{server}/migrations", moves)
    move = server_migrations.ServerMigrationResource(themes.migrations)
    yield Route(f"{server}/migrations/{{migration_id}}", move)
    move_actions = Actions(server_migrations.ServerMigrationActions(themes.migrations))
    yield Route(f"{server}/migrations/{{migration_id}}/action", move_actions)
    history = themes.instance_actions
    yield Route(
        f"{server}/os-instance-actions",
        instance_actions.InstanceActionsResource(history, services.conf.api.max_limit),
    )
    yield Route(
        f"{server}/os-instance-actions/{{request_id}}",
        instance_actions.InstanceActionResource(history),
    )
    yield Route(f"{server}/remote-consoles", console.RemoteConsolesResource(themes.console))
    yield Route(f"{server}/diagnostics", diagnostics.DiagnosticsResource(themes.diagnostics))
    yield Route(f"{server}/topology", topology.TopologyResource(themes.topology))
    yield Route(f"{server}/os-server-password", passwords.ServerPasswordResource(themes.passwords))
    yield from _attachments(services)


def _attachments(services: bootstrap.CoreServices) -> Iterator[Route]:
    """Yield the routes of the resources that other services attach to a server."""
    themes, server = services.servers, _SERVER
    groups = security_groups.ServerSecurityGroupsResource(themes.security_groups)
    yield Route(f"{server}/os-security-groups", groups)
    yield Route(f"{server}/os-interface", interfaces.InterfacesResource(themes.interfaces))
    yield Route(
        f"{server}/os-interface/{{port_id}}", interfaces.InterfaceResource(themes.interfaces)
    )
    volumes, max_limit = themes.volume_attachments, services.conf.api.max_limit
    path = f"{server}/os-volume_attachments"
    yield Route(path, volume_attachments.VolumeAttachmentsResource(volumes, max_limit))
    yield Route(f"{path}/{{volume_id}}", volume_attachments.VolumeAttachmentResource(volumes))
    yield Route(f"{server}/shares", shares.SharesResource(themes.shares))
    yield Route(f"{server}/shares/{{share_id}}", shares.ShareResource(themes.shares))
