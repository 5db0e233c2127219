"""How much is measured: quickly, or in full; and what is left out when only some is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bench import scenarios

PARTS = ("startup", "inprocess", "http", "scale", "breakdown", "boot",
         "dependencies", "pythons", "ease")  # fmt: skip
VARIANTS = ("floor", "falcon", "pecan", "pecan-patched", "nova")
DATABASES = ("sqlite", "postgresql")
AUTHS = ("none", "keystone")
CONNECTIONS = (1, 16, 64)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run measures.

    :ivar servers: in the databases of everything but the scale; Nova has as many.
    :ivar large: servers of the larger database of the scale.
    :ivar passes: of an in-process round; the round's value is their median.
    :ivar cpu_seconds: of CPU time that a pass takes.
    :ivar http_seconds: that a sample over HTTP takes.
    """

    mode: str
    rounds: int
    servers: int = 10_000
    small: int = 1_000
    large: int = 1_000_000
    passes: int = 5
    cpu_seconds: float = 0.02
    http_seconds: float = 0.4
    writes: int = 24
    parts: Sequence[str] = PARTS
    variants: Sequence[str] = VARIANTS
    databases: Sequence[str] = DATABASES
    auths: Sequence[str] = AUTHS
    scenarios: Sequence[str] = scenarios.ALL

    @property
    def quick(self) -> bool:
        """Whether it is the quick mode."""
        return self.mode == "quick"


QUICK = Plan("quick", 3, large=100_000, passes=3, cpu_seconds=0.01, http_seconds=0.15, writes=8)
FULL = Plan("full", 5)


def restricted(plan: Plan, only: Sequence[str]) -> Plan:
    """Return a plan with nothing but what is named, in each dimension that is named.

    :param only: names of parts, variants, databases, kinds of auth and scenarios.
    :raises ValueError: naming those that are unknown.
    """
    everything = {"parts": PARTS, "variants": VARIANTS, "databases": DATABASES, "auths": AUTHS,
                  "scenarios": scenarios.ALL}  # fmt: skip
    unknown = set(only) - {name for names in everything.values() for name in names}
    if unknown:
        raise ValueError(f"Unknown: {', '.join(sorted(unknown))}")
    chosen = {
        dimension: tuple(name for name in names if name in only)
        for dimension, names in everything.items()
    }
    return replace(plan, **{name: kept for name, kept in chosen.items() if kept})
