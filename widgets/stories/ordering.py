"""Steps in order: where one is, by number or title, and what becomes of the order."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.stories.story import Step, StoryError

Steps = tuple[Step, ...]


def place(steps: Sequence[Step], which: int | str) -> int:
    """Place of a step, from 0, given its number, from 1, or its title.

    Raises:
        StoryError: If there is none; the message lists those that there are.
    """
    titles = [s.title for s in steps]
    if isinstance(which, str) and which in titles:
        return titles.index(which)
    if isinstance(which, int) and not isinstance(which, bool) and 1 <= which <= len(titles):
        return which - 1
    there = ", ".join(f"{n} “{t}”" for n, t in enumerate(titles, 1))
    raise StoryError(f"There is no step {which!r}; there are {there or 'none yet'}.")


def inserted(steps: Sequence[Step], step: Step, at: int | None) -> Steps:
    """With one more, so that it has that number; without a number, at the end.

    Raises:
        StoryError: If the number would leave a gap.
    """
    at = len(steps) + 1 if at is None else at
    if not 1 <= at <= len(steps) + 1:
        raise StoryError(f"A step cannot come at {at}: give a number from 1 to {len(steps) + 1}.")
    return (*steps[: at - 1], step, *steps[at - 1 :])


def replaced(steps: Sequence[Step], which: int | str, step: Step) -> Steps:
    """With another one in the place of one."""
    at = place(steps, which)
    return (*steps[:at], step, *steps[at + 1 :])


def removed(steps: Sequence[Step], which: int | str) -> Steps:
    """Without one."""
    at = place(steps, which)
    return (*steps[:at], *steps[at + 1 :])


def moved(steps: Sequence[Step], which: int | str, to: int) -> Steps:
    """With one of them at another number.

    Raises:
        StoryError: If there is no such number.
    """
    if not 1 <= to <= len(steps):
        raise StoryError(f"A step cannot go to {to}: give a number from 1 to {len(steps)}.")
    step = steps[place(steps, which)]
    return inserted(removed(steps, which), step, to)
