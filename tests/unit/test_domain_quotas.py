"""The quotas of a project."""

import pytest

from computeapi.domain.errors import Invalid, QuotaExceeded
from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import (
    MAX_SERVERS_PER_REQUEST,
    Quotas,
    QuotaUsage,
    check_limits,
    check_servers,
    remaining,
)

NANO = Usage(1, vcpus=1, memory_mb=128)


@pytest.mark.parametrize(
    ("quotas", "used", "expected"),
    [
        (Quotas(instances=10, cores=20, ram=51200), Usage(4, 4, 512), 6),
        (Quotas(instances=10, cores=6, ram=51200), Usage(4, 4, 512), 2),
        (Quotas(instances=-1, cores=-1, ram=1024), Usage(4, 4, 512), 4),
        (Quotas(instances=-1, cores=-1, ram=-1), Usage(4, 4, 512), MAX_SERVERS_PER_REQUEST),
    ],
)
def test_room_is_what_the_scarcest_resource_leaves(quotas, used, expected):
    assert remaining(quotas, used, NANO) == expected


def test_one_request_has_an_end_where_quotas_have_none():
    with pytest.raises(QuotaExceeded, match=f"At most {MAX_SERVERS_PER_REQUEST} servers"):
        check_servers(Quotas(-1, -1, -1), Usage(), Usage(10**18, 10**18, 10**20))


def test_every_resource_that_does_not_suffice_is_named():
    with pytest.raises(QuotaExceeded) as refused:
        check_servers(Quotas(instances=2, cores=2), Usage(2, 2, 256), Usage(1, 1, 128))
    assert refused.value.message == (
        "Quota exceeded for instances, cores: Requested 1, 1, "
        "but already used 2, 2 of 2, 2 instances, cores"
    )


def test_limits_of_its_own_replace_those_of_the_next_wider_one():
    quotas = Quotas(instances=1, cores=2).overridden({"cores": -1, "unknown": 3})
    assert (quotas.instances, quotas.cores) == (1, -1)


USED = QuotaUsage(instances=2, cores=4, ram=512, server_groups=1)


@pytest.mark.parametrize(
    "limits",
    [{}, {"instances": 2}, {"instances": -1, "cores": -1}, {"key_pairs": 0, "server_groups": 1}],
)
def test_limits_that_leave_room_for_what_is_used(limits):
    check_limits(limits, USED, None)


@pytest.mark.parametrize("resource", ["instances", "cores", "ram", "server_groups"])
def test_a_limit_below_what_is_used(resource):
    with pytest.raises(Invalid, match=f"for {resource} must be greater than or equal to already"):
        check_limits({"key_pairs": 0, resource: 0}, USED, None)


@pytest.mark.parametrize("limit", [6, -1])
def test_a_user_gets_no_more_than_the_project(limit):
    with pytest.raises(Invalid, match="for cores must be less than or equal to 5"):
        check_limits({"cores": limit}, USED, Quotas(cores=5))
    check_limits({"cores": 5}, USED, Quotas(cores=5))
    check_limits({"cores": limit}, USED, Quotas(cores=-1))
