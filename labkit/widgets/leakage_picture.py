"""The leakage lab's picture and words: what one model gets right under three splits.

A pure function of a :class:`~labkit.scrutiny.leakage.Leak`; the notebook, the widget and the tests share it.
A bar a split, with its interval; a dashed line where always answering the commonest label would be; below,
the gaps to the split by subject.
"""

import numpy as np

from labkit.scrutiny.figures import POLICY_COLOURS
from labkit.scrutiny.leakage import POLICIES, Leak
from labkit.widgets.canvas import FAINT, INK, MUTED, Canvas

WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT, _FLOOR, _TOP = 56, 560, 258, 46
_BAR = 96
_WORDS = {
    "by frame": "neighbours of the same clip are in training",
    "by clip": "other clips of the same people are in training",
    "by subject": "nobody in the test is in training",
}


def compose_leak(leak: Leak) -> np.ndarray:
    """The leakage lab's picture, (660, 1520, 3) uint8 RGB."""
    canvas = Canvas(WIDTH, HEIGHT)
    canvas.text(0, 20, f"{leak.people} people, {leak.reader}", size=15, bold=True)
    canvas.text(WIDTH, 20, f"labels {leak.labels}", size=12, colour=MUTED, anchor="rs")
    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line([(_LEFT, _height(share)), (_RIGHT, _height(share))], colour=FAINT)
        canvas.text(_LEFT - 8, _height(share), f"{share:.0%}", size=11, colour=MUTED, anchor="rm")
    for place, policy in enumerate(POLICIES):
        _draw_bar(canvas, leak, place, policy)
    canvas.dashes(_LEFT, _RIGHT, _height(leak.majority), colour=INK)
    canvas.text(
        _RIGHT + 8, _height(leak.majority), f"commonest label {leak.majority:.0%}", size=11, anchor="lm"
    )
    for line, (policy, gap) in enumerate(leak.gaps.items()):
        told = f"{policy} − by subject: {_points(gap.difference)} ({_points(gap.low)} to {_points(gap.high)})"
        canvas.text(0, HEIGHT - 22 + 18 * line, told, size=12)
    return canvas.pixels()


def tell_leak(leak: Leak) -> str:
    """The picture in a few sentences, for a reader who does not see it."""
    shares = ", ".join(f"{policy} {leak.accuracy(policy):.0%} ({_WORDS[policy]})" for policy in POLICIES)
    gap = leak.gaps["by frame"]
    return (
        f"{leak.reader} on {leak.people} people, labels {leak.labels}. Right: {shares}. The split by frame "
        f"promises {_points(gap.difference)} points more than people never met give "
        f"({_points(gap.low)} to {_points(gap.high)})."
    )


def _points(share: float) -> str:
    return f"{100 * share:+.0f}"


def _height(share: float) -> float:
    return _FLOOR - share * (_FLOOR - _TOP)


def _draw_bar(canvas: Canvas, leak: Leak, place: int, policy: str) -> None:
    middle = _LEFT + (place + 0.5) * (_RIGHT - _LEFT) / len(POLICIES)
    share, (low, high) = leak.accuracy(policy), leak.intervals[policy]
    left, right = middle - _BAR / 2, middle + _BAR / 2
    canvas.box(left, min(_height(share), _FLOOR - 1), right, _FLOOR, colour=POLICY_COLOURS[policy])
    canvas.line([(middle, _height(low)), (middle, _height(high))], colour=INK, width=2)
    for end in (low, high):
        canvas.line([(middle - 6, _height(end)), (middle + 6, _height(end))], colour=INK, width=2)
    canvas.text(right + 6, _height(share), f"{share:.0%}", size=14, bold=True, anchor="lm")
    canvas.text(middle, _FLOOR + 18, policy, size=13, anchor="ms")
