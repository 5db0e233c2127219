"""The image and the keypair that a request, to create or to rebuild, names."""

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.domain.images import Image
from computeapi.domain.keypairs import Keypair
from computeapi.ports.database import Transaction
from computeapi.ports.images import ImageStore


def active_image(images: ImageStore, context: Context, image_ref: str) -> Image:
    """Return an image that guests can be made of.

    :raises Invalid: when there is no such image, or it is not active.
    :raises ImageUnreachable: when the image service does not answer.
    """
    try:
        image = images.get(context, image_ref)
    except NotFound as error:
        raise Invalid("Can not find requested image") from error
    if image.status != "active":
        raise Invalid(f"Image {image.id} is not active.")
    return image


def own_keypair(tx: Transaction, context: Context, name: str | None) -> Keypair | None:
    """Return a keypair of the caller, or None for no name.

    :raises Invalid: when the caller has no such keypair.
    """
    if name is None:
        return None
    keypair = tx.keypairs.get(context.require_user(), name)
    if keypair is None:
        raise Invalid("Invalid key_name provided.")
    return keypair
