"""What a project may use."""

import pytest

from computeapi.domain.errors import QuotaExceeded
from computeapi.domain.hosts import Usage
from computeapi.domain.quotas import MAX_SERVERS_PER_REQUEST, Quotas, check_servers, remaining

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
