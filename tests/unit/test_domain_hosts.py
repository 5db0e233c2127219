"""Which host a server goes to, and what quotas leave."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from computeapi.domain.errors import QuotaExceeded
from computeapi.domain.hosts import (
    DISABLED,
    DISK,
    DOWN,
    MEMORY,
    VCPUS,
    Host,
    Ratios,
    Usage,
    choose,
    fits,
    no_valid_host,
    shortages,
)
from computeapi.domain.quotas import MAX_SERVERS_PER_REQUEST, Quotas, check_servers, remaining

NOW = datetime(2030, 1, 1)
HOST = Host("h1", "nova", "n1", "fake", 1, 4, 1000, 100, True, NOW, NOW)
ONE = Usage(1, 1, 100, 10)
EXACT = Ratios(1, 1, 1)


@pytest.mark.parametrize(("age", "up"), [(0, True), (60, True), (61, False)])
def test_a_host_is_up_while_it_shows_itself(age, up):
    assert HOST.is_up(NOW + timedelta(seconds=age), 60) is up


@pytest.mark.parametrize(
    ("used", "wanted", "expected"),
    [
        (Usage(), ONE, True),
        (Usage(3, 3, 900, 90), ONE, True),
        (Usage(3, 4, 0, 0), ONE, False),
        (Usage(3, 0, 901, 0), ONE, False),
        (Usage(3, 0, 0, 91), ONE, False),
        (Usage(), Usage(1, 5, 1, 1), False),
    ],
)
def test_what_fits(used, wanted, expected):
    assert fits(HOST, used, wanted, EXACT) is expected


def test_a_host_may_be_promised_more_than_once():
    assert fits(HOST, Usage(4, 4, 0, 0), ONE, Ratios(2, 1, 1))
    assert not fits(HOST, Usage(), Usage(1, 5, 1, 1), Ratios(9, 9, 9))


def test_the_host_with_the_most_free_memory_is_chosen():
    other = replace(HOST, name="h2")
    assert choose([(HOST, Usage()), (other, ONE)], ONE, EXACT) is HOST
    assert choose([(HOST, ONE), (other, Usage())], ONE, EXACT) is other
    assert choose([(HOST, Usage(9, 4, 0, 0)), (other, ONE)], ONE, EXACT) is other


def test_no_host_is_chosen_when_none_has_room():
    assert choose([(HOST, Usage(1, 4, 0, 0))], ONE, EXACT) is None
    assert choose([], ONE, EXACT) is None


def test_the_choice_does_not_depend_on_the_order():
    hosts = [(replace(HOST, name=name), Usage()) for name in "bac"]
    assert choose(hosts, ONE, EXACT).name == choose(hosts[::-1], ONE, EXACT).name


@pytest.mark.parametrize(
    ("used", "wanted", "lacking"),
    [
        (Usage(), ONE, ()),
        (Usage(1, 4, 0, 0), ONE, (VCPUS,)),
        (Usage(), Usage(1, 5, 0, 0), (VCPUS,)),
        (Usage(1, 0, 901, 0), ONE, (MEMORY,)),
        (Usage(1, 0, 0, 91), ONE, (DISK,)),
        (Usage(1, 4, 901, 91), ONE, (VCPUS, MEMORY, DISK)),
    ],
)
def test_the_resources_that_are_short(used, wanted, lacking):
    assert shortages(HOST, used, wanted, EXACT) == lacking


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        ([], "There is no host to choose from."),
        ([(DISK,)], "Of 1 host, 1 lacks disk (160 GiB wanted)."),
        ([(DISK,), (DISK,)], "Of 2 hosts, 2 lack disk (160 GiB wanted)."),
        (
            [(DISABLED,), (DOWN,), (VCPUS, DISK), (MEMORY, DISK)],
            "Of 4 hosts, 1 is disabled, 1 is down, 1 lacks vCPUs (8 wanted), "
            "1 lacks memory (16384 MiB wanted) and 2 lack disk (160 GiB wanted).",
        ),
        ([(DOWN,)] * 3, "Of 3 hosts, 3 are down."),
    ],
)
def test_the_reason_for_no_valid_host(reasons, sentence):
    wanted = Usage(1, 8, 16384, 160)
    assert no_valid_host(reasons, wanted) == f"No valid host was found. {sentence}"


def test_the_reason_fits_into_a_fault():
    """A fault's message has 255 characters; this one has the largest numbers."""
    reasons = [(DISABLED,), (DOWN,)] * 10_000 + [(VCPUS, MEMORY, DISK)] * 10_000
    assert len(no_valid_host(reasons, Usage(1, 2**31, 2**31, 2**33))) <= 255


def test_what_is_within_the_quotas_passes():
    check_servers(Quotas(2, 4, 200), Usage(1, 2, 100), Usage(1, 2, 100))
    check_servers(Quotas(-1, -1, -1), Usage(10**6, 10**6, 10**9), ONE)


def test_what_is_over_is_named():
    with pytest.raises(QuotaExceeded) as caught:
        check_servers(Quotas(2, 9, 200), Usage(1, 2, 150), Usage(2, 2, 100))
    assert caught.value.code == 403
    assert caught.value.message == (
        "Quota exceeded for instances, ram: Requested 2, 100, "
        "but already used 1, 150 of 2, 200 instances, ram"
    )


def test_a_quota_of_nothing_forbids_everything():
    with pytest.raises(QuotaExceeded):
        check_servers(Quotas(instances=0), Usage(), ONE)


def test_nobody_gets_more_servers_at_once_than_a_transaction_bears():
    with pytest.raises(QuotaExceeded):
        check_servers(Quotas(-1, -1, -1), Usage(), Usage(MAX_SERVERS_PER_REQUEST + 1, 0, 0))


@pytest.mark.parametrize(
    ("quotas", "used", "expected"),
    [
        (Quotas(10, 20, 51200), Usage(), 10),
        (Quotas(10, 20, 51200), Usage(4, 15, 0), 5),
        (Quotas(10, 20, 350), Usage(), 3),
        (Quotas(-1, -1, -1), Usage(), MAX_SERVERS_PER_REQUEST),
        (Quotas(-1, 7, -1), Usage(), 7),
    ],
)
def test_the_room_that_is_left(quotas, used, expected):
    assert remaining(quotas, used, ONE) == expected
