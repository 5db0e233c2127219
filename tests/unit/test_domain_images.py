"""The size to count for a root disk that is as large as its image."""

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.flavors import Flavor
from computeapi.domain.images import GIB, MAX_DISK_GB, Image, image_gb

ZERO_DISK = Flavor("1", "f", 512, 1, 0)


def image(**fields):
    plain = {"id": "i", "name": "i", "status": "active", "size": 5, "min_disk": 0, "min_ram": 0}
    return Image(**plain | {"disk_format": "qcow2"} | fields)


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({"virtual_size": 100 * GIB}, 100),
        ({"virtual_size": 100 * GIB + 1}, 101),
        ({"virtual_size": 512}, 1),
        # The image service does not say: what the owner and the file's size say is counted.
        ({"size": 3 * GIB}, 3),
        ({"size": 5, "min_disk": 20}, 20),
        ({"size": None}, 1),
        ({"virtual_size": GIB, "min_disk": 20}, 1),
        ({"virtual_size": MAX_DISK_GB * GIB}, MAX_DISK_GB),
    ],
)
def test_the_gibibytes_that_count(fields, counted):
    assert image_gb(image(**fields), ZERO_DISK) == counted


def test_a_flavor_that_says_the_size_is_what_counts():
    assert image_gb(image(virtual_size=GIB), Flavor("1", "f", 512, 1, 20)) == 0


def test_a_disk_too_large_to_be_counted_is_refused():
    with pytest.raises(Invalid, match="too large"):
        image_gb(image(virtual_size=MAX_DISK_GB * GIB + 1), ZERO_DISK)
