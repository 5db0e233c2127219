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


def below(services: bootstrap.Services) -> Iterator[Route]:
    """Yield the routes below ``/servers/{server_id}``."""
    themes, server = services.servers, _SERVER
    yield Route(f"{server}/ips", addresses.Addresses(themes.listing))
    yield Route(f"{server}/ips/{{network}}", addresses.Network(themes.listing))
    yield Route(f"{server}/metadata", metadata.Metadata(themes.metadata))
    yield Route(f"{server}/metadata/{{key}}", metadata.Item(themes.metadata))
    yield Route(f"{server}/tags", tags.Tags(themes.tags))
    yield Route(f"{server}/tags/{{tag}}", tags.Tag(themes.tags))
    moves = server_migrations.Migrations(themes.migrations)
    yield Route(f"{server}/migrations", moves)
    move = server_migrations.Migration(themes.migrations)
    yield Route(f"{server}/migrations/{{migration_id}}", move)
    move_actions = Actions(server_migrations.MigrationActions(themes.migrations))
    yield Route(f"{server}/migrations/{{migration_id}}/action", move_actions)
    history = themes.instance_actions
    yield Route(
        f"{server}/os-instance-actions",
        instance_actions.InstanceActions(history, services.conf.api.max_limit),
    )
    yield Route(
        f"{server}/os-instance-actions/{{request_id}}",
        instance_actions.InstanceAction(history),
    )
    yield Route(f"{server}/remote-consoles", console.RemoteConsoles(themes.console))
    yield Route(f"{server}/diagnostics", diagnostics.Diagnostics(themes.diagnostics))
    yield Route(f"{server}/topology", topology.Topology(themes.topology))
    yield Route(f"{server}/os-server-password", passwords.Password(themes.passwords))
    yield from _attachments(services)


def _attachments(services: bootstrap.Services) -> Iterator[Route]:
    """Yield the routes of the resources that other services attach to a server."""
    themes, server = services.servers, _SERVER
    groups = security_groups.SecurityGroups(themes.security_groups)
    yield Route(f"{server}/os-security-groups", groups)
    yield Route(f"{server}/os-interface", interfaces.Interfaces(themes.interfaces))
    yield Route(f"{server}/os-interface/{{port_id}}", interfaces.Interface(themes.interfaces))
    volumes, max_limit = themes.volume_attachments, services.conf.api.max_limit
    path = f"{server}/os-volume_attachments"
    yield Route(path, volume_attachments.VolumeAttachments(volumes, max_limit))
    yield Route(f"{path}/{{volume_id}}", volume_attachments.VolumeAttachment(volumes))
    yield Route(f"{server}/shares", shares.Shares(themes.shares))
    yield Route(f"{server}/shares/{{share_id}}", shares.Share(themes.shares))
