"""How the processors of a guest are arranged in sockets, cores and threads."""

from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

from computeapi.domain.errors import Invalid

#: The numbers of sockets, cores and threads, each None when it does not matter.
Arrangement = Sequence[int | None]


class Topology(NamedTuple):
    """An arrangement of processors."""

    sockets: int
    cores: int
    threads: int


def choose(vcpus: int, preferred: Arrangement, maxima: Arrangement) -> Topology | None:
    """Choose the arrangement that agrees with most of the numbers preferred.

    Of several, that with more sockets is chosen, then that with more cores.

    :returns: None when nothing is asked for.
    :raises Invalid: when a number preferred is more than its maximum, or no arrangement has as
        many processors as the flavor within the maxima.
    """
    if not any((*preferred, *maxima)):
        return None
    for part, number, maximum in zip(Topology._fields, preferred, maxima, strict=True):
        if number and maximum and number > maximum:
            raise Invalid(f"{number} CPU {part} are asked for, and at most {maximum} allowed.")
    possible = [one for one in _arrangements(vcpus) if _is_within(one, maxima)]
    if not possible:
        raise Invalid(f"{vcpus} vCPUs cannot be arranged within the CPU topology's maxima.")
    return max(possible, key=lambda one: (_agreement(one, preferred), one))


def _arrangements(vcpus: int) -> list[Topology]:
    return [
        Topology(sockets, cores, vcpus // sockets // cores)
        for sockets in _divisors(vcpus)
        for cores in _divisors(vcpus // sockets)
    ]


def _divisors(number: int) -> set[int]:
    small = [n for n in range(1, isqrt(number) + 1) if number % n == 0]
    return {*small, *(number // n for n in small)}


def _is_within(topology: Topology, maxima: Arrangement) -> bool:
    return all(maximum is None or n <= maximum for n, maximum in zip(topology, maxima, strict=True))


def _agreement(topology: Topology, preferred: Arrangement) -> int:
    return sum(number == wanted for number, wanted in zip(topology, preferred, strict=True))
