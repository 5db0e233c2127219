"""Deaths of workers at every step: a worker may die before each change that it makes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import pytest

from computeapi.peer import Peer
from tests.watching import unwatched


class Points:
    """The points at which a worker may die: before each change that it makes.

    The point after one change is the point before the next one.

    :ivar fatal: the number of the point at which it dies; None for none.
    :ivar before: called at each point, before the death.
    :ivar counted: the points of the last block that was interrupted.
    """

    def __init__(self) -> None:
        self.passed, self.fatal, self.counted = 0, None, 0
        self.before: Callable[[], None] | None = None

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Keep workers alive in this block, and count no point."""
        kept = self.passed, self.fatal, self.before
        self.fatal = self.before = None
        yield
        self.passed, self.fatal, self.before = kept

    @contextmanager
    def interrupted(self, moment: int | None, interrupt: Callable[[], None]) -> Iterator[None]:
        """Interrupt this block at one of its points; after odd ones, the worker dies at the next.

        :param moment: the number of the point; None interrupts when the block has ended.
        """
        left = [interrupt]

        def interrupt_at_its_moment() -> None:
            if self.passed == moment and left:
                with self.calm():
                    left.pop()()
                self.fatal = moment + 1 if moment % 2 else None

        self.passed, self.before = 0, interrupt_at_its_moment
        yield
        self.counted, self.fatal, self.before = self.passed, None, None
        if left:
            left.pop()()

    def pass_one(self) -> None:
        self.passed += 1
        if self.before is not None:
            self.before()
        if self.passed == self.fatal:
            raise SystemExit

    @contextmanager
    def spared(self) -> Iterator[None]:
        """Prepare something without a death, and count from its end."""
        fatal, self.fatal = self.fatal, None
        yield
        self.passed, self.fatal = 0, fatal

    def watch(self, method: Callable) -> Callable:
        def watched(*arguments, **named):
            self.pass_one()
            return method(*arguments, **named)

        return watched


def every_death(points: Points, play: Callable[[], int], least: int = 10) -> None:
    """Play a scenario again and again, with a death at each of its points.

    Coverage watches it without a death and with the first one.

    :param play: plays it, and returns how many workers died.
    :param least: it has more points than these.
    """
    points.passed, points.fatal = 0, None
    assert play() == 0
    count = points.passed
    assert count > least
    for number in range(1, count + 1):
        points.passed, points.fatal = 0, number
        with unwatched() if number > 1 else nullcontext():
            assert play() == 1, f"no death at point {number} of {count}"
    points.fatal = None


def every_moment(points: Points, play: Callable[[int | None], None], least: int = 1) -> None:
    """Play a scenario again and again, interrupted at each of its points, and after the last.

    :param play: plays it, interrupted at a moment: see :meth:`Points.interrupted`.
    :param least: it has more points than these.
    """
    play(None)
    count = points.counted
    assert count > least
    for moment in range(1, count + 1):
        with unwatched() if moment > 1 else nullcontext():
            play(moment)


def watch_answers(points: Points, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add points at which a worker dies when a service has answered a change, and forgets it."""
    send = Peer.send

    def watched(self, asker, method, *arguments, **named):
        answer = send(self, asker, method, *arguments, **named)
        if method != "GET":
            points.pass_one()
        return answer

    monkeypatch.setattr(Peer, "send", watched)
