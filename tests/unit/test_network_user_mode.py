"""The security groups of user-mode networking."""

import uuid
from types import SimpleNamespace

import pytest

from computeapi.domain.context import Context
from computeapi.domain.errors import Invalid, NotFound
from computeapi.network import UserModeNetwork

CALLER = Context("u1", "p1", "r", frozenset({"member"}))
NETWORK = UserModeNetwork()
SERVER = SimpleNamespace(project_id="p1", security_groups=["default"])


def test_a_project_has_one_group_with_an_id_that_stays():
    (group,) = NETWORK.security_groups(CALLER, SERVER)
    assert (group.name, group.project_id) == ("default", "p1")
    assert uuid.UUID(group.id).version == 5
    assert UserModeNetwork().security_groups(CALLER, SERVER) == [group]
    other = SimpleNamespace(project_id="p2", security_groups=["default"])
    assert NETWORK.security_groups(CALLER, other)[0].id != group.id


def test_a_group_goes_by_its_name_and_by_its_id():
    (group,) = NETWORK.security_groups(CALLER, SERVER)
    assert NETWORK.group_names(CALLER, ["default", group.id]) == ["default"]
    NETWORK.add_security_group(CALLER, SERVER, group.id)
    NETWORK.add_security_group(CALLER, SERVER, "default")


@pytest.mark.parametrize("group", ["web", str(uuid.UUID(int=1)), "Default"])
def test_there_is_no_other_group(group):
    with pytest.raises(Invalid):
        NETWORK.group_names(CALLER, ["default", group])
    for change in (NETWORK.add_security_group, NETWORK.remove_security_group):
        with pytest.raises(NotFound):
            change(CALLER, SERVER, group)


def test_the_only_group_stays():
    with pytest.raises(Invalid):
        NETWORK.remove_security_group(CALLER, SERVER, "default")
