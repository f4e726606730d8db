"""The gap/stride explorer's picture: two frames, their difference, and what the gap does to the clip.

A pure function of an :class:`ExplorerState`; the notebook, the widget and the tests share it. The difference
is shown as a heat map (matplotlib's "magma") of its mean over the colours, from 0 to ``HEAT_TOP`` grey levels
at every gap, so that pictures can be compared; the network receives the plain difference.
"""

from functools import lru_cache

import matplotlib
import numpy as np

from labkit.preprocessing.differences import pair_count
from labkit.preprocessing.gap_measures import NOISE_FACTOR, UNRELATED_SHARE
from labkit.widgets.canvas import BLUE, FAINT, INK, MUTED, Canvas
from labkit.widgets.explorer_state import ExplorerState

HEAT_TOP = 64  # grey levels drawn in the brightest colour

WIDTH, HEIGHT = 900, 610
_PANEL, _SPACE, _TOP = 288, 18, 34
_LEFT_WIDTH = 2 * _PANEL + _SPACE
_RIGHT = 2 * (_PANEL + _SPACE)
_PLOT = (44, 448, _LEFT_WIDTH, 574)  # left, top, right, bottom of the curve's axes

_TOO_SMALL, _TOO_BIG = "#e6edf6", "#f8e9df"
_WARNING, _WARNING_INK, _FINE_INK = "#fdf0cd", "#8a4b08", "#2e7d4f"


def compose_picture(state: ExplorerState) -> np.ndarray:
    """The explorer's picture, (H, W, 3) uint8 RGB; a clip without a pair gets its caption alone."""
    canvas = Canvas(WIDTH, HEIGHT)
    if not len(state.pairs):
        canvas.text(WIDTH / 2, HEIGHT / 2, state.caption, size=16, colour=MUTED, anchor="mm")
        return canvas.pixels()
    _draw_frames(canvas, state)
    _draw_difference(canvas, state)
    _draw_timeline(canvas, state)
    _draw_curve(canvas, state)
    _draw_facts(canvas, state)
    return canvas.pixels()


def _draw_frames(canvas: Canvas, state: ExplorerState) -> None:
    for x, frame, name in zip((0, _PANEL + _SPACE), state.pair, ("t", "t + gap"), strict=True):
        width = canvas.text(x, 24, f"Frame {frame}", size=15, bold=True)
        canvas.text(x + width + 8, 24, f"{frame / state.fps:.2f} s", colour=MUTED)
        canvas.text(x + _PANEL, 24, name, colour=MUTED, anchor="rs")
        canvas.picture(state.faces[frame], x, _TOP, _PANEL, _PANEL)


def _draw_difference(canvas: Canvas, state: ExplorerState) -> None:
    difference = state.difference
    width = canvas.text(_RIGHT, 24, "Difference", size=15, bold=True)
    canvas.text(_RIGHT + width + 8, 24, "|frame(t + gap) − frame(t)|", size=12, colour=MUTED)
    canvas.picture(heat_map(difference), _RIGHT, _TOP, _PANEL, _PANEL)
    bar = np.arange(HEAT_TOP + 1, dtype=np.uint8)[None, :, None].repeat(3, axis=2)
    y = _TOP + _PANEL + 10
    canvas.picture(heat_map(bar), _RIGHT, y, _PANEL, 8)
    canvas.text(_RIGHT, y + 23, "0", size=11, colour=MUTED)
    canvas.text(
        _RIGHT + _PANEL, y + 23, f"{HEAT_TOP} grey levels or more", size=11, colour=MUTED, anchor="rs"
    )


def heat_map(difference: np.ndarray) -> np.ndarray:
    """A difference (H, W, 3) uint8 as a heat map of that shape: 0 is black, ``HEAT_TOP`` and more white."""
    level = difference.mean(axis=2) * (255 / HEAT_TOP)
    return _heat_colours()[np.minimum(level, 255).astype(np.uint8)]


@lru_cache
def _heat_colours() -> np.ndarray:
    return matplotlib.colormaps["magma"](np.arange(256), bytes=True)[:, :3]


def _draw_timeline(canvas: Canvas, state: ExplorerState) -> None:
    """The clip as a line: a tick where each pair starts (the stride), and the pair shown (the gap)."""
    y, last = _TOP + _PANEL + 22, max(1, len(state.faces) - 1)

    def x(frame: float) -> float:
        return 6 + (_LEFT_WIDTH - 12) * frame / last

    canvas.line([(x(0), y), (x(last), y)], colour=FAINT, width=2)
    for start in state.pairs[:, 0]:
        canvas.line([(x(start), y - 4), (x(start), y + 4)], colour="#a9b4c2")
    first, second = state.pair
    canvas.line([(x(first), y), (x(second), y)], colour=BLUE, width=4)
    for frame in (first, second):
        canvas.dot(x(frame), y, 5, colour=BLUE)
    canvas.text(0, y + 25, "frame 0", size=11, colour=MUTED)
    canvas.text(_LEFT_WIDTH / 2, y + 25, "a tick where each pair starts", size=11, colour=MUTED, anchor="ms")
    canvas.text(_LEFT_WIDTH, y + 25, f"frame {last}", size=11, colour=MUTED, anchor="rs")


def _draw_curve(canvas: Canvas, state: ExplorerState) -> None:
    """The mean-energy curve over gaps, its zones, and the gap in use."""
    left, top, right, bottom = _PLOT
    measures, (low, high) = state.measures, state.measures.zones
    curve, gaps = measures.curve, len(measures.curve)
    ceiling = 1.15 * max(np.nanmax(curve), measures.unrelated, 1.0)

    def x(gap: float) -> float:
        return left + (right - left) * (gap - 0.5) / gaps

    def y(level: float) -> float:
        return bottom - (bottom - top) * level / ceiling

    width = canvas.text(0, top - 26, "Mean difference at each gap", size=15, bold=True)
    canvas.text(width + 8, top - 26, "grey levels, over the whole clip", size=12, colour=MUTED)
    _draw_zone(canvas, x(0.5), x(low + 0.5), "too small", _TOO_SMALL)
    _draw_zone(canvas, x(high - 0.5), x(gaps + 0.5), "too big", _TOO_BIG)
    for level in _round_levels(ceiling):
        canvas.line([(left, y(level)), (right, y(level))], colour=FAINT)
        canvas.text(left - 8, y(level), f"{level:g}", size=11, colour=MUTED, anchor="rm")
    noise, unrelated = y(NOISE_FACTOR * measures.noise), y(UNRELATED_SHARE * measures.unrelated)
    canvas.dashes(left, right, noise)
    canvas.text(right - 6, noise - 4, f"{NOISE_FACTOR:g} × camera noise", size=11, colour=MUTED, anchor="rs")
    canvas.dashes(left, right, unrelated)
    words = f"{UNRELATED_SHARE:.0%} of unrelated frames"
    canvas.text(right - 6, unrelated + 14, words, size=11, colour=MUTED, anchor="rs")
    points = [(x(gap), y(level)) for gap, level in enumerate(curve, 1) if np.isfinite(level)]
    canvas.line(points, colour=INK, width=2)
    canvas.line([(x(state.gap), top), (x(state.gap), bottom)], colour=BLUE)
    canvas.dot(x(state.gap), y(curve[state.gap - 1]), 5, colour=BLUE)
    for gap in (1, *range(5, gaps + 1, 5)):
        canvas.text(x(gap), bottom + 16, str(gap), size=11, colour=MUTED, anchor="ms")
    canvas.text((left + right) / 2, bottom + 33, "gap (frames)", size=11, colour=MUTED, anchor="ms")


def _draw_zone(canvas: Canvas, x0: float, x1: float, name: str, colour: str) -> None:
    if x1 <= x0:
        return
    canvas.box(x0, _PLOT[1], x1, _PLOT[3], colour=colour)
    middle = max((x0 + x1) / 2, _PLOT[0] + 30)
    canvas.text(middle, _PLOT[1] - 4, name, size=11, colour=MUTED, anchor="ms")


def _round_levels(ceiling: float) -> np.ndarray:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if ceiling / step <= 6)
    return np.arange(0, ceiling, step)


def _draw_facts(canvas: Canvas, state: ExplorerState) -> None:
    """The numbers beside the curve."""
    y, count = _PLOT[1] - 26, len(state.pairs)
    width = canvas.text(_RIGHT, y, f"{count} pairs", size=15, bold=True)
    canvas.text(_RIGHT + width + 8, y, f"showing number {state.position + 1}", size=12, colour=MUTED)
    possible = pair_count(len(state.faces), state.gap, state.stride)
    formula = f"⌊({len(state.faces)} − 1 − {state.gap}) / {state.stride}⌋ + 1 = {possible}"
    lost = f", {possible - count} without a face" if possible > count else ""
    canvas.text(_RIGHT, y + 18, formula + lost, size=11, colour=MUTED)
    fine = state.verdict == "in range"
    rows = (
        ("Mean difference of this pair", f"{state.difference.mean():.1f}", INK),
        (f"of all pairs at gap {state.gap}", f"{state.measures.curve[state.gap - 1]:.1f}", INK),
        (f"Gap {state.gap} is", state.verdict, _FINE_INK if fine else _WARNING_INK),
    )
    for row, (name, value, colour) in enumerate(rows):
        _draw_fact(canvas, y + 46 + 20 * row, name, value, colour)
    _draw_jitter(canvas, state, y + 106)


def _draw_fact(canvas: Canvas, y: float, name: str, value: str, colour: str) -> None:
    canvas.text(_RIGHT, y, name, size=12, colour=MUTED)
    canvas.text(_RIGHT + _PANEL, y, value, size=12, colour=colour, anchor="rs")


def _draw_jitter(canvas: Canvas, state: ExplorerState, y: float) -> None:
    if not state.jittery:
        _draw_fact(canvas, y, "Share that a rigid motion explains", f"{state.jitter:.0%}", _FINE_INK)
        return
    canvas.box(_RIGHT, y - 8, _RIGHT + _PANEL, y + 70, colour=_WARNING, radius=6)
    canvas.text(_RIGHT + 12, y + 13, "⚠ Jitter dominates", size=13, bold=True, colour=_WARNING_INK)
    words = (
        f"Moving the second face rigidly removes {state.jitter:.0%} of the difference: "
        "the box jumped, not the face."
    )
    canvas.paragraph(_RIGHT + 12, y + 31, words, _PANEL - 24, size=11.5, colour=_WARNING_INK)
