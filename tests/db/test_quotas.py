"""Limits of classes, projects and users as rows, and the quotas that hold because of them."""

import pytest

from computeapi.domain.quotas import Quotas
from computeapi.service.quotas import QuotaReader

CONFIGURED = Quotas(instances=10, cores=20, ram=30)


def test_limits_replace_those_before_and_belong_to_one_owner(database):
    with database.write() as tx:
        tx.quotas.set_project("p", {"cores": 1})
        tx.quotas.set_project("p", {"instances": 2})
        tx.quotas.set_user("p", "u", {"cores": 3})
        tx.quotas.set_user("other", "u", {"cores": 4})
        tx.quotas.set_class("default", {"ram": 5})
    with database.read() as tx:
        assert tx.quotas.of_project("p") == {"instances": 2}
        assert tx.quotas.of_user("p", "u") == {"cores": 3}
        assert tx.quotas.of_user("p", "v") == {}
        assert tx.quotas.of_class("default") == {"ram": 5}
        assert tx.quotas.of_class("other") == {}


def test_the_limits_of_a_project_go_with_those_of_its_users(database):
    with database.write() as tx:
        tx.quotas.set_project("p", {"cores": 1})
        tx.quotas.set_user("p", "u", {"cores": 2})
        tx.quotas.set_user("p", "v", {"cores": 3})
        tx.quotas.remove_user("p", "u")
        assert tx.quotas.of_project("p") == {"cores": 1}
        assert tx.quotas.of_user("p", "u") == {}
        assert tx.quotas.of_user("p", "v") == {"cores": 3}
        tx.quotas.remove_project("p")
        assert tx.quotas.of_project("p") == tx.quotas.of_user("p", "v") == {}


@pytest.mark.parametrize(
    ("of_class", "of_project", "of_user", "expected"),
    [
        ({}, {}, {}, (10, 20)),
        ({"cores": 5}, {}, {}, (10, 5)),
        ({"cores": 5}, {"cores": 7, "instances": 1}, {}, (1, 7)),
        ({"cores": 5}, {"cores": 7}, {"cores": -1}, (10, -1)),
    ],
)
def test_the_narrowest_limit_holds(database, of_class, of_project, of_user, expected):
    with database.write() as tx:
        tx.quotas.set_class("default", of_class)
        tx.quotas.set_project("p", of_project)
        tx.quotas.set_user("p", "u", of_user)
    with database.read() as tx:
        quotas = QuotaReader(CONFIGURED).of_user(tx, "p", "u")
    assert (quotas.instances, quotas.cores, quotas.ram) == (*expected, 30)
