"""Limit, marker and order, as queries ask for them."""

import pytest

from computeapi.api import (
    flavors,
    hypervisors,
    keypairs,
    migrations,
    paging,
    server_groups,
)
from computeapi.api import simple_tenant_usage as usage
from computeapi.api.servers import query as servers
from computeapi.api.versions import MAX, MIN, Version
from computeapi.domain.errors import Invalid
from computeapi.domain.paging import PageRequest

KEYS = {"name": "title", "size": "bytes", "created": "created", "nothing": None}


def page(**params):
    return paging.page_request(params, 10, KEYS, ("created", "desc"))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, PageRequest(10)),
        ({"limit": ["3"]}, PageRequest(3)),
        ({"limit": ["0"]}, PageRequest(0)),
        ({"limit": ["11"]}, PageRequest(10)),
        ({"limit": ["9" * 50]}, PageRequest(10)),
        ({"limit": ["1", "2"]}, PageRequest(2)),
        ({"marker": ["m"]}, PageRequest(10, "m")),
        ({"marker": [""]}, PageRequest(10, "")),
        ({"sort_key": ["name"]}, PageRequest(10, None, (("title", "desc"), ("created", "asc")))),
        ({"sort_dir": ["asc"]}, PageRequest(10, None, (("created", "asc"),))),
        (
            {"sort_key": ["name", "size"], "sort_dir": ["asc", "desc"]},
            PageRequest(10, None, (("title", "asc"), ("bytes", "desc"), ("created", "asc"))),
        ),
        (
            {"sort_key": ["name", "size"], "sort_dir": ["asc"]},
            PageRequest(10, None, (("title", "asc"), ("bytes", "asc"), ("created", "asc"))),
        ),
        (
            {"sort_key": ["name", "size"], "sort_dir": ["desc"]},
            PageRequest(10, None, (("title", "desc"), ("bytes", "asc"), ("created", "asc"))),
        ),
        (
            {"sort_key": ["name", "size"]},
            PageRequest(10, None, (("title", "desc"), ("bytes", "asc"), ("created", "asc"))),
        ),
        (
            {"sort_key": ["created", "size"], "sort_dir": ["asc"]},
            PageRequest(10, None, (("created", "asc"), ("bytes", "asc"))),
        ),
        (
            {"sort_key": ["nothing", "size"], "sort_dir": ["asc", "desc"]},
            PageRequest(10, None, (("bytes", "desc"), ("created", "asc"))),
        ),
    ],
)
def test_a_page(params, expected):
    assert page(**params) == expected


@pytest.mark.parametrize(
    "params",
    [
        {"limit": ["-1"]},
        {"limit": ["x"]},
        {"limit": [""]},
        {"limit": ["1.0"]},
        {"limit": ["\u0663"]},
        {"sort_key": ["title"]},
        {"sort_dir": ["up"]},
        {"sort_key": ["name"], "sort_dir": ["asc", "asc"]},
        {"sort_dir": ["asc", "asc"]},
    ],
)
def test_no_page(params):
    with pytest.raises(Invalid):
        page(**params)


@pytest.mark.parametrize("text", ["1", "t", "TRUE", "on", "Yes", "y"])
def test_true(text):
    assert paging.boolean(text, "x") is True


@pytest.mark.parametrize("text", ["0", "F", "false", "OFF", "no", "n"])
def test_false(text):
    assert paging.boolean(text, "x") is False


@pytest.mark.parametrize("text", ["", "2", "maybe", "tru"])
def test_neither(text):
    with pytest.raises(Invalid, match="x"):
        paging.boolean(text, "x")


@pytest.mark.parametrize(
    ("asked", "shown"), [(None, True), ("none", None), ("None", None), ("0", False), ("yes", True)]
)
def test_which_flavors_are_shown(asked, shown):
    filters, _ = flavors.list_request({"is_public": [asked]} if asked else {}, 10, True, MIN)
    assert filters.is_public is shown


@pytest.mark.parametrize("asked", ["none", "0", "perhaps", ""])
def test_only_administrators_choose_which_flavors_are_shown(asked):
    filters, _ = flavors.list_request({"is_public": [asked]}, 10, False, MIN)
    assert filters.is_public is True


def test_flavors_of_a_size():
    filters, page = flavors.list_request({"minRam": ["5"], "minDisk": ["-1"]}, 10, False, MIN)
    assert (filters.min_memory_mb, filters.min_disk_gb) == (5, -1)
    assert page == PageRequest(10)


@pytest.mark.parametrize(
    ("keys", "directions", "order"),
    [
        (["name", "vcpus"], ["desc"], [("vcpus", "desc"), ("id", "asc")]),
        (["name"], ["desc", "asc"], [("name", "asc"), ("id", "asc")]),
        ([], ["asc", "desc"], [("id", "desc")]),
    ],
)
def test_the_last_key_orders_flavors(keys, directions, order):
    query = {"sort_key": keys, "sort_dir": directions} if keys else {"sort_dir": directions}
    _, page = flavors.list_request(query, 10, False, MIN)
    assert list(page.sort) == order


def test_each_key_of_flavors_is_checked():
    with pytest.raises(Invalid):
        flavors.list_request({"sort_key": ["x", "name"]}, 10, False, MIN)


LISTS = {
    "flavors": lambda query: flavors.list_request(query, 10, False, MAX),
    "hypervisors": lambda query: hypervisors.list_request(query, Version(2, 52), 10),
    "keypairs": lambda query: keypairs.list_request(query, 10, MAX),
    "migrations": lambda query: migrations.list_request(query, MAX, 10),
    "server groups": lambda query: server_groups.list_query(query, MAX, 10),
    "servers": lambda query: servers.list_request(query, 10, MAX),
    "usage": lambda query: usage.usage_query(usage.LIST_QUERY, query, MAX, 10),
}


@pytest.mark.parametrize(
    ("noun", "name", "value"),
    [
        *((noun, "limit", value) for noun in LISTS for value in ("x", "-1", "1.5", "")),
        ("server groups", "offset", "x"),
        ("servers", "changes-since", "x"),
        ("servers", "changes-before", ""),
        ("servers", "name", "("),
        ("servers", "ip6", ""),
        ("servers", "node", "["),
        ("servers", "not-tags-any", ""),
    ],
)
def test_each_value_of_a_parameter_is_checked(noun, name, value):
    valid = "2001-01-01T00:00:00Z" if name.startswith("changes") else "1"
    with pytest.raises(Invalid, match=name):
        LISTS[noun]({name: [value, valid]})


@pytest.mark.parametrize("name", ["is_public", "minRam", "minDisk", "sort_key"])
def test_flavors_of_nonsense(name):
    with pytest.raises(Invalid):
        flavors.list_request({name: ["perhaps"]}, 10, True, MIN)
