"""Checks of a request for new servers before anything is kept."""

import base64
import binascii
from typing import Protocol

from computeapi.domain import names
from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.images import GIB, Image, Sized
from computeapi.domain.quotas import MAX_SERVERS_PER_REQUEST, Quotas
from computeapi.domain.servers import NewServer


class Contents(Protocol):
    """The parts of a request, to create or to rebuild, that a guest finds in it."""

    @property
    def metadata(self) -> dict[str, str]:
        """The metadata."""

    @property
    def admin_password(self) -> str | None:
        """The administrator password."""

    @property
    def user_data(self) -> str | None:
        """The user data."""

    @property
    def personality(self) -> list[dict[str, str]]:
        """The files to inject."""


def check_request(new: NewServer) -> None:
    """Check the parts of a request that need no look at other data.

    :raises Invalid: naming what does not fit.
    """
    if new.max_count is not None and new.min_count > new.max_count:
        raise Invalid("min_count must be <= max_count")
    names.check_server_name(new.name, min(new.max_count or new.min_count, MAX_SERVERS_PER_REQUEST))
    check_contents(new)


def check_contents(new: Contents) -> None:
    """Check the data that a guest is to be given.

    :raises Invalid: when it is not base64.
    """
    check_password(new.admin_password)
    if new.user_data is not None:
        _decode(new.user_data, "User data")
    for file in new.personality:
        _decode(file["contents"], f"Contents of {file['path']}")


def check_password(password: str | None) -> None:
    """Check an administrator password.

    :raises Invalid: when it is too long.
    """
    names.check_length("adminPass", password)


def check_quotas(new: Contents, quotas: Quotas) -> None:
    """Check the quotas that bound each server of a request by itself.

    :raises QuotaExceeded: when metadata or injected files are too many or too large.
    """
    if 0 <= quotas.metadata_items < len(new.metadata):
        raise QuotaExceeded(f"Maximum number of metadata items exceeds {quotas.metadata_items}")
    _check_personality(new, quotas)


def _check_personality(new: Contents, quotas: Quotas) -> None:
    if 0 <= quotas.injected_files < len(new.personality):
        raise QuotaExceeded("Quota exceeded, too many injected files.")
    for file in new.personality:
        if 0 <= quotas.injected_file_path_bytes < len(file["path"].encode()):
            raise QuotaExceeded("Quota exceeded, file path too long.")
        content = _decode(file["contents"], f"Contents of {file['path']}")
        if 0 <= quotas.injected_file_content_bytes < len(content):
            raise QuotaExceeded("Quota exceeded, file content too long.")


def _decode(text: str, field: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid(f"{field} should be base64 encoded.") from error


def check_image(image: Image, flavor: Sized) -> None:
    """Check that an image fits into a flavor.

    :raises Invalid: naming what is too small.
    """
    if flavor.memory_mb < image.min_ram:
        raise Invalid("Flavor's memory is too small for requested image.")
    least = max(image.min_disk * GIB, image.disk_bytes)
    if flavor.disk_gb and flavor.disk_gb * GIB < least:
        raise Invalid(
            "Flavor's disk is too small for requested image. Flavor disk is "
            f"{flavor.disk_gb * GIB} bytes, image is {least} bytes."
        )
