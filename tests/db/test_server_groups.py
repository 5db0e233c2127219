"""Server groups as rows, and the servers in them."""

from datetime import timedelta

import pytest

from computeapi.domain.claims import Claim
from computeapi.domain.server_groups import GroupWithMembers, ServerGroup

ONE = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def make_group(make_host):
    def make_group(group_id=ONE, project_id="p", user_id="u", policy="affinity", later=0):
        moment = make_host().seen_at + timedelta(seconds=later)
        return ServerGroup(group_id, project_id, user_id, "g", policy, None, moment)

    return make_group


def test_a_group_comes_back_with_its_live_servers_oldest_first(database, make_group, make_server):
    group = make_group()
    members = [make_server(server_group_id=ONE) for _ in range(3)]
    with database.write() as tx:
        tx.server_groups.add(group)
        for server in (members[2], members[0], members[1], make_server()):
            tx.servers.add(server)
        members[1].mark_deleted(tx.now())
        tx.servers.save(members[1])
    with database.read() as tx:
        assert tx.server_groups.get(ONE) == group
        expected = GroupWithMembers(group, (members[0].id, members[2].id))
        assert tx.server_groups.with_members(ONE) == expected
        assert tx.server_groups.count_members(ONE) == 2
        assert tx.servers.get(members[0].id).server_group_id == ONE
        assert tx.server_groups.get("other") is tx.server_groups.with_members("other") is None


def test_groups_are_listed_and_counted_by_project_and_user(database, make_group):
    groups = [
        make_group("a", later=2),
        make_group("b", user_id="v", later=1),
        make_group("c", project_id="q"),
    ]
    with database.write() as tx:
        for group in groups:
            tx.server_groups.add(group)
    with database.read() as tx:
        listed = [tx.server_groups.list("p", 9, 0), tx.server_groups.list(None, 9, 0),
                  tx.server_groups.list(None, 1, 1), tx.server_groups.list("p", 0, 0)]  # fmt: skip
        assert [[one.group.id for one in page] for page in listed] == [
            ["b", "a"], ["c", "b", "a"], ["b"], [],
        ]  # fmt: skip
        assert [tx.server_groups.count("p", user) for user in (None, "u", "w")] == [2, 1, 0]


def test_the_hosts_of_a_group_are_those_that_its_members_claim(database, make_group, make_server):
    moving, resting, other = (make_server(server_group_id=ONE) for _ in range(3))
    other.server_group_id = None
    with database.write() as tx:
        tx.server_groups.add(make_group())
        for server in (moving, resting, other):
            tx.servers.add(server)
        tx.claims.put(Claim.of(moving.id, "host2", moving.usage))
    with database.read() as tx:
        assert tx.server_groups.hosts(ONE) == {"host1": 2, "host2": 1}
        assert tx.server_groups.hosts(ONE, but=moving.id) == {"host1": 1}


def test_the_servers_of_a_deleted_group_live_on_without_it(database, make_group, make_server):
    server = make_server(server_group_id=ONE)
    with database.write() as tx:
        tx.server_groups.add(make_group())
        tx.servers.add(server)
        assert tx.server_groups.delete(ONE)
        assert not tx.server_groups.delete(ONE)
    with database.read() as tx:
        assert tx.server_groups.get(ONE) is None
        assert tx.servers.get(server.id).server_group_id is None
