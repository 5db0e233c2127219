"""The guest that a server needs, and the file of its image, for the driver."""

from collections.abc import Mapping
from dataclasses import fields, replace

from computeapi.domain.errors import Invalid
from computeapi.domain.images import GIB
from computeapi.domain.servers import Server, Size
from computeapi.ports.checkpoint import Checkpoint
from computeapi.ports.images import CachedImage, ImageCache
from computeapi.virt.descriptions import ServerDescription
from computeapi.virt.driver import GuestSpec
from computeapi.virt.vifs import Vif


def guest_spec(
    server: Server,
    config_drive: Mapping[str, bytes],
    image: CachedImage | None = None,
    size: Size | None = None,
) -> GuestSpec:
    """Return the guest that a server needs.

    :param config_drive: files of the config drive by their path on it.
    :param image: the file of the server's image; None when its disk is there already.
    :param size: the size of the guest; that of the server by default.
    :raises Invalid: when the hardware that flavor and image ask for cannot be.
    """
    if size is not None:
        server = replace(server, **{part.name: getattr(size, part.name) for part in fields(size)})
    return GuestSpec(
        server_id=server.id,
        name=server.instance_name,
        vcpus=server.vcpus,
        memory_mb=server.memory_mb,
        disk_gb=server.disk_gb,
        ephemeral_gb=server.ephemeral_gb,
        swap_mb=server.swap_mb,
        image_path=image.path if image else None,
        image_format=image.format if image else "raw",
        config_drive=config_drive,
        hardware=server.hardware,
        server=_description(server),
        has_network=server.has_network,
        vifs=_vifs(server),
        chosen_disks=server.chosen_disks,
    )


def cached_image(images: ImageCache, server: Server, checkpoint: Checkpoint) -> CachedImage:
    """Return the file of a server's image.

    :raises Invalid: when the image's disk is larger than was counted for the root disk. The
        image service may have named another size, or none.
    """
    image = images.get(server.image_id or "", checkpoint)
    if image.virtual_size > server.root_gb * GIB:
        raise Invalid(
            f"Image {server.image_id} holds a disk of {-(-image.virtual_size // GIB)} GiB, and "
            f"the root disk of this server may have {server.root_gb} GiB."
        )
    return image


def _vifs(server: Server) -> tuple[Vif, ...] | None:
    if server.interfaces is None:
        return None
    return tuple(Vif.of(card) for card in server.interfaces)


def _description(server: Server) -> ServerDescription:
    return ServerDescription(
        name=server.name,
        user_id=server.user_id,
        project_id=server.project_id,
        created_at=server.created_at,
        flavor_id=server.flavor_id,
        flavor_name=server.flavor_name,
        extra_specs=server.extra_specs,
        image_id=server.image_id,
        image_properties=server.image_properties,
    )
