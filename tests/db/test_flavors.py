"""Flavors as rows."""

import itertools
import threading

import pytest

from computeapi.domain.errors import Conflict, Invalid, MarkerNotFound
from computeapi.domain.flavors import DEFAULTS, Flavor, FlavorFilters
from computeapi.domain.paging import PageRequest

ALL = PageRequest(100)
BOTH = FlavorFilters(is_public=None)


def ids(tx, filters=BOTH, page=ALL):
    return [flavor.id for flavor in tx.flavors.list(filters, page).items]


def test_a_flavor_comes_back_as_it_was_kept(database):
    flavor = Flavor("uuid", "näme", 2**31 - 1, 3, 0, 5, 7, 0.1, is_public=False, disabled=True)
    with database.write() as tx:
        tx.flavors.add(flavor)
    with database.read() as tx:
        assert tx.flavors.get("uuid") == flavor
        assert tx.flavors.get("UUID") is None


def test_flavors_are_listed_by_id_as_text(database):
    with database.read() as tx:
        assert ids(tx) == ["1", "2", "3", "4", "42", "5", "84"]


def test_filters(database):
    with database.write() as tx:
        tx.flavors.add(Flavor("p", "private", 4096, 1, 40, is_public=False))
    with database.read() as tx:
        assert ids(tx, FlavorFilters(min_memory_mb=4096)) == ["3", "4", "5"]
        assert ids(tx, FlavorFilters(is_public=None, min_disk_gb=40)) == ["3", "4", "5", "p"]
        assert ids(tx, FlavorFilters(is_public=False)) == ["p"]


KEYS = ["id", "name", "vcpus", "memory_mb", "rxtx_factor", "is_public"]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_paging_visits_each_flavor_once(database, direction):
    for key, limit in itertools.product(KEYS, [1, 2, 3, 7]):
        with database.read() as tx:
            found = walk(tx, limit, [(key, direction)])
        values = [(getattr(flavor, key), flavor.id) for flavor in found]
        assert values == sorted(values, reverse=direction == "desc")
        assert {flavor.id for flavor in found} == {flavor.id for flavor in DEFAULTS}
        assert len(found) == len(DEFAULTS)


def walk(tx, limit, sort):
    found, marker = [], None
    while True:
        page = tx.flavors.list(BOTH, PageRequest(limit, marker, sort))
        found += page.items
        if not page.more:
            return found
        marker = page.items[-1].id


def test_a_marker_must_be_let_through_by_the_filters(database):
    with database.write() as tx:
        tx.flavors.add(Flavor("p", "private", 1, 1, 1, is_public=False))
    with database.read() as tx:
        for marker in ("p", "nonsense"):
            with pytest.raises(MarkerNotFound):
                tx.flavors.list(FlavorFilters(), PageRequest(10, marker))
        assert ids(tx, BOTH, PageRequest(10, "p")) == []


def test_an_unknown_sort_key_is_a_mistake(database):
    with database.read() as tx, pytest.raises(ValueError, match="Cannot sort"):
        tx.flavors.list(BOTH, PageRequest(1, sort=[("colour", "asc")]))


def test_names_and_ids_are_given_once(database):
    with database.write() as tx:
        with pytest.raises(Conflict, match=r"^Flavor with name m1\.tiny already exists\.$"):
            tx.flavors.add(Flavor("new", "m1.tiny", 1, 1, 1))
        with pytest.raises(Conflict, match=r"^Flavor with ID 1 already exists\.$"):
            tx.flavors.add(Flavor("1", "new", 1, 1, 1))
        # The unit of work goes on.
        tx.flavors.add(Flavor("new", "M1.TINY", 1, 1, 1))
    with database.read() as tx:
        assert tx.flavors.get("new") is not None


def test_of_many_who_add_the_same_flavor_one_does(database):
    outcomes = []

    def add():
        try:
            with database.write() as tx:
                tx.flavors.add(Flavor("new", "new", 1, 1, 1))
        except Conflict as error:
            outcomes.append(error.message)
        else:
            outcomes.append("added")

    threads = [threading.Thread(target=add) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Flavor with ID new already exists."] * 5 + ["added"]


def test_a_deleted_flavor_is_gone_and_its_name_free(database):
    with database.write() as tx:
        assert tx.flavors.delete("1")
        assert not tx.flavors.delete("1")
        assert tx.flavors.get("1") is None
        tx.flavors.add(Flavor("1", "m1.tiny", 1, 1, 1))


def test_changes_of_a_flavor_are_kept(database):
    with database.write() as tx:
        flavor = tx.flavors.get("1", lock=True)
        assert (flavor.description, flavor.extra_specs) == (None, {})
        flavor.description, flavor.extra_specs = "näh", {"hw:cpu_cores": "2"}
        tx.flavors.save(flavor)
    with database.read() as tx:
        assert tx.flavors.get("1") == flavor
        assert tx.flavors.get("2").extra_specs == {}


def test_projects_use_flavors_that_are_not_public(database):
    with database.write() as tx:
        for name in ("p", "q"):
            tx.flavors.add(Flavor(name, name, 1, 1, 1, is_public=False))
        tx.flavors.allow("p", "two")
        tx.flavors.allow("p", "one")
        with pytest.raises(Conflict, match="already exists"):
            tx.flavors.allow("p", "one")
    with database.read() as tx:
        assert tx.flavors.projects("p") == ["one", "two"]
        assert ids(tx, FlavorFilters(project_id="one"))[-1] == "p"
        assert "p" not in ids(tx, FlavorFilters(project_id="three"))
        assert "p" not in ids(tx, FlavorFilters(project_id=None))
        assert ids(tx, FlavorFilters(is_public=False, project_id="one")) == ["p", "q"]
    with database.write() as tx:
        assert tx.flavors.disallow("p", "one")
        assert not tx.flavors.disallow("p", "one")
        assert tx.flavors.delete("p")
    with database.read() as tx:
        assert list(tx.flavors.projects("p")) == []


def test_flavors_are_filtered_by_a_regular_expression_and_by_whether_they_are_disabled(database):
    with database.write() as tx:
        tx.flavors.add(Flavor("d", "d1.small", 1, 1, 1, disabled=True))
    with database.read() as tx:
        assert ids(tx, FlavorFilters(name="small$")) == ["2", "d"]
        assert ids(tx, FlavorFilters(name="small$", disabled=False)) == ["2"]
        assert ids(tx, FlavorFilters(disabled=True)) == ["d"]
        with pytest.raises(Invalid, match="filter name is invalid"):
            ids(tx, FlavorFilters(name="("))
