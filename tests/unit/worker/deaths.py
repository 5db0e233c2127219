"""Deaths of workers at every step: a worker may die before each change that it makes."""

from collections.abc import Callable


class Points:
    """The points at which a worker may die: before each change that it makes.

    The point after one change is the point before the next one.

    :ivar fatal: the number of the point at which it dies; None for none.
    :ivar before: called at each point, before the death.
    """

    def __init__(self) -> None:
        self.passed, self.fatal = 0, None
        self.before: Callable[[], None] | None = None

    def pass_one(self) -> None:
        self.passed += 1
        if self.before is not None:
            self.before()
        if self.passed == self.fatal:
            raise SystemExit

    def watch(self, method: Callable) -> Callable:
        def watched(*arguments, **named):
            self.pass_one()
            return method(*arguments, **named)

        return watched


def every_death(points: Points, play: Callable[[], int], least: int = 10) -> None:
    """Play a scenario again and again, with a death at each of its points.

    :param play: plays it, and returns how many workers died.
    :param least: it has more points than these.
    """
    points.passed, points.fatal = 0, None
    assert play() == 0
    count = points.passed
    assert count > least
    for number in range(1, count + 1):
        points.passed, points.fatal = 0, number
        assert play() == 1, f"no death at point {number} of {count}"
    points.fatal = None
