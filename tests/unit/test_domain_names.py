"""Names that this service makes, and how long a name may be."""

import pytest

from computeapi.domain.errors import Invalid
from computeapi.domain.names import (
    check_length,
    check_server_name,
    hostname,
    server_name,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("web", "web"),
        ("Web Server_1.example", "web-server-1-example"),
        ("-web-", "web"),
        ("a!b", "ab"),
        ("сервер", "server-7"),
        ("x" * 80, "x" * 63),
        ("x" * 62 + " y", "x" * 62),
    ],
)
def test_a_host_name(name, expected):
    assert hostname(name, "7", 1, 1) == expected


@pytest.mark.parametrize("name", ["web", "x" * 60, "x" * 61 + "-y", "x" * 63, "x" * 255, "-web-"])
@pytest.mark.parametrize("count", [2, 10, 1000])
def test_host_names_of_one_request_differ_within_the_limit(name, count):
    made = [hostname(name, "id", number, count) for number in range(1, count + 1)]
    assert len(set(made)) == count
    assert max(map(len, made)) <= 63
    assert all(h.strip("-") == h and "--" not in h for h in made)


def test_host_names_of_a_name_without_letters_differ():
    assert hostname("сервер", "a", 1, 2) == "server-a"
    assert hostname("сервер", "b", 2, 2) == "server-b"


def test_the_names_of_one_request():
    assert server_name("web", 1, 1) == "web"
    assert [server_name("web", number, 2) for number in (1, 2)] == ["web-1", "web-2"]


@pytest.mark.parametrize(("length", "count"), [(255, 1), (253, 9), (252, 99), (250, 1000)])
def test_a_name_has_room_for_the_number(length, count):
    check_server_name("x" * length, count)
    with pytest.raises(Invalid, match="at most 255"):
        check_server_name("x" * (length + 1), count)


def test_no_text_is_never_too_long():
    check_length("adminPass", None)
    check_length("adminPass", "x" * 4, 4)
    with pytest.raises(Invalid, match="field adminPass: it has 5 characters, and at most 4"):
        check_length("adminPass", "x" * 5, 4)
