"""Filters of a list of servers."""

import time
from contextlib import suppress
from datetime import timedelta

import pytest

from computeapi.domain.errors import Invalid, MarkerNotFound
from computeapi.domain.paging import PageRequest
from computeapi.domain.servers import ALL_PROJECTS, ServerFilters, TagFilter

ALL = PageRequest(100)


def port(address: str) -> dict[str, object]:
    version = 6 if ":" in address else 4
    return {"addr": address, "version": version, "type": "fixed", "mac": "fa:16:3e:00:00:01"}


@pytest.fixture
def servers(database, make_server):
    """Servers, each with something of its own, by a letter."""
    servers = {
        "a": make_server(name="web.1", vm_state="active", host="h1", key_name="k"),
        "b": make_server(name="Web-2", vm_state="active", task_state="deleting", host="h2"),
        "c": make_server(name="db1", vm_state="stopped", config_drive=True, host=None),
        "d": make_server(name="größe", vm_state="error", task_state="rebooting", launch_index=3),
        "e": make_server(name="gone", vm_state="deleted", deleted=True),
    }
    servers["a"].addresses = {"private": [port("10.0.0.1"), port("10.0.0.22")]}
    servers["b"].addresses = {"private": [port("10.0.0.11")], "public": [port("192.0.2.7")]}
    servers["c"].addresses = {"private": [port("fd00::1")]}
    servers["a"].tags, servers["b"].tags = ["red", "blue"], ["red"]
    servers["c"].tags = ["Red", "100%"]
    servers["d"].updated_at = servers["e"].created_at + timedelta(hours=1)
    servers["e"].updated_at = servers["e"].created_at + timedelta(hours=2)
    with database.write() as tx:
        for server in servers.values():
            tx.servers.add(server)
    return servers


@pytest.fixture
def found(database, servers):
    """A function that lists, and names what it found by letters."""

    def find(project_id="project", **filters):
        with database.read() as tx:
            page = tx.servers.list(ServerFilters(project_id, **filters), ALL)
        ids = {server.id for server in page.items}
        return "".join(letter for letter, server in servers.items() if server.id in ids)

    return find


def test_project_and_deleted(found):
    assert found() == "abcd"
    assert found(deleted=True) == "e"
    assert found(deleted=None) == "abcde"
    assert found("other") == ""
    assert found(ALL_PROJECTS) == "abcd"


@pytest.mark.parametrize("deleted", [None, False, True])
def test_no_project_is_not_all_projects(found, deleted, servers, database):
    assert found(None, deleted=deleted) == ""
    assert found("", deleted=deleted) == ""
    page = PageRequest(10, servers["a"].id)
    with database.read() as tx, pytest.raises(MarkerNotFound):
        tx.servers.list(ServerFilters(None, deleted), page)


def test_a_project_has_to_be_named():
    with pytest.raises(TypeError):
        ServerFilters()


def test_states(found):
    assert found(states=[("active", None)]) == "ab"
    assert found(states=[("active", frozenset({None}))]) == "a"
    assert found(states=[("active", frozenset({"deleting"})), ("stopped", None)]) == "bc"
    assert found(states=[("error", frozenset({None, "rebooting"}))]) == "d"
    assert found(states=[("active", frozenset())]) == ""
    assert found(states=[]) == ""


def test_task_states(found):
    assert found(task_states=frozenset({"deleting", "rebooting"})) == "bd"
    assert found(task_states=frozenset()) == ""


def test_changes_since(found, servers):
    created = servers["c"].created_at
    assert found(deleted=None, changes_since=created) == "cde"
    assert found(deleted=None, changes_since=created + timedelta(microseconds=1)) == "de"
    assert found(deleted=None, changes_since=servers["d"].updated_at) == "de"
    assert found(deleted=None, changes_since=servers["e"].updated_at) == "e"
    assert found(changes_since=servers["e"].updated_at) == ""


def test_changes_before(found, servers):
    created = servers["c"].created_at
    assert found(deleted=None, changes_before=created) == "abc"
    assert found(deleted=None, changes_before=created - timedelta(microseconds=1)) == "ab"
    assert found(deleted=None, changes_before=servers["d"].updated_at) == "abcd"
    assert found(deleted=None, changes_since=created, changes_before=created) == "c"


def test_changes_since_follows_a_change(database, found, servers):
    servers["a"].updated_at = servers["e"].updated_at + timedelta(hours=1)
    with database.write() as tx:
        tx.servers.save(servers["a"])
    assert found(deleted=None, changes_since=servers["a"].updated_at) == "a"


def test_equals(found, servers):
    assert found(equals={"host": ["h1", "h2"]}) == "ab"
    assert found(equals={"host": ["h1", None]}) == "ac"
    assert found(equals={"host": [None]}) == "c"
    assert found(equals={"config_drive": [True]}) == "c"
    assert found(equals={"launch_index": [3], "vm_state": ["error"]}) == "d"
    assert found(equals={"id": [servers["b"].id]}) == "b"
    assert found(equals={"name": ["web"]}) == ""
    assert found(equals={"name": []}) == ""
    assert found(equals={"created_at": [servers["a"].created_at]}) == "a"


def test_matches_search_a_regular_expression(found):
    assert found(matches={"name": "eb"}) == "ab"
    assert found(matches={"name": "^web"}) == "a"
    assert found(matches={"name": r"^web\.1$"}) == "a"
    assert found(matches={"name": "(web|db)[0-9.]"}) == "ac"
    assert found(matches={"name": "ö"}) == "d"
    assert found(matches={"name": ""}) == "abcd"
    assert found(matches={"host": "h", "name": "2$"}) == "b"
    assert found(matches={"key_name": "."}) == "a"
    assert found(matches={"name": "%"}) == ""


def test_matches_search_the_text_of_a_moment(found, servers):
    created = str(servers["b"].created_at)
    assert found(matches={"created_at": f"^{created}"}) == "b"
    assert found(matches={"created_at": created[:10]}) == "abcd"
    assert found(matches={"created_at": "x"}) == ""
    assert found(matches={"terminated_at": "."}) == ""


def test_constants_are_the_same_for_all_servers(found):
    assert found(constants=[("/dev/vda", "vda$"), ("", "^$")]) == "abcd"
    assert found(constants=[("/dev/vda", "vda$"), ("", ".")]) == ""
    assert found(constants=[(None, "")]) == ""
    with pytest.raises(Invalid):
        found(constants=[(None, "(")])


def test_matches_look_at_each_address_by_itself(found):
    assert found(matches={"ip": r"10\.0\.0\.1"}) == "ab"
    assert found(matches={"ip": r"^10\.0\.0\.1$"}) == "a"
    assert found(matches={"ip": "^192"}) == "b"
    assert found(matches={"ip": "private"}) == ""
    assert found(matches={"ip": "fa:16"}) == ""


def test_an_address_is_matched_by_the_filter_of_its_version(found):
    assert found(matches={"ip6": "^fd"}) == "c"
    assert found(matches={"ip": "^fd"}) == ""
    assert found(matches={"ip6": "^10"}) == ""
    assert found(matches={"ip": "^192", "ip6": "^fd"}) == "bc"


def test_of_two_filters_by_the_name_the_later_one_counts(found):
    assert found(matches={"display_name": "web"}) == "a"
    assert found(matches={"display_name": "web", "name": "db"}) == "c"
    assert found(matches={"name": "db", "display_name": "web"}) == "a"


def test_filters_add_up(found):
    assert found(matches={"ip": "^10"}, states=[("active", frozenset({None}))]) == "a"


@pytest.mark.parametrize("field", ["name", "ip"])
@pytest.mark.parametrize("pattern", ["(", "[a", "*", "a{2,1}", "a\\"])
def test_an_invalid_regular_expression_is_the_callers_mistake(found, field, pattern):
    with pytest.raises(Invalid):
        found(matches={field: pattern})


@pytest.mark.parametrize("pattern", ["(?<=w)eb", r"(w)\1", "(?P<n>w)eb", r"\pL", "(?i)WEB"])
def test_what_only_some_know_is_no_failure(database, found, pattern):
    """RE2's syntax and PostgreSQL's differ a little; what one does not know is invalid there."""
    with suppress(Invalid):
        found(matches={"name": pattern})
    assert found(matches={"name": "web"}) == "a"


@pytest.mark.parametrize(
    "pattern",
    [
        "^(a+)+$",
        "(a|a)*$",
        "a*a*a*a*a*a*a*a*$",
        "((a{1000}){1000}){1000}",
        "(" * 2000 + "a+" + ")+" * 2000,
    ],
)
def test_a_regular_expression_cannot_stop_the_service(database, found, make_server, pattern):
    """Backtracking through some of these would take until the end of the universe."""
    with database.write() as tx:
        tx.servers.add(make_server(name="a" * 200 + "!"))
    begun = time.monotonic()
    with suppress(Invalid):
        found(matches={"name": pattern})
    assert time.monotonic() - begun < 5
    assert found(matches={"name": "web"}) == "a"


def test_no_server_has_a_value_that_cannot_be_kept(found):
    assert found(equals={"launch_index": [2**80]}) == ""


@pytest.mark.parametrize(
    "filters",
    [
        {"equals": {"colour": ["red"]}},
        {"equals": {"metadata": [{}]}},
        {"matches": {"colour": "red"}},
        {"matches": {"memory_mb": "5"}},
    ],
)
def test_an_unknown_field_is_a_mistake(found, filters):
    with pytest.raises(ValueError, match="Cannot"):
        found(**filters)


@pytest.mark.parametrize(
    ("conditions", "letters"),
    [
        ([TagFilter(["red"])], "ab"),
        ([TagFilter(["red", "blue"])], "a"),
        ([TagFilter(["blue", "100%"], every=False)], "ac"),
        ([TagFilter(["red", "blue"], present=False)], "bcd"),
        ([TagFilter(["red", "blue"], every=False, present=False)], "cd"),
        ([TagFilter(["red"]), TagFilter(["blue"], present=False)], "b"),
        ([TagFilter(["re"])], ""),
        ([TagFilter(["%"])], ""),
        ([TagFilter(["a\0"], every=False)], ""),
    ],
)
def test_tags_are_compared_as_they_are(found, conditions, letters):
    assert found(tags=conditions) == letters
