"""Flavors as rows."""

import itertools
import threading

import pytest

from computeapi.domain.errors import Conflict, MarkerNotFound
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
