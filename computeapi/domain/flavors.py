"""A flavor: a size of server that an administrator offers."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Flavor:
    """The order of the fields is that of the table's columns.

    :ivar id: the id that the API shows, chosen by the creator of the flavor.
    :ivar memory_mb: MiB.
    :ivar disk_gb: GiB, of the root disk; 0 means: as large as the image.
    :ivar swap_mb: MiB.
    :ivar extra_specs: what its servers get beyond sizes; see :mod:`computeapi.domain.hardware`.
    """

    id: str
    name: str
    memory_mb: int
    vcpus: int
    disk_gb: int
    ephemeral_gb: int = 0
    swap_mb: int = 0
    rxtx_factor: float = 1.0
    is_public: bool = True
    disabled: bool = False
    description: str | None = None
    extra_specs: dict[str, str] = field(default_factory=dict)


#: What a new installation offers: the names and sizes that users of OpenStack know.
DEFAULTS = (
    Flavor("42", "m1.nano", 128, 1, 1),
    Flavor("84", "m1.micro", 256, 1, 1),
    Flavor("1", "m1.tiny", 512, 1, 1),
    Flavor("2", "m1.small", 2048, 1, 20),
    Flavor("3", "m1.medium", 4096, 2, 40),
    Flavor("4", "m1.large", 8192, 4, 80),
    Flavor("5", "m1.xlarge", 16384, 8, 160),
)


@dataclass(frozen=True, slots=True)
class FlavorFilters:
    """Which flavors a list shows.

    :ivar is_public: None shows both kinds.
    :ivar project_id: with ``is_public`` True, flavors that this project may use show as well,
        though they are not public; None names no project.
    :ivar disabled: None shows both kinds.
    :ivar name: a regular expression that is searched in names.
    """

    is_public: bool | None = True
    min_memory_mb: int | None = None
    min_disk_gb: int | None = None
    project_id: str | None = None
    disabled: bool | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class NewFlavor:
    """A flavor to create (API reference, "Create Flavor"); the service chooses an id for None."""

    name: str
    memory_mb: int
    vcpus: int
    disk_gb: int
    id: str | None = None
    ephemeral_gb: int = 0
    swap_mb: int = 0
    rxtx_factor: float = 1.0
    is_public: bool = True
    description: str | None = None
