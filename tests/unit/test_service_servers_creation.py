"""The checks of a request for new servers, and the servers that it makes."""

import base64

import pytest

from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.flavors import Flavor
from computeapi.domain.images import Image
from computeapi.domain.quotas import Quotas
from computeapi.domain.servers import NewServer
from computeapi.service.servers.creation_checks import (
    check_image,
    check_quotas,
    check_request,
)

GIB = 1024**3
FLAVOR = Flavor("1", "f", 512, 1, 10)
QUOTAS = Quotas(
    metadata_items=1, injected_files=1, injected_file_content_bytes=4, injected_file_path_bytes=4
)


def image(**changes):
    fields = {"id": "i", "name": "i", "status": "active", "size": 5, "min_disk": 0, "min_ram": 0,
              "disk_format": "raw"}  # fmt: skip
    return Image(**fields | changes)


def file(path="/a", content=b"abcd"):
    return {"path": path, "contents": base64.b64encode(content).decode()}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"metadata": {"a": "b"}},
        {"personality": [file()]},
        {"user_data": "aGVs\nbG8="},
        {"min_count": 2, "max_count": 2},
        {"networks": []},
        {"scheduler_hints": {"group": None, "different_host": "x"}},
    ],
)
def test_what_passes(fields):
    new = NewServer("s", "1", **fields)
    check_request(new)
    check_quotas(new, QUOTAS)


@pytest.mark.parametrize(
    "fields",
    [
        {"min_count": 3, "max_count": 2},
        {"user_data": "?"},
        {"user_data": "a"},
        {"personality": [{"path": "/a", "contents": "?"}]},
    ],
)
def test_what_makes_no_sense(fields):
    with pytest.raises(Invalid):
        check_request(NewServer("s", "1", **fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {"a": "b", "c": "d"}},
        {"personality": [file(), file()]},
        {"personality": [file(path="/abcd")]},
        {"personality": [file(path="/éé")]},
        {"personality": [file(content=b"abcde")]},
    ],
)
def test_what_is_too_much(fields):
    new = NewServer("s", "1", **fields)
    with pytest.raises(QuotaExceeded):
        check_quotas(new, QUOTAS)
    unlimited = Quotas(metadata_items=-1, injected_files=-1, injected_file_content_bytes=-1,
                       injected_file_path_bytes=-1)  # fmt: skip
    check_quotas(new, unlimited)


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        ({}, ()),
        ({"group": None}, ()),
        ({"group": "a"}, ("a",)),
        ({"group": ["a", "b"]}, ("a", "b")),
        ({"same_host": "a"}, ()),
    ],
)
def test_a_scheduler_hint_is_one_text_or_several(hints, expected):
    assert NewServer("s", "1", scheduler_hints=hints).hint("group") == expected


@pytest.mark.parametrize(
    "changes", [{}, {"min_ram": 512, "min_disk": 10}, {"size": 10 * GIB}, {"size": None}]
)
def test_an_image_that_fits(changes):
    check_image(image(**changes), FLAVOR)


@pytest.mark.parametrize(
    "changes",
    [{"min_ram": 513}, {"min_disk": 11}, {"size": 10 * GIB + 1}, {"virtual_size": 10 * GIB + 1}],
)
def test_an_image_that_does_not_fit(changes):
    with pytest.raises(Invalid, match="too small"):
        check_image(image(**changes), FLAVOR)


def test_a_compressed_image_needs_what_it_becomes():
    check_image(image(size=20 * GIB, virtual_size=10 * GIB), FLAVOR)


def test_a_flavor_without_a_disk_size_takes_any_image():
    check_image(image(size=99 * GIB), Flavor("1", "f", 512, 1, 0))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "x" * 256}, "name"),
        ({"name": "x" * 255, "min_count": 3}, "name"),
        ({"name": "x" * 254, "min_count": 1, "max_count": 2}, "name"),
        ({"name": "x" * 252, "min_count": 100}, "name"),
        ({"admin_password": "x" * 256}, "adminPass"),
    ],
)
def test_a_text_that_is_too_long_is_named(fields, field):
    with pytest.raises(Invalid, match=f"field {field}: .*at most 255"):
        check_request(NewServer(**{"name": "s", "flavor_ref": "1"} | fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 255},
        {"name": "x" * 255, "min_count": 1, "max_count": 1},
        {"name": "x" * 253, "min_count": 9},
        # More than 1,000 servers cannot be: their numbers have 4 digits.
        {"name": "x" * 250, "max_count": 10**9},
        {"admin_password": "x" * 255},
    ],
)
def test_a_text_of_the_greatest_length(fields):
    check_request(NewServer(**{"name": "s", "flavor_ref": "1"} | fields))
