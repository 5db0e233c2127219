"""The surroundings of a variant: its configuration, database and token filter."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import rows
from testing.processes import ROOT

#: A variant -> its application in api-paste.ini.
_APPLICATIONS = {
    "falcon": "use = egg:computeapi#falcon",
    "pecan": "use = egg:computeapi#pecan",
    "falcon-threads": "use = egg:computeapi#falcon",
    "pecan-threads": "use = egg:computeapi#pecan",
    "migrating": "use = egg:computeapi#pecan",
    "pecan-manual": "paste.app_factory = bench.pecan_manual:app_factory",
    "pecan-manual-patched": "paste.app_factory = bench.pecan_manual:app_factory",
}
#: Owns no server of the seed: new ones are put here, and go again after each sample.
BOOTING_PROJECT = "b007b007b007b007b007b007b007b007"

_CONFIG = """\
[DEFAULT]
state_path = {folder}
[database]
connection = {url}
[images]
backend = folder
folder = {images}
[api]
paste_config = {paste}
# The hosts are rows without workers.
host_down_after = 2000000000
[quota]
instances = -1
cores = -1
ram = -1
"""


@dataclass(frozen=True, slots=True)
class Site:
    """The place where a variant is measured.

    :ivar database: the kind, "sqlite" or "postgresql".
    :ivar auth: "none" (the token names the caller) or "keystone".
    :ivar config_file: of the front ends; None for the floor and for Nova.
    :ivar folder: Nova's configuration.
    """

    variant: str
    database: str
    auth: str
    url: str = ""
    config_file: str | None = None
    folder: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the site as the programs that serve it read it."""
        return asdict(self)

    @property
    def key(self) -> str:
        """A word that names it."""
        return f"{self.variant}-{self.database}-{self.auth}"


def plain_token(project: str, user: str = rows.USER) -> str:
    """Return a token for ``auth`` "none"."""
    return f"{user}:{project}:member,reader"


def write(site: Site, folder: Path, auth_options: Mapping[str, str] | None = None) -> Site:
    """Write the configuration of a front end.

    :param folder: where to; with the folder ``images``.
    :param auth_options: the section ``[keystone_authtoken]``, for ``auth`` "keystone".
    """
    home = folder / site.key
    home.mkdir()
    shipped = (ROOT / "etc" / "api-paste.ini").read_text()
    (home / "api-paste.ini").write_text(paste(shipped, site.variant, site.auth))
    text = _CONFIG.format(
        folder=home, url=site.url, images=folder / "images", paste=home / "api-paste.ini"
    )
    if auth_options:
        options = "".join(f"{name} = {value}\n" for name, value in auth_options.items())
        text += f"[keystone_authtoken]\n{options}"
    path = home / "computeapi.conf"
    path.write_text(text)
    return Site(**{**site.as_dict(), "config_file": str(path)})


def paste(shipped: str, variant: str, auth: str) -> str:
    """Return the shipped api-paste.ini with the application and the filter of a variant.

    :raises ValueError: when the shipped file lacks the lines to be replaced.
    """
    application = _APPLICATIONS[variant]
    text, fronts = re.subn(r"(?m)^use = egg:computeapi#%\(front_end\)s$", application, shipped)
    filters = 1
    if auth == "none":
        text, filters = re.subn(
            r"(?m)^use = egg:computeapi#auth_token$", "use = egg:computeapi#noauth", text
        )
    if (fronts, filters) != (1, 1):
        raise ValueError("api-paste.ini has not one front_end and one auth_token")
    return text


def write_image(folder: Path) -> None:
    """Put the image that servers boot from into the folder ``images``."""
    images = folder / "images"
    images.mkdir()
    (images / "bench.raw").write_bytes(bytes(1 << 20))
    (images / "bench.raw.json").write_text(f'{{"id": "{rows.IMAGE}"}}')
